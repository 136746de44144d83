//! `pk.add`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "pk.add",
    severity: Severity::Dangerous,
    condition: "A primary key is added to a table that exists.",
    effect: "The table can be neither read nor written while it is scanned for NULLs and its index is \
             built; it fails on NULLs (23502) and duplicates (23505).",
    remedy: "Prove NOT NULL through a validated CHECK, build a unique index concurrently, then ADD \
             CONSTRAINT … PRIMARY KEY USING INDEX.",
    postgres: "ACCESS EXCLUSIVE, index build and a full scan for NOT NULL (measured on PostgreSQL 12 to \
             18).",
    sources: &["squawk/adding-serial-primary-key-field", "bytebase/CompatibilityAddPrimaryKey"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::AddPrimaryKey(it) = change else { return None };
    let names = context.names();
    let replaced = context.changes.iter().any(|other| {
        matches!(other, Change::DropPrimaryKey(old) if names.table_to_head(&old.table) == it.table)
    });
    if replaced {
        return None;
    }
    let finding = RULE.finding(format!(
        "{}({}) becomes the primary key.",
        it.table,
        it.what.columns.join(", ")
    ));
    let base = context.base_table(&it.table)?;
    let old: Vec<String> = it
        .what
        .columns
        .iter()
        .map(|name| names.column_to_base(&it.table, name).to_owned())
        .collect();
    if let Some(key) = proves_unique(base, &old, true)
        && old.iter().all(|column| is_not_null(base, column))
    {
        let proof =
            format!("{key} keeps these columns unique and none can be NULL: it cannot fail");
        return Some(finding.with_severity(Severity::Risky).because(proof));
    }
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::{Dangerous, Risky};

    #[test]
    fn dangerous_unless_proved() {
        let before = schema([table("users", &["id uuid"])]);
        let after = schema([table("users", &["id uuid primary key"])]);
        assert_eq!(case(before, after.clone()).says(RULE.id), Some(Dangerous));
        let unique = schema([table("users", &["id uuid not null"]).unique("u", &["id"])]);
        assert_eq!(case(unique, after.clone()).says(RULE.id), Some(Risky));
        assert_eq!(case(schema([]), after).says(RULE.id), None);
    }
}
