//! `kit` against the statements that the real drizzle-kit printed for `tests/cases`.

#[path = "oracle/case.rs"]
#[expect(dead_code, reason = "the statements need only the records")]
mod case;

use case::{Case, Failures, same_text};
use drizzle_guard::delta::Diff;
use drizzle_guard::kit::{self, Statement};
use drizzle_guard::schema::{Schema, snapshot};
use serde_json::Value;

fn read(recorded: Option<&Value>) -> Result<Schema, String> {
    let Some(recorded) = recorded else { return Ok(Schema::default()) };
    snapshot::from_json(&recorded.to_string(), "oracle.json").map_err(|error| error.to_string())
}

fn schemas(case: &Case) -> Result<Diff<Schema>, String> {
    Diff::new(case.record.before.as_ref(), case.record.after.as_ref()).try_map(read)
}

fn generate(case: &Case) -> Result<Vec<Statement>, String> {
    let renames: Result<Vec<_>, _> = case.settings.renames.iter().map(|it| it.parse()).collect();
    let renames =
        renames.map_err(|error: drizzle_guard::diff::ParseRenameError| error.to_string())?;
    kit::generate(schemas(case)?.as_ref(), &renames).map_err(|error| error.to_string())
}

/// From drizzle-kit's snapshots of both sides to its statements, to the letter.
#[test]
fn statements_are_those_of_drizzle_kit() {
    let mut failures = Failures::default();
    for case in Case::all() {
        // Where a side has no snapshot the schema itself is refused.
        if case.record.error.is_some() && case.record.after.is_none() {
            continue;
        }
        failures.check(&case, "sql", || match (&case.record.error, generate(&case)) {
            (None, Ok(statements)) => {
                let sql: Vec<&str> = statements.iter().map(|it| it.sql.as_str()).collect();
                same_text(&case.record.sql.join("\n--\n"), &sql.join("\n--\n"))
            }
            (Some(_), Err(_)) => Ok(()),
            (None, Err(error)) => Err(error),
            (Some(error), Ok(_)) => Err(format!("drizzle-kit stops: {error}")),
        });
    }
    failures.finish();
}

/// The kinds are drizzle-kit's names; it names a statement once where we name each string.
#[test]
fn kinds_are_those_of_drizzle_kit() {
    let mut failures = Failures::default();
    for case in Case::all() {
        let Ok(statements) = generate(&case) else { continue };
        failures.check(&case, "kinds", || {
            let unknown =
                statements.iter().find(|it| !case.record.kinds.iter().any(|kind| kind == it.kind));
            unknown.map_or(Ok(()), |it| {
                Err(format!("{} is not among {:?}", it.kind, case.record.kinds))
            })
        });
    }
    failures.finish();
}

/// No change, no statement: neither for `generate` nor for `push`.
#[test]
fn the_same_schema_twice_gives_nothing() {
    let mut failures = Failures::default();
    for case in Case::all() {
        let Ok(schemas) = schemas(&case) else { continue };
        for side in [&schemas.before, &schemas.after] {
            failures.check(&case, "same", || {
                let both = Diff::new(side, side);
                let mut statements = kit::generate(both, &[]).map_err(|error| error.to_string())?;
                statements
                    .extend(kit::generate_push(both, &[]).map_err(|error| error.to_string())?);
                statements.first().map_or(Ok(()), |it| Err(it.sql.clone()))
            });
        }
    }
    failures.finish();
}
