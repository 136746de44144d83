//! `hook`: what the two git hooks call.

use super::session::Session;
use crate::error::{Error, Exit};

/// What git's hooks call
#[derive(Debug, clap::Args)]
#[command(disable_help_subcommand = true)]
pub(crate) struct Args {
    /// Which hook it is.
    #[command(subcommand)]
    pub(crate) hook: Hook,
}

/// The hooks.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Hook {
    /// Report on what is staged; lets the commit through by default
    PreCommit,
    /// Judge what is pushed; reads git's ref lines on standard input
    PrePush(PrePush),
}

/// What git passes to pre-push.
#[derive(Debug, clap::Args)]
pub(crate) struct PrePush {
    /// The remote's name, or its URL when it has no name
    pub(crate) remote: Option<String>,
    /// The remote's URL
    pub(crate) url: Option<String>,
}

/// Runs it.
pub(crate) fn run(_: &Args, _: &mut Session<'_>) -> Result<Exit, Error> {
    Err(Error::internal("this build does not have the command yet"))
}
