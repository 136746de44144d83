//! The files on disk.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use git2::{ObjectType, Oid};

use crate::files::{Blob, Entry, EntryKind, Files, ReadError};

/// The files below a directory. Ignored files are files; `.git` is not. A name matches only in its
/// own case, also where the disk would forgive it, because the server that builds the project will
/// not. Symbolic links are followed unless they lead out of the directory.
pub struct WorktreeFiles {
    root: PathBuf,
    /// Directory listings, by path.
    listings: Mutex<BTreeMap<String, Option<Arc<[Entry]>>>>,
}

impl WorktreeFiles {
    /// The files below `root`.
    pub fn new(root: &Path) -> io::Result<Self> {
        Ok(Self { root: root.canonicalize()?, listings: Mutex::new(BTreeMap::new()) })
    }

    /// The place on disk of an existing path, which is inside the root; `None` when there is none.
    fn locate(&self, path: &str) -> Result<Option<PathBuf>, ReadError> {
        let mut above = String::new();
        for part in path.split('/').filter(|part| !part.is_empty()) {
            let Some(entries) = self.entries(&above)? else { return Ok(None) };
            if !entries.iter().any(|entry| entry.name == part) {
                return Ok(None);
            }
            if !above.is_empty() {
                above.push('/');
            }
            above.push_str(part);
        }
        let place = match self.root.join(path).canonicalize() {
            Ok(place) => place,
            Err(error) if is_absent(&error) => return Ok(None),
            Err(error) => return Err(failed(path, &error)),
        };
        if !place.starts_with(&self.root) {
            let why = "a symbolic link leads out of the repository".to_owned();
            let hint = Some("name the file itself instead of a link to it".to_owned());
            return Err(ReadError { path: path.to_owned(), why, hint });
        }
        Ok(Some(place))
    }

    /// A directory's names, kept.
    fn entries(&self, directory: &str) -> Result<Option<Arc<[Entry]>>, ReadError> {
        let listings = || self.listings.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = listings().get(directory) {
            return Ok(known.clone());
        }
        let entries = self.read_directory(directory)?;
        listings().insert(directory.to_owned(), entries.clone());
        Ok(entries)
    }

    fn read_directory(&self, directory: &str) -> Result<Option<Arc<[Entry]>>, ReadError> {
        // Every part above was found by name already; the root needs no lookup.
        let place = self.root.join(directory);
        let rows = match fs::read_dir(&place) {
            Ok(rows) => rows,
            Err(error) if is_absent(&error) => return Ok(None),
            Err(error) => return Err(failed(directory, &error)),
        };
        let mut entries = Vec::new();
        for row in rows {
            let row = row.map_err(|error| failed(directory, &error))?;
            let kind = row.file_type().map_err(|error| failed(directory, &error))?;
            let name = row.file_name().to_string_lossy().into_owned();
            if name == ".git" {
                continue;
            }
            let kind = if kind.is_symlink() {
                EntryKind::Symlink
            } else if kind.is_dir() {
                // A directory with its own `.git` is another repository.
                let own = row.path().join(".git").symlink_metadata().is_ok();
                if own { EntryKind::Submodule } else { EntryKind::Directory }
            } else if kind.is_file() {
                EntryKind::File
            } else {
                continue;
            };
            entries.push(Entry { name, kind });
        }
        entries.sort_unstable();
        Ok(Some(entries.into()))
    }
}

impl Files for WorktreeFiles {
    fn read(&self, path: &str) -> Result<Option<Blob>, ReadError> {
        let Some(place) = self.locate(path)? else { return Ok(None) };
        if !place.is_file() {
            return Ok(None);
        }
        let bytes = fs::read(&place).map_err(|error| failed(path, &error))?;
        let oid = Oid::hash_object(ObjectType::Blob, &bytes)
            .map_err(|error| failed(path, &io::Error::other(error)))?;
        Ok(Some(Blob { id: oid.to_string().into(), bytes: bytes.into() }))
    }

    fn id(&self, path: &str) -> Result<Option<Arc<str>>, ReadError> {
        Ok(self.read(path)?.map(|blob| blob.id))
    }

    fn list(&self, directory: &str) -> Result<Option<Vec<Entry>>, ReadError> {
        match self.locate(directory)? {
            Some(place) if place.is_dir() => {}
            _ => return Ok(None),
        }
        Ok(self.entries(directory)?.map(|entries| entries.to_vec()))
    }
}

/// Whether the error says that there is no such file, also because a part above is a file.
fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

fn failed(path: &str, error: &io::Error) -> ReadError {
    ReadError { path: path.to_owned(), why: error.to_string(), hint: None }
}
