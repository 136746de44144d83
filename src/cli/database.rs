//! Live databases for the commands: as a state, as the object of `verify`, as the stage of `rehearse`.

use super::open::Opened;
use super::session::Session;
use crate::check;
use crate::error::{Error, ErrorKind, Exit};
use crate::git::State;
use crate::schema::Schema;

#[cfg(feature = "database")]
use {
    crate::database::{self, Filter, Host, Limits, Reference, Search, Target},
    crate::git,
    crate::policy::{CONFIG_FILE, Config},
    crate::report::{Note, NoteLevel},
};

#[cfg(feature = "database")]
impl Session<'_> {
    /// The URL of a database state.
    pub(super) fn database_url(&self, state: &State) -> Result<String, Error> {
        match state {
            State::Database(url) => Ok(url.clone()),
            State::DatabaseVariable(name) => {
                let directory = &self.environment.directory;
                let set = self.environment.variable(name).map(str::to_owned);
                set.or_else(|| of_files(directory, name)).ok_or_else(|| {
                    let message =
                        format!("the variable {name} is not set, nor in a .env file here");
                    Error::usage(message)
                        .hint(format!("{name}=postgres://user@host:5432/name before the command"))
                })
            }
            State::Revision(_)
            | State::Index
            | State::Worktree
            | State::Empty
            | State::Migrations
            | State::Snapshot(_) => Err(Error::usage(format!("`{state}` is no database"))
                .hint("write postgres://user@host:5432/name, or env:DATABASE_URL")),
        }
    }
}

/// What `schemaFilter` and `tablesFilter` let through; without them, the schemas the tables are in.
#[cfg(feature = "database")]
pub(super) fn filter(state: &check::State) -> Filter {
    let mut filter = Filter::default();
    for database in &state.databases {
        let location = &database.location;
        filter.schemas.extend(match location.schema_filter.as_slice() {
            [] => Filter::of(&database.schema).schemas,
            stated => stated.to_vec(),
        });
        filter.tables.extend(location.tables_filter.iter().cloned());
    }
    filter.schemas.sort();
    filter.schemas.dedup();
    filter
}

/// Files that hold variables, as the tools around Drizzle read them; the first that has one wins.
#[cfg(feature = "database")]
const FILES: [&str; 2] = [".env.local", ".env"];

/// A variable from the files of a directory. What does not read as such a file has none.
#[cfg(feature = "database")]
fn of_files(directory: &std::path::Path, name: &str) -> Option<String> {
    FILES.iter().find_map(|file| {
        let variables = dotenvy::from_path_iter(directory.join(file)).ok()?;
        let mut variables = variables.filter_map(Result::ok);
        variables.find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value)
    })
}

#[cfg(feature = "database")]
impl Session<'_> {
    /// The schema of a live database: `public`, or what concerns the schema that it is compared with, in
    /// the words of that schema; and what could not be compared.
    pub(super) fn introspect(
        &self,
        state: &State,
        beside: Option<&check::State>,
    ) -> Result<(Schema, Option<String>), Error> {
        let url = self.database_url(state)?;
        let filter = beside.map_or_else(Filter::default, filter);
        let complete = beside
            .and_then(|it| Some(&it.databases.first()?.schema).filter(|_| it.databases.len() == 1));
        let Some(schema) = complete.filter(|schema| schema.unresolved.is_empty()) else {
            return Ok((database::introspect(&url, &filter)?, None));
        };
        let mut client = database::connect(&Target::parse(&url)?)?;
        let host = self.host(None).ok();
        let reference = host.as_ref().map(Reference::Host);
        let beside = database::introspect_beside(&mut client, schema, &filter, reference)?;
        Ok((beside.schema, beside.unclear))
    }

    /// Asks the base, when that is a live database, how large its tables are, and counts what the changes
    /// would do to their rows.
    pub(super) fn ask(
        &self,
        repository: &mut Opened,
        comparison: &mut check::Comparison,
    ) -> Result<(), Error> {
        let state = &comparison.base.state;
        if !matches!(state, State::Database(_) | State::DatabaseVariable(_)) {
            return Ok(());
        }
        let target = Target::parse(&self.database_url(state)?)?;
        self.allow(repository, &target.hosts(), comparison)?;
        let mut changed = comparison.databases.iter_mut().filter(|it| !it.changes.is_empty());
        let Some(first) = changed.next() else { return Ok(()) };
        let mut client = database::connect(&target)?;
        let filter = Filter::of(&first.sides.before.schema);
        let statistics = database::statistics(&mut client, &filter, self.environment.now());
        match statistics {
            Ok(statistics) => comparison.statistics.before = Some(statistics),
            // Nothing is milder for it, and the rows are counted all the same.
            Err(error) => {
                let text = format!("the size of tables is not known: {error}");
                comparison.notes.push(Note { level: NoteLevel::Warning, text, hint: None });
            }
        }
        for it in std::iter::once(first).chain(changed) {
            let (schemas, limits) = (it.schemas(), Limits::default());
            it.measured =
                database::measure(&mut client, schemas, &it.renames, &it.changes, limits)?;
        }
        Ok(())
    }

    /// Decides whether the base is a database for development. Whoever changes the configuration does not
    /// decide that alone: what the remote has says so too. Outside of a repository, and with `--config`,
    /// there is only one configuration.
    fn allow(
        &self,
        repository: &mut Opened,
        hosts: &[String],
        comparison: &mut check::Comparison,
    ) -> Result<(), Error> {
        if let (None, Ok(repository)) = (&self.common.config, repository.get(self)) {
            comparison.base_config = match git::outgoing(repository)? {
                None => Config::default(),
                Some(range) => {
                    let commit = range.base.unwrap_or(range.head);
                    let files = repository.resolve_commit(&commit.to_string(), commit)?.files;
                    // One that cannot be read allows nothing.
                    Config::read(&*files, CONFIG_FILE).unwrap_or_default()
                }
            };
        } else {
            comparison.base_config = comparison.config.clone();
        }
        let pattern = comparison.config.development_by(hosts).map(str::to_owned);
        let Some(pattern) = pattern else { return Ok(()) };
        if comparison.base_config.development_by(hosts).is_some() {
            comparison.development = Some(pattern);
            return Ok(());
        }
        let text = format!(
            "`{pattern}` makes this database one for development here, but not in what the remote has: it counts as \
             production until that is pushed"
        );
        comparison.notes.push(Note { level: NoteLevel::Warning, text, hint: None });
        Ok(())
    }

    /// Where scratch databases can be made: the server that was named, else one that is started here
    /// and removed with the value.
    pub(super) fn host(&self, url: Option<&str>) -> Result<Host, Error> {
        if let Some(url) = url {
            let url = match url.strip_prefix("env:") {
                Some(_) => {
                    self.database_url(&url.parse().map_err(|it| Error::usage(format!("{it}")))?)?
                }
                None => url.to_owned(),
            };
            // Whatever becomes of this process, another one drops what it made.
            let program = std::env::current_exe()
                .map_err(|error| Error::repository(format!("this program: {error}")))?;
            return Ok(Host::running_swept(&url, &program, &["sweep"])?);
        }
        let directory = &self.environment.directory;
        let search = Search {
            path: self.environment.variable("PATH").map(Into::into),
            projects: directory.ancestors().map(Into::into).collect(),
        };
        Ok(Host::throwaway(&search)?)
    }
}

/// Drop scratch databases once standard input ends; started by `rehearse --database`
#[derive(Debug, clap::Args)]
pub(crate) struct SweepArgs {}

/// Runs it.
#[cfg(feature = "database")]
pub(crate) fn sweep(_: &SweepArgs, session: &mut Session<'_>) -> Result<Exit, Error> {
    database::sweep(&mut std::io::BufReader::new(&mut *session.input))?;
    Ok(Exit::Pass)
}

/// Runs it.
#[cfg(not(feature = "database"))]
pub(crate) fn sweep(_: &SweepArgs, _: &mut Session<'_>) -> Result<Exit, Error> {
    Err(without_databases("sweep"))
}

#[cfg(not(feature = "database"))]
impl Session<'_> {
    /// Nothing is counted: no state is a database.
    #[expect(
        clippy::unused_self,
        clippy::unnecessary_wraps,
        reason = "the same call as with databases"
    )]
    pub(super) fn ask(&self, _: &mut Opened, _: &mut check::Comparison) -> Result<(), Error> {
        Ok(())
    }

    /// Says that this build cannot.
    #[expect(clippy::unused_self, reason = "the same call as in a build with databases")]
    pub(super) fn introspect(
        &self,
        state: &State,
        _: Option<&check::State>,
    ) -> Result<(Schema, Option<String>), Error> {
        Err(without_databases(&format!("read `{state}`")))
    }
}

/// A build without the feature says so, and how to get one with it.
#[cfg(not(feature = "database"))]
pub(super) fn without_databases(what: &str) -> Error {
    Error::new(ErrorKind::Usage, format!("this build cannot {what}: it has no database support"))
        .hint("build it with the default features: cargo install --path .")
}

/// What PostgreSQL could not do: what was typed is a usage error, all else leaves the answer open.
#[cfg(feature = "database")]
impl From<database::Error> for Error {
    fn from(error: database::Error) -> Self {
        let kind = match &error {
            database::Error::Url { .. } | database::Error::Incomplete { .. } => ErrorKind::Usage,
            database::Error::NotInstalled { .. }
            | database::Error::Start { .. }
            | database::Error::Connect { .. }
            | database::Error::Query { .. }
            | database::Error::Create { .. }
            | database::Error::Io { .. } => ErrorKind::Repository,
        };
        Self::new(kind, error.to_string())
    }
}

#[cfg(all(test, feature = "database"))]
mod tests {
    use super::*;

    #[test]
    fn a_variable_may_stand_in_a_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |file: &str, text: &str| std::fs::write(folder.path().join(file), text);
        assert_eq!(of_files(folder.path(), "DATABASE_URL"), None);
        write(".env", "# local\nDATABASE_URL=\"postgres://app@localhost/funds\"\n")
            .expect("written");
        let found = || of_files(folder.path(), "DATABASE_URL");
        assert_eq!(found().as_deref(), Some("postgres://app@localhost/funds"));
        write(".env.local", "DATABASE_URL=postgres://me@localhost/funds\n").expect("written");
        assert_eq!(found().as_deref(), Some("postgres://me@localhost/funds"));
        assert_eq!(of_files(folder.path(), "OTHER"), None);
    }
}
