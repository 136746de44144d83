//! A live database as a [`Schema`], read from PostgreSQL's catalog (manual chapter 53) in a read-only
//! transaction.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use postgres::{Client, Row, Transaction};
use serde_json::{Map, Value};

use super::Error;
use super::catalog;
use super::connect::{Target, connect};
use super::expression::{drizzle_default, drizzle_type};
use super::traits;
use crate::ident::QualifiedName;
use crate::schema::{
    AppDefault, Check, Column, Enum, ForeignKey, Generated, Identity, IdentityKind, Index,
    IndexColumn, Object, Policy, PrimaryKey, Schema, Sequence, SequenceOptions, Table, Unique,
    View,
};

/// What of a database is looked at, as drizzle-kit's `schemaFilter` and `tablesFilter` say it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// Schemas, by exact name.
    pub schemas: Vec<String>,
    /// Patterns for table names with `*` and `?`, `!` before one excludes; empty means all tables.
    pub tables: Vec<String>,
}

impl Default for Filter {
    fn default() -> Self {
        Self { schemas: vec!["public".to_owned()], tables: Vec::new() }
    }
}

impl Filter {
    /// The schemas that a schema of Drizzle has anything in.
    pub fn of(schema: &Schema) -> Self {
        let mut schemas = vec!["public".to_owned()];
        schemas.extend(schema.schemas.keys().cloned());
        let qualified = schema.tables.keys().chain(schema.enums.keys());
        let qualified = qualified.chain(schema.sequences.keys()).chain(schema.views.keys());
        schemas.extend(qualified.map(|name| name.schema.clone()));
        schemas.sort();
        schemas.dedup();
        Self { schemas, tables: Vec::new() }
    }

    /// Whether a table is looked at.
    pub fn takes_table(&self, table: &str) -> bool {
        // drizzle-kit demands that every pattern agrees; no pattern at all takes everything.
        self.tables.iter().all(|pattern| match pattern.strip_prefix('!') {
            Some(pattern) => !glob(pattern, table),
            None => glob(pattern, table),
        })
    }
}

fn glob(pattern: &str, text: &str) -> bool {
    let Some(first) = pattern.chars().next() else { return text.is_empty() };
    let rest = &pattern[first.len_utf8()..];
    match first {
        '*' => {
            let mut ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
            ends.any(|at| glob(rest, &text[at..]))
        }
        '?' => text.chars().next().is_some_and(|c| glob(rest, &text[c.len_utf8()..])),
        letter => text.strip_prefix(letter).is_some_and(|tail| glob(rest, tail)),
    }
}

/// A database as it is: the schema, and what no schema can say.
#[derive(Debug, Clone)]
pub struct Live {
    /// What Drizzle could have written. Roles are of the whole cluster and are not read.
    pub schema: Schema,
    /// The server's major version.
    pub version: u32,
    /// Whether row-level security is on, by table.
    pub rls: BTreeMap<QualifiedName, bool>,
    /// Constraints that old rows need not satisfy: table and name.
    pub not_valid: Vec<(QualifiedName, String)>,
    /// Indexes that a failed `CREATE INDEX CONCURRENTLY` left behind: table and name.
    pub invalid_indexes: Vec<(QualifiedName, String)>,
    /// What else is said of an object: "is deferrable".
    pub traits: BTreeSet<(Object, String)>,
}

/// Reads the database that a URL names.
pub fn introspect(url: &str, filter: &Filter) -> Result<Schema, Error> {
    let mut client = connect(&Target::parse(url)?)?;
    Ok(inspect(&mut client, filter)?.schema)
}

/// Reads the database of a connection.
pub fn introspect_with(client: &mut Client, filter: &Filter) -> Result<Schema, Error> {
    Ok(inspect(client, filter)?.schema)
}

/// Reads in one read-only transaction, which sees one moment.
pub(super) fn read_only<T>(
    client: &mut Client,
    doing: &str,
    read: impl FnOnce(&mut Transaction<'_>) -> Result<T, postgres::Error>,
) -> Result<T, Error> {
    let failed = |error: postgres::Error| Error::query(doing, &error);
    let mut transaction = client
        .build_transaction()
        .isolation_level(postgres::IsolationLevel::RepeatableRead)
        .read_only(true)
        .start()
        .map_err(failed)?;
    transaction.batch_execute(catalog::SETTINGS).map_err(failed)?;
    let found = read(&mut transaction).map_err(failed)?;
    transaction.rollback().map_err(failed)?;
    Ok(found)
}

/// Reads all there is to know of the database of a connection, in one read-only transaction.
pub fn inspect(client: &mut Client, filter: &Filter) -> Result<Live, Error> {
    read_only(client, "reading the catalog", |transaction| Reader { transaction, filter }.read())
}

struct Reader<'r, 'c> {
    transaction: &'r mut Transaction<'c>,
    filter: &'r Filter,
}

impl Reader<'_, '_> {
    fn rows(&mut self, sql: &str) -> Result<Vec<Row>, postgres::Error> {
        self.transaction.query(sql, &[&self.filter.schemas])
    }

    fn read(mut self) -> Result<Live, postgres::Error> {
        let version: i32 = self.transaction.query_one(catalog::VERSION, &[])?.get(0);
        let mut live = Live {
            schema: Schema::default(),
            version: u32::try_from(version / 10_000).unwrap_or(0),
            rls: BTreeMap::new(),
            not_valid: Vec::new(),
            invalid_indexes: Vec::new(),
            traits: BTreeSet::new(),
        };
        self.schemas(&mut live)?;
        self.enums(&mut live)?;
        let mut tables = self.tables(&mut live)?;
        self.columns(&mut tables)?;
        self.constraints(&mut tables, &mut live)?;
        self.indexes(&mut tables, &mut live)?;
        self.policies(&mut tables)?;
        for table in tables.into_values() {
            live.schema.tables.insert(table.name.clone(), table);
        }
        self.sequences(&mut live)?;
        self.views(&mut live)?;
        live.traits = traits::read(self.transaction, self.filter)?;
        Ok(live)
    }

    fn schemas(&mut self, live: &mut Live) -> Result<(), postgres::Error> {
        for row in self.rows(catalog::SCHEMAS)? {
            live.schema.schemas.insert(row.get(0), ());
        }
        Ok(())
    }

    fn enums(&mut self, live: &mut Live) -> Result<(), postgres::Error> {
        for row in self.rows(catalog::ENUMS)? {
            let name = QualifiedName::new(row.get::<_, String>(0), row.get::<_, String>(1));
            live.schema.enums.insert(name.clone(), Enum { name, values: row.get(2) });
        }
        Ok(())
    }

    fn tables(&mut self, live: &mut Live) -> Result<IndexMap<u32, Table>, postgres::Error> {
        let mut tables = IndexMap::new();
        for row in self.rows(&catalog::tables())? {
            let name = QualifiedName::new(row.get::<_, String>(1), row.get::<_, String>(2));
            if !self.filter.takes_table(&name.name) {
                continue;
            }
            let rls: bool = row.get(3);
            live.rls.insert(name.clone(), rls);
            tables.insert(row.get(0), Table { rls, ..Table::new(name) });
        }
        Ok(tables)
    }

    fn columns(&mut self, tables: &mut IndexMap<u32, Table>) -> Result<(), postgres::Error> {
        for row in self.rows(catalog::COLUMNS)? {
            let Some(table) = tables.get_mut(&row.get::<_, u32>(0)) else { continue };
            let column = column(&row);
            table.columns.insert(column.name.clone(), column);
        }
        Ok(())
    }

    fn constraints(
        &mut self,
        tables: &mut IndexMap<u32, Table>,
        live: &mut Live,
    ) -> Result<(), postgres::Error> {
        for row in self.rows(&catalog::constraints())? {
            let Some(table) = tables.get_mut(&row.get::<_, u32>(0)) else { continue };
            let name: String = row.get(1);
            let columns: Vec<String> = row.get(3);
            if !row.get::<_, bool>(9) {
                live.not_valid.push((table.name.clone(), name.clone()));
            }
            match row.get::<_, &str>(2) {
                "p" => primary_key(table, name, columns),
                "u" => {
                    let unique =
                        Unique { name: name.clone(), columns, nulls_not_distinct: row.get(11) };
                    table.uniques.insert(name, unique);
                }
                "c" => {
                    let value: Option<String> = row.get(10);
                    let check = Check { name: name.clone(), value: value.unwrap_or_default() };
                    table.checks.insert(name, check);
                }
                "f" => {
                    let key = ForeignKey {
                        name: name.clone(),
                        table_from: table.name.name.clone(),
                        columns_from: columns,
                        to: QualifiedName::new(
                            row.get::<_, Option<String>>(4).unwrap_or_default(),
                            row.get::<_, Option<String>>(5).unwrap_or_default(),
                        ),
                        columns_to: row.get(6),
                        on_delete: Some(action(row.get(7)).to_owned()),
                        on_update: Some(action(row.get(8)).to_owned()),
                    };
                    table.foreign_keys.insert(name, key);
                }
                // Exclusion constraints and constraint triggers have no place in Drizzle's model; a
                // NOT NULL of PostgreSQL 18 is the column's own.
                _ => {}
            }
        }
        Ok(())
    }

    fn indexes(
        &mut self,
        tables: &mut IndexMap<u32, Table>,
        live: &mut Live,
    ) -> Result<(), postgres::Error> {
        for row in self.rows(catalog::INDEXES)? {
            let Some(table) = tables.get_mut(&row.get::<_, u32>(0)) else { continue };
            let index = index(&row);
            if !row.get::<_, bool>(3) {
                live.invalid_indexes.push((table.name.clone(), index.name.clone()));
            }
            table.indexes.insert(index.name.clone(), index);
        }
        Ok(())
    }

    fn policies(&mut self, tables: &mut IndexMap<u32, Table>) -> Result<(), postgres::Error> {
        for row in self.rows(catalog::POLICIES)? {
            let Some(table) = tables.get_mut(&row.get::<_, u32>(0)) else { continue };
            let name: String = row.get(1);
            let policy = Policy {
                name: name.clone(),
                permissive: if row.get(2) { "PERMISSIVE" } else { "RESTRICTIVE" }.to_owned(),
                command: command(row.get(3)).to_owned(),
                to: row.get(4),
                using: row.get(5),
                with_check: row.get(6),
                on: None,
                schema: None,
            };
            table.policies.insert(name, policy);
        }
        // Drizzle's model says with the policies that row-level security is on; `Live::rls` has the truth.
        for table in tables.values_mut().filter(|table| !table.policies.is_empty()) {
            table.rls = false;
        }
        Ok(())
    }

    fn sequences(&mut self, live: &mut Live) -> Result<(), postgres::Error> {
        for row in self.rows(&catalog::sequences())? {
            let name = QualifiedName::new(row.get::<_, String>(0), row.get::<_, String>(1));
            let sequence = Sequence { name: name.clone(), options: sequence_options(&row, 2) };
            live.schema.sequences.insert(name, sequence);
        }
        Ok(())
    }

    fn views(&mut self, live: &mut Live) -> Result<(), postgres::Error> {
        for row in self.rows(&catalog::views())? {
            let name = QualifiedName::new(row.get::<_, String>(0), row.get::<_, String>(1));
            let (names, types): (Vec<String>, Vec<String>) = (row.get(6), row.get(7));
            let columns = names.into_iter().zip(types);
            let columns =
                columns.map(|(name, ty)| (name.clone(), Column::new(name, drizzle_type(&ty))));
            let definition: String = row.get(3);
            let options: Option<Vec<String>> = row.get(4);
            let materialized: bool = row.get(2);
            let populated: bool = row.get(5);
            let view = View {
                name: name.clone(),
                columns: columns.collect(),
                definition: Some(definition.trim().trim_end_matches(';').to_owned()),
                is_existing: false,
                materialized,
                with: options.map(|options| storage(&options)).filter(|map| !map.is_empty()),
                with_no_data: (materialized && !populated).then_some(true),
                tablespace: None,
                using: None,
            };
            live.schema.views.insert(name, view);
        }
        Ok(())
    }
}

fn column(row: &Row) -> Column {
    let name: String = row.get(1);
    let formatted: String = row.get(2);
    let (enum_schema, enum_name): (Option<String>, Option<String>) = (row.get(7), row.get(8));
    let is_array: bool = row.get(9);
    let (identity, generated): (&str, &str) = (row.get(4), row.get(5));
    let expression: Option<String> = row.get(6);
    let sequence: Option<String> = row.get(11);
    let mut ty = drizzle_type(&formatted);
    if let Some(enum_name) = &enum_name {
        let brackets = if is_array { "[]" } else { "" };
        ty = format!("{enum_name}{brackets}");
    }
    let mut column = Column {
        type_schema: enum_name.and(enum_schema),
        not_null: row.get(3),
        app_default: AppDefault(false),
        ..Column::new(name, ty)
    };
    if !identity.is_empty() {
        column.identity = Some(Identity {
            kind: if identity == "a" { IdentityKind::Always } else { IdentityKind::ByDefault },
            name: sequence.unwrap_or_default(),
            schema: row.get::<_, Option<String>>(10).unwrap_or_default(),
            options: sequence_options(row, 12),
        });
        return column;
    }
    if !generated.is_empty() {
        column.generated = expression.map(|expression| Generated { expression });
        return column;
    }
    let counted = expression.as_deref().is_some_and(|text| text.starts_with("nextval("));
    let serial = match column.ty.as_str() {
        "integer" => "serial",
        "bigint" => "bigserial",
        "smallint" => "smallserial",
        _ => "",
    };
    if counted && sequence.is_some() && !serial.is_empty() {
        serial.clone_into(&mut column.ty);
        return column;
    }
    column.default = expression.and_then(|text| drizzle_default(&text, &column.ty));
    column
}

/// A sequence's numbers from six columns of a row.
fn sequence_options(row: &Row, at: usize) -> SequenceOptions {
    let number = |at: usize| row.get::<_, Option<i64>>(at).map(|number| number.to_string());
    SequenceOptions {
        increment: number(at),
        min_value: number(at + 1),
        max_value: number(at + 2),
        start_with: number(at + 3),
        cache: number(at + 4),
        cycle: row.get(at + 5),
    }
}

/// A key of one column under PostgreSQL's own name is the column's, as drizzle-kit reads it.
fn primary_key(table: &mut Table, name: String, columns: Vec<String>) {
    if let [single] = columns.as_slice() {
        if let Some(column) = table.columns.get_mut(single) {
            column.primary_key = true;
        }
        return;
    }
    table.primary_keys.insert(name.clone(), PrimaryKey { name, columns });
}

fn index(row: &Row) -> Index {
    let texts: Vec<String> = row.get(7);
    let names: Vec<String> = row.get(8);
    let options: Vec<i32> = row.get(9);
    let classes: Vec<String> = row.get(10);
    let included: Vec<String> = row.get(11);
    let mut columns = Vec::new();
    for (at, text) in texts.into_iter().enumerate() {
        let name = names.get(at).cloned().unwrap_or_default();
        let option = options.get(at).copied().unwrap_or(0);
        let is_expression = name.is_empty();
        columns.push(IndexColumn {
            expression: if is_expression { text } else { name },
            is_expression,
            asc: option & 1 == 0,
            nulls: Some(if option & 2 == 0 { "last" } else { "first" }.to_owned()),
            opclass: classes.get(at).filter(|class| !class.is_empty()).cloned(),
        });
    }
    let mut with = storage(&row.get::<_, Option<Vec<String>>>(6).unwrap_or_default());
    // Drizzle has no word for these two; kept here, they show as a difference instead of vanishing.
    if !included.is_empty() {
        with.insert("include".to_owned(), Value::from(included));
    }
    if row.get(12) {
        with.insert("nulls_not_distinct".to_owned(), Value::Bool(true));
    }
    Index {
        name: row.get(1),
        columns,
        unique: row.get(2),
        predicate: row.get(5),
        concurrently: false,
        method: row.get(4),
        with,
    }
}

/// `fillfactor=70` as a map.
fn storage(options: &[String]) -> Map<String, Value> {
    let pairs = options.iter().filter_map(|option| option.split_once('='));
    pairs.map(|(key, value)| (key.to_owned(), Value::String(value.to_owned()))).collect()
}

fn action(code: &str) -> &'static str {
    match code {
        "r" => "restrict",
        "c" => "cascade",
        "n" => "set null",
        "d" => "set default",
        _ => "no action",
    }
}

fn command(code: &str) -> &'static str {
    match code {
        "r" => "SELECT",
        "a" => "INSERT",
        "w" => "UPDATE",
        "d" => "DELETE",
        _ => "ALL",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_take_tables_as_drizzle_kit_does() {
        let filter = |tables: &[&str]| Filter {
            tables: tables.iter().map(|it| (*it).to_owned()).collect(),
            ..Filter::default()
        };
        assert!(filter(&[]).takes_table("funds"));
        assert!(filter(&["app_*"]).takes_table("app_funds"));
        assert!(!filter(&["app_*"]).takes_table("funds"));
        assert!(!filter(&["!spatial_ref_sys"]).takes_table("spatial_ref_sys"));
        assert!(filter(&["*s", "!f?nds"]).takes_table("scenarios"));
        assert!(!filter(&["*s", "!f?nds"]).takes_table("funds"));
    }
}
