//! What a database holds: tables by oid, columns by number and rows by a number of their own, so that
//! everything can be found again under any name.

use std::collections::{BTreeMap, BTreeSet};

use drizzle_guard::ident::{QualifiedName, quote};
use postgres::{Client, SimpleQueryMessage, SimpleQueryRow};

/// The column that numbers the rows; in no schema, so that no statement touches it.
pub(crate) const ROW: &str = "~row";

/// All tables.
#[derive(Debug, Clone, Default)]
pub(crate) struct State(pub(crate) BTreeMap<u32, TableState>);

/// One of them.
#[derive(Debug, Clone)]
pub(crate) struct TableState {
    pub(crate) name: QualifiedName,
    filenode: String,
    columns: BTreeMap<i16, ColumnState>,
    /// Values by row and column, as text.
    rows: BTreeMap<String, BTreeMap<i16, Option<String>>>,
    indexes: BTreeSet<IndexState>,
    /// Checks and foreign keys.
    guards: BTreeSet<Guard>,
}

/// What refuses rows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Guard {
    columns: Vec<i16>,
    what: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct ColumnState {
    name: String,
    ty: String,
    generated: bool,
}

/// What an index is good for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct IndexState {
    name: String,
    unique: bool,
    keys: Vec<String>,
    /// Method, expressions and predicate.
    rest: String,
}

/// The rows of a query's answer.
pub(crate) fn rows(client: &mut Client, sql: &str) -> Vec<SimpleQueryRow> {
    let messages = client.simple_query(sql).unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    let row = |message| match message {
        SimpleQueryMessage::Row(row) => Some(row),
        _ => None,
    };
    messages.into_iter().filter_map(row).collect()
}

const OURS: &str = "n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'";

impl State {
    /// What is there now.
    pub(crate) fn of(client: &mut Client) -> Self {
        let mut tables: BTreeMap<u32, TableState> = BTreeMap::new();
        let sql = format!(
            "SELECT c.oid, n.nspname, c.relname, c.relfilenode, a.attnum, a.attname,
                    format_type(a.atttypid, a.atttypmod), a.attgenerated <> ''
             FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
             WHERE c.relkind = 'r' AND {OURS} ORDER BY c.oid, a.attnum"
        );
        for row in rows(client, &sql) {
            let text = |at: usize| row.get(at).unwrap_or_default().to_owned();
            let table =
                tables.entry(text(0).parse().expect("an oid")).or_insert_with(|| TableState {
                    name: QualifiedName::new(text(1), text(2)),
                    filenode: text(3),
                    columns: BTreeMap::new(),
                    rows: BTreeMap::new(),
                    indexes: BTreeSet::new(),
                    guards: BTreeSet::new(),
                });
            if let Some(number) = row.get(4) {
                let column = ColumnState { name: text(5), ty: text(6), generated: text(7) == "t" };
                table.columns.insert(number.parse().expect("a column's number"), column);
            }
        }
        let sql = format!(
            "SELECT i.indrelid, c.relname, i.indkey, i.indoption, m.amname,
                    coalesce(pg_get_expr(i.indexprs, i.indrelid), ''),
                    coalesce(pg_get_expr(i.indpred, i.indrelid), ''), i.indisunique
             FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
             JOIN pg_am m ON m.oid = c.relam JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE {OURS}"
        );
        for row in rows(client, &sql) {
            let text = |at: usize| row.get(at).unwrap_or_default().to_owned();
            let Some(table) = tables.get_mut(&text(0).parse().expect("an oid")) else { continue };
            let (keys, options) = (text(2), text(3));
            let keys = keys.split(' ').zip(options.split(' ').chain(std::iter::repeat("0")));
            let keys = keys.map(|(key, option)| format!("{key} {option}")).collect();
            let rest = format!("{} {} {}", text(4), text(5), text(6));
            let unique = text(7) == "t";
            table.indexes.insert(IndexState { name: text(1), unique, keys, rest });
        }
        let sql = "SELECT conrelid, array_to_string(conkey, ' '),
                          concat_ws(' ', contype, confrelid, confkey, confupdtype, confdeltype,
                                    pg_get_expr(conbin, conrelid))
                   FROM pg_constraint WHERE contype IN ('c', 'f') AND conrelid <> 0";
        for row in rows(client, sql) {
            let text = |at: usize| row.get(at).unwrap_or_default().to_owned();
            let Some(table) = tables.get_mut(&text(0).parse().expect("an oid")) else { continue };
            let columns = text(1).split(' ').filter_map(|number| number.parse().ok()).collect();
            table.guards.insert(Guard { columns, what: text(2) });
        }
        for table in tables.values_mut() {
            let Some(row) = table.columns.values().position(|column| column.name == ROW) else {
                continue;
            };
            let columns: Vec<String> =
                table.columns.values().map(|column| quote(&column.name)).collect();
            let sql = format!(
                "SELECT {} FROM {} WHERE {} IS NOT NULL",
                columns.join(", "),
                table.name.quoted(),
                quote(ROW)
            );
            for found in rows(client, &sql) {
                let values = table.columns.keys().enumerate();
                let values = values.map(|(at, number)| (*number, found.get(at).map(str::to_owned)));
                let values = values.collect();
                table.rows.insert(found.get(row).unwrap_or_default().to_owned(), values);
            }
        }
        Self(tables)
    }

    /// What was lost or changed on the way to `after`, one sentence each. `client` is asked to bring
    /// values of another type back to their old one.
    pub(crate) fn losses(&self, after: &Self, client: &mut Client) -> Vec<String> {
        let mut lost = Vec::new();
        for (oid, table) in &self.0 {
            let Some(now) = after.0.get(oid) else {
                if !table.rows.is_empty() {
                    lost.push(format!("{} is gone with {} rows", table.name, table.rows.len()));
                }
                continue;
            };
            let gone = table.rows.keys().filter(|row| !now.rows.contains_key(*row)).count();
            if gone > 0 {
                lost.push(format!("{gone} rows of {} are gone", table.name));
            }
            for (number, column) in table.columns.iter().filter(|(_, column)| !column.generated) {
                let path = format!("{}.{}", table.name, column.name);
                let had = table.rows.values().any(|row| row[number].is_some());
                let Some(new) = now.columns.get(number) else {
                    if had {
                        lost.push(format!("{path} is gone with its values"));
                    }
                    continue;
                };
                let back =
                    (new.ty != column.ty).then(|| brought_back(client, now, new, &column.ty));
                let changed = table.rows.iter().find_map(|(row, values)| {
                    let old = &values[number];
                    let shown = &now.rows.get(row)?[number];
                    let found = match &back {
                        Some(Some(back)) => back.get(row)?,
                        _ => shown,
                    };
                    (old != found && old != shown)
                        .then(|| format!("{path}: {old:?} became {shown:?}"))
                });
                lost.extend(changed);
            }
        }
        lost
    }

    /// Tables whose file is another one.
    pub(crate) fn rewritten(&self, after: &Self) -> BTreeSet<QualifiedName> {
        let moved = self.0.iter().filter(|(oid, table)| {
            after.0.get(*oid).is_some_and(|now| now.filenode != table.filenode)
        });
        moved.map(|(_, table)| table.name.clone()).collect()
    }

    /// Checks and foreign keys that are no longer there; what goes with a dropped column guards nothing.
    pub(crate) fn lost_guards(&self, after: &Self) -> Vec<String> {
        let mut lost = Vec::new();
        for (oid, table) in &self.0 {
            let Some(now) = after.0.get(oid) else { continue };
            let left = |guard: &&Guard| {
                guard.columns.iter().all(|number| now.columns.contains_key(number))
            };
            let gone = table.guards.difference(&now.guards).filter(left);
            lost.extend(gone.map(|guard| format!("{} of {} is gone", guard.what, table.name)));
        }
        lost
    }

    /// Indexes that nothing replaces: no index of the same kind that begins with the same keys. What
    /// goes with a dropped column serves no query any more.
    pub(crate) fn lost_indexes(&self, after: &Self) -> Vec<String> {
        let mut lost = Vec::new();
        for (oid, table) in &self.0 {
            let Some(now) = after.0.get(oid) else { continue };
            for index in &table.indexes {
                let column = |key: &String| key.split(' ').next()?.parse::<i16>().ok();
                let gone = index
                    .keys
                    .iter()
                    .filter_map(column)
                    .any(|number| number != 0 && !now.columns.contains_key(&number));
                let covers = |other: &IndexState| {
                    other.rest == index.rest && other.keys.starts_with(&index.keys)
                };
                // What keeps fewer columns unique keeps these unique as well.
                let keeps = |other: &IndexState| {
                    let numbers = |it: &IndexState| -> BTreeSet<Option<i16>> {
                        it.keys.iter().map(column).collect()
                    };
                    other.unique
                        && other.rest == index.rest
                        && numbers(other).is_subset(&numbers(index))
                };
                let covered = now.indexes.iter().any(covers);
                if !gone && !(covered && (!index.unique || now.indexes.iter().any(keeps))) {
                    lost.push(format!("index {} of {} is gone", index.name, table.name));
                }
            }
        }
        lost
    }
}

/// The values of a column as its old type shows them; `None` when there is no way back.
fn brought_back(
    client: &mut Client,
    table: &TableState,
    column: &ColumnState,
    old: &str,
) -> Option<BTreeMap<String, Option<String>>> {
    let name = quote(&column.name);
    for way in [format!("{name}::{old}"), format!("{name}::text::{old}")] {
        let sql = format!(
            "SELECT {}, {way} FROM {} WHERE {0} IS NOT NULL",
            quote(ROW),
            table.name.quoted()
        );
        // Inside a transaction a failed attempt must not stop the rest; outside it is a warning.
        let _ = client.batch_execute("SAVEPOINT attempt");
        let Ok(messages) = client.simple_query(&sql) else {
            let _ = client.batch_execute("ROLLBACK TO SAVEPOINT attempt");
            continue;
        };
        let _ = client.batch_execute("RELEASE SAVEPOINT attempt");
        let row = |message: SimpleQueryMessage| match message {
            SimpleQueryMessage::Row(row) => {
                Some((row.get(0).unwrap_or_default().to_owned(), row.get(1).map(str::to_owned)))
            }
            _ => None,
        };
        return Some(messages.into_iter().filter_map(row).collect());
    }
    None
}
