//! Generated columns. PostgreSQL cannot turn a plain column into a generated one, nor (below 17)
//! change an expression: the column is made anew, and everything on it with it (see `dependents`).

use super::backup::{self, Copy, live_type};
use super::context::Context;
use super::sql::{Parts, column_def, enum_of, id, qn};
use super::statement::{Duration, Phase, Statement};
use super::step::{Stage, Step};
use super::{defaults, nulls, prove};
use crate::diff::ColumnChange;
use crate::ident::QualifiedName;
use crate::schema::{Column, Schema};

const PARTS: Parts = Parts { default: false, not_null: true, primary_key: false };

/// Drops the column and adds it as it is generated.
fn remake(table: &QualifiedName, name: &str, column: &Column, schema: &Schema) -> Statement {
    let column = Column { name: name.to_owned(), ..column.clone() };
    Statement::transaction([
        format!("ALTER TABLE {} DROP COLUMN {};", qn(table), id(name)),
        format!("ALTER TABLE {} ADD COLUMN {};", qn(table), column_def(&column, schema, PARTS)),
    ])
    .duration(Duration::Rewrite)
    .note("computes every row under ACCESS EXCLUSIVE: in a quiet hour on a large table")
}

fn blocked(it: &ColumnChange, context: &mut Context<'_>) -> bool {
    let table = &it.table;
    let key = context.base_table(table).map(crate::schema::Table::primary_key_columns);
    let in_key = key.is_some_and(|key| key.contains(&it.what.before.name.as_str()));
    if in_key {
        context.by_hand(
            &format!("generated column {table}.{}", it.what.after.name),
            "it is in the primary key",
        );
    }
    in_key
}

pub(super) fn set(it: &ColumnChange, context: &mut Context<'_>) {
    if blocked(it, context) {
        return;
    }
    let (table, before, after) = (&it.table, &it.what.before, &it.what.after);
    let object = format!("{table}.{}", after.name);
    if context.options.postgres < 13 {
        context.irreversible(format!("{object}: PostgreSQL 12 cannot make a generated column plain again; rollback_contract.sql needs 13"));
    }
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
    };
    let backup = backup::column(&copy, context);
    let (t, c) = (qn(table), id(&after.name));
    let mut step = Step::contract(Stage::Generated, format!("generate {object}"))
        .run(remake(table, &after.name, after, context.schemas.after))
        .verify(prove::column(table, &after.name, true))
        .undo(Statement::ddl(format!("ALTER TABLE {t} ALTER COLUMN {c} DROP EXPRESSION;")));
    if after.not_null && !before.not_null {
        step =
            step.undo(Statement::ddl(format!("ALTER TABLE {t} ALTER COLUMN {c} DROP NOT NULL;")));
    }
    if !before.not_null {
        step = step.undo(super::columns::rows(format!("UPDATE {t} SET {c} = NULL;")));
    }
    let ty = live_type(before, context);
    if before.ty != after.ty {
        step = step.undo(
            Statement::ddl(format!(
                "ALTER TABLE {t} ALTER COLUMN {c} TYPE {ty} USING {c}::text::{ty};"
            ))
            .duration(Duration::Rewrite),
        );
    }
    if let Some(backup) = backup {
        let cast = if enum_of(before, context.schemas.before).is_some() {
            format!("b.dg_value::{ty}")
        } else {
            "b.dg_value".to_owned()
        };
        step = step
            .undo_all(backup.restore(table, &after.name, &cast, "TRUE", context.options.batch))
            .verify_undo(backup.proves(
                &base.name,
                &format!("{object} has the values of its backup"),
                &format!("t.{}::text IS NOT DISTINCT FROM b.dg_value::text", id(&before.name)),
            ));
    }
    if before.default.is_some() {
        step = step.undo(defaults::statement(table, &after.name, before));
    }
    if before.not_null && !after.not_null {
        step = step.undo_all(nulls::require(table, &after.name));
    }
    context.push(step);
    context.note(format!(
        "The old code must not write {object} any more when contract.sql runs: PostgreSQL refuses values for a generated column."
    ));
}

pub(super) fn drop(it: &ColumnChange, context: &mut Context<'_>) {
    if blocked(it, context) {
        return;
    }
    let (table, before, after) = (&it.table, &it.what.before, &it.what.after);
    if context.options.postgres < 13 {
        context.by_hand(
            &format!("generated column {table}.{}", after.name),
            "DROP EXPRESSION needs PostgreSQL 13",
        );
        return;
    }
    let (t, c) = (qn(table), id(&after.name));
    let mut step =
        Step::contract(Stage::Generated, format!("{table}.{} is no longer generated", after.name))
            .run(Statement::ddl(format!("ALTER TABLE {t} ALTER COLUMN {c} DROP EXPRESSION;")))
            .undo(remake(table, &after.name, before, context.schemas.before));
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
    if blocked(it, context) {
        return;
    }
    let (table, before, after) = (&it.table, &it.what.before, &it.what.after);
    let step = Step::contract(Stage::Generated, format!("expression of {table}.{}", after.name))
        .run(remake(table, &after.name, after, context.schemas.after))
        .undo(remake(table, &after.name, before, context.schemas.before))
        .verify(prove::column(table, &after.name, true));
    context.push(step);
}
