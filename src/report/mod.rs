//! The report as plain data, and one file a format.

mod excerpt;
mod frame;
mod github;
mod gitlab;
mod json;
mod markdown;
mod next;
mod sanitize;
mod sarif;
mod style;
mod text;
mod words;
mod wrap;

use std::io;

use serde::Serialize;
use serde_json::Value;

use crate::codebase::Reference;
use crate::delta::Diff;
use crate::diff::Kind;
use crate::git::State;
use crate::origin::Origin;
use crate::rules::{Deployment, Measured, Severity};
use crate::schema::Object;

pub use crate::policy::{AcknowledgedBy, Consent, Verdict};
pub use excerpt::{Excerpt, Excerpts};
pub use json::{escape as escape_json, write_value as write_json};
pub use sanitize::{line as clean_line, lines as clean_lines};
pub use style::{Style, Tone, Verbosity};
pub use words::{UNRESOLVED_REMEDY, kind_name, kind_words, severity_word, short_fingerprint};
pub use wrap::prose as wrap_prose;

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
    /// What a blocked push may be acknowledged with.
    #[serde(skip)]
    pub consent: Consent,
    /// The common digest of all changes that wait, for the flag's `plan:…`.
    #[serde(skip)]
    pub plan: Option<String>,
    /// When this is said.
    #[serde(skip)]
    pub moment: Moment,
    /// Whether the states were compared as they are although each has what the other lacks; the
    /// commands to go on with have to do the same.
    #[serde(skip)]
    pub direct: bool,
    /// Source lines for the code frames of the text format; a place without one has no frame.
    #[serde(skip)]
    pub excerpts: Diff<Excerpts>,
}

/// When a report is said: what a verdict means for whoever reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Moment {
    /// Somebody asked, or a push or a commit stops on a block.
    #[default]
    Decides,
    /// At a commit that goes through whatever the verdict is; the push will be judged again.
    Announces,
}

/// The formats a report can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// The contract for programs.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of a GitHub Actions job.
    Github,
    /// GitLab's Code Quality report.
    Gitlab,
    /// For a comment or a job's summary.
    Markdown,
}

impl Format {
    /// Every format.
    pub const ALL: &[Self] =
        &[Self::Text, Self::Json, Self::Sarif, Self::Github, Self::Gitlab, Self::Markdown];

    /// Its name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Sarif => "sarif",
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Markdown => "markdown",
        }
    }
}

/// How many changes there are of each severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Dangerous changes.
    pub dangerous: usize,
    /// Risky changes.
    pub risky: usize,
    /// Safe changes.
    pub safe: usize,
}

/// Writes a report in one format.
pub fn write(
    report: &Report,
    format: Format,
    style: &Style,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    match format {
        Format::Text => text::write(report, style, out),
        Format::Json => json::write(report, style, out),
        Format::Sarif => sarif::write(report, style, out),
        Format::Github => github::write(report, style, out),
        Format::Gitlab => gitlab::write(report, style, out),
        Format::Markdown => markdown::write(report, style, out),
    }
}

impl Report {
    /// A report of two states in which nothing is different.
    pub fn unchanged(base: StateId, head: StateId) -> Self {
        Self {
            version: 1,
            base,
            head,
            verdict: Verdict::Pass,
            changes: Vec::new(),
            unresolved: Vec::new(),
            statements: Vec::new(),
            notes: Vec::new(),
            consent: Consent::default(),
            plan: None,
            moment: Moment::default(),
            direct: false,
            excerpts: Diff::default(),
        }
    }

    /// How many changes there are of each severity.
    pub fn counts(&self) -> Counts {
        let count = |severity| self.of(severity).count();
        Counts {
            dangerous: count(Severity::Dangerous),
            risky: count(Severity::Risky),
            safe: count(Severity::Safe),
        }
    }

    /// The changes of one severity, in their order.
    pub fn of(&self, severity: Severity) -> impl Iterator<Item = &JudgedChange> {
        self.changes.iter().filter(move |change| change.severity == severity)
    }

    /// The changes the verdict waits for.
    pub fn blocking(&self) -> impl Iterator<Item = &JudgedChange> {
        self.changes.iter().filter(|change| change.blocks)
    }

    /// The places that could not be evaluated and are not the same in the base.
    pub fn newly_unresolved(&self) -> impl Iterator<Item = &UnresolvedPlace> {
        self.unresolved.iter().filter(|place| !place.unchanged)
    }
}

impl StateId {
    /// A state as it was asked for; a database's password is not shown.
    pub fn new(state: &State, id: impl Into<String>) -> Self {
        Self { state: state.to_string(), id: id.into() }
    }
}

/// A state as it was asked for, and what it was.
#[derive(Debug, Clone, Serialize)]
pub struct StateId {
    /// As written: `HEAD`, `:index`.
    pub state: String,
    /// The oid of the commit or tree, or a digest.
    pub id: String,
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
    /// What is deployed first.
    pub deployment: Deployment,
    /// What was counted in a live database.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub measured: Vec<Measured>,
    /// Every place in the code that uses what goes, and every query that an index served, the sure ones
    /// and the program's first.
    pub references: Vec<Reference>,
    /// The acknowledgement that covers it, if any.
    pub acknowledged: Option<AcknowledgedBy>,
    /// What is lost with it, in the words of the fingerprint.
    #[serde(skip)]
    pub lost: Vec<String>,
    /// Whether the verdict waits for its acknowledgement: the policy asks for one, none covers it.
    #[serde(skip)]
    pub blocks: bool,
    /// Why the acknowledgements that are there do not count, each a sentence.
    #[serde(skip)]
    pub refused: Vec<String>,
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

/// A remark of the repository or the policy, as the report says it.
impl From<crate::git::Remark> for Note {
    fn from(remark: crate::git::Remark) -> Self {
        let level = if remark.warning { NoteLevel::Warning } else { NoteLevel::Info };
        Self { level, text: remark.text, hint: remark.hint }
    }
}

#[cfg(test)]
mod fixture;
