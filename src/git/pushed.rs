//! What a push would change: the lines that git gives to pre-push, as ranges of commits.
//!
//! githooks(5), "pre-push": one line a ref, `<local ref> <local oid> <remote ref> <remote oid>`, an
//! oid of zeros standing for a ref that does not exist on that side.

use std::collections::{BTreeMap, BTreeSet};

use git2::{ErrorCode, Oid, Sort};

use super::error::Error;
use super::repository::Repository;
use super::state::State;
use crate::delta::Diff;

/// How many places where a new branch leaves what the remote has are compared.
const MAX_FORKS: usize = 32;

/// One ref of a push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefUpdate {
    /// As typed: `refs/heads/main`, `HEAD`, an oid; `(delete)` for a deletion.
    pub local_ref: String,
    /// What is pushed, in hexadecimal; `None` deletes the ref.
    pub local: Option<String>,
    /// The full name on the remote.
    pub remote_ref: String,
    /// Where the remote has it; `None` when it does not exist there.
    pub remote: Option<String>,
}

/// A push, as pre-push sees it.
#[derive(Debug, Clone, Default)]
pub struct Push {
    /// The hook's first argument: a remote's name, or the URL when it has none.
    pub remote: String,
    /// The hook's second argument: the URL.
    pub url: String,
    /// Standard input.
    pub updates: Vec<RefUpdate>,
    /// What the pre-commit framework (or prek) says instead: it keeps standard input to itself.
    pub handed: Option<Handed>,
}

/// What the pre-commit framework puts into the environment for a pre-push hook, when `PRE_COMMIT` is
/// set: only the first ref of the push, and none for a push of a whole history.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Handed {
    /// `PRE_COMMIT_FROM_REF`.
    pub from: Option<String>,
    /// `PRE_COMMIT_TO_REF`.
    pub to: Option<String>,
    /// `PRE_COMMIT_REMOTE_BRANCH`, a full ref name.
    pub remote_branch: Option<String>,
}

/// What one or several refs of a push change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range {
    /// The refs on the remote that would be set to this.
    pub refs: Vec<String>,
    /// The commit that stands for what the remote has; `None` when it has nothing of this.
    pub base: Option<Oid>,
    /// The pushed commit.
    pub head: Oid,
}

/// Something to tell about a push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// Whether it makes the answer less certain.
    pub warning: bool,
    /// A sentence.
    pub text: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Range {
    /// Whether the push takes commits away from the remote: what only they have is dropped.
    pub fn is_forced(&self, repository: &Repository) -> Result<bool, Error> {
        let Some(base) = self.base else { return Ok(false) };
        Ok(repository.merge_base(base, self.head)? != Some(base))
    }

    /// Both ends as states.
    pub fn states(&self) -> Diff<State> {
        let revision = |oid: Oid| State::Revision(oid.to_string());
        Diff::new(self.base.map_or(State::Empty, revision), revision(self.head))
    }
}

/// Reads pre-push's standard input. Nothing at all is a push of nothing ("Everything up-to-date").
pub fn parse_ref_updates(text: &str) -> Result<Vec<RefUpdate>, Error> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(at, line)| {
            let error = || Error::BadRefLine { line: at + 1, text: line.to_owned() };
            // A ref name has no blanks; `HEAD@{1 day ago}` as a source does, so read from the end.
            let mut parts = line.trim_end().rsplitn(4, ' ');
            let mut part = || parts.next().ok_or_else(error);
            let (remote, remote_ref, local, local_ref) = (part()?, part()?, part()?, part()?);
            Ok(RefUpdate {
                local_ref: local_ref.to_owned(),
                local: hexadecimal(local).map_err(|()| error())?,
                remote_ref: remote_ref.to_owned(),
                remote: hexadecimal(remote).map_err(|()| error())?,
            })
        })
        .collect()
}

/// An oid of either hash, `None` for zeros.
fn hexadecimal(text: &str) -> Result<Option<String>, ()> {
    if !matches!(text.len(), 40 | 64) || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(());
    }
    Ok(text.bytes().any(|byte| byte != b'0').then(|| text.to_owned()))
}

impl Push {
    /// The ranges to judge, in the order of the refs, and what to tell about the others. Refs with
    /// the same base and the same tree are one range.
    pub fn ranges(&self, repository: &Repository) -> Result<(Vec<Range>, Vec<Remark>), Error> {
        let mut plan = Plan { repository, push: self, ranges: Vec::new(), remarks: Vec::new() };
        for update in &self.updates {
            plan.add(update)?;
        }
        if let (true, Some(handed)) = (self.updates.is_empty(), &self.handed) {
            plan.add_handed(handed)?;
        }
        Ok((plan.ranges, plan.remarks))
    }
}

/// What a plain `git push` of the checked-out branch would send: from what this clone last saw of it
/// on the remote that it is pushed to, else from where it left what that remote has. `None` before
/// the first commit.
pub fn outgoing(repository: &Repository) -> Result<Option<Range>, Error> {
    let Some(head) = repository.head()? else { return Ok(None) };
    let (branch, remote) = push_target(repository)?;
    let push = Push { remote, ..Push::default() };
    let plan = Plan { repository, push: &push, ranges: Vec::new(), remarks: Vec::new() };
    let name = branch.as_deref().unwrap_or("HEAD");
    let seen = plan.tracking()?.get(&format!("{}/{name}", push.remote)).copied();
    let base = match seen {
        Some(commit) => Some(commit),
        None => plan.fork(head)?,
    };
    Ok(Some(Range { refs: vec![format!("refs/heads/{name}")], base, head }))
}

/// The checked-out branch, and the remote that it is pushed to (git-config(1): `pushRemote` of the
/// branch, `remote.pushDefault`, `remote` of the branch, `origin`).
fn push_target(repository: &Repository) -> Result<(Option<String>, String), Error> {
    let git = repository.objects.git();
    let failed = |error| Error::git("read git's configuration", error);
    let head = git.head().ok();
    let branch = head
        .filter(git2::Reference::is_branch)
        .and_then(|head| head.shorthand().ok().map(str::to_owned));
    let config = git.config().and_then(|mut config| config.snapshot()).map_err(failed)?;
    let of_branch = |key: &str| {
        branch.as_ref().and_then(|branch| config.get_string(&format!("branch.{branch}.{key}")).ok())
    };
    let remote = of_branch("pushremote")
        .or_else(|| config.get_string("remote.pushdefault").ok())
        .or_else(|| of_branch("remote"))
        .unwrap_or_else(|| "origin".to_owned());
    Ok((branch, remote))
}

struct Plan<'a> {
    repository: &'a Repository,
    push: &'a Push,
    ranges: Vec<Range>,
    remarks: Vec<Remark>,
}

impl Plan<'_> {
    fn add(&mut self, update: &RefUpdate) -> Result<(), Error> {
        let Some(local) = &update.local else { return Ok(()) };
        let Some(head) = self.commit(local)? else {
            let text =
                format!("{} is not a commit, so it has no schema to check", update.local_ref);
            self.remarks.push(Remark { warning: false, text, hint: None });
            return Ok(());
        };
        let base = match &update.remote {
            // What the remote has is the base even when it is no ancestor: a forced push takes away
            // what the remote has and the pushed commit does not.
            Some(remote) => match self.commit(remote) {
                Ok(Some(commit)) => Some(commit),
                // A tag of something else is replaced: nothing known, as for a new ref.
                Ok(None) => self.fork(head)?,
                Err(Error::UnknownRevision { .. }) => Some(self.last_seen(update, remote, head)?),
                Err(error) => return Err(error),
            },
            None => self.fork(head)?,
        };
        self.push_range(&update.remote_ref, base, head)
    }

    /// The base when the remote's own commit is not in this clone.
    fn last_seen(&mut self, update: &RefUpdate, oid: &str, head: Oid) -> Result<Oid, Error> {
        let branch = update.remote_ref.strip_prefix("refs/heads/");
        let tracking = self.tracking()?;
        let same = branch.and_then(|branch| {
            // The shortest: `origin/main` is meant, not `origin/team/main`.
            let suffix = format!("/{branch}");
            let named = tracking.iter().filter(|(name, _)| name.ends_with(&suffix));
            named.min_by_key(|(name, _)| name.len()).map(|(_, oid)| *oid)
        });
        let base = match same {
            Some(base) => Some(base),
            None => self.fork(head)?,
        };
        let Some(base) = base else {
            return Err(Error::UnknownRemoteCommit {
                reference: update.remote_ref.clone(),
                oid: oid.to_owned(),
                remote: self.push.remote.clone(),
            });
        };
        self.remarks.push(Remark {
            warning: true,
            text: format!(
                "{} on the remote is at {}, which this clone does not have: judged from the last \
                 state that was fetched, so what others pushed since is not seen",
                update.remote_ref,
                oid.get(..12).unwrap_or(oid),
            ),
            hint: Some(format!("git fetch {}", self.push.remote)),
        });
        Ok(base)
    }

    /// Where the pre-commit framework says that the push begins and ends.
    fn add_handed(&mut self, handed: &Handed) -> Result<(), Error> {
        let resolve = |name: &str| {
            let state = State::Revision(name.to_owned());
            self.repository.resolve(&state).map(|resolved| resolved.commit)
        };
        let head = match &handed.to {
            Some(to) => resolve(to)?,
            None => self.repository.head()?,
        };
        let Some(head) = head else { return Ok(()) };
        let base = match &handed.from {
            Some(from) if from.bytes().any(|byte| byte != b'0') => resolve(from)?,
            _ => self.fork(head)?,
        };
        self.remarks.push(Remark {
            warning: true,
            text: "the pre-commit framework hands over only the first ref of a push: others were \
                   not checked"
                .to_owned(),
            hint: Some("install the hook itself with `drizzle-guard install`".to_owned()),
        });
        let reference = handed.remote_branch.clone().unwrap_or_else(|| "HEAD".to_owned());
        self.push_range(&reference, base, head)
    }

    /// Adds a range, or the ref's name to the range that is the same.
    fn push_range(&mut self, reference: &str, base: Option<Oid>, head: Oid) -> Result<(), Error> {
        let tree = self.repository.tree_of(head)?;
        for range in &mut self.ranges {
            if range.base == base && self.repository.tree_of(range.head)? == tree {
                range.refs.push(reference.to_owned());
                return Ok(());
            }
        }
        self.ranges.push(Range { refs: vec![reference.to_owned()], base, head });
        Ok(())
    }

    /// The commit that an oid names, tags peeled; `None` when it names something else.
    fn commit(&self, oid: &str) -> Result<Option<Oid>, Error> {
        let unknown = || Error::UnknownRevision {
            revision: oid.to_owned(),
            shallow: self.repository.is_shallow(),
        };
        let git = self.repository.objects.git();
        let id = Oid::from_str(oid).map_err(|_| unknown())?;
        let object = git.find_object(id, None).map_err(|error| match error.code() {
            ErrorCode::NotFound => unknown(),
            _ => Error::git(format!("read {oid}"), error),
        })?;
        Ok(object.peel_to_commit().ok().map(|commit| commit.id()))
    }

    /// Where a commit leaves what the remote is known to have: of all such places the one with the
    /// fewest own commits above it. `None` when the remote has nothing of its history.
    fn fork(&self, head: Oid) -> Result<Option<Oid>, Error> {
        let tracking: BTreeSet<Oid> = self.tracking()?.into_values().collect();
        if tracking.is_empty() {
            return Ok(None);
        }
        let git = self.repository.objects.git();
        let failed = |error| Error::git("walk the pushed commits", error);
        let mut walk = git.revwalk().map_err(failed)?;
        walk.set_sorting(Sort::TOPOLOGICAL | Sort::TIME).map_err(failed)?;
        walk.push(head).map_err(failed)?;
        for tip in &tracking {
            walk.hide(*tip).map_err(failed)?;
        }
        let mut own = BTreeSet::new();
        let mut forks = Vec::new();
        for commit in walk {
            let commit = git.find_commit(commit.map_err(failed)?).map_err(failed)?;
            own.insert(commit.id());
            forks.extend(commit.parent_ids());
        }
        if own.is_empty() {
            return Ok(Some(head));
        }
        forks.retain(|parent| !own.contains(parent) && git.find_commit(*parent).is_ok());
        let mut nearest: Option<(usize, Oid)> = None;
        let mut seen = BTreeSet::new();
        for fork in forks.into_iter().filter(|fork| seen.insert(*fork)).take(MAX_FORKS) {
            let (ahead, _) = git.graph_ahead_behind(head, fork).map_err(failed)?;
            if nearest.is_none_or(|(least, _)| ahead < least) {
                nearest = Some((ahead, fork));
            }
        }
        Ok(nearest.map(|(_, fork)| fork))
    }

    /// The commits that this clone last saw on the remote, by the names of their tracking refs. For
    /// a remote without any (a URL, one that was never fetched) those of the remotes with the same
    /// URL, else of all: something is known to be deployed somewhere.
    fn tracking(&self) -> Result<BTreeMap<String, Oid>, Error> {
        let push = self.push;
        let git = self.repository.objects.git();
        let failed = |error| Error::git("read the remote-tracking refs", error);
        let names = git.remotes().map_err(failed)?;
        let mut same = BTreeSet::from([push.remote.clone()]);
        for name in names.iter().flatten().flatten() {
            let Ok(remote) = git.find_remote(name) else { continue };
            let urls = [remote.url().ok(), remote.pushurl().ok().flatten()];
            if urls.into_iter().flatten().any(|url| !url.is_empty() && url == push.url) {
                same.insert(name.to_owned());
            }
        }
        let mut all = BTreeMap::new();
        for reference in git.references_glob("refs/remotes/*").map_err(failed)? {
            let reference = reference.map_err(failed)?;
            let (Ok(name), Ok(commit)) = (reference.name(), reference.peel_to_commit()) else {
                continue;
            };
            let Some(name) = name.strip_prefix("refs/remotes/") else { continue };
            all.insert(name.to_owned(), commit.id());
        }
        let of_remote = |name: &str| {
            same.iter().any(|remote| {
                name.strip_prefix(remote.as_str()).is_some_and(|rest| rest.starts_with('/'))
            })
        };
        let known: BTreeMap<_, _> =
            all.iter().filter(|(name, _)| of_remote(name)).map(|(n, o)| (n.clone(), *o)).collect();
        Ok(if known.is_empty() { all } else { known })
    }
}

#[cfg(test)]
#[path = "pushed_tests.rs"]
mod tests;
