//! The report as plain data, and one file a format.

use serde::Serialize;
use serde_json::Value;

use crate::delta::Diff;
use crate::diff::Kind;
use crate::origin::Origin;
use crate::rules::Severity;
use crate::schema::Object;

/// What `check` found: the contract of `check --format json`, version 1.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// The format's version.
    pub version: u32,
    /// The base state.
    pub base: StateId,
    /// The head state.
    pub head: StateId,
    /// The outcome.
    pub verdict: Verdict,
    /// Every change, the dangerous first, each class in drizzle-kit's order.
    pub changes: Vec<JudgedChange>,
    /// What could not be evaluated.
    pub unresolved: Vec<UnresolvedPlace>,
    /// Every statement, in drizzle-kit's order.
    pub statements: Vec<String>,
    /// Things said once for the whole comparison: a base that was replaced by its ancestor, an
    /// acknowledgement that was not used, a drizzle-kit of another major version.
    pub notes: Vec<Note>,
}

/// A state as it was asked for, and what it was.
#[derive(Debug, Clone, Serialize)]
pub struct StateId {
    /// As written: `HEAD`, `:index`.
    pub state: String,
    /// The oid of the commit or tree, or a digest.
    pub id: String,
}

/// The outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Nothing to stop.
    Pass,
    /// Something to read, nothing that stops.
    Warn,
    /// At least one change needs an acknowledgement.
    Block,
}

/// One change with all that is known of it.
#[derive(Debug, Clone, Serialize)]
pub struct JudgedChange {
    /// `dg1:` and 64 hexadecimal digits.
    pub fingerprint: String,
    /// The kind.
    pub kind: Kind,
    /// The object.
    pub object: Object,
    /// The worst of its hazards.
    pub severity: Severity,
    /// Canonical facets before, `null` when it did not exist.
    pub before: Value,
    /// Canonical facets after, `null` when it no longer exists.
    pub after: Value,
    /// Where it was and is written.
    pub location: Location,
    /// What it risks.
    pub hazards: Vec<Hazard>,
    /// What drizzle-kit would run for it.
    pub statements: Vec<String>,
    /// The acknowledgement that covers it, if any.
    pub acknowledged: Option<AcknowledgedBy>,
    /// What is lost with it, in the words of the fingerprint.
    #[serde(skip)]
    pub lost: Vec<String>,
}

/// Both places.
#[derive(Debug, Clone, Serialize)]
pub struct Location {
    /// In the base.
    pub before: Option<Origin>,
    /// In the head; for something dropped, nothing.
    pub after: Option<Origin>,
}

/// One hazard of a change.
#[derive(Debug, Clone, Serialize)]
pub struct Hazard {
    /// The rule's id.
    pub rule: &'static str,
    /// How bad.
    pub severity: Severity,
    /// What was found.
    pub message: String,
    /// What happens.
    pub effect: String,
    /// What to do instead.
    pub remedy: String,
    /// Why.
    pub evidence: Vec<String>,
}

/// How a change was acknowledged.
#[derive(Debug, Clone, Serialize)]
pub struct AcknowledgedBy {
    /// `file` or `flag`.
    pub by: &'static str,
    /// The acknowledgement file's path, or the flag's value.
    pub source: String,
    /// The reason given, for a file.
    pub reason: Option<String>,
    /// Who, for a file.
    pub who: Option<String>,
}

/// Something that could not be evaluated.
#[derive(Debug, Clone, Serialize)]
pub struct UnresolvedPlace {
    /// The file.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
    /// Why.
    pub why: String,
    /// What it reaches.
    pub affects: Vec<String>,
    /// Whether the base has exactly the same place with the same source, so that nothing changed.
    pub unchanged: bool,
}

/// Something said once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    /// Whether it is only information.
    pub level: NoteLevel,
    /// The sentence.
    pub text: String,
    /// What to do, if anything.
    pub hint: Option<String>,
}

/// How much a note matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteLevel {
    /// Good to know.
    Info,
    /// Should be looked at.
    Warning,
    /// Blocks where the policy is strict.
    Error,
}

/// Both locations of an object.
impl From<Diff<Option<Origin>>> for Location {
    fn from(origins: Diff<Option<Origin>>) -> Self {
        Self { before: origins.before, after: origins.after }
    }
}
