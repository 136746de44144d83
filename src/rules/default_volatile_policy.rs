//! `default.volatile_policy`

use super::prelude::*;
use crate::postgres::{Volatility, volatility};
use crate::schema::Column;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "default.volatile_policy",
    severity: Severity::Risky,
    condition: "A default is set that gives every row another value.",
    effect: "The database, not the application, invents the value: it is known only after the insert, \
             and is another one when the same rows are loaded again.",
    remedy: "Let the application make the value, or use an identity column.",
    postgres: "SET DEFAULT is catalog only and does not touch existing rows; ADD COLUMN with such a \
             default rewrites the table (measured).",
    sources: &["bytebase/COLUMN_DEFAULT_DISALLOW_VOLATILE"],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let is_volatile = |column: &&Column| {
        default_text(column).is_some_and(|text| volatility(&text) == Volatility::Volatile)
    };
    let (table, columns) = if let Change::SetDefault(it) = change {
        (&it.table, vec![&it.what.after])
    } else {
        new_columns(change)?
    };
    let found: Vec<String> = columns
        .into_iter()
        .filter(is_volatile)
        .map(|it| format!("{} ({})", it.name, default_text(it).unwrap_or_default()))
        .collect();
    (!found.is_empty())
        .then(|| RULE.finding(format!("Volatile defaults in {table}: {}.", list(&found))))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Risky;

    #[test]
    fn fires_on_a_default_per_row() {
        let funds = |column: &str| schema([table("funds", &[column])]);
        let says = |before, after| case(before, after).policy(RULE.id).says(RULE.id);
        let random = || funds("id uuid default gen_random_uuid()");
        assert_eq!(says(schema([]), random()), Some(Risky));
        assert_eq!(says(funds("id uuid"), random()), Some(Risky));
        assert_eq!(says(schema([]), funds("at timestamptz default now()")), None);
    }
}
