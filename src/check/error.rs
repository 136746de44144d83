//! What can stop a check before it has a verdict.

use crate::files::ReadError;
use crate::{drizzle, git, kit, policy, typescript};

/// Why there is no report. Every source keeps its own words; [`Error::state`] says which side failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A state could not be opened.
    #[error(transparent)]
    Git(#[from] git::Error),
    /// The schema of a state could not be found or evaluated.
    #[error("the schema of {state} cannot be evaluated: {source}")]
    Schema {
        /// The state.
        state: String,
        /// Why.
        source: drizzle::Error,
    },
    /// There is no schema where there was one.
    #[error("{state} has no schema file at {searched}, but {base} has tables (count: {tables})")]
    SchemaGone {
        /// The head.
        state: String,
        /// The globs.
        searched: String,
        /// The base.
        base: String,
        /// How many tables it has.
        tables: usize,
    },
    /// drizzle-kit itself would fail.
    #[error("{0}")]
    Kit(#[from] kit::Error),
    /// The configuration, an acknowledgement or a flag is wrong.
    #[error(transparent)]
    Policy(#[from] policy::Error),
    /// A file could not be read.
    #[error("{state}: {source}")]
    Read {
        /// The state.
        state: String,
        /// Why.
        source: ReadError,
    },
    /// Several databases where one is needed.
    #[error("the repository has several drizzle configs: {}", .0.join(", "))]
    Several(Vec<String>),
}

/// For the edge: whose fault it is, the place, and the ways out.
impl From<Error> for crate::error::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::Git(error) => error.into(),
            Error::Policy(error) => error.into(),
            Error::Read { ref source, .. } => {
                Self::repository(error.to_string()).hints(source.hint.clone())
            }
            Error::Schema { source: ref cause, .. } => Self::schema(error.to_string())
                .hints(unreadable(cause).and_then(|it| it.hint.clone())),
            Error::SchemaGone { .. } => Self::schema(error.to_string())
                .hint("say where it is now: `schema` in drizzle-guard.toml or in drizzle.config.ts")
                .hint(
                    "to drop every table on purpose, keep the folder with a file that exports none",
                ),
            Error::Kit(_) => Self::schema(error.to_string()).hint(
                "drizzle-kit writes no migration for this and exits with 0: change the schema",
            ),
            Error::Several(_) => {
                Self::usage(error.to_string()).hint("say which one: --drizzle-config PATH")
            }
        }
    }
}

/// The file that could not be read, if that is why.
pub(super) fn unreadable(error: &drizzle::Error) -> Option<&ReadError> {
    match error {
        drizzle::Error::Read(error) | drizzle::Error::Evaluate(typescript::Error::Read(error)) => {
            Some(error)
        }
        _ => None,
    }
}
