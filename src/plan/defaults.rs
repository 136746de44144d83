//! Defaults: a new one before the code that relies on it, a removed one after the code that did.

use super::context::Context;
use super::sql::{default_sql, id, qn};
use super::statement::Statement;
use super::step::{Stage, Step};
use crate::diff::ColumnChange;
use crate::ident::QualifiedName;
use crate::schema::Column;

/// `SET DEFAULT` or `DROP DEFAULT`, whichever makes the column's default that of `like`.
pub(super) fn statement(table: &QualifiedName, column: &str, like: &Column) -> Statement {
    let (t, c) = (qn(table), id(column));
    Statement::ddl(match &like.default {
        Some(default) => {
            let default = default_sql(default);
            format!("ALTER TABLE {t} ALTER COLUMN {c} SET DEFAULT {default};")
        }
        None => format!("ALTER TABLE {t} ALTER COLUMN {c} DROP DEFAULT;"),
    })
}

/// Whether the type change of the column sets its default itself.
fn absorbed(it: &ColumnChange, context: &Context<'_>) -> bool {
    context.retyped.contains(&(it.table.clone(), it.what.after.name.clone()))
        || it.what.before.generated.is_some()
        || it.what.after.generated.is_some()
}

pub(super) fn set(it: &ColumnChange, context: &mut Context<'_>) {
    if absorbed(it, context) {
        return;
    }
    let (table, before, after) = (&it.table, &it.what.before, &it.what.after);
    let step = Step::expand(Stage::SetDefaults, format!("default of {table}.{}", after.name))
        .run(
            statement(table, &before.name, after)
                .note("existing rows keep their values; the old code gets the new default too"),
        )
        .undo(statement(table, &before.name, before));
    context.push(step);
}

pub(super) fn drop(it: &ColumnChange, context: &mut Context<'_>) {
    if absorbed(it, context) {
        return;
    }
    let (table, before, after) = (&it.table, &it.what.before, &it.what.after);
    let step =
        Step::contract(Stage::DropDefaults, format!("no default for {table}.{}", after.name))
            .run(statement(table, &before.name, after))
            .undo(statement(table, &before.name, before));
    context.push(step);
}
