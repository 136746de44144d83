//! Indexes, always built and dropped while reads and writes go on.

use super::context::Context;
use super::dependents::mentions;
use super::foreign_keys::aside;
use super::prove;
use super::sql::{create_index, id, qn};
use super::statement::{Duration, Lock, Phase, Statement};
use super::step::{Stage, Step};
use crate::delta::Diff;
use crate::diff::InTable;
use crate::ident::QualifiedName;
use crate::schema::{Index, IndexColumn, ObjectKind};

fn build(table: &QualifiedName, index: &Index, name: &str) -> Statement {
    let note = if index.unique {
        "fails without damage on duplicates, but leaves an invalid index: DROP INDEX CONCURRENTLY it, repair the rows, run again"
    } else {
        "if it is interrupted an invalid index stays: DROP INDEX CONCURRENTLY it and run again"
    };
    Statement::concurrently(create_index(index, name, table, true), Duration::Build).note(note)
}

fn drop_statement(table: &QualifiedName, name: &str) -> Statement {
    let name = qn(&QualifiedName::new(table.schema.as_str(), name));
    Statement::concurrently(format!("DROP INDEX CONCURRENTLY {name};"), Duration::Catalog)
}

/// An index of the base with its text as it reads after `expand`.
fn live(index: &Index, context: &Context<'_>) -> Index {
    let column = |it: &IndexColumn| IndexColumn {
        expression: if it.is_expression {
            context.live_text(&it.expression)
        } else {
            it.expression.clone()
        },
        ..it.clone()
    };
    Index {
        columns: index.columns.iter().map(column).collect(),
        predicate: index.predicate.as_ref().map(|text| context.live_text(text)),
        ..index.clone()
    }
}

/// The same with the head's column names too.
pub(super) fn renamed(index: &Index, table: &QualifiedName, context: &Context<'_>) -> Index {
    let column = |it: &IndexColumn| IndexColumn {
        expression: if it.is_expression {
            context.head_text(&it.expression, table)
        } else {
            context.new_column(table, &it.expression)
        },
        ..it.clone()
    };
    Index {
        columns: index.columns.iter().map(column).collect(),
        predicate: index.predicate.as_ref().map(|text| context.head_text(text, table)),
        ..index.clone()
    }
}

pub(super) fn create_step(
    table: &QualifiedName,
    index: &Index,
    early: bool,
    context: &mut Context<'_>,
) {
    let (phase, stage) = if early {
        (Phase::Expand, Stage::NewIndexes)
    } else {
        (Phase::Contract, Stage::LateIndexes)
    };
    let step = Step::new(phase, stage, format!("index {} on {table}", index.name))
        .run(build(table, index, &index.name))
        .undo(drop_statement(table, &index.name))
        .verify(prove::index(&table.schema, &index.name, true));
    let there = context.base_table(table).is_some_and(|it| it.indexes.contains_key(&index.name));
    let gone = prove::index(&context.base_name(table).schema, &index.name, false);
    context.push(if there { step } else { step.verify_undo(gone) });
}

pub(super) fn drop_step(table: &QualifiedName, index: &Index, context: &mut Context<'_>) {
    let old = live(index, context);
    let step = Step::contract(Stage::DropIndexes, format!("drop index {} of {table}", index.name))
        .run(drop_statement(table, &index.name))
        .undo(build(table, &old, &index.name))
        .verify_undo(prove::index(&context.base_name(table).schema, &index.name, true));
    context.push(step);
}

pub(super) fn create(it: &InTable<Index>, context: &mut Context<'_>) {
    let (table, index) = (&it.table, &it.what);
    if context.created.contains(table) {
        return;
    }
    let unsettled = context.unsettled(table);
    let settled = |text: &str| !unsettled.iter().any(|name| mentions(text, name));
    let late_column = |name: &str| {
        context
            .head_table(table)
            .and_then(|head| head.columns.get(name))
            .is_some_and(|column| column.generated.is_some())
    };
    // A unique index refuses what the old code may write, so it waits for the new code.
    let early = !index.unique
        && !context.is_taken(&table.schema, &index.name)
        && index
            .columns
            .iter()
            .all(|key| settled(&key.expression) && !late_column(&key.expression))
        && index.predicate.as_deref().is_none_or(settled);
    create_step(table, index, early, context);
}

pub(super) fn drop(it: &InTable<Index>, context: &mut Context<'_>) {
    if !context.dropped.contains(&it.table) {
        let table = context.dropped_from(&it.table);
        drop_step(&table, &it.what, context);
    }
}

pub(super) fn alter(it: &InTable<Diff<Index>>, context: &mut Context<'_>) {
    let (table, before, after) = (&it.table, &it.what.before, &it.what.after);
    if context.is_torn(ObjectKind::Index, table, &before.name) {
        drop_step(table, before, context);
        create_step(table, after, false, context);
        return;
    }
    let old = renamed(before, table, context);
    if (Index { concurrently: after.concurrently, ..old.clone() }) == *after {
        // Built concurrently or not: the index is the same.
        return;
    }
    let swap = |from: &str, to: &Index| -> Vec<Statement> {
        let next = aside(&to.name);
        let name = qn(&QualifiedName::new(table.schema.as_str(), next.as_str()));
        vec![
            build(table, to, &next),
            drop_statement(table, from),
            Statement::ddl(format!("ALTER INDEX {name} RENAME TO {};", id(&to.name)))
                .lock(Lock::ShareUpdateExclusive),
        ]
    };
    let step = Step::contract(Stage::SwapConstraints, format!("index {} of {table}", after.name))
        .run_all(swap(&before.name, after))
        .undo_all(swap(&after.name, &old))
        .verify(prove::index(&table.schema, &after.name, true));
    context.push(step);
}
