//! Generated columns. PostgreSQL cannot turn a plain column into a generated one, nor (below 17)
//! change an expression: the column is made anew, and everything on it with it (see `dependents`).

use super::backup::{self, Copy, live_type};
use super::columns::head_type;
use super::context::Context;
use super::dependents::mentions;
use super::foreign_keys::aside;
use super::sql::{Parts, column_def, enum_of, id, qn};
use super::statement::{Duration, Phase, Statement};
use super::step::{Stage, Step};
use super::{defaults, nulls, prove};
use crate::diff::ColumnChange;
use crate::ident::QualifiedName;
use crate::schema::{Column, Generated, Schema};

const PARTS: Parts = Parts { default: false, not_null: true, primary_key: false };

/// A generated column of the base as it reads between the renames of `contract` and its end.
fn renamed(column: &Column, table: &QualifiedName, context: &Context<'_>) -> Column {
    let expression =
        |it: &Generated| Generated { expression: context.head_text(&it.expression, table) };
    Column {
        name: context.new_column(table, &column.name),
        generated: column.generated.as_ref().map(expression),
        ..super::backup::live_enum(column, context)
    }
}

/// Adds the column as it is generated; names and types are those of `schema`.
fn make(table: &QualifiedName, column: &Column, schema: &Schema) -> String {
    format!("ALTER TABLE {} ADD COLUMN {};", qn(table), column_def(column, table, schema, PARTS))
}

fn unmake(table: &QualifiedName, name: &str) -> String {
    format!("ALTER TABLE {} DROP COLUMN {};", qn(table), id(name))
}

fn computing(statement: Statement) -> Statement {
    statement
        .duration(Duration::Rewrite)
        .note("computes every row under ACCESS EXCLUSIVE: in a quiet hour on a large table")
}

/// Drops the column and adds it as it is generated.
fn remake(table: &QualifiedName, column: &Column, schema: &Schema) -> Statement {
    computing(Statement::transaction([unmake(table, &column.name), make(table, column, schema)]))
}

/// Turns a generated column into one that holds the values computed last.
fn settle(table: &QualifiedName, column: &Column, ty: &str, context: &Context<'_>) -> Statement {
    let (t, c) = (qn(table), id(&column.name));
    if context.options.postgres >= 13 {
        return Statement::ddl(format!("ALTER TABLE {t} ALTER COLUMN {c} DROP EXPRESSION;"));
    }
    let copy = id(&aside(&column.name));
    let mut parts = vec![
        format!("ALTER TABLE {t} ADD COLUMN {copy} {ty};"),
        format!("UPDATE {t} SET {copy} = {c};"),
        format!("ALTER TABLE {t} DROP COLUMN {c};"),
        format!("ALTER TABLE {t} RENAME COLUMN {copy} TO {c};"),
    ];
    if column.not_null {
        parts.push(format!("ALTER TABLE {t} ALTER COLUMN {c} SET NOT NULL;"));
    }
    Statement::transaction(parts).duration(Duration::Rewrite).note(
        "PostgreSQL 12 knows no DROP EXPRESSION: the values are copied under ACCESS EXCLUSIVE",
    )
}

/// Whether a generated column of the base is computed from a column that changes its type, which
/// PostgreSQL refuses while it is there.
pub(super) fn stands_on_retyped(
    table: &QualifiedName,
    column: &Column,
    context: &Context<'_>,
) -> bool {
    let Some(generated) = &column.generated else { return false };
    let late = context.retyped_in_base(table);
    late.iter().any(|name| mentions(&generated.expression, name))
}

/// Makes anew what is generated as before, but from columns that change their type.
pub(super) fn rebuild(context: &mut Context<'_>) {
    let members: Vec<_> = context.remade.iter().cloned().collect();
    for (table, name) in members {
        let (Some(base), Some(head)) = (context.base_table(&table), context.head_table(&table))
        else {
            continue;
        };
        let new = context.new_column(&table, &name);
        let (Some(before), Some(after)) = (base.columns.get(&name), head.columns.get(&new)) else {
            continue;
        };
        split(&table, before, after, context);
    }
}

/// Takes the column out before the types change and puts it back after.
fn split(table: &QualifiedName, before: &Column, after: &Column, context: &mut Context<'_>) {
    let title = format!("generated column {table}.{}", after.name);
    let old = renamed(before, table, context);
    let out = Step::contract(Stage::UnmakeGenerated, title.as_str())
        .run(
            Statement::ddl(unmake(table, &after.name))
                .note("until it is made anew below, code that reads it fails"),
        )
        .undo(computing(Statement::ddl(make(table, &old, context.schemas.before))));
    let back = Step::contract(Stage::Generated, title)
        .run(computing(Statement::ddl(make(table, after, context.schemas.after))))
        .undo(Statement::ddl(unmake(table, &after.name)))
        .verify(prove::column(table, &after.name, true));
    context.push(out);
    context.push(back);
}

/// A generated column that is dropped: it holds nothing, and goes before what it is computed from.
pub(super) fn discard(table: &QualifiedName, column: &Column, context: &mut Context<'_>) {
    let object = format!("{table}.{}", column.name);
    let old = renamed(column, table, context);
    let step = Step::contract(Stage::UnmakeGenerated, format!("drop column {object}"))
        .run(
            Statement::ddl(unmake(table, &column.name))
                .note("never CASCADE: what depends on it was dropped above, by name"),
        )
        .undo(computing(Statement::ddl(make(table, &old, context.schemas.before))))
        .verify(prove::column(table, &column.name, false))
        .verify_undo(prove::column(&context.base_name(table), &column.name, true));
    context.push(step);
}

pub(super) fn set(it: &ColumnChange, context: &mut Context<'_>) {
    let (table, before, after) = (&it.table, &it.what.before, &it.what.after);
    let object = format!("{table}.{}", after.name);
    let Some(base) = context.base_table(table) else { return };
    let condition = format!("{} IS NOT NULL", id(&before.name));
    let copy = Copy {
        phase: Phase::Contract,
        stage: Stage::Backups,
        table,
        base,
        column: before,
        condition: &condition,
        becomes: None,
        own_key: false,
    };
    let backup = backup::column(&copy, context);
    let (t, c) = (qn(table), id(&after.name));
    let made = head_type(after, context);
    let mut step = Step::contract(Stage::Generated, format!("generate {object}"))
        .run(remake(table, after, context.schemas.after))
        .verify(prove::column(table, &after.name, true))
        .undo(settle(table, after, &made, context));
    let ty = live_type(before, context);
    let emptied = ty != made;
    if after.not_null && (!before.not_null || emptied) {
        step =
            step.undo(Statement::ddl(format!("ALTER TABLE {t} ALTER COLUMN {c} DROP NOT NULL;")));
    }
    if emptied {
        // What was computed need not be a value of the old type; the backup has those.
        step = step.undo(
            Statement::ddl(format!("ALTER TABLE {t} ALTER COLUMN {c} TYPE {ty} USING NULL::{ty};"))
                .duration(Duration::Rewrite),
        );
    } else if !before.not_null {
        step = step.undo(super::columns::rows(format!("UPDATE {t} SET {c} = NULL;")));
    }
    let cast = if enum_of(before, context.schemas.before).is_some() {
        format!("b.dg_value::{ty}")
    } else {
        "b.dg_value".to_owned()
    };
    step = step
        .undo_all(backup.restore(table, &after.name, &cast, "TRUE", context.options.batch))
        .verify_undo(backup.proves(&base.name, &before.name));
    if before.default.is_some() {
        step = step.undo(defaults::statement(table, &after.name, before));
    }
    if before.not_null && (!after.not_null || emptied) {
        step = step.undo_all(nulls::require(table, &after.name, context));
    }
    context.push(step);
    context.horizon(format!(
        "{object} is restored from its backup, which is kept {} days; rows inserted after contract.sql have none",
        context.options.retention_days
    ));
    context.note(format!(
        "The old code must not write {object} any more when contract.sql runs: PostgreSQL refuses values for a generated column."
    ));
}

pub(super) fn drop(it: &ColumnChange, context: &mut Context<'_>) {
    let (table, before, after) = (&it.table, &it.what.before, &it.what.after);
    let old = renamed(before, table, context);
    let (from, to) = (live_type(before, context), head_type(after, context));
    let (t, c) = (qn(table), id(&after.name));
    let title = format!("{table}.{} is no longer generated", after.name);
    let mut step = Step::contract(Stage::UnmakeGenerated, title)
        .run(settle(table, &old, &from, context))
        .undo(remake(table, &old, context.schemas.before));
    if from != to {
        step = step.run(
            Statement::ddl(format!(
                "ALTER TABLE {t} ALTER COLUMN {c} TYPE {to} USING {c}::text::{to};"
            ))
            .duration(Duration::Rewrite),
        );
    }
    if after.default.is_some() {
        step = step.run(defaults::statement(table, &after.name, after));
    }
    context.push(step);
    context.note(format!(
        "{table}.{} keeps its values but is no longer computed: the new code has to write it.",
        after.name
    ));
}

pub(super) fn alter(it: &ColumnChange, context: &mut Context<'_>) {
    let (table, before, after) = (&it.table, &it.what.before, &it.what.after);
    if stands_on_retyped(table, before, context) {
        split(table, before, after, context);
        return;
    }
    let old = renamed(before, table, context);
    let step = Step::contract(Stage::Generated, format!("expression of {table}.{}", after.name))
        .run(remake(table, after, context.schemas.after))
        .undo(remake(table, &old, context.schemas.before))
        .verify(prove::column(table, &after.name, true));
    context.push(step);
}
