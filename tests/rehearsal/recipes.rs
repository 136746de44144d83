//! A fixture for each family of recipes: two schemas in one file, and what a user would answer.

use std::path::Path;

use drizzle_guard::delta::Diff;
use drizzle_guard::diff::compare;
use drizzle_guard::drizzle::{self, Location};
use drizzle_guard::files::MemoryFiles;
use drizzle_guard::plan::{Options, Plan, draft};
use drizzle_guard::schema::Schema;
use drizzle_guard::typescript::ParseCache;

use crate::answers::Pair;

/// A recipe's two schemas and its answers.
pub(crate) struct Recipe {
    pub(crate) pair: Pair,
    options: Options,
}

impl Recipe {
    /// All of them, by name.
    pub(crate) fn all() -> Vec<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rehearsal/recipes");
        let files = std::fs::read_dir(folder).expect("the recipes are there");
        let mut files: Vec<_> = files.map(|file| file.expect("readable").path()).collect();
        files.sort();
        files.iter().map(|path| Self::open(path)).collect()
    }

    fn open(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).expect("a recipe");
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let (before, after) = text.split_once("// ---- after\n").expect("two schemas");
        let mut options = Options::default();
        let mut renames = Vec::new();
        for line in text.lines().take_while(|line| line.starts_with("//")) {
            let Some((key, value)) = line.trim_start_matches("// ").split_once(": ") else {
                continue;
            };
            let pair = || {
                let (name, value) = value.split_once('=').expect("NAME=VALUE");
                (name.to_owned(), value.to_owned())
            };
            match key {
                "backfill" => drop(options.backfill.insert(pair().0, pair().1)),
                "map" => drop(options.map.insert(pair().0, pair().1)),
                "quarantine" => drop(options.quarantine.insert(value.to_owned())),
                "shadow" => drop(options.shadow.insert(value.to_owned())),
                "retries" => options.retries = value.parse().expect("a number"),
                "rename" => renames.push(value.parse().expect("a rename")),
                _ => {}
            }
        }
        let pair = Pair { name, before: read(before), after: read(after), renames };
        Self { pair, options }
    }

    pub(crate) fn plan(&self, postgres: u32) -> Plan {
        let schemas = Diff::new(&self.pair.before, &self.pair.after);
        let changes = compare(schemas, &self.pair.renames);
        draft(&changes, schemas, &Options { postgres, ..self.options.clone() })
    }
}

fn read(module: &str) -> Schema {
    let files = MemoryFiles::new([("schema.ts".to_owned(), module.as_bytes().to_vec())]);
    let location = Location { schema: vec!["schema.ts".to_owned()], ..Location::default() };
    let read = drizzle::read(&files, &location, &ParseCache::default()).expect("a schema");
    assert!(read.schema.unresolved.is_empty(), "{:?}", read.schema.unresolved);
    read.schema
}
