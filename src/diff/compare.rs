//! Compares two schemas.

use indexmap::IndexMap;

use super::names::Names;
use super::settle::settle;
use super::{Change, InTable, Rename};
use crate::delta::Diff;
use crate::ident::QualifiedName;
use crate::schema::{Column, Enum, Policy, PrimaryKey, Schema, Table};

/// Every difference between two schemas, in an order close to that of drizzle-kit's statements.
///
/// `renames` are those that somebody stated; nothing is guessed here. What is implied by a table
/// that is created or dropped (its columns, keys, indexes, policies) is no change of its own.
/// Row-level security counts as enabled when a table has policies, as drizzle-kit applies it.
pub fn compare(schemas: Diff<&Schema>, renames: &[Rename]) -> Vec<Change> {
    let (base, settled) = settle(schemas, renames);
    let mut comparison = Comparison {
        names: Names::of(&settled),
        before: schemas.before,
        base,
        after: schemas.after,
    };
    let mut stages = Stages::default();
    comparison.globals(&mut stages);
    comparison.tables(&mut stages);
    stages.into_changes(settled)
}

/// The `.primaryKey()` columns of a table as the key PostgreSQL makes of them, `<table>_pkey`.
pub(super) fn column_key(table: &Table) -> Option<PrimaryKey> {
    let columns = table.columns.values().filter(|column| column.primary_key);
    let columns: Vec<String> = columns.map(|column| column.name.clone()).collect();
    (!columns.is_empty()).then(|| PrimaryKey { name: column_key_name(&table.name), columns })
}

/// The name PostgreSQL gives the key of a `.primaryKey()` column.
pub(super) fn column_key_name(table: &QualifiedName) -> String {
    format!("{}_pkey", table.name)
}

/// Every primary key of a table by name.
pub(super) fn primary_keys(table: &Table) -> IndexMap<String, PrimaryKey> {
    let declared = table.primary_keys.iter().map(|(name, key)| (name.clone(), key.clone()));
    column_key(table).map(|key| (key.name.clone(), key)).into_iter().chain(declared).collect()
}

/// Whether PostgreSQL would have row-level security enabled.
pub(super) fn has_rls(table: &Table) -> bool {
    table.rls || !table.policies.is_empty()
}

/// Changes by the place they take among drizzle-kit's statements.
#[derive(Default)]
struct Stages {
    create_schemas: Vec<Change>,
    enums: Vec<Change>,
    sequences: Vec<Change>,
    roles: Vec<Change>,
    create_tables: Vec<Change>,
    rls: Vec<Change>,
    drop_views: Vec<Change>,
    drop_tables: Vec<Change>,
    drop_constraints: Vec<Change>,
    drop_enum_values: Vec<Change>,
    drop_indexes: Vec<Change>,
    drop_keys: Vec<Change>,
    alter_columns: Vec<Change>,
    add_keys: Vec<Change>,
    add_columns: Vec<Change>,
    add_references: Vec<Change>,
    add_indexes: Vec<Change>,
    drop_columns: Vec<Change>,
    alter_keys: Vec<Change>,
    add_constraints: Vec<Change>,
    create_views: Vec<Change>,
    policies: Vec<Change>,
    drop_types: Vec<Change>,
}

impl Stages {
    fn into_changes(self, renamed: Vec<Change>) -> Vec<Change> {
        let (schemas, renamed): (Vec<_>, Vec<_>) =
            renamed.into_iter().partition(|it| matches!(it, Change::RenameSchema(_)));
        let (enums, renamed): (Vec<_>, Vec<_>) = renamed
            .into_iter()
            .partition(|it| matches!(it, Change::RenameEnum(_) | Change::RenameEnumValue { .. }));
        let stages = [
            self.create_schemas,
            schemas,
            enums,
            self.enums,
            self.sequences,
            self.roles,
            self.create_tables,
            self.rls,
            self.drop_views,
            self.drop_tables,
            renamed,
            self.drop_constraints,
            self.drop_enum_values,
            self.drop_indexes,
            self.drop_keys,
            self.alter_columns,
            self.add_keys,
            self.add_columns,
            self.add_references,
            self.add_indexes,
            self.drop_columns,
            self.alter_keys,
            self.add_constraints,
            self.create_views,
            self.policies,
            self.drop_types,
        ];
        stages.into_iter().flatten().collect()
    }
}

struct Comparison<'a> {
    names: Names,
    /// The base as it is.
    before: &'a Schema,
    /// The base after the stated renames: what the head is compared with.
    base: Schema,
    after: &'a Schema,
}

/// One entry of two maps, matched by name.
enum Entry<'a, T> {
    Added(&'a T),
    Dropped(&'a T),
    Kept(Diff<&'a T>),
}

/// The head's entries in its order, then what only the base has.
fn matched<'a, K, T>(
    before: &'a IndexMap<K, T>,
    after: &'a IndexMap<K, T>,
) -> impl Iterator<Item = Entry<'a, T>>
where
    K: Eq + std::hash::Hash,
{
    let kept = after.iter().map(move |(name, new)| match before.get(name) {
        Some(old) => Entry::Kept(Diff::new(old, new)),
        None => Entry::Added(new),
    });
    let dropped = before.iter().filter(move |(name, _)| !after.contains_key(*name));
    kept.chain(dropped.map(|(_, old)| Entry::Dropped(old)))
}

impl Comparison<'_> {
    fn globals(&self, stages: &mut Stages) {
        for name in self.after.schemas.keys().filter(|name| !self.base.schemas.contains_key(*name))
        {
            stages.create_schemas.push(Change::CreateSchema(name.clone()));
        }
        for entry in matched(&self.base.enums, &self.after.enums) {
            match entry {
                Entry::Added(it) => stages.enums.push(Change::CreateEnum(it.clone())),
                Entry::Dropped(it) => {
                    let it =
                        self.before.enums.get(&self.names.enum_to_base(&it.name)).unwrap_or(it);
                    stages.drop_types.push(Change::DropEnum(it.clone()));
                }
                Entry::Kept(both) => {
                    let original =
                        self.before.enums.get(&self.names.enum_to_base(&both.after.name));
                    compare_enum(both, original.unwrap_or(both.before), stages);
                }
            }
        }
        for entry in matched(&self.base.sequences, &self.after.sequences) {
            match entry {
                Entry::Added(it) => stages.sequences.push(Change::CreateSequence(it.clone())),
                Entry::Dropped(it) => {
                    let it = self
                        .before
                        .sequences
                        .get(&self.names.object_to_base(&it.name))
                        .unwrap_or(it);
                    stages.drop_types.push(Change::DropSequence(it.clone()));
                }
                Entry::Kept(both) if both.is_same() => {}
                Entry::Kept(both) => {
                    let base = self.names.object_to_base(&both.before.name);
                    let before = self.before.sequences.get(&base).unwrap_or(both.before).clone();
                    let both = Diff::new(before, both.after.clone());
                    stages.sequences.push(Change::AlterSequence(both));
                }
            }
        }
        for entry in matched(&self.base.roles, &self.after.roles) {
            match entry {
                Entry::Added(it) => stages.roles.push(Change::CreateRole(it.clone())),
                Entry::Dropped(it) => stages.roles.insert(0, Change::DropRole(it.clone())),
                Entry::Kept(both) if both.is_same() => {}
                Entry::Kept(both) => stages.roles.push(Change::AlterRole(both.map(Clone::clone))),
            }
        }
        for entry in matched(&self.base.views, &self.after.views) {
            match entry {
                Entry::Added(it) => stages.create_views.push(Change::CreateView(it.clone())),
                Entry::Dropped(it) => {
                    let it =
                        self.before.views.get(&self.names.object_to_base(&it.name)).unwrap_or(it);
                    stages.drop_views.push(Change::DropView(it.clone()));
                }
                Entry::Kept(both) if both.is_same() => {}
                Entry::Kept(both) => {
                    let base = self.names.object_to_base(&both.before.name);
                    let before = self.before.views.get(&base).unwrap_or(both.before).clone();
                    let both = Diff::new(before, both.after.clone());
                    stages.create_views.push(Change::AlterView(both));
                }
            }
        }
        let unlinked = QualifiedName::new("", "");
        compare_policies(
            Diff::new(&unlinked, &unlinked),
            &self.before.policies,
            Diff::new(&self.base.policies, &self.after.policies),
            stages,
        );
        for name in self.base.schemas.keys().filter(|name| !self.after.schemas.contains_key(*name))
        {
            stages.drop_types.push(Change::DropSchema(name.clone()));
        }
    }

    fn tables(&mut self, stages: &mut Stages) {
        for entry in matched(&self.base.tables, &self.after.tables) {
            match entry {
                Entry::Added(table) => {
                    stages.create_tables.push(Change::CreateTable(table.clone()));
                }
                Entry::Dropped(table) => {
                    let table = self.original(table);
                    stages.drop_tables.push(Change::DropTable(table.clone()));
                }
                Entry::Kept(both) => self.table(both, stages),
            }
        }
    }

    /// The table of the base before the renames, found by the one after them.
    fn original<'a>(&'a self, renamed: &'a Table) -> &'a Table {
        let name = self.names.table_to_base(&renamed.name);
        self.before.tables.get(&name).unwrap_or(renamed)
    }

    fn table(&self, both: Diff<&Table>, stages: &mut Stages) {
        let name = &both.after.name;
        let old = self.original(both.before);
        match both.map(has_rls) {
            Diff { before: false, after: true } => stages.rls.push(Change::EnableRls(name.clone())),
            Diff { before: true, after: false } => {
                stages.rls.push(Change::DisableRls(name.clone()));
            }
            Diff { .. } => {}
        }
        self.columns(both, old, stages);
        Self::keys(both, old, stages);

        // A dropped or altered object is shown as the base has it, hence the look-ups in `old`: only
        // the comparison itself needs the renamed columns.
        macro_rules! parts {
            ($map:ident, $add:ident => $added:ident, $drop:ident => $dropped:ident, $alter:ident => $altered:ident) => {
                for entry in matched(&both.before.$map, &both.after.$map) {
                    let original = |name: &str| old.$map.get(name);
                    match entry {
                        Entry::Added(it) => {
                            let (table, what) = (name.clone(), it.clone());
                            stages.$added.push(Change::$add(InTable { table, what }));
                        }
                        Entry::Dropped(it) => {
                            let what = original(&it.name).unwrap_or(it).clone();
                            let table = old.name.clone();
                            stages.$dropped.push(Change::$drop(InTable { table, what }));
                        }
                        Entry::Kept(both) if both.is_same() => {}
                        Entry::Kept(both) => {
                            let before = original(&both.before.name).unwrap_or(both.before).clone();
                            let what = Diff::new(before, both.after.clone());
                            let table = name.clone();
                            stages.$altered.push(Change::$alter(InTable { table, what }));
                        }
                    }
                }
            };
        }
        parts!(uniques, AddUnique => add_constraints, DropUnique => drop_constraints, AlterUnique => add_constraints);
        parts!(checks, AddCheck => add_constraints, DropCheck => drop_constraints, AlterCheck => add_constraints);
        parts!(foreign_keys, AddForeignKey => add_references, DropForeignKey => drop_constraints, AlterForeignKey => add_references);
        parts!(indexes, CreateIndex => add_indexes, DropIndex => drop_indexes, AlterIndex => add_indexes);
        compare_policies(
            Diff::new(&old.name, name),
            &old.policies,
            both.map(|table| &table.policies),
            stages,
        );
    }

    fn columns(&self, both: Diff<&Table>, old: &Table, stages: &mut Stages) {
        let name = &both.after.name;
        for entry in matched(&both.before.columns, &both.after.columns) {
            match entry {
                Entry::Added(column) => {
                    let (table, what) = (name.clone(), column.clone());
                    stages.add_columns.push(Change::AddColumn(InTable { table, what }));
                }
                Entry::Dropped(column) => {
                    let original = old.columns.get(&column.name).unwrap_or(column);
                    let (table, what) = (old.name.clone(), original.clone());
                    stages.drop_columns.push(Change::DropColumn(InTable { table, what }));
                }
                Entry::Kept(both) => {
                    let original = self.names.column_to_base(name, &both.before.name);
                    let original = old.columns.get(original).unwrap_or(both.before);
                    let what = Diff::new(original.clone(), both.after.clone());
                    compare_column(both, &InTable { table: name.clone(), what }, stages);
                }
            }
        }
    }

    fn keys(both: Diff<&Table>, old: &Table, stages: &mut Stages) {
        let name = &both.after.name;
        let keys = both.map(primary_keys);
        let original = |key: &PrimaryKey| {
            let declared = old.primary_keys.get(&key.name).cloned();
            declared.or_else(|| column_key(old)).unwrap_or_else(|| key.clone())
        };
        for entry in matched(&keys.before, &keys.after) {
            match entry {
                Entry::Added(key) => {
                    let (table, what) = (name.clone(), key.clone());
                    stages.add_keys.push(Change::AddPrimaryKey(InTable { table, what }));
                }
                Entry::Dropped(key) => {
                    let (table, what) = (old.name.clone(), original(key));
                    stages.drop_keys.push(Change::DropPrimaryKey(InTable { table, what }));
                }
                Entry::Kept(both) if both.is_same() => {}
                Entry::Kept(both) => {
                    let what = Diff::new(original(both.before), both.after.clone());
                    let table = name.clone();
                    stages.alter_keys.push(Change::AlterPrimaryKey(InTable { table, what }));
                }
            }
        }
    }
}

fn compare_column(both: Diff<&Column>, shown: &InTable<Diff<Column>>, stages: &mut Stages) {
    let Diff { before, after } = both;
    let mut push = |change: fn(InTable<Diff<Column>>) -> Change| {
        stages.alter_columns.push(change(shown.clone()));
    };
    if before.ty != after.ty || before.type_schema != after.type_schema {
        push(Change::AlterColumnType);
    }
    if before.default != after.default {
        match after.default {
            Some(_) => push(Change::SetDefault),
            None => push(Change::DropDefault),
        }
    }
    match (before.not_null, after.not_null) {
        (false, true) => push(Change::SetNotNull),
        (true, false) => push(Change::DropNotNull),
        (true, true) | (false, false) => {}
    }
    match (&before.identity, &after.identity) {
        (None, Some(_)) => push(Change::SetIdentity),
        (Some(_), None) => push(Change::DropIdentity),
        (Some(old), Some(new)) if old != new => push(Change::AlterIdentity),
        (Some(_), Some(_)) | (None, None) => {}
    }
    match (&before.generated, &after.generated) {
        (None, Some(_)) => push(Change::SetGenerated),
        (Some(_), None) => push(Change::DropGenerated),
        (Some(old), Some(new)) if old != new => push(Change::AlterGenerated),
        (Some(_), Some(_)) | (None, None) => {}
    }
}

fn compare_enum(both: Diff<&Enum>, original: &Enum, stages: &mut Stages) {
    let Diff { before, after } = both;
    let enumeration = Diff::new(original.clone(), after.clone());
    for value in after.values.iter().filter(|value| !before.values.contains(value)) {
        let (value, enumeration) = (value.clone(), enumeration.clone());
        stages.enums.push(Change::AddEnumValue { value, enumeration });
    }
    for value in before.values.iter().filter(|value| !after.values.contains(value)) {
        let (value, enumeration) = (value.clone(), enumeration.clone());
        stages.drop_enum_values.push(Change::DropEnumValue { value, enumeration });
    }
    let kept = before.values.iter().filter(|value| after.values.contains(value));
    if !kept.eq(after.values.iter().filter(|value| before.values.contains(value))) {
        stages.drop_enum_values.push(Change::ReorderEnumValues(enumeration));
    }
}

/// `old` holds the policies as the base has them, before the renames of roles.
fn compare_policies(
    table: Diff<&QualifiedName>,
    old: &IndexMap<String, Policy>,
    both: Diff<&IndexMap<String, Policy>>,
    stages: &mut Stages,
) {
    for entry in matched(both.before, both.after) {
        let table = table.map(Clone::clone);
        let original = |it: &Policy| old.get(&it.name).unwrap_or(it).clone();
        match entry {
            Entry::Added(it) => {
                let (table, what) = (table.after, it.clone());
                stages.policies.push(Change::CreatePolicy(InTable { table, what }));
            }
            Entry::Dropped(it) => {
                let (table, what) = (table.before, original(it));
                stages.policies.push(Change::DropPolicy(InTable { table, what }));
            }
            Entry::Kept(both) if both.is_same() => {}
            Entry::Kept(both) => {
                let what = Diff::new(original(both.before), both.after.clone());
                let table = table.after;
                stages.policies.push(Change::AlterPolicy(InTable { table, what }));
            }
        }
    }
}
