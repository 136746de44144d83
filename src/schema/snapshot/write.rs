//! A schema as snapshot version 7.

use indexmap::IndexMap;
use serde_json::{Map, Value, json};

use super::ORIGIN_ID;
use crate::schema::{
    Column, Enum, ForeignKey, Identity, IdentityKind, Index, IndexColumn, Policy, Role, Schema,
    Sequence, SequenceOptions, Table, Unique, View, in_js_order,
};

pub(super) fn snapshot(schema: &Schema) -> Value {
    json!({
        "id": ORIGIN_ID,
        "prevId": "",
        "version": "7",
        "dialect": "postgresql",
        "tables": map(&schema.tables, table),
        "enums": map(&schema.enums, enumeration),
        "schemas": schemas(schema),
        "sequences": map(&schema.sequences, sequence),
        "roles": map(&schema.roles, role),
        "policies": map(&schema.policies, policy),
        "views": map(&schema.views, view),
        "_meta": {"schemas": {}, "tables": {}, "columns": {}},
    })
}

/// A JSON object that leaves out what JavaScript has as `undefined`.
#[derive(Default)]
struct Fields(Map<String, Value>);

impl Fields {
    fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.0.insert(key.to_owned(), value.into());
        self
    }

    fn with_some(self, key: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    fn done(self) -> Value {
        Value::Object(self.0)
    }
}

fn map<K: ToString, T>(items: &IndexMap<K, T>, write: impl Fn(&T) -> Value) -> Value {
    let mut written: IndexMap<String, Value> =
        items.iter().map(|(key, item)| (key.to_string(), write(item))).collect();
    in_js_order(&mut written);
    Value::Object(written.into_iter().collect())
}

fn schemas(schema: &Schema) -> Value {
    let mut names: IndexMap<String, Value> =
        schema.schemas.keys().map(|name| (name.clone(), Value::from(name.as_str()))).collect();
    in_js_order(&mut names);
    Value::Object(names.into_iter().collect())
}

fn table(table: &Table) -> Value {
    let schema = if table.name.schema == "public" { "" } else { table.name.schema.as_str() };
    json!({
        "name": table.name.name,
        "schema": schema,
        "columns": map(&table.columns, column),
        "indexes": map(&table.indexes, index),
        "foreignKeys": map(&table.foreign_keys, foreign_key),
        "compositePrimaryKeys": map(&table.primary_keys, |key| {
            json!({"name": key.name, "columns": key.columns})
        }),
        "uniqueConstraints": map(&table.uniques, unique),
        "policies": map(&table.policies, policy),
        "checkConstraints": map(&table.checks, |check| {
            json!({"name": check.name, "value": check.value})
        }),
        "isRLSEnabled": table.rls,
    })
}

fn column(column: &Column) -> Value {
    let generated = column
        .generated
        .as_ref()
        .map(|generated| json!({"as": generated.expression, "type": "stored"}));
    Fields::default()
        .with("name", column.name.as_str())
        .with("type", column.ty.as_str())
        .with_some("typeSchema", column.type_schema.as_deref())
        .with("primaryKey", column.primary_key)
        .with("notNull", column.not_null)
        .with_some("generated", generated)
        .with_some("identity", column.identity.as_ref().map(identity))
        .with_some("default", column.default.clone())
        .done()
}

fn identity(identity: &Identity) -> Value {
    let kind = match identity.kind {
        IdentityKind::Always => "always",
        IdentityKind::ByDefault => "byDefault",
    };
    let fields = Fields::default()
        .with("type", kind)
        .with("name", identity.name.as_str())
        .with("schema", identity.schema.as_str());
    sequence_options(fields, &identity.options).done()
}

fn sequence(sequence: &Sequence) -> Value {
    let fields = Fields::default()
        .with("name", sequence.name.name.as_str())
        .with("schema", sequence.name.schema.as_str());
    sequence_options(fields, &sequence.options).done()
}

fn sequence_options(fields: Fields, options: &SequenceOptions) -> Fields {
    fields
        .with_some("increment", options.increment.as_deref())
        .with_some("startWith", options.start_with.as_deref())
        .with_some("minValue", options.min_value.as_deref())
        .with_some("maxValue", options.max_value.as_deref())
        .with_some("cache", options.cache.as_deref())
        .with_some("cycle", options.cycle)
}

fn index(index: &Index) -> Value {
    Fields::default()
        .with("name", index.name.as_str())
        .with("columns", index.columns.iter().map(index_column).collect::<Vec<_>>())
        .with("isUnique", index.unique)
        .with_some("where", index.predicate.as_deref())
        .with("concurrently", index.concurrently)
        .with("method", index.method.as_str())
        .with("with", Value::Object(index.with.clone()))
        .done()
}

/// drizzle-kit builds the entry of an expression and that of a column in different orders.
fn index_column(column: &IndexColumn) -> Value {
    let fields = Fields::default().with("expression", column.expression.as_str());
    let fields = if column.is_expression {
        fields.with("asc", column.asc).with("isExpression", true)
    } else {
        fields.with("isExpression", false).with("asc", column.asc)
    };
    fields
        .with_some("nulls", column.nulls.as_deref())
        .with_some("opclass", column.opclass.as_deref())
        .done()
}

fn foreign_key(key: &ForeignKey) -> Value {
    let schema_to = (key.to.schema != "public").then_some(key.to.schema.as_str());
    Fields::default()
        .with("name", key.name.as_str())
        .with("tableFrom", key.table_from.as_str())
        .with("tableTo", key.to.name.as_str())
        .with_some("schemaTo", schema_to)
        .with("columnsFrom", key.columns_from.clone())
        .with("columnsTo", key.columns_to.clone())
        .with_some("onDelete", key.on_delete.as_deref())
        .with_some("onUpdate", key.on_update.as_deref())
        .done()
}

fn unique(unique: &Unique) -> Value {
    json!({
        "name": unique.name,
        "nullsNotDistinct": unique.nulls_not_distinct,
        "columns": unique.columns,
    })
}

fn policy(policy: &Policy) -> Value {
    Fields::default()
        .with("name", policy.name.as_str())
        .with("as", policy.permissive.as_str())
        .with("for", policy.command.as_str())
        .with("to", policy.to.clone())
        .with_some("using", policy.using.as_deref())
        .with_some("withCheck", policy.with_check.as_deref())
        .with_some("schema", policy.schema.as_deref())
        .with_some("on", policy.on.as_deref())
        .done()
}

fn enumeration(enumeration: &Enum) -> Value {
    json!({
        "name": enumeration.name.name,
        "schema": enumeration.name.schema,
        "values": enumeration.values,
    })
}

fn role(role: &Role) -> Value {
    json!({
        "name": role.name,
        "createDb": role.create_db,
        "createRole": role.create_role,
        "inherit": role.inherit,
    })
}

fn view(view: &View) -> Value {
    Fields::default()
        .with("columns", map(&view.columns, column))
        .with_some("definition", view.definition.as_deref())
        .with("name", view.name.name.as_str())
        .with("schema", view.name.schema.as_str())
        .with("isExisting", view.is_existing)
        .with_some("with", view.with.clone())
        .with_some("withNoData", view.with_no_data)
        .with("materialized", view.materialized)
        .with_some("tablespace", view.tablespace.as_deref())
        .with_some("using", view.using.as_deref())
        .done()
}
