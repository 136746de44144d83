//! `rls.enable`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "rls.enable",
    severity: Severity::Dangerous,
    condition: "Row-level security is enabled on a table that exists.",
    effect: "Every role but the owner sees only what a policy lets through, and INSERT fails (42501) \
             where none does; the owner sees everything as before.",
    remedy: "Create the policies first, in the same transaction, and test with the role of the \
             application.",
    postgres: "ACCESS EXCLUSIVE, catalog only; the owner bypasses it unless FORCE is set (measured).",
    sources: &["pg-schema-diff/AUTHZ_UPDATE"],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let Change::EnableRls(table) = change else { return None };
    Some(RULE.finding(format!("Row-level security is enabled on {table}.")))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_on_an_existing_table_only() {
        let funds = || table("funds", &["id uuid primary key"]);
        assert_eq!(case(schema([funds()]), schema([funds().rls()])).says(RULE.id), Some(Dangerous));
        assert_eq!(case(schema([]), schema([funds().rls()])).says(RULE.id), None);
    }
}
