//! `ack`: records that a change is meant.

use super::args::Comparison;
use super::session::Session;
use crate::error::{Error, Exit};

/// Record an acknowledgement of a change, one file a change
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    disable_help_subcommand = true,
    after_help = "\
Without --base and --head the change is looked for in what is staged, then in
what a push would send. The file is written below .drizzle-guard/acks/; commit
it with the change.

Examples:
  drizzle-guard ack dg1:fe533e9d6666 --reason \"unused since v4.2, see #812\"
  drizzle-guard ack list
  drizzle-guard ack prune"
)]
pub(crate) struct Args {
    /// The change's fingerprint, or its first 12 digits
    #[arg(value_name = "FINGERPRINT", required = true)]
    pub(crate) fingerprints: Vec<String>,
    /// Why it is meant; reviewers read it
    #[arg(long, value_name = "TEXT", required = true)]
    pub(crate) reason: Option<String>,
    /// The two states.
    #[command(flatten)]
    pub(crate) comparison: Comparison,
    /// What to do instead of recording one.
    #[command(subcommand)]
    pub(crate) command: Option<AckCommand>,
}

/// What else can be done with acknowledgements.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum AckCommand {
    /// List the acknowledgements, and say which still cover a change
    List(Comparison),
    /// Delete the acknowledgements that cover no change; history keeps them
    Prune(Comparison),
}

/// Runs it.
pub(crate) fn run(_: &Args, _: &mut Session<'_>) -> Result<Exit, Error> {
    Err(Error::internal("this build does not have the command yet"))
}
