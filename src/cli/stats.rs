//! `stats`: writes what a database says of its size and use, for checks without one.

use std::path::PathBuf;

use super::args::Source;
use super::session::Session;
use crate::error::{Error, Exit};
use crate::git::State;

#[cfg(feature = "database")]
use {
    super::open::Opened,
    crate::check,
    crate::database::{self, Target},
    crate::report::{Format, clean_lines, escape_json},
    crate::statistics::{FILE, Statistics},
    crate::typescript::ParseCache,
    std::path::Path,
};

/// Write table sizes and index use of a database, for the hooks
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Writes estimates of rows, sizes, how often indexes were used and the server's
version; no data, no host, no password. Commit the file: the hooks and `check`
read it offline. Only what the base has makes a finding milder.

Examples:
  drizzle-guard stats env:DATABASE_URL      writes .drizzle-guard/stats.json
  drizzle-guard stats env:DATABASE_URL --format json
                                            prints it and writes nothing

Exit codes: 0 written, 2 usage, 3 the database could not be read")]
pub(crate) struct Args {
    /// postgres://..., or env:NAME so that no password is typed
    #[arg(value_name = "DATABASE")]
    pub(crate) database: State,
    /// The file [default: .drizzle-guard/stats.json]
    #[arg(long, value_name = "PATH")]
    pub(crate) out: Option<PathBuf>,
    /// The schema that says which tables [default: :worktree]
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
    let target = Target::parse(&session.database_url(&args.database)?)?;
    let mut repository = Opened::default();
    let head = args.head.clone().unwrap_or(State::Worktree);
    let input = session.open(&mut repository, &head)?;
    let options = session.options_for(&args.source)?;
    let state = check::evaluate(&input, &options, &ParseCache::default())?;
    let filter = super::database::filter(&state);
    let mut client = database::connect(&target)?;
    let now = session.environment.now();
    let statistics = database::statistics(&mut client, &filter, now)?.rounded();
    let json = escape_json(&statistics.to_json());
    if format == Format::Json {
        write!(session.out, "{json}")?;
        if args.out.is_none() {
            return Ok(Exit::Pass);
        }
    }
    let path = args.out.clone().unwrap_or_else(|| {
        let root = repository.opened().and_then(|it| it.root());
        root.unwrap_or(Path::new("")).join(FILE)
    });
    write(&path, &json)?;
    if format == Format::Text {
        let path = path.display().to_string();
        writeln!(session.out, "{}: {}", clean_lines(&path), summary(&statistics))?;
    }
    Ok(Exit::Pass)
}

/// Runs it.
#[cfg(not(feature = "database"))]
pub(crate) fn run(_: &Args, _: &mut Session<'_>) -> Result<Exit, Error> {
    Err(super::database::without_databases("stats"))
}

#[cfg(feature = "database")]
fn write(path: &Path, text: &str) -> Result<(), Error> {
    let folder = path.parent().map_or(Ok(()), std::fs::create_dir_all);
    folder.and_then(|()| std::fs::write(path, text)).map_err(|error| {
        Error::repository(format!("cannot write {}: {error}", path.display()))
            .hint("say where: --out PATH")
    })
}

/// What was written, and what nobody knows.
#[cfg(feature = "database")]
fn summary(statistics: &Statistics) -> String {
    let tables = statistics.tables.len();
    let unknown = statistics.tables.values().filter(|it| it.rows.is_none()).count();
    let of = if tables == 1 { "table" } else { "tables" };
    let written = format!("estimates of {tables} {of}, PostgreSQL {}", statistics.postgres);
    if unknown == 0 {
        return written;
    }
    format!("{written}; {unknown} never analysed, their rows are unknown (ANALYZE counts them)")
}
