//! Primary keys and unique constraints: the index is built while reads and writes go on, then attached.

use super::context::Context;
use super::foreign_keys::aside;
use super::sql::{id, ids, qn, reg, serial_base, unique_def};
use super::statement::{Duration, Statement};
use super::step::{Stage, Step};
use super::{nulls, prove};
use crate::delta::Diff;
use crate::diff::InTable;
use crate::ident::{QualifiedName, quote_literal, truncate};
use crate::schema::{Column, ObjectKind, PrimaryKey, Table, Unique};

const BUILD: &str = "fails without damage on duplicates, but leaves an invalid index: DROP INDEX CONCURRENTLY it, repair the rows, run again";

fn build(table: &QualifiedName, name: &str, columns: &[String], nulls: bool) -> Statement {
    let nulls = if nulls { " NULLS NOT DISTINCT" } else { "" };
    Statement::concurrently(
        format!(
            "CREATE UNIQUE INDEX CONCURRENTLY {} ON {} ({}){nulls};",
            id(name),
            qn(table),
            ids(columns)
        ),
        Duration::Build,
    )
    .note(BUILD)
}

fn drop_constraint(table: &QualifiedName, name: &str) -> Statement {
    Statement::ddl(format!("ALTER TABLE {} DROP CONSTRAINT {};", qn(table), id(name)))
}

fn attach(table: &QualifiedName, name: &str, kind: &str, index: &str) -> String {
    format!(
        "ALTER TABLE {} ADD CONSTRAINT {} {kind} USING INDEX {};",
        qn(table),
        id(name),
        id(index)
    )
}

fn unique_statements(table: &QualifiedName, unique: &Unique) -> [Statement; 2] {
    let index = aside(&unique.name);
    [
        build(table, &index, &unique.columns, unique.nulls_not_distinct),
        Statement::ddl(attach(table, &unique.name, "UNIQUE", &index))
            .note("takes the index over and gives it its name"),
    ]
}

pub(super) fn add_unique_step(table: &QualifiedName, unique: &Unique, context: &mut Context<'_>) {
    let step = Step::contract(Stage::AddUniques, format!("unique {} of {table}", unique.name))
        .run_all(unique_statements(table, unique))
        .undo(drop_constraint(table, &unique.name))
        .verify(prove::constraint(table, &unique.name, true));
    context.push(step);
}

pub(super) fn drop_unique_step(table: &QualifiedName, unique: &Unique, context: &mut Context<'_>) {
    let step =
        Step::contract(Stage::DropUniques, format!("drop unique {} of {table}", unique.name))
            .run(
                drop_constraint(table, &unique.name)
                    .note("an ON CONFLICT on these columns fails from here on (42P10)"),
            )
            .undo_all(unique_statements(table, unique))
            .verify_undo(prove::constraint(&context.base_name(table), &unique.name, true));
    context.push(step);
}

pub(super) fn add_unique(it: &InTable<Unique>, context: &mut Context<'_>) {
    if !context.created.contains(&it.table) {
        add_unique_step(&it.table, &it.what, context);
    }
}

pub(super) fn drop_unique(it: &InTable<Unique>, context: &mut Context<'_>) {
    if !context.dropped.contains(&it.table) {
        let table = context.dropped_from(&it.table);
        drop_unique_step(&table, &it.what, context);
    }
}

pub(super) fn alter_unique(it: &InTable<Diff<Unique>>, context: &mut Context<'_>) {
    let (table, before, after) = (&it.table, &it.what.before, &it.what.after);
    if context.is_torn(ObjectKind::Unique, table, &before.name) {
        drop_unique_step(table, before, context);
        add_unique_step(table, after, context);
        return;
    }
    let swap = |from: &str, to: &Unique| {
        let index = aside(&to.name);
        [
            build(table, &index, &to.columns, to.nulls_not_distinct),
            Statement::transaction([
                drop_constraint(table, from).sql,
                attach(table, &to.name, "UNIQUE", &index),
            ])
            .note("catalog only; never without one of the two"),
        ]
    };
    let columns = before.columns.iter().map(|name| context.new_column(table, name)).collect();
    let old = Unique { columns, ..before.clone() };
    let step = Step::contract(Stage::SwapConstraints, format!("unique {} of {table}", after.name))
        .run_all(swap(&before.name, after))
        .undo_all(swap(&after.name, &old))
        .verify(prove::constraint(table, &after.name, true));
    context.push(step);
    if unique_def(before) == unique_def(after) && before.name == after.name {
        context.note(format!("unique {} of {table} is rebuilt as it was.", after.name));
    }
}

/// Drops whatever primary key a table has: its name is not always known, because the one of a single
/// column stands in no snapshot and survives a rename of the table.
pub(super) fn drop_any_primary(table: &QualifiedName) -> String {
    format!(
        "DO $drizzle_guard$ DECLARE k text; BEGIN\n  SELECT conname INTO STRICT k FROM pg_constraint WHERE conrelid = {}::regclass AND contype = 'p';\n  EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', {}, k);\nEND $drizzle_guard$;",
        reg(table),
        quote_literal(&qn(table)),
    )
}

/// A primary key's name in the database: a composite's own, `table_pkey` for one of a single column.
fn primary_name(key: &PrimaryKey, table: &QualifiedName) -> String {
    if key.name.is_empty() { format!("{}_pkey", truncate(&table.name)) } else { key.name.clone() }
}

/// How the key is called when the table is created by drizzle-kit: `column.primaryKey()` gives the
/// constraint PostgreSQL's name, whatever the change calls it.
fn named(key: &PrimaryKey, table: &QualifiedName, declared: bool) -> PrimaryKey {
    let name =
        if declared { primary_name(key, table) } else { format!("{}_pkey", truncate(&table.name)) };
    PrimaryKey { name, columns: key.columns.clone() }
}

fn head_key(key: &PrimaryKey, table: &QualifiedName, context: &Context<'_>) -> PrimaryKey {
    let declared = context.head_table(table).is_some_and(|head| !head.primary_keys.is_empty());
    named(key, table, declared)
}

fn base_key(key: &PrimaryKey, table: &QualifiedName, context: &Context<'_>) -> PrimaryKey {
    let base = context.base_table(table);
    let declared = base.is_some_and(|base| !base.primary_keys.is_empty());
    let name = base.map_or_else(|| table.clone(), |base| base.name.clone());
    named(key, &name, declared)
}

/// Builds the primary key of the base again, over its columns as they are called after the renames of
/// `contract`.
pub(super) fn restore_primary(table: &QualifiedName, context: &Context<'_>) -> Vec<Statement> {
    let Some(base) = context.base_table(table) else { return Vec::new() };
    let columns = base.primary_key_columns().into_iter();
    let columns = columns.map(|name| context.new_column(table, name)).collect();
    let key = base_key(&PrimaryKey { columns, ..key_of(base) }, table, context);
    primary_statements(table, &key)
}

fn primary_statements(table: &QualifiedName, key: &PrimaryKey) -> Vec<Statement> {
    let index = aside(&key.name);
    let mut statements: Vec<Statement> = Vec::new();
    for column in &key.columns {
        statements.extend(nulls::require_still(table, column));
    }
    statements.push(build(table, &index, &key.columns, false));
    statements.push(
        Statement::ddl(attach(table, &key.name, "PRIMARY KEY", &index))
            .note("catalog only: the columns are NOT NULL and the index is built"),
    );
    statements
}

/// `DROP NOT NULL` for what was in a primary key and is nullable otherwise: PostgreSQL leaves the NOT
/// NULL of a dropped primary key behind.
fn loosen(
    table: &QualifiedName,
    columns: impl IntoIterator<Item = String>,
    nullable: impl Fn(&str) -> bool,
) -> Vec<Statement> {
    let columns = columns.into_iter().filter(|column| nullable(column));
    let drop = |column: String| {
        Statement::ddl(format!(
            "ALTER TABLE {} ALTER COLUMN {} DROP NOT NULL;",
            qn(table),
            id(&column)
        ))
    };
    columns.map(drop).collect()
}

pub(super) fn add_primary(it: &InTable<PrimaryKey>, context: &mut Context<'_>) {
    let table = &it.table;
    if context.created.contains(table) {
        return;
    }
    let key = head_key(&it.what, table, context);
    // What the columns were before: their own NOT NULL steps undo themselves.
    let base = context.base_table(table);
    let head = context.head_table(table);
    let was_nullable = |column: &str| {
        let old = context.old_column(table, column);
        let before = base.and_then(|base| base.columns.get(&old).filter(|_| !in_key(base, &old)));
        let now = head.and_then(|head| head.columns.get(column));
        before.is_some_and(may_be_null) && now.is_some_and(may_be_null)
    };
    let step = Step::contract(Stage::AddPrimaryKeys, format!("primary key of {table}"))
        .run_all(primary_statements(table, &key))
        .undo(drop_constraint(table, &key.name))
        .undo_all(loosen(table, key.columns.clone(), was_nullable))
        .verify(prove::primary_key(table, &key.columns))
        .verify_undo(prove::primary_key(
            &context.base_name(table),
            &base
                .map(|base| {
                    base.primary_key_columns().into_iter().map(str::to_owned).collect::<Vec<_>>()
                })
                .unwrap_or_default(),
        ));
    context.push(step);
}

pub(super) fn drop_primary(it: &InTable<PrimaryKey>, context: &mut Context<'_>) {
    if context.dropped.contains(&it.table) {
        return;
    }
    let table = context.dropped_from(&it.table);
    let key = base_key(&it.what, &table, context);
    let head = context.head_table(&table);
    let nullable = |column: &str| {
        let name = context.new_column(&table, column);
        let after = head.and_then(|head| head.columns.get(&name).filter(|_| !in_key(head, &name)));
        let before = context.base_table(&table).and_then(|base| base.columns.get(column));
        // An identity that goes is relaxed by `sequences` once it is gone.
        let counted = before.is_some_and(|before| before.identity.is_some());
        !counted && after.is_some_and(may_be_null)
    };
    // The columns carry their old names at this stage; what is dropped needs no relaxing.
    let step = Step::contract(Stage::DropPrimaryKeys, format!("drop the primary key of {table}"))
        .run(Statement::ddl(drop_any_primary(&table)).note(
            "rows have no identity from here on: logical replication of UPDATE and DELETE stops",
        ))
        .run_all(loosen(&table, key.columns.clone(), nullable))
        .undo_all(primary_statements(&table, &key))
        .verify_undo(prove::primary_key(&context.base_name(&table), &key.columns));
    context.push(step);
}

/// Whether a column can hold NULL: PostgreSQL keeps what counts NOT NULL, whatever Drizzle says.
fn may_be_null(column: &Column) -> bool {
    !column.not_null && column.identity.is_none() && serial_base(&column.ty).is_none()
}

fn in_key(table: &Table, column: &str) -> bool {
    table.primary_key_columns().contains(&column)
}

/// Drops the primary key of the base before one of its columns is made anew, and adds the head's after
/// that, where no change says so.
pub(super) fn rebuild_primary(table: &QualifiedName, context: &mut Context<'_>) {
    let changed = |(kind, of, _): &(ObjectKind, QualifiedName, String)| {
        *kind == ObjectKind::PrimaryKey && of == table
    };
    if context.changed.iter().any(changed) {
        return;
    }
    let (Some(base), Some(head)) = (context.base_table(table), context.head_table(table)) else {
        return;
    };
    replace(table, key_of(base), key_of(head), context);
}

fn key_of(table: &Table) -> PrimaryKey {
    let columns = table.primary_key_columns().into_iter().map(str::to_owned).collect();
    let name = table.primary_keys.values().next().map(|key| key.name.clone()).unwrap_or_default();
    PrimaryKey { name, columns }
}

fn replace(table: &QualifiedName, old: PrimaryKey, new: PrimaryKey, context: &mut Context<'_>) {
    drop_primary(&InTable { table: context.base_name(table), what: old }, context);
    add_primary(&InTable { table: table.clone(), what: new }, context);
}

pub(super) fn alter_primary(it: &InTable<Diff<PrimaryKey>>, context: &mut Context<'_>) {
    let table = &it.table;
    if context.rekeyed.contains(table) {
        replace(table, it.what.before.clone(), it.what.after.clone(), context);
        return;
    }
    let before = base_key(&it.what.before, table, context);
    let after = head_key(&it.what.after, table, context);
    let columns = before.columns.iter().map(|name| context.new_column(table, name)).collect();
    let before = PrimaryKey { columns, ..before };
    if before.columns == after.columns {
        if before.name == after.name {
            return;
        }
        let rename = |from: &str, to: &str| {
            Statement::ddl(format!(
                "ALTER TABLE {} RENAME CONSTRAINT {} TO {};",
                qn(table),
                id(from),
                id(to)
            ))
        };
        let step =
            Step::contract(Stage::DerivedNames, format!("name of the primary key of {table}"))
                .run(rename(&before.name, &after.name))
                .undo(rename(&after.name, &before.name));
        context.push(step);
        return;
    }
    let (base, head) = (context.base_table(table), context.head_table(table));
    let swap = |to: &PrimaryKey| -> Vec<Statement> {
        let index = aside(&to.name);
        let mut statements: Vec<Statement> = Vec::new();
        for column in &to.columns {
            statements.extend(nulls::require_still(table, column));
        }
        statements.push(build(table, &index, &to.columns, false));
        statements.push(
            Statement::transaction([
                drop_any_primary(table),
                attach(table, &to.name, "PRIMARY KEY", &index),
            ])
            .note("catalog only; never without a primary key"),
        );
        statements
    };
    let left = |from: &PrimaryKey, to: &PrimaryKey| -> Vec<String> {
        from.columns.iter().filter(|column| !to.columns.contains(column)).cloned().collect()
    };
    let now_nullable =
        |column: &str| head.and_then(|head| head.columns.get(column)).is_some_and(may_be_null);
    let was_nullable = |column: &str| {
        let old = context.old_column(table, column);
        let was = base.and_then(|base| base.columns.get(&old)).is_some_and(may_be_null);
        was && now_nullable(column)
    };
    let step = Step::contract(Stage::SwapConstraints, format!("primary key of {table}"))
        .run_all(swap(&after))
        .run_all(loosen(table, left(&before, &after), now_nullable))
        .undo_all(swap(&before))
        .undo_all(loosen(table, left(&after, &before), was_nullable))
        .verify(prove::primary_key(table, &after.columns))
        .verify_undo(prove::primary_key(&context.base_name(table), &it.what.before.columns));
    context.push(step);
}
