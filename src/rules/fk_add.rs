//! `fk.add`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "fk.add",
    severity: Severity::Risky,
    condition: "A foreign key is added to a table that exists.",
    effect: "Writes to both tables wait while every row is checked; it fails on the first orphan \
             (23503).",
    remedy: "Index the column concurrently, look for orphans, add the foreign key as NOT VALID and \
             validate it in a transaction of its own.",
    postgres: "SHARE ROW EXCLUSIVE on both tables (reads go on) and a validation join; VALIDATE \
             CONSTRAINT takes SHARE UPDATE EXCLUSIVE and ROW SHARE (measured).",
    sources: &[
        "squawk/adding-foreign-key-constraint",
        "strong_migrations/add_foreign_key",
        "eugene/E1",
        "bytebase/STATEMENT_ADD_FK_NOT_VALID",
    ],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::AddForeignKey(it) = change else { return None };
    if pairs::renamed(change, context).is_some() {
        return None;
    }
    let finding = RULE.finding(format!(
        "{}({}) has to exist in {}({}) from now on.",
        it.table,
        it.what.columns_from.join(", "),
        it.what.to,
        it.what.columns_to.join(", ")
    ));
    if it.what.columns_from.iter().all(|column| context.is_new_column(&it.table, column)) {
        return Some(finding.because(
            "its columns are new: unless they have a default, there is no value to check",
        ));
    }
    if context.is_new(&it.what.to) {
        return Some(finding.because(format!(
            "{} is new and empty: every value there is now is an orphan",
            it.what.to
        )));
    }
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::{Dangerous, Risky};

    #[test]
    fn fires_on_an_existing_table() {
        let funds = || table("funds", &["id uuid primary key"]);
        let deals = || table("deals", &["fund_id uuid"]);
        let keyed = || schema([funds(), deals().references("fk", "fund_id", "funds")]);
        assert_eq!(case(schema([funds(), deals()]), keyed()).says(RULE.id), Some(Risky));
        assert_eq!(
            case(schema([funds(), deals()]), keyed()).critical("funds").says(RULE.id),
            Some(Dangerous)
        );
        assert_eq!(case(schema([funds()]), keyed()).says(RULE.id), None);
    }
}
