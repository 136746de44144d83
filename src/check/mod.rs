//! The pipeline: two states in, a report out. The file to open first.
//!
//! [`compare`] evaluates both states and says what is different; [`judge`] says how bad that is and
//! whether it may pass. `sql`, `plan` and `ack` stop after the first.

mod attribute;
mod code;
mod error;
mod executor;
mod fork;
mod migrations;
mod report;
mod side;
mod statistics;
mod tools;

#[cfg(test)]
mod tests;

pub use attribute::owners;
pub use code::zod_of_all;
pub use error::Error;
pub use fork::Fork;
pub use report::{Occasion, Push, judge};
pub use side::{Content, Evaluated, Input, State, evaluate};
pub use tools::Tools;

use crate::delta::Diff;
use crate::diff::{self, Change, Rename};
use crate::drizzle::Overrides;
use crate::git::{Trace, Traced};
use crate::kit;
use crate::policy::Config;
use crate::report::{Note, NoteLevel};
use crate::rules::Measured;
use crate::schema::Schema;
use crate::statistics::Statistics;
use crate::typescript::ParseCache;

/// What holds for a whole run.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Where the schema is, when the command line says so.
    pub overrides: Overrides,
    /// Renames stated on the command line; those of the configuration come on top.
    pub renames: Vec<Rename>,
    /// A configuration to use in place of the one in the judged states (`--config`).
    pub config: Option<Config>,
}

/// Two evaluated states and what is different between them.
pub struct Comparison {
    /// The base as it was used: the nearest ancestor that can be evaluated, if the base cannot.
    pub base: Input,
    /// The head.
    pub head: Input,
    /// The head's configuration.
    pub config: Config,
    /// The base's: a push does not talk itself into a laxer policy.
    pub base_config: Config,
    /// One a database: a repository with several drizzle configs has several.
    pub databases: Vec<Database>,
    /// Where the head left the base, when the base went on since.
    pub fork: Option<Input>,
    /// Things to say once.
    pub notes: Vec<Note>,
    /// The host pattern by which the base is a database for development, in which nothing blocks.
    pub development: Option<String>,
    /// What is known of the size of tables: by the file of each side, or by the base itself when that is
    /// a live database.
    pub statistics: Diff<Option<Statistics>>,
    /// What the evaluation of each side looked at; `None` when something could not be read, or not
    /// be evaluated.
    pub traces: Diff<Option<Trace>>,
}

/// What is different in one database.
pub struct Database {
    /// Both sides.
    pub sides: Diff<Evaluated>,
    /// Renames that apply.
    pub renames: Vec<Rename>,
    /// What is different.
    pub changes: Vec<Change>,
    /// What drizzle-kit would run.
    pub statements: Vec<kit::Statement>,
    /// What was counted in the live database that is the base, one entry for each change; empty when
    /// nobody counted.
    pub measured: Vec<Vec<Measured>>,
}

/// Evaluates two states and compares them.
///
/// Where the base went on since the head left it, the head's side of every database becomes what a
/// merge of the head would leave. `ancestors` gives, nearest first, what may stand in for a base that cannot be evaluated.
///
/// # Errors
/// When the head, or the base and all its ancestors, cannot be evaluated; when the head has no schema
/// file where the base had tables.
pub fn compare(
    inputs: Diff<Input>,
    fork: Fork,
    ancestors: impl FnOnce() -> Box<dyn Iterator<Item = Input>>,
    options: &Options,
) -> Result<Comparison, Error> {
    let cache = ParseCache::default();
    let Diff { before: base, after: head } = inputs;
    // Each side evaluates on its own thread, because the values of an evaluation stay on theirs.
    let (before, after) = std::thread::scope(|scope| {
        let before = scope.spawn(|| traced(&base, options, &cache));
        let after = traced(&head, options, &cache);
        (before.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), after)
    });
    let (after, after_trace) = after?;
    let mut notes: Vec<Note> = base.notes.iter().chain(&head.notes).cloned().collect();
    let (base, (before, before_trace), fork) = match before {
        Ok(before) => (base, before, fork),
        // What stands in for the base may be older than the place where the head left it.
        Err(error) => {
            let (base, before) = stand_in(base, error, ancestors, options, &cache, &mut notes)?;
            (base, before, Fork::None)
        }
    };
    let fork = match fork {
        Fork::None => None,
        Fork::At(fork) => match evaluate(&fork, options, &cache) {
            Ok(state) => Some((state, fork)),
            Err(error) => {
                let text = format!("{error}; the two are compared as they are");
                notes.push(Note { level: NoteLevel::Warning, text, hint: None });
                None
            }
        },
        Fork::Unknown => {
            notes.push(fork::unknown(&base, &head));
            None
        }
    };
    let config = after.config;
    refuse_lost_schema(&base, &before.databases, &head, &after.databases)?;
    let mut renames = options.renames.clone();
    renames.extend(config.renames.iter().cloned());
    let mut databases = Vec::new();
    for mut sides in side::pair(before.databases, after.databases) {
        if let Content::Files(files) = &head.content {
            side::find_left_behind(&mut sides, &**files, &cache);
        }
        // What a branch that parted from the base did is told from what others did to the base.
        let forked = fork.as_ref().and_then(|(state, _)| fork::counterpart(&sides.after, state));
        let scopes = scopes(Diff::new(forked.unwrap_or(&sides.before), &sides.after));
        if let Some((state, at)) = &fork
            && let Some(forked) = fork::counterpart(&sides.after, state)
            && forked.schema != sides.before.schema
        {
            let Diff { before, after } = &sides;
            let merged = fork::merge(&before.schema, &forked.schema, &after.schema, &renames);
            notes.extend(fork::notes(&merged, &base, at));
            let hidden = std::mem::take(&mut sides.after.schema.hidden);
            sides.after.schema = Schema { hidden, ..merged.schema };
        }
        let schemas = sides.as_ref().map(|side| &side.schema);
        let mut changes = diff::compare(schemas, &renames);
        changes.extend(scopes);
        let statements = kit::generate(schemas, &renames)?;
        let measured = Vec::new();
        databases.push(Database { sides, renames: renames.clone(), changes, statements, measured });
    }
    for (origin, text) in databases.iter().flat_map(|it| &it.sides.after.warnings) {
        let text = origin.as_ref().map_or_else(|| text.clone(), |at| format!("{at}: {text}"));
        notes.push(Note { level: NoteLevel::Warning, text, hint: None });
    }
    let statistics = if databases.iter().any(|it| !it.changes.is_empty()) {
        statistics::read(Diff::new(&base, &head), databases.len(), &mut notes)
    } else {
        Diff::default()
    };
    let complete = |schemas: &[&Schema]| schemas.iter().all(|schema| schema.unresolved.is_empty());
    let traces = Diff {
        before: before_trace.filter(|_| {
            complete(&databases.iter().map(|it| &it.sides.before.schema).collect::<Vec<_>>())
        }),
        after: after_trace.filter(|_| {
            complete(&databases.iter().map(|it| &it.sides.after.schema).collect::<Vec<_>>())
        }),
    };
    let base_config = before.config;
    let fork = fork.map(|(_, fork)| fork);
    let development = None;
    Ok(Comparison {
        base,
        head,
        config,
        base_config,
        databases,
        fork,
        notes,
        development,
        statistics,
        traces,
    })
}

/// What changed beside the schema: where drizzle-kit looks, how it is run, how TypeScript calls things.
fn scopes(sides: Diff<&Evaluated>) -> Vec<Change> {
    let mut changes = diff::of_locations(sides.map(|side| &side.location));
    changes.extend(diff::of_code(sides.map(|side| &side.schema)));
    let is_located = |side: &Evaluated| !side.location.schema.is_empty();
    if is_located(sides.before) && is_located(sides.after) {
        changes.extend(tools::compare(sides.map(|side| &side.tools)));
    }
    changes
}

/// Evaluates a state and records what was looked at.
fn traced(
    input: &Input,
    options: &Options,
    cache: &ParseCache,
) -> Result<(State, Option<Trace>), Error> {
    match &input.content {
        Content::Migrations(_) | Content::Schema(_) => Ok((evaluate(input, options, cache)?, None)),
        Content::Files(files) => {
            let traced = Traced::new(&**files);
            let state = side::evaluate_files(&traced, &input.name(), options, cache)?;
            Ok((state, traced.finish()))
        }
    }
}

/// What stands in for a base that cannot be evaluated: an earlier commit was broken, and nobody can
/// mend it now.
fn stand_in(
    base: Input,
    error: Error,
    ancestors: impl FnOnce() -> Box<dyn Iterator<Item = Input>>,
    options: &Options,
    cache: &ParseCache,
    notes: &mut Vec<Note>,
) -> Result<(Input, (State, Option<Trace>)), Error> {
    // A commit that is not here says nothing about the schema, and neither do those before it.
    let broken = match &error {
        Error::Schema { source, .. } => error::unreadable(source).is_none(),
        Error::Policy(error) => !matches!(error, crate::policy::Error::Read(_)),
        _ => false,
    };
    if !broken {
        return Err(error);
    }
    for ancestor in ancestors() {
        if let Ok(evaluated) = traced(&ancestor, options, cache) {
            let text = format!("{error}; compared with {} instead", ancestor.name());
            notes.push(Note { level: NoteLevel::Warning, text, hint: None });
            // It is still the state that was asked for, seen at an earlier commit.
            let used = Input { state: base.state, ..ancestor };
            return Ok((used, evaluated));
        }
    }
    Err(error)
}

/// A head without a schema file where the base has tables is a schema that was not found, not one
/// without tables: a folder that moved, a configuration that points elsewhere.
fn refuse_lost_schema(
    base: &Input,
    before: &[Evaluated],
    head: &Input,
    after: &[Evaluated],
) -> Result<(), Error> {
    let Content::Files(files) = &head.content else { return Ok(()) };
    let is_empty_state = files.list("").is_ok_and(|entries| entries.is_none());
    let tables = before.iter().map(|it| it.schema.tables.len()).sum();
    let has_files = after.iter().any(|it| !it.schema_files.is_empty());
    if tables == 0 || has_files || is_empty_state {
        return Ok(());
    }
    let searched: Vec<&str> =
        after.iter().flat_map(|it| &it.location.schema).map(String::as_str).collect();
    let searched = if searched.is_empty() { vec!["shared/db/schema"] } else { searched };
    Err(Error::SchemaGone {
        state: head.name(),
        searched: searched.join(", "),
        base: base.name(),
        tables,
    })
}
