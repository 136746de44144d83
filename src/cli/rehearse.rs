//! `rehearse`: runs the plan on a throw-away PostgreSQL.

use super::args::Comparison;
use super::plan::Answers;
use super::session::Session;
use crate::error::{Error, Exit};

/// Run the plan forwards and back on a throw-away PostgreSQL
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  drizzle-guard rehearse                   the plan of what is staged
  drizzle-guard rehearse --rows 10000      with more rows in every table
  drizzle-guard rehearse --drizzle         also what drizzle-kit would run

A PostgreSQL installation of this machine is used (initdb and postgres on PATH,
or below /usr/lib/postgresql); a server is started in a temporary folder and
removed. --database uses a running server instead, in databases of its own.")]
pub(crate) struct Args {
    /// The two states.
    #[command(flatten)]
    pub(crate) comparison: Comparison,
    /// What the draft cannot know.
    #[command(flatten)]
    pub(crate) answers: Answers,
    /// Rows in every table
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub(crate) rows: u32,
    /// A running server for throw-away databases
    #[arg(long, value_name = "URL")]
    pub(crate) database: Option<String>,
    /// Also run what drizzle-kit would run
    #[arg(long)]
    pub(crate) drizzle: bool,
}

/// Runs it.
pub(crate) fn run(_: &Args, _: &mut Session<'_>) -> Result<Exit, Error> {
    Err(Error::internal("this build does not have the command yet"))
}
