//! A set of files at one point in time, as everything above git sees it.
//!
//! A commit's tree, the index, the worktree and a test's in-memory files are all a [`Files`]. Paths
//! go from the repository's root, with `/`, without `.` and `..`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// One file's content and its identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blob {
    /// Equal ids mean equal bytes: git's blob oid in hexadecimal, or any digest for other sources.
    pub id: Arc<str>,
    /// The bytes, as committed.
    pub bytes: Arc<[u8]>,
}

/// A name in a directory.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// The last part of the path.
    pub name: String,
    /// What it is.
    pub kind: EntryKind,
}

/// What a name in a directory stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link, followed by nobody unless the reader says so.
    Symlink,
    /// A submodule.
    Submodule,
}

/// Why a file could not be read. A file that does not exist is not an error.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {why}")]
pub struct ReadError {
    /// The path asked for.
    pub path: String,
    /// A lower-case fragment, e.g. "the object is missing from this clone".
    pub why: String,
    /// What the user can do about it, if known.
    pub hint: Option<String>,
}

/// Files of one state.
pub trait Files: Send + Sync {
    /// The file at `path`; `None` when there is none (also when it is a directory).
    fn read(&self, path: &str) -> Result<Option<Blob>, ReadError>;

    /// The blob id of the file at `path`, without reading it; `None` when there is no file.
    fn id(&self, path: &str) -> Result<Option<Arc<str>>, ReadError>;

    /// The names in a directory, sorted by bytes; `None` when it is not a directory. `""` is the root.
    fn list(&self, directory: &str) -> Result<Option<Vec<Entry>>, ReadError>;

    /// A digest of the names and contents of the files directly in a directory; `None` when it is
    /// not a directory.
    fn folder_id(&self, directory: &str) -> Result<Option<Arc<str>>, ReadError> {
        let Some(entries) = self.list(directory)? else { return Ok(None) };
        let mut bytes = Vec::new();
        for entry in entries.iter().filter(|entry| entry.kind == EntryKind::File) {
            bytes.extend_from_slice(entry.name.as_bytes());
            bytes.push(0);
            let id = self.id(&format!("{directory}/{}", entry.name))?;
            bytes.extend_from_slice(id.as_deref().unwrap_or_default().as_bytes());
            bytes.push(0);
        }
        Ok(Some(digest(&bytes)))
    }

    /// The id of the tree at `directory` if the state knows it without work; equal ids mean equal
    /// content below it.
    fn tree_id(&self, directory: &str) -> Option<Arc<str>> {
        let _ = directory;
        None
    }
}

/// Files held in memory: tests, and drafts.
#[derive(Debug, Clone, Default)]
pub struct MemoryFiles {
    files: BTreeMap<String, Arc<[u8]>>,
}

impl MemoryFiles {
    /// Files from pairs of path and text.
    pub fn new<P: Into<String>, T: AsRef<[u8]>>(files: impl IntoIterator<Item = (P, T)>) -> Self {
        let files = files.into_iter().map(|(p, t)| (p.into(), Arc::from(t.as_ref()))).collect();
        Self { files }
    }
}

impl Files for MemoryFiles {
    fn read(&self, path: &str) -> Result<Option<Blob>, ReadError> {
        let blob = |bytes: &Arc<[u8]>| Blob { id: digest(bytes), bytes: bytes.clone() };
        Ok(self.files.get(path).map(blob))
    }

    fn id(&self, path: &str) -> Result<Option<Arc<str>>, ReadError> {
        Ok(self.files.get(path).map(|bytes| digest(bytes)))
    }

    fn list(&self, directory: &str) -> Result<Option<Vec<Entry>>, ReadError> {
        let prefix = if directory.is_empty() { String::new() } else { format!("{directory}/") };
        let mut entries = BTreeSet::new();
        for path in self.files.keys() {
            let Some(rest) = path.strip_prefix(&prefix) else { continue };
            let (name, kind) = match rest.split_once('/') {
                Some((name, _)) => (name, EntryKind::Directory),
                None => (rest, EntryKind::File),
            };
            entries.insert(Entry { name: name.to_owned(), kind });
        }
        Ok((!entries.is_empty()).then(|| entries.into_iter().collect()))
    }
}

/// A content digest for sources that have no git oid.
pub fn digest(bytes: &[u8]) -> Arc<str> {
    use sha2::{Digest, Sha256};
    let hash = Sha256::digest(bytes);
    hash.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into()
}
