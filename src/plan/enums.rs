//! Enums: values are added before the code; what PostgreSQL cannot do to a type (remove a value, change
//! the order) is done by a new type that takes the old one's place, with a mapping for the rows.

use std::collections::BTreeMap;

use super::backup::{self, Backup, Copy};
use super::context::{Context, Member, short};
use super::dependents;
use super::prove;
use super::security;
use super::sql::{create_policy, default_sql, element, enum_of, id, qn};
use super::statement::{Decision, Duration, Phase, Statement};
use super::step::{Stage, Step};
use super::types::torn_policies;
use crate::delta::Diff;
use crate::diff::Change;
use crate::ident::{QualifiedName, quote_literal};
use crate::schema::{Column, Enum, Object, ObjectKind, Schema};

fn create_sql(name: &QualifiedName, values: &[String]) -> String {
    let values: Vec<String> = values.iter().map(|value| quote_literal(value)).collect();
    format!("CREATE TYPE {} AS ENUM ({});", qn(name), values.join(", "))
}

pub(super) fn create(it: &Enum, context: &mut Context<'_>) {
    let step = Step::expand(Stage::Enums, format!("create enum {}", it.name))
        .run(Statement::free(create_sql(&it.name, &it.values)))
        .undo(Statement::free(format!("DROP TYPE {};", qn(&it.name))))
        .verify(prove::enum_values(&it.name, Some(&it.values)))
        .verify_undo(prove::enum_values(&it.name, None));
    context.push(step);
}

pub(super) fn drop(it: &Enum, context: &mut Context<'_>) {
    let live = context.in_live_schema(&it.name);
    let kept = context.schemas.before.tables.values().any(|table| {
        let uses =
            |column: &Column| enum_of(column, context.schemas.before) == Some(it.name.clone());
        context.dropped.contains(&table.name) && table.columns.values().any(uses)
    });
    let mut step = Step::contract(Stage::DropEnums, format!("drop enum {live}"))
        .verify(prove::enum_values(&live, None))
        .verify_undo(prove::enum_values(&it.name, Some(&it.values)));
    if kept {
        let trash = context.trash(&live.schema);
        let moved = QualifiedName::new(trash.as_str(), live.name.as_str());
        step = step
            .run(
                Statement::free(format!("ALTER TYPE {} SET SCHEMA {};", qn(&live), id(&trash)))
                    .note("a dropped table that is kept for its rollback still uses it"),
            )
            .undo(Statement::free(format!(
                "ALTER TYPE {} SET SCHEMA {};",
                qn(&moved),
                id(&live.schema)
            )));
    } else {
        step = step
            .run(
                Statement::free(format!("DROP TYPE {};", qn(&live)))
                    .note("fails without damage when something that Drizzle does not know uses it"),
            )
            .undo(Statement::free(create_sql(&live, &it.values)));
    }
    context.push(step);
}

pub(super) fn rename(name: &Diff<QualifiedName>, context: &mut Context<'_>) {
    let Some(name) = context.whole_rename(name, true) else { return };
    let start = context.in_live_schema(&name.before);
    let after = &name.after;
    let mut step =
        Step::expand(Stage::EnumNames, format!("rename enum {} to {after}", name.before));
    let mut back = Vec::new();
    let mut at = start;
    if at.schema != after.schema {
        let moved = QualifiedName::new(after.schema.as_str(), at.name.as_str());
        step = step.run(Statement::free(format!(
            "ALTER TYPE {} SET SCHEMA {};",
            qn(&at),
            id(&after.schema)
        )));
        back.push(format!("ALTER TYPE {} SET SCHEMA {};", qn(&moved), id(&at.schema)));
        at = moved;
    }
    if at.name != after.name {
        step = step.run(
            Statement::free(format!("ALTER TYPE {} RENAME TO {};", qn(&at), id(&after.name)))
                .note("columns follow by themselves; code that casts to the old name fails"),
        );
        back.push(format!("ALTER TYPE {} RENAME TO {};", qn(after), id(&at.name)));
    }
    back.reverse();
    context.push(step.undo_all(back.into_iter().map(Statement::free)));
}

/// All changes of values, by the enum's name in the head.
fn gather(changes: &[Change]) -> BTreeMap<QualifiedName, (Diff<Enum>, Vec<Diff<String>>)> {
    let mut all: BTreeMap<QualifiedName, (Diff<Enum>, Vec<Diff<String>>)> = BTreeMap::new();
    let mut see = |enumeration: &Diff<Enum>, renamed: Option<&Diff<String>>| {
        let entry = all
            .entry(enumeration.after.name.clone())
            .or_insert_with(|| (enumeration.clone(), Vec::new()));
        entry.1.extend(renamed.cloned());
    };
    for change in changes {
        if let Change::AddEnumValue { enumeration, .. }
        | Change::DropEnumValue { enumeration, .. } = change
        {
            see(enumeration, None);
        }
        if let Change::RenameEnumValue { value, enumeration } = change {
            see(enumeration, Some(value));
        }
        if let Change::ReorderEnumValues(enumeration) = change {
            see(enumeration, None);
        }
    }
    all
}

/// The labels after the additions, and the statements that add them: each beside its neighbour.
fn additions(
    name: &QualifiedName,
    before: &[String],
    after: &[String],
) -> (Vec<String>, Vec<String>) {
    let mut labels = before.to_vec();
    let mut statements = Vec::new();
    for (at, value) in after.iter().enumerate() {
        if labels.contains(value) {
            continue;
        }
        let previous =
            after[..at].last().and_then(|it| labels.iter().position(|label| label == it));
        let place = match (previous, labels.first()) {
            (Some(previous), _) => {
                let neighbour = quote_literal(&labels[previous]);
                labels.insert(previous + 1, value.clone());
                format!(" AFTER {neighbour}")
            }
            (None, Some(first)) => {
                let neighbour = quote_literal(first);
                labels.insert(0, value.clone());
                format!(" BEFORE {neighbour}")
            }
            (None, None) => {
                labels.push(value.clone());
                String::new()
            }
        };
        statements.push(format!(
            "ALTER TYPE {} ADD VALUE {}{place};",
            qn(name),
            quote_literal(value)
        ));
    }
    (labels, statements)
}

fn needs_swap(enumeration: &Diff<Enum>) -> bool {
    let (labels, _) =
        additions(&enumeration.after.name, &enumeration.before.values, &enumeration.after.values);
    labels != enumeration.after.values
}

/// Learns which enums are swapped.
pub(super) fn learn(changes: &[Change], context: &mut Context<'_>) {
    for (name, (enumeration, _)) in gather(changes) {
        if needs_swap(&enumeration) {
            context.swapped.insert(name);
        }
    }
}

/// The columns of surviving base tables that are of an enum (by its name in the head): the table as it
/// is called after `expand`, the column as the base has it.
pub(super) fn base_columns(enumeration: &QualifiedName, context: &Context<'_>) -> Vec<Member> {
    let schema = context.schemas.before;
    let mut found = Vec::new();
    for table in schema.tables.values().filter(|table| !context.dropped.contains(&table.name)) {
        for column in table.columns.values() {
            let of = enum_of(column, schema).map(|name| context.live_enum(&name));
            if of.as_ref() == Some(enumeration) {
                found.push((context.live(&table.name), column.name.clone()));
            }
        }
    }
    found
}

/// A column while its type is swapped: as it is called, and its default, at that moment.
struct Place {
    table: QualifiedName,
    column: String,
    array: bool,
    default: Option<String>,
}

fn places(
    schema: &Schema,
    enumeration: &QualifiedName,
    skip: impl Fn(&QualifiedName) -> bool,
) -> Vec<Place> {
    let tables = schema.tables.values().filter(|table| !skip(&table.name));
    let columns =
        tables.flat_map(|table| table.columns.values().map(move |column| (table, column)));
    columns
        .filter(|(_, column)| column.generated.is_none())
        .filter(|(_, column)| enum_of(column, schema).as_ref() == Some(enumeration))
        .map(|(table, column)| Place {
            table: table.name.clone(),
            column: column.name.clone(),
            array: !element(&column.ty).1.is_empty(),
            default: column.default.as_ref().map(default_sql),
        })
        .collect()
}

/// Replaces a type by one with other labels, in all its columns.
fn swap(
    name: &QualifiedName,
    values: &[String],
    mapping: &[(String, String)],
    places: &[Place],
) -> Vec<String> {
    let old = QualifiedName::new(
        name.schema.as_str(),
        format!("drizzle_guard_old_{}", short(&name.to_string())),
    );
    let mut parts = vec![
        format!("ALTER TYPE {} RENAME TO {};", qn(name), id(&old.name)),
        create_sql(name, values),
    ];
    for place in places {
        let (t, c) = (qn(&place.table), id(&place.column));
        if place.default.is_some() {
            parts.push(format!("ALTER TABLE {t} ALTER COLUMN {c} DROP DEFAULT;"));
        }
        let (brackets, text) = if place.array {
            let mapped = mapping.iter().fold(format!("{c}::text[]"), |inner, (from, to)| {
                format!("array_replace({inner}, {}, {})", quote_literal(from), quote_literal(to))
            });
            ("[]", mapped)
        } else if mapping.is_empty() {
            ("", format!("{c}::text"))
        } else {
            let arms: String = mapping
                .iter()
                .map(|(from, to)| {
                    format!(" WHEN {} THEN {}", quote_literal(from), quote_literal(to))
                })
                .collect();
            ("", format!("CASE {c}::text{arms} ELSE {c}::text END"))
        };
        parts.push(format!(
            "ALTER TABLE {t} ALTER COLUMN {c} TYPE {0}{brackets} USING ({text})::{0}{brackets};",
            qn(name)
        ));
        if let Some(default) = &place.default {
            parts.push(format!("ALTER TABLE {t} ALTER COLUMN {c} SET DEFAULT {default};"));
        }
    }
    parts.push(format!("DROP TYPE {};", qn(&old)));
    parts
}

/// The columns of the enum that are dropped in the same change, alone or with their table, leave it for
/// text, so that they keep the values which the new type lacks: there, and back.
fn leaving(name: &QualifiedName, context: &Context<'_>) -> (Vec<String>, Vec<String>) {
    let (mut there, mut back) = (Vec::new(), Vec::new());
    let schema = context.schemas.before;
    for table in schema.tables.values() {
        let dropped = context.dropped.contains(&table.name);
        let live =
            if dropped { context.in_live_schema(&table.name) } else { context.live(&table.name) };
        for column in table.columns.values().filter(|column| column.generated.is_none()) {
            let of = enum_of(column, schema).map(|it| context.live_enum(&it));
            if of.as_ref() != Some(name)
                || !(dropped || context.is_dropped_column(&live, &column.name))
            {
                continue;
            }
            let (t, c) = (qn(&live), id(&column.name));
            let brackets = if element(&column.ty).1.is_empty() { "" } else { "[]" };
            if let Some(default) = &column.default {
                there.push(format!("ALTER TABLE {t} ALTER COLUMN {c} DROP DEFAULT;"));
                back.push(format!(
                    "ALTER TABLE {t} ALTER COLUMN {c} SET DEFAULT {};",
                    default_sql(default)
                ));
            }
            there.push(format!("ALTER TABLE {t} ALTER COLUMN {c} TYPE text{brackets};"));
            back.push(format!(
                "ALTER TABLE {t} ALTER COLUMN {c} TYPE {0}{brackets} USING {c}::{0}{brackets};",
                qn(name)
            ));
        }
    }
    back.reverse();
    (there, back)
}

fn swap_statement(parts: Vec<String>) -> Statement {
    Statement::transaction(parts)
        .duration(Duration::Rewrite)
        .note("rewrites every table that has a column of this type, under ACCESS EXCLUSIVE: on large tables in a maintenance window; fails without damage when a row holds a value that the new type lacks")
}

/// Drafts the changes of values, one enum at a time.
pub(super) fn draft(changes: &[Change], context: &mut Context<'_>) {
    for (name, (enumeration, renamed)) in gather(changes) {
        values(&name, &enumeration, &renamed, context);
    }
}

fn values(
    name: &QualifiedName,
    enumeration: &Diff<Enum>,
    renamed: &[Diff<String>],
    context: &mut Context<'_>,
) {
    let (before, after) = (&enumeration.before.values, &enumeration.after.values);
    let (working, statements) = additions(name, before, after);
    if !statements.is_empty() {
        add(name, enumeration, &working, statements, context);
    }
    if working == *after {
        return;
    }
    let gone: Vec<&String> = working.iter().filter(|value| !after.contains(value)).collect();
    let mut mapping: Vec<(String, String)> = Vec::new();
    for value in gone {
        let stated =
            renamed.iter().find(|rename| rename.before == *value).map(|it| it.after.clone());
        let object = format!("{name}.{value}");
        match context.options.map.get(&object).cloned().or(stated) {
            Some(target) if after.contains(&target) => mapping.push((value.clone(), target)),
            Some(target) => context.by_hand(
                &format!("mapping of {object}"),
                &format!("`{target}` is no value of {name} in the head"),
            ),
            None => context.decide(Decision {
                object: object.clone(),
                question: format!(
                    "Does any row still hold '{value}', and what shall it become? Without an answer contract.sql stops at the swap of the type, with nothing lost, when one does."
                ),
                answer: format!("--map {object}=VALUE"),
                required: false,
            }),
        }
    }
    let places = places(context.schemas.after, name, |_| false);
    let backups = backup_mapped(name, &mapping, &places, context);
    let (to_text, from_text) = leaving(name, context);
    let mut policies = Vec::new();
    let mut tables: Vec<&QualifiedName> = places.iter().map(|place| &place.table).collect();
    tables.sort();
    tables.dedup();
    for table in tables {
        for (old, new) in torn_policies(table, context) {
            policies.push((table.clone(), old, new));
        }
    }
    let around = |parts: Vec<String>, forward: bool| -> Vec<String> {
        let mut all = Vec::new();
        let mut create = Vec::new();
        for (table, old, new) in &policies {
            let (from, to) =
                if forward { (Some(old), new.as_ref()) } else { (new.as_ref(), Some(old)) };
            all.extend(from.map(|policy| security::drop_sql(policy, table)));
            create.extend(to.map(|policy| create_policy(policy, table)));
        }
        all.extend(parts);
        all.extend(create);
        all
    };
    let mut step = Step::contract(Stage::SwapEnums, format!("values of enum {name}"))
        .run(swap_statement(around(
            to_text.into_iter().chain(swap(name, after, &mapping, &places)).collect(),
            true,
        )))
        .undo(swap_statement(around(
            swap(name, &working, &[], &places).into_iter().chain(from_text).collect(),
            false,
        )))
        .verify(prove::enum_values(name, Some(after)));
    for (table, column, array, backup) in backups {
        let c = id(&column);
        let value = format!("b.dg_value::{}{}", qn(name), if array { "[]" } else { "" });
        let untouched = format!("t.{c}::text IS NOT DISTINCT FROM b.dg_becomes");
        step = step.undo_all(backup.restore(
            &table,
            &column,
            &value,
            &untouched,
            context.options.batch,
        ));
    }
    context.push(step);
}

fn add(
    name: &QualifiedName,
    enumeration: &Diff<Enum>,
    working: &[String],
    statements: Vec<String>,
    context: &mut Context<'_>,
) {
    let before = &enumeration.before.values;
    let mut step = Step::expand(Stage::EnumValues, format!("add values to enum {name}"));
    for sql in statements {
        let mut statement = Statement::free(sql)
            .note("a new value cannot be used in the transaction that adds it (55P04), so not in a drizzle migration with its use");
        statement.in_transaction = false;
        step = step.run(statement);
    }
    if working == enumeration.after.values {
        step = step.verify(prove::enum_values(name, Some(working)));
    }
    // Taken back when the base's tables, the dropped ones too, and columns have their own names again.
    let base = context.schemas.before;
    let simple = base.tables.values().all(|table| {
        let of_it =
            |column: &&Column| enum_of(column, base).as_ref() == Some(&enumeration.before.name);
        table.columns.values().filter(of_it).all(|column| {
            column.generated.is_none() && !dependents::any(&table.name, &column.name, context)
        })
    });
    if simple {
        let places = places(base, &enumeration.before.name, |_| false);
        step = step
            .undo(swap_statement(swap(name, before, &[], &places)))
            .verify_undo(prove::enum_values(&enumeration.before.name, Some(before)));
        context.horizon(format!("the new values of {name} are taken back until a row holds one"));
    } else {
        let object = Object::in_schema(ObjectKind::Enum, &enumeration.before.name);
        context.irreversible(object, format!(
            "enum {name} keeps its new values after the rollback: PostgreSQL cannot remove them, and predicates, policies or views stand on its columns. They do no harm"
        ));
    }
    context.push(step);
}

/// Backs up the rows that hold a mapped value, of the columns that stay with the type; those that leave
/// it have a backup of their own.
fn backup_mapped(
    name: &QualifiedName,
    mapping: &[(String, String)],
    places: &[Place],
    context: &mut Context<'_>,
) -> Vec<(QualifiedName, String, bool, Backup)> {
    let mut backups = Vec::new();
    if mapping.is_empty() {
        return backups;
    }
    let values: Vec<String> = mapping.iter().map(|(from, _)| quote_literal(from)).collect();
    let values = values.join(", ");
    for (table, column) in base_columns(name, context) {
        let Some(base) = context.base_table(&table) else { continue };
        let Some(old) = base.columns.get(&column).filter(|it| it.generated.is_none()) else {
            continue;
        };
        let array = !element(&old.ty).1.is_empty();
        let new = context.new_column(&table, &column);
        let stays = |it: &Place| it.table == table && it.column == new && it.array == array;
        if !places.iter().any(stays) {
            continue;
        }
        let c = id(&column);
        let (condition, becomes) = if array {
            let mapped = mapping.iter().fold(format!("{c}::text[]"), |inner, (from, to)| {
                format!("array_replace({inner}, {}, {})", quote_literal(from), quote_literal(to))
            });
            (format!("{c}::text[] && ARRAY[{values}]"), mapped)
        } else {
            let arms: String = mapping
                .iter()
                .map(|(from, to)| {
                    format!(" WHEN {} THEN {}", quote_literal(from), quote_literal(to))
                })
                .collect();
            (format!("{c}::text IN ({values})"), format!("CASE {c}::text{arms} END"))
        };
        let copy = Copy {
            phase: Phase::Contract,
            stage: Stage::Backups,
            table: &table,
            base,
            column: old,
            condition: &condition,
            becomes: Some(&becomes),
            own_key: false,
        };
        let backup = backup::column(&copy, context);
        backups.push((table.clone(), new, array, backup));
    }
    backups
}
