//! `default.misclassified`

use super::prelude::*;
use crate::postgres::{Volatility, volatility};

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "default.misclassified",
    severity: Severity::Safe,
    condition: "A column is added with now(), CURRENT_TIMESTAMP or another STABLE function as its default.",
    effect: "Existing rows get one and the same value without being written: it is evaluated once.",
    remedy: "Nothing has to be done; fill old rows with their own times if they are known.",
    postgres: "STABLE is not VOLATILE: ADD COLUMN … DEFAULT now() is catalog only on PostgreSQL 12 to 18 \
             (measured). clock_timestamp() is VOLATILE and rewrites the table.",
    sources: &["safe-pg-migrations/volatile-default"],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let Change::AddColumn(it) = change else { return None };
    let default = default_text(&it.what)?;
    if volatility(&default) != Volatility::Stable {
        return None;
    }
    let column = path(&it.table, &it.what.name);
    Some(
        RULE.finding(format!(
            "The default {default} of {column} is evaluated once, not for every row."
        ))
        .because("it is STABLE, not VOLATILE: no rewrite"),
    )
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Safe;

    #[test]
    fn now_is_stable() {
        let before = || schema([table("deals", &["id uuid"])]);
        let added = |column: &str| case(before(), schema([table("deals", &["id uuid", column])]));
        assert_eq!(added("at timestamptz not null default now()").says(RULE.id), Some(Safe));
        assert_eq!(added("at timestamptz default clock_timestamp()").says(RULE.id), None);
        assert_eq!(added("n integer default 0").says(RULE.id), None);
    }
}
