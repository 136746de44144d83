//! `rls.auto_disable`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "rls.auto_disable",
    severity: Severity::Dangerous,
    condition: "The last policy of a table is removed and .enableRLS() is not written.",
    effect: "drizzle-kit disables row-level security by itself, without a prompt: all rows are open.",
    remedy: "Write .enableRLS() on the table, so that no policy means no access.",
    postgres: "drizzle-kit emits DISABLE ROW LEVEL SECURITY and DROP POLICY … CASCADE (measured for \
             0.31 and 1.0-rc.4).",
    sources: &["drizzle-orm/4948"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::DisableRls(table) = change else { return None };
    let base = context.base_table(table)?;
    if base.policies.is_empty() {
        return None;
    }
    Some(RULE.finding(format!(
        "With {} the last policy of {table} goes, and drizzle-kit disables row-level security.",
        list(&base.policies.keys().collect::<Vec<_>>())
    )))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_with_the_last_policy() {
        let funds = || table("funds", &["id uuid"]);
        let secured = || schema([funds().policy("own", "id = auth.uid()")]);
        assert_eq!(case(secured(), schema([funds()])).says(RULE.id), Some(Dangerous));
        assert_eq!(case(secured(), schema([funds().rls()])).says(RULE.id), None);
        assert_eq!(case(schema([funds().rls()]), schema([funds()])).says(RULE.id), None);
    }
}
