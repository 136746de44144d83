//! Sequences of their own, and those behind serial and identity columns: a counter never restarts.

use super::context::Context;
use super::prove;
use super::sql::{id, identity_kind, identity_sql, qn, reg, sequence_options};
use super::statement::{Lock, Statement};
use super::step::{Stage, Step};
use crate::delta::Diff;
use crate::diff::ColumnChange;
use crate::ident::{QualifiedName, quote_literal, truncate};
use crate::schema::{Column, Identity, Sequence};

fn options_text(sequence: &Sequence) -> String {
    sequence_options(&sequence.options).iter().map(|option| format!(" {option}")).collect()
}

pub(super) fn create(it: &Sequence, context: &mut Context<'_>) {
    let name = qn(&it.name);
    let step = Step::expand(Stage::Sequences, format!("create sequence {}", it.name))
        .run(Statement::free(format!("CREATE SEQUENCE {name}{};", options_text(it))))
        .undo(Statement::free(format!("DROP SEQUENCE {name};")))
        .verify(prove::table(&it.name, true))
        .verify_undo(prove::table(&it.name, false));
    context.push(step);
}

pub(super) fn drop(it: &Sequence, context: &mut Context<'_>) {
    let live = context.in_live_schema(&it.name);
    let trash = context.trash(&live.schema);
    let moved = QualifiedName::new(trash.as_str(), live.name.as_str());
    let step = Step::contract(Stage::DropSequences, format!("drop sequence {live}"))
        .run(Statement::free(format!(
            "CREATE SCHEMA IF NOT EXISTS {0};\nREVOKE ALL ON SCHEMA {0} FROM PUBLIC;",
            id(&trash)
        )))
        .run(
            Statement::ddl(format!("ALTER SEQUENCE {} SET SCHEMA {};", qn(&live), id(&trash)))
                .note(format!("its counter is kept; later: DROP SEQUENCE {};", qn(&moved))),
        )
        .undo(Statement::ddl(format!(
            "ALTER SEQUENCE {} SET SCHEMA {};",
            qn(&moved),
            id(&live.schema)
        )))
        .undo(Statement::free(format!(
            "DO $drizzle_guard$ BEGIN IF NOT EXISTS (SELECT FROM pg_class WHERE relnamespace = to_regnamespace({0})) THEN EXECUTE 'DROP SCHEMA IF EXISTS {1}'; END IF; END $drizzle_guard$;",
            quote_literal(&id(&trash)),
            id(&trash).replace('\'', "''"),
        )))
        .verify(prove::table(&live, false))
        .verify_undo(prove::table(&it.name, true));
    context.push(step);
}

pub(super) fn alter(it: &Diff<Sequence>, context: &mut Context<'_>) {
    let live = context.in_live_schema(&it.before.name);
    let target = qn(&it.after.name);
    let mut step = Step::expand(Stage::Sequences, format!("alter sequence {}", it.after.name));
    let (mut forward, mut back) = (Vec::new(), Vec::new());
    if live.schema != it.after.name.schema {
        forward.push(format!(
            "ALTER SEQUENCE {} SET SCHEMA {};",
            qn(&live),
            id(&it.after.name.schema)
        ));
        let moved = QualifiedName::new(it.after.name.schema.as_str(), live.name.as_str());
        back.push(format!("ALTER SEQUENCE {} SET SCHEMA {};", qn(&moved), id(&live.schema)));
    }
    if live.name != it.after.name.name {
        let moved = QualifiedName::new(it.after.name.schema.as_str(), live.name.as_str());
        forward.push(format!(
            "ALTER SEQUENCE {} RENAME TO {};",
            qn(&moved),
            id(&it.after.name.name)
        ));
        back.push(format!("ALTER SEQUENCE {target} RENAME TO {};", id(&live.name)));
    }
    if it.before.options != it.after.options {
        forward.push(format!("ALTER SEQUENCE {target}{};", options_text(&it.after)));
        back.push(format!("ALTER SEQUENCE {target}{};", options_text(&it.before)));
    }
    back.reverse();
    let lock = |sql: String| {
        Statement::ddl(sql)
            .lock(Lock::ShareRowExclusive)
            .note("the counter goes on where it stands; START WITH only counts for a later RESTART")
    };
    step = step.run_all(forward.into_iter().map(lock)).undo_all(back.into_iter().map(lock));
    context.push(step);
}

/// Sets the counter of the sequence behind a column behind the column's greatest value.
fn advance(table: &QualifiedName, column: &str) -> String {
    let (t, c) = (qn(table), id(column));
    format!(
        "SELECT setval(pg_get_serial_sequence({}, {}), COALESCE((SELECT max({c}) FROM {t}), 1), EXISTS (SELECT FROM {t} WHERE {c} IS NOT NULL));",
        reg(table),
        quote_literal(truncate(column)),
    )
}

/// Makes an integer column serial: a sequence that it owns, behind its values.
pub(super) fn attach_serial(table: &QualifiedName, column: &str, ty: &str) -> Vec<Statement> {
    let name = format!("{}_{column}_seq", table.name);
    let sequence = QualifiedName::new(table.schema.as_str(), truncate(&name));
    let (t, c, s) = (qn(table), id(column), qn(&sequence));
    vec![
        Statement::transaction([
            format!("LOCK TABLE {t} IN ACCESS EXCLUSIVE MODE;"),
            format!("CREATE SEQUENCE {s} AS {ty} OWNED BY {t}.{c};"),
            advance(table, column),
            format!("ALTER TABLE {t} ALTER COLUMN {c} SET DEFAULT nextval({});", reg(&sequence)),
        ])
        .note("the counter starts behind the greatest value"),
    ]
}

/// Takes the default and the owned sequence from a serial column.
pub(super) fn detach_serial(table: &QualifiedName, column: &str) -> String {
    let (t, c) = (qn(table), id(column));
    format!(
        "DO $drizzle_guard$ DECLARE s text := pg_get_serial_sequence({}, {}); BEGIN\n  ALTER TABLE {t} ALTER COLUMN {c} DROP DEFAULT;\n  IF s IS NOT NULL THEN EXECUTE 'DROP SEQUENCE ' || s; END IF;\nEND $drizzle_guard$;",
        reg(table),
        quote_literal(truncate(column)),
    )
}

/// Makes an integer column an identity, its counter behind its values.
pub(super) fn attach_identity(
    table: &QualifiedName,
    column: &str,
    identity: &Identity,
) -> Vec<Statement> {
    let (t, c) = (qn(table), id(column));
    vec![
        Statement::transaction([
            format!("LOCK TABLE {t} IN ACCESS EXCLUSIVE MODE;"),
            format!("ALTER TABLE {t} ALTER COLUMN {c} SET NOT NULL;"),
            format!("ALTER TABLE {t} ALTER COLUMN {c} ADD {};", identity_sql(identity, table)),
            advance(table, column),
        ])
        .note("the counter starts behind the greatest value"),
    ]
}

/// Sets the ends of an identity's counter again after its column has become `to` from `from`: PostgreSQL
/// takes a counter that ends where its old type does for one that shall end where the new one does.
pub(super) fn keep_ends(
    table: &QualifiedName,
    column: &Column,
    (from, to): (&str, &str),
) -> Option<String> {
    let options = &column.identity.as_ref()?.options;
    let ((low, high), (lowest, highest)) = (ends(from)?, ends(to)?);
    let kept = |word: &str, value: &Option<String>, end: i64| {
        let value = value.as_ref().and_then(|value| value.parse::<i64>().ok());
        let value = value.filter(|it| *it == end && (lowest..=highest).contains(it))?;
        Some(format!("SET {word} {value}"))
    };
    let ends =
        [kept("MINVALUE", &options.min_value, low), kept("MAXVALUE", &options.max_value, high)];
    let ends: Vec<String> = ends.into_iter().flatten().collect();
    let (t, c) = (qn(table), id(&column.name));
    (!ends.is_empty()).then(|| format!("ALTER TABLE {t} ALTER COLUMN {c} {};", ends.join(" ")))
}

/// The least and the greatest value of an integer type.
fn ends(ty: &str) -> Option<(i64, i64)> {
    match ty {
        "smallint" => Some((i16::MIN.into(), i16::MAX.into())),
        "integer" => Some((i32::MIN.into(), i32::MAX.into())),
        "bigint" => Some((i64::MIN, i64::MAX)),
        _ => None,
    }
}

pub(super) fn is_serial(column: &Column) -> bool {
    super::sql::serial_base(&column.ty).is_some()
}

pub(super) fn set_identity(it: &ColumnChange, context: &mut Context<'_>) {
    let (table, before, after) = (&it.table, &it.what.before, &it.what.after);
    let Some(identity) = &after.identity else { return };
    let (t, c) = (qn(table), id(&after.name));
    let mut step = Step::contract(Stage::Identities, format!("identity of {table}.{}", after.name));
    if is_serial(before) {
        step = step.run(
            Statement::transaction([
                format!("LOCK TABLE {t} IN ACCESS EXCLUSIVE MODE;"),
                detach_serial(table, &after.name),
                format!("ALTER TABLE {t} ALTER COLUMN {c} ADD {};", identity_sql(identity, table)),
                advance(table, &after.name),
            ])
            .note("one transaction, so that no insert falls between the old counter and the new"),
        );
        let drop = Statement::ddl(format!("ALTER TABLE {t} ALTER COLUMN {c} DROP IDENTITY;"));
        let ty = super::sql::serial_base(&before.ty).unwrap_or("integer");
        step = step.undo(drop).undo_all(attach_serial(table, &after.name, ty));
    } else {
        // Where the type changes too, the default goes and comes back with it.
        let has_default = before.default.is_some()
            && !context.retyped.contains(&(table.clone(), after.name.clone()));
        if has_default {
            let none = Column { default: None, ..after.clone() };
            step = step.run(super::defaults::statement(table, &after.name, &none));
        }
        step = step
            .run_all(attach_identity(table, &after.name, identity))
            .undo(Statement::ddl(format!("ALTER TABLE {t} ALTER COLUMN {c} DROP IDENTITY;")));
        if !before.not_null && !in_key(table, &before.name, context) && after.not_null {
            // `SET NOT NULL` has its own step and undo; nothing to take back here.
        } else if !before.not_null && !in_key(table, &before.name, context) {
            step = step
                .undo(Statement::ddl(format!("ALTER TABLE {t} ALTER COLUMN {c} DROP NOT NULL;")));
        }
        if has_default {
            step = step.undo(super::defaults::statement(table, &after.name, before));
        }
    }
    context.push(step);
}

fn in_key(table: &QualifiedName, column: &str, context: &Context<'_>) -> bool {
    context.base_table(table).is_some_and(|base| base.primary_key_columns().contains(&column))
}

pub(super) fn drop_identity(it: &ColumnChange, context: &mut Context<'_>) {
    let (table, before, after) = (&it.table, &it.what.before, &it.what.after);
    let Some(identity) = &before.identity else { return };
    let (t, c) = (qn(table), id(&after.name));
    let title = format!("no identity for {table}.{}", after.name);
    // An identity is of an integer type only, so it goes before the type changes, and comes back after.
    let retyped = context.retyped.contains(&(table.clone(), after.name.clone()));
    let stage = if retyped { Stage::UnmakeGenerated } else { Stage::Identities };
    let gone = Step::contract(stage, title.as_str())
        .run(
            Statement::ddl(format!("ALTER TABLE {t} ALTER COLUMN {c} DROP IDENTITY;"))
                .note("inserts without a value fail from here on; the counter is lost, the rollback starts it behind the greatest value"),
        )
        .undo_all(attach_identity(table, &after.name, identity));
    context.push(gone);
    let mut step = Step::contract(Stage::Identities, title);
    if is_serial(after) {
        let ty = super::sql::serial_base(&after.ty).unwrap_or("integer");
        step = step.run_all(attach_serial(table, &after.name, ty));
        step = step.undo(Statement::ddl(detach_serial(table, &after.name)));
    } else if after.default.is_some() {
        step = step.run(super::defaults::statement(table, &after.name, after));
        let none = Column { default: None, ..after.clone() };
        step = step.undo(super::defaults::statement(table, &after.name, &none));
    }
    if !after.not_null && !context.key_at_retype(table).contains(&before.name) {
        step = step.run(Statement::ddl(format!("ALTER TABLE {t} ALTER COLUMN {c} DROP NOT NULL;")));
    }
    context.push(step);
}

pub(super) fn alter_identity(it: &ColumnChange, context: &mut Context<'_>) {
    let (table, before, after) = (&it.table, &it.what.before, &it.what.after);
    let (Some(from), Some(to)) = (&before.identity, &after.identity) else { return };
    let (t, c) = (qn(table), id(&after.name));
    let mut step = Step::contract(Stage::Identities, format!("identity of {table}.{}", after.name));
    let down = |identity: &Identity| {
        identity.options.increment.as_ref().is_some_and(|step| step.starts_with('-'))
    };
    // A counter that turns round cannot go on where it stands.
    let turns = down(from) != down(to);
    if turns {
        context.note(format!(
            "the counter of {table}.{} turns round and starts anew at its START WITH",
            after.name
        ));
    }
    let set = |identity: &Identity, other: &Identity| {
        let mut parts = Vec::new();
        if identity.kind != other.kind {
            parts.push(format!("SET GENERATED {}", identity_kind(identity.kind)));
        }
        if identity.options != other.options {
            let options = sequence_options(&identity.options);
            parts.extend(options.into_iter().map(|option| format!("SET {option}")));
            if turns {
                parts.push("RESTART".to_owned());
            }
        }
        parts.join(" ")
    };
    if from.name != to.name && !from.name.is_empty() && !to.name.is_empty() {
        let rename = |from: &Identity, to: &Identity| {
            let from = QualifiedName::new(table.schema.as_str(), from.name.as_str());
            Statement::free(format!("ALTER SEQUENCE {} RENAME TO {};", qn(&from), id(&to.name)))
        };
        step = step.run(rename(from, to)).undo(rename(to, from));
    }
    let (forward, back) = (set(to, from), set(from, to));
    if !forward.is_empty() {
        step = step.run(Statement::ddl(format!("ALTER TABLE {t} ALTER COLUMN {c} {forward};")));
    }
    if !back.is_empty() {
        step.undo.insert(0, Statement::ddl(format!("ALTER TABLE {t} ALTER COLUMN {c} {back};")));
        if turns && !down(from) {
            step.undo.insert(1, Statement::free(advance(table, &after.name)));
        }
    }
    context.push(step);
}
