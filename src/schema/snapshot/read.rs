//! Snapshots of versions 5, 6 and 7 as a schema.

use indexmap::IndexMap;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use super::SnapshotError;
use crate::ident::QualifiedName;
use crate::schema::{
    AppDefault, Check, Column, Enum, ForeignKey, Generated, Identity, IdentityKind, Index,
    IndexColumn, Policy, PrimaryKey, Role, Schema, Sequence, SequenceOptions, Table, Unique, View,
    in_js_order, js_number,
};

pub(super) fn snapshot(text: &str, path: &str) -> Result<Schema, SnapshotError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let header: RawHeader = parse(text, path)?;
    header.check(path)?;
    let raw: RawSnapshot = parse(text, path)?;
    Ok(raw.into_schema())
}

fn parse<'a, T: Deserialize<'a>>(text: &'a str, path: &str) -> Result<T, SnapshotError> {
    serde_json::from_str(text).map_err(|error| {
        let message = error.to_string();
        // serde_json appends the place to its message; it has a place of its own here.
        let why = message.rsplit_once(" at line ").map_or(message.as_str(), |(why, _)| why);
        SnapshotError::Malformed {
            path: path.to_owned(),
            line: error.line(),
            column: error.column(),
            why: why.to_owned(),
        }
    })
}

/// What decides whether the rest can be read at all.
#[derive(Deserialize)]
struct RawHeader {
    version: Value,
    dialect: Option<String>,
}

impl RawHeader {
    fn check(&self, path: &str) -> Result<(), SnapshotError> {
        let dialect = self.dialect.as_deref().unwrap_or("none");
        if !matches!(dialect, "pg" | "postgresql" | "postgres") {
            return Err(SnapshotError::Dialect {
                path: path.to_owned(),
                dialect: dialect.to_owned(),
            });
        }
        let version = match &self.version {
            Value::String(version) => version.clone(),
            other => other.to_string(),
        };
        let way_out = match version.as_str() {
            "5" | "6" | "7" => return Ok(()),
            "1" | "2" | "3" | "4" => {
                "run `drizzle-kit up` with the version of drizzle-kit it is from"
            }
            _ => "it is of drizzle-kit 1.0 or later, whose statements are others",
        };
        Err(SnapshotError::Version { path: path.to_owned(), version, way_out })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct RawSnapshot {
    #[serde(rename = "id", default)]
    _id: IgnoredAny,
    #[serde(rename = "prevId", default)]
    _prev_id: IgnoredAny,
    #[serde(rename = "version")]
    _version: IgnoredAny,
    #[serde(rename = "dialect")]
    _dialect: IgnoredAny,
    tables: IndexMap<String, RawTable>,
    enums: IndexMap<String, RawEnum>,
    #[serde(default)]
    schemas: IndexMap<String, String>,
    #[serde(default)]
    sequences: IndexMap<String, RawSequence>,
    #[serde(default)]
    roles: IndexMap<String, RawRole>,
    #[serde(default)]
    policies: IndexMap<String, RawPolicy>,
    #[serde(default)]
    views: IndexMap<String, RawView>,
    #[serde(rename = "_meta", default)]
    _meta: IgnoredAny,
    #[serde(rename = "internal", default)]
    _internal: IgnoredAny,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct RawTable {
    name: String,
    #[serde(default)]
    schema: String,
    columns: IndexMap<String, RawColumn>,
    #[serde(default)]
    indexes: IndexMap<String, RawIndex>,
    #[serde(default)]
    foreign_keys: IndexMap<String, RawForeignKey>,
    #[serde(default)]
    composite_primary_keys: IndexMap<String, RawPrimaryKey>,
    #[serde(default)]
    unique_constraints: IndexMap<String, RawUnique>,
    #[serde(default)]
    policies: IndexMap<String, RawPolicy>,
    #[serde(default)]
    check_constraints: IndexMap<String, RawCheck>,
    #[serde(rename = "isRLSEnabled", default)]
    is_rls_enabled: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct RawColumn {
    name: String,
    #[serde(rename = "type")]
    ty: String,
    type_schema: Option<String>,
    primary_key: bool,
    not_null: bool,
    #[serde(default, deserialize_with = "present")]
    default: Option<Value>,
    generated: Option<RawGenerated>,
    identity: Option<RawSequence>,
    // Old relatives of `uniqueConstraints`; drizzle-kit still allows them and never reads them.
    #[serde(rename = "isUnique", default)]
    _is_unique: IgnoredAny,
    #[serde(rename = "uniqueName", default)]
    _unique_name: IgnoredAny,
    #[serde(rename = "nullsNotDistinct", default)]
    _nulls_not_distinct: IgnoredAny,
}

/// `"default": null` is a default, `.default(null)`; only a missing key is none.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawGenerated {
    #[serde(rename = "as")]
    expression: String,
    #[serde(rename = "type")]
    _stored: IgnoredAny,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct RawSequence {
    name: String,
    #[serde(default)]
    schema: String,
    #[serde(rename = "type")]
    kind: Option<String>,
    increment: Option<String>,
    min_value: Option<String>,
    max_value: Option<String>,
    start_with: Option<String>,
    cache: Option<String>,
    cycle: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct RawIndex {
    name: String,
    columns: Vec<RawIndexColumn>,
    is_unique: bool,
    #[serde(rename = "where")]
    predicate: Option<String>,
    #[serde(default)]
    concurrently: bool,
    method: Option<String>,
    with: Option<Map<String, Value>>,
}

/// Version 7 describes an index's keys, the older ones only name columns.
#[derive(Deserialize)]
#[serde(untagged)]
enum RawIndexColumn {
    Name(String),
    Described(DescribedIndexColumn),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DescribedIndexColumn {
    expression: String,
    is_expression: bool,
    asc: bool,
    nulls: Option<String>,
    opclass: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct RawForeignKey {
    name: String,
    table_from: String,
    table_to: String,
    schema_to: Option<String>,
    columns_from: Vec<String>,
    columns_to: Vec<String>,
    on_delete: Option<String>,
    on_update: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPrimaryKey {
    name: String,
    columns: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct RawUnique {
    name: String,
    columns: Vec<String>,
    #[serde(default)]
    nulls_not_distinct: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCheck {
    name: String,
    value: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct RawPolicy {
    name: String,
    #[serde(rename = "as")]
    permissive: Option<String>,
    #[serde(rename = "for")]
    command: Option<String>,
    to: Option<Vec<String>>,
    using: Option<String>,
    with_check: Option<String>,
    on: Option<String>,
    schema: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEnum {
    name: String,
    #[serde(default)]
    schema: String,
    values: RawEnumValues,
}

/// Version 5 has `{"open": "open"}`, the later ones a list.
#[derive(Deserialize)]
#[serde(untagged)]
enum RawEnumValues {
    List(Vec<String>),
    Map(IndexMap<String, String>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct RawRole {
    name: String,
    create_db: Option<bool>,
    create_role: Option<bool>,
    inherit: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct RawView {
    name: String,
    #[serde(default)]
    schema: String,
    columns: IndexMap<String, RawColumn>,
    definition: Option<String>,
    #[serde(default)]
    materialized: bool,
    with: Option<Map<String, Value>>,
    #[serde(default)]
    is_existing: bool,
    with_no_data: Option<bool>,
    using: Option<String>,
    tablespace: Option<String>,
}

impl RawSnapshot {
    fn into_schema(self) -> Schema {
        Schema {
            tables: named(self.tables, RawTable::into_table, |table| table.name.clone()),
            enums: named(self.enums, RawEnum::into_enum, |it| it.name.clone()),
            schemas: mapped(self.schemas, |_| ()),
            sequences: named(self.sequences, RawSequence::into_sequence, |it| it.name.clone()),
            roles: mapped(self.roles, RawRole::into_role),
            policies: mapped(self.policies, RawPolicy::into_policy),
            views: named(self.views, RawView::into_view, |view| view.name.clone()),
            ..Schema::default()
        }
    }
}

/// A map in the order in which JavaScript reads it.
fn mapped<T, U>(raw: IndexMap<String, T>, read: impl Fn(T) -> U) -> IndexMap<String, U> {
    let mut map: IndexMap<String, U> = raw.into_iter().map(|(key, it)| (key, read(it))).collect();
    in_js_order(&mut map);
    map
}

/// A map by the qualified name of what is in it: the keys of version 5 lack the schema.
fn named<T, U>(
    raw: IndexMap<String, T>,
    read: impl Fn(T) -> U,
    name: impl Fn(&U) -> QualifiedName,
) -> IndexMap<QualifiedName, U> {
    mapped(raw, read).into_values().map(|it| (name(&it), it)).collect()
}

impl RawTable {
    fn into_table(self) -> Table {
        Table {
            name: QualifiedName::new(self.schema, self.name),
            columns: mapped(self.columns, RawColumn::into_column),
            indexes: mapped(self.indexes, RawIndex::into_index),
            foreign_keys: mapped(self.foreign_keys, RawForeignKey::into_foreign_key),
            primary_keys: mapped(self.composite_primary_keys, |key| PrimaryKey {
                name: key.name,
                columns: key.columns,
            }),
            uniques: mapped(self.unique_constraints, |unique| Unique {
                name: unique.name,
                columns: unique.columns,
                nulls_not_distinct: unique.nulls_not_distinct,
            }),
            checks: mapped(self.check_constraints, |check| Check {
                name: check.name,
                value: check.value,
            }),
            policies: mapped(self.policies, RawPolicy::into_policy),
            rls: self.is_rls_enabled,
        }
    }
}

impl RawColumn {
    fn into_column(self) -> Column {
        Column {
            name: self.name,
            ty: self.ty,
            type_schema: self.type_schema,
            primary_key: self.primary_key,
            not_null: self.not_null,
            default: self.default.map(normal),
            generated: self.generated.map(|it| Generated { expression: it.expression }),
            identity: self.identity.map(RawSequence::into_identity),
            app_default: AppDefault::default(),
        }
    }
}

/// JSON numbers as JavaScript has them: `1.0` is `1`.
fn normal(value: Value) -> Value {
    match value {
        Value::Number(number) if number.is_f64() => number.as_f64().map_or(Value::Null, js_number),
        Value::Array(items) => items.into_iter().map(normal).collect(),
        Value::Object(fields) => {
            Value::Object(fields.into_iter().map(|(key, value)| (key, normal(value))).collect())
        }
        other => other,
    }
}

impl RawSequence {
    fn into_sequence(self) -> Sequence {
        let name = QualifiedName::new(self.schema.clone(), self.name.clone());
        Sequence { name, options: self.into_options() }
    }

    fn into_identity(self) -> Identity {
        let kind = match self.kind.as_deref() {
            Some("always") => IdentityKind::Always,
            _ => IdentityKind::ByDefault,
        };
        let (name, schema) = (self.name.clone(), self.schema.clone());
        Identity { kind, name, schema, options: self.into_options() }
    }

    fn into_options(self) -> SequenceOptions {
        SequenceOptions {
            increment: self.increment,
            min_value: self.min_value,
            max_value: self.max_value,
            start_with: self.start_with,
            cache: self.cache,
            cycle: self.cycle,
        }
    }
}

impl RawIndex {
    fn into_index(self) -> Index {
        Index {
            name: self.name,
            columns: self.columns.into_iter().map(RawIndexColumn::into_column).collect(),
            unique: self.is_unique,
            predicate: self.predicate,
            concurrently: self.concurrently,
            method: self.method.unwrap_or_else(|| "btree".to_owned()),
            with: self.with.unwrap_or_default(),
        }
    }
}

impl RawIndexColumn {
    /// What `drizzle-kit up` makes of a bare column name: ascending, nulls last.
    fn into_column(self) -> IndexColumn {
        match self {
            Self::Name(expression) => IndexColumn {
                expression,
                is_expression: false,
                asc: true,
                nulls: Some("last".to_owned()),
                opclass: None,
            },
            Self::Described(it) => IndexColumn {
                expression: it.expression,
                is_expression: it.is_expression,
                asc: it.asc,
                nulls: it.nulls,
                opclass: it.opclass,
            },
        }
    }
}

impl RawForeignKey {
    fn into_foreign_key(self) -> ForeignKey {
        ForeignKey {
            name: self.name,
            table_from: self.table_from,
            columns_from: self.columns_from,
            to: QualifiedName::new(self.schema_to.unwrap_or_default(), self.table_to),
            columns_to: self.columns_to,
            on_delete: self.on_delete,
            on_update: self.on_update,
        }
    }
}

impl RawPolicy {
    fn into_policy(self) -> Policy {
        Policy {
            name: self.name,
            permissive: self.permissive.unwrap_or_else(|| "PERMISSIVE".to_owned()),
            command: self.command.unwrap_or_else(|| "ALL".to_owned()),
            to: self.to.unwrap_or_else(|| vec!["public".to_owned()]),
            using: self.using,
            with_check: self.with_check,
            on: self.on,
            schema: self.schema,
        }
    }
}

impl RawEnum {
    fn into_enum(self) -> Enum {
        let values = match self.values {
            RawEnumValues::List(values) => values,
            RawEnumValues::Map(mut values) => {
                in_js_order(&mut values);
                values.into_values().collect()
            }
        };
        Enum { name: QualifiedName::new(self.schema, self.name), values }
    }
}

impl RawRole {
    /// Missing options are those of `pgRole(name)`.
    fn into_role(self) -> Role {
        Role {
            name: self.name,
            create_db: self.create_db.unwrap_or(false),
            create_role: self.create_role.unwrap_or(false),
            inherit: self.inherit.unwrap_or(true),
        }
    }
}

impl RawView {
    fn into_view(self) -> View {
        View {
            name: QualifiedName::new(self.schema, self.name),
            columns: mapped(self.columns, RawColumn::into_column),
            definition: self.definition,
            is_existing: self.is_existing,
            materialized: self.materialized,
            with: self.with,
            with_no_data: self.with_no_data,
            tablespace: self.tablespace,
            using: self.using,
        }
    }
}
