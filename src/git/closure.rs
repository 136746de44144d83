//! What an evaluation looked at, and the memory of it.
//!
//! The result of an evaluation is a function of the answers it got from [`Files`]: which files it
//! read, which it looked for in vain, which directories it listed. A [`Trace`] records the questions
//! with their answers, so "would it come out the same?" is a few lookups. The import closure, the
//! drizzle configuration, `tsconfig.json` and everything else that matters are in it because they
//! were asked for, not because somebody listed them.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::error::Error;
use super::repository::Repository;
use crate::files::{Blob, Entry, EntryKind, Files, ReadError, digest};

/// How many traces are kept: the branches somebody goes back and forth between.
const KEPT: usize = 8;

/// The questions of one evaluation, each with its answer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Trace {
    /// Path to blob id, `None` when there was no file.
    files: BTreeMap<String, Option<Arc<str>>>,
    /// Directory to a digest of its names and kinds, `None` when there was no directory.
    lists: BTreeMap<String, Option<Arc<str>>>,
    /// Directory to a digest of its files, `None` when there was no directory.
    #[serde(default)]
    folders: BTreeMap<String, Option<Arc<str>>>,
}

impl Trace {
    /// Whether these files give the same answers; no when one cannot be read.
    pub fn holds_for(&self, files: &dyn Files) -> bool {
        self.lists.iter().all(|(path, answer)| {
            files.list(path).is_ok_and(|list| list.map(|list| listing_id(&list)) == *answer)
        }) && self.files.iter().all(|(path, answer)| files.id(path).is_ok_and(|id| id == *answer))
            && self
                .folders
                .iter()
                .all(|(path, answer)| files.folder_id(path).is_ok_and(|id| id == *answer))
    }

    /// A digest of everything that was read: the identity of a state that has none of its own, such
    /// as the files on disk.
    pub fn id(&self) -> Arc<str> {
        let mut bytes = Vec::new();
        for (path, id) in self.read() {
            bytes.extend_from_slice(path.as_bytes());
            bytes.push(0);
            bytes.extend_from_slice(id.as_bytes());
            bytes.push(0);
        }
        digest(&bytes)
    }

    /// Whether nothing was asked.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty() && self.lists.is_empty() && self.folders.is_empty()
    }

    /// The files that were read, in order, with their blob ids.
    pub fn read(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().filter_map(|(path, id)| Some((path.as_str(), id.as_deref()?)))
    }
}

/// Files that record what they are asked.
pub struct Traced<'a> {
    files: &'a dyn Files,
    /// `None` once an answer was an error: what failed once may succeed later.
    trace: Mutex<Option<Trace>>,
}

impl<'a> Traced<'a> {
    /// The same files, with an empty record.
    pub fn new(files: &'a dyn Files) -> Self {
        Self { files, trace: Mutex::new(Some(Trace::default())) }
    }

    /// What was asked; `None` when something could not be read, because then nothing can be said.
    pub fn finish(self) -> Option<Trace> {
        self.trace.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn record(&self, write: impl FnOnce(&mut Trace)) {
        let mut trace = self.trace.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(trace) = trace.as_mut() {
            write(trace);
        }
    }

    /// Gives up on an error, records an answer.
    fn note<T>(&self, answer: &Result<T, ReadError>, write: impl FnOnce(&mut Trace, &T)) {
        match answer {
            Ok(answer) => self.record(|trace| write(trace, answer)),
            Err(_) => *self.trace.lock().unwrap_or_else(PoisonError::into_inner) = None,
        }
    }
}

/// No tree ids are handed on: an evaluation that looked at one would depend on everything below it.
impl Files for Traced<'_> {
    fn read(&self, path: &str) -> Result<Option<Blob>, ReadError> {
        let answer = self.files.read(path);
        self.note(&answer, |trace, blob| {
            trace.files.insert(path.to_owned(), blob.as_ref().map(|blob| blob.id.clone()));
        });
        answer
    }

    fn id(&self, path: &str) -> Result<Option<Arc<str>>, ReadError> {
        let answer = self.files.id(path);
        self.note(&answer, |trace, id| {
            trace.files.insert(path.to_owned(), id.clone());
        });
        answer
    }

    fn list(&self, directory: &str) -> Result<Option<Vec<Entry>>, ReadError> {
        let answer = self.files.list(directory);
        self.note(&answer, |trace, list| {
            let id = list.as_ref().map(|list| listing_id(list));
            trace.lists.insert(directory.to_owned(), id);
        });
        answer
    }

    fn folder_id(&self, directory: &str) -> Result<Option<Arc<str>>, ReadError> {
        let answer = self.files.folder_id(directory);
        self.note(&answer, |trace, id| {
            trace.folders.insert(directory.to_owned(), id.clone());
        });
        answer
    }
}

/// A digest of the names and kinds in a directory.
fn listing_id(entries: &[Entry]) -> Arc<str> {
    let mut bytes = Vec::new();
    for entry in entries {
        bytes.extend_from_slice(entry.name.as_bytes());
        bytes.push(0);
        bytes.push(match entry.kind {
            EntryKind::File => b'f',
            EntryKind::Directory => b'd',
            EntryKind::Symlink => b'l',
            EntryKind::Submodule => b's',
        });
    }
    digest(&bytes)
}

/// Traces that were kept in the git folder. A file that cannot be read is as good as none.
pub struct Memory {
    path: PathBuf,
    key: String,
    traces: Vec<Trace>,
}

/// The file's content.
#[derive(Serialize, Deserialize)]
struct Stored {
    key: String,
    traces: Vec<Trace>,
}

impl Memory {
    /// What is remembered under a key, which must name everything besides the files that decides the
    /// evaluation: the tool's version and the command line's options. Another key forgets.
    pub fn open(repository: &Repository, key: &str) -> Self {
        let path = repository.private_dir().join("closure");
        let stored = fs::read(&path)
            .ok()
            .and_then(|bytes| serde_json::from_slice::<Stored>(&bytes).ok())
            .filter(|stored| stored.key == key);
        let traces = stored.map(|stored| stored.traces).unwrap_or_default();
        // An empty trace would hold for everything.
        let traces = traces.into_iter().filter(|trace| !trace.is_empty()).collect();
        Self { path, key: key.to_owned(), traces }
    }

    /// The traces, the latest first.
    pub fn traces(&self) -> &[Trace] {
        &self.traces
    }

    /// Keeps the trace of an evaluation. Only one that came out without anything unresolved may be
    /// kept: the next time it is not run.
    pub fn remember(&mut self, trace: Trace) -> Result<(), Error> {
        if trace.is_empty() || self.traces.first() == Some(&trace) {
            return Ok(());
        }
        self.traces.retain(|known| *known != trace);
        self.traces.insert(0, trace);
        self.traces.truncate(KEPT);
        let stored = Stored { key: self.key.clone(), traces: self.traces.clone() };
        let failed = |source| Error::Io { path: self.path.clone(), source };
        let bytes = serde_json::to_vec(&stored).map_err(|error| failed(error.into()))?;
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        // Two hooks may write at once: each its own file, then one rename.
        let draft = self.path.with_extension(std::process::id().to_string());
        fs::write(&draft, bytes).and_then(|()| fs::rename(&draft, &self.path)).map_err(failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delta::Diff;
    use crate::files::MemoryFiles;
    use crate::git::gate::unchanged;
    use crate::git::testing::Scratch;

    /// An evaluation: a list, a file that is there, one that is not.
    fn evaluate(files: &dyn Files) -> Trace {
        let traced = Traced::new(files);
        traced.list("schema").expect("readable");
        traced.read("schema/funds.ts").expect("readable");
        traced.id("tsconfig.json").expect("readable");
        traced.finish().expect("complete")
    }

    fn start() -> MemoryFiles {
        MemoryFiles::new([("schema/funds.ts", "funds"), ("README.md", "one")])
    }

    #[test]
    fn what_was_not_asked_does_not_matter() {
        let trace = evaluate(&start());
        let other = MemoryFiles::new([("schema/funds.ts", "funds"), ("src/app.ts", "two")]);
        assert!(unchanged(Diff::new(&start(), &other), &trace));
    }

    #[test]
    fn what_was_read_is_an_identity() {
        let other = MemoryFiles::new([("schema/funds.ts", "funds"), ("src/app.ts", "two")]);
        let edited = MemoryFiles::new([("schema/funds.ts", "edited")]);
        assert_eq!(evaluate(&start()).id(), evaluate(&other).id());
        assert_ne!(evaluate(&start()).id(), evaluate(&edited).id());
    }

    #[test]
    fn what_was_asked_matters() {
        let trace = evaluate(&start());
        for other in [
            MemoryFiles::new([("schema/funds.ts", "edited")]),
            MemoryFiles::new([("schema/funds.ts", "funds"), ("schema/new.ts", "")]),
            MemoryFiles::new([("schema/funds.ts", "funds"), ("tsconfig.json", "{}")]),
            MemoryFiles::default(),
        ] {
            assert!(!unchanged(Diff::new(&start(), &other), &trace), "{other:?}");
            assert!(!unchanged(Diff::new(&other, &start()), &trace), "{other:?}");
            assert!(!unchanged(Diff::new(&other, &other), &trace), "{other:?}");
        }
    }

    #[test]
    fn remembers_across_runs_and_forgets_with_the_key() {
        let scratch = Scratch::new();
        let repository = scratch.open();
        let trace = evaluate(&start());
        let mut memory = Memory::open(&repository, "1");
        assert!(memory.traces().is_empty());
        memory.remember(trace.clone()).expect("writable");
        assert_eq!(Memory::open(&repository, "1").traces(), [trace]);
        assert!(Memory::open(&repository, "2").traces().is_empty());
    }

    #[test]
    fn an_unreadable_memory_is_none() {
        let scratch = Scratch::new();
        let repository = scratch.open();
        for content in ["", "{", "{\"key\":\"1\",\"traces\":[{\"files\":{},\"lists\":{}}]}"] {
            scratch.write(".git/drizzle-guard/closure", content);
            assert!(Memory::open(&repository, "1").traces().is_empty(), "{content:?}");
        }
    }
}
