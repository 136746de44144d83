//! One edit of a schema each, of every kind that Drizzle can express.

use drizzle_guard::ident::QualifiedName;
use drizzle_guard::schema::{Check, Index, Policy, PrimaryKey, Role, Schema, Unique};

use crate::pair::{Edited, is_referenced, names};
use crate::types::{self, TYPES};

/// Changes the head; `None` when there is nothing to change, or it was left half-way harmlessly.
pub(crate) type Edit = fn(&mut Edited) -> Option<()>;

/// All edits, by name. An edit that stands twice is twice as likely.
pub(crate) const EDITS: &[(&str, Edit)] = &[
    ("add table", add_table),
    ("drop table", drop_table),
    ("rename table", rename_table),
    ("move table", move_table),
    ("add column", add_column),
    ("add column", add_column),
    ("add required column", add_required_column),
    ("add counted column", add_counted_column),
    ("add column with check", add_column_with_check),
    ("add column with unique", add_column_with_unique),
    ("add column with key", add_column_with_foreign_key),
    ("drop column", drop_column),
    ("rename column", rename_column),
    ("change type", change_type),
    ("change type", change_type),
    ("widen type", widen_type),
    ("widen type", widen_type),
    ("set not null", set_not_null),
    ("drop not null", drop_not_null),
    ("set default", set_default),
    ("drop default", drop_default),
    ("toggle identity", toggle_identity),
    ("toggle generated", toggle_generated),
    ("drop primary key", drop_primary_key),
    ("add primary key", add_primary_key),
    ("extend primary key", extend_primary_key),
    ("add unique", add_unique),
    ("add unique over key", add_unique_over_key),
    ("drop unique", drop_unique),
    ("rename unique", rename_unique),
    ("distinct nulls", distinct_nulls),
    ("add check", add_check),
    ("drop check", drop_check),
    ("change check", change_check),
    ("grow list of check", grow_list_of_check),
    ("add foreign key", add_foreign_key),
    ("drop foreign key", drop_foreign_key),
    ("change action", change_action),
    ("add index", add_index),
    ("drop index", drop_index),
    ("change index", change_index),
    ("replace index", replace_index),
    ("create enum", create_enum),
    ("drop enum", drop_enum),
    ("append label", append_label),
    ("insert label", insert_label),
    ("drop label", drop_label),
    ("reorder labels", reorder_labels),
    ("rename enum", rename_enum),
    ("create sequence", create_sequence),
    ("drop sequence", drop_sequence),
    ("alter sequence", alter_sequence),
    ("create view", create_view),
    ("drop view", drop_view),
    ("change view", change_view),
    ("create policy", create_policy),
    ("drop policy", drop_policy),
    ("alter policy", alter_policy),
    ("toggle row security", toggle_row_security),
    ("create schema", create_schema),
    ("create role", create_role),
];

// --- tables ---------------------------------------------------------------------------------------

fn add_table(it: &mut Edited) -> Option<()> {
    let table = it.draft.table();
    it.draft.schema.tables.insert(table.name.clone(), table).is_none().then_some(())
}

fn drop_table(it: &mut Edited) -> Option<()> {
    let table = it.table()?;
    it.draft.schema.tables.shift_remove(&table);
    // TypeScript cannot refer to a table that is gone; SQL text can.
    for other in it.draft.schema.tables.values_mut() {
        other.foreign_keys.retain(|_, key| key.to != table);
    }
    if it.draft.random.percent(70) {
        drop_views(&mut it.draft.schema, &table.name);
    }
    Some(())
}

fn drop_views(schema: &mut Schema, name: &str) {
    schema.views.retain(|_, view| !view.definition.as_ref().is_some_and(|text| names(text, name)));
}

fn rename_table(it: &mut Edited) -> Option<()> {
    let old = it.table()?;
    let new = QualifiedName::new(old.schema.clone(), format!("{}_v2", old.name));
    it.state(&format!("table:{old}={new}"))?;
    move_to(it, &old, &new);
    Some(())
}

fn move_table(it: &mut Edited) -> Option<()> {
    let old = it.table()?;
    let schemas: Vec<String> = it.draft.schema.schemas.keys().cloned().collect();
    let target = it.draft.random.pick(schemas)?;
    let target = if old.schema == target { "public".to_owned() } else { target };
    let new = QualifiedName::new(target, old.name.clone());
    it.state(&format!("table:{old}={new}"))?;
    move_to(it, &old, &new);
    Some(())
}

fn move_to(it: &mut Edited, old: &QualifiedName, new: &QualifiedName) {
    let schema = &mut it.draft.schema;
    let at = schema.tables.get_index_of(old).expect("a table of the head");
    let (_, mut table) = schema.tables.shift_remove_entry(old).expect("a table of the head");
    let text = |text: &mut String| {
        *text = text.replace(&format!("\"{}\".", old.name), &format!("\"{}\".", new.name));
    };
    table.checks.values_mut().for_each(|check| text(&mut check.value));
    for policy in table.policies.values_mut() {
        policy.using.iter_mut().for_each(text);
    }
    for index in table.indexes.values_mut() {
        index.predicate.iter_mut().for_each(text);
    }
    table.foreign_keys.values_mut().for_each(|key| key.table_from.clone_from(&new.name));
    table.name = new.clone();
    schema.tables.shift_insert(at, new.clone(), table);
    for other in schema.tables.values_mut() {
        for key in other.foreign_keys.values_mut().filter(|key| key.to == *old) {
            key.to = new.clone();
        }
    }
    for view in schema.views.values_mut() {
        if let Some(text) = &mut view.definition {
            let tail = format!(" from {}", old.quoted_short());
            if text.ends_with(&tail) {
                *text = text.replace(&tail, &format!(" from {}", new.quoted_short()));
            }
        }
    }
}

// --- columns --------------------------------------------------------------------------------------

fn add_column(it: &mut Edited) -> Option<()> {
    let table = it.table()?;
    it.on_table(&table, |draft, table| {
        let mut column = draft.column(table);
        // Mostly what can be added at once.
        if column.not_null && column.default.is_none() && column.generated.is_none() {
            column.not_null = draft.random.percent(15);
        }
        table.columns.insert(column.name.clone(), column).is_none()
    })
}

fn add_required_column(it: &mut Edited) -> Option<()> {
    let table = it.table()?;
    it.on_table(&table, |draft, table| {
        let mut column = draft.column(table);
        (column.not_null, column.generated) = (true, None);
        if column.default.is_none() {
            column.default = draft.default_of(&column);
        }
        table.columns.insert(column.name.clone(), column).is_none()
    })
}

fn add_counted_column(it: &mut Edited) -> Option<()> {
    let table = it.table()?;
    it.on_table(&table, |draft, table| {
        let mut column = draft.column(table);
        (column.not_null, column.generated, column.default) = (true, None, None);
        column.type_schema = None;
        if draft.random.percent(50) {
            "serial".clone_into(&mut column.ty);
        } else {
            "integer".clone_into(&mut column.ty);
            column.identity = Some(draft.identity(&table.name, &column.name));
        }
        table.columns.insert(column.name.clone(), column).is_none()
    })
}

fn add_column_with_check(it: &mut Edited) -> Option<()> {
    let table = it.table()?;
    it.on_table(&table, |draft, table| {
        let mut column = draft.column(table);
        column.not_null &= column.default.is_some();
        let name = column.name.clone();
        table.columns.insert(name.clone(), column);
        let Some(value) = draft.condition(table, Some(&name)) else { return false };
        let check = format!("{}_{name}_check", table.name.name);
        table.checks.insert(check.clone(), Check { name: check, value }).is_none()
    })
}

fn add_column_with_unique(it: &mut Edited) -> Option<()> {
    let table = it.table()?;
    it.on_table(&table, |draft, table| {
        let mut column = draft.column(table);
        if !types::btree(&column) {
            return false;
        }
        column.not_null &= column.default.is_some();
        let columns = vec![column.name.clone()];
        let name = format!("{}_{}_unique", table.name.name, column.name);
        table.columns.insert(column.name.clone(), column);
        let unique = Unique { name: name.clone(), columns, nulls_not_distinct: false };
        table.uniques.insert(name, unique).is_none()
    })
}

fn add_column_with_foreign_key(it: &mut Edited) -> Option<()> {
    let table = it.table()?;
    let before = it.draft.schema.tables[&table].columns.len();
    it.on_table(&table, |draft, table| draft.foreign_key(table) && table.columns.len() > before)
}

fn drop_column(it: &mut Edited) -> Option<()> {
    let (table, column) = it.column_where(|table, _| table.columns.len() > 1)?;
    let schema = &mut it.draft.schema;
    for other in schema.tables.values_mut() {
        let own = other.name == table;
        other.foreign_keys.retain(|_, key| {
            let from = own && key.columns_from.contains(&column);
            let to = key.to == table && key.columns_to.contains(&column);
            !from && !to
        });
    }
    let at = it.at(&table);
    at.columns.shift_remove(&column);
    at.uniques.retain(|_, unique| !unique.columns.contains(&column));
    at.primary_keys.retain(|_, key| !key.columns.contains(&column));
    at.indexes.retain(|_, index| !index_names(index, &column));
    at.checks.retain(|_, check| !names(&check.value, &column));
    at.policies.retain(|_, policy| !policy_names(policy, &column));
    at.columns.retain(|_, other| {
        !other.generated.as_ref().is_some_and(|generated| names(&generated.expression, &column))
    });
    if it.draft.random.percent(70) {
        it.draft.schema.views.retain(|_, view| {
            let text = view.definition.as_deref().unwrap_or_default();
            !(names(text, &column) && names(text, &table.name))
        });
    }
    Some(())
}

fn index_names(index: &Index, column: &str) -> bool {
    index.predicate.as_ref().is_some_and(|text| names(text, column))
        || index
            .columns
            .iter()
            .any(|key| key.expression == column || names(&key.expression, column))
}

fn policy_names(policy: &Policy, column: &str) -> bool {
    policy.using.as_ref().is_some_and(|text| names(text, column))
}

fn rename_column(it: &mut Edited) -> Option<()> {
    let (table, old) = it.column_where(|_, _| true)?;
    let new = format!("{old}_v2");
    it.state(&format!("column:{table}.{old}={new}"))?;
    let swap = |name: &mut String| {
        if *name == old {
            name.clone_from(&new);
        }
    };
    let text = |text: &mut String| {
        *text = text.replace(&format!("\"{old}\""), &format!("\"{new}\""));
    };
    let schema = &mut it.draft.schema;
    for other in schema.tables.values_mut() {
        let own = other.name == table;
        for key in other.foreign_keys.values_mut() {
            if own {
                key.columns_from.iter_mut().for_each(swap);
            }
            if key.to == table {
                key.columns_to.iter_mut().for_each(swap);
            }
        }
    }
    for view in schema.views.values_mut() {
        let of_table = view.definition.as_ref().is_some_and(|text| names(text, &table.name));
        if of_table {
            view.definition.iter_mut().for_each(text);
            if let Some(mut column) = view.columns.shift_remove(&old) {
                column.name.clone_from(&new);
                view.columns.insert(new.clone(), column);
            }
        }
    }
    let at = schema.tables.get_mut(&table)?;
    let position = at.columns.get_index_of(&old)?;
    let mut column = at.columns.shift_remove(&old)?;
    column.name.clone_from(&new);
    at.columns.shift_insert(position, new.clone(), column);
    at.uniques.values_mut().for_each(|unique| unique.columns.iter_mut().for_each(swap));
    at.primary_keys.values_mut().for_each(|key| key.columns.iter_mut().for_each(swap));
    at.checks.values_mut().for_each(|check| text(&mut check.value));
    for policy in at.policies.values_mut() {
        policy.using.iter_mut().for_each(text);
    }
    for index in at.indexes.values_mut() {
        index.predicate.iter_mut().for_each(text);
        for key in &mut index.columns {
            swap(&mut key.expression);
            text(&mut key.expression);
        }
    }
    for column in at.columns.values_mut() {
        if let Some(generated) = &mut column.generated {
            text(&mut generated.expression);
        }
    }
    Some(())
}

// --- types, nullability, defaults -----------------------------------------------------------------

fn retype(it: &mut Edited, table: &QualifiedName, column: &str, ty: &str) -> Option<()> {
    let default = it.of(table, column).default.is_some();
    let changed = it.of(table, column);
    if changed.ty == ty {
        return None;
    }
    (changed.ty, changed.type_schema) = (ty.to_owned(), None);
    if default && it.draft.random.percent(70) {
        let column = it.of(table, column).clone();
        let default = it.draft.default_of(&column);
        it.of(table, &column.name).default = default;
    }
    Some(())
}

fn change_type(it: &mut Edited) -> Option<()> {
    let referenced = it.draft.random.percent(10);
    let schema = it.draft.schema.clone();
    let (table, column) = it.column_where(|table, column| {
        column.generated.is_none()
            && column.identity.is_none()
            && (referenced || !is_referenced(&schema, &table.name, &column.name))
    })?;
    let ty = it.draft.random.of(TYPES).name;
    retype(it, &table, &column, ty)
}

/// Between relatives, both ways.
fn widen_type(it: &mut Edited) -> Option<()> {
    let families: &[&[&str]] = &[
        &["varchar(5)", "varchar(20)", "varchar(255)", "varchar", "text", "char(10)"],
        &["numeric(6, 2)", "numeric(10, 2)", "numeric(12, 2)", "numeric(12, 4)", "numeric"],
        &["smallint", "integer", "bigint", "numeric", "double precision"],
        &["timestamp (3)", "timestamp", "timestamp with time zone", "date"],
        &["timestamp (3) with time zone", "timestamp with time zone"],
        &["time (3)", "time", "interval"],
        &["cidr", "inet"],
        &["json", "jsonb", "text"],
        &["serial", "integer", "bigserial", "bigint"],
        &["varchar(20)[]", "text[]"],
    ];
    let schema = it.draft.schema.clone();
    let (table, column) = it.column_where(|table, column| {
        column.generated.is_none()
            && column.identity.is_none()
            && !is_referenced(&schema, &table.name, &column.name)
            && families.iter().any(|family| family.contains(&column.ty.as_str()))
    })?;
    let old = it.of(&table, &column).ty.clone();
    let family = families.iter().filter(|family| family.contains(&old.as_str())).collect();
    let family: &[&str] = it.draft.random.pick(family)?;
    let ty = *it.draft.random.of(family);
    retype(it, &table, &column, ty)
}

fn set_not_null(it: &mut Edited) -> Option<()> {
    let (table, column) =
        it.column_where(|_, column| !column.not_null && column.generated.is_none())?;
    it.of(&table, &column).not_null = true;
    Some(())
}

fn drop_not_null(it: &mut Edited) -> Option<()> {
    let (table, column) = it.column_where(|_, column| {
        column.not_null && !column.primary_key && column.identity.is_none()
    })?;
    it.of(&table, &column).not_null = false;
    Some(())
}

fn set_default(it: &mut Edited) -> Option<()> {
    let plain = |column: &drizzle_guard::schema::Column| {
        column.generated.is_none() && column.identity.is_none() && !column.ty.contains("serial")
    };
    let (table, column) = it.column_where(|_, column| plain(column))?;
    let column = it.of(&table, &column).clone();
    let default = it.draft.default_of(&column)?;
    if column.default.as_ref() == Some(&default) {
        return None;
    }
    it.of(&table, &column.name).default = Some(default);
    Some(())
}

fn drop_default(it: &mut Edited) -> Option<()> {
    let (table, column) = it.column_where(|_, column| column.default.is_some())?;
    it.of(&table, &column).default = None;
    Some(())
}

fn toggle_identity(it: &mut Edited) -> Option<()> {
    use drizzle_guard::schema::IdentityKind::{Always, ByDefault};
    let (table, column) = it.column_where(|_, column| {
        column.identity.is_some()
            || (column.not_null
                && column.default.is_none()
                && matches!(column.ty.as_str(), "integer" | "bigint" | "smallint"))
    })?;
    let mut identity = it.draft.identity(&table, &column);
    if it.of(&table, &column).ty == "smallint" {
        // As drizzle-kit has it: PostgreSQL takes no limit that the type cannot hold.
        identity.options.max_value = Some("32767".to_owned());
    }
    let half = it.draft.random.percent(50);
    let at = it.of(&table, &column);
    at.identity = match at.identity.take() {
        None => Some(identity),
        Some(_) if half => None,
        Some(mut old) => {
            old.kind = if old.kind == Always { ByDefault } else { Always };
            Some(old)
        }
    };
    Some(())
}

fn toggle_generated(it: &mut Edited) -> Option<()> {
    let schema = it.draft.schema.clone();
    let (table, column) = it.column_where(|table, column| {
        !column.primary_key
            && column.identity.is_none()
            && column.default.is_none()
            && !column.ty.contains("serial")
            && !is_referenced(&schema, &table.name, &column.name)
    })?;
    let others = {
        let mut others = it.draft.schema.tables[&table].clone();
        others.columns.shift_remove(&column);
        others
    };
    let expression = it.draft.expression(&others);
    let half = it.draft.random.percent(50);
    let at = it.of(&table, &column);
    if at.generated.is_some() && half {
        at.generated = None;
        return Some(());
    }
    let (ty, expression) = expression?;
    if at.ty != ty {
        return None;
    }
    let generated = drizzle_guard::schema::Generated { expression };
    if at.generated.as_ref() == Some(&generated) {
        return None;
    }
    at.generated = Some(generated);
    Some(())
}

// --- keys, unique constraints, checks ---------------------------------------------------------------

fn drop_primary_key(it: &mut Edited) -> Option<()> {
    let unreferenced = it.draft.random.percent(80);
    let schema = it.draft.schema.clone();
    let table = it.table_where(|table| {
        let referenced = schema
            .tables
            .values()
            .any(|other| other.foreign_keys.values().any(|key| key.to == table.name));
        let spared = unreferenced && referenced;
        !table.primary_key_columns().is_empty() && !spared
    })?;
    let at = it.at(&table);
    at.primary_keys.clear();
    for column in at.columns.values_mut() {
        column.primary_key = false;
    }
    Some(())
}

fn add_primary_key(it: &mut Edited) -> Option<()> {
    let (table, column) = it.column_where(|table, column| {
        table.primary_key_columns().is_empty() && types::btree(column) && column.generated.is_none()
    })?;
    let at = it.of(&table, &column);
    (at.primary_key, at.not_null) = (true, true);
    Some(())
}

fn extend_primary_key(it: &mut Edited) -> Option<()> {
    let (table, column) = it.column_where(|table, column| {
        let key = table.primary_keys.values().next();
        key.is_some_and(|key| !key.columns.contains(&column.name)) && types::btree(column)
    })?;
    let at = it.at(&table);
    let (_, old) = at.primary_keys.shift_remove_index(0)?;
    let columns: Vec<String> = old.columns.into_iter().chain([column.clone()]).collect();
    at.columns.get_mut(&column)?.not_null = true;
    let name = format!("{}_{}_pk", table.name, columns.join("_"));
    at.primary_keys.insert(name.clone(), PrimaryKey { name, columns });
    Some(())
}

fn add_unique(it: &mut Edited) -> Option<()> {
    let table = it.table()?;
    it.on_table(&table, crate::draft::Draft::unique)
}

/// A key and another column: cannot fail.
fn add_unique_over_key(it: &mut Edited) -> Option<()> {
    let (table, other) = it.column_where(|table, column| {
        !table.primary_key_columns().is_empty() && types::btree(column) && !column.primary_key
    })?;
    let at = it.at(&table);
    let mut columns: Vec<String> =
        at.primary_key_columns().into_iter().map(str::to_owned).collect();
    if columns.contains(&other) {
        return None;
    }
    columns.push(other);
    let name = format!("{}_{}_unique", table.name, columns.join("_"));
    let unique = Unique { name: name.clone(), columns, nulls_not_distinct: false };
    at.uniques.insert(name, unique).is_none().then_some(())
}

fn drop_unique(it: &mut Edited) -> Option<()> {
    let table = it.table_where(|table| !table.uniques.is_empty())?;
    it.at(&table).uniques.shift_remove_index(0).map(|_| ())
}

fn rename_unique(it: &mut Edited) -> Option<()> {
    let table = it.table_where(|table| !table.uniques.is_empty())?;
    let (name, unique) = it.at(&table).uniques.shift_remove_index(0)?;
    let name = format!("{name}_v2");
    it.at(&table).uniques.insert(name.clone(), Unique { name, ..unique });
    Some(())
}

fn distinct_nulls(it: &mut Edited) -> Option<()> {
    let table = it.table_where(|table| !table.uniques.is_empty())?;
    let (_, unique) = it.at(&table).uniques.get_index_mut(0)?;
    unique.nulls_not_distinct = !unique.nulls_not_distinct;
    Some(())
}

fn add_check(it: &mut Edited) -> Option<()> {
    let table = it.table()?;
    it.on_table(&table, crate::draft::Draft::check)
}

fn drop_check(it: &mut Edited) -> Option<()> {
    let table = it.table_where(|table| !table.checks.is_empty())?;
    it.at(&table).checks.shift_remove_index(0).map(|_| ())
}

fn change_check(it: &mut Edited) -> Option<()> {
    let table = it.table_where(|table| !table.checks.is_empty())?;
    it.on_table(&table, |draft, table| {
        let Some(value) = draft.condition(table, None) else { return false };
        let (_, check) = table.checks.get_index_mut(0).expect("a check");
        let other = check.value != value;
        check.value = value;
        other
    })
}

fn grow_list_of_check(it: &mut Edited) -> Option<()> {
    let listed = |check: &Check| check.value.contains(" in (");
    let table = it.table_where(|table| table.checks.values().any(listed))?;
    let check = it.at(&table).checks.values_mut().find(|check| listed(check))?;
    check.value = check.value.replace(" in (", " in ('late', ");
    Some(())
}

// --- foreign keys, indexes --------------------------------------------------------------------------

fn add_foreign_key(it: &mut Edited) -> Option<()> {
    let table = it.table()?;
    it.on_table(&table, crate::draft::Draft::foreign_key)
}

fn drop_foreign_key(it: &mut Edited) -> Option<()> {
    let table = it.table_where(|table| !table.foreign_keys.is_empty())?;
    it.at(&table).foreign_keys.shift_remove_index(0).map(|_| ())
}

fn change_action(it: &mut Edited) -> Option<()> {
    let table = it.table_where(|table| !table.foreign_keys.is_empty())?;
    let action = it.draft.action();
    let on_update = it.draft.random.percent(25);
    let (_, key) = it.at(&table).foreign_keys.get_index_mut(0)?;
    let at = if on_update { &mut key.on_update } else { &mut key.on_delete };
    let other = at.as_ref() != Some(&action);
    *at = Some(action);
    other.then_some(())
}

fn add_index(it: &mut Edited) -> Option<()> {
    let table = it.table()?;
    it.on_table(&table, crate::draft::Draft::index)
}

fn drop_index(it: &mut Edited) -> Option<()> {
    let table = it.table_where(|table| !table.indexes.is_empty())?;
    it.at(&table).indexes.shift_remove_index(0).map(|_| ())
}

fn change_index(it: &mut Edited) -> Option<()> {
    let table = it.table_where(|table| !table.indexes.is_empty())?;
    it.on_table(&table, |draft, table| {
        let mut other = table.clone();
        other.indexes.clear();
        if !draft.index(&mut other) {
            return false;
        }
        let (_, new) = other.indexes.swap_remove_index(0).expect("an index");
        let (_, index) = table.indexes.get_index_mut(0).expect("an index");
        let name = index.name.clone();
        *index = Index { name, ..new };
        true
    })
}

/// By the same one under another name, or by one that does more.
fn replace_index(it: &mut Edited) -> Option<()> {
    let (table, more) = it.column_where(|table, column| {
        types::btree(column)
            && table.indexes.values().next().is_some_and(|index| {
                index.method == "btree" && !index.unique && !index_names(index, &column.name)
            })
    })?;
    let stronger = it.draft.random.percent(50);
    let (name, mut index) = it.at(&table).indexes.shift_remove_index(0)?;
    index.name = format!("{name}_v2");
    if stronger {
        let mut key = index.columns.first()?.clone();
        (key.expression, key.is_expression, key.asc) = (more, false, true);
        index.columns.push(key);
    }
    it.at(&table).indexes.insert(index.name.clone(), index);
    Some(())
}

// --- enums, sequences, views ------------------------------------------------------------------------

fn create_enum(it: &mut Edited) -> Option<()> {
    let name = it.draft.enumeration();
    it.draft.schema.enums.contains_key(&name).then_some(())
}

/// The name of an enum of both schemas.
fn an_enum(it: &mut Edited) -> Option<QualifiedName> {
    let enums = it.draft.schema.enums.keys().filter(|name| it.base.enums.contains_key(*name));
    let enums = enums.cloned().collect();
    it.draft.random.pick(enums)
}

fn drop_enum(it: &mut Edited) -> Option<()> {
    let name = an_enum(it)?;
    for table in it.draft.schema.tables.values_mut() {
        for column in table.columns.values_mut() {
            if types_of(column, &name) {
                let array = if column.ty.ends_with("[]") { "[]" } else { "" };
                (column.ty, column.type_schema) = (format!("text{array}"), None);
            }
        }
    }
    it.draft.schema.enums.shift_remove(&name);
    Some(())
}

fn types_of(column: &drizzle_guard::schema::Column, name: &QualifiedName) -> bool {
    column.ty.trim_end_matches("[]") == name.name
        && column.type_schema.as_deref() == Some(name.schema.as_str())
}

fn append_label(it: &mut Edited) -> Option<()> {
    let name = an_enum(it)?;
    let labels = it.draft.schema.enums[&name].values.clone();
    let label = it.draft.new_label(&labels);
    it.draft.schema.enums.get_mut(&name)?.values.push(label.clone());
    // Now and then it is used at once.
    if it.draft.random.percent(25) {
        let users =
            it.column_where(|_, column| types_of(column, &name) && !column.ty.ends_with(']'));
        if let Some((table, column)) = users {
            it.of(&table, &column).default = Some(format!("'{label}'").into());
        }
    }
    Some(())
}

fn insert_label(it: &mut Edited) -> Option<()> {
    let name = an_enum(it)?;
    let labels = it.draft.schema.enums[&name].values.clone();
    let label = it.draft.new_label(&labels);
    let at = it.draft.random.below(labels.len());
    it.draft.schema.enums.get_mut(&name)?.values.insert(at, label);
    Some(())
}

fn drop_label(it: &mut Edited) -> Option<()> {
    let name = an_enum(it)?;
    let gone = it.draft.schema.enums.get_mut(&name)?.values.pop()?;
    for table in it.draft.schema.tables.values_mut() {
        for column in table.columns.values_mut().filter(|column| types_of(column, &name)) {
            let uses = column.default.as_ref().is_some_and(|it| it.to_string().contains(&gone));
            if uses {
                column.default = None;
            }
        }
    }
    Some(())
}

fn reorder_labels(it: &mut Edited) -> Option<()> {
    let name = an_enum(it)?;
    it.draft.schema.enums.get_mut(&name)?.values.reverse();
    Some(())
}

fn rename_enum(it: &mut Edited) -> Option<()> {
    let old = an_enum(it)?;
    let new = QualifiedName::new(old.schema.clone(), format!("{}_v2", old.name));
    it.state(&format!("enum:{old}={new}"))?;
    let mut enumeration = it.draft.schema.enums.shift_remove(&old)?;
    enumeration.name = new.clone();
    it.draft.schema.enums.insert(new.clone(), enumeration);
    for table in it.draft.schema.tables.values_mut() {
        for column in table.columns.values_mut().filter(|column| types_of(column, &old)) {
            column.ty = column.ty.replace(&old.name, &new.name);
        }
    }
    for view in it.draft.schema.views.values_mut() {
        for column in view.columns.values_mut().filter(|column| types_of(column, &old)) {
            column.ty = column.ty.replace(&old.name, &new.name);
        }
    }
    Some(())
}

fn create_sequence(it: &mut Edited) -> Option<()> {
    it.draft.sequence().then_some(())
}

fn drop_sequence(it: &mut Edited) -> Option<()> {
    it.draft.schema.sequences.shift_remove_index(0).map(|_| ())
}

fn alter_sequence(it: &mut Edited) -> Option<()> {
    let which = it.draft.random.below(4);
    let (_, sequence) = it.draft.schema.sequences.get_index_mut(0)?;
    let options = &mut sequence.options;
    let at = match which {
        0 => &mut options.increment,
        1 => &mut options.max_value,
        2 => &mut options.start_with,
        _ => &mut options.cache,
    };
    *at = Some(["5", "100000", "10", "20"][which].to_owned());
    Some(())
}

fn create_view(it: &mut Edited) -> Option<()> {
    it.draft.view().map(|_| ())
}

fn drop_view(it: &mut Edited) -> Option<()> {
    it.draft.schema.views.shift_remove_index(0).map(|_| ())
}

fn change_view(it: &mut Edited) -> Option<()> {
    let (_, view) = it.draft.schema.views.get_index_mut(0)?;
    let column = view.columns.keys().next()?;
    let text = view.definition.as_mut()?;
    if text.contains(" where ") {
        return None;
    }
    *text = format!("{text} where \"{column}\" is not null");
    Some(())
}

// --- access, the rest -------------------------------------------------------------------------------

fn create_policy(it: &mut Edited) -> Option<()> {
    let table = it.table()?;
    it.on_table(&table, crate::draft::Draft::policy)
}

fn drop_policy(it: &mut Edited) -> Option<()> {
    let table = it.table_where(|table| !table.policies.is_empty())?;
    it.at(&table).policies.shift_remove_index(0).map(|_| ())
}

fn alter_policy(it: &mut Edited) -> Option<()> {
    let table = it.table_where(|table| !table.policies.is_empty())?;
    it.on_table(&table, |draft, table| {
        let using = draft.condition(table, None);
        let (_, policy) = table.policies.get_index_mut(0).expect("a policy");
        let other = policy.using != using;
        policy.using = using;
        other
    })
}

fn toggle_row_security(it: &mut Edited) -> Option<()> {
    let table = it.table()?;
    let at = it.at(&table);
    at.rls = !at.rls;
    at.policies.is_empty().then_some(())
}

fn create_schema(it: &mut Edited) -> Option<()> {
    it.draft.schema.schemas.insert("audit".to_owned(), ()).is_none().then_some(())
}

fn create_role(it: &mut Edited) -> Option<()> {
    let name = "analyst".to_owned();
    let role = Role { name: name.clone(), create_db: false, create_role: false, inherit: true };
    it.draft.schema.roles.insert(name, role).is_none().then_some(())
}
