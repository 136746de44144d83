//! `column.add.json`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "column.add.json",
    severity: Severity::Risky,
    condition: "A json (not jsonb) column is added to a table that exists.",
    effect: "json has no equality operator: existing SELECT DISTINCT, GROUP BY and UNION over all \
             columns fail (42883).",
    remedy: "Use jsonb.",
    postgres: "json has no equality operator and no default btree operator class; jsonb has both.",
    sources: &["strong_migrations/add_column_json", "eugene/E3"],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let Change::AddColumn(it) = change else { return None };
    if !matches!(it.what.ty.as_str(), "json" | "json[]") {
        return None;
    }
    Some(RULE.finding(format!("{} is json, not jsonb.", path(&it.table, &it.what.name))))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Risky;

    #[test]
    fn fires_on_json_only() {
        let before = || schema([table("funds", &["id uuid"])]);
        let added = |column: &str| case(before(), schema([table("funds", &["id uuid", column])]));
        assert_eq!(added("meta json").says(RULE.id), Some(Risky));
        assert_eq!(added("meta jsonb").says(RULE.id), None);
    }
}
