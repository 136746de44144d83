//! `table.rename`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "table.rename",
    severity: Severity::Dangerous,
    condition: "A table is renamed.",
    effect: "Every running client that names the old table fails at once (42P01) until it is deployed \
             again.",
    remedy: "Rename it and create an updatable view under the old name in the same transaction \
             (security_invoker on PostgreSQL 15 and later); drop the view once all code uses the new \
             name.",
    postgres: "ACCESS EXCLUSIVE, catalog only, no row is touched. Constraint, index and sequence names \
             stay.",
    sources: &["atlas/BC101", "squawk/renaming-table", "strong_migrations/rename_table"],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let Change::RenameTable(name) = change else { return None };
    Some(RULE.finding(format!("Table {} is renamed to {}.", name.before, name.after)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_on_a_stated_rename() {
        let before = schema([table("users", &["id uuid"])]);
        let after = schema([table("people", &["id uuid"])]);
        let renamed = case(before, after).rename("table:public.users=public.people");
        assert_eq!(renamed.says(RULE.id), Some(Dangerous));
        assert_eq!(renamed.messages(RULE.id), ["Table public.users is renamed to public.people."]);
    }

    #[test]
    fn silent_on_a_move() {
        let before = schema([table("users", &["id uuid"])]);
        let after = schema([table("crm.users", &["id uuid"])]);
        assert_eq!(case(before, after).rename("table:public.users=crm.users").says(RULE.id), None);
    }
}
