//! What a change does to the migrations folder, judged.

use super::report::describe;
use super::{Comparison, Content, Database, Error, Input};
use crate::delta::Diff;
use crate::diff::{self, Change};
use crate::files::Files;
use crate::migrations::{self, observe};
use crate::report::{JudgedChange, Location};
use crate::rules::{self, Settings, Severity, Sizes};

/// Judges what is to be said about the migrations of a database, and says whether sizes were known.
/// What is harmless is left out: it is no change of the schema.
pub(super) fn judge(
    database: &Database,
    comparison: &Comparison,
    settings: &Settings,
    sizes: &Sizes<'_>,
) -> Result<(Vec<JudgedChange>, bool), Error> {
    let (Some(before), Some(after)) = (files(&comparison.base), files(&comparison.head)) else {
        return Ok((Vec::new(), false));
    };
    let schemas = database.schemas();
    let input = migrations::Input {
        files: Diff::new(before, after),
        fork: comparison.fork.as_ref().and_then(files),
        out: database.sides.as_ref().map(|side| Some(side.migrations())),
        schemas,
        statements: &database.statements,
        renames: &database.renames,
    };
    let unreadable = |source| Error::Read { state: comparison.head.name(), source };
    let events = observe(&input).map_err(unreadable)?;
    if events.is_empty() {
        return Ok((Vec::new(), false));
    }
    let changes: Vec<Change> = events.iter().map(|event| event.change.clone()).collect();
    // What is done by hand comes on top of what the schema says.
    let done = diff::apply(schemas.after, &changes);
    let schemas = Diff::new(schemas.before, &done);
    let context = rules::Context::new(schemas, &changes, &[], settings).with_events(&events);
    let mut judgements = rules::judge(&context);
    let has_sizes = rules::weigh_statistics(&mut judgements, &context, sizes);
    let judged = events.into_iter().zip(&changes).zip(judgements);
    let judged = judged.map(|((event, change), judgement)| {
        let location = Location { before: None, after: Some(event.origin) };
        let statements = event.sql.into_iter().collect();
        describe(schemas, change, judgement, location, statements)
    });
    Ok((judged.filter(|change| change.severity > Severity::Safe).collect(), has_sizes))
}

fn files(input: &Input) -> Option<&dyn Files> {
    match &input.content {
        Content::Files(files) => Some(&**files),
        Content::Migrations(_) | Content::Schema(_) => None,
    }
}
