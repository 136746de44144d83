//! `enum.rename_type`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "enum.rename_type",
    severity: Severity::Risky,
    condition: "An enum is renamed or moved to another schema.",
    effect: "Casts in running code and in function bodies that name the old type fail (42704).",
    remedy: "Rename it while no code casts to it by name.",
    postgres: "ALTER TYPE … RENAME TO: catalog only, no table lock (measured).",
    sources: &["drizzle-kit/rename-prompt"],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let Change::RenameEnum(name) = change else { return None };
    Some(RULE.finding(format!("Enum {} is renamed to {}.", name.before, name.after)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Risky;

    #[test]
    fn fires_on_a_stated_rename() {
        let of = |name: &str| with_enum(name, &["a"], []);
        let renamed = case(of("status"), of("state")).rename("enum:public.status=public.state");
        assert_eq!(renamed.says(RULE.id), Some(Risky));
        assert_eq!(case(of("status"), of("status")).says(RULE.id), None);
    }
}
