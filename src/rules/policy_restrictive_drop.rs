//! `policy.restrictive_drop`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "policy.restrictive_drop",
    severity: Severity::Dangerous,
    condition: "A restrictive policy is removed.",
    effect: "Access widens: the rows it held back become visible.",
    remedy: "Have it reviewed by whoever answers for security.",
    postgres: "Restrictive policies are joined with AND; one less lets more through.",
    sources: &["pg-schema-diff/AUTHZ_UPDATE"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::DropPolicy(it) = change else { return None };
    if !it.what.permissive.eq_ignore_ascii_case("restrictive") || renamed_policy(change, context) {
        return None;
    }
    let table = policy_table(&it.table, &it.what);
    Some(RULE.finding(format!("Policy {} of {table} no longer restricts anything.", it.what.name)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_on_restrictive_only() {
        let funds = || table("funds", &["id uuid"]).rls();
        let restrictive = funds().policy("office", "inside()");
        let restrictive =
            restrictive.edit_policy("office", |it| it.permissive = "RESTRICTIVE".to_owned());
        assert_eq!(case(schema([restrictive]), schema([funds()])).says(RULE.id), Some(Dangerous));
        let permissive = schema([funds().policy("own", "true")]);
        assert_eq!(case(permissive, schema([funds()])).says(RULE.id), None);
    }
}
