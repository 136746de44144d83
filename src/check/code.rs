//! What the code of the head still uses, weighed into the judgement.

use super::{Content, Database, Error, Input};
use crate::codebase::{self, Options, Tier, ZOD_PLACES};
use crate::policy::Config;
use crate::rules::{Judgement, Severity};
use crate::typescript;

/// Adds to each judgement who still uses what its change takes away, and which Zod schemas it leaves
/// behind. A use in the program makes a risky change dangerous: code that runs will fail.
pub(super) fn weigh(
    judgements: &mut [Judgement],
    database: &Database,
    head: &Input,
    config: &Config,
) -> Result<(), Error> {
    let Content::Files(files) = &head.content else { return Ok(()) };
    let schemas = database.schemas();
    let unreadable = |source| Error::Read { state: head.name(), source };
    // Only what is a hazard anyway is worth a search through the whole state.
    let mut aims = codebase::aims(&database.changes, schemas);
    aims.retain(|aim| judgements.get(aim.change).is_some_and(|it| it.severity > Severity::Safe));
    let exclude = codebase::schema_files(schemas);
    let tables = codebase::tables(schemas.after);
    let resolve = typescript::resolver(&**files);
    let options = Options { resolve: &resolve, tables: &tables, exclude: &exclude };
    if !aims.is_empty() {
        let targets: Vec<_> = aims.iter().map(|aim| aim.target.clone()).collect();
        let found = codebase::references(&**files, &targets, &options).map_err(unreadable)?;
        for (at, aim) in aims.iter().enumerate() {
            let Some(judgement) = judgements.get_mut(aim.change) else { continue };
            let used = found.of(at).iter().any(|it| it.tier > Tier::Possible && !it.is_test);
            let Some(worst) = judgement.findings.first_mut() else { continue };
            worst.evidence.extend(found.evidence(at));
            if used && aim.is_gone {
                make_dangerous(judgement);
            }
        }
    }
    let conflicting = codebase::conflicts(&**files, &database.changes, schemas, &options);
    for it in conflicting.map_err(unreadable)? {
        let Some(judgement) = judgements.get_mut(it.change) else { continue };
        let Some(worst) = judgement.findings.first_mut() else { continue };
        let insert = format!("this insert fails then (42P10): {}: {}", it.origin, it.text);
        worst.evidence.push(insert);
        if !it.is_test {
            make_dangerous(judgement);
        }
    }
    let places = if config.zod.is_empty() {
        ZOD_PLACES.iter().map(ToString::to_string).collect()
    } else {
        config.zod.clone()
    };
    let drifts = codebase::zod_drift(&**files, &database.changes, schemas, &places);
    for drift in drifts.map_err(unreadable)? {
        if let Some(finding) =
            judgements.get_mut(drift.change).and_then(|it| it.findings.first_mut())
        {
            finding.evidence.push(format!("{}: {}", drift.origin, drift.message));
        }
    }
    Ok(())
}

/// Code that runs will fail: no longer a question of locks and time.
fn make_dangerous(judgement: &mut Judgement) {
    judgement.severity = Severity::Dangerous;
    if let Some(worst) = judgement.findings.first_mut() {
        worst.severity = Severity::Dangerous;
    }
}
