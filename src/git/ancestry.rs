//! The commits before one, for a base that cannot be evaluated.

use std::sync::Arc;

use git2::{ErrorCode, Oid};

use super::error::Error;
use super::objects::Objects;

/// How far a base is looked for. A schema that was broken for longer than this is news.
const LIMIT: usize = 200;

/// First parents of a commit, the nearest first, at most 200 of them. Ends early at the root, and at
/// the edge of a shallow clone.
pub struct Ancestors {
    objects: Arc<Objects>,
    at: Option<Oid>,
    left: usize,
}

impl Ancestors {
    pub(super) fn new(objects: Arc<Objects>, commit: Oid) -> Self {
        Self { objects, at: Some(commit), left: LIMIT }
    }
}

impl Iterator for Ancestors {
    type Item = Result<Oid, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let at = self.at.take()?;
        self.left = self.left.checked_sub(1)?;
        let git = self.objects.git();
        let parent = git.find_commit(at).map(|commit| commit.parent_id(0).ok());
        match parent {
            Ok(None) => None,
            Ok(Some(parent)) => {
                self.at = git.find_commit(parent).is_ok().then_some(parent);
                self.at.map(Ok)
            }
            Err(error) if error.code() == ErrorCode::NotFound => None,
            Err(error) => Some(Err(Error::git(format!("read commit {at}"), error))),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::git::testing::Scratch;

    #[test]
    fn walks_first_parents_to_the_root() {
        let scratch = Scratch::new();
        scratch.write("a", "1");
        let first = scratch.commit("first");
        scratch.git(&["checkout", "-q", "-b", "side"]);
        scratch.write("b", "1");
        scratch.commit("side");
        scratch.git(&["checkout", "-q", "main"]);
        scratch.write("a", "2");
        let second = scratch.commit("second");
        scratch.git(&["merge", "-q", "--no-ff", "-m", "merge", "side"]);
        let repository = scratch.open();
        let head = repository.head().expect("readable").expect("born");
        let walked: Result<Vec<_>, _> = repository.ancestors(head).collect();
        let walked: Vec<_> = walked.expect("readable").iter().map(ToString::to_string).collect();
        assert_eq!(walked, [second, first]);
    }

    #[test]
    fn a_shallow_clone_ends_quietly() {
        let scratch = Scratch::new();
        for text in ["1", "2", "3"] {
            scratch.write("a", text);
            scratch.commit(text);
        }
        let shallow = scratch.clone_with(&["--depth", "2"]);
        let repository = shallow.open();
        let head = repository.head().expect("readable").expect("born");
        assert_eq!(repository.ancestors(head).count(), 1);
    }
}
