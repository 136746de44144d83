//! What a push costs, as ratios measured in one run on one machine:
//!
//! * `hook pre-commit` of a commit that touches no schema, against `git diff --cached --quiet`, in a
//!   repository of 100,000 tracked files;
//! * a whole check of 100 tables in 50 files, against only parsing the same bytes;
//! * judging 1,000 changes, against finding them;
//! * drafting the plan of 200 changes in 20 tables, and rehearsing it;
//! * finding what still uses a dropped column in 10,000 files, against `git grep` of its name.
//!
//! `cargo bench` runs all; `cargo bench -- commit`, `-- check`, `-- judge`, `-- plan` or
//! `-- references` runs one.

mod check;
mod commit;
mod judge;
mod plan;
mod references;

use std::time::Duration;

fn main() {
    let wanted: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let runs = |name: &str| wanted.is_empty() || wanted.iter().any(|it| it == name);
    if runs("commit") {
        commit::run();
    }
    if runs("check") {
        check::run();
    }
    if runs("judge") {
        judge::run();
    }
    if runs("plan") {
        plan::run();
    }
    if runs("references") {
        references::run();
    }
}

/// The middle one of several durations.
fn median(mut durations: Vec<Duration>) -> Duration {
    durations.sort();
    durations.get(durations.len() / 2).copied().unwrap_or_default()
}

fn row(what: &str, duration: Duration) {
    report(&format!("  {what:<58} {:>9.2} ms", duration.as_secs_f64() * 1e3));
}

fn ratio(ours: Duration, theirs: Duration) {
    report(&format!("  {:<58} {:>9.2}", "ratio", ours.as_secs_f64() / theirs.as_secs_f64()));
}

#[expect(clippy::print_stdout, reason = "a benchmark's only output")]
fn report(line: &str) {
    println!("{line}");
}
