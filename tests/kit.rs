//! `kit` against what the real drizzle-kit made of random pairs of snapshots
//! (`tests/kit/pairs.ndjson`, written by `tests/oracle/random.mjs record`).

use std::fs;

use drizzle_guard::delta::Diff;
use drizzle_guard::diff::Rename;
use drizzle_guard::kit;
use drizzle_guard::schema::{Schema, snapshot};
use serde::Deserialize;
use serde_json::Value;

/// One line of the record.
#[derive(Deserialize)]
struct Pair {
    seed: u32,
    before: Value,
    after: Value,
    renames: Vec<String>,
    generate: Answer,
    push: Answer,
}

/// What drizzle-kit printed, or why it stopped.
#[derive(Deserialize)]
struct Answer {
    sql: Option<Vec<String>>,
    error: Option<String>,
}

fn pairs() -> Vec<Pair> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/kit/pairs.ndjson");
    let text = fs::read_to_string(path).expect("the record is there");
    // The first line says which versions it is of.
    let pairs = text.lines().skip(1).map(|line| serde_json::from_str(line).expect("a pair"));
    pairs.collect()
}

fn read(snapshot: &Value) -> Schema {
    snapshot::from_json(&snapshot.to_string(), "pairs.ndjson").expect("a snapshot")
}

impl Pair {
    fn schemas(&self) -> Diff<Schema> {
        Diff::new(&self.before, &self.after).map(read)
    }

    fn renames(&self) -> Vec<Rename> {
        self.renames.iter().map(|rename| rename.parse().expect("a rename")).collect()
    }
}

#[test]
fn statements_are_those_of_drizzle_kit() {
    let pairs = pairs();
    assert!(pairs.len() >= 50, "only {} pairs", pairs.len());
    for pair in &pairs {
        let (schemas, renames) = (pair.schemas(), pair.renames());
        let commands: [(&str, &Answer, Result<_, _>); 2] = [
            ("generate", &pair.generate, kit::generate(schemas.as_ref(), &renames)),
            ("push", &pair.push, kit::generate_push(schemas.as_ref(), &renames)),
        ];
        for (command, recorded, made) in commands {
            let made = made.map(|made| made.into_iter().map(|it| it.sql).collect::<Vec<_>>());
            match (&recorded.sql, made) {
                (Some(sql), Ok(made)) => assert_eq!(*sql, made, "{command}, seed {}", pair.seed),
                (None, Ok(made)) => panic!(
                    "{command}, seed {}: drizzle-kit stops ({:?}), we print {made:?}",
                    pair.seed, recorded.error
                ),
                (Some(_), Err(error)) => panic!("{command}, seed {}: {error}", pair.seed),
                (None, Err(_)) => {}
            }
        }
    }
}

#[test]
fn the_same_schema_twice_needs_nothing() {
    for pair in pairs() {
        let schemas = pair.schemas();
        for side in [&schemas.before, &schemas.after] {
            let both = Diff::new(side, side);
            // A role called like a property of every object is always altered.
            let is_odd = side.roles.keys().any(|name| name == "toString" || name == "constructor");
            for made in [kit::generate(both, &[]), kit::generate_push(both, &[])] {
                assert!(is_odd || made == Ok(Vec::new()), "seed {}: {made:?}", pair.seed);
            }
        }
    }
}

#[test]
fn snapshots_survive_a_round_trip() {
    for pair in pairs() {
        let schema = read(&pair.after);
        assert_eq!(read(&snapshot::to_json(&schema)), schema, "seed {}", pair.seed);
    }
}
