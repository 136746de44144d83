//! What the code of the head still uses, weighed into the judgement.

use super::{Comparison, Content, Database, Error, Input};
use crate::codebase::{self, Conflicting, Corpus, Options, Purpose, Tier, Uses, ZOD_PLACES};
use crate::delta::Diff;
use crate::policy::Config;
use crate::report::{Note, NoteLevel};
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
    if !database.changes.iter().any(codebase::concerns_code) {
        return Ok(());
    }
    // Only what is a hazard anyway is worth a search through the whole state.
    let mut aims = codebase::aims(&database.changes, schemas);
    aims.retain(|aim| judgements.get(aim.change).is_some_and(|it| it.severity > Severity::Safe));
    let schema = codebase::schema_files(schemas);
    let tables = codebase::tables(schemas.after);
    let resolve = typescript::resolver(&**files);
    let options = Options { resolve: &resolve, tables: &tables, exclude: &schema };
    let corpus = Corpus::new(&**files, &schema)
        .map_err(|source| Error::Read { state: head.name(), source })?;
    let mut uses = vec![Uses::default(); judgements.len()];
    let targets: Vec<_> = aims.iter().map(|aim| aim.target.clone()).collect();
    let found = codebase::references(&corpus, &targets, &options);
    for (at, aim) in aims.iter().enumerate() {
        let (Some(judgement), Some(uses)) =
            (judgements.get_mut(aim.change), uses.get_mut(aim.change))
        else {
            continue;
        };
        let references: Vec<_> = found.of(at).into_iter().cloned().collect();
        if aim.purpose == Purpose::Gone {
            uses.gone.extend(references.iter().filter(|it| it.tier > Tier::Possible).cloned());
        }
        judgement.references.extend(references);
        if let Some(worst) = judgement.findings.first_mut() {
            worst.evidence.extend(found.evidence(at));
        }
    }
    for it in codebase::queries(&corpus, &database.changes, schemas, &options) {
        if let Some(uses) = uses.get_mut(it.change) {
            uses.queries.push(it);
        }
    }
    for it in codebase::conflicts(&corpus, &database.changes, schemas, &options) {
        if let Some(uses) = uses.get_mut(it.change) {
            uses.conflicts.push(it);
        }
    }
    for drift in
        codebase::zod_drift(&corpus, &database.changes, schemas, &zod_places(config), &resolve)
    {
        if let Some(uses) = uses.get_mut(drift.change) {
            uses.drifts.push(drift);
        }
    }
    for (judgement, uses) in judgements.iter_mut().zip(&uses) {
        let lost = uses.queries.iter().filter(|it| it.is_lost()).map(|it| it.reference.clone());
        judgement.references.extend(lost);
        judgement.references.extend(uses.conflicts.iter().map(Conflicting::reference));
    }
    rules::judge_code(&context.searched(&uses), judgements);
    Ok(())
}

/// Where the Zod schemas are.
fn zod_places(config: &Config) -> Vec<String> {
    if config.zod.is_empty() {
        return ZOD_PLACES.iter().map(ToString::to_string).collect();
    }
    config.zod.clone()
}

/// What the Zod schemas of the head and its tables disagree about, whatever changed.
///
/// # Errors
/// When the head's files cannot be listed.
pub fn zod_of_all(comparison: &Comparison) -> Result<Vec<Note>, Error> {
    let head = &comparison.head;
    let Content::Files(files) = &head.content else { return Ok(Vec::new()) };
    let mut notes = Vec::new();
    for database in &comparison.databases {
        let schema = &database.sides.after.schema;
        let defined = codebase::schema_files(Diff::new(schema, schema));
        let corpus = Corpus::new(&**files, &defined)
            .map_err(|source| Error::Read { state: head.name(), source })?;
        let resolve = typescript::resolver(&**files);
        let places = zod_places(&comparison.config);
        for drift in codebase::zod_drift_of_all(&corpus, schema, &places, &resolve) {
            let level = if drift.is_info { NoteLevel::Info } else { NoteLevel::Warning };
            let text = format!("{}: {}", drift.origin, drift.message);
            notes.push(Note { level, text, hint: None });
        }
    }
    Ok(notes)
}
