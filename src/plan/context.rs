//! What every recipe looks at, and where it puts its steps.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::statement::{Decision, Phase, Statement};
use super::step::Step;
use super::{Options, Plan};
use crate::delta::Diff;
use crate::diff::Change;
use crate::ident::QualifiedName;
use crate::schema::{ObjectKind, Schema, Table};

/// Identifies something in a table: the table's name in the head, and its own.
pub(super) type Member = (QualifiedName, String);

/// The state of a draft.
pub(super) struct Context<'a> {
    pub(super) schemas: Diff<&'a Schema>,
    pub(super) options: &'a Options,
    pub(super) id: String,
    /// Tables whose name or schema changes: base → head.
    tables: BTreeMap<QualifiedName, QualifiedName>,
    schema_names: BTreeMap<String, String>,
    enums: BTreeMap<QualifiedName, QualifiedName>,
    /// Columns whose name changes, by the table's name in the head: base → head.
    columns: BTreeMap<QualifiedName, BTreeMap<String, String>>,
    /// Columns whose type changes in `contract`, by their names in the head.
    pub(super) retyped: BTreeSet<Member>,
    /// Enums whose type is swapped in `contract`, by their names in the head.
    pub(super) swapped: BTreeSet<QualifiedName>,
    /// Objects that another change forces to be dropped and created again, by kind, table and name.
    pub(super) torn: BTreeSet<(ObjectKind, QualifiedName, String)>,
    /// Objects that have a change of their own.
    pub(super) changed: BTreeSet<(ObjectKind, QualifiedName, String)>,
    pub(super) created: BTreeSet<QualifiedName>,
    pub(super) dropped: BTreeSet<QualifiedName>,
    pub(super) backups: BTreeSet<String>,
    steps: Vec<Step>,
    plan: Plan,
}

impl<'a> Context<'a> {
    pub(super) fn new(changes: &[Change], schemas: Diff<&'a Schema>, options: &'a Options) -> Self {
        let mut context = Self {
            schemas,
            options,
            id: plan_id(changes, options),
            tables: BTreeMap::new(),
            schema_names: BTreeMap::new(),
            enums: BTreeMap::new(),
            columns: BTreeMap::new(),
            retyped: BTreeSet::new(),
            swapped: BTreeSet::new(),
            torn: BTreeSet::new(),
            changed: BTreeSet::new(),
            created: BTreeSet::new(),
            dropped: BTreeSet::new(),
            backups: BTreeSet::new(),
            steps: Vec::new(),
            plan: Plan { postgres: options.postgres, ..Plan::default() },
        };
        context.learn_names(changes);
        super::types::learn(changes, &mut context);
        super::enums::learn(changes, &mut context);
        super::dependents::learn(changes, &mut context);
        context
    }

    fn learn_names(&mut self, changes: &[Change]) {
        let (mut tables, mut enums) = (Vec::new(), Vec::new());
        for change in changes {
            if let Change::RenameTable(name) | Change::MoveTable(name) = change {
                tables.push(name.clone());
            }
            if let Change::RenameSchema(name) = change {
                self.schema_names.insert(name.before.clone(), name.after.clone());
            }
            if let Change::RenameEnum(name) = change {
                enums.push(name.clone());
            }
            if let Change::RenameColumn(it) = change {
                let renames = self.columns.entry(it.table.clone()).or_default();
                renames.insert(it.what.before.name.clone(), it.what.after.name.clone());
            }
            if let Change::CreateTable(table) = change {
                self.created.insert(table.name.clone());
            }
            if let Change::DropTable(table) = change {
                self.dropped.insert(table.name.clone());
            }
        }
        let before = self.schemas.before;
        self.tables = self.chained(&before.tables.keys(), &tables);
        self.enums = self.chained(&before.enums.keys(), &enums);
        for change in changes {
            let object = change.object();
            let Some(table) = object.table_name() else {
                let name = QualifiedName::new(object.schema.unwrap_or_default(), object.name);
                self.changed.insert((object.kind, name, String::new()));
                continue;
            };
            self.changed.insert((object.kind, table.clone(), object.name.clone()));
            self.changed.insert((object.kind, self.live(&table), object.name));
        }
    }

    /// Where each name of the base ends: a move to another schema and a rename are two changes of one
    /// object. What is called like another object of the base is that one, not a step on the way.
    fn chained<'n>(
        &self,
        base: &(impl Iterator<Item = &'n QualifiedName> + Clone),
        renames: &[Diff<QualifiedName>],
    ) -> BTreeMap<QualifiedName, QualifiedName> {
        let mut ends = BTreeMap::new();
        for start in base.clone() {
            let mut at = self.in_live_schema(start);
            for step in 0..4 {
                let taken = step > 0 && base.clone().any(|other| *other == at);
                let next = renames.iter().find(|rename| rename.before == at);
                match next.filter(|_| !taken) {
                    Some(rename) => at = rename.after.clone(),
                    None => break,
                }
            }
            if at != self.in_live_schema(start) {
                ends.insert(start.clone(), at);
            }
        }
        ends
    }

    /// The object of the base that a rename starts from, and where it ends; `None` for a rename that only
    /// goes on from another one.
    pub(super) fn whole_rename(
        &self,
        name: &Diff<QualifiedName>,
        of_enum: bool,
    ) -> Option<Diff<QualifiedName>> {
        let ends = if of_enum { &self.enums } else { &self.tables };
        let found = ends.iter().find(|(start, _)| self.in_live_schema(start) == name.before);
        found.map(|(start, end)| Diff::new(start.clone(), end.clone()))
    }

    /// A table of the base as it is called once `expand` has renamed it.
    pub(super) fn live(&self, base: &QualifiedName) -> QualifiedName {
        if let Some(name) = self.tables.get(base) {
            return name.clone();
        }
        self.in_live_schema(base)
    }

    /// Something else of the base: only its schema can have another name.
    pub(super) fn in_live_schema(&self, base: &QualifiedName) -> QualifiedName {
        match self.schema_names.get(&base.schema) {
            Some(schema) => QualifiedName::new(schema.as_str(), base.name.as_str()),
            None => base.clone(),
        }
    }

    /// An enum of the base as it is called once `expand` has renamed it.
    pub(super) fn live_enum(&self, base: &QualifiedName) -> QualifiedName {
        self.enums.get(base).cloned().unwrap_or_else(|| self.in_live_schema(base))
    }

    /// The table of the base that is called so in the head (or was dropped under that name).
    pub(super) fn base_table(&self, head: &QualifiedName) -> Option<&'a Table> {
        let tables = &self.schemas.before.tables;
        if self.created.contains(head) {
            return None;
        }
        tables.values().find(|table| self.live(&table.name) == *head)
    }

    /// What a table of the head is called in the base, where the rollback ends.
    pub(super) fn base_name(&self, head: &QualifiedName) -> QualifiedName {
        self.base_table(head).map_or_else(|| head.clone(), |table| table.name.clone())
    }

    /// The table of the head.
    pub(super) fn head_table(&self, head: &QualifiedName) -> Option<&'a Table> {
        self.schemas.after.table(head)
    }

    /// A table of a change that names it as in the base (drops): its name when the change is run.
    pub(super) fn dropped_from(&self, table: &QualifiedName) -> QualifiedName {
        if self.schemas.before.tables.contains_key(table) {
            self.live(table)
        } else {
            table.clone()
        }
    }

    /// A column of the head as it is called before the renames of `contract`.
    pub(super) fn old_column(&self, table: &QualifiedName, head: &str) -> String {
        let renames = self.columns.get(table);
        let found = renames.and_then(|all| all.iter().find(|(_, after)| *after == head));
        found.map_or_else(|| head.to_owned(), |(before, _)| before.clone())
    }

    /// A column of the base as it is called after the renames of `contract`.
    pub(super) fn new_column(&self, table: &QualifiedName, base: &str) -> String {
        let renames = self.columns.get(table);
        renames.and_then(|all| all.get(base)).cloned().unwrap_or_else(|| base.to_owned())
    }

    /// Whether a column of the head has another name in the base.
    pub(super) fn is_renamed(&self, table: &QualifiedName, head: &str) -> bool {
        self.old_column(table, head) != head
    }

    /// Names of columns of a table, old or new, that are not what they will be before `contract`:
    /// what mentions one of them has to wait.
    pub(super) fn unsettled(&self, table: &QualifiedName) -> Vec<&str> {
        let renamed = self.columns.get(table).into_iter().flatten();
        let renamed = renamed.flat_map(|(before, after)| [before.as_str(), after.as_str()]);
        let retyped = self.retyped.iter().filter(|(of, _)| of == table);
        renamed.chain(retyped.map(|(_, name)| name.as_str())).collect()
    }

    /// SQL text of the base, with the tables it names as they are called after `expand`.
    pub(super) fn live_text(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (before, after) in &self.tables {
            text = text.replace(&before.quoted(), &after.quoted());
            text = text.replace(
                &format!("{}.", crate::ident::quote(&before.name)),
                &format!("{}.", crate::ident::quote(&after.name)),
            );
        }
        for (before, after) in &self.schema_names {
            text = text.replace(
                &format!("{}.", crate::ident::quote(before)),
                &format!("{}.", crate::ident::quote(after)),
            );
        }
        text
    }

    /// SQL text of the base on a table, as it would read with the head's column names too.
    pub(super) fn head_text(&self, text: &str, table: &QualifiedName) -> String {
        let mut text = self.live_text(text);
        for (before, after) in self.columns.get(table).into_iter().flatten() {
            text = text.replace(&crate::ident::quote(before), &crate::ident::quote(after));
        }
        text
    }

    pub(super) fn is_torn(&self, kind: ObjectKind, table: &QualifiedName, name: &str) -> bool {
        self.torn.contains(&(kind, table.clone(), name.to_owned()))
    }

    pub(super) fn push(&mut self, step: Step) {
        self.steps.push(step);
    }

    pub(super) fn decide(&mut self, decision: Decision) {
        if !self.plan.decisions.contains(&decision) {
            self.plan.decisions.push(decision);
        }
    }

    pub(super) fn irreversible(&mut self, sentence: impl Into<String>) {
        push_once(&mut self.plan.irreversible, sentence.into());
    }

    pub(super) fn horizon(&mut self, sentence: impl Into<String>) {
        push_once(&mut self.plan.horizons, sentence.into());
    }

    pub(super) fn note(&mut self, sentence: impl Into<String>) {
        push_once(&mut self.plan.notes, sentence.into());
    }

    /// A change that is left to the user, with the reason.
    pub(super) fn by_hand(&mut self, what: &str, why: &str) {
        let sentence =
            format!("{what}: this change has no drafted recipe, write it by hand ({why})");
        push_once(&mut self.plan.not_drafted, sentence);
    }

    /// `drizzle_guard_trash_ab12cd34`: the schema that dropped tables of a schema are moved to.
    pub(super) fn trash(&self, schema: &str) -> String {
        let id = &self.id;
        if schema == "public" {
            return format!("drizzle_guard_trash_{id}");
        }
        let digest = hex(schema.as_bytes());
        format!("drizzle_guard_trash_{id}_{}", &digest[..4])
    }

    /// The plan: the steps of each phase in order, their undo in reverse.
    pub(super) fn finish(mut self) -> Plan {
        self.steps.sort_by_key(|step| (step.phase, step.stage, step.rank));
        let titled = |step: &Step, statements: &[Statement]| -> Vec<Statement> {
            let title = |statement: &Statement| Statement {
                title: step.title.clone(),
                ..statement.clone()
            };
            statements.iter().map(title).collect()
        };
        let mut plan = self.plan;
        plan.id = self.id;
        for step in &self.steps {
            let phase = match step.phase {
                Phase::Backfill => &mut plan.backfill,
                Phase::Contract => &mut plan.contract,
                Phase::Expand | Phase::RollbackContract | Phase::RollbackExpand => &mut plan.expand,
            };
            phase.extend(titled(step, &step.forward));
            plan.verify.extend(step.verify.iter().cloned());
        }
        for step in self.steps.iter().rev() {
            let phase = match step.phase {
                Phase::Contract => &mut plan.rollback_contract,
                Phase::Expand
                | Phase::Backfill
                | Phase::RollbackContract
                | Phase::RollbackExpand => &mut plan.rollback_expand,
            };
            phase.extend(titled(step, &step.undo));
            plan.verify_rollback.extend(step.verify_undo.iter().cloned());
        }
        plan
    }
}

fn push_once(sentences: &mut Vec<String>, sentence: String) {
    if !sentences.contains(&sentence) {
        sentences.push(sentence);
    }
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Eight digits of a digest over what changes.
fn plan_id(changes: &[Change], options: &Options) -> String {
    let mut text = format!("{options:?}\n");
    for change in changes {
        text += &format!("{:?} {}\n", change.kind(), change.object());
    }
    let mut id = hex(text.as_bytes());
    id.truncate(8);
    id
}

/// An eight-digit digest for names that must stay short.
pub(super) fn short(text: &str) -> String {
    let mut id = hex(text.as_bytes());
    id.truncate(8);
    id
}
