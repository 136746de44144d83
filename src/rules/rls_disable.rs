//! `rls.disable`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "rls.disable",
    severity: Severity::Dangerous,
    condition: "Row-level security is disabled.",
    effect: "Every role with a grant on the table sees and changes all rows.",
    remedy: "Keep .enableRLS(); change the policies instead.",
    postgres: "All rows are visible as soon as it is committed (measured).",
    sources: &["pg-schema-diff/AUTHZ_UPDATE", "drizzle-orm/4948"],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let Change::DisableRls(table) = change else { return None };
    Some(RULE.finding(format!("Row-level security is disabled on {table}: all its rows are open.")))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_when_it_ends() {
        let funds = || table("funds", &["id uuid"]);
        assert_eq!(case(schema([funds().rls()]), schema([funds()])).says(RULE.id), Some(Dangerous));
        let kept = case(schema([funds().rls()]), schema([funds().policy("own", "false")]));
        assert_eq!(kept.says(RULE.id), None);
    }
}
