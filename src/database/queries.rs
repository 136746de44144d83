//! Every query that is sent to a database that is not ours, made by the same functions that send them.
//! Names in braces stand for those of the schema.

use std::time::Duration;

use super::{catalog, measure, statistics, verify};
use crate::delta::Diff;
use crate::diff::compare;
use crate::ident::QualifiedName;
use crate::schema::{Check, Column, Enum, ForeignKey, Schema, Table, Unique};

/// A query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// When it is sent: "verify", "check", "stats".
    pub by: &'static str,
    /// What for.
    pub what: String,
    /// Its text.
    pub sql: String,
}

/// All of them, in the order in which they are sent.
pub fn queries() -> Vec<Query> {
    let query = |by, what: &str, sql: String| Query { by, what: what.to_owned(), sql };
    let begin = "START TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY";
    let mut all = vec![
        query("verify", "limits", verify::SETTINGS.to_owned()),
        query("any state `postgres://…`", "a transaction that cannot write", begin.to_owned()),
        query("any state `postgres://…`", "limits", catalog::SETTINGS.to_owned()),
    ];
    let read = catalog::all().into_iter();
    all.extend(read.map(|(what, sql)| query("any state `postgres://…`", what, sql)));
    all.push(query("any state `postgres://…`", "the transaction's end", "ROLLBACK".to_owned()));
    let opening = [("a transaction that cannot write", begin), ("limits", catalog::SETTINGS)];
    let sized =
        opening.into_iter().chain(statistics::all()).chain([("the transaction's end", "ROLLBACK")]);
    all.extend(sized.map(|(what, sql)| {
        query("stats, and check with a database as its base", what, sql.to_owned())
    }));
    let (table, key) = (QualifiedName::new("{schema}", "{table}"), foreign_key());
    all.extend([
        query("verify", "roles, where drizzle-kit manages them", verify::ROLES.to_owned()),
        query("verify", "rows that refer to nothing", verify::orphans_of(&table, &key)),
        query("verify", "counters", verify::counter_of(&table, "{column}")),
        query("verify", "leftovers of plans", verify::LEFTOVERS.to_owned()),
        query("verify", "whether plans have made backups", verify::REGISTERED.to_owned()),
        query("verify", "backups past their day", verify::BACKUPS.to_owned()),
        query("check", "limits", measure::SETTINGS.to_owned()),
        query("check", "the time for the next query", measure::timeout(Duration::from_secs(5))),
    ]);
    all.extend(counts().into_iter().map(|(what, sql)| query("check", &what, sql)));
    all
}

fn foreign_key() -> ForeignKey {
    ForeignKey {
        name: "{key}".to_owned(),
        table_from: "{table}".to_owned(),
        columns_from: vec!["{column}".to_owned()],
        to: QualifiedName::new("{schema}", "{other}"),
        columns_to: vec!["{id}".to_owned()],
        on_delete: None,
        on_update: None,
    }
}

fn column(ty: &str) -> Column {
    Column::new("{column}", ty)
}

fn with(column: &Column) -> Schema {
    let mut schema = Schema::default();
    for name in ["{table}", "{other}"] {
        let mut table = Table::new(QualifiedName::new("{schema}", name));
        let columns =
            if name == "{table}" { column.clone() } else { Column::new("{id}", "integer") };
        table.columns.insert(columns.name.clone(), columns);
        schema.tables.insert(table.name.clone(), table);
    }
    schema.enums.insert(
        QualifiedName::new("{schema}", "{enum}"),
        Enum { name: QualifiedName::new("{schema}", "{enum}"), values: vec!["{label}".to_owned()] },
    );
    schema
}

/// What `check` counts, by an example of each change.
fn counts() -> Vec<(String, String)> {
    let name = QualifiedName::new("{schema}", "{table}");
    let edited = |edit: &dyn Fn(&mut Table)| {
        let mut schema = with(&column("integer"));
        schema.tables.get_mut(&name).map(edit);
        schema
    };
    let enum_column = Column { type_schema: Some("{schema}".to_owned()), ..column("{enum}") };
    let mut less = with(&enum_column);
    less.enums.values_mut().for_each(|it| it.values.clear());
    let mut dropped = with(&column("integer"));
    dropped.tables.shift_remove(&name);
    let base = || with(&column("integer"));
    let unique = |column: &Column| {
        let mut schema = with(column);
        let unique = Unique {
            name: "{unique}".to_owned(),
            columns: vec!["{column}".to_owned()],
            nulls_not_distinct: false,
        };
        let table = schema.tables.get_mut(&name);
        table.map(|it| it.uniques.insert(unique.name.clone(), unique));
        schema
    };
    let pairs = vec![
        (base(), dropped),
        (base(), edited(&|table| table.columns.clear())),
        (
            base(),
            edited(&|table| {
                let added = Column { not_null: true, ..Column::new("{added}", "text") };
                table.columns.insert(added.name.clone(), added);
            }),
        ),
        (base(), with(&Column { not_null: true, ..column("integer") })),
        (
            base(),
            edited(&|table| {
                let columns = vec!["{column}".to_owned()];
                let name = "{unique}".to_owned();
                let unique = Unique { name: name.clone(), columns, nulls_not_distinct: false };
                table.uniques.insert(name, unique);
            }),
        ),
        (base(), with(&Column { primary_key: true, not_null: true, ..column("integer") })),
        (
            base(),
            edited(&|table| {
                table.foreign_keys.insert("{key}".to_owned(), foreign_key());
            }),
        ),
        (
            base(),
            edited(&|table| {
                let check = Check { name: "{check}".to_owned(), value: "{expression}".to_owned() };
                table.checks.insert(check.name.clone(), check);
            }),
        ),
        (base(), with(&column("smallint"))),
        (with(&column("text")), with(&column("varchar(20)"))),
        (with(&column("numeric")), with(&column("numeric(10, 2)"))),
        (unique(&column("numeric")), unique(&column("numeric(10, 2)"))),
        (with(&column("double precision")), with(&column("real"))),
        (with(&column("double precision")), with(&column("integer"))),
        (with(&column("timestamp")), with(&column("date"))),
        (with(&enum_column), less),
    ];
    let mut found: Vec<(String, String)> = Vec::new();
    for (before, after) in &pairs {
        let schemas = Diff::new(before, after);
        let changes = compare(schemas, &[]);
        for (what, sql) in measure::texts(schemas, &changes) {
            if !found.iter().any(|(_, other)| *other == sql) {
                found.push((what, sql));
            }
        }
    }
    found
}
