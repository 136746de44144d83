//! `snapshot`: the schema as drizzle-kit's own JSON.

use super::args::Source;
use super::open::Opened;
use super::session::Session;
use crate::check::{self, Evaluated};
use crate::error::{Error, Exit};
use crate::git::State;
use crate::report;
use crate::schema::snapshot;
use crate::typescript::{Others, ParseCache};

/// Print the schema as drizzle-kit's snapshot JSON, version 7
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  drizzle-guard snapshot                   what is staged
  drizzle-guard snapshot main              a branch
  drizzle-guard snapshot env:DATABASE_URL  a live database")]
pub(crate) struct Args {
    /// The state to print [default: :index]
    #[arg(value_name = "STATE")]
    pub(crate) state: Option<State>,
    /// Where the schema is.
    #[command(flatten)]
    pub(crate) source: Source,
}

/// Runs it.
pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<Exit, Error> {
    let mut repository = Opened::default();
    let state = args.state.clone().unwrap_or(State::Index);
    let input = session.open(&mut repository, &state)?;
    let mut options = session.options_for(&args.source)?;
    // What drizzle-kit prints where a variable is not set, and a warning that says so.
    options.overrides.variables.others = Others::Unset;
    let evaluated = check::evaluate(&input, &options, &ParseCache::default())?;
    let database = one(evaluated.databases)?;
    if let Some(place) = database.schema.unresolved.first() {
        let more = database.schema.unresolved.len() - 1;
        let also = if more == 0 { String::new() } else { format!(", and {more} more") };
        return Err(Error::schema(format!("{}{also}", place.why))
            .at(place.origin.clone())
            .hint(report::UNRESOLVED_REMEDY));
    }
    for (origin, text) in &database.warnings {
        session.warning(origin.as_ref(), text)?;
    }
    report::write_json(&snapshot::to_json(&database.schema), session.out)?;
    Ok(Exit::Pass)
}

/// The only schema there is.
pub(super) fn one(mut databases: Vec<Evaluated>) -> Result<Evaluated, Error> {
    if databases.len() > 1 {
        let configs: Vec<String> =
            databases.into_iter().filter_map(|it| it.location.config).collect();
        return Err(check::Error::Several(configs).into());
    }
    let schema = databases.pop().filter(|it| !it.schema_files.is_empty() || !it.schema.is_empty());
    schema.ok_or_else(|| {
        Error::schema("no schema file was found")
            .hint("say where it is: --schema PATH, `schema` in drizzle-guard.toml or in drizzle.config.ts")
    })
}
