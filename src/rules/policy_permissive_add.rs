//! `policy.permissive_add`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "policy.permissive_add",
    severity: Severity::Dangerous,
    condition: "A permissive policy is added.",
    effect: "Access widens: a row is visible when any permissive policy lets it through.",
    remedy: "Have it reviewed by whoever answers for security; test it with the roles it names.",
    postgres: "Permissive policies are joined with OR (measured).",
    sources: &["pg-schema-diff/AUTHZ_UPDATE"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::CreatePolicy(it) = change else { return None };
    if !it.what.permissive.eq_ignore_ascii_case("permissive") || renamed_policy(change, context) {
        return None;
    }
    let table = policy_table(&it.table, &it.what);
    let finding = RULE.finding(format!(
        "Policy {} lets {} through on {table} ({}).",
        it.what.name,
        list(&it.what.to),
        it.what.command
    ));
    let opened = context.changes.iter();
    let mut opened =
        opened.filter(|other| matches!(other, Change::EnableRls(name) if *name == it.table));
    if opened.next().is_some() {
        let proof =
            "the table had no row-level security: the policy lets through a part of what was open";
        return Some(finding.with_severity(Severity::Safe).because(proof));
    }
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::{Dangerous, Safe};

    #[test]
    fn dangerous_where_security_was_on() {
        let funds = || table("funds", &["id uuid"]).rls();
        let added = case(schema([funds()]), schema([funds().policy("all", "true")]));
        assert_eq!(added.says(RULE.id), Some(Dangerous));
        let open = || table("funds", &["id uuid"]);
        let first = case(schema([open()]), schema([open().policy("own", "id = auth.uid()")]));
        assert_eq!(first.says(RULE.id), Some(Safe));
        assert_eq!(case(schema([]), schema([funds().policy("all", "true")])).says(RULE.id), None);
    }
}
