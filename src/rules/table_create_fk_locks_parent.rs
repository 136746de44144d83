//! `table.create.fk_locks_parent`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "table.create.fk_locks_parent",
    severity: Severity::Safe,
    condition: "A new table has a foreign key to a table that exists.",
    effect: "Writes to the referenced table wait while the new table is created, which is short \
             unless a long transaction is in the way.",
    remedy: "Set lock_timeout and retry; on a busy table create the new one without the foreign key \
             and add it NOT VALID.",
    postgres: "CREATE TABLE … REFERENCES takes SHARE ROW EXCLUSIVE on the referenced table (measured on \
             PostgreSQL 12 to 18); there is nothing to validate.",
    sources: &["strong_migrations/add_foreign_key"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::CreateTable(table) = change else { return None };
    let keys = table.foreign_keys.values().filter(|key| !context.is_new(&key.to));
    let mut parents: Vec<&QualifiedName> = keys.map(|key| &key.to).collect();
    parents.sort();
    parents.dedup();
    if parents.is_empty() {
        return None;
    }
    Some(RULE.finding(format!(
        "Creating {} blocks writes to {} for a moment.",
        table.name,
        list(&parents)
    )))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::{Risky, Safe};

    fn new_deals() -> Case {
        let funds = || table("funds", &["id uuid primary key"]);
        let deals = table("deals", &["id uuid primary key", "fund_id uuid"]);
        case(schema([funds()]), schema([funds(), deals.references("fk", "fund_id", "funds")]))
    }

    #[test]
    fn safe_unless_the_parent_is_critical() {
        assert_eq!(new_deals().says(RULE.id), Some(Safe));
        assert_eq!(new_deals().worst(), Safe);
        assert_eq!(new_deals().critical("funds").says(RULE.id), Some(Risky));
    }

    #[test]
    fn silent_when_both_are_new() {
        let funds = table("funds", &["id uuid primary key"]);
        let deals = table("deals", &["id uuid primary key"]).references("fk", "id", "funds");
        assert_eq!(case(schema([]), schema([funds, deals])).says(RULE.id), None);
    }
}
