//! `column.add.primary_key`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "column.add.primary_key",
    severity: Severity::Dangerous,
    condition: "A primary key column is added to a table that exists.",
    effect: "The table is written again, its index is built and everybody waits; without a default it \
             fails on any table with rows.",
    remedy: "Add it nullable, fill it in batches, build a unique index concurrently, and make that \
             the primary key.",
    postgres: "ACCESS EXCLUSIVE, full rewrite for a default per row, index build (measured on \
             PostgreSQL 12 to 18).",
    sources: &["squawk/adding-serial-primary-key-field"],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let Change::AddColumn(it) = change else { return None };
    if !it.what.primary_key {
        return None;
    }
    Some(RULE.finding(format!("{} is added as the primary key.", path(&it.table, &it.what.name))))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_on_an_existing_table() {
        let before = schema([table("events", &["at date"])]);
        let after = schema([table(
            "events",
            &["at date", "id uuid primary key default gen_random_uuid()"],
        )]);
        assert_eq!(case(before.clone(), after).says(RULE.id), Some(Dangerous));
        let plain = schema([table("events", &["at date", "id uuid"])]);
        assert_eq!(case(before, plain).says(RULE.id), None);
    }
}
