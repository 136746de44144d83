//! The repository as a hook sees it: states become sets of files, pushed refs become ranges.
//!
//! Everything here reads through libgit2; the two things it cannot do (a split or sparse index, and
//! `-c` configuration) are asked of git itself.

mod ancestry;
mod closure;
mod error;
mod gate;
pub mod hooks;
mod index;
mod objects;
mod pushed;
mod repository;
mod state;
mod tree;
mod worktree;

pub use ancestry::Ancestors;
pub use closure::{Memory, Trace, Traced};
pub use error::Error;
pub use gate::{Gate, gate, unchanged};
pub use git2::Oid;
pub use index::IndexFiles;
pub use pushed::{Handed, Push, Range, RefUpdate, Remark, outgoing, parse_ref_updates};
pub use repository::{Environment, Repository, Resolved};
pub use state::{ParseStateError, State};
pub use tree::{EmptyFiles, TreeFiles};
pub use worktree::WorktreeFiles;

#[cfg(test)]
pub(crate) mod testing;
