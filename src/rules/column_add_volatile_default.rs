//! `column.add.volatile_default`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "column.add.volatile_default",
    severity: Severity::Risky,
    condition: "A column is added whose default is another value for every row.",
    effect: "The whole table and all its indexes are written again while nobody can read or write it.",
    remedy: "Add it without default, set the default, fill the old rows in batches.",
    postgres: "ACCESS EXCLUSIVE and a full rewrite on PostgreSQL 12 to 18 for gen_random_uuid(), \
             random(), clock_timestamp(), nextval() (measured).",
    sources: &[
        "strong_migrations/add_column_default",
        "eugene/E10",
        "bytebase/COLUMN_DEFAULT_DISALLOW_VOLATILE",
    ],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let Change::AddColumn(it) = change else { return None };
    let default = default_text(&it.what)?;
    let volatility = crate::postgres::volatility(&default);
    if volatility <= crate::postgres::Volatility::Stable {
        return None;
    }
    let column = path(&it.table, &it.what.name);
    let finding = RULE
        .finding(format!("{column} is added with the default {default}, evaluated for every row."));
    if volatility == crate::postgres::Volatility::Volatile {
        return Some(finding);
    }
    Some(finding.because(
        "its function is not known; unless it is STABLE or IMMUTABLE the table is rewritten",
    ))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::{Dangerous, Risky};

    #[test]
    fn fires_on_a_default_per_row() {
        let before = || schema([table("users", &["id uuid"])]);
        let added = |column: &str| case(before(), schema([table("users", &["id uuid", column])]));
        assert_eq!(added("u uuid not null default gen_random_uuid()").says(RULE.id), Some(Risky));
        assert_eq!(added("u text default make_code()").says(RULE.id), Some(Risky));
        assert_eq!(
            added("u uuid default gen_random_uuid()").critical("users").says(RULE.id),
            Some(Dangerous)
        );
        assert_eq!(added("at date default now()").says(RULE.id), None);
    }
}
