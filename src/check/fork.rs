//! A base that went on since the head left it: what merging the head into it would change.
//!
//! Between two branches a plain comparison calls everything that the base added since a drop. What
//! the head is answerable for is what it changed itself, from the commit where both part; merged,
//! that is a change of what the base has now.

use super::side::Evaluated;
use super::{Input, State};
use crate::delta::Diff;
use crate::diff::{self, Change, Rename};
use crate::report::{Note, NoteLevel, kind_words};
use crate::schema::Schema;

/// How many of the base's own changes a note names.
const NAMED: usize = 3;

/// How the head's commit stands to the base's.
#[derive(Debug, Clone, Default)]
pub enum Fork {
    /// The base is where the head started, or the states are to be compared as they are.
    #[default]
    None,
    /// The base went on since this commit.
    At(Input),
    /// Where both part is not in this clone.
    Unknown,
}

/// What came of three states.
pub(super) struct Merged {
    /// The head's schema as a merge would leave it.
    pub(super) schema: Schema,
    /// What the base changed since, in words.
    pub(super) theirs: Vec<String>,
    /// What both changed since and not alike, in words.
    pub(super) conflicts: Vec<String>,
}

/// Carries the head's own changes out on the base's schema.
pub(super) fn merge(base: &Schema, fork: &Schema, head: &Schema, renames: &[Rename]) -> Merged {
    let own = diff::compare(Diff::new(fork, head), renames);
    let theirs = diff::compare(Diff::new(fork, base), renames);
    let mut schema = diff::apply(base, &own);
    // The head's places first: the report shows its files.
    let base_only = base.written.iter().filter(|(object, _)| !head.written.contains_key(*object));
    schema.written = head.written.clone();
    schema.written.extend(base_only.map(|(object, written)| (object.clone(), written.clone())));
    schema.unresolved.clone_from(&head.unresolved);
    let mut conflicts = Vec::new();
    for change in &own {
        let meets = theirs.iter().find(|it| *it != change && meet(it, change));
        if let Some(it) = meets {
            let (ours, it) = (words(change), words(it));
            conflicts.push(if ours == it { ours } else { format!("{ours} and {it}") });
        }
    }
    Merged { schema, theirs: theirs.iter().map(words).collect(), conflicts }
}

/// Whether two changes are about one thing, or one is about something in what the other drops.
fn meet(a: &Change, b: &Change) -> bool {
    let inside = |outer: &Change, inner: &Change| match outer {
        Change::DropTable(table) => inner.object().table_name().as_ref() == Some(&table.name),
        _ => false,
    };
    a.object() == b.object() || inside(a, b) || inside(b, a)
}

fn words(change: &Change) -> String {
    format!("{} {}", kind_words(change.kind()), change.object())
}

/// The schema of another state that is read as this one.
pub(super) fn counterpart<'a>(of: &Evaluated, state: &'a State) -> Option<&'a Evaluated> {
    match state.databases.as_slice() {
        [one] => Some(one),
        several => several.iter().find(|it| it.location.config == of.location.config),
    }
}

/// Says what was left out, and what was changed on both sides.
pub(super) fn notes(merged: &Merged, base: &Input, fork: &Input) -> Vec<Note> {
    let mut notes = Vec::new();
    let at = fork.id.get(..12).unwrap_or(&fork.id);
    let theirs = &merged.theirs;
    if !theirs.is_empty() {
        let named = theirs.get(..NAMED).unwrap_or(theirs).join(", ");
        let more = if theirs.len() > NAMED { ", …" } else { "" };
        let text = format!(
            "{} went on since {at}; what it changed there is not judged: {named}{more}",
            base.name()
        );
        notes.push(Note { level: NoteLevel::Info, text, hint: None });
    }
    for conflict in &merged.conflicts {
        let text = format!(
            "both sides changed it since {at}: {conflict}; judged as a change of what {} has now",
            base.name()
        );
        notes.push(Note { level: NoteLevel::Warning, text, hint: None });
    }
    notes
}

/// Says that what only the base has counts as dropped.
pub(super) fn unknown(base: &Input, head: &Input) -> Note {
    Note {
        level: NoteLevel::Warning,
        text: format!(
            "where {} and {} part is not in this clone: compared as they are, so what only the \
             base has counts as dropped",
            base.name(),
            head.name()
        ),
        hint: Some("git fetch --unshallow".to_owned()),
    }
}
