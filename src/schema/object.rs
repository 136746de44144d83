//! The identity of an object, the same in every state.

use std::fmt;

use serde::Serialize;

use crate::ident::QualifiedName;
use crate::origin::Origin;

/// What kind of object an identity names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ObjectKind {
    /// A schema (namespace).
    Schema,
    /// An enum type.
    Enum,
    /// A sequence of its own.
    Sequence,
    /// A table.
    Table,
    /// A column of a table.
    Column,
    /// A primary key, single or composite.
    PrimaryKey,
    /// A unique constraint.
    Unique,
    /// A check constraint.
    Check,
    /// A foreign key.
    ForeignKey,
    /// An index.
    Index,
    /// A view or materialized view.
    View,
    /// A row-level security policy.
    Policy,
    /// A role.
    Role,
}

/// Names one object of a schema. What lives in a table carries the table's name too.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Object {
    /// What it is.
    #[serde(skip)]
    pub kind: ObjectKind,
    /// The schema it is in; `None` for roles and for schemas themselves.
    pub schema: Option<String>,
    /// The table it is in, or the table itself; `None` for what has no table.
    pub table: Option<String>,
    /// Its own name.
    pub name: String,
}

impl Object {
    /// A table.
    pub fn table(name: &QualifiedName) -> Self {
        Self {
            kind: ObjectKind::Table,
            schema: Some(name.schema.clone()),
            table: Some(name.name.clone()),
            name: name.name.clone(),
        }
    }

    /// Something in a table: a column, a constraint, an index, a policy.
    pub fn in_table(kind: ObjectKind, table: &QualifiedName, name: impl Into<String>) -> Self {
        Self {
            kind,
            schema: Some(table.schema.clone()),
            table: Some(table.name.clone()),
            name: name.into(),
        }
    }

    /// A column.
    pub fn column(table: &QualifiedName, name: impl Into<String>) -> Self {
        Self::in_table(ObjectKind::Column, table, name)
    }

    /// Something directly in a schema: an enum, a sequence, a view.
    pub fn in_schema(kind: ObjectKind, name: &QualifiedName) -> Self {
        Self { kind, schema: Some(name.schema.clone()), table: None, name: name.name.clone() }
    }

    /// Something of the database as a whole: a schema, a role.
    pub fn global(kind: ObjectKind, name: impl Into<String>) -> Self {
        Self { kind, schema: None, table: None, name: name.into() }
    }

    /// The table this object is, or is in.
    pub fn table_name(&self) -> Option<QualifiedName> {
        let table = self.table.as_ref()?;
        Some(QualifiedName::new(self.schema.clone().unwrap_or_default(), table.clone()))
    }
}

/// `public.users.email`, `public.status`, `admin`.
impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = &self.schema {
            write!(f, "{schema}.")?;
        }
        if let Some(table) = self.table.as_ref().filter(|_| self.kind != ObjectKind::Table) {
            write!(f, "{table}.")?;
        }
        f.write_str(&self.name)
    }
}

/// How an object stands in the TypeScript.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Where its definition starts.
    pub origin: Origin,
    /// The property key of a column, or the exported name of a table, enum, view …
    pub key: Option<String>,
    /// A column's class in Drizzle (`PgBigInt53`), which decides what TypeScript reads.
    pub class: Option<&'static str>,
}
