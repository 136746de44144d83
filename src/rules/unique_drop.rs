//! `unique.drop`

use super::prelude::*;
use crate::diff::InTable;
use crate::schema::Unique;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "unique.drop",
    severity: Severity::Dangerous,
    condition: "A unique constraint or unique index is removed.",
    effect: "Duplicates become possible; once there are some, it cannot be added again. Upserts on \
             these columns fail (42P10).",
    remedy: "Keep it until no code relies on it.",
    postgres: "ACCESS EXCLUSIVE, catalog only; 2BP01 while a foreign key needs it; ON CONFLICT without \
             a matching index fails with 42P10. CREATE TABLE makes one constraint of a primary key and a \
             unique constraint over the same columns (measured).",
    sources: &["bytebase/SDLDropOperation", "pgsafe/drop-constraint"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    if pairs::renamed(change, context).is_some() {
        return None;
    }
    let (table, name, columns) = if let Change::DropUnique(it) = change {
        (&it.table, &it.what.name, it.what.columns.clone())
    } else if let Change::DropIndex(it) = change
        && it.what.unique
    {
        (
            &it.table,
            &it.what.name,
            it.what.columns.iter().map(|key| key.expression.clone()).collect(),
        )
    } else if let Change::AlterIndex(it) = change
        && it.what.before.unique
        && !it.what.after.unique
    {
        let keys = it.what.before.columns.iter();
        (&it.table, &it.what.after.name, keys.map(|key| key.expression.clone()).collect())
    } else {
        return None;
    };
    let finding = RULE
        .finding(format!("{table}({}) is no longer kept unique by {name}.", columns.join(", ")));
    let with_index =
        matches!(change, Change::DropIndex(it) if context.goes_with_a_column(table, &it.what));
    if with_index || context.is_dropped(table, &columns) {
        let proof = "it goes with a column that is dropped";
        return Some(finding.with_severity(Severity::Safe).because(proof));
    }
    let names = context.names();
    let head = context.head_table(table)?;
    let new = names.columns_to_head(&head.name, &columns);
    if let Change::DropUnique(it) = change
        && let Some(twin) = twin(it, context)
    {
        let proof = format!(
            "{twin} has the same columns: when both were created with the table, PostgreSQL made one \
             constraint of them, which is dropped with either name or is not there (42704)"
        );
        return Some(finding.because(proof));
    }
    let Some(key) = proves_unique(head, &new, false) else { return Some(finding) };
    let exact = unique_sets(head)
        .iter()
        .any(|(_, set)| set.len() == new.len() && set.iter().all(|it| new.contains(it)));
    let proof = format!("{key} still keeps them unique");
    let severity = if exact { Severity::Safe } else { Severity::Risky };
    Some(finding.with_severity(severity).because(proof))
}

/// The primary key or another unique constraint of the base over the same columns.
fn twin(drop: &InTable<Unique>, context: &Context<'_>) -> Option<String> {
    let base = context.base_table(&drop.table)?;
    if base.primary_key_columns() == drop.what.columns {
        return Some("the primary key".to_owned());
    }
    let mut others = base.uniques.values().filter(|it| it.name != drop.what.name);
    let twin = others.find(|it| it.columns == drop.what.columns)?;
    (twin.nulls_not_distinct == drop.what.nulls_not_distinct).then(|| twin.name.clone())
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::{Dangerous, Safe};

    #[test]
    fn fires_when_nothing_keeps_it_unique() {
        let users = || table("users", &["id uuid primary key", "mail text"]);
        let dropped = case(schema([users().unique("u", &["mail"])]), schema([users()]));
        assert_eq!(dropped.says(RULE.id), Some(Dangerous));
        let index = case(schema([users().unique_index("u", &["mail"])]), schema([users()]));
        assert_eq!(index.says(RULE.id), Some(Dangerous));
        let plain = case(schema([users().index("i", &["mail"])]), schema([users()]));
        assert_eq!(plain.says(RULE.id), None);
    }

    #[test]
    fn the_primary_key_may_be_the_same_constraint() {
        let users = || table("users", &["id uuid primary key"]);
        let dropped = case(schema([users().unique("u", &["id"])]), schema([users()]));
        assert_eq!(dropped.says(RULE.id), Some(Dangerous));
        assert!(
            dropped.findings(RULE.id)[0].evidence[0].starts_with("the primary key has the same")
        );
    }

    #[test]
    fn safe_when_something_else_does() {
        let users = || table("users", &["id uuid primary key", "mail text"]);
        let swapped = case(
            schema([users().unique("u", &["mail"])]),
            schema([users().unique_index("v", &["mail"])]),
        );
        assert_eq!(swapped.says(RULE.id), Some(Safe));
        let gone = case(
            schema([users().unique("u", &["mail"])]),
            schema([table("users", &["id uuid primary key"])]),
        );
        assert_eq!(gone.says(RULE.id), Some(Safe));
        assert_eq!(gone.worst(), Dangerous);
    }
}
