//! `index.drop.fk_support`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "index.drop.fk_support",
    severity: Severity::Risky,
    condition: "A dropped or changed index was the only one that covers a foreign key.",
    effect: "Every DELETE or UPDATE of a referenced row reads the whole referencing table from then \
             on.",
    remedy: "Keep it, or create another one that leads with the columns of the foreign key first.",
    postgres: "PostgreSQL looks the referencing rows up by these columns for every change of the \
             parent.",
    sources: &["splinter/0001_unindexed_foreign_keys"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let (table, name) = match change {
        Change::DropIndex(it) => (&it.table, &it.what.name),
        Change::AlterIndex(it) => (&it.table, &it.what.before.name),
        Change::DropUnique(it) => (&it.table, &it.what.name),
        Change::AlterUnique(it) => (&it.table, &it.what.before.name),
        Change::DropPrimaryKey(it) => (&it.table, &it.what.name),
        Change::AlterPrimaryKey(it) => (&it.table, &it.what.before.name),
        _ => return None,
    };
    let base = context.base_table(table)?;
    let head = context.head_table(table)?;
    let mut without = base.clone();
    without.indexes.shift_remove(name);
    without.uniques.shift_remove(name);
    without.primary_keys.shift_remove(name);
    let lost = head.foreign_keys.values().filter(|key| {
        let old: Vec<String> = key
            .columns_from
            .iter()
            .map(|name| context.names().column_to_base(&head.name, name).to_owned())
            .collect();
        covering_index(base, &old).is_some()
            && covering_index(&without, &old).is_none()
            && covering_index(head, &key.columns_from).is_none()
    });
    let lost: Vec<String> = lost
        .map(|key| {
            format!("{}({}), the foreign key to {}", head.name, key.columns_from.join(", "), key.to)
        })
        .collect();
    if lost.is_empty() {
        return None;
    }
    Some(RULE.finding(format!("{name} was the only index for {}.", lost.join("; for "))))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Risky;

    #[test]
    fn fires_when_the_foreign_key_is_left_alone() {
        let funds = || table("funds", &["id uuid primary key"]);
        let deals =
            || table("deals", &["fund_id uuid", "n integer"]).references("fk", "fund_id", "funds");
        let indexed = || schema([funds(), deals().index("i", &["fund_id"])]);
        assert_eq!(case(indexed(), schema([funds(), deals()])).says(RULE.id), Some(Risky));
        let other = schema([funds(), deals().index("j", &["fund_id", "n"])]);
        assert_eq!(case(indexed(), other).says(RULE.id), None);
    }
}
