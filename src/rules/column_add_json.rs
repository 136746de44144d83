//! `column.add.json`

use super::prelude::*;

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

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let Change::AddColumn(it) = change else { return None };
    let element = it.what.ty.trim_end_matches("[]");
    let column = path(&it.table, &it.what.name);
    match element {
        "json" => Some(RULE.finding(format!("{column} is json, not jsonb."))),
        "xml" | "point" | "line" | "lseg" | "box" | "path" | "polygon" | "circle" => {
            Some(RULE.finding(format!("{column} is of the type {element}, which has no equality.")))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Risky;

    #[test]
    fn fires_on_types_without_equality() {
        let before = || schema([table("funds", &["id uuid"])]);
        let added = |column: &str| case(before(), schema([table("funds", &["id uuid", column])]));
        assert_eq!(added("meta json").says(RULE.id), Some(Risky));
        assert_eq!(added("place point").says(RULE.id), Some(Risky));
        assert_eq!(added("meta jsonb").says(RULE.id), None);
    }
}
