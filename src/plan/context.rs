//! What every recipe looks at, and where it puts its steps.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::statement::{Decision, Irreversible, Phase, Statement};
use super::step::Step;
use super::{Options, Plan};
use crate::delta::Diff;
use crate::diff::Change;
use crate::ident::{QualifiedName, truncate};
use crate::schema::{Object, ObjectKind, Schema, Table};

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
    /// Generated columns that are made anew although they do not change: the table's name in the head,
    /// their own in the base.
    pub(super) remade: BTreeSet<Member>,
    /// Policies that stand on a column which is made anew or was generated and goes.
    pub(super) shut: BTreeSet<Member>,
    /// Tables whose primary key has a column that is made anew, so that the key goes before and comes
    /// back after, by their names in the head.
    pub(super) rekeyed: BTreeSet<QualifiedName>,
    pub(super) created: BTreeSet<QualifiedName>,
    pub(super) dropped: BTreeSet<QualifiedName>,
    pub(super) backups: BTreeSet<String>,
    /// Columns of the base whose values or type change, by the table's name in the head and their own in
    /// the base.
    moving: BTreeSet<Member>,
    /// Those of them whose values read the same before and after.
    same_text: BTreeSet<Member>,
    /// Columns that are dropped, in the order in which that is done.
    dropped_columns: Vec<Member>,
    /// Tables whose primary key is dropped and not replaced.
    keyless: BTreeSet<QualifiedName>,
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
            remade: BTreeSet::new(),
            shut: BTreeSet::new(),
            rekeyed: BTreeSet::new(),
            created: BTreeSet::new(),
            dropped: BTreeSet::new(),
            backups: BTreeSet::new(),
            moving: BTreeSet::new(),
            same_text: BTreeSet::new(),
            dropped_columns: Vec::new(),
            keyless: BTreeSet::new(),
            steps: Vec::new(),
            plan: Plan { postgres: options.postgres, ..Plan::default() },
        };
        context.learn_names(changes);
        super::types::learn(changes, &mut context);
        super::enums::learn(changes, &mut context);
        context.learn_values(changes);
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

    /// Learns whose values do not stay as they are.
    fn learn_values(&mut self, changes: &[Change]) {
        for change in changes {
            if let Change::AlterColumnType(it) = change {
                let member = (it.table.clone(), it.what.before.name.clone());
                if super::types::keeps_text(it, self) {
                    self.same_text.insert(member.clone());
                }
                self.moving.insert(member);
            }
            if let Change::SetNotNull(it)
            | Change::SetGenerated(it)
            | Change::DropGenerated(it)
            | Change::AlterGenerated(it) = change
            {
                self.moving.insert((it.table.clone(), it.what.before.name.clone()));
            }
            if let Change::DropPrimaryKey(it) = change {
                let replaced = changes.iter().any(|other| {
                    matches!(other, Change::AddPrimaryKey(new) if new.table == self.dropped_from(&it.table))
                });
                if !replaced {
                    self.keyless.insert(self.dropped_from(&it.table));
                }
            }
            if let Change::DropColumn(it) = change {
                let member = (self.dropped_from(&it.table), it.what.name.clone());
                self.dropped_columns.push(member);
            }
        }
        let swapped: Vec<_> = self.swapped.iter().cloned().collect();
        for enumeration in swapped {
            self.moving.extend(super::enums::base_columns(&enumeration, self));
        }
    }

    /// Whether a column of the base is in the head too, with every value as it was.
    pub(super) fn is_settled(&self, table: &QualifiedName, base: &str) -> bool {
        let member = (table.clone(), base.to_owned());
        let computed = self
            .base_table(table)
            .and_then(|it| it.columns.get(base))
            .is_none_or(|column| column.generated.is_some());
        let survives = self
            .head_table(table)
            .is_some_and(|head| head.columns.contains_key(&self.new_column(table, base)));
        survives && !computed && !self.moving.contains(&member)
    }

    /// Whether a column of the base is dropped while its table stays.
    pub(super) fn is_dropped_column(&self, table: &QualifiedName, base: &str) -> bool {
        self.dropped_columns.iter().any(|(of, name)| of == table && name == base)
    }

    /// Whether a column of the base changes its type, but no value reads differently for it.
    pub(super) fn keeps_its_text(&self, table: &QualifiedName, base: &str) -> bool {
        self.same_text.contains(&(table.clone(), base.to_owned()))
    }

    /// Whether a dropped column has its values back when those of another column are put back.
    pub(super) fn is_restored_before(
        &self,
        table: &QualifiedName,
        dropped: &str,
        other: &str,
    ) -> bool {
        let place =
            |name: &str| self.dropped_columns.iter().position(|(of, it)| of == table && it == name);
        let computed = self
            .base_table(table)
            .and_then(|it| it.columns.get(dropped))
            .is_none_or(|column| column.generated.is_some());
        // The last one dropped is the first one that comes back.
        let before = place(dropped).is_some_and(|at| place(other).is_none_or(|it| at > it));
        before && !computed
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

    /// Whether the base has a table, index, sequence or view of that name in the schema, so that another
    /// one has to wait for it.
    pub(super) fn is_taken(&self, schema: &str, name: &str) -> bool {
        let before = self.schemas.before;
        let wanted = truncate(name);
        let of = |it: &QualifiedName| {
            self.in_live_schema(it).schema == schema && truncate(&it.name) == wanted
        };
        let tables = before.tables.values().filter(|table| {
            self.live(&table.name).schema == schema
                || self.in_live_schema(&table.name).schema == schema
        });
        let mut inside = tables.clone().flat_map(|table| {
            let keys = table.primary_keys.values().map(|it| &it.name);
            let uniques = table.uniques.values().map(|it| &it.name);
            keys.chain(uniques).chain(table.indexes.values().map(|it| &it.name))
        });
        // The sequences behind serial and identity columns have names too.
        let counter = |table: &Table| {
            table.columns.values().any(|column| {
                if let Some(identity) = &column.identity {
                    return truncate(&identity.name) == wanted;
                }
                let serial = format!("{}_{}_seq", table.name.name, column.name);
                super::sql::serial_base(&column.ty).is_some() && truncate(&serial) == wanted
            })
        };
        inside.any(|it| truncate(it) == wanted)
            || tables.clone().any(counter)
            || before.tables.keys().any(of)
            || before.sequences.keys().any(of)
            || before.views.keys().any(of)
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
    pub(super) fn unsettled(&self, table: &QualifiedName) -> Vec<String> {
        let renamed = self.columns.get(table).into_iter().flatten();
        let renamed = renamed.flat_map(|(before, after)| [before.clone(), after.clone()]);
        let remade = self.remade.iter().filter(|(of, _)| of == table);
        let remade = remade.map(|(_, name)| name.clone());
        renamed.chain(self.retyped_in_base(table)).chain(remade).collect()
    }

    /// The columns of the primary key that a table has while types change, as the base calls them.
    pub(super) fn key_at_retype(&self, table: &QualifiedName) -> Vec<String> {
        if self.keyless.contains(table) || self.rekeyed.contains(table) {
            return Vec::new();
        }
        let key = self.base_table(table).map(Table::primary_key_columns).unwrap_or_default();
        key.into_iter().map(str::to_owned).collect()
    }

    /// New columns of a table whose existing rows get their value after `expand`.
    pub(super) fn filled_columns(&self, table: &QualifiedName) -> Vec<String> {
        let (Some(base), Some(head)) = (self.base_table(table), self.head_table(table)) else {
            return Vec::new();
        };
        let new = head
            .columns
            .values()
            .filter(|column| !base.columns.contains_key(&self.old_column(table, &column.name)));
        let filled = new.filter(|column| {
            let object = format!("{table}.{}", column.name);
            self.options.backfill.contains_key(&object) || super::columns::needs_value(column)
        });
        filled.map(|column| column.name.clone()).collect()
    }

    /// The columns of a table whose type changes in `contract`, as the base calls them.
    pub(super) fn retyped_in_base(&self, table: &QualifiedName) -> Vec<String> {
        let retyped = self.retyped.iter().filter(|(of, _)| of == table);
        let mut names: Vec<String> =
            retyped.map(|(_, name)| self.old_column(table, name)).collect();
        for enumeration in &self.swapped {
            let columns = super::enums::base_columns(enumeration, self).into_iter();
            names.extend(columns.filter(|(of, _)| of == table).map(|(_, name)| name));
        }
        names
    }

    /// Tables that get another name or schema: base → head.
    pub(super) fn renamed_tables(&self) -> impl Iterator<Item = (&QualifiedName, &QualifiedName)> {
        self.tables.iter()
    }

    /// Enums that get another name or schema: base → head.
    pub(super) fn renamed_enums(&self) -> impl Iterator<Item = (&QualifiedName, &QualifiedName)> {
        self.enums.iter()
    }

    /// The other name that a schema of the base gets.
    pub(super) fn renamed_schema(&self, base: &str) -> Option<&str> {
        self.schema_names.get(base).map(String::as_str)
    }

    /// SQL text of the base, with the tables it names as they are called after `expand`.
    pub(super) fn live_text(&self, text: &str) -> String {
        super::text::rewritten(text, None, self)
    }

    /// SQL text of the base on a table, as it would read with the head's column names too.
    pub(super) fn head_text(&self, text: &str, table: &QualifiedName) -> String {
        super::text::rewritten(text, Some(table), self)
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

    /// Says what the rollback does not bring back, and of which object of the base.
    pub(super) fn irreversible(&mut self, object: Object, sentence: impl Into<String>) {
        let it = Irreversible { object, sentence: sentence.into() };
        if !self.plan.irreversible.contains(&it) {
            self.plan.irreversible.push(it);
        }
    }

    pub(super) fn horizon(&mut self, sentence: impl Into<String>) {
        push_once(&mut self.plan.horizons, sentence.into());
    }

    pub(super) fn note(&mut self, sentence: impl Into<String>) {
        push_once(&mut self.plan.notes, sentence.into());
    }

    /// Values of the column are set aside.
    pub(super) fn quarantined(&mut self, object: &str) {
        push_once(&mut self.plan.quarantined, object.to_owned());
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
        let retries = self.options.retries;
        let titled = |step: &Step, statements: &[Statement]| -> Vec<Statement> {
            let title = |statement: &Statement| Statement {
                title: step.title.clone(),
                ..statement.clone().retried(retries)
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
