//! What can go wrong between the repository and its files.

use std::path::PathBuf;

use crate::files::ReadError;

/// Why a state, a repository or a push could not be read. The message names the thing; [`Error::hint`]
/// names the way out.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No repository above the directory.
    #[error("not in a git repository")]
    NoRepository,
    /// The repository belongs to somebody else, and git's safety check says no.
    #[error("the repository at {path} is owned by another user")]
    ForeignOwner {
        /// The repository.
        path: String,
    },
    /// A repository format that libgit2 does not read.
    #[error("the repository uses {what}, which cannot be read")]
    Unsupported {
        /// The format, in git's words.
        what: String,
    },
    /// A revision that names nothing.
    #[error("`{revision}` is not a revision of this repository")]
    UnknownRevision {
        /// As written.
        revision: String,
        /// Whether the clone is shallow, so that the revision may exist elsewhere.
        shallow: bool,
    },
    /// A revision that names a blob.
    #[error("`{revision}` is neither a commit nor a tree")]
    NotATree {
        /// As written.
        revision: String,
    },
    /// `:index` or `:worktree` in a bare repository.
    #[error("`{state}` needs a worktree, and this repository is bare")]
    NoWorktree {
        /// The state.
        state: String,
    },
    /// A snapshot or a database where files are needed.
    #[error("`{state}` has no files")]
    NotFiles {
        /// The state.
        state: String,
    },
    /// An index with unresolved conflicts: there is nothing that a commit would record.
    #[error("the index has unresolved conflicts in {}", list(files))]
    Conflicts {
        /// The files, sorted.
        files: Vec<String>,
    },
    /// A line of pre-push's standard input that git would not write.
    #[error(
        "line {line} of the pushed refs is not `<local ref> <oid> <remote ref> <oid>`: {text:?}"
    )]
    BadRefLine {
        /// Line, from 1.
        line: usize,
        /// The line.
        text: String,
    },
    /// The remote has a commit that this clone does not have, and nothing else is known of it.
    #[error("{reference} on the remote is at {oid}, which this clone does not have")]
    UnknownRemoteCommit {
        /// The ref on the remote.
        reference: String,
        /// Where it is.
        oid: String,
        /// What to fetch from.
        remote: String,
    },
    /// Hooks cannot be put here.
    #[error("{why}")]
    Hooks {
        /// Why not.
        why: String,
        /// What to do instead.
        hint: String,
    },
    /// An object could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// git itself failed.
    #[error("`git {command}` failed: {message}")]
    Command {
        /// The arguments.
        command: String,
        /// What git said.
        message: String,
    },
    /// A file of the git folder could not be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// libgit2 failed.
    #[error("failed to {doing}: {}", source.message())]
    Git {
        /// What was being done.
        doing: String,
        /// What libgit2 said.
        source: git2::Error,
    },
}

impl Error {
    /// What the user can do about it.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NoRepository => "run it inside a repository, or say where with -C DIR".to_owned(),
            Self::ForeignOwner { path } => {
                format!("trust it with `git config --global --add safe.directory '{path}'`")
            }
            Self::Unsupported { .. } => {
                "drizzle-guard reads SHA-1 repositories with the classic ref storage".to_owned()
            }
            Self::UnknownRevision { shallow: true, .. } => {
                "this clone is shallow: `git fetch --unshallow` brings the rest".to_owned()
            }
            Self::UnknownRevision { .. } => {
                "fetch it first, or check the spelling with `git rev-parse`".to_owned()
            }
            Self::NotATree { .. } => "name a commit, a tag or a tree".to_owned(),
            Self::NoWorktree { .. } => "name a revision instead, e.g. --head main".to_owned(),
            Self::Conflicts { .. } => "resolve them and `git add` the files".to_owned(),
            Self::BadRefLine { .. } => {
                "the hook must pass its standard input on unchanged".to_owned()
            }
            Self::UnknownRemoteCommit { remote, .. } => {
                format!("run `git fetch {remote}`, then push again")
            }
            Self::Hooks { hint, .. } => hint.clone(),
            Self::Read(error) => return error.hint.clone(),
            Self::NotFiles { .. } | Self::Command { .. } | Self::Io { .. } | Self::Git { .. } => {
                return None;
            }
        })
    }

    /// Wraps an error of libgit2.
    pub(super) fn git(doing: impl Into<String>, source: git2::Error) -> Self {
        Self::Git { doing: doing.into(), source }
    }
}

/// The first few of some names.
fn list(names: &[String]) -> String {
    const SHOWN: usize = 5;
    let shown = names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
