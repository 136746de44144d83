//! `sql`: what drizzle-kit would write.

use super::args::Comparison;
use super::session::Session;
use crate::error::{Error, Exit};

/// Print the statements that `drizzle-kit generate` would write
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  drizzle-guard sql                               for what is staged
  drizzle-guard sql --base :empty --head HEAD     the whole schema
  drizzle-guard sql --format json                 every statement to the letter")]
pub(crate) struct Args {
    /// The two states.
    #[command(flatten)]
    pub(crate) comparison: Comparison,
}

/// Runs it.
pub(crate) fn run(_: &Args, _: &mut Session<'_>) -> Result<Exit, Error> {
    Err(Error::internal("this build does not have the command yet"))
}
