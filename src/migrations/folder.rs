//! drizzle-kit's migrations folder: `meta/_journal.json`, `meta/NNNN_snapshot.json`, `NNNN_name.sql`.

use std::sync::Arc;

use serde::Deserialize;

use crate::files::{EntryKind, Files, ReadError};
use crate::origin::Origin;
use crate::schema::{Schema, snapshot};

/// A migrations folder of one state. It holds names and ids; files are read when they are needed.
#[derive(Debug, Clone, Default)]
pub struct Folder {
    /// From the repository's root.
    pub path: String,
    /// In the journal's order, which is the order in which they run.
    pub entries: Vec<Entry>,
    /// Why the journal cannot be read, if it cannot.
    pub unreadable: Option<(Origin, String)>,
    /// The snapshots, by name: `0007_snapshot.json` and the blob's id.
    pub snapshots: Vec<(String, Arc<str>)>,
    /// SQL files directly in the folder: name and the blob's id.
    pub files: Vec<(String, Arc<str>)>,
}

/// One entry of the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number.
    pub idx: i64,
    /// When it was made, in milliseconds. drizzle-kit migrate runs what is newer than the newest
    /// that has run, and nothing else.
    pub when: i64,
    /// The file's name without `.sql`.
    pub tag: String,
    /// Its place in the journal.
    pub origin: Origin,
    /// The blob of its SQL file; `None` when there is no such file.
    pub sql: Option<Arc<str>>,
}

#[derive(Deserialize)]
struct RawJournal {
    #[serde(default)]
    entries: Vec<RawEntry>,
}

#[derive(Deserialize)]
struct RawEntry {
    idx: serde_json::Number,
    when: serde_json::Number,
    tag: String,
}

impl Folder {
    /// Reads the journal and the names; `None` when there is no journal.
    pub fn read(files: &dyn Files, path: &str) -> Result<Option<Self>, ReadError> {
        let journal = format!("{path}/meta/_journal.json");
        let Some(blob) = files.read(&journal)? else { return Ok(None) };
        let text = String::from_utf8_lossy(&blob.bytes);
        let mut folder = Self { path: path.to_owned(), ..Self::default() };
        let named = |directory: &str, suffix: &str| -> Result<Vec<(String, Arc<str>)>, ReadError> {
            let mut found = Vec::new();
            for entry in files.list(directory)?.unwrap_or_default() {
                if entry.kind == EntryKind::File
                    && entry.name.ends_with(suffix)
                    && let Some(id) = files.id(&format!("{directory}/{}", entry.name))?
                {
                    found.push((entry.name, id));
                }
            }
            Ok(found)
        };
        folder.snapshots = named(&format!("{path}/meta"), "_snapshot.json")?;
        folder.files = named(path, ".sql")?;
        match serde_json::from_str::<RawJournal>(&text) {
            Ok(raw) => {
                let mut from = 0;
                for entry in raw.entries {
                    let origin = place(&text, &mut from, &entry.tag, &journal);
                    let name = format!("{}.sql", entry.tag);
                    let sql = folder.files.iter().find(|(it, _)| *it == name);
                    folder.entries.push(Entry {
                        idx: whole(&entry.idx),
                        when: whole(&entry.when),
                        sql: sql.map(|(_, id)| id.clone()),
                        tag: entry.tag,
                        origin,
                    });
                }
            }
            Err(error) => {
                let at = |number: usize| u32::try_from(number).unwrap_or(u32::MAX).max(1);
                let origin = Origin::new(journal.as_str(), at(error.line()), at(error.column()));
                folder.unreadable = Some((origin, error.to_string()));
            }
        }
        Ok(Some(folder))
    }

    /// The entry of a tag.
    pub fn entry(&self, tag: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.tag == tag)
    }

    /// The newest time in the journal: what a database that is up to date has run last.
    pub fn newest(&self) -> Option<&Entry> {
        self.entries.iter().max_by_key(|entry| entry.when)
    }

    /// The path of an entry's SQL.
    pub fn sql_path(&self, entry: &Entry) -> String {
        format!("{}/{}.sql", self.path, entry.tag)
    }

    /// An entry's SQL; empty when it has no file.
    pub fn sql(&self, files: &dyn Files, entry: &Entry) -> Result<String, ReadError> {
        let blob = files.read(&self.sql_path(entry))?;
        let text = blob.map(|blob| String::from_utf8_lossy(&blob.bytes).into_owned());
        Ok(text.unwrap_or_default())
    }

    /// The snapshot that belongs to an entry: the one with its number.
    pub fn snapshot_of(&self, entry: &Entry) -> Option<&str> {
        let number = entry.tag.split('_').next().unwrap_or_default();
        let name = format!("{number}_snapshot.json");
        self.snapshots.iter().find(|(it, _)| *it == name).map(|(it, _)| it.as_str())
    }

    /// The newest snapshot: that of the last entry that has one.
    pub fn newest_snapshot(&self) -> Option<&str> {
        self.entries.iter().rev().find_map(|entry| self.snapshot_of(entry))
    }

    /// The schema in a snapshot; `None` when it cannot be read.
    pub fn schema(&self, files: &dyn Files, name: &str) -> Result<Option<Schema>, ReadError> {
        let path = format!("{}/meta/{name}", self.path);
        let Some(blob) = files.read(&path)? else { return Ok(None) };
        let text = String::from_utf8_lossy(&blob.bytes);
        Ok(snapshot::from_json(&text, &path).ok())
    }

    /// The `id` and `prevId` of a snapshot.
    pub fn chain(&self, files: &dyn Files, name: &str) -> Result<Option<Link>, ReadError> {
        let Some(blob) = files.read(&format!("{}/meta/{name}", self.path))? else {
            return Ok(None);
        };
        Ok(serde_json::from_slice(&blob.bytes).ok())
    }
}

/// What chains a snapshot to the one before it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Link {
    /// Its own id.
    pub id: String,
    /// The id of the snapshot that it was made from.
    #[serde(rename = "prevId")]
    pub previous: String,
}

/// JSON numbers may be written as `1.7e12`.
fn whole(number: &serde_json::Number) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds and counts fit")]
    let rounded = || number.as_f64().map(|it| it as i64);
    number.as_i64().or_else(rounded).unwrap_or_default()
}

/// Where an entry stands in the journal's text: the line of its tag, searched for after the one
/// before it.
fn place(text: &str, from: &mut usize, tag: &str, journal: &str) -> Origin {
    let quoted = format!("\"{tag}\"");
    let rest = text.get(*from..).unwrap_or_default();
    let Some(found) = rest.find(&quoted) else { return Origin::new(journal, 1, 1) };
    let at = *from + found;
    *from = at + quoted.len();
    let before = text.get(..at).unwrap_or_default();
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let number = |it: usize| u32::try_from(it).unwrap_or(u32::MAX);
    Origin::new(journal, number(line), number(column))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::MemoryFiles;

    #[test]
    fn a_journal_is_read_with_its_places() {
        let journal = "{\"version\": \"7\", \"entries\": [\n  {\"idx\": 0, \"when\": 1700000000000, \
                       \"tag\": \"0000_funds\"},\n  {\"idx\": 1, \"when\": 1.7e12, \"tag\": \
                       \"0001_carry\"}\n]}";
        let files = MemoryFiles::new([
            ("drizzle/meta/_journal.json", journal),
            ("drizzle/meta/0001_snapshot.json", "{}"),
            ("drizzle/0000_funds.sql", "SELECT 1;"),
        ]);
        let folder = Folder::read(&files, "drizzle").expect("readable").expect("there");
        let tags: Vec<&str> = folder.entries.iter().map(|it| it.tag.as_str()).collect();
        assert_eq!(tags, ["0000_funds", "0001_carry"]);
        assert_eq!(folder.entries[1].origin.line, 3);
        assert_eq!(folder.entries[1].when, 1_700_000_000_000);
        assert!(folder.entries[0].sql.is_some() && folder.entries[1].sql.is_none());
        assert_eq!(folder.newest_snapshot(), Some("0001_snapshot.json"));
    }

    #[test]
    fn a_journal_with_conflict_markers_says_where() {
        let files = MemoryFiles::new([("out/meta/_journal.json", "{\n<<<<<<< HEAD\n")]);
        let folder = Folder::read(&files, "out").expect("readable").expect("there");
        let (origin, _) = folder.unreadable.expect("it does not read");
        assert_eq!((&*origin.file, origin.line), ("out/meta/_journal.json", 2));
    }

    #[test]
    fn no_journal_is_no_folder() {
        let files = MemoryFiles::new([("drizzle/0000_funds.sql", "SELECT 1;")]);
        assert!(Folder::read(&files, "drizzle").expect("readable").is_none());
    }
}
