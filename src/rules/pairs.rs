//! Drops and adds of constraints and indexes that belong together.

use super::facts::unique_sets;
use super::rule::Context;
use crate::diff::{Change, InTable, Names};
use crate::ident::QualifiedName;
use crate::schema::{Check, ForeignKey, Index, IndexColumn, Policy};

/// The old and the new name, when this drop or add is one half of a mere rename.
pub(super) fn renamed(change: &Change, context: &Context<'_>) -> Option<(String, String)> {
    let names = context.names();
    let pair = |drop: &Change, add: &Change| {
        let same = same_but_for_the_name(drop, add, names);
        same.then(|| (drop.object().name, add.object().name))
    };
    context.changes.iter().find_map(|other| pair(change, other).or_else(|| pair(other, change)))
}

fn same_but_for_the_name(drop: &Change, add: &Change, names: &Names) -> bool {
    if let (Change::DropUnique(old), Change::AddUnique(new)) = (drop, add) {
        let table = names.table_to_head(&old.table);
        return table == new.table
            && names.columns_to_head(&table, &old.what.columns) == new.what.columns
            && old.what.nulls_not_distinct == new.what.nulls_not_distinct;
    }
    if let (Change::DropCheck(old), Change::AddCheck(new)) = (drop, add) {
        let table = names.table_to_head(&old.table);
        return table == new.table && same_check(&old.what, &new.what, &old.table, &table, names);
    }
    if let (Change::DropForeignKey(old), Change::AddForeignKey(new)) = (drop, add) {
        let table = names.table_to_head(&old.table);
        return table == new.table
            && same_reference(names, &table, &old.what, &new.what)
            && action(old.what.on_delete.as_ref()) == action(new.what.on_delete.as_ref())
            && action(old.what.on_update.as_ref()) == action(new.what.on_update.as_ref());
    }
    if let (Change::DropIndex(old), Change::CreateIndex(new)) = (drop, add) {
        let table = names.table_to_head(&old.table);
        return table == new.table && same_index(&old.what, &new.what, &table, names);
    }
    false
}

/// Whether two checks say the same once renamed columns and tables are called by their new names.
pub(super) fn same_check(
    old: &Check,
    new: &Check,
    base: &QualifiedName,
    head: &QualifiedName,
    names: &Names,
) -> bool {
    let tokens = |text: &str, base_side: bool| {
        let translated = |word: &str| {
            if base_side && word == base.name {
                head.name.clone()
            } else if base_side {
                names.column_to_head(head, word).to_owned()
            } else {
                word.to_owned()
            }
        };
        crate::diff::dependents::words(text).map(translated).collect::<Vec<String>>()
    };
    // The words are the names; what is between them has to be equal as it stands.
    let rest = |text: &str| {
        let mut rest = text.to_owned();
        for word in crate::diff::dependents::words(text) {
            rest = rest.replacen(word, "", 1);
        }
        rest
    };
    old.value == new.value
        || (tokens(&old.value, true) == tokens(&new.value, false)
            && rest(&old.value) == rest(&new.value))
}

fn same_index(old: &Index, new: &Index, table: &QualifiedName, names: &Names) -> bool {
    let translated = |key: &IndexColumn| IndexColumn {
        expression: names.column_to_head(table, &key.expression).to_owned(),
        ..key.clone()
    };
    old.unique == new.unique
        && old.method == new.method
        && old.predicate == new.predicate
        && old.with == new.with
        && old.columns.iter().map(translated).eq(new.columns.iter().cloned())
}

/// What makes an index that is dropped needless: the drop of a column of it, or another index, a key
/// or a unique constraint of the head that begins with the same columns in the same order.
pub(super) fn nothing_missing(drop: &InTable<Index>, context: &Context<'_>) -> Option<String> {
    if context.goes_with_a_column(&drop.table, &drop.what) {
        return Some("it goes with a column that is dropped".to_owned());
    }
    let head = context.head_table(&drop.table)?;
    let plain = |index: &Index| {
        index.predicate.is_none()
            && index.method == "btree"
            && index.columns.iter().all(|key| !key.is_expression)
    };
    let same_kind = |other: &Index| {
        let keys = drop.what.columns.iter().zip(&other.columns);
        let same_rows = other.predicate.is_none() || other.predicate == drop.what.predicate;
        same_rows
            && other.method == drop.what.method
            && other.columns.len() >= drop.what.columns.len()
            && keys.into_iter().all(|(old, new)| {
                let names = context.names();
                let renamed = names.column_to_head(&head.name, &old.expression);
                IndexColumn { expression: renamed.to_owned(), ..old.clone() } == *new
            })
    };
    let other = head.indexes.values().find(|other| same_kind(other)).map(|it| it.name.clone());
    let other = other.or_else(|| {
        let columns = drop.what.columns.iter().map(|key| key.expression.clone());
        let columns: Vec<String> = columns.collect();
        let columns = context.names().columns_to_head(&head.name, &columns);
        let ascending = drop.what.columns.iter().all(|key| key.asc);
        let sets = unique_sets(head).into_iter().filter(|_| plain(&drop.what) && ascending);
        sets.filter(|(_, set)| set.starts_with(&columns)).map(|(name, _)| name).next()
    })?;
    Some(format!("{other} begins with the same columns and serves the same queries"))
}

/// What an action does when it is not written: `no action`.
pub(super) fn action(action: Option<&String>) -> &str {
    action.map_or("no action", String::as_str)
}

/// Whether two foreign keys connect the same columns; `table` and its columns as in the head.
pub(super) fn same_reference(
    names: &Names,
    table: &QualifiedName,
    before: &ForeignKey,
    after: &ForeignKey,
) -> bool {
    let to = names.table_to_head(&before.to);
    names.columns_to_head(table, &before.columns_from) == after.columns_from
        && to == after.to
        && names.columns_to_head(&to, &before.columns_to) == after.columns_to
}

/// A foreign key before and after: altered under its name, or dropped and added under another while
/// it starts from the same columns.
pub(super) fn foreign_key<'a>(
    change: &'a Change,
    context: &Context<'a>,
) -> Option<(&'a QualifiedName, &'a ForeignKey, &'a ForeignKey)> {
    if let Change::AlterForeignKey(it) = change {
        return Some((&it.table, &it.what.before, &it.what.after));
    }
    let Change::AddForeignKey(it) = change else { return None };
    let names = context.names();
    context.changes.iter().find_map(|other| {
        let Change::DropForeignKey(old) = other else { return None };
        let same_table = names.table_to_head(&old.table) == it.table;
        let columns = names.columns_to_head(&it.table, &old.what.columns_from);
        (same_table && columns == it.what.columns_from).then_some((&it.table, &old.what, &it.what))
    })
}

/// Whether a policy that is dropped or created is, but for its name, one that is created or dropped.
pub(super) fn renamed_policy(change: &Change, context: &Context<'_>) -> bool {
    let names = context.names();
    let same = |drop: &Change, add: &Change| {
        let (Change::DropPolicy(old), Change::CreatePolicy(new)) = (drop, add) else {
            return false;
        };
        let under_new_name = Policy { name: new.what.name.clone(), ..old.what.clone() };
        names.table_to_head(&old.table) == new.table && under_new_name == new.what
    };
    context.changes.iter().any(|other| same(change, other) || same(other, change))
}

/// The table of a policy, for messages; a policy linked to a table that is not exported says itself
/// which one.
pub(super) fn policy_table(table: &QualifiedName, policy: &Policy) -> String {
    if table.name.is_empty() {
        return policy.on.as_deref().unwrap_or("a table that is not exported").replace('"', "");
    }
    table.to_string()
}
