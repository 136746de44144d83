//! From what was typed to states that can be evaluated.

use std::sync::Arc;

use super::args::{Comparison, Source};
use super::session::Session;
use crate::check::{self, Content, Input};
use crate::delta::Diff;
use crate::drizzle::Overrides;
use crate::error::Error;
use crate::files::digest;
use crate::git::{Repository, Resolved, State};
use crate::policy::Config;
use crate::schema::snapshot;

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
            },
            renames: Vec::new(),
            config,
        })
    }

    /// Opens a state. `repository` is only asked for by the states that need one.
    pub(crate) fn open(&self, repository: &mut Opened, state: &State) -> Result<Input, Error> {
        let content = |schema| Content::Schema(Arc::new(schema));
        match state {
            State::Empty | State::Revision(_) | State::Index | State::Worktree => {
                Ok(repository.get(self)?.resolve(state)?.into())
            }
            State::Snapshot(path) => {
                let shown = path.display().to_string();
                let text = std::fs::read_to_string(path)
                    .map_err(|error| Error::schema(format!("cannot read {shown}: {error}")))?;
                let schema = snapshot::from_json(&text, &shown)?;
                let id = digest(text.as_bytes()).to_string();
                Ok(Input { state: state.clone(), id, content: content(schema) })
            }
            State::Database(_) | State::DatabaseVariable(_) => {
                let schema = self.introspect(state)?;
                let text = snapshot::to_json(&schema).to_string();
                let id = digest(text.as_bytes()).to_string();
                Ok(Input { state: state.clone(), id, content: content(schema) })
            }
        }
    }

    /// Opens both states of a comparison; left out, they are `HEAD` and `:index`.
    pub(crate) fn open_both(
        &self,
        repository: &mut Opened,
        comparison: &Comparison,
    ) -> Result<Diff<Input>, Error> {
        let head = State::Revision("HEAD".to_owned());
        let before = self.open(repository, comparison.base.as_ref().unwrap_or(&head))?;
        let after = self.open(repository, comparison.head.as_ref().unwrap_or(&State::Index))?;
        Ok(Diff { before, after })
    }

    /// Opens, evaluates and compares.
    pub(crate) fn compare(
        &self,
        repository: &mut Opened,
        comparison: &Comparison,
    ) -> Result<check::Comparison, Error> {
        let inputs = self.open_both(repository, comparison)?;
        let options = self.options(comparison)?;
        let ancestors = repository.ancestors_of(&inputs.before);
        Ok(check::compare(inputs, || ancestors, &options)?)
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
        Self { state: resolved.state, id: resolved.id, content: Content::Files(resolved.files) }
    }
}
