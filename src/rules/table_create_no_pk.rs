//! `table.create.no_pk`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "table.create.no_pk",
    severity: Severity::Risky,
    condition: "A new table has no primary key.",
    effect: "Duplicate rows are possible, rows cannot be addressed one by one for batches, and \
             logical replication refuses UPDATE and DELETE.",
    remedy: "Give it a primary key now; on a full table that is an expensive change.",
    postgres: "Without a primary key or another replica identity, UPDATE and DELETE on a published \
             table fail (55000).",
    sources: &["splinter/0004_no_primary_key", "bytebase/TABLE_REQUIRE_PK"],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let Change::CreateTable(table) = change else { return None };
    let not_null = |name: &String| is_not_null(table, name);
    let keyed =
        unique_sets(table).iter().any(|(_, key)| !key.is_empty() && key.iter().all(not_null));
    if keyed {
        return None;
    }
    Some(RULE.finding(format!("New table {} has no primary key.", table.name)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Risky;

    #[test]
    fn fires_without_any_key() {
        let after = schema([table("events", &["at timestamp not null"])]);
        assert_eq!(case(schema([]), after).says(RULE.id), Some(Risky));
    }

    #[test]
    fn silent_with_a_key_of_any_kind() {
        let tables = [
            table("a", &["id uuid primary key"]),
            table("b", &["x uuid", "y uuid"]).key("b_x_y_pk", &["x", "y"]),
            table("c", &["x uuid not null"]).unique("c_x_unique", &["x"]),
        ];
        assert_eq!(case(schema([]), schema(tables)).says(RULE.id), None);
    }
}
