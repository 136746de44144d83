//! `verify`: compares a live database with the schema.

use super::args::Source;
use super::session::Session;
use crate::error::{Error, Exit};
use crate::git::State;

/// After a push: compare a live database with the schema
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Finds what differs, constraints that were never validated, invalid indexes and
orphan rows, and runs the checks of drizzle-guard.toml.

Examples:
  drizzle-guard verify env:DATABASE_URL
  drizzle-guard verify postgres://app@db.example.com/funds --head origin/main

Exit codes: 0 equal, 1 something differs, 2 usage, 3 not readable")]
pub(crate) struct Args {
    /// postgres://..., or env:NAME so that no password is typed
    #[arg(value_name = "DATABASE")]
    pub(crate) database: State,
    /// The schema it should have [default: HEAD]
    #[arg(long, value_name = "STATE")]
    pub(crate) head: Option<State>,
    /// Where the schema is.
    #[command(flatten)]
    pub(crate) source: Source,
}

/// Runs it.
pub(crate) fn run(_: &Args, _: &mut Session<'_>) -> Result<Exit, Error> {
    Err(Error::internal("this build does not have the command yet"))
}
