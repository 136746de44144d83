//! Check constraints: added without validation, then validated while reads and writes go on.

use super::context::Context;
use super::foreign_keys::aside;
use super::prove;
use super::sql::{check_def, id, qn};
use super::statement::Statement;
use super::step::{Stage, Step};
use crate::delta::Diff;
use crate::diff::InTable;
use crate::ident::QualifiedName;
use crate::schema::{Check, ObjectKind};

fn add_statements(table: &QualifiedName, check: &Check) -> [Statement; 2] {
    let (t, name) = (qn(table), id(&check.name));
    [
        Statement::ddl(format!(
            "ALTER TABLE {t} ADD CONSTRAINT {name} {} NOT VALID;",
            check_def(check)
        ))
        .note("new rows are checked from here on"),
        Statement::validate(format!("ALTER TABLE {t} VALIDATE CONSTRAINT {name};"))
            .note("fails without damage when a row violates it; reads and writes go on"),
    ]
}

fn drop_statement(table: &QualifiedName, name: &str) -> Statement {
    Statement::ddl(format!("ALTER TABLE {} DROP CONSTRAINT {};", qn(table), id(name)))
}

pub(super) fn add_step(table: &QualifiedName, check: &Check, context: &mut Context<'_>) {
    let step = Step::contract(Stage::AddChecks, format!("check {} of {table}", check.name))
        .run_all(add_statements(table, check))
        .undo(drop_statement(table, &check.name))
        .verify(prove::constraint(table, &check.name, true));
    context.push(step);
}

pub(super) fn drop_step(table: &QualifiedName, check: &Check, context: &mut Context<'_>) {
    let live = Check { name: check.name.clone(), value: context.live_text(&check.value) };
    let step = Step::contract(Stage::DropChecks, format!("drop check {} of {table}", check.name))
        .run(drop_statement(table, &check.name))
        .undo_all(add_statements(table, &live))
        .verify_undo(prove::constraint(&context.base_name(table), &check.name, true));
    context.push(step);
}

pub(super) fn add(it: &InTable<Check>, context: &mut Context<'_>) {
    if !context.created.contains(&it.table) {
        add_step(&it.table, &it.what, context);
    }
}

pub(super) fn drop(it: &InTable<Check>, context: &mut Context<'_>) {
    if !context.dropped.contains(&it.table) {
        let table = context.dropped_from(&it.table);
        drop_step(&table, &it.what, context);
    }
}

pub(super) fn alter(it: &InTable<Diff<Check>>, context: &mut Context<'_>) {
    let (table, before, after) = (&it.table, &it.what.before, &it.what.after);
    let torn = context.is_torn(ObjectKind::Check, table, &before.name);
    if torn {
        drop_step(table, before, context);
        add_step(table, after, context);
        return;
    }
    let old = Check { name: before.name.clone(), value: context.head_text(&before.value, table) };
    if old.name == after.name && old.value == after.value {
        // Only names inside it have changed, and PostgreSQL follows those by itself.
        return;
    }
    let swap = |from: &str, to: &Check| -> Vec<Statement> {
        let next = Check { name: aside(&to.name), value: to.value.clone() };
        let mut statements = add_statements(table, &next).to_vec();
        let t = qn(table);
        statements.push(
            Statement::transaction([
                drop_statement(table, from).sql,
                format!(
                    "ALTER TABLE {t} RENAME CONSTRAINT {} TO {};",
                    id(&next.name),
                    id(&to.name)
                ),
            ])
            .note("catalog only; never without one of the two"),
        );
        statements
    };
    let step = Step::contract(Stage::SwapConstraints, format!("check {} of {table}", after.name))
        .run_all(swap(&before.name, after))
        .undo_all(swap(&after.name, &old))
        .verify(prove::constraint(table, &after.name, true));
    context.push(step);
}
