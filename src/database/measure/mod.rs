//! What a push would do to the rows of a live database: counted by read-only queries, each with a
//! timeout.

mod conversion;
mod probes;

use std::time::{Duration, Instant};

use postgres::Client;
use postgres::error::SqlState;

use super::Error;
use super::connect::explain;
use crate::delta::Diff;
use crate::diff::{Change, Rename};
use crate::rules::Measured;
use crate::schema::Schema;
use probes::Probe;

/// Set on the connection.
pub(super) const SETTINGS: &str = "SET default_transaction_read_only = on; SET lock_timeout = '2s'";

/// Set before each query.
pub(super) fn timeout(time: Duration) -> String {
    format!("SET statement_timeout = {}", time.as_millis().max(1))
}

/// How long counting may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Each query.
    pub query: Duration,
    /// All of them together.
    pub all: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { query: Duration::from_secs(5), all: Duration::from_secs(30) }
    }
}

/// Counts what each change would do to the rows, one entry a change. A count that could not be had says
/// why; it is never a zero.
pub fn measure(
    client: &mut Client,
    schemas: Diff<&Schema>,
    renames: &[Rename],
    changes: &[Change],
    limits: Limits,
) -> Result<Vec<Vec<Measured>>, Error> {
    client.batch_execute(SETTINGS).map_err(|error| Error::query("setting timeouts", &error))?;
    let end = Instant::now() + limits.all;
    let probes = probes::of(schemas, renames, changes);
    let measured: Vec<Vec<Measured>> = probes
        .into_iter()
        .map(|probes| {
            let count = |probe: Probe| Measured {
                what: probe.what,
                count: run(client, &probe, limits, end),
            };
            probes.into_iter().map(count).collect()
        })
        .collect();
    if client.is_closed() {
        let why = "the connection ended half way".to_owned();
        return Err(Error::Query { what: "counting rows".to_owned(), why });
    }
    Ok(measured)
}

/// The queries for some changes, with what they count.
pub(super) fn texts(schemas: Diff<&Schema>, changes: &[Change]) -> Vec<(String, String)> {
    let probes = probes::of(schemas, &[], changes).into_iter().flatten();
    probes.filter_map(|it| Some((it.what.counts().to_owned(), it.sql.ok()?))).collect()
}

fn run(client: &mut Client, probe: &Probe, limits: Limits, end: Instant) -> Result<u64, String> {
    let sql = probe.sql.as_ref().map_err(Clone::clone)?;
    let left = end.saturating_duration_since(Instant::now()).min(limits.query);
    if left.is_zero() {
        return Err(format!("all counts together took longer than {} s", limits.all.as_secs()));
    }
    client.batch_execute(&timeout(left)).map_err(|error| explain(&error))?;
    match client.query_one(sql, &[]) {
        Ok(row) => Ok(u64::try_from(row.get::<_, i64>(0)).unwrap_or(0)),
        Err(error) if error.code() == Some(&SqlState::QUERY_CANCELED) => {
            Err(format!("it took longer than {:.1} s", left.as_secs_f64()))
        }
        Err(error) => Err(explain(&error)),
    }
}
