//! Drafting the plan of 200 changes, and rehearsing one over 20 tables on a PostgreSQL of this machine.

use std::hint::black_box;
use std::time::{Duration, Instant};

use drizzle_guard::delta::Diff;
use drizzle_guard::diff::compare;
use drizzle_guard::plan::{Options, draft};

use super::judge::{COLUMNS, schema, spent};
use super::{median, report, row};

const TABLES: usize = 20;
const RUNS: usize = 15;

pub(crate) fn run() {
    let (before, after) = (schema(TABLES, false), schema(TABLES, true));
    let schemas = Diff::new(&before, &after);
    let changes = compare(schemas, &[]);
    assert_eq!(changes.len(), TABLES * COLUMNS);
    let options = Options::default();
    let mut drafted = Vec::new();
    for _ in 0..RUNS {
        drafted.push(spent(|| drop(black_box(draft(&changes, schemas, &options).files()))));
    }
    report(&format!("{} changes in {TABLES} tables, median of {RUNS}", changes.len()));
    row("draft their plan and write its files", median(drafted));
    rehearsed();
}

#[cfg(feature = "database")]
fn rehearsed() {
    use drizzle_guard::database::{Host, RehearsalOptions, Search, rehearse};

    let (before, after) = (schema(TABLES, false), schema(TABLES, true));
    let schemas = Diff::new(&before, &after);
    let plan = draft(&compare(schemas, &[]), schemas, &Options::default());
    let options = RehearsalOptions::default();
    let search = Search { path: std::env::var_os("PATH"), projects: Vec::new() };
    let start = Instant::now();
    let host = match Host::throwaway(&search) {
        Ok(host) => host,
        Err(error) => return report(&format!("  not rehearsed: {error}")),
    };
    let rehearsal = rehearse(&before, &after, &plan, &[], &host, &options);
    let spent: Duration = start.elapsed();
    let rehearsal = rehearsal.expect("it can be rehearsed");
    assert!(rehearsal.ok(), "{:#?}", rehearsal.proofs);
    row(&format!("rehearse it, {} rows a table, with the server's start", options.rows), spent);
}

#[cfg(not(feature = "database"))]
fn rehearsed() {
    report("  not rehearsed: this build has no database support");
}
