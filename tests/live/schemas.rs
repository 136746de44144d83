//! The schemas that databases are made of.

use std::fs;

use drizzle_guard::schema::{Schema, snapshot};
use serde_json::Value;

use crate::case::Case;
use crate::draft::Draft;
use crate::random::Random;
use crate::servers::number;

/// Every schema with its name: the sides of the recorded cases, random ones, and those of the
/// environment.
pub(crate) fn all() -> Vec<(String, Schema)> {
    let mut found = Vec::new();
    if let Some(path) = std::env::var_os("DRIZZLE_GUARD_LIVE_SNAPSHOTS") {
        for line in fs::read_to_string(path).expect("a file of snapshots").lines() {
            let value: Value = serde_json::from_str(line).expect("a line of JSON");
            let name = value["name"].as_str().unwrap_or_default().to_owned();
            found.push((name.clone(), read(&name, &value["snapshot"])));
        }
    } else {
        for case in Case::all() {
            let sides = [("before", &case.record.before), ("after", &case.record.after)];
            for (side, json) in sides {
                if let Some(json) = json {
                    let name = format!("{}/{side}", case.name);
                    found.push((name.clone(), read(&name, json)));
                }
            }
        }
        for seed in 1..=number("DRIZZLE_GUARD_LIVE_RANDOM", 30) {
            let schema = Draft::new(Random::new(seed)).schema;
            found.push((format!("random schema {seed}"), schema));
        }
    }
    let step = usize::try_from(number("DRIZZLE_GUARD_LIVE_STEP", 2)).expect("a small number");
    found.into_iter().step_by(step).collect()
}

fn read(name: &str, json: &Value) -> Schema {
    snapshot::from_json(&json.to_string(), name).unwrap_or_else(|error| panic!("{name}: {error}"))
}
