//! What of a change goes into its fingerprint: one exhaustive match each for kind, object and facets.

use serde_json::{Map, Value, json};

use crate::delta::Diff;
use crate::diff::dependents::{self, Dependent};
use crate::diff::{Change, ColumnChange};
use crate::ident::QualifiedName;
use crate::schema::{
    Check, Column, Enum, ForeignKey, Identity, IdentityKind, Index, IndexColumn, ObjectKind,
    Policy, PrimaryKey, Role, Schema, Sequence, SequenceOptions, Table, Unique, View,
};

/// `<object>.<verb>`.
pub(super) fn kind(change: &Change) -> &'static str {
    match change {
        Change::CreateSchema(_) => "schema.create",
        Change::DropSchema(_) => "schema.drop",
        Change::RenameSchema(_) => "schema.rename",
        Change::CreateEnum(_) => "enum.create",
        Change::DropEnum(_) => "enum.drop",
        Change::RenameEnum(_) => "enum.rename",
        Change::AddEnumValue { .. } => "enum.add_value",
        Change::DropEnumValue { .. } => "enum.drop_value",
        Change::RenameEnumValue { .. } => "enum.rename_value",
        Change::ReorderEnumValues(_) => "enum.reorder_values",
        Change::CreateTable(_) => "table.create",
        Change::DropTable(_) => "table.drop",
        Change::RenameTable(_) => "table.rename",
        Change::MoveTable(_) => "table.move",
        Change::AddColumn(_) => "column.add",
        Change::DropColumn(_) => "column.drop",
        Change::RenameColumn(_) => "column.rename",
        Change::AlterColumnType(_) => "column.alter_type",
        Change::SetNotNull(_) => "column.set_not_null",
        Change::DropNotNull(_) => "column.drop_not_null",
        Change::SetDefault(_) => "column.set_default",
        Change::DropDefault(_) => "column.drop_default",
        Change::SetIdentity(_) => "column.set_identity",
        Change::DropIdentity(_) => "column.drop_identity",
        Change::AlterIdentity(_) => "column.alter_identity",
        Change::SetGenerated(_) => "column.set_generated",
        Change::DropGenerated(_) => "column.drop_generated",
        Change::AlterGenerated(_) => "column.alter_generated",
        Change::AddPrimaryKey(_) => "primary_key.add",
        Change::DropPrimaryKey(_) => "primary_key.drop",
        Change::AlterPrimaryKey(_) => "primary_key.alter",
        Change::AddUnique(_) => "unique.add",
        Change::DropUnique(_) => "unique.drop",
        Change::AlterUnique(_) => "unique.alter",
        Change::AddCheck(_) => "check.add",
        Change::DropCheck(_) => "check.drop",
        Change::AlterCheck(_) => "check.alter",
        Change::AddForeignKey(_) => "foreign_key.add",
        Change::DropForeignKey(_) => "foreign_key.drop",
        Change::AlterForeignKey(_) => "foreign_key.alter",
        Change::CreateIndex(_) => "index.create",
        Change::DropIndex(_) => "index.drop",
        Change::AlterIndex(_) => "index.alter",
        Change::CreateSequence(_) => "sequence.create",
        Change::DropSequence(_) => "sequence.drop",
        Change::AlterSequence(_) => "sequence.alter",
        Change::CreateView(_) => "view.create",
        Change::DropView(_) => "view.drop",
        Change::AlterView(_) => "view.alter",
        Change::CreatePolicy(_) => "policy.create",
        Change::DropPolicy(_) => "policy.drop",
        Change::AlterPolicy(_) => "policy.alter",
        Change::EnableRls(_) => "table.enable_rls",
        Change::DisableRls(_) => "table.disable_rls",
        Change::CreateRole(_) => "role.create",
        Change::DropRole(_) => "role.drop",
        Change::AlterRole(_) => "role.alter",
        Change::ScopeChange(_) => "scope.change",
    }
}

/// The parts of the object's name; an enum's value is the last part.
pub(super) fn object(change: &Change) -> Vec<String> {
    if let Change::ScopeChange(scope) = change {
        let object = scope.object.iter().map(ToString::to_string);
        return std::iter::once(scope.setting.name().to_owned()).chain(object).collect();
    }
    let object = change.object();
    let mut parts: Vec<String> = object.schema.iter().cloned().collect();
    parts.extend(object.table.iter().filter(|_| object.kind != ObjectKind::Table).cloned());
    parts.push(object.name);
    if let Change::AddEnumValue { value, .. } | Change::DropEnumValue { value, .. } = change {
        parts.push(value.clone());
    }
    if let Change::RenameEnumValue { value, .. } = change {
        parts.push(value.after.clone());
    }
    parts
}

/// The parts of the name an object had before a rename.
pub(super) fn rename_of(change: &Change) -> Option<Vec<String>> {
    let qualified = |name: &QualifiedName| vec![name.schema.clone(), name.name.clone()];
    if let Change::RenameTable(name) | Change::MoveTable(name) | Change::RenameEnum(name) = change {
        return Some(qualified(&name.before));
    }
    if let Change::RenameSchema(name) = change {
        return Some(vec![name.before.clone()]);
    }
    if let Change::RenameColumn(it) = change {
        let mut parts = qualified(&it.table);
        parts.push(it.what.before.name.clone());
        return Some(parts);
    }
    if let Change::RenameEnumValue { value, enumeration } = change {
        let mut parts = qualified(&enumeration.after.name);
        parts.push(value.before.clone());
        return Some(parts);
    }
    if let Change::AlterSequence(it) = change
        && it.before.name != it.after.name
    {
        return Some(qualified(&it.before.name));
    }
    if let Change::AlterView(it) = change
        && it.before.name != it.after.name
    {
        return Some(qualified(&it.before.name));
    }
    if let Change::AlterRole(it) = change
        && it.before.name != it.after.name
    {
        return Some(vec![it.before.name.clone()]);
    }
    if let Change::AlterPolicy(it) = change
        && it.what.before.name != it.what.after.name
    {
        let mut parts = qualified(&it.table);
        parts.push(it.what.before.name.clone());
        return Some(parts);
    }
    None
}

/// What goes with it without being named: keys, checks, indexes and foreign keys of a dropped column
/// and foreign keys of other tables, sorted.
pub(super) fn lost(change: &Change, schemas: Diff<&Schema>) -> Vec<String> {
    let base = schemas.before;
    let of_column = |table: &QualifiedName, column: &str| match base.table(table) {
        Some(table) => dependents::of_column(base, table, column),
        None => Vec::new(),
    };
    let referring = |table: &QualifiedName, columns: &[String]| {
        let keys = dependents::foreign_keys(base);
        let same = |key: &ForeignKey| {
            key.to == *table
                && key.columns_to.len() == columns.len()
                && key.columns_to.iter().all(|it| columns.contains(it))
        };
        keys.filter(|(_, key)| same(key)).map(|(other, key)| inbound(other, key)).collect()
    };
    let found: Vec<Dependent> = if let Change::DropTable(table) = change {
        dependents::referencing(base, &table.name).map(|(other, key)| inbound(other, key)).collect()
    } else if let Change::DropColumn(it) = change {
        of_column(&it.table, &it.what.name)
    } else if let Change::SetGenerated(it) | Change::AlterGenerated(it) = change {
        // drizzle-kit drops the column and adds it again.
        of_column(&it.table, &it.what.before.name)
    } else if let Change::DropPrimaryKey(it) = change {
        referring(&it.table, &it.what.columns)
    } else if let Change::DropUnique(it) = change {
        referring(&it.table, &it.what.columns)
    } else {
        Vec::new()
    };
    // A single-column unique constraint is a facet of its column; policies and views refuse.
    let silent = found.iter().filter(|it| match it.object.kind {
        ObjectKind::Unique => it.columns.len() > 1,
        ObjectKind::Policy | ObjectKind::View => false,
        ObjectKind::PrimaryKey
        | ObjectKind::Check
        | ObjectKind::ForeignKey
        | ObjectKind::Index
        | ObjectKind::Column
        | ObjectKind::Schema
        | ObjectKind::Enum
        | ObjectKind::Sequence
        | ObjectKind::Table
        | ObjectKind::Role => true,
    });
    let mut lost: Vec<String> = silent.map(ToString::to_string).collect();
    lost.sort();
    lost
}

fn inbound(table: &QualifiedName, key: &ForeignKey) -> Dependent {
    Dependent {
        object: crate::schema::Object::in_table(ObjectKind::ForeignKey, table, &key.name),
        columns: key.columns_from.clone(),
        to: Some((key.to.clone(), key.columns_to.clone())),
        own: *table == key.to,
    }
}

/// The facets before and after.
pub(super) fn of(change: &Change, schemas: Diff<&Schema>) -> (Value, Value) {
    let both = |it: &ColumnChange| {
        let base = base_table(change, schemas, &it.table);
        let head = schemas.after.table(&it.table);
        (column(&it.what.before, base), column(&it.what.after, head))
    };
    match change {
        Change::CreateSchema(_) => (Value::Null, json!({})),
        Change::DropSchema(_) => (json!({}), Value::Null),
        Change::RenameSchema(name) => (json!({"name": name.before}), json!({"name": name.after})),
        Change::CreateEnum(it) => (Value::Null, enumeration(it)),
        Change::DropEnum(it) => (enumeration(it), Value::Null),
        Change::RenameEnum(name) | Change::RenameTable(name) | Change::MoveTable(name) => {
            (qualified(&name.before), qualified(&name.after))
        }
        Change::AddEnumValue { enumeration: it, .. }
        | Change::DropEnumValue { enumeration: it, .. }
        | Change::RenameEnumValue { enumeration: it, .. }
        | Change::ReorderEnumValues(it) => (enumeration(&it.before), enumeration(&it.after)),
        Change::CreateTable(it) => (Value::Null, table(it)),
        Change::DropTable(it) => (table(it), Value::Null),
        Change::AddColumn(it) => (Value::Null, column(&it.what, schemas.after.table(&it.table))),
        Change::DropColumn(it) => (column(&it.what, schemas.before.table(&it.table)), Value::Null),
        Change::RenameColumn(it)
        | Change::AlterColumnType(it)
        | Change::SetNotNull(it)
        | Change::DropNotNull(it)
        | Change::SetDefault(it)
        | Change::DropDefault(it)
        | Change::SetIdentity(it)
        | Change::DropIdentity(it)
        | Change::AlterIdentity(it)
        | Change::SetGenerated(it)
        | Change::DropGenerated(it)
        | Change::AlterGenerated(it) => both(it),
        Change::AddPrimaryKey(it) => (Value::Null, primary_key(&it.what)),
        Change::DropPrimaryKey(it) => (primary_key(&it.what), Value::Null),
        Change::AlterPrimaryKey(it) => (primary_key(&it.what.before), primary_key(&it.what.after)),
        Change::AddUnique(it) => (Value::Null, unique(&it.what)),
        Change::DropUnique(it) => (unique(&it.what), Value::Null),
        Change::AlterUnique(it) => (unique(&it.what.before), unique(&it.what.after)),
        Change::AddCheck(it) => (Value::Null, check(&it.what)),
        Change::DropCheck(it) => (check(&it.what), Value::Null),
        Change::AlterCheck(it) => (check(&it.what.before), check(&it.what.after)),
        Change::AddForeignKey(it) => (Value::Null, foreign_key(&it.what)),
        Change::DropForeignKey(it) => (foreign_key(&it.what), Value::Null),
        Change::AlterForeignKey(it) => (foreign_key(&it.what.before), foreign_key(&it.what.after)),
        Change::CreateIndex(it) => (Value::Null, index(&it.what)),
        Change::DropIndex(it) => (index(&it.what), Value::Null),
        Change::AlterIndex(it) => (index(&it.what.before), index(&it.what.after)),
        Change::CreateSequence(it) => (Value::Null, sequence(it)),
        Change::DropSequence(it) => (sequence(it), Value::Null),
        Change::AlterSequence(it) => (sequence(&it.before), sequence(&it.after)),
        Change::CreateView(it) => (Value::Null, view(it)),
        Change::DropView(it) => (view(it), Value::Null),
        Change::AlterView(it) => (view(&it.before), view(&it.after)),
        Change::CreatePolicy(it) => (Value::Null, policy(&it.what)),
        Change::DropPolicy(it) => (policy(&it.what), Value::Null),
        Change::AlterPolicy(it) => (policy(&it.what.before), policy(&it.what.after)),
        Change::EnableRls(_) => (json!({"rls": false}), json!({"rls": true})),
        Change::DisableRls(_) => (json!({"rls": true}), json!({"rls": false})),
        Change::CreateRole(it) => (Value::Null, role(it)),
        Change::DropRole(it) => (role(it), Value::Null),
        Change::AlterRole(it) => (role(&it.before), role(&it.after)),
        Change::ScopeChange(it) => (json!(it.value.before), json!(it.value.after)),
    }
}

/// The table of a column change as the base has it: by its name, or, where it was renamed, by the
/// column it had, which is all the change knows.
fn base_table<'a>(
    change: &Change,
    schemas: Diff<&'a Schema>,
    head: &QualifiedName,
) -> Option<&'a Table> {
    schemas.before.table(head).or_else(|| {
        let object = change.object();
        let tables = schemas.before.tables.values();
        let mut same = tables.filter(|it| !schemas.after.tables.contains_key(&it.name));
        same.find(|it| it.columns.contains_key(&object.name))
    })
}

fn qualified(name: &QualifiedName) -> Value {
    json!({"name": name.to_string()})
}

/// Facets that are always there, and those that are there only when they say something.
fn column(column: &Column, table: Option<&Table>) -> Value {
    let own = |columns: &[String]| columns.len() == 1 && columns.first() == Some(&column.name);
    let unique = table.is_some_and(|it| it.uniques.values().any(|it| own(&it.columns)));
    let mut facets = Map::new();
    facets.insert("default".to_owned(), column.default.clone().unwrap_or(Value::Null));
    facets.insert("notNull".to_owned(), json!(column.not_null));
    facets.insert("type".to_owned(), json!(column.ty));
    facets.insert("unique".to_owned(), json!(unique));
    if let Some(schema) = column.type_schema.as_ref().filter(|it| *it != "public") {
        facets.insert("typeSchema".to_owned(), json!(schema));
    }
    if let Some(generated) = &column.generated {
        facets.insert("generated".to_owned(), json!(generated.expression));
    }
    if let Some(it) = &column.identity {
        facets.insert("identity".to_owned(), identity(it));
    }
    if column.primary_key {
        facets.insert("primaryKey".to_owned(), json!(true));
    }
    let keys = table.into_iter().flat_map(|it| it.foreign_keys.values());
    let mut references: Vec<String> = keys
        .filter(|it| own(&it.columns_from))
        .map(|it| format!("{}({})", it.to, it.columns_to.join(",")))
        .collect();
    references.sort();
    if !references.is_empty() {
        facets.insert("references".to_owned(), json!(references));
    }
    Value::Object(facets)
}

fn identity(identity: &Identity) -> Value {
    let kind = match identity.kind {
        IdentityKind::Always => "always",
        IdentityKind::ByDefault => "byDefault",
    };
    let mut facets = options(&identity.options);
    facets.insert("kind".to_owned(), json!(kind));
    Value::Object(facets)
}

fn options(options: &SequenceOptions) -> Map<String, Value> {
    let numbers = [
        ("increment", &options.increment),
        ("minValue", &options.min_value),
        ("maxValue", &options.max_value),
        ("startWith", &options.start_with),
        ("cache", &options.cache),
    ];
    let numbers =
        numbers.into_iter().filter_map(|(name, value)| Some((name, json!(value.as_ref()?))));
    let cycle = options.cycle.map(|cycle| ("cycle", json!(cycle)));
    numbers.chain(cycle).map(|(name, value)| (name.to_owned(), value)).collect()
}

fn enumeration(it: &Enum) -> Value {
    json!({"values": it.values})
}

fn sequence(it: &Sequence) -> Value {
    Value::Object(options(&it.options))
}

fn table(it: &Table) -> Value {
    /// The parts of one kind by name; nothing when there is none.
    fn parts<T>(
        facets: &mut Map<String, Value>,
        name: &str,
        parts: &indexmap::IndexMap<String, T>,
        of: impl Fn(&T) -> Value,
    ) {
        if !parts.is_empty() {
            let parts = parts.iter().map(|(name, part)| (name.clone(), of(part)));
            facets.insert(name.to_owned(), Value::Object(parts.collect()));
        }
    }
    let mut facets = Map::new();
    let columns = it.columns.iter().map(|(name, of)| (name.clone(), column(of, Some(it))));
    facets.insert("columns".to_owned(), Value::Object(columns.collect()));
    parts(&mut facets, "primaryKeys", &it.primary_keys, primary_key);
    parts(&mut facets, "uniques", &it.uniques, unique);
    parts(&mut facets, "checks", &it.checks, check);
    parts(&mut facets, "foreignKeys", &it.foreign_keys, foreign_key);
    parts(&mut facets, "indexes", &it.indexes, index);
    parts(&mut facets, "policies", &it.policies, policy);
    if it.rls || !it.policies.is_empty() {
        facets.insert("rls".to_owned(), json!(true));
    }
    Value::Object(facets)
}

fn primary_key(it: &PrimaryKey) -> Value {
    json!({"columns": it.columns})
}

fn unique(it: &Unique) -> Value {
    json!({"columns": it.columns, "nullsNotDistinct": it.nulls_not_distinct})
}

fn check(it: &Check) -> Value {
    json!({"expression": it.value})
}

fn foreign_key(it: &ForeignKey) -> Value {
    json!({
        "columns": it.columns_from,
        "references": it.to.to_string(),
        "referencedColumns": it.columns_to,
        "onDelete": it.on_delete.as_deref().unwrap_or("no action"),
        "onUpdate": it.on_update.as_deref().unwrap_or("no action"),
    })
}

fn index(it: &Index) -> Value {
    let key = |key: &IndexColumn| {
        let mut text = key.expression.clone();
        if let Some(opclass) = &key.opclass {
            text = format!("{text} {opclass}");
        }
        if !key.asc {
            text.push_str(" desc");
        }
        match &key.nulls {
            Some(nulls) => format!("{text} nulls {nulls}"),
            None => text,
        }
    };
    let mut facets = Map::new();
    facets.insert("columns".to_owned(), it.columns.iter().map(key).collect());
    facets.insert("method".to_owned(), json!(it.method));
    facets.insert("unique".to_owned(), json!(it.unique));
    if let Some(predicate) = &it.predicate {
        facets.insert("where".to_owned(), json!(predicate));
    }
    if !it.with.is_empty() {
        facets.insert("with".to_owned(), Value::Object(it.with.clone()));
    }
    Value::Object(facets)
}

fn view(it: &View) -> Value {
    let mut facets = Map::new();
    facets.insert("definition".to_owned(), json!(it.definition));
    facets.insert("materialized".to_owned(), json!(it.materialized));
    if let Some(with) = &it.with {
        facets.insert("with".to_owned(), Value::Object(with.clone()));
    }
    if it.is_existing {
        facets.insert("existing".to_owned(), json!(true));
    }
    Value::Object(facets)
}

fn policy(it: &Policy) -> Value {
    json!({
        "as": it.permissive,
        "for": it.command,
        "to": it.to,
        "using": it.using,
        "withCheck": it.with_check,
    })
}

fn role(it: &Role) -> Value {
    json!({"createDb": it.create_db, "createRole": it.create_role, "inherit": it.inherit})
}
