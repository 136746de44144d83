//! The files of a git tree, and of the state before the first commit.

use std::sync::Arc;

use git2::Oid;

use super::objects::{Node, Objects, Store, follow, id, read};
use crate::files::{Blob, Entry, Files, ReadError};

/// The files of a tree. Symbolic links are followed inside the tree by `read`, `id` and `list`;
/// `list` names them as links.
#[derive(Clone)]
pub struct TreeFiles {
    objects: Arc<Objects>,
    root: Oid,
}

impl TreeFiles {
    pub(super) fn new(objects: Arc<Objects>, root: Oid) -> Self {
        Self { objects, root }
    }

    /// The tree.
    pub fn root(&self) -> Oid {
        self.root
    }
}

impl Store for TreeFiles {
    fn node(&self, path: &str) -> Result<Option<Node>, ReadError> {
        let mut node = Node::Directory(Some(self.root));
        let mut done = 0;
        if path.is_empty() {
            return Ok(Some(node));
        }
        for part in path.split('/') {
            let Node::Directory(Some(tree)) = node else { return Ok(None) };
            let above = path.get(..done).unwrap_or("").trim_end_matches('/');
            let rows = self.objects.tree(tree, above)?;
            let found = rows.binary_search_by(|(name, _)| name.as_str().cmp(part));
            let Some((_, next)) = found.ok().and_then(|at| rows.get(at)) else { return Ok(None) };
            node = *next;
            done += part.len() + 1;
        }
        Ok(Some(node))
    }

    fn objects(&self) -> &Objects {
        &self.objects
    }
}

impl Files for TreeFiles {
    fn read(&self, path: &str) -> Result<Option<Blob>, ReadError> {
        read(self, path)
    }

    fn id(&self, path: &str) -> Result<Option<Arc<str>>, ReadError> {
        id(self, path)
    }

    fn list(&self, directory: &str) -> Result<Option<Vec<Entry>>, ReadError> {
        let Some((at, Node::Directory(Some(tree)))) = follow(self, directory)? else {
            return Ok(None);
        };
        let rows = self.objects.tree(tree, &at)?;
        let entry = |(name, node): &(String, Node)| Entry { name: name.clone(), kind: node.kind() };
        Ok(Some(rows.iter().map(entry).collect()))
    }

    fn tree_id(&self, directory: &str) -> Option<Arc<str>> {
        match self.node(directory) {
            Ok(Some(Node::Directory(Some(tree)))) => Some(tree.to_string().into()),
            _ => None,
        }
    }
}

/// No files: the state before the first commit, and `:empty`.
#[derive(Debug, Clone, Copy, Default)]
pub struct EmptyFiles;

impl Files for EmptyFiles {
    fn read(&self, _: &str) -> Result<Option<Blob>, ReadError> {
        Ok(None)
    }

    fn id(&self, _: &str) -> Result<Option<Arc<str>>, ReadError> {
        Ok(None)
    }

    fn list(&self, _: &str) -> Result<Option<Vec<Entry>>, ReadError> {
        Ok(None)
    }
}
