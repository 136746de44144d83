//! The shape of a database: created from a schema as drizzle-kit creates it, and compared with another.

use std::collections::{BTreeMap, BTreeSet};

use postgres::Client;

use super::Error;
use super::connect::explain;
use super::host::Host;
use super::introspect::Live;
use crate::delta::Diff;
use crate::diff::{Change, Kind, compare};
use crate::ident::{QualifiedName, quote, truncate};
use crate::kit;
use crate::schema::{Object, ObjectKind, Schema, Table, Unique};

/// Extensions by words of drizzle-kit's statements that only they make known: types, operator classes,
/// functions.
const EXTENSIONS: [(&str, &[&str]); 8] = [
    ("citext", &["citext"]),
    ("hstore", &["hstore"]),
    ("ltree", &["ltree", "lquery"]),
    ("vector", &["vector", "halfvec", "sparsevec"]),
    ("postgis", &["geometry", "geography"]),
    ("pg_trgm", &["gin_trgm_ops", "gist_trgm_ops"]),
    ("\"uuid-ossp\"", &["uuid_generate_v1", "uuid_generate_v4"]),
    // PostgreSQL has `gen_random_uuid` of its own since 13.
    ("pgcrypto", &["gen_random_bytes", "digest", "crypt", "gen_random_uuid"]),
];

/// What was made that belongs to the whole cluster.
#[derive(Debug, Default)]
pub(super) struct Made {
    /// Roles that were not there before.
    pub(super) roles: Vec<String>,
}

/// Creates a schema in an empty database with drizzle-kit's own statements.
///
/// `other` is the other side of a change that is rehearsed: its extensions are there from the start, and
/// every constraint that the plan may name is one of its own.
pub(super) fn create(
    client: &mut Client,
    host: &Host,
    schema: &Schema,
    which: &'static str,
    other: Option<&Schema>,
    made: &mut Made,
) -> Result<(), Error> {
    let statements = from_nothing(schema, which)?;
    let later = other.and_then(|other| from_nothing(other, which).ok()).unwrap_or_default();
    let all = statements.iter().chain(&later).map(|statement| statement.sql.as_str());
    for extension in extensions(&all.collect::<Vec<_>>()) {
        // When it is missing, the statement that needs it says so.
        let _ = client.batch_execute(&format!("CREATE EXTENSION IF NOT EXISTS {extension}"));
    }
    for sql in foreign(schema).into_iter().chain(other.into_iter().flat_map(foreign)) {
        client.batch_execute(&sql).map_err(|error| Error::query(sql, &error))?;
    }
    // Those of the other side, too: the plan may stop between creating one and dropping it.
    for role in [Some(schema), other].into_iter().flatten().flat_map(all_roles) {
        if !role_exists(client, &role)? && !made.roles.contains(&role) {
            host.announce_role(&role)?;
            made.roles.push(role);
        }
    }
    // Roles that exist in production only (`.existing()`, or a provider's) are named by policies.
    let own: BTreeSet<&String> = schema.roles.keys().collect();
    for role in policy_roles(schema).into_iter().filter(|role| !own.contains(role)) {
        if !role_exists(client, &role)? {
            let sql = format!("CREATE ROLE {} NOLOGIN", quote(&role));
            client.batch_execute(&sql).map_err(|error| Error::query(sql, &error))?;
        }
    }
    for statement in statements {
        if statement.kind == "create_role" && role_exists(client, &statement.object.name)? {
            continue;
        }
        for part in statement.sql.split("--> statement-breakpoint") {
            client.batch_execute(part).map_err(|error| Error::Create {
                which,
                why: format!("{}: {}", one_line(part), explain(&error)),
            })?;
        }
    }
    for table in schema.tables.values().filter(|_| other.is_some()) {
        for unique in table.uniques.values().filter(|unique| table.is_merged(unique)) {
            part_from_key(client, table, unique)?;
        }
    }
    Ok(())
}

fn from_nothing(schema: &Schema, which: &'static str) -> Result<Vec<kit::Statement>, Error> {
    kit::generate(Diff::new(&Schema::default(), schema), &[])
        .map_err(|error| Error::Create { which, why: error.to_string() })
}

/// What a schema takes for granted because somebody else made it (an identity provider's schema and its
/// table of users; a counter that a migration written by hand made): namespaces that it does not list, tables
/// that only its foreign keys name, and sequences that only its defaults name.
fn foreign(schema: &Schema) -> Vec<String> {
    let namespaces = foreign_namespaces(schema).into_iter();
    let namespaces = namespaces.map(|name| format!("CREATE SCHEMA IF NOT EXISTS {}", quote(name)));
    let tables = foreign_tables(schema).into_iter().map(|(name, columns)| {
        let names: Vec<String> = columns.keys().map(|name| quote(name)).collect();
        let columns: Vec<String> =
            columns.iter().map(|(name, ty)| format!("{} {ty}", quote(name))).collect();
        format!(
            "CREATE TABLE IF NOT EXISTS {} ({}, PRIMARY KEY ({}))",
            name.quoted(),
            columns.join(", "),
            names.join(", ")
        )
    });
    let sequences = counters(schema);
    let sequences =
        sequences.into_iter().map(|name| format!("CREATE SEQUENCE IF NOT EXISTS {name}"));
    namespaces.chain(tables).chain(sequences).collect()
}

/// Takes over from a database what a schema takes for granted there.
pub(super) fn grant(schema: &mut Schema, live: &Schema) {
    let known = schema.clone();
    for name in foreign_namespaces(&known) {
        if live.schemas.contains_key(name) {
            schema.schemas.insert(name.to_owned(), ());
        }
    }
    for name in foreign_tables(&known).into_keys() {
        if let Some(it) = live.tables.get(name) {
            schema.tables.insert(name.clone(), it.clone());
        }
    }
    for name in counters(&known) {
        let bare = name.rsplit('.').next().unwrap_or(name).trim_matches('"');
        let name = QualifiedName::public(bare);
        if let Some(it) = live.sequences.get(&name) {
            schema.sequences.insert(name, it.clone());
        }
    }
}

/// Namespaces that a schema uses and does not list.
fn foreign_namespaces(schema: &Schema) -> BTreeSet<&str> {
    let names = schema.tables.keys().chain(schema.enums.keys()).chain(schema.views.keys());
    let mut names: BTreeSet<&str> = names.map(|name| name.schema.as_str()).collect();
    names.extend(foreign_tables(schema).keys().map(|name| name.schema.as_str()));
    names.retain(|name| *name != "public" && !schema.schemas.contains_key(*name));
    names
}

/// Tables of others that foreign keys refer to, with the columns and their types.
fn foreign_tables(schema: &Schema) -> BTreeMap<&QualifiedName, BTreeMap<&str, &str>> {
    let mut tables: BTreeMap<&QualifiedName, BTreeMap<&str, &str>> = BTreeMap::new();
    for table in schema.tables.values() {
        for key in table.foreign_keys.values().filter(|key| !schema.tables.contains_key(&key.to)) {
            if schema.schemas.contains_key(&key.to.schema) || key.to.schema == "public" {
                continue;
            }
            let columns = tables.entry(&key.to).or_default();
            for (from, to) in key.columns_from.iter().zip(&key.columns_to) {
                if let Some(column) = table.columns.get(from) {
                    columns.insert(to, &column.ty);
                }
            }
        }
    }
    tables
}

/// The sequences of `nextval('…')` that are none of the schema's own, as they are written there.
fn counters(schema: &Schema) -> BTreeSet<&str> {
    let columns = schema.tables.values().flat_map(|table| table.columns.values());
    let defaults = columns.filter_map(|column| column.default.as_ref()?.as_str());
    let names = defaults.filter_map(|text| text.split_once("nextval('")?.1.split('\'').next());
    let own = |name: &&str| {
        let bare = name.rsplit('.').next().unwrap_or(name).trim_matches('"');
        schema.sequences.keys().any(|sequence| sequence.name == bare)
    };
    let plain = |name: &&str| {
        // Another schema may not be there yet.
        let here = !name.contains('.') || name.starts_with("public.");
        !name.is_empty()
            && here
            && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '"'))
    };
    names.filter(|name| plain(name) && !own(name)).collect()
}

/// Makes two constraints again of a unique constraint and another that PostgreSQL has made one of.
fn part_from_key(client: &mut Client, table: &Table, unique: &Unique) -> Result<(), Error> {
    let (name, constraint) = (table.name.quoted(), quote(&unique.name));
    let key = table.primary_keys.values().next().map_or_else(
        || quote(truncate(&format!("{}_pkey", table.name.name))),
        |key| quote(&key.name),
    );
    let columns: Vec<String> = unique.columns.iter().map(|column| quote(column)).collect();
    let merged = "SELECT EXISTS (SELECT FROM pg_constraint WHERE conrelid = to_regclass($1::text) AND contype = 'p' AND conname = $2)";
    let merged = client
        .query_one(merged, &[&name, &truncate(&unique.name)])
        .map_err(|error| Error::query("reading constraints", &error))?;
    let mut parts = Vec::new();
    if merged.get(0) {
        parts.push(format!("ALTER TABLE {name} RENAME CONSTRAINT {constraint} TO {key};"));
    }
    let there = "SELECT EXISTS (SELECT FROM pg_constraint WHERE conrelid = to_regclass($1::text) AND contype = 'u' AND conname = $2)";
    let there = client
        .query_one(there, &[&name, &truncate(&unique.name)])
        .map_err(|error| Error::query("reading constraints", &error))?;
    if !there.get::<_, bool>(0) {
        let nulls = if unique.nulls_not_distinct { " NULLS NOT DISTINCT" } else { "" };
        let columns = columns.join(", ");
        parts.push(format!(
            "ALTER TABLE {name} ADD CONSTRAINT {constraint} UNIQUE{nulls} ({columns});"
        ));
    }
    let sql = parts.concat();
    client.batch_execute(&sql).map_err(|error| Error::query(sql, &error))
}

/// The extensions that statements may need; one too many does no harm.
fn extensions(statements: &[&str]) -> Vec<&'static str> {
    let needed = EXTENSIONS.iter().filter(|(_, words)| {
        statements.iter().any(|sql| words.iter().any(|word| sql.contains(word)))
    });
    needed.map(|(extension, _)| *extension).collect()
}

fn policy_roles(schema: &Schema) -> BTreeSet<String> {
    let own = schema.tables.values().flat_map(|table| table.policies.values());
    let roles = own.chain(schema.policies.values()).flat_map(|policy| policy.to.iter().cloned());
    let builtin = ["public", "current_user", "current_role", "session_user"];
    roles.filter(|role| !builtin.contains(&role.as_str())).collect()
}

fn all_roles(schema: &Schema) -> BTreeSet<String> {
    let mut roles = policy_roles(schema);
    roles.extend(schema.roles.keys().cloned());
    roles
}

fn role_exists(client: &mut Client, role: &str) -> Result<bool, Error> {
    let sql = "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)";
    let row =
        client.query_one(sql, &[&role]).map_err(|error| Error::query("reading roles", &error))?;
    Ok(row.get(0))
}

/// Drops roles that `create` made, once nothing uses them any more.
pub(super) fn forget(client: &mut Client, made: &Made) {
    for role in &made.roles {
        let _ = client.batch_execute(&format!("DROP ROLE IF EXISTS {}", quote(role)));
    }
}

/// What is wrong with one object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DifferenceKind {
    /// Expected, and not there.
    Missing,
    /// There, and not expected.
    Unexpected,
    /// There, but not as expected.
    Different,
}

/// One difference between what is and what should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Which way.
    pub kind: DifferenceKind,
    /// The object.
    pub object: Object,
    /// One line: "public.users.email: type is text, should be varchar(20)".
    pub text: String,
}

/// Everything in which `actual` differs from `expected`, by object.
pub(super) fn differences(expected: &Live, actual: &Live) -> Vec<Difference> {
    let changes = compare(Diff::new(&expected.schema, &actual.schema), &[]);
    differences_by(&changes, expected, actual)
}

/// The same, when the changes from the one to the other are known.
pub(super) fn differences_by(
    changes: &[Change],
    expected: &Live,
    actual: &Live,
) -> Vec<Difference> {
    // Whether row-level security is on is told below, as PostgreSQL has it.
    let of_rls = |change: &&Change| matches!(change, Change::EnableRls(_) | Change::DisableRls(_));
    let mut found: Vec<Difference> =
        changes.iter().filter(|it| !of_rls(it)).map(difference).collect();
    for (table, should) in &expected.rls {
        let is = actual.rls.get(table);
        let word = |on: bool| if on { "on" } else { "off" };
        if let Some(is) = is.filter(|is| *is != should) {
            found.push(Difference {
                kind: DifferenceKind::Different,
                object: Object::table(table),
                text: format!(
                    "{table}: row-level security is {}, should be {}",
                    word(*is),
                    word(*should)
                ),
            });
        }
    }
    found.extend(of_traits(expected, actual));
    found.sort_by(|a, b| a.object.cmp(&b.object).then(a.kind.cmp(&b.kind)));
    found.dedup();
    found
}

/// What no schema can say, of objects that both have.
fn of_traits(expected: &Live, actual: &Live) -> Vec<Difference> {
    let mut found = Vec::new();
    for (one, other, should) in
        [(&actual.traits, &expected.traits, false), (&expected.traits, &actual.traits, true)]
    {
        for (object, what) in one.difference(other) {
            if !has(&expected.schema, object) || !has(&actual.schema, object) {
                continue;
            }
            let word = word(object);
            let text = if should {
                format!("{word} {object} is not as in the schema, where it {what}")
            } else {
                format!("{word} {object} {what}, not so in the schema")
            };
            found.push(Difference {
                kind: DifferenceKind::Different,
                object: object.clone(),
                text,
            });
        }
    }
    found
}

/// Whether a schema has an object. A key of one column is its column's.
fn has(schema: &Schema, object: &Object) -> bool {
    use crate::schema::ObjectKind::{
        Check, Column, Enum, ForeignKey, Index, Policy, PrimaryKey, Role, Sequence, Table, Unique,
        View,
    };
    let qualified = || QualifiedName::new(object.schema.clone().unwrap_or_default(), &object.name);
    let table = object.table_name().and_then(|name| schema.tables.get(&name));
    let name = object.name.as_str();
    match object.kind {
        ObjectKind::Schema => schema.schemas.contains_key(name),
        Enum => schema.enums.contains_key(&qualified()),
        Sequence => schema.sequences.contains_key(&qualified()),
        View => schema.views.contains_key(&qualified()),
        Role => schema.roles.contains_key(name),
        Table => table.is_some(),
        Column => table.is_some_and(|it| it.columns.contains_key(name)),
        PrimaryKey => table.is_some_and(|it| !it.primary_key_columns().is_empty()),
        Unique => table.is_some_and(|it| it.uniques.contains_key(name)),
        Check => table.is_some_and(|it| it.checks.contains_key(name)),
        ForeignKey => table.is_some_and(|it| it.foreign_keys.contains_key(name)),
        Index => table.is_some_and(|it| it.indexes.contains_key(name)),
        Policy => table.is_some_and(|it| it.policies.contains_key(name)),
    }
}

fn difference(change: &Change) -> Difference {
    let object = change.object();
    let kind = direction(change.kind());
    let text = match kind {
        DifferenceKind::Missing => format!("{} {object} is missing", word(&object)),
        DifferenceKind::Unexpected => format!("{} {object} is not in the schema", word(&object)),
        DifferenceKind::Different => detail(change)
            .unwrap_or_else(|| format!("{} {object} is not as in the schema", word(&object))),
    };
    Difference { kind, object, text }
}

fn word(object: &Object) -> &'static str {
    use crate::schema::ObjectKind::{
        Check, Column, Enum, ForeignKey, Index, Policy, PrimaryKey, Role, Schema, Sequence, Table,
        Unique, View,
    };
    match object.kind {
        Schema => "schema",
        Enum => "enum",
        Sequence => "sequence",
        Table => "table",
        Column => "column",
        PrimaryKey => "primary key",
        Unique => "unique constraint",
        Check => "check constraint",
        ForeignKey => "foreign key",
        Index => "index",
        View => "view",
        Policy => "policy",
        Role => "role",
    }
}

/// A change from what should be to what is.
fn direction(kind: Kind) -> DifferenceKind {
    match kind {
        Kind::DropSchema
        | Kind::DropEnum
        | Kind::DropTable
        | Kind::DropColumn
        | Kind::DropPrimaryKey
        | Kind::DropUnique
        | Kind::DropCheck
        | Kind::DropForeignKey
        | Kind::DropIndex
        | Kind::DropSequence
        | Kind::DropView
        | Kind::DropPolicy
        | Kind::DropRole => DifferenceKind::Missing,
        Kind::CreateSchema
        | Kind::CreateEnum
        | Kind::CreateTable
        | Kind::AddColumn
        | Kind::AddPrimaryKey
        | Kind::AddUnique
        | Kind::AddCheck
        | Kind::AddForeignKey
        | Kind::CreateIndex
        | Kind::CreateSequence
        | Kind::CreateView
        | Kind::CreatePolicy
        | Kind::CreateRole => DifferenceKind::Unexpected,
        Kind::RenameSchema
        | Kind::RenameEnum
        | Kind::AddEnumValue
        | Kind::DropEnumValue
        | Kind::RenameEnumValue
        | Kind::ReorderEnumValues
        | Kind::RenameTable
        | Kind::MoveTable
        | Kind::RenameColumn
        | Kind::AlterColumnType
        | Kind::SetNotNull
        | Kind::DropNotNull
        | Kind::SetDefault
        | Kind::DropDefault
        | Kind::SetIdentity
        | Kind::DropIdentity
        | Kind::AlterIdentity
        | Kind::SetGenerated
        | Kind::DropGenerated
        | Kind::AlterGenerated
        | Kind::AlterPrimaryKey
        | Kind::AlterUnique
        | Kind::AlterCheck
        | Kind::AlterForeignKey
        | Kind::AlterIndex
        | Kind::AlterSequence
        | Kind::AlterView
        | Kind::AlterPolicy
        | Kind::EnableRls
        | Kind::DisableRls
        | Kind::AlterRole
        | Kind::ScopeChange => DifferenceKind::Different,
    }
}

/// Both sides of what people most often get wrong.
fn detail(change: &Change) -> Option<String> {
    let object = change.object();
    if let Change::AlterColumnType(it) = change {
        let (should, is) = (&it.what.before.ty, &it.what.after.ty);
        return Some(format!("column {object}: type is {is}, should be {should}"));
    }
    if let Change::SetNotNull(_) = change {
        return Some(format!("column {object} is NOT NULL, should allow NULL"));
    }
    if let Change::DropNotNull(_) = change {
        return Some(format!("column {object} allows NULL, should be NOT NULL"));
    }
    if let Change::SetDefault(it) | Change::DropDefault(it) = change {
        let text = |default: &Option<serde_json::Value>| match default {
            Some(serde_json::Value::String(text)) => text.clone(),
            Some(value) => value.to_string(),
            None => "none".to_owned(),
        };
        let (should, is) = (text(&it.what.before.default), text(&it.what.after.default));
        return Some(format!("column {object}: default is {is}, should be {should}"));
    }
    if let Change::AlterCheck(it) = change {
        let (should, is) = (&it.what.before.value, &it.what.after.value);
        return Some(format!("check constraint {object}: is {is}, should be {should}"));
    }
    if let Change::AddEnumValue { value, .. } = change {
        return Some(format!("enum {object}: value '{value}' is not in the schema"));
    }
    if let Change::DropEnumValue { value, .. } = change {
        return Some(format!("enum {object}: value '{value}' is missing"));
    }
    if let Change::ReorderEnumValues(it) = change {
        let (should, is) = (it.before.values.join(", "), it.after.values.join(", "));
        return Some(format!("enum {object}: the order is {is}, should be {should}"));
    }
    None
}

/// A statement on one line, shortened.
pub(super) fn one_line(sql: &str) -> String {
    let line = sql.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(160) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Column;

    #[test]
    fn what_a_schema_takes_for_granted_is_no_drift() {
        let mut schema = Schema::default();
        let mut deals = Table::new(QualifiedName::public("deals"));
        let mut id = Column::new("id", "integer");
        id.default = Some("nextval('call_id_seq')".into());
        deals.columns.insert("id".to_owned(), id);
        schema.tables.insert(deals.name.clone(), deals);
        let users = Table::new(QualifiedName::new("auth", "users"));
        schema.tables.insert(users.name.clone(), users);
        let mut live = schema.clone();
        live.schemas.insert("auth".to_owned(), ());
        live.schemas.insert("audit".to_owned(), ());
        for name in ["call_id_seq", "other_seq"] {
            let name = QualifiedName::public(name);
            let options = crate::schema::SequenceOptions::default();
            let sequence = crate::schema::Sequence { name: name.clone(), options };
            live.sequences.insert(name, sequence);
        }
        grant(&mut schema, &live);
        assert_eq!(schema.schemas.keys().collect::<Vec<_>>(), ["auth"]);
        let sequences: Vec<_> = schema.sequences.keys().map(ToString::to_string).collect();
        assert_eq!(sequences, ["public.call_id_seq"]);
    }

    #[test]
    fn a_counter_that_only_a_default_names_is_made_too() {
        let mut table = Table::new(QualifiedName::new("public", "calls"));
        for (name, default) in [
            ("id", "nextval('call_id_seq')::text"),
            ("number", "nextval('public.call_number')"),
            ("odd", "nextval('x; drop')"),
        ] {
            let mut column = Column::new(name, "text");
            column.default = Some(default.into());
            table.columns.insert(name.to_owned(), column);
        }
        let mut schema = Schema::default();
        schema.tables.insert(table.name.clone(), table);
        assert_eq!(
            foreign(&schema),
            [
                "CREATE SEQUENCE IF NOT EXISTS call_id_seq",
                "CREATE SEQUENCE IF NOT EXISTS public.call_number",
            ]
        );
    }
}
