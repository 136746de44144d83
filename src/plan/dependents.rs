//! What stands in the way of a change: PostgreSQL refuses to change the type of a column under a view,
//! a policy or a predicate, and drops what hangs on a column together with it. Such objects are torn
//! down before and built again after, each by its own recipe.

use super::context::Context;
use super::{checks, foreign_keys, generated, indexes, keys, security, views};
use crate::diff::Change;
use crate::ident::QualifiedName;
use crate::schema::{ObjectKind, Table};

pub(super) use crate::diff::dependents::mentions;

/// Learns which objects have to be torn down, from all changes and from what `types` and `enums` have
/// learnt before.
pub(super) fn learn(changes: &[Change], context: &mut Context<'_>) {
    let retyped: Vec<_> = context.retyped.iter().cloned().collect();
    for (table, column) in retyped {
        let old = context.old_column(&table, &column);
        tear(&table, &old, false, context);
    }
    let swapped: Vec<_> = context.swapped.iter().cloned().collect();
    for enumeration in swapped {
        for (table, column) in super::enums::base_columns(&enumeration, context) {
            tear(&table, &column, false, context);
        }
    }
    for change in changes {
        if let Change::SetGenerated(it) | Change::DropGenerated(it) | Change::AlterGenerated(it) =
            change
        {
            tear(&it.table, &it.what.before.name, true, context);
        }
        if let Change::DropColumn(it) = change
            && it.what.generated.is_some()
        {
            let table = context.dropped_from(&it.table);
            shut_policies(&table, &it.what.name, context);
            rekey(&table, &it.what.name, context);
        }
        if let Change::DropPrimaryKey(it) = change {
            tear_references(&context.dropped_from(&it.table), &it.what.columns, context);
        }
        if let Change::AlterPrimaryKey(it) = change {
            tear_references(&it.table, &it.what.before.columns, context);
        }
        if let Change::DropUnique(it) = change {
            tear_references(&context.dropped_from(&it.table), &it.what.columns, context);
        }
        if let Change::AlterUnique(it) = change {
            tear_references(&it.table, &it.what.before.columns, context);
        }
    }
    for table in context.schemas.before.tables.values() {
        let live = context.live(&table.name);
        let Some(head) =
            context.head_table(&live).filter(|_| !context.dropped.contains(&table.name))
        else {
            continue;
        };
        for column in table.columns.values() {
            let after = head.columns.get(&context.new_column(&live, &column.name));
            let stays = after.is_some_and(|after| after.generated == column.generated);
            if stays && generated::stands_on_retyped(&live, column, context) {
                tear(&live, &column.name, true, context);
                context.remade.insert((live.clone(), column.name.clone()));
            }
        }
    }
    views::learn(context);
}

/// Everything of the base that would stop, or be lost by, a change of the column. `whole` when the
/// column itself goes, so that keys and plain indexes go with it.
fn tear(table: &QualifiedName, column: &str, whole: bool, context: &mut Context<'_>) {
    let Some(base) = context.base_table(table) else { return };
    let mut torn: Vec<(ObjectKind, QualifiedName, String)> = Vec::new();
    let mut add = |kind, name: &str| torn.push((kind, table.clone(), name.to_owned()));
    for index in base.indexes.values() {
        let text = index.predicate.as_deref().is_some_and(|text| mentions(text, column))
            || index
                .columns
                .iter()
                .any(|key| key.is_expression && mentions(&key.expression, column));
        let key = whole && index.columns.iter().any(|key| key.expression == column);
        if text || key {
            add(ObjectKind::Index, &index.name);
        }
    }
    for check in base.checks.values().filter(|check| mentions(&check.value, column)) {
        add(ObjectKind::Check, &check.name);
    }
    for policy in base.policies.values() {
        let text = [&policy.using, &policy.with_check];
        if text.into_iter().flatten().any(|text| mentions(text, column)) {
            add(ObjectKind::Policy, &policy.name);
        }
    }
    if whole {
        for unique in
            base.uniques.values().filter(|unique| unique.columns.iter().any(|c| c == column))
        {
            add(ObjectKind::Unique, &unique.name);
        }
    }
    context.torn.extend(torn);
    if whole {
        shut_policies(table, column, context);
        rekey(table, column, context);
    }
    for (owner, key) in foreign_keys_of(context) {
        let from = owner == *table && key.columns_from.iter().any(|it| it == column);
        let to = context.live(&key.to) == *table && key.columns_to.iter().any(|it| it == column);
        if from || to {
            context.torn.insert((ObjectKind::ForeignKey, owner, key.name.clone()));
        }
    }
}

/// Learns whether the primary key goes with a column that is not there for a while.
fn rekey(table: &QualifiedName, column: &str, context: &mut Context<'_>) {
    let base = context.base_table(table);
    if base.is_some_and(|base| base.primary_key_columns().contains(&column)) {
        context.rekeyed.insert(table.clone());
    }
}

/// Learns which policies stand on a column that is not there for a while.
fn shut_policies(table: &QualifiedName, column: &str, context: &mut Context<'_>) {
    let Some(base) = context.base_table(table) else { return };
    for policy in base.policies.values() {
        let text = [&policy.using, &policy.with_check];
        if text.into_iter().flatten().any(|text| mentions(text, column)) {
            context.shut.insert((table.clone(), policy.name.clone()));
        }
    }
}

/// The foreign keys that point at a key which is dropped or replaced.
fn tear_references(table: &QualifiedName, columns: &[String], context: &mut Context<'_>) {
    for (owner, key) in foreign_keys_of(context) {
        let same = key.columns_to.len() == columns.len()
            && key.columns_to.iter().all(|column| columns.contains(column));
        if same && context.live(&key.to) == *table {
            context.torn.insert((ObjectKind::ForeignKey, owner, key.name.clone()));
        }
    }
}

/// All foreign keys of the base's surviving tables, with the table as it is called after `expand`.
fn foreign_keys_of<'a>(
    context: &Context<'a>,
) -> Vec<(QualifiedName, &'a crate::schema::ForeignKey)> {
    let tables: Vec<&'a Table> = context
        .schemas
        .before
        .tables
        .values()
        .filter(|table| !context.dropped.contains(&table.name))
        .collect();
    tables
        .into_iter()
        .flat_map(|table| table.foreign_keys.values().map(|key| (context.live(&table.name), key)))
        .collect()
}

/// Whether a column of the base has anything that a change of its type would have to tear down.
pub(super) fn any(table: &QualifiedName, column: &str, context: &Context<'_>) -> bool {
    let Some(base) = context.schemas.before.table(table) else { return false };
    let index = base.indexes.values().any(|index| {
        index.predicate.as_deref().is_some_and(|text| mentions(text, column))
            || index
                .columns
                .iter()
                .any(|key| key.is_expression && mentions(&key.expression, column))
    });
    let check = base.checks.values().any(|check| mentions(&check.value, column));
    let policy = base.policies.values().any(|policy| {
        [&policy.using, &policy.with_check].into_iter().flatten().any(|text| mentions(text, column))
    });
    let view = context
        .schemas
        .before
        .views
        .values()
        .any(|view| view.definition.as_deref().is_some_and(|text| mentions(text, &table.name)));
    let generated = base
        .columns
        .values()
        .filter_map(|column| column.generated.as_ref())
        .any(|generated| mentions(&generated.expression, column));
    let key = base.foreign_keys.values().any(|key| key.columns_from.iter().any(|it| it == column));
    index || check || policy || view || generated || key
}

/// Drops and creates what is torn down and has no change of its own.
pub(super) fn draft(context: &mut Context<'_>) {
    generated::rebuild(context);
    security::shut_all(context);
    let rekeyed: Vec<_> = context.rekeyed.iter().cloned().collect();
    for table in rekeyed {
        keys::rebuild_primary(&table, context);
    }
    let torn: Vec<_> = context.torn.iter().cloned().collect();
    for (kind, table, name) in torn {
        if context.changed.contains(&(kind, table.clone(), name.clone())) {
            continue;
        }
        let (base, head) = (context.base_table(&table), context.head_table(&table));
        if kind == ObjectKind::View {
            views::rebuild(&table, context);
            continue;
        }
        let (Some(base), Some(head)) = (base, head) else { continue };
        if kind == ObjectKind::Index
            && let (Some(old), Some(new)) = (base.indexes.get(&name), head.indexes.get(&name))
        {
            indexes::drop_step(&table, old, context);
            indexes::create_step(&table, new, false, context);
        }
        if kind == ObjectKind::Check
            && let (Some(old), Some(new)) = (base.checks.get(&name), head.checks.get(&name))
        {
            checks::drop_step(&table, old, context);
            checks::add_step(&table, new, context);
        }
        if kind == ObjectKind::Unique
            && let (Some(old), Some(new)) = (base.uniques.get(&name), head.uniques.get(&name))
        {
            keys::drop_unique_step(&table, old, context);
            keys::add_unique_step(&table, new, context);
        }
        if kind == ObjectKind::ForeignKey
            && let (Some(old), Some(new)) =
                (base.foreign_keys.get(&name), head.foreign_keys.get(&name))
        {
            foreign_keys::drop_step(&table, old, context);
            foreign_keys::add_step(&table, new, context);
        }
    }
}
