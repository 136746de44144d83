//! `rehearse`: runs the plan on a throw-away PostgreSQL.

use super::args::Comparison;
use super::plan::Answers;
use super::session::Session;
use crate::error::{Error, Exit};

#[cfg(feature = "database")]
use {
    super::environment::Stream,
    super::open::Opened,
    super::plan,
    crate::database::{
        Held, Progress, Rehearsal, RehearsalOptions, receipt, rehearse, rehearse_drizzle,
    },
    crate::plan::Phase,
    crate::report::{Format, Tone, clean_lines},
};

/// Run the plan forwards and back on a throw-away PostgreSQL
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  drizzle-guard rehearse                   the plan of what is staged
  drizzle-guard rehearse --rows 10000      with more rows in every table
  drizzle-guard rehearse --drizzle         what drizzle-kit would do to the rows

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
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    pub(crate) rows: u32,
    /// A running server for throw-away databases
    #[arg(long, value_name = "URL")]
    pub(crate) database: Option<String>,
    /// Write what was proved into this JSON file
    #[arg(long, value_name = "FILE", conflicts_with = "drizzle")]
    pub(crate) receipt: Option<std::path::PathBuf>,
    /// Run drizzle-kit's statements in place of the plan
    #[arg(long)]
    pub(crate) drizzle: bool,
}

/// Runs it.
#[cfg(feature = "database")]
pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<Exit, Error> {
    session.format_is_one_of(&[Format::Text])?;
    let comparison = session.compare(&mut Opened::default(), &args.comparison)?;
    let changed: Vec<_> = comparison.databases.iter().filter(|it| !it.changes.is_empty()).collect();
    if changed.is_empty() {
        writeln!(session.out, "no schema changes: nothing to rehearse")?;
        return Ok(Exit::Pass);
    }
    let host = session.host(args.database.as_deref())?;
    // Standard error itself, because the session is borrowed for the report.
    let shown = session.environment.is_terminal(Stream::Stderr) && !session.common.quiet;
    let line = |text: &str| {
        if shown {
            // Nobody is worse off without it.
            let _ = std::io::Write::write_all(&mut std::io::stderr(), text.as_bytes());
        }
    };
    let progress = |progress: &Progress<'_>| line(&bar(progress));
    let options = RehearsalOptions { rows: args.rows, progress: &progress };
    let mut exit = Exit::Pass;
    let mut receipts = Vec::new();
    for database in changed {
        plan::refuse_unresolved(database)?;
        let schemas = database.schemas();
        let renames = &database.renames;
        let rehearsal = if args.drizzle {
            rehearse_drizzle(schemas.before, schemas.after, renames, &host, &options)
        } else {
            let answers = plan::options(&comparison, &args.answers);
            let draft = crate::plan::draft(&database.changes, schemas, &answers);
            let rehearsal =
                rehearse(schemas.before, schemas.after, &draft, renames, &host, &options);
            let prints =
                database.changes.iter().map(|it| database.canonical(it).fingerprint().to_string());
            let prints = prints.collect::<Vec<_>>();
            receipts.extend(rehearsal.as_ref().ok().map(|it| receipt(it, &draft, &prints)));
            rehearsal
        };
        // Before anything else is written, an error too.
        line(CLEAR);
        let rehearsal = rehearsal?;
        print(&rehearsal, session)?;
        if !rehearsal.ok() {
            exit = Exit::Blocked;
        }
    }
    if let Some(path) = &args.receipt {
        let text = match &receipts[..] {
            [one] => one.to_string(),
            several => serde_json::Value::from(several.to_vec()).to_string(),
        };
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let made = folder.map_or(Ok(()), std::fs::create_dir_all);
        made.and_then(|()| std::fs::write(path, text + "\n")).map_err(|error| {
            Error::repository(format!("cannot write {}: {error}", path.display()))
        })?;
    }
    Ok(exit)
}

/// Runs it.
#[cfg(not(feature = "database"))]
pub(crate) fn run(_: &Args, _: &mut Session<'_>) -> Result<Exit, Error> {
    Err(super::database::without_databases("rehearse"))
}

/// Back to the line's start, and the line away.
#[cfg(feature = "database")]
const CLEAR: &str = "\r\u{1b}[2K";

/// One line that is written over by the next.
#[cfg(feature = "database")]
fn bar(progress: &Progress<'_>) -> String {
    const WIDTH: usize = 24;
    let full = (progress.done * WIDTH).checked_div(progress.of).unwrap_or(WIDTH).min(WIDTH);
    let title: String = clean_lines(progress.what).chars().take(46).collect();
    format!(
        "{CLEAR}[{}{}] {}/{} {title}",
        "#".repeat(full),
        ".".repeat(WIDTH - full),
        progress.done,
        progress.of
    )
}

#[cfg(feature = "database")]
fn print(rehearsal: &Rehearsal, session: &mut Session<'_>) -> Result<(), Error> {
    let style = session.style(Stream::Stdout);
    let out = &mut session.out;
    let rows: u64 = rehearsal.filled.rows.values().sum();
    let tables = rehearsal.filled.rows.len();
    writeln!(out, "PostgreSQL {}: {rows} rows in {tables} tables", rehearsal.version)?;
    for note in &rehearsal.filled.notes {
        writeln!(out, "  note: {}", clean_lines(note))?;
    }
    let mut file = None;
    for ran in &rehearsal.ran {
        let from = ran.phase.map_or("drizzle-kit", Phase::file);
        if file != Some(from) {
            writeln!(out, "\n{}", style.paint(Tone::Strong, from))?;
            file = Some(from);
        }
        let milliseconds = ran.time.as_secs_f64() * 1000.0;
        let lock = ran.lock.as_ref().map_or_else(String::new, |lock| format!(", {lock}"));
        let title = clean_lines(&ran.title);
        match &ran.error {
            None => {
                let work = ran.work.iter().map(|it| format!(", {}", clean_lines(it)));
                let work = work.collect::<String>();
                writeln!(out, "  ok      {title} ({milliseconds:.1} ms{lock}{work})")?;
            }
            Some(error) => {
                let word = style.paint(Tone::Danger, "FAILED");
                writeln!(out, "  {word}  {title}: {}", clean_lines(error))?;
            }
        }
    }
    writeln!(out)?;
    for proof in &rehearsal.proofs {
        let word = match proof.held {
            Held::Yes => style.paint(Tone::Good, "proved"),
            Held::Announced => style.paint(Tone::Warning, "not so, as the plan said"),
            Held::No => style.paint(Tone::Danger, "NOT SO"),
        };
        writeln!(out, "{word}: {}", clean_lines(&proof.what))?;
        for found in &proof.found {
            writeln!(out, "  {}", clean_lines(found))?;
        }
    }
    for loss in &rehearsal.losses {
        let table = clean_lines(&loss.table);
        let gone = loss.rows_before.saturating_sub(loss.rows_after);
        if gone > 0 {
            writeln!(out, "lost: {gone} of {} rows of {table}", loss.rows_before)?;
        }
        for column in &loss.columns {
            let name = clean_lines(&column.column);
            writeln!(out, "lost: {} of {} values of {table}.{name}", column.lost, column.before)?;
        }
    }
    Ok(())
}

#[cfg(all(test, feature = "database"))]
mod tests {
    use super::*;

    #[test]
    fn the_bar_fits_a_terminal_and_ends_full() {
        let what =
            "add column public.funds.a\nand a name that is much longer than any terminal is wide";
        let line = bar(&Progress { done: 1, of: 2, what });
        assert_eq!(line.trim_start_matches(CLEAR).chars().count(), 26 + 5 + 46);
        assert!(line.contains("[############............] 1/2 add column"), "{line:?}");
        assert!(bar(&Progress { done: 3, of: 3, what }).contains(&"#".repeat(24)));
        assert!(bar(&Progress { done: 0, of: 0, what }).contains("0/0"));
    }
}
