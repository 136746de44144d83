//! A drop and an add that are one rename: a table or column that is renamed takes drizzle's derived
//! constraint names with it, and PostgreSQL can rename a constraint without a moment without it.

use super::context::Context;
use super::step::{Stage, Step};
use super::tables::{self, Part};
use super::{foreign_keys, indexes};
use crate::delta::Diff;
use crate::diff::{Change, InTable};
use crate::ident::{QualifiedName, truncate};
use crate::schema::{Check, ForeignKey, Index, ObjectKind, Unique};

/// Takes the pairs out of the changes; their renames are drafted here. A primary key that is dropped
/// and added becomes one change of it.
pub(super) fn pair_names(changes: &[Change], context: &mut Context<'_>) -> Vec<Change> {
    let mut rest: Vec<Option<Change>> = changes.iter().cloned().map(Some).collect();
    for at in 0..rest.len() {
        let Some(dropped) = rest.get(at).and_then(Clone::clone) else { continue };
        let partner = rest.iter().enumerate().find_map(|(other, change)| {
            let pair = change.as_ref().and_then(|added| paired(&dropped, added, context))?;
            Some((other, pair))
        });
        let Some((other, pair)) = partner else { continue };
        let replacement = match pair {
            Pair::Key(change) => Some(*change),
            Pair::Name { part, table, from, to } => {
                rename_step(part, &table, &from, &to, context);
                None
            }
        };
        if let Some(slot) = rest.get_mut(at) {
            *slot = None;
        }
        if let Some(slot) = rest.get_mut(other) {
            *slot = replacement;
        }
    }
    rest.into_iter().flatten().collect()
}

enum Pair {
    Key(Box<Change>),
    Name { part: Part, table: QualifiedName, from: String, to: String },
}

fn paired(dropped: &Change, added: &Change, context: &Context<'_>) -> Option<Pair> {
    let name = |kind, part, table: &QualifiedName, from: &str, to: &str| {
        (!context.is_torn(kind, table, from)).then(|| Pair::Name {
            part,
            table: table.clone(),
            from: from.to_owned(),
            to: to.to_owned(),
        })
    };
    if let (Change::DropPrimaryKey(old), Change::AddPrimaryKey(new)) = (dropped, added) {
        if context.dropped_from(&old.table) != new.table {
            return None;
        }
        let what = Diff::new(old.what.clone(), new.what.clone());
        let change = Change::AlterPrimaryKey(InTable { table: new.table.clone(), what });
        return Some(Pair::Key(Box::new(change)));
    }
    if let (Change::DropForeignKey(old), Change::AddForeignKey(new)) = (dropped, added) {
        let table = context.dropped_from(&old.table);
        let moved = foreign_keys::live_renamed(&old.what, &table, context);
        let same = ForeignKey {
            name: new.what.name.clone(),
            table_from: new.what.table_from.clone(),
            ..moved
        } == new.what;
        if table == new.table && same {
            return name(
                ObjectKind::ForeignKey,
                Part::Constraint,
                &table,
                &old.what.name,
                &new.what.name,
            );
        }
    }
    if let (Change::DropUnique(old), Change::AddUnique(new)) = (dropped, added) {
        let table = context.dropped_from(&old.table);
        let columns = old.what.columns.iter().map(|it| context.new_column(&table, it)).collect();
        let same = Unique { name: new.what.name.clone(), columns, ..old.what.clone() } == new.what;
        if table == new.table && same {
            return name(
                ObjectKind::Unique,
                Part::Constraint,
                &table,
                &old.what.name,
                &new.what.name,
            );
        }
    }
    if let (Change::DropCheck(old), Change::AddCheck(new)) = (dropped, added) {
        let table = context.dropped_from(&old.table);
        let value = context.head_text(&old.what.value, &table);
        let same = Check { name: new.what.name.clone(), value } == new.what;
        if table == new.table && same {
            return name(
                ObjectKind::Check,
                Part::Constraint,
                &table,
                &old.what.name,
                &new.what.name,
            );
        }
    }
    if let (Change::DropIndex(old), Change::CreateIndex(new)) = (dropped, added) {
        let table = context.dropped_from(&old.table);
        let moved = indexes::renamed(&old.what, &table, context);
        let same =
            Index { name: new.what.name.clone(), concurrently: new.what.concurrently, ..moved }
                == new.what;
        if table == new.table && same {
            return name(ObjectKind::Index, Part::Index, &table, &old.what.name, &new.what.name);
        }
    }
    None
}

fn rename_step(part: Part, table: &QualifiedName, from: &str, to: &str, context: &mut Context<'_>) {
    if truncate(from) == truncate(to) {
        return;
    }
    let rename = |from: &str, to: &str| tables::rename_part(part, table, from, to);
    let step = Step::contract(Stage::DerivedNames, format!("name of {to}"))
        .run(rename(from, to).note("the same constraint under the name that Drizzle derives now"))
        .undo(rename(to, from));
    context.push(step);
}
