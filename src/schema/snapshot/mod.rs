//! drizzle-kit's snapshot: the JSON that `drizzle-kit generate` keeps beside each migration.
//!
//! [`to_json`] writes version 7 exactly as drizzle-kit 0.31 does (`pgSerializer.ts`, the same keys in
//! the same order, absent where drizzle-kit leaves them out). [`from_json`] reads versions 5, 6 and 7;
//! the older ones mean what `drizzle-kit up` makes of them (`pgUp.ts`).

mod read;
mod write;

#[cfg(test)]
mod tests;

use super::Schema;

/// The `id` that stands for "no snapshot", drizzle-kit's `originUUID`.
pub(super) const ORIGIN_ID: &str = "00000000-0000-0000-0000-000000000000";

/// A snapshot that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    /// Not JSON, or not the JSON of a snapshot.
    #[error("{path}:{line}:{column}: not a drizzle-kit snapshot: {why}")]
    Malformed {
        /// The file.
        path: String,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What was expected, in the JSON reader's words.
        why: String,
    },
    /// A version that is not read.
    #[error("{path}: snapshot version {version} cannot be read, only 5, 6 and 7; {way_out}")]
    Version {
        /// The file.
        path: String,
        /// What it says of itself.
        version: String,
        /// What to do about it.
        way_out: &'static str,
    },
    /// Another database's snapshot.
    #[error("{path}: the snapshot is of dialect `{dialect}`; only `postgresql` can be compared")]
    Dialect {
        /// The file.
        path: String,
        /// What it says of itself.
        dialect: String,
    },
}

/// The schema as drizzle-kit's snapshot version 7, with the empty origin as `id` and no `prevId`.
pub fn to_json(schema: &Schema) -> serde_json::Value {
    write::snapshot(schema)
}

/// Reads the text of a snapshot file; `path` is only for messages.
///
/// # Errors
/// When the text is no JSON, no snapshot, of another dialect or of a version other than 5, 6 and 7.
pub fn from_json(text: &str, path: &str) -> Result<Schema, SnapshotError> {
    read::snapshot(text, path)
}
