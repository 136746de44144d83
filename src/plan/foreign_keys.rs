//! Foreign keys: added without validation, then validated while reads and writes go on.

use super::context::Context;
use super::prove;
use super::sql::{foreign_key_def, id, qn};
use super::statement::{Lock, Statement};
use super::step::{Stage, Step};
use crate::delta::Diff;
use crate::diff::InTable;
use crate::ident::{QualifiedName, truncate};
use crate::schema::{ForeignKey, ObjectKind};

/// A foreign key of the base with its target as it is called after `expand`.
pub(super) fn live(key: &ForeignKey, context: &Context<'_>) -> ForeignKey {
    ForeignKey { to: context.live(&key.to), ..key.clone() }
}

/// Whether all that a new table's foreign key needs is there before `contract`: its target is new too,
/// or has the key already, under the same names and types.
pub(super) fn ready_early(key: &ForeignKey, context: &Context<'_>) -> bool {
    let Some(base) = context.base_table(&key.to) else { return true };
    let unsettled = context.unsettled(&key.to);
    if key.columns_to.iter().any(|column| unsettled.contains(column)) {
        return false;
    }
    let same = |columns: &[&str]| {
        let wanted: Vec<&str> = key.columns_to.iter().map(String::as_str).collect();
        columns.len() == wanted.len() && wanted.iter().all(|column| columns.contains(column))
    };
    let head = context.head_table(&key.to);
    same(&base.primary_key_columns()) && head.is_some_and(|head| same(&head.primary_key_columns()))
        || base.uniques.values().any(|unique| {
            let columns: Vec<&str> = unique.columns.iter().map(String::as_str).collect();
            same(&columns) && head.is_some_and(|head| head.uniques.contains_key(&unique.name))
        })
}

/// `ADD CONSTRAINT … NOT VALID` and `VALIDATE`.
pub(super) fn add_statements(table: &QualifiedName, key: &ForeignKey) -> [Statement; 2] {
    let (t, name) = (qn(table), id(&key.name));
    [
        Statement::ddl(format!(
            "ALTER TABLE {t} ADD CONSTRAINT {name} {} NOT VALID;",
            foreign_key_def(key)
        ))
        .lock(Lock::ShareRowExclusive)
        .note(format!("locks {} too; new rows are checked from here on", key.to)),
        Statement::validate(format!("ALTER TABLE {t} VALIDATE CONSTRAINT {name};"))
            .note("fails without damage when a row refers to nothing; reads and writes go on"),
    ]
}

fn drop_statement(table: &QualifiedName, name: &str, to: &QualifiedName) -> Statement {
    Statement::ddl(format!("ALTER TABLE {} DROP CONSTRAINT {};", qn(table), id(name)))
        .note(format!("locks {to} too"))
}

/// Drops a foreign key of the base, early in `contract`.
pub(super) fn drop_step(table: &QualifiedName, key: &ForeignKey, context: &mut Context<'_>) {
    let key = live(key, context);
    let step =
        Step::contract(Stage::DropForeignKeys, format!("drop foreign key {} of {table}", key.name))
            .run(drop_statement(table, &key.name, &key.to))
            .undo_all(add_statements(table, &key))
            .verify_undo(prove::constraint(&context.base_name(table), &key.name, true));
    context.push(step);
}

/// Adds a foreign key of the head, late in `contract`.
pub(super) fn add_step(table: &QualifiedName, key: &ForeignKey, context: &mut Context<'_>) {
    let step =
        Step::contract(Stage::AddForeignKeys, format!("add foreign key {} to {table}", key.name))
            .run_all(add_statements(table, key))
            .undo(drop_statement(table, &key.name, &key.to))
            .verify(prove::constraint(table, &key.name, true));
    context.push(step);
}

pub(super) fn add(it: &InTable<ForeignKey>, context: &mut Context<'_>) {
    let (table, key) = (&it.table, &it.what);
    if context.created.contains(table) {
        return;
    }
    let indexed = context.head_table(table).is_some_and(|head| {
        let first = key.columns_from.first().map(String::as_str);
        let by_index = head.indexes.values().any(|index| {
            let column = index.columns.first().filter(|column| !column.is_expression);
            column.map(|column| column.expression.as_str()) == first
        });
        let by_unique =
            head.uniques.values().any(|unique| unique.columns.first().map(String::as_str) == first);
        by_index || by_unique || head.primary_key_columns().first().copied() == first
    });
    if !indexed {
        context.note(format!(
            "{table} has no index that starts with {}: every delete in {} will scan it for foreign key {}.",
            key.columns_from.join(", "),
            key.to,
            key.name
        ));
    }
    add_step(table, key, context);
}

pub(super) fn drop(it: &InTable<ForeignKey>, context: &mut Context<'_>) {
    let table = context.dropped_from(&it.table);
    if context.dropped.contains(&it.table) {
        return;
    }
    drop_step(&table, &it.what, context);
}

pub(super) fn alter(it: &InTable<Diff<ForeignKey>>, context: &mut Context<'_>) {
    let (table, before, after) = (&it.table, &it.what.before, &it.what.after);
    if context.is_torn(ObjectKind::ForeignKey, table, &before.name) {
        drop_step(table, before, context);
        add_step(table, after, context);
        return;
    }
    // The new one is proved under another name before the old one goes: no unprotected window.
    let title = format!("foreign key {} of {table}", after.name);
    let mut step = Step::contract(Stage::SwapConstraints, title);
    let swap = |from: &str, to: &ForeignKey| -> Vec<Statement> {
        let next = ForeignKey { name: aside(&to.name), ..to.clone() };
        let [add, validate] = add_statements(table, &next);
        let t = qn(table);
        let swap = Statement::transaction([
            format!("ALTER TABLE {t} DROP CONSTRAINT {};", id(from)),
            format!("ALTER TABLE {t} RENAME CONSTRAINT {} TO {};", id(&next.name), id(&to.name)),
        ])
        .note(format!("catalog only; locks {} too", to.to));
        vec![add, validate, swap]
    };
    let old = live_renamed(before, table, context);
    step = step
        .run_all(swap(&before.name, after))
        .undo_all(swap(&after.name, &old))
        .verify(prove::constraint(table, &after.name, true))
        .verify_undo(prove::constraint(&context.base_name(table), &before.name, true));
    context.push(step);
}

/// A foreign key of the base with tables and columns as they are called after the renames of
/// `contract`.
pub(super) fn live_renamed(
    key: &ForeignKey,
    table: &QualifiedName,
    context: &Context<'_>,
) -> ForeignKey {
    let to = context.live(&key.to);
    let map = |table: &QualifiedName, columns: &[String]| -> Vec<String> {
        columns.iter().map(|column| context.new_column(table, column)).collect()
    };
    ForeignKey {
        columns_from: map(table, &key.columns_from),
        columns_to: map(&to, &key.columns_to),
        to,
        ..key.clone()
    }
}

/// A name beside another, for the time both exist.
pub(super) fn aside(name: &str) -> String {
    suffixed(name, "dgn")
}

/// A name for as long as something else has the wanted one, which may itself need one beside it.
pub(super) fn waiting(name: &str) -> String {
    suffixed(name, "dgw")
}

fn suffixed(name: &str, suffix: &str) -> String {
    let name = truncate(name);
    let mut end = name.len().min(58);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}_{suffix}", &name[..end])
}
