//! Rows in batches by primary key, each batch its own transaction, restartable.

use super::sql::{id, qn};
use super::statement::Statement;
use crate::ident::QualifiedName;

/// What drives the batches.
pub(super) struct Keyset<'a> {
    /// The relation whose keys are walked: the table itself, or its backup.
    pub(super) relation: String,
    /// Its key columns.
    pub(super) key: &'a [String],
    /// Rows a batch.
    pub(super) size: u32,
}

/// A loop that runs `update` for every range of keys. `update` gets a condition on the keys, written
/// with the given alias, and returns the statement. Without a key it is one statement over all rows.
pub(super) fn batches(
    keyset: &Keyset<'_>,
    alias: &str,
    update: impl Fn(&str) -> String,
) -> Statement {
    if keyset.key.is_empty() {
        return Statement::batches(update("TRUE"))
            .note("the table has no primary key to walk by: one statement for all its rows");
    }
    let Keyset { relation, key, size } = keyset;
    let columns: Vec<String> = key.iter().map(|name| id(name)).collect();
    let aliased: Vec<String> = columns.iter().map(|column| format!("{alias}.{column}")).collect();
    let variables = |side: &str| -> Vec<String> {
        (1..=key.len()).map(|at| format!("dg_{side}_{at}")).collect()
    };
    let (low, high) = (variables("low"), variables("high"));
    let declare = |names: &[String]| -> String {
        names
            .iter()
            .zip(&columns)
            .map(|(name, column)| format!("  {name} {relation}.{column}%TYPE;\n"))
            .collect()
    };
    let assign: String =
        low.iter().zip(&high).map(|(low, high)| format!("    {low} := {high};\n")).collect();
    let (list, low_list, high_list) = (columns.join(", "), low.join(", "), high.join(", "));
    let tuple = aliased.join(", ");
    let inner = update(&format!("({tuple}) >= ({low_list}) AND ({tuple}) < ({high_list})"));
    let tail = update(&format!("({tuple}) >= ({low_list})"));
    Statement::batches(format!(
        "DO $drizzle_guard$\nDECLARE\n{}{}BEGIN\n  \
         SELECT {list} INTO {low_list} FROM {relation} ORDER BY {list} LIMIT 1;\n  \
         IF NOT FOUND THEN RETURN; END IF;\n  \
         LOOP\n    \
         SELECT {list} INTO {high_list} FROM {relation} WHERE ({list}) >= ({low_list}) ORDER BY {list} OFFSET {size} LIMIT 1;\n    \
         IF NOT FOUND THEN\n      {tail}\n      COMMIT;\n      EXIT;\n    END IF;\n    \
         {inner}\n    COMMIT;\n{assign}  END LOOP;\nEND\n$drizzle_guard$;",
        declare(&low),
        declare(&high),
    ))
}

/// Fills a column of a table where a condition holds.
pub(super) fn fill(
    table: &QualifiedName,
    key: &[String],
    column: &str,
    expression: &str,
    condition: &str,
    size: u32,
) -> Statement {
    let keyset = Keyset { relation: qn(table), key, size };
    let column = id(column);
    let table = qn(table);
    batches(&keyset, "t", |range| {
        format!("UPDATE {table} AS t SET {column} = {expression} WHERE {range} AND {condition};")
    })
}
