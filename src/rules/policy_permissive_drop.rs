//! `policy.permissive_drop`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "policy.permissive_drop",
    severity: Severity::Dangerous,
    condition: "A permissive policy is removed.",
    effect: "Roles lose access to the rows it let through; with the last one nobody but the owner \
             sees a row.",
    remedy: "Change the code that relies on it first.",
    postgres: "No row is visible once the last permissive policy is gone (measured).",
    sources: &["pg-schema-diff/AUTHZ_UPDATE"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::DropPolicy(it) = change else { return None };
    if !it.what.permissive.eq_ignore_ascii_case("permissive") || renamed_policy(change, context) {
        return None;
    }
    let table = policy_table(&it.table, &it.what);
    Some(
        RULE.finding(format!(
            "Policy {} of {table} no longer lets anything through.",
            it.what.name
        )),
    )
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_unless_it_is_only_renamed() {
        let funds = || table("funds", &["id uuid"]).rls();
        let with = |name: &str| schema([funds().policy(name, "id = auth.uid()")]);
        assert_eq!(case(with("own"), schema([funds()])).says(RULE.id), Some(Dangerous));
        assert_eq!(case(with("own"), with("mine")).says(RULE.id), None);
    }
}
