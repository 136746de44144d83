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
    let is_new = |column: &&String| context.is_new_column(&it.table, column);
    let is_null = |column: &&String| {
        let column = context.schemas.after.column(&it.table, column);
        column.is_some_and(|it| {
            let filled = it.default.is_some() || it.generated.is_some() || it.identity.is_some();
            !it.not_null && !filled && !it.ty.contains("serial")
        })
    };
    if let Some(column) = it.what.columns_from.iter().filter(is_new).find(is_null) {
        return Some(finding.because(format!(
            "it cannot fail: {column} is new and NULL in every existing row, which refers to nothing then; the \
             rows are looked through all the same"
        )));
    }
    if it.what.columns_from.iter().all(|column| is_new(&column)) {
        return Some(finding.because(format!(
            "its columns are new: what every existing row gets in them has to exist in {} (23503)",
            it.what.to
        )));
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

    #[test]
    fn says_what_existing_rows_have_in_new_columns() {
        let funds = || table("funds", &["id integer primary key"]);
        let before = || schema([funds(), table("deals", &["note text"])]);
        let with = |column: &str| {
            let deals = table("deals", &["note text", column]);
            schema([funds(), deals.references("fk", "fund_id", "funds")])
        };
        let evidence = |column: &str| {
            let found = case(before(), with(column)).findings(RULE.id);
            found[0].evidence.join(" ")
        };
        assert!(evidence("fund_id integer").starts_with("it cannot fail: fund_id is new and NULL"));
        assert!(evidence("fund_id integer default 1").contains("has to exist in public.funds"));
    }
}
