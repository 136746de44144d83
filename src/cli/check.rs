//! `check`: judges the change from base to head.

use super::session::Session;
use crate::error::{Error, Exit};
use clap::ValueEnum;

use super::args::Comparison;

/// Judge the change from base to head, and say what to do about it
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  drizzle-guard check                       what is staged against HEAD
  drizzle-guard check --head :worktree      what is on disk against HEAD
  drizzle-guard check --base origin/main --head HEAD
                                            what a pull request would change
  drizzle-guard check --format sarif > out.sarif
                                            for code scanning

Exit codes: 0 pass, 1 blocked, 2 usage or configuration, 3 not readable")]
pub(crate) struct Args {
    /// The two states.
    #[command(flatten)]
    pub(crate) comparison: Comparison,
    /// Also run the statements on a throw-away PostgreSQL
    #[arg(long)]
    pub(crate) validate: bool,
    /// Compare Zod schemas of changed or of all tables
    #[arg(long, value_name = "SCOPE", hide_possible_values = true)]
    pub(crate) zod: Option<Zod>,
}

/// Which Zod schemas are compared with their tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Zod {
    #[default]
    Changed,
    All,
}

/// Runs it.
pub(crate) fn run(_: &Args, _: &mut Session<'_>) -> Result<Exit, Error> {
    Err(Error::internal("this build does not have the command yet"))
}
