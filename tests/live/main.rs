//! Live databases: what drizzle-kit makes of a schema shows no drift, and everything that is then changed
//! by hand shows, alone. On every major version of PostgreSQL found on this machine.
//!
//! `DRIZZLE_GUARD_LIVE_SNAPSHOTS` names a file of other schemas, a line each: `{"name": …, "snapshot": …}`.
//! `…_MUTATIONS` says how many changes are tried on each version (60), `…_CASES` how many pushes are counted
//! and run (30), `…_RANDOM` how many random schemas there are (30), `…_SEED` which (1); `…_STEP` takes only
//! every so many-th schema (2). Servers are found as by `tests/rehearsal`.
#![cfg(feature = "database")]
#![expect(clippy::print_stdout, reason = "figures are what this is for")]

#[path = "../oracle/case.rs"]
#[expect(dead_code, reason = "only the snapshots of the cases are used here")]
mod case;
#[path = "../soundness/draft.rs"]
mod draft;
mod drift;
#[path = "../soundness/edits.rs"]
mod edits;
mod failures;
mod gate;
mod mutations;
#[path = "../soundness/pair.rs"]
mod pair;
#[path = "../soundness/random.rs"]
mod random;
#[path = "../soundness/rows.rs"]
mod rows;
mod safety;
mod schemas;
#[path = "../rehearsal/servers.rs"]
mod servers;
mod stats;
#[path = "../soundness/types.rs"]
mod types;

/// What rows share with their kin of `tests/soundness`.
mod state {
    /// A column that every filled table has, with a number for each row.
    pub(crate) const ROW: &str = "~row";
}

use std::sync::{Mutex, PoisonError};

use drizzle_guard::database::{Host, Server};

/// Does the same on every server, at the same time.
pub(crate) fn on_each<T: Send>(work: impl Fn(u32, &Server) -> T + Sync) -> Vec<(u32, T)> {
    let hosts = servers::hosts();
    let work = &work;
    std::thread::scope(|scope| {
        let run = |version: u32, host: &Mutex<Host>| {
            let host = host.lock().unwrap_or_else(PoisonError::into_inner);
            let Host::Throwaway(server) = &*host else { panic!("a server of our own") };
            (version, work(version, server))
        };
        let threads: Vec<_> =
            hosts.iter().map(|(version, host)| scope.spawn(move || run(*version, host))).collect();
        threads.into_iter().map(|thread| thread.join().expect("a run")).collect()
    })
}

/// How others reach a database of a server.
pub(crate) fn url(server: &Server, name: &str) -> String {
    let directory = server.socket_directory().display().to_string().replace('/', "%2F");
    format!("postgres://postgres@{directory}/{name}")
}
