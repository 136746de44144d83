//! Tables as a whole, and which columns come and go.

use super::differ::{ColumnRenames, Sides, carried, moved_only, rekey, renamed_only};
use super::draft::{Draft, Phase};
use super::keyed::{self, keyed};
use super::rename::{self, Resolved};
use super::sql::ColumnDefinition;
use super::state::{Column, State, Table};
use super::{Error, columns, constraints, policies, sql, squash};
use crate::ident::QualifiedName;
use crate::schema::Object;

/// Which tables are new, and which columns were renamed.
pub(super) struct Identified {
    pub(super) created: Vec<QualifiedName>,
    pub(super) columns: ColumnRenames,
}

/// Finds out which tables and columns are created, dropped, renamed and moved, and carries the
/// renames of tables into the old side. Those of columns are only returned: drizzle-kit does not
/// carry them, so that whatever else happened to a renamed column is lost.
pub(super) fn identify(
    sides: Sides,
    patched: &mut State,
    drafts: &mut Vec<Draft>,
) -> Result<Identified, Error> {
    let tables = keyed(&patched.tables, &sides.after.tables);
    let Resolved { created, deleted, renamed: pairs } = rename::resolve(
        tables.added.iter().map(|(name, _)| (*name).clone()).collect(),
        tables.deleted.iter().map(|(name, _)| (*name).clone()).collect(),
        &rename::of_tables(sides.renames),
    );
    for name in &created {
        let Some(table) = sides.after.tables.get(name) else { continue };
        create(sides, name, table, drafts)?;
    }
    for name in &deleted {
        let Some(table) = patched.tables.get(name) else { continue };
        let mut sql: Vec<String> =
            table.policies.values().map(|it| policies::drop(name, it, sides.mode)).collect();
        sql.push(format!("DROP TABLE {} CASCADE;", sql::table(name)));
        let draft = Draft::new(Phase::DropTable, "drop_table", Object::table(name), String::new());
        drafts.push(Draft { sql, ..draft });
    }
    for (from, to) in moved_only(&pairs) {
        let schema = sql::name(&to.schema);
        let sql = format!("ALTER TABLE {} SET SCHEMA {schema};\n", sql::full(from));
        drafts.push(Draft::new(Phase::MoveTable, "alter_table_set_schema", Object::table(to), sql));
    }
    for (from, to) in &renamed_only(&pairs) {
        let from = sql::within(to, &from.name);
        let sql = format!("ALTER TABLE {from} RENAME TO {};", sql::name(&to.name));
        drafts.push(Draft::new(Phase::RenameTable, "rename_table", Object::table(to), sql));
    }
    rekey(&mut patched.tables, carried(&renamed_only(&pairs)));

    let mut columns = ColumnRenames::new();
    for (name, old, new) in keyed(&patched.tables, &sides.after.tables).common {
        if !keyed::is_marked(&name.name) {
            columns.insert(name.clone(), identify_columns(sides, name, old, new, drafts));
        }
    }
    Ok(Identified { created, columns })
}

fn create(
    sides: Sides,
    name: &QualifiedName,
    table: &Table,
    drafts: &mut Vec<Draft>,
) -> Result<(), Error> {
    let object = Object::table(name);
    let columns = table.columns.iter().map(|(column, it)| {
        // An identity is NOT NULL by itself.
        let not_null = it.of.not_null && it.identity.is_none();
        format!("\t{} {}", sql::name(column), definition(it, not_null).print(name))
    });
    let mut constraints = Vec::new();
    if let Some(packed) = table.primary_keys.values().next() {
        let key = squash::split_primary_key(packed);
        if !table.primary_keys.contains_key(&key.name) {
            let why = "a semicolon in a column's or the primary key's name cuts the name off";
            return Err(Error { object, why });
        }
        constraints.push(format!("{} {}", sql::name(&key.name), constraints::primary_key(&key)));
    }
    constraints.extend(table.uniques.values().map(|packed| {
        let unique = squash::split_unique(packed);
        format!("{} {}", sql::name(&unique.name), constraints::unique(&unique))
    }));
    constraints.extend(table.checks.values().map(|packed| {
        let check = squash::split_check(packed);
        format!("{} {}", sql::name(&check.name), constraints::check(&check))
    }));
    // The comma belongs to the constraint, also where there are no columns.
    let text = columns.collect::<Vec<_>>().join(",\n")
        + &constraints.iter().map(|it| format!(",\n\tCONSTRAINT {it}")).collect::<String>();
    let mut sql = vec![format!("CREATE TABLE {} (\n{text}\n);\n", sql::table(name))];
    if table.rls || !table.policies.is_empty() {
        sql.push(row_level_security(name, true));
    }
    let draft = Draft::new(Phase::CreateTable, "create_table", object, String::new());
    drafts.push(Draft { sql, ..draft });
    for packed in table.foreign_keys.values() {
        drafts.push(constraints::create_foreign_key(Phase::AddForeignKeyOfNewTable, name, packed));
    }
    for packed in table.indexes.values() {
        drafts.push(constraints::create_index(sides, Phase::CreateIndexOfNewTable, name, packed)?);
    }
    Ok(())
}

/// The definition of a new column.
fn definition<'c>(column: &'c Column, not_null: bool) -> ColumnDefinition<'c> {
    ColumnDefinition {
        ty: sql::column_type(&column.ty, column.type_schema.as_deref()),
        primary_key: column.of.primary_key,
        default: column.of.default.as_ref(),
        generated: column.of.generated.as_ref(),
        not_null,
        identity: column.identity.as_deref(),
    }
}

fn identify_columns(
    sides: Sides,
    table: &QualifiedName,
    old: &Table,
    new: &Table,
    drafts: &mut Vec<Draft>,
) -> Vec<(String, String)> {
    let columns = keyed(&old.columns, &new.columns);
    let resolved = rename::resolve(
        columns.added.iter().map(|(name, _)| (*name).clone()).collect(),
        columns.deleted.iter().map(|(name, _)| (*name).clone()).collect(),
        &rename::of_columns(sides.renames, table),
    );
    let alter = format!("ALTER TABLE {}", sql::table(table));
    for (from, to) in &resolved.renamed {
        let object = Object::column(table, to);
        let sql = format!("{alter} RENAME COLUMN {} TO {};", sql::name(from), sql::name(to));
        drafts.push(Draft::new(Phase::RenameColumn, "alter_table_rename_column", object, sql));
    }
    for name in &resolved.created {
        let Some(column) = new.columns.get(name) else { continue };
        let object = Object::column(table, name);
        let definition = definition(column, column.of.not_null).print(table);
        let sql = format!("{alter} ADD COLUMN {} {definition};", sql::name(name));
        drafts.push(Draft::new(Phase::AddColumn, "alter_table_add_column", object, sql));
    }
    for name in &resolved.deleted {
        let object = Object::column(table, name);
        let sql = format!("{alter} DROP COLUMN {};", sql::name(name));
        drafts.push(Draft::new(Phase::DropColumn, "alter_table_drop_column", object, sql));
    }
    resolved.renamed
}

/// Compares what stays of each table: columns, constraints, indexes, policies, and then, if any
/// table changed at all, the row-level security of every one.
pub(super) fn compare(sides: Sides, patched: &State, drafts: &mut Vec<Draft>) -> Result<(), Error> {
    let tables = keyed(&patched.tables, &sides.after.tables).common;
    let is_seen = |name: &QualifiedName| !keyed::ends_marked(&name.name);
    let altered: Vec<_> = tables
        .into_iter()
        .filter(|(name, old, new)| is_seen(name) && is_altered(old, new))
        .collect();
    for (name, old, new) in &altered {
        columns::compare(sides, name, old, new, drafts)?;
        constraints::compare(sides, name, old, new, drafts);
        policies::compare(sides, name, old, new, drafts);
    }
    // Per phase, what is new or gone in all tables comes before what is replaced in any.
    for (name, old, new) in &altered {
        constraints::compare_indexes(sides, name, old, new, drafts)?;
    }
    for (name, old, new) in &altered {
        constraints::replace_indexes(sides, name, old, new, drafts)?;
    }
    if !altered.is_empty() {
        compare_row_level_security(sides, patched, drafts);
    }
    Ok(())
}

/// Whether drizzle-kit lists the table as altered; columns that come or go do not count.
fn is_altered(old: &Table, new: &Table) -> bool {
    keyed(&old.columns, &new.columns).common.iter().any(|(_, old, new)| !old.is_same(new))
        || old.differs_beside_columns(new)
}

fn compare_row_level_security(sides: Sides, patched: &State, drafts: &mut Vec<Draft>) {
    let mut push = |name: &QualifiedName, enable: bool| {
        let (phase, kind) = if enable {
            (Phase::EnableRls, "enable_rls")
        } else {
            (Phase::DisableRls, "disable_rls")
        };
        drafts.push(Draft::new(phase, kind, Object::table(name), row_level_security(name, enable)));
    };
    for (name, new) in &sides.after.tables {
        let old = patched.tables.get(name);
        let had_policies = old.is_some_and(|old| !old.policies.is_empty());
        let is_governed = !new.policies.is_empty();
        let was_enabled = old.is_some_and(|old| old.rls);
        if new.rls {
            if !was_enabled {
                push(name, true);
            }
        } else if is_governed {
            if !had_policies {
                push(name, true);
            }
        } else if had_policies || was_enabled {
            push(name, false);
        }
    }
    // Also those that are about to be dropped.
    for (name, old) in &patched.tables {
        if !sides.after.tables.contains_key(name) && !old.rls {
            push(name, false);
        }
    }
}

fn row_level_security(name: &QualifiedName, enable: bool) -> String {
    let verb = if enable { "ENABLE" } else { "DISABLE" };
    format!("ALTER TABLE {} {verb} ROW LEVEL SECURITY;", sql::table(name))
}
