//! What Drizzle looks at, and how TypeScript sees it: settings and names that are no part of the
//! database, but decide what drizzle-kit takes for its schema.

use std::fmt;

use super::Change;
use crate::delta::Diff;
use crate::drizzle::{Casing, Location};
use crate::schema::{Object, ObjectKind, Schema};

/// A setting that changed, with its values as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// What changed.
    pub setting: Setting,
    /// The object it is about; `None` for a setting of the whole schema.
    pub object: Option<Object>,
    /// Before and after.
    pub value: Diff<Option<String>>,
}

/// What can change beside the schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Setting {
    /// The paths of the schema files.
    Paths,
    /// `schemaFilter` of the drizzle config.
    SchemaFilter,
    /// `tablesFilter` of the drizzle config.
    TablesFilter,
    /// `extensionsFilters` of the drizzle config.
    ExtensionsFilters,
    /// `entities.roles` of the drizzle config.
    EntitiesRoles,
    /// `casing` of the drizzle config.
    Casing,
    /// A table that is still declared and no longer exported to drizzle-kit.
    Export,
    /// The TypeScript name of a column, table or other object.
    Key,
    /// The order of a table's columns.
    ColumnOrder,
    /// What TypeScript reads from a column: `mode`.
    Mode,
    /// `relations(…)`.
    Relations,
    /// The version of drizzle-kit.
    Kit,
    /// A command or setting that lets drizzle-kit lose data without a question.
    Force,
    /// The migrations folder: what it is about.
    Migrations(String),
}

impl Setting {
    /// The name a user knows it by.
    pub fn name(&self) -> &str {
        match self {
            Self::Paths => "schema",
            Self::SchemaFilter => "schemaFilter",
            Self::TablesFilter => "tablesFilter",
            Self::ExtensionsFilters => "extensionsFilters",
            Self::EntitiesRoles => "entities.roles",
            Self::Casing => "casing",
            Self::Export => "export",
            Self::Key => "key",
            Self::ColumnOrder => "column order",
            Self::Mode => "mode",
            Self::Relations => "relations",
            Self::Kit => "drizzle-kit",
            Self::Force => "force",
            Self::Migrations(what) => what,
        }
    }

    /// Whether only TypeScript sees it: there is nothing that drizzle-kit would do about it.
    pub const fn is_of_code(&self) -> bool {
        match self {
            Self::Key | Self::ColumnOrder | Self::Mode | Self::Relations => true,
            Self::Paths
            | Self::SchemaFilter
            | Self::TablesFilter
            | Self::ExtensionsFilters
            | Self::EntitiesRoles
            | Self::Casing
            | Self::Export
            | Self::Kit
            | Self::Force
            | Self::Migrations(_) => false,
        }
    }
}

impl Scope {
    /// A setting of the whole schema.
    pub fn of_schema(setting: Setting, before: Option<String>, after: Option<String>) -> Self {
        Self { setting, object: None, value: Diff::new(before, after) }
    }

    /// Something about one object.
    pub fn of_object(setting: Setting, object: Object, before: String, after: String) -> Self {
        Self { setting, object: Some(object), value: Diff::new(Some(before), Some(after)) }
    }

    /// The object it is about, or the setting under its name.
    pub fn object(&self) -> Object {
        let setting = || Object::global(ObjectKind::Schema, self.setting.name());
        self.object.clone().unwrap_or_else(setting)
    }
}

/// `casing changes from nothing to snake_case`.
impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.setting.name())?;
        if let Some(object) = &self.object {
            write!(f, " of {object}")?;
        }
        let said = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
        write!(f, " changes from {} to {}", said(&self.value.before), said(&self.value.after))
    }
}

/// What changed in where and how drizzle-kit looks; nothing when either side has no location, as a
/// snapshot or a database.
pub fn of_locations(locations: Diff<&Location>) -> Vec<Change> {
    if locations.before.schema.is_empty() || locations.after.schema.is_empty() {
        return Vec::new();
    }
    let list = |items: &[String]| (!items.is_empty()).then(|| items.join(", "));
    let casing = |it: &Location| it.casing.map(|it: Casing| it.as_str().to_owned());
    let roles = |it: &Location| it.entities_roles.then(|| "true".to_owned());
    let all = [
        (Setting::Paths, locations.map(|it| list(&it.schema))),
        (Setting::SchemaFilter, locations.map(|it| list(&it.schema_filter))),
        (Setting::TablesFilter, locations.map(|it| list(&it.tables_filter))),
        (Setting::ExtensionsFilters, locations.map(|it| list(&it.extensions_filters))),
        (Setting::EntitiesRoles, locations.map(roles)),
        (Setting::Casing, locations.map(casing)),
    ];
    let versions = locations.map(|it| it.version.as_ref());
    let upgrade = match (versions.before, versions.after) {
        (Some(before), Some(after)) if before.generation != after.generation => {
            Some((Setting::Kit, versions.map(|it| it.map(|version| version.text.clone()))))
        }
        _ => None,
    };
    let changed = all.into_iter().chain(upgrade).filter(|(_, value)| !value.is_same());
    let change = |(setting, value)| Change::ScopeChange(Scope { setting, object: None, value });
    changed.map(change).collect()
}

/// What changed in TypeScript alone: names, orders and modes of objects that both schemas have, tables
/// that are no longer exported, relations. Only what was written in TypeScript on both sides.
pub fn of_code(schemas: Diff<&Schema>) -> Vec<Change> {
    let mut found = exports(schemas);
    for it in super::suspect::renamed_keys(schemas) {
        found.push(Scope::of_object(Setting::Key, it.object, it.key.before, it.key.after));
    }
    found.extend(orders(schemas));
    found.extend(modes(schemas));
    found.extend(relations(schemas));
    found.into_iter().map(Change::ScopeChange).collect()
}

/// Tables that the base exports and the head only declares.
fn exports(schemas: Diff<&Schema>) -> Vec<Scope> {
    let hidden = schemas.after.hidden.iter().filter(|(table, _)| {
        schemas.before.tables.contains_key(*table) && !schemas.after.tables.contains_key(*table)
    });
    let scope = |(table, origin): (_, &crate::origin::Origin)| Scope {
        setting: Setting::Export,
        object: Some(Object::table(table)),
        value: Diff::new(Some("exported".to_owned()), Some(format!("declared at {origin} only"))),
    };
    hidden.map(scope).collect()
}

/// Tables whose columns stand in another order, those that came and went left aside.
fn orders(schemas: Diff<&Schema>) -> Vec<Scope> {
    let mut found = Vec::new();
    for after in schemas.after.tables.values() {
        let object = Object::table(&after.name);
        let is_written = |schema: &Schema| schema.written.contains_key(&object);
        let Some(before) = schemas.before.table(&after.name) else { continue };
        if !is_written(schemas.before) || !is_written(schemas.after) {
            continue;
        }
        let kept = |of: &crate::schema::Table, other: &crate::schema::Table| {
            let names = of.columns.keys().filter(|name| other.columns.contains_key(*name));
            names.cloned().collect::<Vec<_>>()
        };
        let (old, new) = (kept(before, after), kept(after, before));
        if old != new {
            let (old, new) = (old.join(", "), new.join(", "));
            found.push(Scope::of_object(Setting::ColumnOrder, object, old, new));
        }
    }
    found
}

/// Columns of which TypeScript reads something else, while the type in the database stays.
fn modes(schemas: Diff<&Schema>) -> Vec<Scope> {
    let mut found = Vec::new();
    for table in schemas.after.tables.values() {
        for column in table.columns.values() {
            let object = Object::column(&table.name, &column.name);
            let class = |schema: &Schema| schema.written.get(&object).and_then(|it| it.class);
            let (Some(old), Some(new)) = (class(schemas.before), class(schemas.after)) else {
                continue;
            };
            let before = schemas.before.column(&table.name, &column.name);
            if old != new && before.is_some_and(|before| before.ty == column.ty) {
                found.push(Scope::of_object(Setting::Mode, object, old.to_owned(), new.to_owned()));
            }
        }
    }
    found
}

/// Relations that are written otherwise.
fn relations(schemas: Diff<&Schema>) -> Option<Scope> {
    let Diff { before, after } = schemas.map(|schema| &schema.relations);
    let differ = |of: &std::collections::BTreeMap<String, String>,
                  other: &std::collections::BTreeMap<String, String>| {
        let names = of.iter().filter(|(name, digest)| other.get(*name) != Some(*digest));
        let names: Vec<&str> = names.map(|(name, _)| name.as_str()).collect();
        (!names.is_empty()).then(|| names.join(", "))
    };
    let (old, new) = (differ(before, after), differ(after, before));
    (old.is_some() || new.is_some()).then(|| Scope::of_schema(Setting::Relations, old, new))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{qualified, schema, table};
    use super::*;
    use crate::origin::Origin;
    use crate::schema::Written;

    fn settings(changes: &[Change]) -> Vec<(Setting, String)> {
        let scope = |change: &Change| match change {
            Change::ScopeChange(it) => Some((it.setting.clone(), it.to_string())),
            _ => None,
        };
        changes.iter().filter_map(scope).collect()
    }

    fn written(schema: &mut Schema, class: &'static str) {
        let origin = Origin::new("db/schema.ts", 1, 1);
        for table in schema.tables.clone().values() {
            let (key, class) = (None, Some(class));
            let it = Written { origin: origin.clone(), key: key.clone(), class: None };
            schema.written.insert(Object::table(&table.name), it);
            for column in table.columns.keys() {
                let it = Written { origin: origin.clone(), key: key.clone(), class };
                schema.written.insert(Object::column(&table.name, column), it);
            }
        }
    }

    #[test]
    fn a_changed_filter_is_named() {
        let here = Location { schema: vec!["db".to_owned()], ..Location::default() };
        let filtered = Location { schema_filter: vec!["public".to_owned()], ..here.clone() };
        let found = of_locations(Diff::new(&here, &filtered));
        let text = "schemaFilter changes from nothing to public".to_owned();
        assert_eq!(settings(&found), [(Setting::SchemaFilter, text)]);
        assert_eq!(of_locations(Diff::new(&here, &here)), []);
        assert_eq!(of_locations(Diff::new(&Location::default(), &filtered)), []);
    }

    #[test]
    fn an_order_is_that_of_the_columns_that_stay() {
        let mut before = schema([table("funds", &["a text", "b text", "c text"])]);
        let mut moved = schema([table("funds", &["b text", "x text", "a text"])]);
        let mut same = schema([table("funds", &["x text", "a text", "b text"])]);
        assert_eq!(of_code(Diff::new(&before, &moved)), []);
        for schema in [&mut before, &mut moved, &mut same] {
            written(schema, "PgText");
        }
        let found = settings(&of_code(Diff::new(&before, &moved)));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].1, "column order of public.funds changes from a, b to b, a");
        assert_eq!(of_code(Diff::new(&before, &same)), []);
    }

    #[test]
    fn a_mode_is_no_type() {
        let mut before = schema([table("funds", &["size bigint"])]);
        let mut after = before.clone();
        written(&mut before, "PgBigInt53");
        written(&mut after, "PgBigInt64");
        let found = settings(&of_code(Diff::new(&before, &after)));
        assert_eq!(found.first().map(|it| it.0.clone()), Some(Setting::Mode));
        assert_eq!(of_code(Diff::new(&before, &before)), []);
    }

    #[test]
    fn a_hidden_table_was_exported_before() {
        let before = schema([table("funds", &["id uuid"])]);
        let mut after = Schema::default();
        after.hidden.insert(qualified("funds"), Origin::new("db/schema.ts", 3, 1));
        after.hidden.insert(qualified("helpers"), Origin::new("db/schema.ts", 9, 1));
        let found = settings(&of_code(Diff::new(&before, &after)));
        assert_eq!(found.len(), 1);
        assert!(found[0].1.contains("declared at db/schema.ts:3:1 only"), "{}", found[0].1);
    }

    #[test]
    fn relations_are_compared_by_what_is_written() {
        let mut before = Schema::default();
        before.relations.insert("fundRelations".to_owned(), "1".to_owned());
        let mut after = before.clone();
        assert_eq!(of_code(Diff::new(&before, &after)), []);
        after.relations.insert("fundRelations".to_owned(), "2".to_owned());
        let found = settings(&of_code(Diff::new(&before, &after)));
        assert_eq!(found.first().map(|it| it.0.clone()), Some(Setting::Relations));
    }
}
