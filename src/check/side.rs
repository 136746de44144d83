//! One state: its configuration, its drizzle configs, their schemas.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::tools::{self, Tools};
use super::{Error, Options};
use crate::delta::Diff;
use crate::drizzle::{self, Location, Overrides};
use crate::files::Files;
use crate::ident::QualifiedName;
use crate::origin::Origin;
use crate::policy::{ACK_FOLDER, CONFIG_FILE, Config};
use crate::report::Note;
use crate::schema::{Object, Schema};
use crate::typescript::ParseCache;

/// Where drizzle-kit writes migrations when nobody says otherwise.
const DEFAULT_OUT: &str = "drizzle";

/// A state to evaluate.
#[derive(Debug, Clone)]
pub struct Input {
    /// As it was asked for.
    pub state: crate::git::State,
    /// The oid of the commit or tree, or a digest.
    pub id: String,
    /// What it holds.
    pub content: Content,
    /// What to say about how it was read.
    pub notes: Vec<Note>,
}

/// What a state holds.
#[derive(Clone)]
pub enum Content {
    /// Files, to be searched for a schema.
    Files(Arc<dyn Files>),
    /// Files, to be searched for the newest snapshot that drizzle-kit wrote.
    Migrations(Arc<dyn Files>),
    /// A schema: a snapshot, a live database.
    Schema(Arc<Schema>),
}

/// An evaluated state.
pub struct State {
    /// Its configuration.
    pub config: Config,
    /// Its schemas, one a drizzle config.
    pub databases: Vec<Evaluated>,
}

/// The schema of one drizzle config in one state.
#[derive(Debug, Clone, Default)]
pub struct Evaluated {
    /// Where and how it was looked for.
    pub location: Location,
    /// How drizzle-kit is run.
    pub tools: Tools,
    /// The files that were found there.
    pub schema_files: Vec<String>,
    /// The schema.
    pub schema: Schema,
    /// What drizzle-kit would warn of.
    pub warnings: Vec<(Option<Origin>, String)>,
}

impl Evaluated {
    /// Where drizzle-kit writes its migrations, from the repository's root.
    pub fn migrations(&self) -> &str {
        self.location.out.as_deref().unwrap_or(DEFAULT_OUT)
    }
}

impl Input {
    /// A state of which nothing is to be said.
    pub fn new(state: crate::git::State, id: String, content: Content) -> Self {
        Self { state, id, content, notes: Vec::new() }
    }

    /// How to call it: as it was asked for, and the commit when that says more.
    pub fn name(&self) -> String {
        let state = self.state.to_string();
        let short = self.id.get(..12).unwrap_or(&self.id);
        if short.is_empty() || self.id.starts_with(&state) || state.starts_with(':') {
            return state;
        }
        format!("{state} ({short})")
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Files(_) => f.write_str("Files"),
            Self::Migrations(_) => f.write_str("Migrations"),
            Self::Schema(schema) => write!(f, "Schema of {} tables", schema.tables.len()),
        }
    }
}

/// Evaluates one state: every schema it has.
pub fn evaluate(input: &Input, options: &Options, cache: &ParseCache) -> Result<State, Error> {
    match &input.content {
        Content::Files(files) => evaluate_files(&**files, &input.name(), options, cache),
        Content::Migrations(files) => {
            let failed = |source| Error::Schema { state: input.name(), source };
            let config = configuration(&**files, options)?;
            let overrides = overrides(&options.overrides, &config);
            let mut databases = Vec::new();
            for location in drizzle::locate(&**files, &overrides, cache).map_err(failed)? {
                let newest = drizzle::newest_snapshot(&**files, &location).map_err(failed)?;
                let schema = newest.map(|(_, schema)| schema).unwrap_or_default();
                // Nobody looked at schema paths or filters for it.
                let location = Location { config: location.config, ..Location::default() };
                databases.push(Evaluated { location, schema, ..Evaluated::default() });
            }
            Ok(State { config, databases })
        }
        Content::Schema(schema) => {
            let database = Evaluated { schema: (**schema).clone(), ..Evaluated::default() };
            let config = options.config.clone().unwrap_or_default();
            Ok(State { config, databases: vec![database] })
        }
    }
}

/// Evaluates the files of a state; `name` is for messages.
pub(super) fn evaluate_files(
    files: &dyn Files,
    name: &str,
    options: &Options,
    cache: &ParseCache,
) -> Result<State, Error> {
    // The acknowledgements are part of what the answer depends on.
    let unreadable = |source| Error::Read { state: name.to_owned(), source };
    files.list(ACK_FOLDER).map_err(unreadable)?;
    let config = configuration(files, options)?;
    let failed = |source| Error::Schema { state: name.to_owned(), source };
    let mut databases = Vec::new();
    let overrides = overrides(&options.overrides, &config);
    for location in drizzle::locate(files, &overrides, cache).map_err(failed)? {
        let read = drizzle::read(files, &location, cache).map_err(failed)?;
        // What the migrations say is part of what the answer depends on too.
        let out = location.out.as_deref().unwrap_or(DEFAULT_OUT);
        for folder in [out.to_owned(), format!("{out}/meta")] {
            files.folder_id(&folder).map_err(unreadable)?;
        }
        let tools = tools::read(files, &location).map_err(unreadable)?;
        databases.push(Evaluated {
            location,
            tools,
            schema_files: read.schema_files,
            schema: read.schema,
            warnings: read.warnings,
        });
    }
    Ok(State { config, databases })
}

/// The stated configuration, else that of the state.
fn configuration(files: &dyn Files, options: &Options) -> Result<Config, Error> {
    match &options.config {
        Some(config) => Ok(config.clone()),
        None => Ok(Config::read(files, CONFIG_FILE)?),
    }
}

/// Where to look: the command line, else the configuration.
fn overrides(typed: &Overrides, config: &Config) -> Overrides {
    let casing = typed.casing.or(config.casing);
    let mut variables = typed.variables.clone();
    for (name, value) in &config.env {
        variables.stated.entry(name.clone()).or_insert_with(|| value.clone());
    }
    if !typed.schema.is_empty() || !typed.drizzle_config.is_empty() {
        return Overrides { casing, variables, ..typed.clone() };
    }
    Overrides {
        schema: config.schema.clone(),
        drizzle_config: config.drizzle_config.clone(),
        casing,
        variables,
    }
}

/// Adds to the head's hidden tables those that drizzle-kit no longer sees because their file is outside
/// of the schema paths now, although it still declares them.
///
/// A file that cannot be read as a schema on its own hides nothing: the table counts as dropped.
pub(super) fn find_left_behind(sides: &mut Diff<Evaluated>, files: &dyn Files, cache: &ParseCache) {
    let Diff { before, after } = sides;
    let mut left: BTreeMap<String, Vec<QualifiedName>> = BTreeMap::new();
    for table in before.schema.tables.keys() {
        if after.schema.tables.contains_key(table) || after.schema.hidden.contains_key(table) {
            continue;
        }
        let Some(origin) = before.schema.origin(&Object::table(table)) else { continue };
        if !after.schema_files.iter().any(|file| **file == *origin.file) {
            left.entry(origin.file.to_string()).or_default().push(table.clone());
        }
    }
    for (file, tables) in left {
        if !matches!(files.id(&file), Ok(Some(_))) {
            continue;
        }
        let location = Location { schema: vec![file], ..after.location.clone() };
        let Ok(read) = drizzle::read(files, &location, cache) else { continue };
        for table in tables {
            let declared = read.schema.origin(&Object::table(&table)).cloned();
            if let Some(origin) = declared.or_else(|| read.schema.hidden.get(&table).cloned()) {
                after.schema.hidden.insert(table, origin);
            }
        }
    }
}

/// Pairs the schemas of two states: those of the same drizzle config, and a single one with a single
/// one whatever their configs are called.
pub(super) fn pair(before: Vec<Evaluated>, mut after: Vec<Evaluated>) -> Vec<Diff<Evaluated>> {
    if before.len() <= 1 && after.len() <= 1 {
        let before = before.into_iter().next().unwrap_or_default();
        let after = after.pop().unwrap_or_default();
        return vec![Diff { before, after }];
    }
    let mut pairs = Vec::new();
    for before in before {
        let at = after.iter().position(|it| it.location.config == before.location.config);
        let after = at.map(|at| after.remove(at)).unwrap_or_default();
        pairs.push(Diff { before, after });
    }
    let new = after.into_iter().map(|after| Diff { before: Evaluated::default(), after });
    pairs.extend(new);
    pairs
}
