//! `column.drop.sequence`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "column.drop.sequence",
    severity: Severity::Dangerous,
    condition: "A dropped column owns a sequence (serial or identity).",
    effect: "The counter is lost with it: a column added again starts at 1 and collides with the \
             numbers already given out.",
    remedy: "Record the last value before dropping it.",
    postgres: "A sequence owned by a column is dropped with the column (measured on PostgreSQL 12 to \
             18).",
    sources: &["pg-schema-diff/DELETES_DATA"],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let Change::DropColumn(it) = change else { return None };
    if it.what.identity.is_none() && !it.what.ty.contains("serial") {
        return None;
    }
    let column = path(&it.table, &it.what.name);
    Some(
        RULE.finding(format!(
            "Dropping {column} drops its sequence and the last number given out."
        )),
    )
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_for_serial_and_identity() {
        let after = || schema([table("orders", &["id uuid"])]);
        for column in ["number serial not null", "number bigint identity"] {
            let before = schema([table("orders", &["id uuid", column])]);
            assert_eq!(case(before, after()).says(RULE.id), Some(Dangerous));
        }
        let before = schema([table("orders", &["id uuid", "number integer"])]);
        assert_eq!(case(before, after()).says(RULE.id), None);
    }
}
