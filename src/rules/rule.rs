//! What a rule is, what it sees, and what it says.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::codebase::Uses;
use crate::delta::Diff;
use crate::diff::suspect::{CasingFlip, ColumnSuspect, Suspect};
use crate::diff::{Change, Names, Rename};
use crate::ident::QualifiedName;
use crate::kit;
use crate::migrations::Event;
use crate::postgres::SqlType;
use crate::schema::{Schema, Table};

/// How bad a change is; ordered.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Catalog only, nothing breaks, can be undone.
    #[default]
    Safe,
    /// Blocks for a time that grows with the table, can fail on existing rows without damage, or
    /// slows queries down.
    Risky,
    /// Can lose or change data, widen access, break running code, or cannot be undone.
    Dangerous,
}

/// A hazard that the tool knows: the card that `explain` prints, and the check.
#[derive(Debug)]
pub struct Rule {
    /// The id of `hazards`: `column.drop`.
    pub id: &'static str,
    /// The severity it has when no modifier applies.
    pub severity: Severity,
    /// When it fires, one sentence.
    pub condition: &'static str,
    /// What happens then, in PostgreSQL's words.
    pub effect: &'static str,
    /// What to do instead.
    pub remedy: &'static str,
    /// PostgreSQL's ground truth: lock, rewrite, scan, SQLSTATE, by version where it differs.
    pub postgres: &'static str,
    /// The same hazard in other tools: `squawk/ban-drop-column`.
    pub sources: &'static [&'static str],
    /// Judges one change.
    pub check: fn(&Change, &Context<'_>) -> Option<Finding>,
}

/// What a rule says about one change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule's id.
    pub rule: &'static str,
    /// How bad, after the rule's own reasons; modifiers apply later.
    pub severity: Severity,
    /// What was found here, naming the objects: one sentence.
    pub message: String,
    /// The effect here (by default the rule's).
    pub effect: String,
    /// The remedy here (by default the rule's).
    pub remedy: String,
    /// Why the tool believes so, or what proves it harmless.
    pub evidence: Vec<Evidence>,
}

/// One piece of evidence, a sentence: "similar name: `mail` and `email`".
pub type Evidence = String;

/// Everything a rule may look at.
#[derive(Debug)]
pub struct Context<'a> {
    /// Both schemas.
    pub schemas: Diff<&'a Schema>,
    /// All changes of the comparison.
    pub changes: &'a [Change],
    /// What drizzle-kit would run for all of them.
    pub statements: &'a [kit::Statement],
    /// What the repository says.
    pub settings: &'a Settings,
    /// The renames that were stated.
    pub renames: &'a [Rename],
    /// What was found about the migrations; each has its change among `changes`.
    pub events: &'a [Event],
    /// What the code does with what each change takes away; empty until it has been searched.
    pub code: &'a [Uses],
    /// What is worked out once for all rules.
    pub(super) once: Once,
}

impl<'a> Context<'a> {
    /// What the rules look at, for one comparison.
    pub fn new(
        schemas: Diff<&'a Schema>,
        changes: &'a [Change],
        statements: &'a [kit::Statement],
        settings: &'a Settings,
    ) -> Self {
        let once = Once::default();
        let (renames, events, code) = (&[], &[], &[]);
        Self { schemas, changes, statements, settings, renames, events, code, once }
    }

    /// The same with the renames that the changes and statements were made with.
    #[must_use]
    pub fn renamed(mut self, renames: &'a [Rename]) -> Self {
        self.renames = renames;
        self
    }

    /// The same with what was found about the migrations.
    #[must_use]
    pub fn with_events(mut self, events: &'a [Event]) -> Self {
        self.events = events;
        self
    }
}

impl<'a> Context<'a> {
    /// The same with what the code uses, one entry for each change.
    #[must_use]
    pub fn searched(mut self, code: &'a [Uses]) -> Self {
        self.code = code;
        self
    }
}

/// Facts about all changes together, worked out when the first rule asks.
#[derive(Debug, Default)]
pub(super) struct Once {
    pub(super) names: OnceCell<Names>,
    pub(super) tables: OnceCell<Vec<Suspect<QualifiedName>>>,
    pub(super) columns: OnceCell<Vec<ColumnSuspect>>,
    pub(super) flip: OnceCell<Option<CasingFlip>>,
    pub(super) faults: OnceCell<Vec<kit::Fault>>,
    /// Tables of the base, without what is dropped before their columns are looked at.
    pub(super) meanwhile: OnceCell<BTreeMap<QualifiedName, Table>>,
    /// The types of the last change that was asked about, by its address: the changes live longer.
    pub(super) types: RefCell<Option<(usize, Diff<SqlType>)>>,
}

/// How the repository applies its schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Executor {
    /// `drizzle-kit push`.
    Push,
    /// `drizzle-kit generate` and `migrate`.
    Migrate,
    /// Not known: judged for both.
    #[default]
    Unknown,
}

/// What rules need of the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    /// Critical tables, as `name` or `schema.name`; a hazard on one of them is one class worse.
    pub critical: Vec<String>,
    /// How the schema is applied.
    pub executor: Executor,
    /// The production server's major version, if said.
    pub postgres: Option<u32>,
    /// The policy rules that are switched on, by id.
    pub policy_rules: Vec<String>,
    /// Columns that every new table has to have, for `column.required_set`.
    pub required_columns: Vec<String>,
}

impl Rule {
    /// Whether it is a matter of taste and hygiene: it speaks only when the configuration names it.
    pub fn is_policy(&self) -> bool {
        super::POLICIES.iter().any(|it| it.id == self.id)
    }

    /// A finding with the rule's own severity, effect and remedy.
    pub fn finding(&self, message: impl Into<String>) -> Finding {
        Finding {
            rule: self.id,
            severity: self.severity,
            message: message.into(),
            effect: self.effect.to_owned(),
            remedy: self.remedy.to_owned(),
            evidence: Vec::new(),
        }
    }
}

impl Finding {
    /// The same with one more piece of evidence.
    #[must_use]
    pub fn because(mut self, evidence: impl Into<String>) -> Self {
        self.evidence.push(evidence.into());
        self
    }

    /// The same with another severity.
    #[must_use]
    pub fn with_severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }
}
