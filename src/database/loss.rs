//! The rows and values that are gone, by table and column.

use std::collections::BTreeMap;

use postgres::{Client, SimpleQueryMessage};

use super::Error;
use crate::diff::Names;
use crate::ident::QualifiedName;
use crate::schema::Schema;

/// The rows of every table, each as JSON text, sorted.
pub(super) type Data = BTreeMap<QualifiedName, Vec<String>>;

/// What a table lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableLoss {
    /// The table, as the base calls it.
    pub table: String,
    /// Its rows before.
    pub rows_before: u64,
    /// Its rows after; 0 when the table is gone.
    pub rows_after: u64,
    /// Columns that lost values although their rows may be there.
    pub columns: Vec<ColumnLoss>,
}

/// What a column lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnLoss {
    /// The column, as the base calls it.
    pub column: String,
    /// Values (not NULL) before.
    pub before: u64,
    /// Of these, how many are not there any more, the column gone or the value another one.
    pub lost: u64,
}

/// All rows of a table as text, sorted.
pub(super) fn rows_of(client: &mut Client, table: &QualifiedName) -> Result<Vec<String>, Error> {
    let sql = format!("SELECT to_jsonb(t)::text FROM {} AS t", table.quoted());
    column_of(client, &sql)
}

fn column_of(client: &mut Client, sql: &str) -> Result<Vec<String>, Error> {
    let messages =
        client.simple_query(sql).map_err(|error| Error::query("reading rows", &error))?;
    let mut rows = Vec::new();
    for message in messages {
        if let SimpleQueryMessage::Row(row) = message {
            rows.push(row.get(0).unwrap_or("\u{0}").to_owned());
        }
    }
    rows.sort();
    Ok(rows)
}

/// The values of a column as they were, taken from the rows.
pub(super) fn values_before(rows: &[String], column: &str) -> Vec<String> {
    let mut values: Vec<String> = rows
        .iter()
        .filter_map(|row| serde_json::from_str::<serde_json::Value>(row).ok())
        .map(|row| row.get(column).map_or_else(|| "null".to_owned(), ToString::to_string))
        .collect();
    values.sort();
    values
}

/// What is gone: rows of each table, and values of each column, compared under the old names (or under
/// the new ones of what was renamed).
pub(super) fn losses(
    base: &Schema,
    names: &Names,
    data: &Data,
    client: &mut Client,
) -> Vec<TableLoss> {
    let mut losses = Vec::new();
    for (name, before) in data {
        let now = names.table_to_head(name);
        let after = rows_of(client, &now).unwrap_or_default();
        let mut columns = Vec::new();
        for column in base.table(name).into_iter().flat_map(|table| table.columns.values()) {
            let new_name = names.column_to_head(&now, &column.name);
            let old: Vec<String> =
                values_before(before, &column.name).into_iter().filter(|it| it != "null").collect();
            let new: Vec<String> =
                values_before(&after, new_name).into_iter().filter(|it| it != "null").collect();
            let lost = missing(&old, &new);
            if lost > 0 {
                let before = u64::try_from(old.len()).unwrap_or(u64::MAX);
                columns.push(ColumnLoss { column: column.name.clone(), before, lost });
            }
        }
        let (rows_before, rows_after) = (before.len() as u64, after.len() as u64);
        if rows_after < rows_before || !columns.is_empty() {
            losses.push(TableLoss { table: name.to_string(), rows_before, rows_after, columns });
        }
    }
    losses
}

/// How many of the sorted `old` have no partner in the sorted `new`.
fn missing(old: &[String], new: &[String]) -> u64 {
    let mut new = new.iter().peekable();
    let mut count = 0;
    for value in old {
        while new.peek().is_some_and(|other| *other < value) {
            new.next();
        }
        if new.peek() == Some(&value) {
            new.next();
        } else {
            count += 1;
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_without_a_partner_are_missing() {
        let texts = |texts: &[&str]| texts.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        assert_eq!(missing(&texts(&["1", "1", "2"]), &texts(&["1", "2", "3"])), 1);
        assert_eq!(missing(&texts(&["1.2", "1.3"]), &texts(&[])), 2);
        assert_eq!(missing(&texts(&[]), &texts(&["1"])), 0);
    }
}
