//! One comparison, judged, for the tests of a rule.

use crate::delta::Diff;
use crate::diff::compare;
pub(super) use crate::diff::testing::{qualified, schema, table, with_enum};
use crate::rules::{Context, Executor, Finding, Judgement, Settings, Severity, judge};
use crate::schema::Schema;

/// A comparison.
pub(super) struct Case {
    before: Schema,
    after: Schema,
    settings: Settings,
    renames: Vec<crate::diff::Rename>,
}

pub(super) fn case(before: Schema, after: Schema) -> Case {
    Case { before, after, settings: Settings::default(), renames: Vec::new() }
}

impl Case {
    pub(super) fn critical(mut self, table: &str) -> Self {
        self.settings.critical.push(table.to_owned());
        self
    }

    pub(super) fn executor(mut self, executor: Executor) -> Self {
        self.settings.executor = executor;
        self
    }

    pub(super) fn rename(mut self, rename: &str) -> Self {
        self.renames.push(rename.parse().expect("a rename"));
        self
    }

    pub(super) fn judged(&self) -> Vec<Judgement> {
        let schemas = Diff::new(&self.before, &self.after);
        let changes = compare(schemas, &self.renames);
        judge(&Context { schemas, changes: &changes, statements: &[], settings: &self.settings })
    }

    /// What one rule says, about whatever change.
    pub(super) fn findings(&self, rule: &str) -> Vec<Finding> {
        let all = self.judged().into_iter().flat_map(|judgement| judgement.findings);
        all.filter(|finding| finding.rule == rule).collect()
    }

    /// The worst that one rule says; nothing when it does not fire.
    pub(super) fn says(&self, rule: &str) -> Option<Severity> {
        self.findings(rule).iter().map(|finding| finding.severity).max()
    }

    /// The worst of all.
    pub(super) fn worst(&self) -> Severity {
        self.judged().iter().map(|it| it.severity).max().unwrap_or_default()
    }

    /// The messages of one rule.
    pub(super) fn messages(&self, rule: &str) -> Vec<String> {
        self.findings(rule).into_iter().map(|finding| finding.message).collect()
    }
}
