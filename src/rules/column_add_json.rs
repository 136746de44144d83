//! `column.add.json`

use super::prelude::*;
use crate::schema::Column;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "column.add.json",
    severity: Severity::Risky,
    condition: "A column whose type has no equality is added to a table that exists: json (not jsonb), xml, \
                point, line and the other geometric types.",
    effect: "Existing SELECT DISTINCT, GROUP BY and UNION over all columns fail (42883).",
    remedy: "Use jsonb for json; name the columns in such queries.",
    postgres: "These types have no default btree or hash operator class, and so no equality that SELECT \
             DISTINCT could use; jsonb has both (measured on PostgreSQL 13 and 18).",
    sources: &["strong_migrations/add_column_json", "eugene/E3"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::AddColumn(it) = change else { return None };
    let column = path(&it.table, &it.what.name);
    let message = match without_equality(&it.what)? {
        "json" => format!("{column} is json, not jsonb."),
        ty => format!("{column} is of the type {ty}, which has no equality."),
    };
    let table = context.base_table(&it.table)?;
    let other = table.columns.values().find(|other| without_equality(other).is_some());
    let finding = RULE.finding(message);
    Some(match other {
        Some(other) => finding
            .with_severity(Severity::Safe)
            .because(format!("{} has none either: such queries fail already", other.name)),
        None => finding,
    })
}

/// The type of a column, without array, if it has no equality.
fn without_equality(column: &Column) -> Option<&str> {
    let element = column.ty.trim_end_matches("[]");
    let none = ["json", "xml", "point", "line", "lseg", "box", "path", "polygon", "circle"];
    none.contains(&element).then_some(element)
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::{Risky, Safe};

    #[test]
    fn fires_on_types_without_equality() {
        let before = || schema([table("funds", &["id uuid"])]);
        let added = |column: &str| case(before(), schema([table("funds", &["id uuid", column])]));
        assert_eq!(added("meta json").says(RULE.id), Some(Risky));
        assert_eq!(added("place point").says(RULE.id), Some(Risky));
        assert_eq!(added("meta jsonb").says(RULE.id), None);
        let placed = |columns: &[&str]| schema([table("funds", columns)]);
        let second = case(placed(&["place point"]), placed(&["place point", "meta json"]));
        assert_eq!(second.says(RULE.id), Some(Safe));
    }
}
