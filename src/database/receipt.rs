//! What a rehearsal has shown, as JSON bound to the changes: for a policy to demand, and for reviewers.

use serde_json::{Value, json};

use super::rehearse::{Held, Rehearsal};
use crate::plan::{Phase, Plan};

/// The receipt of a plan that was rehearsed; `fingerprints` are those of the changes it was drafted for.
pub fn receipt(rehearsal: &Rehearsal, plan: &Plan, fingerprints: &[String]) -> Value {
    let statements = rehearsal.ran.iter().map(|ran| {
        json!({
            "file": ran.phase.map(Phase::file),
            "title": ran.title,
            "sql": ran.sql,
            "milliseconds": ran.time.as_secs_f64() * 1000.0,
            "lock": ran.lock,
            "work": ran.work,
            "error": ran.error,
        })
    });
    let proofs = rehearsal.proofs.iter().map(|proof| {
        let held = match proof.held {
            Held::Yes => "yes",
            Held::Announced => "announced",
            Held::No => "no",
        };
        json!({ "what": proof.what, "held": held, "found": proof.found })
    });
    json!({
        "version": 1,
        "generator": concat!("drizzle-guard ", env!("CARGO_PKG_VERSION")),
        "plan": plan.id,
        "fingerprints": fingerprints,
        "postgres": rehearsal.version,
        "rows": rehearsal.filled.rows,
        "ok": rehearsal.ok(),
        "statements": statements.collect::<Vec<_>>(),
        "proofs": proofs.collect::<Vec<_>>(),
    })
}
