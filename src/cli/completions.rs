//! `completions`: what the shells ask for.

use clap::CommandFactory;
use clap_complete::Shell;

use super::args::Cli;
use super::session::Session;
use crate::error::{Error, Exit};

/// Print completions for a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  source <(drizzle-guard completions bash)
  drizzle-guard completions zsh > ~/.zfunc/_drizzle-guard
  drizzle-guard completions fish | source")]
pub(crate) struct Args {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub(crate) shell: Shell,
}

/// Prints the completions.
pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<Exit, Error> {
    let mut command = Cli::command();
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "drizzle-guard", &mut script);
    session.out.write_all(&script)?;
    Ok(Exit::Pass)
}
