//! Adversarial rows: NULLs, duplicates, extremes, orphans where no constraint forbids them.

use std::fmt::Write as _;

use drizzle_guard::ident::quote;
use drizzle_guard::schema::{Column, IdentityKind, Schema, Table};
use postgres::Client;

use crate::random::Random;
use crate::state::ROW;
use crate::types;

/// How many rows are tried for each table; those that its constraints refuse are left out.
const ROWS: usize = 14;

/// Fills every table of the schema that has just been created.
pub(crate) fn fill(client: &mut Client, schema: &Schema, random: &mut Random) {
    for table in schema.tables.values() {
        let name = table.name.quoted();
        let mut sql =
            format!("ALTER TABLE {name} ADD COLUMN {} bigint;\nDO $fill$ BEGIN\n", quote(ROW));
        for row in 1..=ROWS {
            let (columns, values) = tuple(table, schema, random);
            let columns: Vec<String> = columns.iter().map(|it| quote(it)).collect();
            let (columns, values) = (columns.join(", "), values.join(", "));
            let comma = if columns.is_empty() { "" } else { ", " };
            let _ = writeln!(
                sql,
                "BEGIN INSERT INTO {name} ({columns}{comma}{}) VALUES ({values}{comma}{row});
                 EXCEPTION WHEN OTHERS THEN NULL; END;",
                quote(ROW)
            );
        }
        sql += "END $fill$";
        client.batch_execute(&sql).unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    }
}

/// The columns of a table that code writes, and a value for each.
pub(crate) fn tuple<'a>(
    table: &'a Table,
    schema: &Schema,
    random: &mut Random,
) -> (Vec<&'a str>, Vec<String>) {
    let written = |column: &&Column| {
        column.generated.is_none()
            && !column.ty.contains("serial")
            && column.identity.as_ref().is_none_or(|it| it.kind == IdentityKind::ByDefault)
    };
    let mut columns = Vec::new();
    let mut values = Vec::new();
    for column in table.columns.values().filter(written) {
        columns.push(column.name.as_str());
        values.push(value(column, table, schema, random));
    }
    (columns, values)
}

fn value(column: &Column, table: &Table, schema: &Schema, random: &mut Random) -> String {
    if !column.not_null && random.percent(20) {
        return "NULL".to_owned();
    }
    let key = table.foreign_keys.values().find(|key| key.columns_from == [column.name.as_str()]);
    if let Some(key) = key {
        return format!(
            "(SELECT {} FROM {} ORDER BY 1 OFFSET {} LIMIT 1)",
            quote(&key.columns_to[0]),
            key.to.quoted(),
            random.below(4)
        );
    }
    // Keys repeat less often, or a table would stay empty.
    if table.primary_key_columns().contains(&column.name.as_str()) && column.ty != "uuid" {
        return random.below(1_000).to_string();
    }
    types::value(column, schema, random)
}
