//! drizzle-guard against the records of the real drizzle-kit in `tests/cases/*/oracle.json`.

#[path = "oracle/case.rs"]
mod case;

use std::collections::BTreeSet;

use case::{Case, Failures, same_json, same_text};
use drizzle_guard::delta::Diff;
use drizzle_guard::diff::Rename;
use drizzle_guard::drizzle::{self, Casing, Location, Read};
use drizzle_guard::kit;
use drizzle_guard::schema::{Schema, snapshot};
use drizzle_guard::typescript::ParseCache;
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

/// The schema files of both sides, evaluated: drizzle-kit's snapshots, key for key, and its statements.
/// Nothing in a fixture is unknown, and reading is never cleaner than drizzle-kit is.
#[test]
fn schemas_evaluate_to_drizzle_kits_snapshots() {
    let mut failures = Failures::default();
    for case in Case::all() {
        let mut sides = Vec::new();
        for (side, recorded) in [("before", &case.record.before), ("after", &case.record.after)] {
            let evaluated = evaluate(&case, side);
            match (&evaluated, recorded, &case.record.error) {
                (Ok(read), Some(recorded), _) => {
                    failures.check(&case, side, || match read.schema.unresolved.first() {
                        Some(it) => Err(format!("{}: {}", it.origin, it.why)),
                        None => same_json(recorded, &snapshot::to_json(&read.schema)),
                    });
                }
                (Err(error), Some(_), _) => failures.check(&case, side, || Err(error.to_string())),
                (Ok(read), None, Some(error)) if side == refused(&case) => {
                    failures.check(&case, side, || {
                        let refuses = !read.schema.unresolved.is_empty();
                        refuses.then_some(()).ok_or_else(|| format!("not refused: {error}"))
                    });
                }
                (Err(_) | Ok(_), None, _) => failures.check(&case, side, || Ok(())),
            }
            sides.push(evaluated);
        }
        let (Some(Ok(after)), Some(Ok(before)), None) =
            (sides.pop(), sides.pop(), &case.record.error)
        else {
            continue;
        };
        failures.check(&case, "statements", || {
            let schemas = Diff { before: &before.schema, after: &after.schema };
            same_statements(&case, schemas)
        });
    }
    failures.finish();
}

/// The side on which drizzle-kit stops.
fn refused(case: &Case) -> &'static str {
    if case.record.before.is_none() && case.has("before") { "before" } else { "after" }
}

fn evaluate(case: &Case, side: &str) -> Result<Read, drizzle::Error> {
    if !case.has(side) {
        return Ok(Read::default());
    }
    let casing = case.settings.casing.as_deref();
    let location = Location {
        schema: case.settings.schema.clone(),
        casing: casing.map(|casing| Casing::parse(casing).expect("a casing")),
        ..Location::default()
    };
    drizzle::read(&case.files(side), &location, &ParseCache::default())
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
