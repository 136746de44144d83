//! `pk.drop`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "pk.drop",
    severity: Severity::Dangerous,
    condition: "The primary key of a table is dropped.",
    effect: "Duplicates become possible, foreign keys to it stop the statement (2BP01), and logical \
             replication loses the identity of the rows.",
    remedy: "Put another unique, NOT NULL key in its place in the same transaction.",
    postgres: "ACCESS EXCLUSIVE, catalog only; NOT NULL stays (measured). drizzle-kit generate writes \
             only a comment for a .primaryKey() column.",
    sources: &["prisma/PrimaryKeyChange", "drizzle-kit/alter_column_drop_pk"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::DropPrimaryKey(it) = change else { return None };
    let names = context.names();
    let head = names.table_to_head(&it.table);
    let replaced = context.changes.iter();
    let mut replaced =
        replaced.filter(|other| matches!(other, Change::AddPrimaryKey(new) if new.table == head));
    if replaced.next().is_some() {
        return None;
    }
    let finding = RULE.finding(format!(
        "{} loses its primary key ({}).",
        it.table,
        it.what.columns.join(", ")
    ));
    let referring = dependents::referencing(context.schemas.after, &head);
    let referring: Vec<String> =
        referring.map(|(table, key)| format!("{} of {table}", key.name)).collect();
    Some(match referring.as_slice() {
        [] => finding,
        keys => finding.because(format!("{} may need it", list(keys))),
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_when_nothing_replaces_it() {
        let before = schema([table("users", &["id uuid primary key", "n integer not null"])]);
        let after = schema([table("users", &["id uuid not null", "n integer not null"])]);
        assert_eq!(case(before.clone(), after).says(RULE.id), Some(Dangerous));
        let other = schema([table("users", &["id uuid not null", "n integer primary key"])]);
        assert_eq!(case(before, other).says(RULE.id), None);
    }
}
