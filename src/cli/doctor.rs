//! `doctor`: says what is wrong with the installation.

use super::session::Session;
use crate::error::{Error, Exit};

/// Say what is wrong with hooks, configuration and schema
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

/// Runs it.
pub(crate) fn run(_: &Args, _: &mut Session<'_>) -> Result<Exit, Error> {
    Err(Error::internal("this build does not have the command yet"))
}
