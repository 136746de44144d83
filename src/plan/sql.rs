//! SQL text of the model's objects. Names are always written with their schema, so that no
//! `search_path` changes what a plan does.

use serde_json::{Map, Value};

use crate::ident::{QualifiedName, quote, quote_literal, truncate};
use crate::schema::{
    Check, Column, ForeignKey, Identity, IdentityKind, Index, Policy, Role, Schema,
    SequenceOptions, Table, Unique, View,
};

/// An identifier, cut as PostgreSQL cuts it, quoted.
pub(super) fn id(name: &str) -> String {
    quote(truncate(name))
}

/// `"schema"."name"`.
pub(super) fn qn(name: &QualifiedName) -> String {
    format!("{}.{}", id(&name.schema), id(&name.name))
}

/// `"a", "b"`.
pub(super) fn ids<S: AsRef<str>>(names: &[S]) -> String {
    names.iter().map(|name| id(name.as_ref())).collect::<Vec<_>>().join(", ")
}

/// The string as an SQL literal of the quoted name: for `to_regclass`.
pub(super) fn reg(name: &QualifiedName) -> String {
    quote_literal(&qn(name))
}

/// Splits `status[][3]` into the element type and its brackets.
pub(super) fn element(ty: &str) -> (&str, &str) {
    match ty.find('[') {
        Some(at) => (ty[..at].trim_end(), &ty[at..]),
        None => (ty, ""),
    }
}

/// The enum a column's type is made of, also as an array.
pub(super) fn enum_of(column: &Column, schema: &Schema) -> Option<QualifiedName> {
    let (name, _) = element(&column.ty);
    let candidate = QualifiedName::new(column.type_schema.clone().unwrap_or_default(), name);
    schema.enums.contains_key(&candidate).then_some(candidate)
}

/// A column's type as SQL. Enums and types with a schema are quoted, everything else stands as
/// drizzle-kit's snapshot spells it.
pub(super) fn type_sql(column: &Column, schema: &Schema) -> String {
    let (name, brackets) = element(&column.ty);
    if let Some(enumeration) = enum_of(column, schema) {
        return format!("{}{brackets}", qn(&enumeration));
    }
    match &column.type_schema {
        Some(type_schema) => {
            format!("{}{brackets}", qn(&QualifiedName::new(type_schema.as_str(), name)))
        }
        None => column.ty.clone(),
    }
}

/// `integer` of `serial`, and so on; `None` for every other type.
pub(super) fn serial_base(ty: &str) -> Option<&'static str> {
    match ty {
        "serial" => Some("integer"),
        "bigserial" => Some("bigint"),
        "smallserial" => Some("smallint"),
        _ => None,
    }
}

/// A default as drizzle-kit's snapshot has it, as SQL.
pub(super) fn default_sql(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Null => "NULL".to_owned(),
        Value::Array(_) | Value::Object(_) => quote_literal(&value.to_string()),
    }
}

/// Which parts of a column's definition are wanted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parts {
    pub(super) default: bool,
    pub(super) not_null: bool,
    pub(super) primary_key: bool,
}

/// `"c" varchar(20) DEFAULT 'x' NOT NULL`, as a column of `table`; its type is one of `schema`.
pub(super) fn column_def(
    column: &Column,
    table: &QualifiedName,
    schema: &Schema,
    parts: Parts,
) -> String {
    let mut sql = format!("{} {}", id(&column.name), type_sql(column, schema));
    if let Some(generated) = &column.generated {
        sql += &format!(" GENERATED ALWAYS AS ({}) STORED", generated.expression);
    }
    if let Some(identity) = &column.identity {
        sql += &format!(" {}", identity_sql(identity, table));
    }
    if let Some(default) = column.default.as_ref().filter(|_| parts.default) {
        sql += &format!(" DEFAULT {}", default_sql(default));
    }
    if parts.not_null && column.not_null {
        sql += " NOT NULL";
    }
    if parts.primary_key && column.primary_key {
        sql += " PRIMARY KEY";
    }
    sql
}

/// `GENERATED ALWAYS AS IDENTITY (…)`. PostgreSQL has the sequence only in the schema of its table, and
/// that may be called otherwise by now than in the snapshot.
pub(super) fn identity_sql(identity: &Identity, table: &QualifiedName) -> String {
    let kind = identity_kind(identity.kind);
    let mut options = sequence_options(&identity.options);
    if !identity.name.is_empty() {
        let name = qn(&QualifiedName::new(table.schema.as_str(), identity.name.as_str()));
        options.insert(0, format!("SEQUENCE NAME {name}"));
    }
    if options.is_empty() {
        return format!("GENERATED {kind} AS IDENTITY");
    }
    format!("GENERATED {kind} AS IDENTITY ({})", options.join(" "))
}

/// `ALWAYS` or `BY DEFAULT`.
pub(super) fn identity_kind(kind: IdentityKind) -> &'static str {
    match kind {
        IdentityKind::Always => "ALWAYS",
        IdentityKind::ByDefault => "BY DEFAULT",
    }
}

/// A sequence's options as SQL.
pub(super) fn sequence_options(options: &SequenceOptions) -> Vec<String> {
    let mut parts = Vec::new();
    let mut number = |word: &str, value: &Option<String>| {
        if let Some(value) = value {
            parts.push(format!("{word} {value}"));
        }
    };
    number("INCREMENT BY", &options.increment);
    number("MINVALUE", &options.min_value);
    number("MAXVALUE", &options.max_value);
    number("START WITH", &options.start_with);
    number("CACHE", &options.cache);
    if let Some(cycle) = options.cycle {
        parts.push(if cycle { "CYCLE" } else { "NO CYCLE" }.to_owned());
    }
    parts
}

/// `CREATE TABLE` with columns, primary key, unique and check constraints; foreign keys, indexes and
/// policies are statements of their own.
pub(super) fn create_table(table: &Table, schema: &Schema) -> String {
    let parts = Parts { default: true, not_null: true, primary_key: true };
    let mut lines: Vec<String> = table
        .columns
        .values()
        .map(|column| column_def(column, &table.name, schema, parts))
        .collect();
    for key in table.primary_keys.values() {
        lines.push(format!("CONSTRAINT {} PRIMARY KEY ({})", id(&key.name), ids(&key.columns)));
    }
    for unique in table.uniques.values().filter(|unique| !table.is_merged(unique)) {
        lines.push(format!("CONSTRAINT {} {}", id(&unique.name), unique_def(unique)));
    }
    for check in table.checks.values() {
        lines.push(format!("CONSTRAINT {} {}", id(&check.name), check_def(check)));
    }
    let body = lines.join(",\n  ");
    format!("CREATE TABLE {} (\n  {body}\n);", qn(&table.name))
}

/// `UNIQUE NULLS NOT DISTINCT ("a", "b")`.
pub(super) fn unique_def(unique: &Unique) -> String {
    let nulls = if unique.nulls_not_distinct { " NULLS NOT DISTINCT" } else { "" };
    format!("UNIQUE{nulls} ({})", ids(&unique.columns))
}

/// `CHECK (…)`.
pub(super) fn check_def(check: &Check) -> String {
    format!("CHECK ({})", check.value)
}

/// `FOREIGN KEY (…) REFERENCES … ON DELETE …`.
pub(super) fn foreign_key_def(key: &ForeignKey) -> String {
    let action = |word: &str, action: &Option<String>| {
        action.as_ref().map(|it| format!(" ON {word} {}", it.to_uppercase())).unwrap_or_default()
    };
    format!(
        "FOREIGN KEY ({}) REFERENCES {} ({}){}{}",
        ids(&key.columns_from),
        qn(&key.to),
        ids(&key.columns_to),
        action("DELETE", &key.on_delete),
        action("UPDATE", &key.on_update),
    )
}

/// `CREATE INDEX` under a name of the caller's choice.
pub(super) fn create_index(
    index: &Index,
    name: &str,
    table: &QualifiedName,
    concurrently: bool,
) -> String {
    let keys: Vec<String> = index
        .columns
        .iter()
        .map(|key| {
            let mut text =
                if key.is_expression { key.expression.clone() } else { id(&key.expression) };
            if let Some(opclass) = &key.opclass {
                // drizzle-kit drops the order when there is an operator class; so does the head.
                return format!("{text} {opclass}");
            }
            // Only a B-tree has an order.
            if !(index.method.is_empty() || index.method == "btree") {
                return text;
            }
            if !key.asc {
                text += " DESC";
            }
            if let Some(nulls) = key.nulls.as_ref().filter(|nulls| !(key.asc && *nulls == "last")) {
                text += &format!(" NULLS {}", nulls.to_uppercase());
            }
            text
        })
        .collect();
    let unique = if index.unique { "UNIQUE " } else { "" };
    let concurrently = if concurrently { "CONCURRENTLY " } else { "" };
    let mut sql = format!(
        "CREATE {unique}INDEX {concurrently}{} ON {} USING {} ({})",
        id(name),
        qn(table),
        if index.method.is_empty() { "btree" } else { &index.method },
        keys.join(", "),
    );
    if !index.with.is_empty() {
        sql += &format!(" WITH ({})", storage(&index.with).join(", "));
    }
    if let Some(predicate) = &index.predicate {
        sql += &format!(" WHERE {predicate}");
    }
    sql + ";"
}

fn storage(options: &Map<String, Value>) -> Vec<String> {
    options.iter().map(|(key, value)| format!("{} = {}", snake(key), default_sql(value))).collect()
}

/// `securityInvoker` as PostgreSQL spells it.
fn snake(key: &str) -> String {
    let mut text = String::new();
    for letter in key.chars() {
        if letter.is_ascii_uppercase() {
            text.push('_');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}

/// `CREATE POLICY`.
pub(super) fn create_policy(policy: &Policy, table: &QualifiedName) -> String {
    let roles: Vec<String> = policy.to.iter().map(|role| role_name(role)).collect();
    let mut sql = format!(
        "CREATE POLICY {} ON {} AS {} FOR {} TO {}",
        id(&policy.name),
        qn(table),
        policy.permissive,
        policy.command,
        if roles.is_empty() { "public".to_owned() } else { roles.join(", ") },
    );
    if let Some(using) = &policy.using {
        sql += &format!(" USING ({using})");
    }
    if let Some(with_check) = &policy.with_check {
        sql += &format!(" WITH CHECK ({with_check})");
    }
    sql + ";"
}

fn role_name(role: &str) -> String {
    match role.to_ascii_lowercase().as_str() {
        word @ ("public" | "current_user" | "current_role" | "session_user") => word.to_owned(),
        _ => id(role),
    }
}

/// `CREATE VIEW`; `None` for an existing one, which nobody creates.
pub(super) fn create_view(view: &View) -> Option<String> {
    let definition = view.definition.as_ref()?;
    let materialized = if view.materialized { "MATERIALIZED " } else { "" };
    let mut sql = format!("CREATE {materialized}VIEW {}", qn(&view.name));
    if let Some(method) = &view.using {
        sql += &format!(" USING {}", id(method));
    }
    if let Some(options) = view.with.as_ref().filter(|options| !options.is_empty()) {
        sql += &format!(" WITH ({})", storage(options).join(", "));
    }
    if let Some(tablespace) = &view.tablespace {
        sql += &format!(" TABLESPACE {}", id(tablespace));
    }
    sql += &format!(" AS ({})", definition.trim().trim_end_matches(';'));
    if view.with_no_data == Some(true) {
        sql += " WITH NO DATA";
    }
    Some(sql + ";")
}

/// `DROP VIEW`, without CASCADE.
pub(super) fn drop_view(view: &View) -> String {
    let materialized = if view.materialized { "MATERIALIZED " } else { "" };
    format!("DROP {materialized}VIEW {};", qn(&view.name))
}

/// `CREATEDB NOCREATEROLE INHERIT`.
pub(super) fn role_options(role: &Role) -> String {
    let flag = |on: bool, word: &str| if on { word.to_owned() } else { format!("NO{word}") };
    format!(
        "{} {} {}",
        flag(role.create_db, "CREATEDB"),
        flag(role.create_role, "CREATEROLE"),
        flag(role.inherit, "INHERIT"),
    )
}
