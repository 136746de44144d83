//! What the rest of the code still uses: references to a table or column that a change takes away.
//!
//! ```text
//! files of the state → byte search for the names → tokens → imports and re-exports → references
//! ```
//!
//! A reference says how sure it is. *Certain*: the name is bound to the table by imports (through
//! barrels, aliases and namespaces), or one SQL statement names the column and its table. *Likely*: the
//! file works with the table or its row type and uses the key. *Possible*: the bare word. "Nothing uses
//! it" may be said only when all three are empty.

mod binding;
mod code;
mod conflict;
mod corpus;
mod effect;
mod flow;
mod lex;
mod literal;
mod module;
mod pattern;
mod queries;
mod search;
mod source;
mod sql;
mod target;
#[cfg(test)]
mod tests;
mod via;
mod zod;

use serde::Serialize;

pub use conflict::{Conflicting, conflicts};
pub use corpus::Corpus;
pub use effect::concerns_code;
pub use queries::{Served, queries};
pub use search::references;
pub use target::{Aim, Purpose, aims, schema_files, tables};
pub use zod::{
    Drift, DriftKind, PLACES as ZOD_PLACES, drift as zod_drift, drift_of_all as zod_drift_of_all,
};

use crate::ident::QualifiedName;

/// How sure a reference is; ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// The word stands there.
    Possible,
    /// The file works with the table and uses the name.
    Likely,
    /// The name is bound to the table.
    Certain,
}

/// A table as the database and the code call it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableNames {
    /// In the database.
    pub name: QualifiedName,
    /// The file that defines it, from the repository's root.
    pub file: String,
    /// The exported name in that file; empty when it is not known, or stays.
    pub export: String,
}

/// What may be referred to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The table, or the table of the column.
    pub table: TableNames,
    /// The column; `None` when the table itself is looked for.
    pub column: Option<ColumnNames>,
}

/// A column as the database and the code call it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnNames {
    /// In the database; `None` when that name stays (only the key changes).
    pub name: Option<String>,
    /// The property key; `None` when the key stays (a column renamed in the database alone).
    pub key: Option<String>,
}

/// Finds the file that a module specifier means: `(importing file, specifier) → file`.
pub type Resolve<'a> = dyn Fn(&str, &str) -> Option<String> + 'a;

/// How to search.
pub struct Options<'a> {
    /// The project's module resolution.
    pub resolve: &'a Resolve<'a>,
    /// Every table of the state, so that the columns of another table are told apart.
    pub tables: &'a [TableNames],
    /// Files and folders that are not searched: the schema itself, its migrations.
    pub exclude: &'a [String],
}

/// How a use names what it uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// TypeScript.
    Code,
    /// TypeScript, in a condition or an order of a query: `eq(t.key, …)`, `orderBy(t.key)`.
    Condition,
    /// `relations(…)`.
    Relation,
    /// What is given to drizzle-zod's functions, and `.omit({ … })` and `.pick({ … })` of what they made.
    Refinement,
    /// SQL text: a literal, or a file.
    Sql,
    /// A query that an index served and nothing serves any more.
    Query,
    /// The target of an `ON CONFLICT` that nothing serves any more.
    Conflict,
}

/// One use.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Reference {
    /// Which target: its index.
    #[serde(skip)]
    pub target: usize,
    /// Whether the file is a test, a fixture or a mock.
    pub is_test: bool,
    /// The file, from the repository's root.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// The line, without the white space around it.
    pub text: String,
    /// How sure.
    pub tier: Tier,
    /// How it is named.
    pub via: Via,
}

/// What the code of a state does with what one change takes away.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Uses {
    /// Uses of a table or column that is gone, or called otherwise, the possible ones left out.
    pub gone: Vec<Reference>,
    /// Queries that a dropped or changed index served.
    pub queries: Vec<Served>,
    /// Inserts whose `ON CONFLICT` nothing serves any more.
    pub conflicts: Vec<Conflicting>,
    /// Zod schemas that no longer agree.
    pub drifts: Vec<Drift>,
}

impl Uses {
    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// By target, then file and place. Possible references are one per file.
    pub references: Vec<Reference>,
    /// Files that could not be read, and why. While there are any, nothing may be said to be unused.
    pub unread: Vec<(String, String)>,
    /// Files that are no TypeScript although they are called so, and why; they were searched as text.
    pub broken: Vec<(String, String)>,
    /// How many files were looked at.
    pub searched: usize,
}
