//! Carries changes out on a schema.

use super::compare::{column_key_name, has_rls};
use super::names::{
    Names, rename_column, rename_enum, rename_policy, rename_role, rename_schema, rename_sequence,
    rename_table, rename_view,
};
use super::{Change, ColumnChange, InTable};
use crate::ident::QualifiedName;
use crate::schema::{Column, PrimaryKey, Schema, Table};

/// The schema as it is after `changes`: `apply(a, &compare(a, b))` equals `b`, except that a table
/// with policies always counts as having row-level security, and a declared primary key that bears
/// PostgreSQL's own name for it counts as `.primaryKey()` on its columns.
///
/// Drops of tables run first and renames second, so the changes may come in any order in which the
/// renames among themselves make sense. A change of something the schema does not have does nothing.
pub fn apply(schema: &Schema, changes: &[Change]) -> Schema {
    let names = Names::of(changes);
    let mut schema = schema.clone();
    for change in changes {
        if let Change::DropTable(table) = change {
            schema.tables.shift_remove(&table.name);
        }
    }
    for change in changes {
        rename_outer(&mut schema, change);
    }
    for change in changes {
        rename_inner(&mut schema, change, &names);
    }
    for change in changes {
        carry_out(&mut schema, change, &names);
    }
    for table in schema.tables.values_mut() {
        table.rls = has_rls(table);
    }
    schema
}

/// Renames of what holds other things.
fn rename_outer(schema: &mut Schema, change: &Change) {
    if let Change::RenameSchema(name) = change {
        rename_schema(schema, &name.before, &name.after);
    }
    if let Change::RenameTable(name) | Change::MoveTable(name) = change {
        rename_table(schema, &name.before, &name.after);
    }
    if let Change::RenameEnum(name) = change {
        rename_enum(schema, &name.before, &name.after);
    }
}

/// Renames of what is in a table or in nothing.
fn rename_inner(schema: &mut Schema, change: &Change, names: &Names) {
    if let Change::RenameColumn(it) = change {
        rename_column(schema, &it.table, &it.what.before.name, &it.what.after.name);
    }
    if let Change::AlterSequence(it) = change {
        rename_sequence(schema, &names.object_to_head(&it.before.name), &it.after.name);
    }
    if let Change::AlterView(it) = change {
        rename_view(schema, &names.object_to_head(&it.before.name), &it.after.name);
    }
    if let Change::AlterRole(it) = change
        && it.before.name != it.after.name
    {
        rename_role(schema, &it.before.name, &it.after.name);
    }
    if let Change::AlterPolicy(it) = change {
        rename_policy(schema, &it.table, &it.what.before.name, &it.what.after.name);
    }
}

fn carry_out(schema: &mut Schema, change: &Change, names: &Names) {
    match change {
        Change::CreateSchema(name) => {
            schema.schemas.insert(name.clone(), ());
        }
        Change::DropSchema(name) => {
            schema.schemas.shift_remove(name);
        }
        Change::CreateEnum(it) => {
            schema.enums.insert(it.name.clone(), it.clone());
        }
        Change::DropEnum(it) => {
            schema.enums.shift_remove(&names.enum_to_head(&it.name));
        }
        Change::AddEnumValue { enumeration, .. }
        | Change::DropEnumValue { enumeration, .. }
        | Change::RenameEnumValue { enumeration, .. }
        | Change::ReorderEnumValues(enumeration) => {
            let after = enumeration.after.clone();
            schema.enums.insert(after.name.clone(), after);
        }
        Change::CreateTable(table) => {
            schema.tables.insert(table.name.clone(), table.clone());
        }
        // Done before everything else.
        Change::DropTable(_)
        | Change::RenameSchema(_)
        | Change::RenameEnum(_)
        | Change::RenameTable(_)
        | Change::MoveTable(_)
        | Change::RenameColumn(_)
        // Nothing of a schema.
        | Change::ScopeChange(_) => {}
        Change::AddColumn(it) => in_table(schema, it, names, |table, column| {
            table.columns.insert(column.name.clone(), column.clone());
        }),
        Change::DropColumn(it) => in_table(schema, it, names, |table, column| {
            table.columns.shift_remove(&column.name);
        }),
        Change::AlterColumnType(it) => in_column(schema, it, names, |column, after| {
            column.ty.clone_from(&after.ty);
            column.type_schema.clone_from(&after.type_schema);
        }),
        Change::SetNotNull(it) | Change::DropNotNull(it) => {
            in_column(schema, it, names, |column, after| column.not_null = after.not_null);
        }
        Change::SetDefault(it) | Change::DropDefault(it) => {
            in_column(schema, it, names, |column, after| column.default.clone_from(&after.default));
        }
        Change::SetIdentity(it) | Change::DropIdentity(it) | Change::AlterIdentity(it) => {
            in_column(schema, it, names, |column, after| {
                column.identity.clone_from(&after.identity);
            });
        }
        Change::SetGenerated(it) | Change::DropGenerated(it) | Change::AlterGenerated(it) => {
            in_column(schema, it, names, |column, after| {
                column.generated.clone_from(&after.generated);
            });
        }
        Change::AddPrimaryKey(it) => in_table(schema, it, names, |table, key| {
            add_key(table, key);
        }),
        Change::DropPrimaryKey(it) => in_table(schema, it, names, |table, key| {
            drop_key(table, key);
        }),
        Change::AlterPrimaryKey(it) => in_table(schema, it, names, |table, key| {
            drop_key(table, &key.before);
            add_key(table, &key.after);
        }),
        Change::AddUnique(it) => in_table(schema, it, names, |table, it| {
            table.uniques.insert(it.name.clone(), it.clone());
        }),
        Change::DropUnique(it) => in_table(schema, it, names, |table, it| {
            table.uniques.shift_remove(&it.name);
        }),
        Change::AlterUnique(it) => in_table(schema, it, names, |table, it| {
            table.uniques.insert(it.after.name.clone(), it.after.clone());
        }),
        Change::AddCheck(it) => in_table(schema, it, names, |table, it| {
            table.checks.insert(it.name.clone(), it.clone());
        }),
        Change::DropCheck(it) => in_table(schema, it, names, |table, it| {
            table.checks.shift_remove(&it.name);
        }),
        Change::AlterCheck(it) => in_table(schema, it, names, |table, it| {
            table.checks.insert(it.after.name.clone(), it.after.clone());
        }),
        Change::AddForeignKey(it) => in_table(schema, it, names, |table, it| {
            table.foreign_keys.insert(it.name.clone(), it.clone());
        }),
        Change::DropForeignKey(it) => in_table(schema, it, names, |table, it| {
            table.foreign_keys.shift_remove(&it.name);
        }),
        Change::AlterForeignKey(it) => in_table(schema, it, names, |table, it| {
            table.foreign_keys.insert(it.after.name.clone(), it.after.clone());
        }),
        Change::CreateIndex(it) => in_table(schema, it, names, |table, it| {
            table.indexes.insert(it.name.clone(), it.clone());
        }),
        Change::DropIndex(it) => in_table(schema, it, names, |table, it| {
            table.indexes.shift_remove(&it.name);
        }),
        Change::AlterIndex(it) => in_table(schema, it, names, |table, it| {
            table.indexes.insert(it.after.name.clone(), it.after.clone());
        }),
        Change::CreateSequence(it) => {
            schema.sequences.insert(it.name.clone(), it.clone());
        }
        Change::DropSequence(it) => {
            schema.sequences.shift_remove(&names.object_to_head(&it.name));
        }
        Change::AlterSequence(it) => {
            schema.sequences.insert(it.after.name.clone(), it.after.clone());
        }
        Change::CreateView(it) => {
            schema.views.insert(it.name.clone(), it.clone());
        }
        Change::DropView(it) => {
            schema.views.shift_remove(&names.object_to_head(&it.name));
        }
        Change::AlterView(it) => {
            schema.views.insert(it.after.name.clone(), it.after.clone());
        }
        Change::CreatePolicy(it) => {
            if let Some(policies) = policies(schema, &it.table, names) {
                policies.insert(it.what.name.clone(), it.what.clone());
            }
        }
        Change::DropPolicy(it) => {
            if let Some(policies) = policies(schema, &it.table, names) {
                policies.shift_remove(&it.what.name);
            }
        }
        Change::AlterPolicy(it) => {
            if let Some(policies) = policies(schema, &it.table, names) {
                policies.insert(it.what.after.name.clone(), it.what.after.clone());
            }
        }
        Change::EnableRls(name) => {
            if let Some(table) = table_mut(schema, name, names) {
                table.rls = true;
            }
        }
        Change::DisableRls(name) => {
            if let Some(table) = table_mut(schema, name, names) {
                table.rls = false;
            }
        }
        Change::CreateRole(it) => {
            schema.roles.insert(it.name.clone(), it.clone());
        }
        Change::DropRole(it) => {
            schema.roles.shift_remove(&it.name);
        }
        Change::AlterRole(it) => {
            schema.roles.insert(it.after.name.clone(), it.after.clone());
        }
    }
}

/// A table by the name it has now or had in the base.
fn table_mut<'a>(
    schema: &'a mut Schema,
    name: &QualifiedName,
    names: &Names,
) -> Option<&'a mut Table> {
    if schema.tables.contains_key(name) {
        return schema.tables.get_mut(name);
    }
    schema.tables.get_mut(&names.table_to_head(name))
}

fn in_table<T>(
    schema: &mut Schema,
    change: &InTable<T>,
    names: &Names,
    edit: impl FnOnce(&mut Table, &T),
) {
    if let Some(table) = table_mut(schema, &change.table, names) {
        edit(table, &change.what);
    }
}

fn in_column(
    schema: &mut Schema,
    change: &ColumnChange,
    names: &Names,
    edit: impl FnOnce(&mut Column, &Column),
) {
    let table = table_mut(schema, &change.table, names);
    if let Some(column) = table.and_then(|it| it.columns.get_mut(&change.what.after.name)) {
        edit(column, &change.what.after);
    }
}

fn add_key(table: &mut Table, key: &PrimaryKey) {
    if key.name == column_key_name(&table.name) {
        for column in table.columns.values_mut() {
            column.primary_key = key.columns.contains(&column.name);
        }
    } else {
        table.primary_keys.insert(key.name.clone(), key.clone());
    }
}

fn drop_key(table: &mut Table, key: &PrimaryKey) {
    if table.primary_keys.shift_remove(&key.name).is_none() {
        table.columns.values_mut().for_each(|column| column.primary_key = false);
    }
}

/// The policies of a table, or those linked to a table that is not exported.
fn policies<'a>(
    schema: &'a mut Schema,
    table: &QualifiedName,
    names: &Names,
) -> Option<&'a mut indexmap::IndexMap<String, crate::schema::Policy>> {
    if table.name.is_empty() {
        return Some(&mut schema.policies);
    }
    table_mut(schema, table, names).map(|table| &mut table.policies)
}
