//! Which of the stated renames apply, and the base as it looks once they have run.

use super::names::{
    self, rename_column, rename_enum, rename_policy, rename_role, rename_schema, rename_sequence,
    rename_table, rename_view,
};
use super::{Change, InTable, Rename, RenameKind};
use crate::delta::Diff;
use crate::ident::QualifiedName;
use crate::schema::Schema;

/// The base with every rename that applies carried out, and the changes that carry them out.
///
/// A rename applies when its old name exists only in the base and its new name only in the head, as
/// drizzle-kit pairs only created with deleted objects. All others are left alone: the caller who
/// wants to complain about them finds no change for them.
pub(super) fn settle(schemas: Diff<&Schema>, renames: &[Rename]) -> (Schema, Vec<Change>) {
    let mut settled = Settled { base: schemas.before.clone(), schemas, changes: Vec::new() };
    // drizzle-kit resolves schemas, enums, sequences, roles, tables, columns, policies, views.
    for rename in renames {
        if let Rename::Global { kind: RenameKind::Schema, from, to } = rename {
            settled.schema(from, to);
        }
    }
    for rename in renames {
        if let Rename::Object { kind: RenameKind::Enum, from, to } = rename {
            settled.enumeration(from, to);
        }
        if let Rename::Object { kind: RenameKind::Sequence, from, to } = rename {
            settled.sequence(from, to);
        }
        if let Rename::Global { kind: RenameKind::Role, from, to } = rename {
            settled.role(from, to);
        }
        if let Rename::Object { kind: RenameKind::View, from, to } = rename {
            settled.view(from, to);
        }
    }
    for rename in renames {
        if let Rename::EnumValue { enumeration, from, to } = rename {
            settled.value(enumeration, from, to);
        }
        if let Rename::Table { from, to } = rename {
            settled.table(from, to);
        }
    }
    for rename in renames {
        if let Rename::Column { table, from, to } = rename {
            settled.column(table, from, to);
        }
        if let Rename::Policy { table, from, to } = rename {
            settled.policy(table, from, to);
        }
    }
    (settled.base, settled.changes)
}

struct Settled<'a> {
    base: Schema,
    schemas: Diff<&'a Schema>,
    changes: Vec<Change>,
}

impl Settled<'_> {
    /// A name of the base after the schema renames that have been carried out.
    fn moved(&self, name: &QualifiedName) -> QualifiedName {
        names::Names::of(&self.changes).object_to_head(name)
    }

    fn schema(&mut self, from: &str, to: &str) {
        let head = self.schemas.after;
        let gone = self.base.schemas.contains_key(from) && !head.schemas.contains_key(from);
        let new = head.schemas.contains_key(to) && !self.base.schemas.contains_key(to);
        if gone && new && !is_used(&self.base, to) && !is_used(head, from) {
            rename_schema(&mut self.base, from, to);
            self.changes.push(Change::RenameSchema(Diff::new(from.to_owned(), to.to_owned())));
        }
    }

    fn enumeration(&mut self, from: &QualifiedName, to: &QualifiedName) {
        let (from, head) = (self.moved(from), self.schemas.after);
        let gone = self.base.enums.contains_key(&from) && !head.enums.contains_key(&from);
        if gone && head.enums.contains_key(to) && !self.base.enums.contains_key(to) {
            rename_enum(&mut self.base, &from, to);
            self.changes.push(Change::RenameEnum(Diff::new(from, to.clone())));
        }
    }

    /// Sequences, roles and views have no change of their own for a rename: the `Alter…` that
    /// follows carries both names.
    fn sequence(&mut self, from: &QualifiedName, to: &QualifiedName) {
        let (from, head) = (self.moved(from), self.schemas.after);
        let base = names::Names::of(&self.changes).object_to_base(&from);
        let before = self.schemas.before.sequences.get(&base).cloned();
        let gone = self.base.sequences.contains_key(&from) && !head.sequences.contains_key(&from);
        if gone && head.sequences.contains_key(to) && !self.base.sequences.contains_key(to) {
            let after = head.sequences.get(to).cloned();
            rename_sequence(&mut self.base, &from, to);
            if let (Some(before), Some(after)) = (before, after) {
                self.base.sequences.insert(to.clone(), after.clone());
                self.changes.push(Change::AlterSequence(Diff::new(before, after)));
            }
        }
    }

    fn view(&mut self, from: &QualifiedName, to: &QualifiedName) {
        let (from, head) = (self.moved(from), self.schemas.after);
        let base = names::Names::of(&self.changes).object_to_base(&from);
        let before = self.schemas.before.views.get(&base).cloned();
        let gone = self.base.views.contains_key(&from) && !head.views.contains_key(&from);
        if gone && head.views.contains_key(to) && !self.base.views.contains_key(to) {
            let after = head.views.get(to).cloned();
            rename_view(&mut self.base, &from, to);
            if let (Some(before), Some(after)) = (before, after) {
                self.base.views.insert(to.clone(), after.clone());
                self.changes.push(Change::AlterView(Diff::new(before, after)));
            }
        }
    }

    fn role(&mut self, from: &str, to: &str) {
        let head = self.schemas.after;
        let gone = self.base.roles.contains_key(from) && !head.roles.contains_key(from);
        if gone && head.roles.contains_key(to) && !self.base.roles.contains_key(to) {
            let before = self.base.roles.get(from).cloned();
            let after = head.roles.get(to).cloned();
            rename_role(&mut self.base, from, to);
            if let (Some(before), Some(after)) = (before, after) {
                self.base.roles.insert(to.to_owned(), after.clone());
                self.changes.push(Change::AlterRole(Diff::new(before, after)));
            }
        }
    }

    fn value(&mut self, name: &QualifiedName, from: &str, to: &str) {
        let Some(after) = self.schemas.after.enums.get(name).cloned() else { return };
        let Some(before) = self.base.enums.get_mut(name) else { return };
        let gone =
            before.values.iter().any(|it| it == from) && after.values.iter().all(|it| it != from);
        let new = after.values.iter().any(|it| it == to) && before.values.iter().all(|it| it != to);
        if gone && new {
            let old = names::Names::of(&self.changes).enum_to_base(name);
            let old = self.schemas.before.enums.get(&old).unwrap_or(before).clone();
            let enumeration = Diff::new(old, after);
            for value in before.values.iter_mut().filter(|value| *value == from) {
                to.clone_into(value);
            }
            let value = Diff::new(from.to_owned(), to.to_owned());
            self.changes.push(Change::RenameEnumValue { value, enumeration });
        }
    }

    fn table(&mut self, from: &QualifiedName, to: &QualifiedName) {
        let (from, head) = (self.moved(from), self.schemas.after);
        let gone = self.base.tables.contains_key(&from) && !head.tables.contains_key(&from);
        if !gone || !head.tables.contains_key(to) || self.base.tables.contains_key(to) {
            return;
        }
        // Through a name that nothing else has on the way.
        let free = |name: &QualifiedName| {
            !self.base.tables.contains_key(name) && !head.tables.contains_key(name)
        };
        let moved = QualifiedName::new(to.schema.clone(), from.name.clone());
        let renamed = QualifiedName::new(from.schema.clone(), to.name.clone());
        let steps = if from.schema == to.schema {
            vec![Change::RenameTable(Diff::new(from.clone(), to.clone()))]
        } else if from.name == to.name {
            vec![Change::MoveTable(Diff::new(from.clone(), to.clone()))]
        } else if free(&moved) {
            vec![
                Change::MoveTable(Diff::new(from.clone(), moved.clone())),
                Change::RenameTable(Diff::new(moved, to.clone())),
            ]
        } else if free(&renamed) {
            vec![
                Change::RenameTable(Diff::new(from.clone(), renamed.clone())),
                Change::MoveTable(Diff::new(renamed, to.clone())),
            ]
        } else {
            return;
        };
        rename_table(&mut self.base, &from, to);
        self.changes.extend(steps);
    }

    fn column(&mut self, table: &QualifiedName, from: &str, to: &str) {
        let Some(head) = self.schemas.after.tables.get(table) else { return };
        let Some(base) = self.base.tables.get(table) else { return };
        let gone = base.columns.contains_key(from) && !head.columns.contains_key(from);
        let old = names::Names::of(&self.changes).table_to_base(table);
        let before = self.schemas.before.column(&old, from).cloned();
        let (Some(before), Some(after)) = (before, head.columns.get(to).cloned()) else { return };
        if gone && !base.columns.contains_key(to) {
            rename_column(&mut self.base, table, from, to);
            let what = Diff::new(before, after);
            self.changes.push(Change::RenameColumn(InTable { table: table.clone(), what }));
        }
    }

    fn policy(&mut self, table: &QualifiedName, from: &str, to: &str) {
        let Some(head) = self.schemas.after.tables.get(table) else { return };
        let Some(base) = self.base.tables.get_mut(table) else { return };
        let gone = base.policies.contains_key(from) && !head.policies.contains_key(from);
        let old = names::Names::of(&self.changes).table_to_base(table);
        let old = self.schemas.before.tables.get(&old);
        let before = old.and_then(|table| table.policies.get(from)).cloned();
        let (Some(before), Some(after)) = (before, head.policies.get(to).cloned()) else { return };
        if gone && !base.policies.contains_key(to) {
            rename_policy(&mut self.base, table, from, to);
            if let Some(base) = self.base.tables.get_mut(table) {
                base.policies.insert(to.to_owned(), after.clone());
            }
            let what = Diff::new(before, after);
            self.changes.push(Change::AlterPolicy(InTable { table: table.clone(), what }));
        }
    }
}

/// Whether anything is in a schema, listed or not.
fn is_used(schema: &Schema, name: &str) -> bool {
    let tables = schema.tables.keys().chain(schema.enums.keys());
    let others = schema.sequences.keys().chain(schema.views.keys());
    tables.chain(others).any(|it| it.schema == name)
}
