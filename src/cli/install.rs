//! `install` and `uninstall`: the hooks, beside what is there already.

use super::session::Session;
use crate::error::{Error, Exit};

/// Put the hooks into this repository, beside what is there already
#[derive(Debug, clap::Args)]
pub(crate) struct InstallArgs {}

/// Take the hooks out again, and put back what was there before
#[derive(Debug, clap::Args)]
pub(crate) struct UninstallArgs {}

/// Runs it.
pub(crate) fn install(_: &InstallArgs, _: &mut Session<'_>) -> Result<Exit, Error> {
    Err(Error::internal("this build does not have the command yet"))
}

/// Runs it.
pub(crate) fn uninstall(_: &UninstallArgs, _: &mut Session<'_>) -> Result<Exit, Error> {
    Err(Error::internal("this build does not have the command yet"))
}
