//! Why a schema cannot be found or read.

use crate::files::ReadError;
use crate::origin::Origin;
use crate::schema::snapshot::SnapshotError;
use crate::typescript;

/// Why there is no schema. Every message names the file and, where there is one, the way out.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// A file of the state could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A module does not parse, or its evaluation ended.
    #[error(transparent)]
    Evaluate(#[from] typescript::Error),
    /// A snapshot of drizzle-kit's cannot be read.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// drizzle-kit itself would refuse the schema here.
    #[error("{origin}: drizzle-kit would fail here: {message}")]
    Kit {
        /// Where.
        origin: Origin,
        /// drizzle-kit's own words, or their meaning.
        message: String,
    },
    /// A drizzle config that was asked for does not exist.
    #[error("{path}: there is no such drizzle config in this state")]
    NoConfig {
        /// The path asked for.
        path: String,
    },
    /// A drizzle config gives no configuration object.
    #[error(
        "{path}: the drizzle config cannot be read without running it: {why}; write `schema = [\"…\"]` in drizzle-guard.toml"
    )]
    UnreadableConfig {
        /// The config.
        path: String,
        /// A fragment.
        why: String,
    },
    /// A key of a drizzle config that matters is not known.
    #[error(
        "{origin}: `{key}` of the drizzle config cannot be read without running it: {why}; write `{setting}` in drizzle-guard.toml"
    )]
    UnknownKey {
        /// Where the cause is.
        origin: Origin,
        /// `schema`, `casing`.
        key: &'static str,
        /// Why it is unknown.
        why: String,
        /// What to write instead.
        setting: &'static str,
    },
    /// A drizzle config without a schema.
    #[error(
        "{path}: the drizzle config names no `schema`; write `schema = [\"…\"]` in drizzle-guard.toml"
    )]
    NoSchemaKey {
        /// The config.
        path: String,
    },
    /// A drizzle config for another database.
    #[error("{path}: the drizzle config is for {dialect}; drizzle-guard judges PostgreSQL only")]
    Dialect {
        /// The config.
        path: String,
        /// Its dialect.
        dialect: String,
    },
    /// A path of the schema leads out of the repository.
    #[error("{path}: this schema path leads out of the repository")]
    Outside {
        /// The path as written.
        path: String,
    },
    /// A file among the schema files that is no code, and breaks drizzle-kit.
    #[error(
        "{path}: drizzle-kit would load this file as code and fail; name files or `*.ts` in `schema`"
    )]
    NotCode {
        /// The file.
        path: String,
    },
    /// Two drizzle configs describe the same table differently.
    #[error(
        "{first} and {second} both describe {object}; name the config to judge with `drizzle-config = \"…\"` in drizzle-guard.toml"
    )]
    Collision {
        /// One config or schema path.
        first: String,
        /// The other.
        second: String,
        /// What both describe.
        object: String,
    },
}
