//! `check.add`

use super::prelude::*;
use crate::postgres::{SqlType, Value, holds, stored};
use crate::schema::Column;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "check.add",
    severity: Severity::Risky,
    condition: "A CHECK is added to a table that exists.",
    effect: "The whole table is read while nobody can read or write it; it fails on the first row \
             that violates it (23514).",
    remedy: "Add it as NOT VALID, then VALIDATE CONSTRAINT in a transaction of its own.",
    postgres: "ACCESS EXCLUSIVE and a full scan; VALIDATE CONSTRAINT takes only SHARE UPDATE EXCLUSIVE \
             (measured).",
    sources: &[
        "squawk/constraint-missing-not-valid",
        "strong_migrations/add_check_constraint",
        "eugene/E1",
        "bytebase/STATEMENT_ADD_CHECK_NOT_VALID",
    ],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::AddCheck(it) = change else { return None };
    if pairs::renamed(change, context).is_some() {
        return None;
    }
    let finding = RULE.finding(format!("Check {} is added to {}.", it.what.name, it.table));
    let head = context.schemas.after.table(&it.table)?;
    let named =
        head.columns.values().filter(|column| dependents::mentions(&it.what.value, &column.name));
    let named: Vec<&Column> = named.collect();
    let is_new = |column: &Column| context.is_new_column(&it.table, &column.name);
    let empty = |column: &&Column| {
        let null = !column.not_null && column.default.is_none() && column.generated.is_none();
        null && is_new(column)
    };
    // What every existing row has in a column that is new.
    let known = |name: &str| {
        let column = named.iter().find(|it| it.name == name)?;
        if empty(column) {
            return Some(Value::Null);
        }
        let ty = SqlType::of(column, context.schemas.after);
        let plain = is_new(column) && column.generated.is_none();
        stored(&default_text(column).filter(|_| plain)?, &ty)
    };
    let given = named.iter().any(|column| is_new(column));
    match holds(&it.what.value, &known).filter(|_| given) {
        Some(Value::Bool(false)) => {
            return Some(finding.because("it fails in every table that has a row (23514)"));
        }
        Some(Value::Bool(true) | Value::Null) => {
            let proof = "it cannot fail: the new columns have the same value in every existing row, which \
                         passes; the table is read all the same";
            return Some(finding.because(proof));
        }
        Some(Value::Number(_) | Value::Text(_) | Value::Other) | None => {}
    }
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::{Dangerous, Risky};

    #[test]
    fn fires_on_existing_columns() {
        let funds = || table("funds", &["size integer"]);
        let checked = || schema([funds().check("size_positive", "\"funds\".\"size\" > 0")]);
        assert_eq!(case(schema([funds()]), checked()).says(RULE.id), Some(Risky));
        assert_eq!(
            case(schema([funds()]), checked()).critical("funds").says(RULE.id),
            Some(Dangerous)
        );
        assert_eq!(case(checked(), schema([funds()])).says(RULE.id), None);
    }

    #[test]
    fn new_columns_cannot_violate_it() {
        let before = schema([table("funds", &["id uuid"])]);
        let after =
            |check: &str| schema([table("funds", &["id uuid", "size integer"]).check("c", check)]);
        let proved = case(before.clone(), after("\"funds\".\"size\" > 0"));
        assert_eq!(proved.says(RULE.id), Some(Risky));
        assert!(proved.findings(RULE.id)[0].evidence[0].starts_with("it cannot fail"));
        let required = case(before.clone(), after("size is not null"));
        let why = required.findings(RULE.id)[0].evidence[0].clone();
        assert!(why.starts_with("it fails in every table that has a row"), "{why}");
        // A function may make something of NULL.
        let unknown = case(before, after("coalesce(size, 0) > 0"));
        assert!(unknown.findings(RULE.id)[0].evidence.is_empty());
    }

    #[test]
    fn a_constant_default_passes_or_fails() {
        let before = schema([table("funds", &["id uuid"])]);
        let after = |default: &str| {
            let column = format!("size integer not null default {default}");
            schema([table("funds", &["id uuid", &column]).check("c", "\"funds\".\"size\" > 0")])
        };
        let why = |default: &str| {
            let said = case(before.clone(), after(default)).findings(RULE.id).remove(0);
            said.evidence.first().cloned().unwrap_or_default()
        };
        assert!(why("1").starts_with("it cannot fail"));
        assert!(why("0").starts_with("it fails in every table"));
        assert_eq!(why("random()"), "");
    }
}
