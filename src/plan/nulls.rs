//! `NOT NULL`: required without a long lock, and relaxed before the code that relies on it.

use super::backup::{self, Copy};
use super::batch::fill;
use super::context::{Context, short};
use super::prove;
use super::sql::{id, qn, serial_base};
use super::statement::{Decision, Duration, Phase, Statement};
use super::step::{Stage, Step};
use crate::diff::ColumnChange;
use crate::ident::QualifiedName;

/// PostgreSQL 18 has constraints for NOT NULL that can be validated later; before, a check stands in.
const NAMED_NOT_NULL: u32 = 18;

fn check_name(table: &QualifiedName, column: &str, named: bool) -> String {
    if named {
        return format!("{}_{column}_not_null", table.name);
    }
    format!("drizzle_guard_nn_{}", short(&format!("{table}.{column}")))
}

fn add_check(table: &QualifiedName, column: &str, named: bool) -> Statement {
    let (t, c) = (qn(table), id(column));
    let name = id(&check_name(table, column, named));
    let sql = if named {
        format!("ALTER TABLE {t} ADD CONSTRAINT {name} NOT NULL {c} NOT VALID;")
    } else {
        format!("ALTER TABLE {t} ADD CONSTRAINT {name} CHECK ({c} IS NOT NULL) NOT VALID;")
    };
    Statement::ddl(sql).note("new rows are checked from here on")
}

/// Validates the check and turns it into `NOT NULL`.
fn validate(table: &QualifiedName, column: &str, named: bool) -> Vec<Statement> {
    let (t, check) = (qn(table), id(&check_name(table, column, named)));
    let mut statements = vec![
        Statement::validate(format!("ALTER TABLE {t} VALIDATE CONSTRAINT {check};"))
            .note("fails without damage when a row still holds NULL; reads and writes go on"),
    ];
    if !named {
        statements.extend([
            Statement::ddl(format!("ALTER TABLE {t} ALTER COLUMN {} SET NOT NULL;", id(column)))
                .note("the validated check proves it, so nothing is scanned"),
            Statement::ddl(format!("ALTER TABLE {t} DROP CONSTRAINT {check};")),
        ]);
    }
    statements
}

/// Makes a column `NOT NULL` with no long lock.
pub(super) fn require(
    table: &QualifiedName,
    column: &str,
    context: &Context<'_>,
) -> Vec<Statement> {
    with_check(table, column, is_named(context))
}

/// The same for a column that may be `NOT NULL` already, where a second constraint with a name of its own
/// would be refused.
pub(super) fn require_still(table: &QualifiedName, column: &str) -> Vec<Statement> {
    with_check(table, column, false)
}

fn with_check(table: &QualifiedName, column: &str, named: bool) -> Vec<Statement> {
    let mut statements = vec![add_check(table, column, named)];
    statements.extend(validate(table, column, named));
    statements
}

fn is_named(context: &Context<'_>) -> bool {
    context.options.postgres >= NAMED_NOT_NULL
}

/// Lets a column hold NULL, before the new code.
pub(super) fn relax(table: &QualifiedName, column: &str, title: &str, context: &mut Context<'_>) {
    let step = Step::expand(Stage::RelaxNotNull, title)
        .run(Statement::ddl(format!(
            "ALTER TABLE {} ALTER COLUMN {} DROP NOT NULL;",
            qn(table),
            id(column)
        )))
        .undo_all(require(table, column, context))
        .verify_undo(prove::not_null(&context.base_name(table), column, true));
    context.push(step);
}

pub(super) fn drop(it: &ColumnChange, context: &mut Context<'_>) {
    let table = &it.table;
    let (before, after) = (&it.what.before, &it.what.after);
    if serial_base(&after.ty).is_some() || after.identity.is_some() {
        // PostgreSQL keeps it NOT NULL, whatever Drizzle says.
        return;
    }
    if before.identity.is_some() {
        // An identity column is NOT NULL; `sequences` relaxes it when the identity goes.
        return;
    }
    let base_key = context.base_table(table).map(crate::schema::Table::primary_key_columns);
    if base_key.is_some_and(|key| key.contains(&before.name.as_str())) {
        // In a primary key until `contract` drops that; `keys` relaxes it then.
        return;
    }
    let object = format!("{table}.{}", after.name);
    relax(table, &before.name, &format!("{object} may be NULL"), context);
    let check = prove::not_null(table, &after.name, false);
    context.push(Step::contract(Stage::NotNulls, "").verify(check));
    context.horizon(format!(
        "{object} becomes NOT NULL again in rollback_expand.sql: possible until a row holds NULL"
    ));
}

pub(super) fn set(it: &ColumnChange, context: &mut Context<'_>) {
    let (table, column) = (&it.table, &it.what.after);
    if column.generated.is_some() && it.what.before.generated.is_none() {
        // The column is made anew, as it is in the head.
        return;
    }
    let in_key = context
        .base_table(table)
        .is_some_and(|base| base.primary_key_columns().contains(&it.what.before.name.as_str()));
    if in_key || serial_base(&it.what.before.ty).is_some() || it.what.before.identity.is_some() {
        // PostgreSQL has had it NOT NULL all along.
        return;
    }
    let object = format!("{table}.{}", column.name);
    let value = context.options.backfill.get(&object).cloned();
    let retyped = context.retyped.contains(&(table.clone(), column.name.clone()));
    if value.is_none() {
        let both = if retyped {
            " An expression that names the column converts the value of every row, one that does not is for the rows that hold NULL."
        } else {
            ""
        };
        context.decide(Decision {
            object: object.clone(),
            question: format!(
                "Does {object} hold NULL anywhere, and what shall stand there?{both} Without an answer contract.sql stops at its VALIDATE, with nothing lost, when a row does."
            ),
            answer: format!("--backfill {object}=EXPRESSION"),
            required: false,
        });
    }
    // Where the type changes too, its conversion gives those rows their value.
    let value = value.filter(|_| !retyped);
    let old = context.old_column(table, &column.name);
    if let (Some(value), Some(base)) = (&value, context.base_table(table))
        && let Some(before) = base.columns.get(&old)
    {
        let condition = format!("{} IS NULL", id(&old));
        let copy = Copy {
            phase: Phase::Backfill,
            stage: Stage::Fill,
            table,
            base,
            column: before,
            condition: &condition,
            becomes: None,
            own_key: false,
        };
        let backup = backup::column(&copy, context);
        let key: Vec<String> = base.primary_key_columns().into_iter().map(str::to_owned).collect();
        let size = context.options.batch;
        let step = Step::new(Phase::Backfill, Stage::Fill, format!("fill {object}"))
            .run(fill(table, &key, &old, value, &condition, size))
            .undo_all(backup.restore(table, &old, "NULL", "TRUE", size));
        context.push(step);
        context.horizon(format!(
            "the rollback puts NULL back into the rows of {object} that held it, also where the new code has written a value since"
        ));
    }
    let mut step = Step::contract(Stage::NotNulls, format!("require {object}")).run(add_check(
        table,
        &column.name,
        is_named(context),
    ));
    if let Some(value) = &value {
        step = step.run(fill_rest(table, &column.name, value, context));
    }
    let step = step
        .run_all(validate(table, &column.name, is_named(context)))
        .undo(Statement::ddl(format!(
            "ALTER TABLE {} ALTER COLUMN {} DROP NOT NULL;",
            qn(table),
            id(&column.name)
        )))
        .verify(prove::not_null(table, &column.name, true))
        .verify_undo(prove::not_null(&context.base_name(table), &it.what.before.name, false));
    context.push(step);
}

/// The rows that were written between the backfill and now.
fn fill_rest(table: &QualifiedName, column: &str, value: &str, context: &Context<'_>) -> Statement {
    // A key that is made anew is not there at this stage.
    let base = context.base_table(table).filter(|_| !context.rekeyed.contains(table));
    let key: Vec<String> = base
        .map(|base| base.primary_key_columns())
        .unwrap_or_default()
        .into_iter()
        .map(|name| context.new_column(table, name))
        .collect();
    fill(table, &key, column, value, &format!("{} IS NULL", id(column)), context.options.batch)
        .note("rows written since the backfill")
}

/// The rest of adding a column: values for the rows that exist, then `NOT NULL` if asked for.
pub(super) fn fill_and_require(
    table: &QualifiedName,
    column: &str,
    value: Option<&str>,
    required: bool,
    context: &mut Context<'_>,
) {
    let object = format!("{table}.{column}");
    let key: Vec<String> = context
        .base_table(table)
        .map(|base| base.primary_key_columns())
        .unwrap_or_default()
        .into_iter()
        .map(str::to_owned)
        .collect();
    if let Some(value) = value {
        let condition = format!("{} IS NULL", id(column));
        let step = Step::new(Phase::Backfill, Stage::Fill, format!("fill {object}")).run(fill(
            table,
            &key,
            column,
            value,
            &condition,
            context.options.batch,
        ));
        context.push(step);
    }
    if !required {
        return;
    }
    let mut step = Step::contract(Stage::NotNulls, format!("require {object}")).run(add_check(
        table,
        column,
        is_named(context),
    ));
    if let Some(value) = value {
        step = step.run(fill_rest(table, column, value, context));
    }
    let step = step
        .run_all(validate(table, column, is_named(context)))
        .undo(
            Statement::ddl(format!(
                "ALTER TABLE {} ALTER COLUMN {} DROP NOT NULL;",
                qn(table),
                id(column)
            ))
            .duration(Duration::Catalog),
        )
        .verify(prove::not_null(table, column, true));
    context.push(step);
}
