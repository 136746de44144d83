//! What the code of the head still uses, weighed into the judgement.

use super::{Content, Database, Error, Input};
use crate::codebase::{self, Options, Purpose, Tier, Uses, Via, ZOD_PLACES};
use crate::policy::Config;
use crate::rules::{self, Context, Judgement, Severity};
use crate::typescript;

/// Adds to each judgement who still uses what its change takes away, and which Zod schemas it leaves
/// behind. A use in the program makes a risky change dangerous: code that runs will fail.
pub(super) fn weigh(
    judgements: &mut [Judgement],
    context: Context<'_>,
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
    let mut uses = vec![Uses::default(); judgements.len()];
    if !aims.is_empty() {
        let targets: Vec<_> = aims.iter().map(|aim| aim.target.clone()).collect();
        let found = codebase::references(&**files, &targets, &options).map_err(unreadable)?;
        for (at, aim) in aims.iter().enumerate() {
            let (Some(judgement), Some(uses)) =
                (judgements.get_mut(aim.change), uses.get_mut(aim.change))
            else {
                continue;
            };
            let known = found.of(at).into_iter().filter(|it| it.tier > Tier::Possible).cloned();
            match aim.purpose {
                Purpose::Gone => uses.gone.extend(known),
                Purpose::Unindexed => {
                    let asks = |it: &codebase::Reference| it.via == Via::Condition && !it.is_test;
                    uses.conditions.extend(known.filter(asks));
                    continue;
                }
                Purpose::Changed => {}
            }
            if let Some(worst) = judgement.findings.first_mut() {
                worst.evidence.extend(found.evidence(at));
            }
        }
    }
    let conflicting = codebase::conflicts(&**files, &database.changes, schemas, &options);
    for it in conflicting.map_err(unreadable)? {
        if let Some(uses) = uses.get_mut(it.change) {
            uses.conflicts.push(it);
        }
    }
    let places = if config.zod.is_empty() {
        ZOD_PLACES.iter().map(ToString::to_string).collect()
    } else {
        config.zod.clone()
    };
    let drifts = codebase::zod_drift(&**files, &database.changes, schemas, &places);
    for drift in drifts.map_err(unreadable)? {
        if let Some(uses) = uses.get_mut(drift.change) {
            uses.drifts.push(drift);
        }
    }
    rules::judge_code(&context.searched(&uses), judgements);
    Ok(())
}
