//! One comparison, judged, for the tests of a rule.

pub(super) mod migrations;

use crate::delta::Diff;
pub(super) use crate::diff::testing::{schema, table, with_enum};
use crate::diff::{Change, compare};
use crate::ident::QualifiedName;
use crate::rules::{Context, Executor, Finding, Judgement, Settings, Severity, judge};
use crate::schema::{Schema, Sequence, SequenceOptions, View};

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
        let statements = crate::kit::generate(schemas, &self.renames).unwrap_or_default();
        let context = Context::new(schemas, &changes, &statements, &self.settings);
        judge(&context.renamed(&self.renames))
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

/// A schema of one view, `public.totals`.
pub(super) fn with_view(query: &str, edit: impl FnOnce(&mut View)) -> Schema {
    let name = QualifiedName::public("totals");
    let mut view = View {
        name: name.clone(),
        columns: indexmap::IndexMap::new(),
        definition: Some(query.to_owned()),
        is_existing: false,
        materialized: false,
        with: None,
        with_no_data: None,
        tablespace: None,
        using: None,
    };
    edit(&mut view);
    let mut schema = Schema::default();
    schema.views.insert(name, view);
    schema
}

/// A schema of one sequence, `public.numbers`.
pub(super) fn with_sequence(edit: impl FnOnce(&mut SequenceOptions)) -> Schema {
    let name = QualifiedName::public("numbers");
    let mut sequence = Sequence { name: name.clone(), options: SequenceOptions::default() };
    edit(&mut sequence.options);
    let mut schema = Schema::default();
    schema.sequences.insert(name, sequence);
    schema
}

/// What a rule says about a change of a setting.
pub(super) fn judged_scope(
    setting: &str,
    check: fn(&Change, &Context<'_>) -> Option<Finding>,
) -> Option<Severity> {
    let empty = Schema::default();
    let value = Diff::new(None, Some("x".to_owned()));
    let changes = [Change::ScopeChange { setting: setting.to_owned(), value }];
    let settings = Settings::default();
    let schemas = Diff::new(&empty, &empty);
    let context = Context::new(schemas, &changes, &[], &settings);
    check(&changes[0], &context).map(|finding| finding.severity)
}
