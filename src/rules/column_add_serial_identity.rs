//! `column.add.serial_identity`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "column.add.serial_identity",
    severity: Severity::Dangerous,
    condition: "A serial or identity column is added to a table that exists.",
    effect: "The whole table and all its indexes are written again while nobody can read or write it; \
             drizzle-kit push --force empties the table first.",
    remedy: "Create the sequence, add the column nullable, fill the old rows with nextval in batches, \
             then set the default, NOT NULL and the identity.",
    postgres: "ACCESS EXCLUSIVE and a full rewrite on PostgreSQL 12 to 18. drizzle-kit 0.31 push \
             --force truncates the table (measured).",
    sources: &[
        "squawk/adding-serial-primary-key-field",
        "strong_migrations/add_column_auto_incrementing",
        "eugene/E11",
    ],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::AddColumn(it) = change else { return None };
    if it.what.identity.is_none() && !it.what.ty.contains("serial") {
        return None;
    }
    let column = path(&it.table, &it.what.name);
    let finding =
        RULE.finding(format!("{column} is added with a sequence: every row is written again."));
    if !context.may_push() {
        return Some(finding);
    }
    Some(finding.because(truncated(&it.table, context)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_for_both_kinds() {
        let before = || schema([table("orders", &["id uuid"])]);
        for column in ["number serial not null", "number bigint identity always"] {
            let added = case(before(), schema([table("orders", &["id uuid", column])]));
            assert_eq!(added.says(RULE.id), Some(Dangerous), "{column}");
        }
        let plain = case(before(), schema([table("orders", &["id uuid", "number integer"])]));
        assert_eq!(plain.says(RULE.id), None);
    }
}
