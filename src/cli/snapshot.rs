//! `snapshot`: the schema as drizzle-kit's own JSON.

use super::args::Source;
use super::session::Session;
use crate::error::{Error, Exit};
use crate::git::State;

/// Print the schema as drizzle-kit's snapshot JSON, version 7
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  drizzle-guard snapshot                   what is staged
  drizzle-guard snapshot main              a branch
  drizzle-guard snapshot env:DATABASE_URL  a live database")]
pub(crate) struct Args {
    /// The state to print [default: :index]
    #[arg(value_name = "STATE")]
    pub(crate) state: Option<State>,
    /// Where the schema is.
    #[command(flatten)]
    pub(crate) source: Source,
}

/// Runs it.
pub(crate) fn run(_: &Args, _: &mut Session<'_>) -> Result<Exit, Error> {
    Err(Error::internal("this build does not have the command yet"))
}
