//! The fixtures of `tests/cases` as data.

use std::fs;
use std::path::{Path, PathBuf};

use drizzle_guard::files::MemoryFiles;
use serde::Deserialize;
use serde_json::Value;

/// A schema before and after a change, and what drizzle-kit made of it.
pub(crate) struct Case {
    /// The folder's name.
    pub(crate) name: String,
    /// `case.json`.
    pub(crate) settings: Settings,
    /// `oracle.json`.
    pub(crate) record: Record,
    folder: PathBuf,
}

/// `case.json`; everything in it has a default.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Settings {
    /// The `schema` entries of a drizzle config.
    pub(crate) schema: Vec<String>,
    /// The `casing` of a drizzle config.
    pub(crate) casing: Option<String>,
    /// Stated renames.
    pub(crate) renames: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { schema: vec!["schema.ts".to_owned()], casing: None, renames: Vec::new() }
    }
}

/// `oracle.json`.
#[derive(Deserialize)]
pub(crate) struct Record {
    /// The snapshot of the base.
    pub(crate) before: Option<Value>,
    /// The snapshot of the head.
    pub(crate) after: Option<Value>,
    /// drizzle-kit's names of the statements.
    #[serde(default)]
    pub(crate) kinds: Vec<String>,
    /// The statements.
    #[serde(default)]
    pub(crate) sql: Vec<String>,
    /// What drizzle-kit stops with, if it does.
    pub(crate) error: Option<String>,
}

impl Case {
    /// Every fixture, by name.
    pub(crate) fn all() -> Vec<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
        let folders = fs::read_dir(&root).expect("tests/cases is there");
        let mut folders: Vec<_> = folders.map(|entry| entry.expect("readable").path()).collect();
        folders.retain(|folder| folder.join("oracle.json").is_file());
        folders.sort();
        assert!(!folders.is_empty(), "no case in {}", root.display());
        folders.into_iter().map(Self::open).collect()
    }

    fn open(folder: PathBuf) -> Self {
        let name = folder.file_name().expect("a name").to_string_lossy().into_owned();
        let parse = |file: &str| fs::read(folder.join(file)).ok();
        let settings = parse("case.json").map_or_else(Settings::default, |text| {
            serde_json::from_slice(&text).unwrap_or_else(|e| panic!("{name}/case.json: {e}"))
        });
        let record = parse("oracle.json").expect("oracle.json is there");
        let record =
            serde_json::from_slice(&record).unwrap_or_else(|e| panic!("{name}/oracle.json: {e}"));
        Self { name, settings, record, folder }
    }

    /// Whether the side is there: without one there was no schema yet.
    pub(crate) fn has(&self, side: &str) -> bool {
        self.folder.join(side).is_dir()
    }

    /// The files of one side; none at all when the folder is not there.
    pub(crate) fn files(&self, side: &str) -> MemoryFiles {
        let root = self.folder.join(side);
        let mut found = Vec::new();
        collect(&root, &root, &mut found);
        MemoryFiles::new(found)
    }
}

fn collect(root: &Path, folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            collect(root, &path, found);
        } else {
            let name = path.strip_prefix(root).expect("below the root");
            let name = name.to_string_lossy().replace('\\', "/");
            found.push((name, fs::read(&path).expect("readable")));
        }
    }
}

/// What went wrong over all cases, so that one failing case does not hide the others.
#[derive(Default)]
pub(crate) struct Failures {
    messages: Vec<String>,
    checked: usize,
}

impl Failures {
    /// Runs one check of one case.
    pub(crate) fn check(
        &mut self,
        case: &Case,
        what: &str,
        check: impl FnOnce() -> Result<(), String>,
    ) {
        self.checked += 1;
        if let Err(message) = check() {
            self.messages.push(format!("{} ({what}): {message}", case.name));
        }
    }

    /// Fails when any check failed, or when there was none.
    pub(crate) fn finish(self) {
        assert!(self.checked > 0, "nothing was checked");
        let failed = self.messages.len();
        assert!(failed == 0, "{failed} of {}:\n{}", self.checked, self.messages.join("\n"));
    }
}

/// Equality of two snapshots as text, so the order of keys counts; the ids of the snapshots do not.
pub(crate) fn same_json(expected: &Value, actual: &Value) -> Result<(), String> {
    let pretty = |value: &Value| {
        let mut value = value.clone();
        if let Some(map) = value.as_object_mut() {
            for key in ["id", "prevId", "_meta"] {
                map.shift_remove(key);
            }
        }
        serde_json::to_string_pretty(&value).expect("JSON")
    };
    let (expected, actual) = (pretty(expected), pretty(actual));
    same_text(&expected, &actual)
}

/// Equality of two texts; the error shows where they part.
pub(crate) fn same_text(expected: &str, actual: &str) -> Result<(), String> {
    if expected == actual {
        return Ok(());
    }
    let (mut wanted, mut got) = (expected.lines(), actual.lines());
    let mut line = 0;
    loop {
        line += 1;
        match (wanted.next(), got.next()) {
            (None, None) => return Err("the line ends differ".to_owned()),
            (a, b) if a == b => {}
            (a, b) => {
                let (a, b) = (a.unwrap_or("the end"), b.unwrap_or("the end"));
                return Err(format!("line {line}\n  drizzle-kit   {a}\n  drizzle-guard {b}"));
            }
        }
    }
}
