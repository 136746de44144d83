//! `rules` and `explain`: the hazards drizzle-guard knows.

use super::session::Session;
use crate::error::{Error, Exit};

/// List the hazards it knows
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  drizzle-guard rules
  drizzle-guard rules --format json")]
pub(crate) struct RulesArgs {}

/// Explain one hazard: condition, effect, PostgreSQL, remedy
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  drizzle-guard explain column.drop")]
pub(crate) struct ExplainArgs {
    /// The rule's id, as `drizzle-guard rules` lists it
    #[arg(value_name = "RULE")]
    pub(crate) rule: String,
}

/// Runs it.
pub(crate) fn list(_: &RulesArgs, _: &mut Session<'_>) -> Result<Exit, Error> {
    Err(Error::internal("this build does not have the command yet"))
}

/// Runs it.
pub(crate) fn explain(_: &ExplainArgs, _: &mut Session<'_>) -> Result<Exit, Error> {
    Err(Error::internal("this build does not have the command yet"))
}
