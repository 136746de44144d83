//! One comparison, judged, for the tests of a rule.

pub(super) mod migrations;

pub(super) use crate::codebase::{Drift, DriftKind, Reference, Tier, Uses, Via};
use crate::delta::Diff;
pub(super) use crate::diff::testing::{TableBuilder, schema, table, with_enum};
use crate::diff::{Change, compare};
pub(super) use crate::diff::{Scope, Setting};
use crate::ident::QualifiedName;
use crate::origin::Origin;
use crate::rules::recorder::record;
use crate::rules::{Context, Executor, Finding, Judgement, Rule, Settings, Severity, judge};
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

    /// With a policy rule switched on.
    pub(super) fn policy(mut self, rule: &str) -> Self {
        self.settings.policy_rules.push(rule.to_owned());
        self
    }

    pub(super) fn required_column(mut self, column: &str) -> Self {
        self.settings.required_columns.push(column.to_owned());
        self
    }

    pub(super) fn rename(mut self, rename: &str) -> Self {
        self.renames.push(rename.parse().expect("a rename"));
        self
    }

    pub(super) fn judged(&self) -> Vec<Judgement> {
        let schemas = Diff::new(&self.before, &self.after);
        let mut changes = compare(schemas, &self.renames);
        changes.extend(crate::diff::of_code(schemas));
        let statements = crate::kit::generate(schemas, &self.renames).unwrap_or_default();
        let context = Context::new(schemas, &changes, &statements, &self.settings);
        judge(&context.renamed(&self.renames))
    }

    /// What a rule about code says of the only change, when the code uses it so.
    pub(super) fn with_code(&self, uses: Uses, rule: &str) -> Option<Finding> {
        let schemas = Diff::new(&self.before, &self.after);
        let changes = compare(schemas, &self.renames);
        let all = vec![uses; changes.len()];
        let context = Context::new(schemas, &changes, &[], &self.settings).searched(&all);
        let mut judgements = judge(&context);
        super::judge_code(&context, &mut judgements);
        let mut found = judgements.into_iter().flat_map(|it| it.findings);
        let found = found.find(|finding| finding.rule == rule);
        record(rule, found.is_some(), changes.len());
        found
    }

    /// What one rule says, about whatever change.
    pub(super) fn findings(&self, rule: &str) -> Vec<Finding> {
        let judged = self.judged();
        let changes = judged.len();
        let all = judged.into_iter().flat_map(|judgement| judgement.findings);
        let found: Vec<Finding> = all.filter(|finding| finding.rule == rule).collect();
        record(rule, !found.is_empty(), changes);
        found
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
pub(super) fn judged_scope(setting: Setting, rule: &Rule) -> Option<Finding> {
    judged_setting(Scope::of_schema(setting, None, Some("x".to_owned())), rule, Executor::Unknown)
}

/// The same, with what the setting is about and how the schema is applied.
pub(super) fn judged_setting(scope: Scope, rule: &Rule, executor: Executor) -> Option<Finding> {
    let empty = Schema::default();
    let changes = [Change::ScopeChange(scope)];
    let settings = Settings { executor, ..Settings::default() };
    let schemas = Diff::new(&empty, &empty);
    let context = Context::new(schemas, &changes, &[], &settings);
    let found = (rule.check)(&changes[0], &context);
    record(rule.id, found.is_some(), changes.len());
    found
}

/// One certain use in a file.
pub(super) fn reference(file: &str, via: Via) -> Reference {
    Reference {
        target: 0,
        is_test: file.contains("test"),
        file: file.to_owned(),
        line: 3,
        column: 5,
        text: "funds.code".to_owned(),
        tier: Tier::Certain,
        via,
    }
}

/// `funds.code` is dropped.
pub(super) fn column_dropped() -> Case {
    let before = schema([table("funds", &["id uuid", "code text"])]);
    case(before, schema([table("funds", &["id uuid"])]))
}

/// One use of what is gone.
pub(super) fn used(file: &str, via: Via) -> Uses {
    Uses { gone: vec![reference(file, via)], ..Uses::default() }
}

/// The enum `stage` gets a value.
pub(super) fn value_added() -> Case {
    let before = with_enum("stage", &["seed"], []);
    case(before, with_enum("stage", &["seed", "growth"], []))
}

/// `funds.size` gets another type.
pub(super) fn column_retyped() -> Case {
    let before = schema([table("funds", &["size integer"])]);
    case(before, schema([table("funds", &["size text"])]))
}

/// One drift of a Zod schema.
pub(super) fn drift(kind: DriftKind) -> Uses {
    let origin = Origin::new("shared/schemas/funds.ts", 2, 3);
    let message = "`FundSchema.size` differs".to_owned();
    let drift = Drift { change: 0, origin, message, is_info: false, kind };
    Uses { drifts: vec![drift], ..Uses::default() }
}
