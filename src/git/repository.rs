//! One repository, opened the way git opens it for a hook.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use git2::{ErrorClass, ErrorCode, ObjectType, Oid};

use super::ancestry::Ancestors;
use super::error::Error;
use super::gate::recorded_tree;
use super::index::{IndexFiles, oid};
use super::objects::Objects;
use super::state::State;
use super::tree::{EmptyFiles, TreeFiles};
use super::worktree::WorktreeFiles;
use crate::files::Files;

/// The id of the state without files: git's empty tree.
const EMPTY_TREE: &str = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/// What the edge knows of the process's environment. Other variables of git (`GIT_DIR`,
/// `GIT_WORK_TREE`, `GIT_OBJECT_DIRECTORY` …) are read by libgit2 itself.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// `GIT_INDEX_FILE`: where the index is that a commit is made from. `commit -a` and
    /// `commit <path>` make it from a file of their own.
    pub index_file: Option<PathBuf>,
}

/// A repository.
#[derive(Clone)]
pub struct Repository {
    pub(super) objects: Arc<Objects>,
    index: PathBuf,
    git_dir: PathBuf,
    common_dir: PathBuf,
    root: Option<PathBuf>,
    shallow: bool,
}

/// A state with its files.
#[derive(Clone)]
pub struct Resolved {
    /// As it was asked for.
    pub state: State,
    /// The oid of the commit or tree, or a digest.
    pub id: String,
    /// The commit, for a revision that names one.
    pub commit: Option<Oid>,
    /// The files.
    pub files: Arc<dyn Files>,
}

impl Repository {
    /// The repository that git would use here: `GIT_DIR` and its companions, else the one above the
    /// current directory. (`-C DIR` changes the current directory first, as git's does.)
    pub fn open(environment: &Environment) -> Result<Self, Error> {
        let git =
            git2::Repository::open_from_env().map_err(|error| refused(error, Path::new(".")))?;
        Ok(Self::new(git, environment.index_file.clone()))
    }

    /// The repository at or above a directory, whatever the environment says.
    pub fn open_at(directory: &Path) -> Result<Self, Error> {
        let git =
            git2::Repository::discover(directory).map_err(|error| refused(error, directory))?;
        Ok(Self::new(git, None))
    }

    fn new(git: git2::Repository, index: Option<PathBuf>) -> Self {
        let (git_dir, common_dir) = (git.path().to_owned(), git.commondir().to_owned());
        let root = git.workdir().map(Path::to_owned);
        let shallow = git.is_shallow();
        let hint = if shallow {
            "this clone is shallow: `git fetch --unshallow` brings the rest"
        } else {
            "a partial clone fetches objects late: `git fetch --refetch --no-filter` brings all of \
             them; if this is a full clone, run `git fsck`"
        };
        let index = index.unwrap_or_else(|| git_dir.join("index"));
        let objects = Arc::new(Objects::new(git, hint.to_owned()));
        Self { objects, index, git_dir, common_dir, root, shallow }
    }

    /// The worktree's root; `None` in a bare repository.
    pub fn root(&self) -> Option<&Path> {
        self.root.as_deref()
    }

    /// The git folder of this worktree.
    pub fn git_dir(&self) -> &Path {
        &self.git_dir
    }

    /// The git folder that all worktrees share.
    pub fn common_dir(&self) -> &Path {
        &self.common_dir
    }

    /// The folder in the git folder that belongs to this tool; it may not exist.
    pub fn private_dir(&self) -> PathBuf {
        self.common_dir.join("drizzle-guard")
    }

    /// Whether history ends before the root commit.
    pub fn is_shallow(&self) -> bool {
        self.shallow
    }

    /// The commit that `HEAD` names; `None` before the first one.
    pub fn head(&self) -> Result<Option<Oid>, Error> {
        match self.objects.git().head() {
            Ok(head) => {
                let commit = head.peel_to_commit();
                let commit = commit.map_err(|error| Error::git("read HEAD's commit", error))?;
                Ok(Some(commit.id()))
            }
            Err(error) if matches!(error.code(), ErrorCode::UnbornBranch | ErrorCode::NotFound) => {
                Ok(None)
            }
            Err(error) => Err(Error::git("read HEAD", error)),
        }
    }

    /// Who would commit now: `Name <mail>`; `None` when git does not know.
    pub fn identity(&self) -> Option<String> {
        let git = self.objects.git();
        let signature = git.author_from_env().or_else(|_| git.signature()).ok()?;
        Some(format!("{} <{}>", signature.name().ok()?, signature.email().ok()?))
    }

    /// The best common ancestor of two commits; `None` when there is none in this clone, or one of
    /// them is no commit.
    pub fn merge_base(&self, a: Oid, b: Oid) -> Result<Option<Oid>, Error> {
        let git = self.objects.git();
        if [a, b].iter().any(|oid| git.find_commit(*oid).is_err()) {
            return Ok(None);
        }
        match git.merge_base(a, b) {
            Ok(base) => Ok(Some(base)),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(Error::git(format!("find where {a} and {b} part"), error)),
        }
    }

    /// The commits before one, along first parents.
    pub fn ancestors(&self, commit: Oid) -> Ancestors {
        Ancestors::new(self.objects.clone(), commit)
    }

    /// Opens a state that has files.
    pub fn resolve(&self, state: &State) -> Result<Resolved, Error> {
        let no_files = || Error::NotFiles { state: state.to_string() };
        match state {
            State::Revision(revision) => self.resolve_revision(revision),
            State::Index => self.resolve_index(),
            State::Worktree => Self::on_disk(self.need_root(state)?),
            State::Empty => Ok(Self::nothing(state.clone())),
            State::Migrations
            | State::Snapshot(_)
            | State::Database(_)
            | State::DatabaseVariable(_) => Err(no_files()),
        }
    }

    /// A commit that is known to exist, under its oid or another name.
    pub fn resolve_commit(&self, name: &str, commit: Oid) -> Result<Resolved, Error> {
        let git = self.objects.git();
        let tree = git
            .find_commit(commit)
            .map_err(|error| self.unknown(&commit.to_string(), error))?
            .tree_id();
        drop(git);
        let files = Arc::new(self.tree_files(tree));
        let state = State::Revision(name.to_owned());
        Ok(Resolved { state, id: commit.to_string(), commit: Some(commit), files })
    }

    /// The files of a tree.
    pub fn tree_files(&self, tree: Oid) -> TreeFiles {
        TreeFiles::new(self.objects.clone(), tree)
    }

    /// The tree of a commit.
    pub fn tree_of(&self, commit: Oid) -> Result<Oid, Error> {
        let git = self.objects.git();
        let commit = git.find_commit(commit).map_err(|e| self.unknown(&commit.to_string(), e))?;
        Ok(commit.tree_id())
    }

    /// The files on disk below a directory, in a repository or not.
    pub fn on_disk(root: &Path) -> Result<Resolved, Error> {
        let failed = |source| Error::Io { path: root.to_owned(), source };
        let files = Arc::new(WorktreeFiles::new(root).map_err(failed)?);
        // The files may change while they are read, so they have no id of their own.
        Ok(Resolved { state: State::Worktree, id: ":worktree".into(), commit: None, files })
    }

    /// The state without files.
    pub fn nothing(state: State) -> Resolved {
        Resolved { state, id: EMPTY_TREE.to_owned(), commit: None, files: Arc::new(EmptyFiles) }
    }

    fn resolve_revision(&self, revision: &str) -> Result<Resolved, Error> {
        let state = State::Revision(revision.to_owned());
        if revision == "HEAD" && self.head()?.is_none() {
            return Ok(Self::nothing(state));
        }
        let (commit, tree) = {
            let git = self.objects.git();
            let object = git.revparse_single(revision).map_err(|e| self.unknown(revision, e))?;
            let commit = object.peel_to_commit().ok().map(|commit| commit.id());
            (commit, object.peel(ObjectType::Tree).ok().map(|tree| tree.id()))
        };
        if let Some(commit) = commit {
            return self.resolve_commit(revision, commit);
        }
        let tree = tree.ok_or_else(|| Error::NotATree { revision: revision.to_owned() })?;
        let files = Arc::new(self.tree_files(tree));
        Ok(Resolved { state, id: tree.to_string(), commit: None, files })
    }

    fn resolve_index(&self) -> Result<Resolved, Error> {
        let state = State::Index;
        self.need_root(&state)?;
        let of_tree = |tree: Oid| {
            let files = Arc::new(self.tree_files(tree));
            Resolved { state: State::Index, id: tree.to_string(), commit: None, files }
        };
        match recorded_tree(&self.index) {
            Ok(Some(bytes)) => {
                // git wrote the tree when it recorded it; another program may not have.
                if let Some(tree) = oid(bytes).filter(|tree| self.objects.has(*tree)) {
                    return Ok(of_tree(tree));
                }
            }
            Ok(None) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self::nothing(state));
            }
            Err(source) => return Err(Error::Io { path: self.index.clone(), source }),
        }
        match git2::Index::open(&self.index) {
            Ok(index) => {
                let files = IndexFiles::new(self.objects.clone(), &index)?;
                let id = files.digest().to_string();
                Ok(Resolved { state, id, commit: None, files: Arc::new(files) })
            }
            // libgit2 refuses split and sparse indexes (libgit2#6132, libgit2#7260); git does not.
            Err(_) => Ok(of_tree(self.written_tree()?)),
        }
    }

    /// The tree that git itself would commit.
    fn written_tree(&self) -> Result<Oid, Error> {
        let failed = |message: String| Error::Command { command: "write-tree".into(), message };
        let mut command = Command::new("git");
        command.arg("--git-dir").arg(&self.git_dir).arg("write-tree");
        command.env("GIT_INDEX_FILE", &self.index);
        if let Some(root) = &self.root {
            command.env("GIT_WORK_TREE", root);
        }
        let output = command.output().map_err(|error| failed(error.to_string()))?;
        let text = String::from_utf8_lossy(&output.stdout);
        let tree = Oid::from_str(text.trim());
        match tree {
            Ok(tree) if output.status.success() => Ok(tree),
            _ => Err(failed(String::from_utf8_lossy(&output.stderr).trim().to_owned())),
        }
    }

    fn need_root(&self, state: &State) -> Result<&Path, Error> {
        self.root().ok_or_else(|| Error::NoWorktree { state: state.to_string() })
    }

    /// The error for a revision that libgit2 did not find or could not read.
    fn unknown(&self, revision: &str, error: git2::Error) -> Error {
        match error.code() {
            ErrorCode::NotFound | ErrorCode::InvalidSpec | ErrorCode::Ambiguous => {
                Error::UnknownRevision { revision: revision.to_owned(), shallow: self.shallow }
            }
            _ => Error::git(format!("read `{revision}`"), error),
        }
    }
}

/// Why libgit2 did not open a repository.
fn refused(error: git2::Error, directory: &Path) -> Error {
    match (error.code(), error.class()) {
        (ErrorCode::NotFound, _) => Error::NoRepository,
        (ErrorCode::Owner, _) => {
            // "repository path '/srv/funds/' is not owned by current user"
            let quoted = error.message().split('\'').nth(1).map(|path| path.trim_end_matches('/'));
            let path = quoted.map_or_else(|| directory.display().to_string(), str::to_owned);
            Error::ForeignOwner { path }
        }
        // "unsupported extension name extensions.refstorage", "unknown object format 'sha256'".
        (_, ErrorClass::Repository) if error.message().contains("extension") => {
            Error::Unsupported { what: error.message().to_owned() }
        }
        _ if error.message().contains("object format") => {
            Error::Unsupported { what: error.message().to_owned() }
        }
        _ => Error::git("open the repository", error),
    }
}

#[cfg(test)]
#[path = "repository_tests.rs"]
mod tests;
