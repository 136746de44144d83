//! From what was typed to states that can be evaluated.

use std::path::Path;
use std::sync::Arc;

use super::args::{Comparison, Source};
use super::session::Session;
use crate::check::{self, Content, Fork, Input};
use crate::delta::Diff;
use crate::drizzle::Overrides;
use crate::error::Error;
use crate::files::digest;
use crate::git::{Repository, Resolved, State};
use crate::policy::Config;
use crate::report::{Note, NoteLevel};
use crate::schema::snapshot;
use crate::typescript::ParseCache;

impl Session<'_> {
    /// What the common flags and those of a comparison say about a run.
    pub(crate) fn options(&self, comparison: &Comparison) -> Result<check::Options, Error> {
        let mut options = self.options_for(&comparison.source)?;
        options.renames.clone_from(&comparison.renames);
        Ok(options)
    }

    /// The same without renames.
    pub(crate) fn options_for(&self, source: &Source) -> Result<check::Options, Error> {
        let config = match &self.common.config {
            None => None,
            Some(path) => {
                let shown = path.display().to_string();
                let text = std::fs::read_to_string(path).map_err(|error| {
                    Error::config(format!("cannot read {shown}: {error}"))
                        .hint("--config names a drizzle-guard.toml on disk")
                })?;
                Some(Config::parse(&shown, &text)?)
            }
        };
        Ok(check::Options {
            overrides: Overrides {
                schema: source.schema.clone(),
                drizzle_config: source.drizzle_config.clone().into_iter().collect(),
                casing: source.casing,
                variables: source.variables(),
            },
            renames: Vec::new(),
            config,
        })
    }

    /// Opens a state. `repository` is only asked for by the states that need one.
    pub(crate) fn open(&self, repository: &mut Opened, state: &State) -> Result<Input, Error> {
        match state {
            State::Revision(_) | State::Index => Ok(repository.get(self)?.resolve(state)?.into()),
            State::Empty => Ok(Repository::nothing(state.clone()).into()),
            State::Worktree => Ok(match repository.get(self) {
                Ok(repository) => repository.resolve(state)?,
                // Files on disk need no git.
                Err(_) => Repository::on_disk(Path::new("."))?,
            }
            .into()),
            State::Migrations => {
                let files = self.open(repository, &State::Index)?;
                Ok(migrations_of(&files)?)
            }
            State::Snapshot(path) => {
                let shown = path.display().to_string();
                let text = std::fs::read_to_string(path)
                    .map_err(|error| Error::schema(format!("cannot read {shown}: {error}")))?;
                let schema = snapshot::from_json(&text, &shown)?;
                let id = digest(text.as_bytes()).to_string();
                Ok(Input::new(state.clone(), id, Content::Schema(Arc::new(schema))))
            }
            State::Database(_) | State::DatabaseVariable(_) => self.live(state, None),
        }
    }

    /// A live database, as far as it concerns the schema it is compared with.
    fn live(&self, state: &State, beside: Option<&check::State>) -> Result<Input, Error> {
        let (schema, unclear) = self.introspect(state, beside)?;
        let text = snapshot::to_json(&schema).to_string();
        let id = digest(text.as_bytes()).to_string();
        let note = |text| Note { level: NoteLevel::Warning, text, hint: None };
        let notes = unclear.map(note).into_iter().collect();
        Ok(Input { state: state.clone(), id, content: Content::Schema(Arc::new(schema)), notes })
    }

    /// Opens both states of a comparison; left out, they are `HEAD` and `:index`.
    pub(crate) fn open_both(
        &self,
        repository: &mut Opened,
        comparison: &Comparison,
        options: &check::Options,
    ) -> Result<Diff<Input>, Error> {
        let is_live =
            |state: &State| matches!(state, State::Database(_) | State::DatabaseVariable(_));
        let evaluate = |input: &Input| check::evaluate(input, options, &ParseCache::default());
        let commit = State::Revision("HEAD".to_owned());
        let base = comparison.base.as_ref().unwrap_or(&commit);
        let head = comparison.head.as_ref().unwrap_or(&State::Index);
        match (base, head) {
            (State::Migrations, State::Migrations) => Err(Error::usage(
                "both states are the migrations; name another one to compare with",
            )),
            (State::Migrations, _) => {
                let after = self.open(repository, head)?;
                Ok(Diff { before: migrations_of(&after)?, after })
            }
            (_, State::Migrations) => {
                let before = self.open(repository, base)?;
                let after = migrations_of(&before)?;
                Ok(Diff { before, after })
            }
            (base, head) if is_live(base) && !is_live(head) => {
                let after = self.open(repository, head)?;
                Ok(Diff { before: self.live(base, Some(&evaluate(&after)?))?, after })
            }
            (base, head) if is_live(head) && !is_live(base) => {
                let before = self.open(repository, base)?;
                let after = self.live(head, Some(&evaluate(&before)?))?;
                Ok(Diff { before, after })
            }
            _ => Ok(Diff {
                before: self.open(repository, base)?,
                after: self.open(repository, head)?,
            }),
        }
    }

    /// Opens, evaluates and compares.
    pub(crate) fn compare(
        &self,
        repository: &mut Opened,
        comparison: &Comparison,
    ) -> Result<check::Comparison, Error> {
        self.compare_with(repository, comparison, &self.options(comparison)?)
    }

    /// The same with other options than the flags'.
    pub(crate) fn compare_with(
        &self,
        repository: &mut Opened,
        comparison: &Comparison,
        options: &check::Options,
    ) -> Result<check::Comparison, Error> {
        let inputs = self.open_both(repository, comparison, options)?;
        let ancestors = repository.ancestors_of(&inputs.before);
        let fork = if comparison.direct { Fork::None } else { repository.fork_of(&inputs)? };
        Ok(check::compare(inputs, fork, || ancestors, options)?)
    }
}

/// The migrations that lie beside the schema of a state.
fn migrations_of(input: &Input) -> Result<Input, Error> {
    match &input.content {
        Content::Files(files) => {
            Ok(Input::new(State::Migrations, input.id.clone(), Content::Migrations(files.clone())))
        }
        Content::Migrations(_) | Content::Schema(_) => {
            Err(Error::usage(format!("{} has no migrations folder to compare with", input.state))
                .hint("compare `migrations` with a revision, :index or :worktree"))
        }
    }
}

/// The repository, opened when it is first needed.
#[derive(Default)]
pub(crate) struct Opened(Option<Repository>);

impl Opened {
    /// A repository that is open already.
    pub(crate) fn of(repository: Repository) -> Self {
        Self(Some(repository))
    }

    /// The repository around the current directory.
    pub(crate) fn get(&mut self, session: &Session<'_>) -> Result<&Repository, Error> {
        if self.0.is_none() {
            self.0 = Some(session.repository()?);
        }
        self.0.as_ref().ok_or_else(|| Error::internal("the repository was not opened"))
    }

    /// The repository, if some state needed it.
    pub(crate) fn opened(&self) -> Option<&Repository> {
        self.0.as_ref()
    }

    /// Where the head left the base, for two commits, or a commit and what is not committed yet.
    pub(crate) fn fork_of(&self, inputs: &Diff<Input>) -> Result<Fork, Error> {
        let Some(repository) = self.0.as_ref() else { return Ok(Fork::None) };
        let commit = |input: &Input| match input.state {
            State::Revision(_) => Ok(git2::Oid::from_str(&input.id).ok()),
            State::Index | State::Worktree => repository.head(),
            _ => Ok(None),
        };
        if !matches!(inputs.before.state, State::Revision(_)) {
            return Ok(Fork::None);
        }
        let commits = inputs.as_ref().try_map(commit)?;
        let (Some(base), Some(head)) = (commits.before, commits.after) else {
            return Ok(Fork::None);
        };
        match repository.merge_base(base, head)? {
            Some(fork) if fork == base => Ok(Fork::None),
            Some(fork) => Ok(Fork::At(repository.resolve_commit(&fork.to_string(), fork)?.into())),
            None if repository.is_shallow() => Ok(Fork::Unknown),
            None => Ok(Fork::None),
        }
    }

    /// What may stand in for a base, nearest first: the commits before it.
    pub(crate) fn ancestors_of(&self, base: &Input) -> Box<dyn Iterator<Item = Input>> {
        let commit = git2::Oid::from_str(&base.id).ok();
        let is_revision = matches!(base.state, State::Revision(_));
        match (self.0.as_ref(), commit.filter(|_| is_revision)) {
            (Some(repository), Some(commit)) => {
                let repository = repository.clone();
                let commits = repository.ancestors(commit).map_while(Result::ok);
                let open = move |commit: git2::Oid| {
                    Some(repository.resolve_commit(&commit.to_string(), commit).ok()?.into())
                };
                Box::new(commits.map_while(open))
            }
            _ => Box::new(std::iter::empty()),
        }
    }
}

impl From<Resolved> for Input {
    fn from(resolved: Resolved) -> Self {
        Self::new(resolved.state, resolved.id, Content::Files(resolved.files))
    }
}
