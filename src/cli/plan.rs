//! `plan`: drafts the migration.

use super::session::Session;
use crate::error::{Error, Exit};
use std::path::PathBuf;

use super::args::Comparison;
use super::pair::Pair;

/// Draft the migration: expand, backfill, contract, rollback, verify
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  drizzle-guard plan                       the draft for what is staged
  drizzle-guard plan --out drizzle/plans   one file a phase
  drizzle-guard plan --backfill \"public.funds.region='EU'\"
  drizzle-guard plan --map public.fund_status.archived=closed")]
pub(crate) struct Args {
    /// The two states.
    #[command(flatten)]
    pub(crate) comparison: Comparison,
    /// Write one file a phase into this folder
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// What the draft cannot know.
    #[command(flatten)]
    pub(crate) answers: Answers,
    /// Also write its decision record and changelog
    #[arg(long)]
    pub(crate) write_docs: bool,
}

/// What a draft cannot know, and only a person can say.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Answers {
    /// What a removed enum value becomes
    #[arg(long = "map", value_name = "ENUM.OLD=NEW")]
    pub(crate) map: Vec<Pair>,
    /// What existing rows get
    #[arg(long = "backfill", value_name = "COLUMN=SQL")]
    pub(crate) backfill: Vec<Pair>,
}

/// Runs it.
pub(crate) fn run(_: &Args, _: &mut Session<'_>) -> Result<Exit, Error> {
    Err(Error::internal("this build does not have the command yet"))
}
