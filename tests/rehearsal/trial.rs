//! One pair planned and rehearsed, and what came of many.

use std::borrow::Borrow;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

use drizzle_guard::database::{Error, Held, Host, Rehearsal, RehearsalOptions, rehearse};
use drizzle_guard::plan::{Phase, Plan};

use crate::answers::{Pair, most_rows, planned};
use crate::servers::number;

/// What came of one pair.
pub(crate) enum Outcome {
    /// Forwards to the head, back to the base, every row as it was.
    Restored,
    /// The same but for what the plan had named.
    Announced(String),
    /// The plan leaves something to be written by hand.
    NotDrafted(String),
    /// PostgreSQL or drizzle-kit takes one of the two schemas not at all.
    NotRun(String),
    /// Anything else.
    Failed(String),
}

/// What came of many.
#[derive(Default)]
pub(crate) struct Sum {
    pairs: usize,
    restored: usize,
    announced: usize,
    not_drafted: usize,
    not_run: usize,
    failed: usize,
    notes: usize,
}

impl Sum {
    /// Prints the figures and fails if anything did.
    pub(crate) fn settle(&self, what: &str) {
        println!(
            "{} {what}: {} reached the head and came back with every row, {} came back but for what \
             the plan had named, {} not drafted, {} failed; {} not run",
            self.pairs, self.restored, self.announced, self.not_drafted, self.failed, self.not_run,
        );
        println!("{} tables stayed empty", self.notes);
        assert!(self.failed + self.not_drafted == 0, "{what}: see above");
    }

    /// Every pair was run, and came back whole.
    pub(crate) fn assert_nothing_was_left_out(&self) {
        assert_eq!(self.pairs, self.restored);
    }

    pub(crate) fn add(&mut self, name: &str, outcome: Outcome) {
        self.pairs += 1;
        let (word, text, count) = match outcome {
            Outcome::Restored => ("", String::new(), &mut self.restored),
            Outcome::Announced(text) => ("as announced", text, &mut self.announced),
            Outcome::NotDrafted(text) => ("not drafted", text, &mut self.not_drafted),
            Outcome::NotRun(text) => ("not run", text, &mut self.not_run),
            Outcome::Failed(text) => ("FAILED", text, &mut self.failed),
        };
        *count += 1;
        if !word.is_empty() {
            println!("{word}: {name}: {text}");
        }
    }

    fn join(mut self, other: &Self) -> Self {
        self.pairs += other.pairs;
        self.restored += other.restored;
        self.notes += other.notes;
        self.announced += other.announced;
        self.not_drafted += other.not_drafted;
        self.not_run += other.not_run;
        self.failed += other.failed;
        self
    }
}

/// Gives every server its share of the pairs and adds up what came of them.
pub(crate) fn share<P: Borrow<Pair>>(
    hosts: &[(u32, Mutex<Host>)],
    count: usize,
    pair: impl Fn(usize) -> Result<P, String> + Sync,
) -> Sum {
    let pair = &pair;
    std::thread::scope(|scope| {
        let work = |at: usize, version: u32, host: &Mutex<Host>| {
            let mut sum = Sum::default();
            for number in (at..count).step_by(hosts.len()) {
                match pair(number) {
                    Ok(pair) => {
                        let pair = pair.borrow();
                        let mut outcome = answered(pair, version, host, &mut sum.notes);
                        let mut on = version;
                        // Another one may have what the schemas need: a function, an extension.
                        if matches!(outcome, Outcome::NotRun(_)) {
                            // What the newest says of it is told when none can.
                            for (version, host) in hosts {
                                outcome = answered(pair, *version, host, &mut sum.notes);
                                on = *version;
                                if !matches!(outcome, Outcome::NotRun(_)) {
                                    break;
                                }
                            }
                        }
                        sum.add(&format!("PostgreSQL {on}, {}", pair.name), outcome);
                    }
                    Err(why) => sum.add(&number.to_string(), Outcome::NotRun(why)),
                }
            }
            sum
        };
        let threads: Vec<_> = hosts
            .iter()
            .enumerate()
            .map(|(at, (version, host))| scope.spawn(move || work(at, *version, host)))
            .collect();
        let sums = threads.into_iter().map(|thread| thread.join().expect("a run"));
        sums.fold(Sum::default(), |all, sum| all.join(&sum))
    })
}

fn answered(pair: &Pair, version: u32, host: &Mutex<Host>, notes: &mut usize) -> Outcome {
    match std::panic::catch_unwind(|| planned(pair, version)) {
        Ok(plan) => run(pair, &plan, host, notes),
        Err(_) => Outcome::Failed("the plan could not be answered".to_owned()),
    }
}

/// Runs the plan of a pair.
pub(crate) fn run(pair: &Pair, plan: &Plan, host: &Mutex<Host>, notes: &mut usize) -> Outcome {
    // Roles belong to the whole server.
    let host = &*host.lock().unwrap_or_else(PoisonError::into_inner);
    if !plan.not_drafted.is_empty() {
        return Outcome::NotDrafted(plan.not_drafted.join("; "));
    }
    let rows = u32::try_from(number("DRIZZLE_GUARD_REHEARSAL_ROWS", 40)).expect("a number");
    let rows = most_rows(pair).map_or(rows, |most| most.min(rows));
    let options = RehearsalOptions { rows, ..RehearsalOptions::default() };
    match rehearse(&pair.before, &pair.after, plan, &pair.renames, host, &options) {
        Ok(rehearsal) => {
            *notes += rehearsal.filled.notes.len();
            if !rehearsal.ok() {
                return Outcome::Failed(story(&rehearsal, plan));
            }
            let complaints = complaints(&rehearsal);
            if complaints.is_empty() { Outcome::Restored } else { Outcome::Announced(complaints) }
        }
        Err(Error::Create { which, why }) => Outcome::NotRun(format!("{which}: {why}")),
        Err(error) => Outcome::Failed(error.to_string()),
    }
}

/// What is wrong with a rehearsal.
fn complaints(rehearsal: &Rehearsal) -> String {
    let mut text = String::new();
    for ran in rehearsal.ran.iter().filter(|ran| ran.error.is_some()) {
        let error = ran.error.as_deref().unwrap_or_default();
        let _ = writeln!(text, "\n  {:?} {}: {error}\n    {}", ran.phase, ran.title, ran.sql);
    }
    for proof in rehearsal.proofs.iter().filter(|proof| proof.held != Held::Yes) {
        let _ = writeln!(text, "\n  {:?}: {}", proof.held, proof.what);
        text.extend(proof.found.iter().map(|line| format!("    {line}\n")));
    }
    text
}

/// The same with the whole plan.
fn story(rehearsal: &Rehearsal, plan: &Plan) -> String {
    let mut text = complaints(rehearsal);
    for note in &rehearsal.filled.notes {
        let _ = writeln!(text, "  note: {note}");
    }
    if std::env::var_os("DRIZZLE_GUARD_REHEARSAL_STORY").is_some() {
        for phase in Phase::ALL {
            for statement in plan.statements(phase) {
                let _ = writeln!(text, "  {}: {}", phase.file(), statement.sql);
            }
        }
    }
    text
}
