//! `check.add`

use super::prelude::*;

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
    let named: Vec<&crate::schema::Column> = named.collect();
    let empty = |column: &&crate::schema::Column| {
        let null = !column.not_null && column.default.is_none() && column.generated.is_none();
        null && context.is_new_column(&it.table, &column.name)
    };
    let asks_for_null = it.what.value.to_ascii_lowercase().contains("null");
    if !named.is_empty() && named.iter().all(empty) && !asks_for_null {
        let proof = "it cannot fail: all its columns are new and NULL in every existing row, which no \
                     CHECK refuses; the table is read all the same";
        return Some(finding.because(proof));
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
        assert!(case(before, after("size is not null")).findings(RULE.id)[0].evidence.is_empty());
    }
}
