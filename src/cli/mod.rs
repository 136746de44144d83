//! The command line: what was typed → what is meant → the exit code. One file a command.
//!
//! This is the only room that reads the environment and writes to the process's streams.

mod ack;
mod args;
mod check;
mod clock;
mod completions;
mod database;
mod doctor;
mod environment;
mod hook;
mod install;
mod open;
mod pair;
mod plan;
mod rehearse;
mod rules;
mod session;
mod snapshot;
mod sql;
mod stats;
mod verify;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use args::{Cli, Command};
pub use environment::{Environment, Stream, Terminals};
use session::Session;
pub use session::Streams;

use crate::error::{Error, Exit};

/// Runs one command. Everything it needs comes in, everything it says goes to the streams.
pub fn main(
    arguments: impl IntoIterator<Item = OsString>,
    mut environment: Environment,
    mut streams: Streams<'_>,
) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => return not_parsed(&error, &mut streams).into(),
    };
    let entered = cli.common.directory.as_ref().map_or(Ok(()), |it| environment.enter(it));
    let Streams { input, out, err } = streams;
    let mut session = Session { common: &cli.common, environment: &environment, input, out, err };
    let ran = entered.and_then(|()| run(&cli.command, &mut session)).and_then(|exit| {
        session.out.flush()?;
        Ok(exit)
    });
    let exit = ran.unwrap_or_else(|error| {
        if error.exit() != Exit::Pass {
            session.tell(&error);
        }
        error.exit()
    });
    let _ = session.err.flush();
    exit.into()
}

fn run(command: &Command, session: &mut Session<'_>) -> Result<Exit, Error> {
    match command {
        Command::Check(args) => check::run(args, session),
        Command::Plan(args) => plan::run(args, session),
        Command::Rehearse(args) => rehearse::run(args, session),
        Command::Ack(args) => ack::run(args, session),
        Command::Verify(args) => verify::run(args, session),
        Command::Stats(args) => stats::run(args, session),
        Command::Snapshot(args) => snapshot::run(args, session),
        Command::Sql(args) => sql::run(args, session),
        Command::Hook(args) => hook::run(args, session),
        Command::Install(args) => install::install(args, session),
        Command::Uninstall(args) => install::uninstall(args, session),
        Command::Doctor(args) => doctor::run(args, session),
        Command::Rules(args) => rules::list(args, session),
        Command::Explain(args) => rules::explain(args, session),
        Command::Completions(args) => completions::run(args, session),
        Command::Sweep(args) => database::sweep(args, session),
    }
}

/// `--help` and `--version` on standard output; what was typed wrong on standard error.
fn not_parsed(error: &clap::Error, streams: &mut Streams<'_>) -> Exit {
    let text = error.render().to_string();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            match streams.out.write_all(text.as_bytes()).and_then(|()| streams.out.flush()) {
                Ok(()) => Exit::Pass,
                Err(error) => Error::from(error).exit(),
            }
        }
        _ => {
            let text = crate::report::clean_lines(&text);
            let _ = streams.err.write_all(text.as_bytes()).and_then(|()| streams.err.flush());
            Exit::Usage
        }
    }
}
