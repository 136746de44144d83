//! drizzle-guard against the records of the real drizzle-kit in `tests/cases/*/oracle.json`.

#[path = "oracle/case.rs"]
#[expect(dead_code, reason = "the schema reader comes next")]
mod case;

use std::collections::BTreeSet;

use case::{Case, Failures, same_json, same_text};
use drizzle_guard::delta::Diff;
use drizzle_guard::diff::Rename;
use drizzle_guard::kit;
use drizzle_guard::schema::{Schema, snapshot};
use serde_json::Value;

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

/// From drizzle-kit's two snapshots, its statements: to the letter and in its order, and each of a kind
/// that drizzle-kit itself names.
#[test]
fn statements_between_recorded_snapshots_are_drizzle_kits() {
    let mut failures = Failures::default();
    for case in Case::all() {
        let (Some(before), Some(after)) = (&case.record.before, &case.record.after) else {
            continue;
        };
        failures.check(&case, "statements", || {
            let schemas = Diff { before: read(before)?, after: read(after)? };
            same_statements(&case, schemas.as_ref())
        });
    }
    failures.finish();
}

fn read(snapshot: &Value) -> Result<Schema, String> {
    snapshot::from_json(&snapshot.to_string(), "oracle.json").map_err(|e| e.to_string())
}

fn same_statements(case: &Case, schemas: Diff<&Schema>) -> Result<(), String> {
    let renames = case.settings.renames.iter().map(|text| text.parse::<Rename>());
    let renames = renames.collect::<Result<Vec<_>, _>>().map_err(|e| e.to_string())?;
    let made = kit::generate(schemas, &renames).map_err(|e| e.to_string())?;
    let texts: Vec<&str> = made.iter().map(|statement| statement.sql.as_str()).collect();
    same_text(&case.record.sql.join("\n--\n"), &texts.join("\n--\n"))?;
    if texts.len() != case.record.sql.len() {
        return Err(format!("{} statements, not {}", texts.len(), case.record.sql.len()));
    }
    let known: BTreeSet<&str> = case.record.kinds.iter().map(String::as_str).collect();
    match made.iter().find(|statement| !known.contains(statement.kind)) {
        Some(statement) => Err(format!("`{}` is a kind drizzle-kit does not name", statement.kind)),
        None => Ok(()),
    }
}
