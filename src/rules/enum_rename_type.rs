//! `enum.rename_type`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "enum.rename_type",
    severity: Severity::Risky,
    condition: "An enum is renamed or moved to another schema.",
    effect: "Casts in running code and in function bodies that name the old type fail (42704).",
    remedy: "Rename it while no code casts to it by name.",
    postgres: "ALTER TYPE … RENAME TO: catalog only, no table lock (measured). drizzle-kit takes an array \
             of it for another type and writes the column again.",
    sources: &["drizzle-kit/rename-prompt"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::RenameEnum(name) = change else { return None };
    let finding = RULE.finding(format!("Enum {} is renamed to {}.", name.before, name.after));
    let enums = context.schemas.map(|schema| &schema.enums);
    let both = Diff::new(enums.before.get(&name.before)?, enums.after.get(&name.after)?);
    Some(match nobody_uses(both, context) {
        Some(proof) => finding.with_severity(Severity::Safe).because(proof),
        None => finding,
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::{Risky, Safe};

    #[test]
    fn fires_on_a_stated_rename() {
        let of = |name: &str| with_enum(name, &["a"], [table("t", &[&format!("s {name} enum")])]);
        let renamed = case(of("status"), of("state")).rename("enum:public.status=public.state");
        assert_eq!(renamed.says(RULE.id), Some(Risky));
        assert_eq!(case(of("status"), of("status")).says(RULE.id), None);
        let more = with_enum("status", &["a", "b"], [table("t", &["s status enum"])]);
        assert_eq!(case(of("status"), more).says(RULE.id), None);
        let unused = |name: &str| with_enum(name, &["a"], []);
        let renamed = case(unused("status"), unused("state"));
        assert_eq!(renamed.rename("enum:public.status=public.state").worst(), Safe);
    }
}
