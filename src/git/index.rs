//! What `git commit` would record, where the index has no valid tree of its own.

use std::sync::Arc;

use git2::{IndexEntryExtendedFlag, Oid};

use super::error::Error;
use super::objects::{Node, Objects, Store, follow, id, read};
use crate::files::{Blob, Entry, EntryKind, Files, ReadError, digest};

/// The files of an index: its entries of stage 0, without those that are only intended to be added
/// (`git add -N`), which a commit leaves out.
#[derive(Clone)]
pub struct IndexFiles {
    objects: Arc<Objects>,
    /// Sorted by the bytes of the path.
    entries: Arc<[(String, Node)]>,
    id: Arc<str>,
}

impl IndexFiles {
    /// The files of an index; an error when it has conflicts, because then there is nothing that a
    /// commit would record.
    pub(super) fn new(objects: Arc<Objects>, index: &git2::Index) -> Result<Self, Error> {
        let intent_to_add = IndexEntryExtendedFlag::INTENT_TO_ADD.bits();
        let mut entries: Vec<(String, Node)> = Vec::with_capacity(index.len());
        let mut conflicts: Vec<String> = Vec::new();
        let mut summary = Vec::new();
        for entry in index.iter() {
            let path = String::from_utf8_lossy(&entry.path).into_owned();
            // Bits 12 and 13 are the stage: 0 when merged.
            if (entry.flags >> 12) & 0b11 != 0 {
                if conflicts.last() != Some(&path) {
                    conflicts.push(path);
                }
                continue;
            }
            if entry.flags_extended & intent_to_add != 0 {
                continue;
            }
            if let Some(node) = Node::of_mode(entry.mode, entry.id) {
                summary.extend_from_slice(path.as_bytes());
                summary.push(0);
                summary.extend_from_slice(entry.id.as_bytes());
                entries.push((path, node));
            }
        }
        if !conflicts.is_empty() {
            return Err(Error::Conflicts { files: conflicts });
        }
        entries.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        Ok(Self { objects, entries: entries.into(), id: digest(&summary) })
    }

    /// A digest of all paths and blob ids.
    pub fn digest(&self) -> Arc<str> {
        self.id.clone()
    }

    /// The entries below a directory, `prefix` being empty or ending in `/`.
    fn below<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, Node)> {
        let start = self.entries.partition_point(|(path, _)| path.as_str() < prefix);
        let entries = self.entries.get(start..).unwrap_or(&[]);
        entries.iter().map_while(move |(path, node)| Some((path.strip_prefix(prefix)?, *node)))
    }
}

impl Store for IndexFiles {
    fn node(&self, path: &str) -> Result<Option<Node>, ReadError> {
        if path.is_empty() {
            return Ok(Some(Node::Directory(None)));
        }
        let found = self.entries.binary_search_by(|(entry, _)| entry.as_str().cmp(path));
        if let Some((_, node)) = found.ok().and_then(|at| self.entries.get(at)) {
            return Ok(Some(*node));
        }
        let directory = self.below(&format!("{path}/")).next().is_some();
        Ok(directory.then_some(Node::Directory(None)))
    }

    fn objects(&self) -> &Objects {
        &self.objects
    }
}

impl Files for IndexFiles {
    fn read(&self, path: &str) -> Result<Option<Blob>, ReadError> {
        read(self, path)
    }

    fn id(&self, path: &str) -> Result<Option<Arc<str>>, ReadError> {
        id(self, path)
    }

    fn list(&self, directory: &str) -> Result<Option<Vec<Entry>>, ReadError> {
        let Some((at, Node::Directory(_))) = follow(self, directory)? else { return Ok(None) };
        let prefix = if at.is_empty() { String::new() } else { format!("{at}/") };
        let mut entries: Vec<Entry> = Vec::new();
        for (rest, node) in self.below(&prefix) {
            let (name, kind) = match rest.split_once('/') {
                Some((name, _)) => (name, EntryKind::Directory),
                None => (rest, node.kind()),
            };
            if entries.last().is_none_or(|last| last.name != name) {
                entries.push(Entry { name: name.to_owned(), kind });
            }
        }
        // `a-b` sorts before `a/c` among paths, but after `a` among names.
        entries.sort_unstable();
        Ok(Some(entries))
    }
}

/// The raw id of an index's tree.
pub(super) fn oid(bytes: [u8; 20]) -> Option<Oid> {
    Oid::from_bytes(&bytes).ok()
}
