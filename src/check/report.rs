//! How bad the differences are, and whether they may pass.

use std::borrow::Cow;

use super::statistics::Weights;
use super::{Comparison, Database, Error, Input, attribute, code, executor, migrations};
use crate::delta::Diff;
use crate::diff::Change;
use crate::files::Files;
use crate::git::{EmptyFiles, State};
use crate::kit::{self, Statement};
use crate::origin::Origin;
use crate::policy::{self, Answer, Asked, Canonical, Circumstances, Date, Decision, Flag};
use crate::report::{
    Excerpt, Excerpts, Hazard, JudgedChange, Location, Moment, Note, NoteLevel, Report, StateId,
    UnresolvedPlace, Verdict,
};
use crate::rules::{self, Deployment, Executor, Judgement, Quantity, Severity};
use crate::schema::{Object, Schema, Unresolved};

use super::Content;

/// What a comparison is judged for.
#[derive(Debug, Clone, Copy)]
pub enum Occasion<'a> {
    /// Somebody asked.
    Asked,
    /// A commit. Acknowledgements in it may be meant for commits before it, so none is called unused.
    Commit,
    /// A push, for which a profile holds.
    Push(Push<'a>),
}

/// The push a comparison belongs to.
#[derive(Debug, Clone, Copy)]
pub struct Push<'a> {
    /// The remote's name.
    pub remote: &'a str,
    /// The remote's URL.
    pub url: &'a str,
    /// The refs on the remote that would be set.
    pub refs: &'a [String],
}

/// Judges a comparison.
///
/// `flags` is asked for the acknowledgement flag only when something needs one.
///
/// # Errors
/// When an acknowledgement file or a flag is wrong, or the code that may use what is dropped cannot be
/// listed.
pub fn judge(
    comparison: &Comparison,
    occasion: Occasion<'_>,
    today: Date,
    flags: impl FnOnce() -> Result<Vec<Flag>, policy::Error>,
) -> Result<Report, Error> {
    let mut settings = comparison.config.settings();
    // A table does not stop being critical in the push that drops it.
    settings.critical.extend(comparison.base_config.critical.iter().cloned());
    let applied = who_applies(comparison, &mut settings)?;
    let known = Weights::new(comparison, today);
    known.settle(&mut settings);
    let mut has_sizes = false;
    let (mut changes, mut statements) = (Vec::new(), Vec::new());
    for database in &comparison.databases {
        let schemas = database.schemas();
        let context = || {
            rules::Context::new(schemas, &database.changes, &database.statements, &settings)
                .renamed(&database.renames)
        };
        let judged = context();
        let mut judgements = rules::judge(&judged);
        code::weigh(&mut judgements, judged, database, &comparison.head, &comparison.config)?;
        has_sizes |= rules::weigh_statistics(&mut judgements, &context(), &known.sizes);
        rules::weigh_measured(&mut judgements, &database.measured);
        let run = statements_run(database, comparison, &settings)?;
        let own = attribute::statements_of(&database.changes, &run);
        statements.extend(run.iter().map(|statement| statement.sql.clone()));
        let judged = database.changes.iter().zip(judgements).zip(own);
        let measured = database.measured.iter().cloned().chain(std::iter::repeat_with(Vec::new));
        changes.extend(judged.zip(measured).map(
            |(((change, judgement), statements), measured)| {
                let location = database.location(change);
                let judged = describe(schemas, change, judgement, location, statements);
                JudgedChange { measured, ..judged }
            },
        ));
        let (judged, by_size) = migrations::judge(database, comparison, &settings, &known.sizes)?;
        changes.extend(judged);
        has_sizes |= by_size;
    }
    // Stable: each class keeps drizzle-kit's order.
    changes.sort_by_key(|change| std::cmp::Reverse(change.severity));
    let decision = decide(comparison, &changes, occasion, today, flags)?;
    for (change, answer) in changes.iter_mut().zip(decision.answers) {
        match answer {
            Answer::Free => {}
            Answer::Acknowledged(by) => change.acknowledged = Some(by),
            Answer::Needed(why) => {
                change.blocks = true;
                change.refused = why;
            }
        }
    }
    let unresolved = unresolved(comparison);
    let mut notes = comparison.notes.clone();
    let mut verdict = decision.verdict;
    if let Some(pattern) = comparison.development.as_ref().filter(|_| verdict == Verdict::Block) {
        verdict = Verdict::Warn;
        for change in &mut changes {
            change.blocks = false;
        }
        let text = format!("nothing blocks: the database is for development, by `{pattern}`");
        notes.push(Note { level: NoteLevel::Warning, text, hint: None });
    }
    notes.extend(mended(comparison));
    notes.extend(known.note.filter(|_| has_sizes));
    notes.extend(applied.filter(|_| changes.iter().any(|it| it.severity > Severity::Safe)));
    // What is not committed yet is one step; an acknowledgement in it may be for a step before.
    let step = matches!(comparison.head.state, State::Index | State::Worktree);
    let unused = match occasion {
        Occasion::Commit => Vec::new(),
        Occasion::Asked if step => Vec::new(),
        Occasion::Asked | Occasion::Push(_) => decision.unused,
    };
    notes.extend(decision.remarks.into_iter().chain(unused).map(|remark| Note {
        level: if remark.warning { NoteLevel::Warning } else { NoteLevel::Info },
        text: remark.text,
        hint: remark.hint,
    }));
    let blind = unresolved.iter().any(|place| !place.unchanged);
    let verdict = if blind { Verdict::Block } else { verdict };
    let mut report = Report {
        version: 1,
        base: id(&comparison.base),
        head: id(&comparison.head),
        verdict,
        changes,
        unresolved,
        statements,
        notes,
        consent: decision.consent,
        plan: decision.plan,
        moment: Moment::default(),
        direct: false,
        excerpts: Diff::default(),
    };
    report.excerpts = excerpts(comparison, &report);
    Ok(report)
}

impl Database {
    /// Both schemas.
    pub fn schemas(&self) -> Diff<&Schema> {
        self.sides.as_ref().map(|side| &side.schema)
    }

    /// What could not be evaluated in the head, without the places that the base has too: with the
    /// same source and the same reach they are the same unknown, and nothing changed there.
    pub fn newly_unresolved(&self) -> impl Iterator<Item = &Unresolved> {
        let Diff { before, after } = self.schemas();
        after.unresolved.iter().filter(|place| {
            !before.unresolved.iter().any(|it| {
                !it.source.is_empty() && it.source == place.source && it.affects == place.affects
            })
        })
    }

    /// Where a change's object is written.
    fn location(&self, change: &Change) -> Location {
        let objects = Diff::new(change.invert().object(), change.object());
        let origin = |schema: &Schema, object: &Object| schema.origin(object).cloned();
        let schemas = self.schemas();
        Location {
            before: origin(schemas.before, &objects.before),
            after: origin(schemas.after, &objects.after),
        }
    }

    /// The fingerprint's text for a change.
    pub fn canonical(&self, change: &Change) -> Canonical {
        policy::canonical(change, self.schemas())
    }
}

/// Finds out who applies the schema where the configuration does not say, and says where it was
/// found.
fn who_applies(
    comparison: &Comparison,
    settings: &mut rules::Settings,
) -> Result<Option<Note>, Error> {
    let Content::Files(files) = &comparison.head.content else { return Ok(None) };
    if settings.executor != Executor::Unknown {
        return Ok(None);
    }
    // What migrations will do is told by the commits before them, not by a database.
    if matches!(comparison.base.state, State::Database(_) | State::DatabaseVariable(_)) {
        settings.executor = Executor::Push;
        let text = "judged for drizzle-kit push, because the base is a database".to_owned();
        return Ok(Some(Note { level: NoteLevel::Info, text, hint: None }));
    }
    let sides = || comparison.databases.iter().map(|it| &it.sides.after);
    let unreadable = |source| Error::Read { state: comparison.head.name(), source };
    let configs = sides().filter_map(|side| side.location.config.as_deref());
    let found = executor::find(&**files, configs).map_err(unreadable)?;
    let mut has_journal = false;
    for side in sides() {
        let path = format!("{}/meta/_journal.json", side.migrations());
        has_journal |= files.id(&path).map_err(unreadable)?.is_some();
    }
    settings.executor = found.executor(has_journal);
    let (command, places) = match settings.executor {
        Executor::Push => ("drizzle-kit push", &found.push),
        Executor::Migrate => ("drizzle-kit migrate", &found.migrate),
        Executor::Unknown => return Ok(None),
    };
    let places: Vec<String> =
        places.iter().map(|it| format!("{}:{}", it.file, it.line)).take(3).collect();
    let text = format!("judged for {command}, found in {}", places.join(" and "));
    Ok(Some(Note { level: NoteLevel::Info, text, hint: None }))
}

/// What drizzle-kit would run: on a database that it pushes to, what `push` computes, with the `TRUNCATE`
/// that it runs where there are rows, or nobody could count them; else what `generate` writes.
fn statements_run<'a>(
    database: &'a Database,
    comparison: &Comparison,
    settings: &rules::Settings,
) -> Result<Cow<'a, [Statement]>, Error> {
    let base = &comparison.base.state;
    let is_live = matches!(base, State::Database(_) | State::DatabaseVariable(_));
    if !is_live || settings.executor != Executor::Push {
        return Ok(Cow::Borrowed(&database.statements));
    }
    let schemas = database.schemas();
    let mut statements = kit::generate_push(schemas, &database.renames)?;
    let mut truncations = kit::push_effects(&statements, schemas, &database.renames);
    truncations.retain(|it| {
        let changes = database.changes.iter().zip(&database.measured);
        let mut counts = changes
            .filter(|(change, _)| change.object() == it.column)
            .flat_map(|(_, measured)| measured)
            .filter(|it| it.what == Quantity::RowsEmptied);
        !counts.any(|it| it.count == Ok(0))
    });
    // From the last on, so that the places of the others stay.
    for it in truncations.into_iter().rev() {
        let truncate = Statement { kind: "alter_table_add_column", object: it.column, sql: it.sql };
        statements.insert(it.statement, truncate);
    }
    Ok(Cow::Owned(statements))
}

fn id(input: &Input) -> StateId {
    StateId::new(&input.state, &input.id)
}

pub(super) fn describe(
    schemas: Diff<&Schema>,
    change: &Change,
    judgement: Judgement,
    location: Location,
    statements: Vec<String>,
) -> JudgedChange {
    let canonical = policy::canonical(change, schemas);
    let hazards = judgement.findings.into_iter().map(|finding| Hazard {
        rule: finding.rule,
        severity: finding.severity,
        message: finding.message,
        effect: finding.effect,
        remedy: finding.remedy,
        evidence: finding.evidence,
    });
    JudgedChange {
        fingerprint: canonical.fingerprint().to_string(),
        kind: change.kind(),
        object: change.object(),
        severity: judgement.severity,
        before: canonical.before,
        after: canonical.after,
        location,
        hazards: hazards.collect(),
        statements,
        deployment: Deployment::of(change),
        measured: Vec::new(),
        references: judgement.references,
        acknowledged: None,
        lost: canonical.lost,
        blocks: false,
        refused: Vec::new(),
    }
}

fn decide(
    comparison: &Comparison,
    changes: &[JudgedChange],
    occasion: Occasion<'_>,
    today: Date,
    flags: impl FnOnce() -> Result<Vec<Flag>, policy::Error>,
) -> Result<Decision, Error> {
    let (config, earlier) = (&comparison.config, &comparison.base_config);
    let profile = match occasion {
        Occasion::Asked | Occasion::Commit => config.profile.max(earlier.profile),
        // Several refs that carry the same commits are judged once, by the strictest of their
        // profiles.
        Occasion::Push(push) => {
            let profiles = push.refs.iter().map(|it| config.profile_for(push.remote, push.url, it));
            profiles.max().unwrap_or(config.profile)
        }
    };
    let asked: Vec<Asked<'_>> = changes
        .iter()
        .map(|change| Asked {
            fingerprint: &change.fingerprint,
            severity: change.severity,
            rules: change
                .hazards
                .iter()
                .filter(|hazard| hazard.severity > Severity::Safe)
                .map(|hazard| hazard.rule)
                .collect(),
        })
        .collect();
    let circumstances = Circumstances {
        files: Diff::new(files(&comparison.base), files(&comparison.head)),
        config,
        profile,
        today,
    };
    Ok(policy::decide(&asked, &circumstances, flags)?)
}

/// The files of a state, for its acknowledgements; a snapshot or a database has none.
fn files(input: &Input) -> &dyn Files {
    match &input.content {
        Content::Files(files) => &**files,
        Content::Migrations(_) | Content::Schema(_) => &EmptyFiles,
    }
}

/// What could not be evaluated in the head.
fn unresolved(comparison: &Comparison) -> Vec<UnresolvedPlace> {
    let mut places = Vec::new();
    for database in &comparison.databases {
        let new: Vec<&Unresolved> = database.newly_unresolved().collect();
        for place in &database.sides.after.schema.unresolved {
            places.push(UnresolvedPlace {
                file: place.origin.file.to_string(),
                line: place.origin.line,
                column: place.origin.column,
                why: place.why.clone(),
                affects: place.affects.clone(),
                unchanged: !new.contains(&place),
            });
        }
    }
    places
}

/// Says of what could not be evaluated in the base alone: the head is known, but not what it was.
fn mended(comparison: &Comparison) -> Vec<Note> {
    let mut notes = Vec::new();
    for database in &comparison.databases {
        let Diff { before, after } = database.schemas();
        let gone = before
            .unresolved
            .iter()
            .filter(|place| !after.unresolved.iter().any(|it| it.source == place.source));
        notes.extend(gone.map(|place| Note {
            level: NoteLevel::Warning,
            text: format!("{} in the base: {}", place.origin, place.why),
            hint: Some(
                "the change of what it affects cannot be judged by its old value".to_owned(),
            ),
        }));
    }
    notes
}

/// The source lines that the report points at.
fn excerpts(comparison: &Comparison, report: &Report) -> Diff<Excerpts> {
    let mut excerpts: Diff<Excerpts> = Diff::default();
    let around = |input: &Input, origin: &Origin| {
        let blob = files(input).read(&origin.file).ok().flatten()?;
        Excerpt::around(std::str::from_utf8(&blob.bytes).ok()?, origin)
    };
    for change in report.changes.iter().filter(|it| it.severity > Severity::Safe) {
        if let Some(origin) = &change.location.before {
            let excerpt = around(&comparison.base, origin);
            excerpts.before.extend(excerpt.map(|it| (origin.clone(), it)));
        }
        if let Some(origin) = &change.location.after {
            let excerpt = around(&comparison.head, origin);
            excerpts.after.extend(excerpt.map(|it| (origin.clone(), it)));
        }
    }
    for place in &report.unresolved {
        let origin = Origin::new(place.file.as_str(), place.line, place.column);
        let excerpt = around(&comparison.head, &origin);
        excerpts.after.extend(excerpt.map(|it| (origin, it)));
    }
    excerpts
}
