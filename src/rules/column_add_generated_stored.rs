//! `column.add.generated_stored`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "column.add.generated_stored",
    severity: Severity::Risky,
    condition: "A generated column is added to a table that exists.",
    effect: "The whole table and all its indexes are written again while nobody can read or write it.",
    remedy: "Add a plain column, keep it with a trigger, fill the old rows in batches; or use a \
             VIRTUAL column on PostgreSQL 18.",
    postgres: "ACCESS EXCLUSIVE and a full rewrite for STORED, which is what Drizzle emits; VIRTUAL on \
             PostgreSQL 18 is catalog only (measured). drizzle-kit 0.31 push --force truncates the \
             table when the column is NOT NULL.",
    sources: &["strong_migrations/add_column_generated_stored", "eugene/E11"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::AddColumn(it) = change else { return None };
    it.what.generated.as_ref()?;
    let column = path(&it.table, &it.what.name);
    let mut finding =
        RULE.finding(format!("Generated column {column} is added: every row is written again."));
    if let Some(why) = context.made_too_late(&it.table, &it.what) {
        finding = finding.because(why);
    }
    if !it.what.not_null {
        return Some(finding);
    }
    let finding = finding.because("it fails where the expression gives NULL (23502)");
    if !context.may_push() {
        return Some(finding);
    }
    Some(finding.with_severity(Severity::Dangerous).because(truncated(&it.table, context)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::{Dangerous, Risky};

    #[test]
    fn risky_and_dangerous_where_push_would_truncate() {
        let before = || schema([table("orders", &["a integer"])]);
        let added =
            |column: &str| case(before(), schema([table("orders", &["a integer", column])]));
        assert_eq!(added("b integer generated (a * 2)").says(RULE.id), Some(Risky));
        assert_eq!(added("b integer not null generated (a * 2)").says(RULE.id), Some(Dangerous));
        assert_eq!(added("b integer").says(RULE.id), None);
        let late = ["a integer", "b integer generated (c * 2)", "c integer"];
        let late = case(before(), schema([table("orders", &late)])).findings(RULE.id);
        assert!(late[0].evidence[0].contains("adds c, which"), "{late:?}");
    }
}
