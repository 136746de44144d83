//! `policy.rename`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "policy.rename",
    severity: Severity::Safe,
    condition: "Only the name of a policy changes.",
    effect: "drizzle-kit drops it and creates it, unless it is told that it is a rename.",
    remedy: "ALTER POLICY … RENAME TO.",
    postgres: "Catalog only.",
    sources: &["drizzle-kit/rename-prompt"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    if renamed_policy(change, context) {
        return Some(
            RULE.finding(format!("Policy {} changes its name only.", change.object().name)),
        );
    }
    let Change::AlterPolicy(it) = change else { return None };
    let Diff { before, after } = &it.what;
    let same = crate::schema::Policy { name: after.name.clone(), ..before.clone() };
    if before.name == after.name || same != *after {
        return None;
    }
    Some(RULE.finding(format!("Policy {} is renamed to {}.", before.name, after.name)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Safe;

    #[test]
    fn safe_stated_or_not() {
        let of = |name: &str| schema([table("funds", &["id uuid"]).policy(name, "x")]);
        let unstated = case(of("own"), of("mine"));
        assert_eq!((unstated.findings(RULE.id).len(), unstated.worst()), (2, Safe));
        let stated = case(of("own"), of("mine")).rename("policy:public.funds.own=mine");
        assert_eq!(stated.messages(RULE.id), ["Policy own is renamed to mine."]);
        assert_eq!(case(of("own"), of("own")).says(RULE.id), None);
        let open = schema([table("funds", &["id uuid"])]);
        assert_eq!(case(open, of("own")).says(RULE.id), None);
    }
}
