//! `verify`: compares a live database with the schema.

use super::args::Source;
use super::session::Session;
use crate::error::{Error, Exit};
use crate::git::State;

#[cfg(feature = "database")]
use {
    super::environment::Stream,
    super::open::Opened,
    super::snapshot,
    crate::check,
    crate::database::{Outcome, Verification, VerifyOptions, verify},
    crate::report::{self, Format, Tone, clean_lines},
    crate::typescript::ParseCache,
    serde_json::json,
    std::io,
    std::process::{Command, Stdio},
    std::time::Instant,
};

/// After a push: compare a live database with the schema
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Finds what differs, constraints that were never validated, invalid indexes and
orphan rows, and runs the checks of drizzle-guard.toml.

Examples:
  drizzle-guard verify env:DATABASE_URL
  drizzle-guard verify postgres://app@db.example.com/funds --head origin/main

Exit codes: 0 equal, 1 something differs, 2 usage, 3 not readable")]
pub(crate) struct Args {
    /// postgres://..., or env:NAME so that no password is typed
    #[arg(value_name = "DATABASE")]
    pub(crate) database: State,
    /// The schema it should have [default: HEAD]
    #[arg(long, value_name = "STATE")]
    pub(crate) head: Option<State>,
    /// Where the schema is.
    #[command(flatten)]
    pub(crate) source: Source,
}

/// Runs it.
#[cfg(feature = "database")]
pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<Exit, Error> {
    let format = session.format_is_one_of(&[Format::Text, Format::Json])?;
    let url = session.database_url(&args.database)?;
    let mut repository = Opened::default();
    let head = args.head.clone().unwrap_or_else(|| State::Revision("HEAD".to_owned()));
    let input = session.open(&mut repository, &head)?;
    let options = session.options_for(&args.source)?;
    let state = check::evaluate(&input, &options, &ParseCache::default())?;
    let database = snapshot::one(state.databases)?;
    if let Some(place) = database.schema.unresolved.first() {
        return Err(Error::schema(place.why.clone()).at(place.origin.clone()));
    }
    // Without a PostgreSQL here expressions are not compared, and the verification says so.
    let host = session.host(None).ok();
    let options = VerifyOptions { filter: None, host: host.as_ref(), rows: true };
    let verification = verify(&url, &database.schema, &options)?;
    let commands = run_commands(&state.config.verify, session)?;
    match format {
        Format::Json => print_json(&verification, &commands, session)?,
        _ => print_text(&verification, &commands, session)?,
    }
    let passed = verification.ok() && commands.iter().all(|command| command.passed);
    Ok(if passed { Exit::Pass } else { Exit::Blocked })
}

/// Runs it.
#[cfg(not(feature = "database"))]
pub(crate) fn run(_: &Args, _: &mut Session<'_>) -> Result<Exit, Error> {
    Err(super::database::without_databases("verify"))
}

/// One of the project's own checks.
#[cfg(feature = "database")]
struct Ran {
    command: String,
    passed: bool,
    seconds: f64,
}

/// Runs the checks of the configuration, one after another, with their output on standard error.
#[cfg(feature = "database")]
fn run_commands(commands: &[String], session: &mut Session<'_>) -> Result<Vec<Ran>, Error> {
    let mut ran = Vec::new();
    for command in commands {
        writeln!(session.err, "drizzle-guard: running `{}`", clean_lines(command))?;
        session.err.flush()?;
        let started = Instant::now();
        let (shell, flag) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
        let output = Command::new(shell)
            .arg(flag)
            .arg(command)
            .stdin(Stdio::null())
            .stdout(io::stderr())
            .status()
            .map_err(|error| Error::repository(format!("cannot run `{command}`: {error}")))?;
        let seconds = started.elapsed().as_secs_f64();
        ran.push(Ran { command: command.clone(), passed: output.success(), seconds });
    }
    Ok(ran)
}

#[cfg(feature = "database")]
fn print_text(
    verification: &Verification,
    commands: &[Ran],
    session: &mut Session<'_>,
) -> Result<(), Error> {
    let style = session.style(Stream::Stdout);
    let out = &mut session.out;
    let database = clean_lines(&verification.database);
    writeln!(out, "{database}, PostgreSQL {}", verification.version)?;
    let (ok, failed) = (style.paint(Tone::Good, "ok"), style.paint(Tone::Danger, "FAILED"));
    for check in &verification.checks {
        let word = match check.outcome {
            Outcome::Ok => ok.clone(),
            Outcome::Failed => failed.clone(),
            Outcome::NotChecked => style.paint(Tone::Warning, "not checked"),
        };
        writeln!(out, "{word}: {}", clean_lines(&check.what))?;
        for found in &check.found {
            writeln!(out, "  {}", clean_lines(found))?;
        }
    }
    for ran in commands {
        let word = if ran.passed { &ok } else { &failed };
        writeln!(out, "{word}: {} ({:.1} s)", clean_lines(&ran.command), ran.seconds)?;
    }
    Ok(())
}

#[cfg(feature = "database")]
fn print_json(
    verification: &Verification,
    commands: &[Ran],
    session: &mut Session<'_>,
) -> Result<(), Error> {
    let checks = verification.checks.iter().map(|check| {
        let outcome = match check.outcome {
            Outcome::Ok => "ok",
            Outcome::Failed => "failed",
            Outcome::NotChecked => "not_checked",
        };
        json!({"check": check.what, "outcome": outcome, "found": check.found})
    });
    let commands = commands.iter().map(|ran| {
        let outcome = if ran.passed { "ok" } else { "failed" };
        json!({"check": ran.command, "outcome": outcome, "seconds": ran.seconds, "found": []})
    });
    let value = json!({
        "version": 1,
        "database": verification.database,
        "postgres": verification.version,
        "checks": checks.chain(commands).collect::<Vec<_>>(),
    });
    report::write_json(&value, session.out)?;
    Ok(())
}
