//! The model of a PostgreSQL schema as Drizzle describes it: pure data, in drizzle-kit's order.
//!
//! It holds what drizzle-kit's snapshot version 7 holds, no more and no less, so that equality of
//! two [`Schema`]s is equality of two snapshots. Where things were written, and how they are called
//! in TypeScript, stands beside it in [`Schema::written`] and takes no part in equality.

mod keys;

mod object;
pub mod snapshot;
mod table;

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde_json::{Map, Value};

pub use crate::number::{js_number, js_number_text};
pub use keys::in_js_order;
pub use object::{Object, ObjectKind, Written};
pub use table::{
    AppDefault, Check, Column, ForeignKey, Generated, Identity, IdentityKind, Index, IndexColumn,
    PrimaryKey, SequenceOptions, Table, Unique,
};

use crate::ident::QualifiedName;
use crate::origin::Origin;

/// A whole schema at one point in time.
#[derive(Debug, Clone, Default)]
pub struct Schema {
    /// Tables, in drizzle-kit's order (file, then exported name).
    pub tables: IndexMap<QualifiedName, Table>,
    /// Exported enums.
    pub enums: IndexMap<QualifiedName, Enum>,
    /// Exported `pgSchema`s, by name; `public` is never listed.
    pub schemas: IndexMap<String, ()>,
    /// Exported sequences.
    pub sequences: IndexMap<QualifiedName, Sequence>,
    /// Exported roles that are not `.existing()`.
    pub roles: IndexMap<String, Role>,
    /// Policies linked to a table that is not exported; all others are in their table.
    pub policies: IndexMap<String, Policy>,
    /// Views and materialized views.
    pub views: IndexMap<QualifiedName, View>,
    /// Where each object was written. No part of equality.
    pub written: BTreeMap<Object, Written>,
    /// Tables that are declared in the files that were read, but not exported: drizzle-kit does not see
    /// them. No part of equality.
    pub hidden: BTreeMap<QualifiedName, Origin>,
    /// Exported `relations(…)`, by exported name, with a digest of what is written there. They are no
    /// part of a database, and none of equality.
    pub relations: BTreeMap<String, String>,
    /// What could not be evaluated. No part of equality, but a schema that has any is incomplete.
    pub unresolved: Vec<Unresolved>,
}

/// Equality of what PostgreSQL would hold, order included nowhere.
impl PartialEq for Schema {
    fn eq(&self, other: &Self) -> bool {
        self.tables == other.tables
            && self.enums == other.enums
            && self.schemas == other.schemas
            && self.sequences == other.sequences
            && self.roles == other.roles
            && self.policies == other.policies
            && self.views == other.views
    }
}

/// Something that matters and could not be evaluated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unresolved {
    /// Where the expression is that could not be evaluated.
    pub origin: Origin,
    /// Why, as a sentence fragment: "`process.env.TIER` is only known at run time".
    pub why: String,
    /// What it reaches: `public.users.settings`. Empty when it could be anything.
    pub affects: Vec<String>,
    /// A digest of the source that could not be evaluated and of everything that was applied to it:
    /// equal digests in two states mean that nothing changed, although nobody knows the value.
    pub source: String,
}

/// `CREATE TYPE … AS ENUM`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enum {
    /// Schema and name.
    pub name: QualifiedName,
    /// Labels in order.
    pub values: Vec<String>,
}

/// `CREATE SEQUENCE`; the numbers are kept as drizzle-kit writes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sequence {
    /// Schema and name.
    pub name: QualifiedName,
    /// Its options.
    pub options: SequenceOptions,
}

/// `CREATE ROLE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// The role's name.
    pub name: String,
    /// `CREATEDB`.
    pub create_db: bool,
    /// `CREATEROLE`.
    pub create_role: bool,
    /// `INHERIT`.
    pub inherit: bool,
}

/// `CREATE POLICY`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The policy's name.
    pub name: String,
    /// `PERMISSIVE` or `RESTRICTIVE`.
    pub permissive: String,
    /// `ALL`, `SELECT`, `INSERT`, `UPDATE`, `DELETE`.
    pub command: String,
    /// Role names, sorted as drizzle-kit sorts them.
    pub to: Vec<String>,
    /// `USING (…)`, rendered.
    pub using: Option<String>,
    /// `WITH CHECK (…)`, rendered.
    pub with_check: Option<String>,
    /// For a policy linked to a table that is not exported: `"schema"."table"`, as drizzle-kit writes it.
    pub on: Option<String>,
    /// For such a policy: the schema of its table, as drizzle-kit writes it.
    pub schema: Option<String>,
}

/// `CREATE VIEW` or `CREATE MATERIALIZED VIEW`.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// Schema and name.
    pub name: QualifiedName,
    /// The columns drizzle-kit records.
    pub columns: IndexMap<String, Column>,
    /// The query; absent for `.existing()` views.
    pub definition: Option<String>,
    /// `.existing()`: known to Drizzle, not managed by it.
    pub is_existing: bool,
    /// `MATERIALIZED`.
    pub materialized: bool,
    /// `WITH (…)` options, in drizzle-kit's order.
    pub with: Option<Map<String, Value>>,
    /// `WITH NO DATA`; absent when never said.
    pub with_no_data: Option<bool>,
    /// `TABLESPACE`.
    pub tablespace: Option<String>,
    /// `USING` access method.
    pub using: Option<String>,
}

impl Schema {
    /// The table of that name.
    pub fn table(&self, name: &QualifiedName) -> Option<&Table> {
        self.tables.get(name)
    }

    /// A column of a table.
    pub fn column(&self, table: &QualifiedName, column: &str) -> Option<&Column> {
        self.table(table)?.columns.get(column)
    }

    /// Where an object was written, if it came from TypeScript.
    pub fn origin(&self, object: &Object) -> Option<&Origin> {
        self.written.get(object).map(|written| &written.origin)
    }

    /// Whether there is nothing at all.
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty()
            && self.enums.is_empty()
            && self.schemas.is_empty()
            && self.sequences.is_empty()
            && self.roles.is_empty()
            && self.policies.is_empty()
            && self.views.is_empty()
    }
}
