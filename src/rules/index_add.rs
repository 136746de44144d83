//! `index.add`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "index.add",
    severity: Severity::Risky,
    condition: "An index is created without CONCURRENTLY.",
    effect: "Writes to the table wait until the index is built.",
    remedy: "CREATE INDEX CONCURRENTLY, outside of a transaction.",
    postgres: "SHARE on the table for the whole build; CONCURRENTLY takes SHARE UPDATE EXCLUSIVE.",
    sources: &[
        "squawk/require-concurrent-index-creation",
        "strong_migrations/add_index",
        "eugene/E6",
        "atlas/PG101",
        "pg-schema-diff/ACQUIRES_SHARE_LOCK",
    ],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::CreateIndex(it) = change else { return None };
    if pairs::renamed(change, context).is_some() {
        return None;
    }
    let columns: Vec<&str> = it.what.columns.iter().map(|key| key.expression.as_str()).collect();
    let finding = RULE.finding(format!(
        "Index {} is built on {}({}).",
        it.what.name,
        it.table,
        columns.join(", ")
    ));
    if it.what.concurrently {
        return Some(
            finding.with_severity(Severity::Safe).because("CONCURRENTLY: reads and writes go on"),
        );
    }
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::{Risky, Safe};

    #[test]
    fn risky_unless_concurrent() {
        let users = || table("users", &["mail text"]);
        let plain = case(schema([users()]), schema([users().index("i", &["mail"])]));
        assert_eq!(plain.says(RULE.id), Some(Risky));
        let concurrent = users().index("i", &["mail"]).edit_index("i", |it| it.concurrently = true);
        assert_eq!(case(schema([users()]), schema([concurrent])).says(RULE.id), Some(Safe));
    }

    #[test]
    fn silent_on_a_new_table() {
        let users = table("users", &["mail text primary key"]).index("i", &["mail"]);
        let created = case(schema([]), schema([users]));
        assert_eq!((created.says(RULE.id), created.worst()), (None, Safe));
    }
}
