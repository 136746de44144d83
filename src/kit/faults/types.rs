//! Types that are printed wrongly.

use super::{At, Fault};
use crate::ident::{quote, quote_literal};
use crate::kit::draft::{DROP_VALUE, SET_TYPE};
use crate::kit::sql;
use crate::schema::{Column, Object};

pub(super) fn check(at: &At, found: &mut Vec<Fault>) {
    if at.is(&["create_table", "alter_table_add_column", "alter_table_alter_column_set_generated"])
    {
        for (table, column) in at.columns() {
            let printed = sql::column_type(&column.ty, column.type_schema.as_deref());
            let object = Object::column(&table, &column.name);
            found.extend(misprinted(at, object, column, &printed));
        }
    }
    if at.is(&[SET_TYPE]) && at.statement.sql.contains(" SET DATA TYPE ") {
        for (_, column) in at.columns() {
            let printed = sql::altered_type(&column.ty, column.type_schema.as_deref());
            found.extend(undefined(at, column, &printed));
            found.extend(misprinted(at, at.statement.object.clone(), column, &printed));
            found.extend(serial(at, column));
        }
    }
    if at.is(&[DROP_VALUE]) && at.statement.sql.starts_with("DROP TYPE ") {
        found.extend(still_used(at));
    }
}

/// The type as PostgreSQL understands it: an enum with its schema, everything else bare.
fn right_type(at: &At, column: &Column) -> String {
    let (element, dimensions) = sql::split_array(&column.ty);
    let of_schema = |schema: &str| column.type_schema.as_deref().is_none_or(|it| it == schema);
    let mut enums = at.context.schemas.after.enums.keys();
    match enums.find(|name| name.name == element && of_schema(&name.schema)) {
        Some(name) => format!("{}{dimensions}", name.quoted()),
        None => column.ty.clone(),
    }
}

fn undefined(at: &At, column: &Column, printed: &str) -> Option<Fault> {
    if !printed.starts_with("\"undefined\".") || !at.statement.sql.contains(printed) {
        return None;
    }
    let ty = right_type(at, column);
    let table = at.statement.object.table_name()?;
    let name = quote(&column.name);
    let sql = format!(
        "ALTER TABLE {} ALTER COLUMN {name} SET DATA TYPE {ty} USING {name}::text::{ty};",
        table.quoted_short()
    );
    let what =
        format!("the type is printed as {printed}, which does not exist, and the statement fails");
    Some(at.fault("kit.undefined_schema", what, Some(sql)))
}

/// A type in quotes that is no name, or a name that should be in quotes and is not.
fn misprinted(at: &At, object: Object, column: &Column, printed: &str) -> Option<Fault> {
    let (element, _) = sql::split_array(&column.ty);
    let right = right_type(at, column);
    let is_enum = right != column.ty;
    let is_plain =
        element.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_');
    let is_quoted = printed.contains('"');
    let sql = || {
        let name = sql::name(&column.name);
        let after = |ty: &str| format!("{name} {ty}");
        at.replaced(&after(printed), &after(&right))
            .or_else(|| at.replaced(&format!("TYPE {printed}"), &format!("TYPE {right}")))
    };
    if is_quoted && !is_enum && !is_plain && !printed.starts_with("\"undefined\".") {
        let what =
            format!("{printed} is the name of a type that does not exist; the statement fails");
        return Some(at.fault_of("kit.quoted_type", object, what, sql()));
    }
    let is_elsewhere = column.type_schema.as_deref().is_some_and(|it| it != "public");
    if !is_quoted && is_enum && (!is_plain || is_elsewhere || sql::is_bare_type(&element)) {
        let what = format!("{printed} is not how PostgreSQL finds the enum {right}");
        return Some(at.fault_of("kit.bare_enum", object, what, sql()));
    }
    None
}

/// `serial` is a notation of `CREATE TABLE` (manual section 8.1.4), not a type.
fn serial(at: &At, column: &Column) -> Option<Fault> {
    let ty = match column.ty.as_str() {
        "serial" => "integer",
        "bigserial" => "bigint",
        "smallserial" => "smallint",
        _ => return None,
    };
    let table = at.statement.object.table_name()?;
    let sequence = sql::within(&table, &format!("{}_{}_seq", table.name, column.name));
    let (name, table) = (quote(&column.name), table.quoted_short());
    let literal = quote_literal(&sequence);
    let sql = format!(
        "ALTER TABLE {table} ALTER COLUMN {name} SET DATA TYPE {ty};\n\
         CREATE SEQUENCE {sequence} OWNED BY {table}.{name};\n\
         SELECT setval({literal}, coalesce(max({name}), 0) + 1, false) FROM {table};\n\
         ALTER TABLE {table} ALTER COLUMN {name} SET DEFAULT nextval({literal});"
    );
    let what = format!("there is no type {} to change a column to; the statement fails", column.ty);
    Some(at.fault("kit.serial_type", what, Some(sql)))
}

/// An enum in object form leaves no schema in its columns, so that drizzle-kit does not find them.
fn still_used(at: &At) -> Option<Fault> {
    let head = at.context.schemas.after;
    let mut users = head.tables.iter().flat_map(|(table, it)| {
        it.columns
            .values()
            .map(move |column| Object::column(table, &column.name))
            .zip(it.columns.values())
    });
    let (user, _) = users.find(|(_, column)| {
        column.type_schema.is_none() && sql::split_array(&column.ty).0 == at.statement.object.name
    })?;
    let what = format!("{user} still has the type, so that it cannot be dropped");
    Some(at.fault("kit.enum_in_use", what, None))
}
