//! `rls.enable_no_policy`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "rls.enable_no_policy",
    severity: Severity::Dangerous,
    condition: "Row-level security is enabled without a policy.",
    effect: "Every role but the owner sees no row at all and cannot insert (42501).",
    remedy: "Create the policies in the same change.",
    postgres: "Without a policy everything is denied (measured).",
    sources: &["splinter/0008_rls_enabled_no_policy"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::EnableRls(table) = change else { return None };
    if !context.schemas.after.table(table)?.policies.is_empty() {
        return None;
    }
    Some(RULE.finding(format!("{table} has no policy: nobody but its owner sees a row.")))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn silent_with_a_policy() {
        let funds = || table("funds", &["id uuid"]);
        assert_eq!(case(schema([funds()]), schema([funds().rls()])).says(RULE.id), Some(Dangerous));
        let with = schema([funds().policy("own", "id = auth.uid()")]);
        assert_eq!(case(schema([funds()]), with).says(RULE.id), None);
    }
}
