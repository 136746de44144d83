//! `column.add.const_default`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "column.add.const_default",
    severity: Severity::Safe,
    condition: "A column is added whose default is the same for every row.",
    effect: "Existing rows get the default without being written; with now() they all get the same \
             timestamp.",
    remedy: "Nothing has to be done.",
    postgres: "Catalog only on PostgreSQL 12 to 18, also for now() and the other STABLE functions \
             (measured).",
    sources: &["squawk/adding-field-with-default", "strong_migrations/safe"],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let Change::AddColumn(it) = change else { return None };
    let default = default_text(&it.what)?;
    let volatility = crate::postgres::volatility(&default);
    if volatility > crate::postgres::Volatility::Stable || it.what.identity.is_some() {
        return None;
    }
    let column = path(&it.table, &it.what.name);
    let finding = RULE.finding(format!("{column} is added with the default {default}."));
    Some(finding.because(match volatility {
        crate::postgres::Volatility::Stable => {
            "the default is STABLE: evaluated once, catalog only"
        }
        _ => "the default is a constant: catalog only",
    }))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Safe;

    #[test]
    fn constants_and_now_are_safe() {
        let before = || schema([table("users", &["id uuid"])]);
        let added = |column: &str| case(before(), schema([table("users", &["id uuid", column])]));
        assert_eq!(added("n integer not null default 0").worst(), Safe);
        assert_eq!(added("at timestamptz not null default now()").worst(), Safe);
        assert_eq!(added("at timestamptz not null default now()").says(RULE.id), Some(Safe));
        assert_eq!(added("u uuid default gen_random_uuid()").says(RULE.id), None);
    }
}
