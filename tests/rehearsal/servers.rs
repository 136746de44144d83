//! The servers of this machine.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;

use drizzle_guard::database::{Host, Installation, Search, Server};

/// A server of every major version found; none, with a line, when there is none and that is no failure.
pub(crate) fn hosts() -> Vec<(u32, Mutex<Host>)> {
    let mut projects: Vec<PathBuf> = Vec::new();
    for name in ["DRIZZLE_GUARD_POSTGRES", "DRIZZLE_GUARD_REHEARSAL_POSTGRES"] {
        projects.extend(std::env::split_paths(&std::env::var_os(name).unwrap_or_default()));
    }
    projects.push(env!("CARGO_MANIFEST_DIR").into());
    let search = Search { path: std::env::var_os("PATH"), projects };
    let mut found: BTreeMap<u32, Installation> = BTreeMap::new();
    for it in Installation::all(&search) {
        if let Some(version) = it.version() {
            // The first is the machine's own, which has the extensions.
            found.entry(version).or_insert(it);
        }
    }
    if let Ok(only) = std::env::var("DRIZZLE_GUARD_REHEARSAL_VERSION") {
        found.retain(|version, _| version.to_string() == only);
    }
    assert!(
        std::env::var_os("CI").is_none() || !found.is_empty(),
        "no PostgreSQL was found on this machine"
    );
    if found.is_empty() {
        println!("skipped: no PostgreSQL was found");
    }
    let start = |it: &Installation| Server::start(it).unwrap_or_else(|error| panic!("{error}"));
    found.iter().map(|(version, it)| (*version, Mutex::new(Host::Throwaway(start(it))))).collect()
}

/// A number from the environment.
pub(crate) fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().expect(name))
}
