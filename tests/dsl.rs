//! The Drizzle DSL against drizzle-kit: every `tests/dsl/<name>.ts` gives the snapshot of
//! `tests/dsl/<name>.json`, which drizzle-kit 0.31.11 made of it, or fails where it fails.
//!
//! To add one: write the module and run `node tests/oracle/dsl.mjs record NAME`. A name that ends in
//! `_snake` or `_camel` is read with that `casing`.

use std::fs;
use std::path::{Path, PathBuf};

use drizzle_guard::drizzle::{self, Casing, Location, Read};
use drizzle_guard::files::MemoryFiles;
use drizzle_guard::schema::snapshot;
use drizzle_guard::typescript::ParseCache;
use serde_json::Value;

fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dsl");
    let files = fs::read_dir(folder).expect("tests/dsl is there");
    let paths = files.map(|file| file.expect("a file").path());
    let mut modules: Vec<_> =
        paths.filter(|path| path.extension().is_some_and(|it| it == "ts")).collect();
    modules.sort();
    modules
}

fn name(path: &Path) -> &str {
    path.file_stem().and_then(|stem| stem.to_str()).expect("a name")
}

fn read(path: &Path) -> Result<Read, drizzle::Error> {
    let text = fs::read_to_string(path).expect("a module");
    let files = MemoryFiles::new([("schema.ts", text)]);
    let casing = match name(path) {
        name if name.ends_with("_snake") => Some(Casing::Snake),
        name if name.ends_with("_camel") => Some(Casing::Camel),
        _ => None,
    };
    let location = Location { schema: vec!["schema.ts".to_owned()], casing, ..Location::default() };
    drizzle::read(&files, &location, &ParseCache::default())
}

fn record(path: &Path) -> Value {
    let text = fs::read_to_string(path.with_extension("json")).expect("a record beside the module");
    serde_json::from_str(&text).expect("JSON")
}

/// The snapshot without what every one has anew.
fn compared(mut snapshot: Value) -> Value {
    let map = snapshot.as_object_mut().expect("an object");
    for key in ["id", "prevId", "_meta"] {
        map.shift_remove(key);
    }
    snapshot
}

#[test]
fn snapshots_are_those_of_drizzle_kit() {
    let mut wrong = Vec::new();
    for path in fixtures() {
        let record = record(&path);
        let Some(expected) = record.get("snapshot") else { continue };
        match read(&path) {
            Err(error) => wrong.push(format!("{}: {error}", name(&path))),
            Ok(read) if !read.schema.unresolved.is_empty() => {
                wrong.push(format!("{}: {:#?}", name(&path), read.schema.unresolved));
            }
            Ok(read) => {
                let made = compared(snapshot::to_json(&read.schema));
                if made != *expected {
                    wrong.push(format!("{}: {}", name(&path), difference(expected, &made, "")));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn drizzle_kit_and_we_refuse_the_same() {
    let mut refused = 0;
    for path in fixtures() {
        if record(&path).get("error").is_none() {
            continue;
        }
        refused += 1;
        let error = read(&path).expect_err(name(&path));
        assert!(error.to_string().starts_with("schema.ts:"), "{}: {error}", name(&path));
    }
    assert!(refused > 10, "the fixtures named error_* are there");
}

/// The first paths at which two values differ.
fn difference(expected: &Value, made: &Value, path: &str) -> String {
    match (expected, made) {
        (Value::Object(a), Value::Object(b)) => {
            let keys = a.keys().chain(b.keys().filter(|key| !a.contains_key(*key)));
            let parts = keys.filter(|key| a.get(*key) != b.get(*key)).map(|key| {
                let (a, b) = (a.get(key), b.get(key));
                let path = format!("{path}/{key}");
                match (a, b) {
                    (Some(a), Some(b)) => difference(a, b, &path),
                    (Some(a), None) => format!("\n  {path}: {a} is missing"),
                    (None, b) => format!("\n  {path}: {} is too much", b.unwrap_or(&Value::Null)),
                }
            });
            parts.collect()
        }
        (a, b) => format!("\n  {path}: expected {a}\n  {path}: made     {b}"),
    }
}
