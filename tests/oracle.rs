//! drizzle-guard against the records of the real drizzle-kit in `tests/cases/*/oracle.json`.

#[path = "oracle/case.rs"]
#[expect(dead_code, reason = "the schema reader comes next")]
mod case;

use case::{Case, Failures, same_json};
use drizzle_guard::schema::snapshot;

/// Reading a snapshot of drizzle-kit and writing it again loses nothing, not even the order of keys.
#[test]
fn recorded_snapshots_survive_a_round_trip() {
    let mut failures = Failures::default();
    for case in Case::all() {
        for (side, recorded) in [("before", &case.record.before), ("after", &case.record.after)] {
            let Some(recorded) = recorded else { continue };
            let read = snapshot::from_json(&recorded.to_string(), "oracle.json");
            failures.check(&case, side, || {
                same_json(recorded, &snapshot::to_json(&read.map_err(|e| e.to_string())?))
            });
        }
    }
    failures.finish();
}
