//! Which names stand for the same object in both states, and how a rename reaches everything that
//! refers to the object.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::Change;
use crate::ident::QualifiedName;
use crate::schema::Schema;

/// The renames of a list of changes, to translate names of the base into names of the head and back.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// Renamed schemas, moved tables and renamed tables, in the order of the changes.
    steps: Vec<Step>,
    /// Renamed columns: by table (as in the head), base name to head name.
    columns: BTreeMap<QualifiedName, BTreeMap<String, String>>,
}

#[derive(Debug, Clone)]
enum Step {
    Schema { from: String, to: String },
    Table { from: QualifiedName, to: QualifiedName },
    Enum { from: QualifiedName, to: QualifiedName },
}

/// Which kind of name is translated: a table's rename says nothing about an enum of that name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    Table,
    Enum,
    Other,
}

impl Names {
    /// The renames among `changes`.
    pub fn of(changes: &[Change]) -> Self {
        let mut names = Self::default();
        for change in changes {
            if let Change::RenameSchema(name) = change {
                let (from, to) = (name.before.clone(), name.after.clone());
                names.steps.push(Step::Schema { from, to });
            }
            if let Change::RenameTable(name) | Change::MoveTable(name) = change {
                let (from, to) = (name.before.clone(), name.after.clone());
                names.steps.push(Step::Table { from, to });
            }
            if let Change::RenameEnum(name) = change {
                let (from, to) = (name.before.clone(), name.after.clone());
                names.steps.push(Step::Enum { from, to });
            }
            if let Change::RenameColumn(it) = change {
                let (from, to) = (it.what.before.name.clone(), it.what.after.name.clone());
                names.columns.entry(it.table.clone()).or_default().insert(from, to);
            }
        }
        names
    }

    /// What a table of the base is called in the head.
    pub fn table_to_head(&self, base: &QualifiedName) -> QualifiedName {
        self.to_head(Of::Table, base)
    }

    /// What a table of the head is called in the base.
    pub fn table_to_base(&self, head: &QualifiedName) -> QualifiedName {
        self.to_base(Of::Table, head)
    }

    /// What an enum of the base is called in the head.
    pub fn enum_to_head(&self, base: &QualifiedName) -> QualifiedName {
        self.to_head(Of::Enum, base)
    }

    /// What an enum of the head is called in the base.
    pub fn enum_to_base(&self, head: &QualifiedName) -> QualifiedName {
        self.to_base(Of::Enum, head)
    }

    /// What a sequence or view of the base is called in the head, as far as its schema was renamed.
    pub fn object_to_head(&self, base: &QualifiedName) -> QualifiedName {
        self.to_head(Of::Other, base)
    }

    /// What a sequence or view of the head is called in the base, as far as its schema was renamed.
    pub fn object_to_base(&self, head: &QualifiedName) -> QualifiedName {
        self.to_base(Of::Other, head)
    }

    fn to_head(&self, of: Of, base: &QualifiedName) -> QualifiedName {
        let mut name = base.clone();
        for step in &self.steps {
            match step {
                Step::Schema { from, to } if name.schema == *from => name.schema.clone_from(to),
                Step::Table { from, to } if of == Of::Table && name == *from => name = to.clone(),
                Step::Enum { from, to } if of == Of::Enum && name == *from => name = to.clone(),
                Step::Schema { .. } | Step::Table { .. } | Step::Enum { .. } => {}
            }
        }
        name
    }

    fn to_base(&self, of: Of, head: &QualifiedName) -> QualifiedName {
        let mut name = head.clone();
        for step in self.steps.iter().rev() {
            match step {
                Step::Schema { from, to } if name.schema == *to => name.schema.clone_from(from),
                Step::Table { from, to } if of == Of::Table && name == *to => name = from.clone(),
                Step::Enum { from, to } if of == Of::Enum && name == *to => name = from.clone(),
                Step::Schema { .. } | Step::Table { .. } | Step::Enum { .. } => {}
            }
        }
        name
    }

    /// What a column of the base is called in the head; `table` as it is called in the head.
    pub fn column_to_head<'a>(&'a self, table: &QualifiedName, base: &'a str) -> &'a str {
        self.columns.get(table).and_then(|of| of.get(base)).map_or(base, String::as_str)
    }

    /// What a column of the head is called in the base; `table` as it is called in the head.
    pub fn column_to_base<'a>(&'a self, table: &QualifiedName, head: &'a str) -> &'a str {
        let of = self.columns.get(table);
        let found = of.and_then(|of| of.iter().find(|(_, to)| *to == head));
        found.map_or(head, |(from, _)| from.as_str())
    }

    /// Columns of the base as they are called in the head; `table` as it is called in the head.
    pub fn columns_to_head(&self, table: &QualifiedName, base: &[String]) -> Vec<String> {
        base.iter().map(|column| self.column_to_head(table, column).to_owned()).collect()
    }
}

/// Gives an entry another key, in its place.
pub(super) fn rekey<K, V>(map: &mut IndexMap<K, V>, from: &K, to: &K)
where
    K: Clone + Eq + std::hash::Hash,
{
    if from == to || !map.contains_key(from) {
        return;
    }
    let entries = std::mem::take(map).into_iter();
    *map =
        entries.map(|(key, value)| (if key == *from { to.clone() } else { key }, value)).collect();
}

/// `ALTER SCHEMA … RENAME TO`: every name in it changes.
pub(super) fn rename_schema(schema: &mut Schema, from: &str, to: &str) {
    let moved = |name: &QualifiedName| {
        let schema = if name.schema == from { to } else { &name.schema };
        QualifiedName::new(schema, name.name.clone())
    };
    rekey(&mut schema.schemas, &from.to_owned(), &to.to_owned());
    for name in schema.tables.keys().cloned().collect::<Vec<_>>() {
        rename_table(schema, &name, &moved(&name));
    }
    for name in schema.enums.keys().cloned().collect::<Vec<_>>() {
        rename_enum(schema, &name, &moved(&name));
    }
    for name in schema.sequences.keys().cloned().collect::<Vec<_>>() {
        rename_sequence(schema, &name, &moved(&name));
    }
    for name in schema.views.keys().cloned().collect::<Vec<_>>() {
        rename_view(schema, &name, &moved(&name));
    }
    for table in schema.tables.values_mut() {
        for column in table.columns.values_mut() {
            if let Some(identity) = column.identity.as_mut().filter(|it| it.schema == from) {
                to.clone_into(&mut identity.schema);
            }
        }
    }
}

/// `ALTER TABLE … RENAME TO` and `… SET SCHEMA`: foreign keys that point at it follow, constraint,
/// index and sequence names stay (measured on PostgreSQL 12 to 18).
pub(super) fn rename_table(schema: &mut Schema, from: &QualifiedName, to: &QualifiedName) {
    rekey(&mut schema.tables, from, to);
    if let Some(table) = schema.tables.get_mut(to) {
        table.name = to.clone();
        for key in table.foreign_keys.values_mut() {
            key.table_from.clone_from(&to.name);
        }
    }
    for table in schema.tables.values_mut() {
        for key in table.foreign_keys.values_mut().filter(|key| key.to == *from) {
            key.to = to.clone();
        }
    }
}

/// `ALTER TABLE … RENAME COLUMN`: keys, indexes and foreign keys follow.
pub(super) fn rename_column(schema: &mut Schema, table: &QualifiedName, from: &str, to: &str) {
    let follow = |columns: &mut Vec<String>| {
        for column in columns.iter_mut().filter(|column| *column == from) {
            to.clone_into(column);
        }
    };
    if let Some(table) = schema.tables.get_mut(table) {
        rekey(&mut table.columns, &from.to_owned(), &to.to_owned());
        if let Some(column) = table.columns.get_mut(to) {
            to.clone_into(&mut column.name);
        }
        table.uniques.values_mut().for_each(|it| follow(&mut it.columns));
        table.primary_keys.values_mut().for_each(|it| follow(&mut it.columns));
        table.foreign_keys.values_mut().for_each(|it| follow(&mut it.columns_from));
        for key in table.indexes.values_mut().flat_map(|index| index.columns.iter_mut()) {
            if !key.is_expression && key.expression == from {
                to.clone_into(&mut key.expression);
            }
        }
    }
    for other in schema.tables.values_mut() {
        for key in other.foreign_keys.values_mut().filter(|key| key.to == *table) {
            follow(&mut key.columns_to);
        }
    }
}

/// `ALTER TYPE … RENAME TO` and `… SET SCHEMA`: columns of the type follow.
pub(super) fn rename_enum(schema: &mut Schema, from: &QualifiedName, to: &QualifiedName) {
    rekey(&mut schema.enums, from, to);
    if let Some(enumeration) = schema.enums.get_mut(to) {
        enumeration.name = to.clone();
    }
    for column in schema.tables.values_mut().flat_map(|table| table.columns.values_mut()) {
        let element = column.ty.trim_end_matches("[]");
        if element != from.name || column.type_schema.as_ref().is_some_and(|it| *it != from.schema)
        {
            continue;
        }
        column.ty = format!("{}{}", to.name, &column.ty[element.len()..]);
        if let Some(schema) = &mut column.type_schema {
            schema.clone_from(&to.schema);
        }
    }
}

/// `ALTER SEQUENCE … RENAME TO` and `… SET SCHEMA`.
pub(super) fn rename_sequence(schema: &mut Schema, from: &QualifiedName, to: &QualifiedName) {
    rekey(&mut schema.sequences, from, to);
    if let Some(sequence) = schema.sequences.get_mut(to) {
        sequence.name = to.clone();
    }
}

/// `ALTER VIEW … RENAME TO` and `… SET SCHEMA`.
pub(super) fn rename_view(schema: &mut Schema, from: &QualifiedName, to: &QualifiedName) {
    rekey(&mut schema.views, from, to);
    if let Some(view) = schema.views.get_mut(to) {
        view.name = to.clone();
    }
}

/// `ALTER ROLE … RENAME TO`: policies follow.
pub(super) fn rename_role(schema: &mut Schema, from: &str, to: &str) {
    rekey(&mut schema.roles, &from.to_owned(), &to.to_owned());
    if let Some(role) = schema.roles.get_mut(to) {
        to.clone_into(&mut role.name);
    }
    let policies = schema.tables.values_mut().flat_map(|table| table.policies.values_mut());
    for policy in policies.chain(schema.policies.values_mut()) {
        for role in policy.to.iter_mut().filter(|role| *role == from) {
            to.clone_into(role);
        }
        policy.to.sort();
    }
}

/// `ALTER POLICY … RENAME TO`.
pub(super) fn rename_policy(schema: &mut Schema, table: &QualifiedName, from: &str, to: &str) {
    let Some(table) = schema.tables.get_mut(table) else { return };
    rekey(&mut table.policies, &from.to_owned(), &to.to_owned());
    if let Some(policy) = table.policies.get_mut(to) {
        to.clone_into(&mut policy.name);
    }
}
