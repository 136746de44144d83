//! Type changes: a widening that PostgreSQL only notes in its catalog comes before the code; every
//! other one is one rewrite of the table after it, from a backup that puts the old values back.

use std::collections::BTreeMap;

use super::backup::{self, Backup, Copy, live_type};
use super::columns::{head_type, placeholder};
use super::context::Context;
use super::conversion::{Way, convert, is_text, lossless, split};
use super::dependents::mentions;
use super::sql::{create_policy, default_sql, element, enum_of, id, qn, serial_base, type_sql};
use super::statement::{Decision, Duration, Phase, Statement};
use super::step::{Stage, Step};
use super::{keys, nulls, security, sequences, shadow};
use super::{prove, quarantine};
use crate::diff::{Change, ColumnChange};
use crate::ident::{QualifiedName, quote, quote_literal, truncate};
use crate::schema::{Column, ObjectKind, Policy};

/// Learns which columns change their type in `contract`.
pub(super) fn learn(changes: &[Change], context: &mut Context<'_>) {
    for change in changes {
        if let Change::AlterColumnType(it) = change
            && moves_late(it, context)
        {
            context.retyped.insert((it.table.clone(), it.what.after.name.clone()));
        }
    }
}

fn moves_late(it: &ColumnChange, context: &Context<'_>) -> bool {
    let generated = it.what.before.generated.is_some() || it.what.after.generated.is_some();
    let renamed = context.is_renamed(&it.table, &it.what.after.name);
    match way(&it.what.before, &it.what.after, context) {
        // A generated column is made anew with its new type, by `generated`.
        _ if generated => false,
        Way::Same => serial_base(&it.what.before.ty) != serial_base(&it.what.after.ty),
        Way::Widening => renamed || blocked_early(it, context),
        Way::Assignment | Way::Using(_) | Way::Unknown(_) => true,
    }
}

/// Whether a view or a policy forbids even a catalog-only change.
fn blocked_early(it: &ColumnChange, context: &Context<'_>) -> bool {
    let name = context.base_name(&it.table);
    super::dependents::any(&name, &it.what.before.name, context)
}

fn way(before: &Column, after: &Column, context: &Context<'_>) -> Way {
    let from = live_type(before, context);
    let from = serial_base(&before.ty).unwrap_or(&from);
    let to = head_type(after, context);
    if from == to {
        return Way::Same;
    }
    let enums = (enum_of(before, context.schemas.before), enum_of(after, context.schemas.after));
    let column = id(&after.name);
    match enums {
        (Some(_), Some(_)) if before.ty.contains('[') == after.ty.contains('[') => {
            let brackets = if after.ty.contains('[') { "[]" } else { "" };
            return Way::Using(format!("{column}::text{brackets}::{to}"));
        }
        (None, Some(_)) if is_text(from) => return Way::Using(format!("{column}::{to}")),
        (None | Some(_), Some(_)) => {
            return Way::Unknown("there is no cast between these types");
        }
        (Some(_), None) if is_text(&to) && before.ty.contains('[') == after.ty.contains('[') => {
            return Way::Assignment;
        }
        (Some(_), None) => return Way::Unknown("there is no cast from an enum to this type"),
        (None, None) => {}
    }
    convert(from, &to, &column)
}

/// Whether no value reads differently after the change.
pub(super) fn keeps_text(it: &ColumnChange, context: &Context<'_>) -> bool {
    let (before, after) = (&it.what.before, &it.what.after);
    if before.generated.is_some() || after.generated.is_some() {
        return false;
    }
    let from = live_type(before, context);
    let from = serial_base(&before.ty).unwrap_or(&from);
    let to = head_type(after, context);
    let computed = matches!(split(from).0.as_str(), "date") || split(&to).0 == "double precision";
    match way(before, after, context) {
        Way::Same | Way::Widening => true,
        Way::Assignment => lossless(from, &to) && !computed,
        Way::Using(_) | Way::Unknown(_) => false,
    }
}

/// How values get back to the old type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Back {
    /// PostgreSQL converts by itself.
    ByItself,
    /// With `USING`, over the quoted column.
    Using(String),
    /// Not at all: the backup is all there is.
    Never,
}

/// One column on its way.
pub(super) struct Move<'c> {
    it: &'c ColumnChange,
    from: String,
    to: String,
    pub(super) using: Option<String>,
    pub(super) back: Back,
    pub(super) backup: Option<Backup>,
    /// Whether the rollback empties the rows that nobody has written since before it converts the others:
    /// the user's own expression has made of them what need not be text of a value of the old type.
    blank: bool,
    /// The function that converts what it can, until the type has changed.
    attempt: Option<String>,
}

impl Move<'_> {
    /// Whether the column holds NULL in between on its way back.
    fn is_emptied(&self) -> bool {
        self.blank || self.back == Back::Never
    }
}

/// Drafts every type change, those of one table in one step.
pub(super) fn draft(changes: &[Change], context: &mut Context<'_>) {
    let mut late: BTreeMap<QualifiedName, Vec<&ColumnChange>> = BTreeMap::new();
    for change in changes {
        let Change::AlterColumnType(it) = change else { continue };
        if it.what.before.generated.is_some() || it.what.after.generated.is_some() {
            continue;
        }
        if context.retyped.contains(&(it.table.clone(), it.what.after.name.clone())) {
            if !shadow::retype(it, context) {
                late.entry(it.table.clone()).or_default().push(it);
            }
        } else if way(&it.what.before, &it.what.after, context) == Way::Widening {
            widen(it, context);
        }
    }
    for (table, columns) in late {
        retype(&table, &columns, context);
    }
}

fn widen(it: &ColumnChange, context: &mut Context<'_>) {
    let (table, before, after) = (&it.table, &it.what.before, &it.what.after);
    let (t, c) = (qn(table), id(&before.name));
    let (from, to) = (live_type(before, context), head_type(after, context));
    let object = format!("{table}.{}", after.name);
    let step = Step::expand(Stage::WidenTypes, format!("widen {object} to {to}"))
        .run(Statement::ddl(format!("ALTER TABLE {t} ALTER COLUMN {c} TYPE {to};")))
        .undo(
            Statement::ddl(format!("ALTER TABLE {t} ALTER COLUMN {c} TYPE {from};"))
                .duration(Duration::Rewrite)
                .note("fails without damage when a value has become too large for the old type"),
        )
        .verify(prove::column_type(table, &after.name, &to));
    context.push(step);
    context
        .horizon(format!("{object} goes back to {from} until the first value that only fits {to}"));
}

fn retype(table: &QualifiedName, columns: &[&ColumnChange], context: &mut Context<'_>) {
    let Some(base) = context.base_table(table) else {
        context.by_hand(&format!("type changes of {table}"), "the table is not in the base");
        return;
    };
    let moves: Vec<Move<'_>> = columns.iter().map(|it| prepare(it, base, context)).collect();
    let names: Vec<&str> = columns.iter().map(|it| it.what.after.name.as_str()).collect();
    let title = format!("change the type of {table}.{}", names.join(", "));
    let policies = torn_policies(table, context);
    let t = qn(table);

    let mut forward: Vec<String> =
        policies.iter().map(|(old, _)| security::drop_sql(old, table)).collect();
    let mut undo: Vec<String> = policies
        .iter()
        .filter_map(|(_, new)| new.as_ref())
        .map(|policy| security::drop_sql(policy, table))
        .collect();
    let mut after_undo: Vec<Statement> = Vec::new();
    let mut step = Step::contract(Stage::Retype, title.as_str());
    let (mut clauses, mut back_clauses) = (Vec::new(), Vec::new());
    let (mut serial_on, mut serial_back) = (Vec::new(), Vec::new());
    // What cannot be converted back is NULL until its backup is put back, which no primary key allows.
    let keyed = context.key_at_retype(table);
    let mut key_gone = false;
    let mut before_undo: Vec<Statement> = Vec::new();
    for it in moves.iter().filter(|it| it.blank) {
        let (before, after) = (&it.it.what.before, &it.it.what.after);
        if keyed.contains(&before.name) && !key_gone {
            before_undo.push(Statement::ddl(keys::drop_any_primary(table)));
            key_gone = true;
        }
        let sql = format!("ALTER TABLE {t} ALTER COLUMN {} DROP NOT NULL;", id(&after.name));
        before_undo.push(Statement::ddl(sql));
        before_undo.extend(empty(table, it, context));
    }
    for it in &moves {
        let (before, after) = (&it.it.what.before, &it.it.what.after);
        let c = id(&after.name);
        let (was, is) = (serial_base(&before.ty), serial_base(&after.ty));
        let detach = was.is_some() && is.is_none() && after.identity.is_none();
        let attach = was.is_none() && is.is_some() && before.identity.is_none();
        if detach {
            forward.push(sequences::detach_serial(table, &after.name));
            serial_back.extend(sequences::attach_serial(
                table,
                &after.name,
                was.unwrap_or("integer"),
            ));
        }
        if attach {
            serial_on.extend(sequences::attach_serial(table, &after.name, is.unwrap_or("integer")));
            if !before.not_null && !after.not_null {
                // A serial column is NOT NULL even where Drizzle does not say so.
                serial_on.extend(nulls::require(table, &after.name, context));
                undo.push(format!("ALTER TABLE {t} ALTER COLUMN {c} DROP NOT NULL;"));
            }
            undo.push(sequences::detach_serial(table, &after.name));
        }
        if before.default.is_some() {
            forward.push(format!("ALTER TABLE {t} ALTER COLUMN {c} DROP DEFAULT;"));
        }
        // An identity has no default beside it; `sequences` sets it once the identity is gone.
        if after.default.is_some() && before.identity.is_none() {
            undo.push(format!("ALTER TABLE {t} ALTER COLUMN {c} DROP DEFAULT;"));
        }
        if it.from == it.to {
            continue;
        }
        let using = it.using.as_ref().map(|using| format!(" USING {using}")).unwrap_or_default();
        clauses.push(format!("ALTER COLUMN {c} TYPE {}{using}", it.to));
        back_clauses.push(match &it.back {
            Back::ByItself => format!("ALTER COLUMN {c} TYPE {}", it.from),
            Back::Using(using) => format!("ALTER COLUMN {c} TYPE {} USING {using}", it.from),
            Back::Never => {
                if keyed.contains(&before.name) && !key_gone {
                    undo.push(keys::drop_any_primary(table));
                    key_gone = true;
                }
                undo.push(format!("ALTER TABLE {t} ALTER COLUMN {c} DROP NOT NULL;"));
                format!("ALTER COLUMN {c} TYPE {0} USING NULL::{0}", it.from)
            }
        });
    }
    if !clauses.is_empty() {
        forward.push(format!("ALTER TABLE {t} {};", clauses.join(", ")));
        undo.push(format!("ALTER TABLE {t} {};", back_clauses.join(", ")));
    }
    for it in &moves {
        let (before, after) = (&it.it.what.before, &it.it.what.after);
        let c = id(&after.name);
        if let (Some(_), Some(ty)) = (serial_base(&before.ty), serial_base(&after.ty)) {
            forward.push(alter_serial(table, &after.name, ty));
            undo.push(alter_serial(table, &after.name, serial_base(&before.ty).unwrap_or(ty)));
        }
        if after.identity.is_some() {
            let live = Column { name: after.name.clone(), ..before.clone() };
            forward.extend(sequences::keep_ends(table, &live, (&it.from, &it.to)));
            undo.extend(sequences::keep_ends(table, &live, (&it.to, &it.from)));
        }
        if let Some(default) = after.default.as_ref().filter(|_| before.identity.is_none()) {
            let default = default_sql(default);
            forward.push(format!("ALTER TABLE {t} ALTER COLUMN {c} SET DEFAULT {default};"));
        }
        if let Some(default) = &before.default {
            let default = default_sql(default);
            undo.push(format!("ALTER TABLE {t} ALTER COLUMN {c} SET DEFAULT {default};"));
        }
        after_undo.extend(restore(table, it, context));
        if it.is_emptied() && before.not_null && !keyed.contains(&before.name) {
            after_undo.extend(nulls::require(table, &after.name, context));
        }
        step = step
            .verify(prove::column_type(table, &after.name, &it.to))
            .verify_undo(prove::column_type(&base.name, &before.name, &base_type(before, context)));
    }
    if key_gone {
        after_undo.extend(keys::restore_primary(table, context));
    }
    forward.extend(
        policies.iter().filter_map(|(_, new)| new.as_ref()).map(|new| create_policy(new, table)),
    );
    undo.extend(policies.iter().map(|(old, _)| create_policy(old, table)));
    let note = "one rewrite of the table and its indexes under ACCESS EXCLUSIVE: on a large table in a maintenance window; fails without damage when a value does not convert (--quarantine sets such values aside)";
    let block = |parts: Vec<String>| {
        (!parts.is_empty())
            .then(|| Statement::transaction(parts).duration(Duration::Rewrite).note(note))
    };
    step = step
        .run_all(block(forward))
        .run_all(moves.iter().filter_map(|it| it.attempt.as_deref()).map(quarantine::done))
        .run_all(serial_on)
        .undo_all(before_undo)
        .undo_all(block(undo))
        .undo_all(serial_back)
        .undo_all(after_undo);
    context.push(step);
}

/// The type of a column as the base calls it, where the rollback ends.
fn base_type(column: &Column, context: &Context<'_>) -> String {
    let ty = type_sql(column, context.schemas.before);
    serial_base(&column.ty).map_or(ty, str::to_owned)
}

/// `ALTER SEQUENCE … AS` for the sequence behind a serial column, which does not follow its column.
fn alter_serial(table: &QualifiedName, column: &str, ty: &str) -> String {
    format!(
        "DO $drizzle_guard$ BEGIN EXECUTE format('ALTER SEQUENCE %s AS {ty}', pg_get_serial_sequence({}, {})); END $drizzle_guard$;",
        super::sql::reg(table),
        quote_literal(truncate(column)),
    )
}

/// The policies of a table that have to be dropped around a type change: as they are, and as they
/// shall be.
pub(super) fn torn_policies(
    table: &QualifiedName,
    context: &Context<'_>,
) -> Vec<(Policy, Option<Policy>)> {
    let Some(base) = context.base_table(table) else { return Vec::new() };
    let torn = base
        .policies
        .values()
        .filter(|policy| context.is_torn(ObjectKind::Policy, table, &policy.name))
        .filter(|policy| !context.shut.contains(&(table.clone(), policy.name.clone())));
    torn.map(|policy| {
        let after = context.head_table(table).and_then(|head| head.policies.get(&policy.name));
        (security::live(policy, table, context), after.cloned())
    })
    .collect()
}

pub(super) fn prepare<'c>(
    it: &'c ColumnChange,
    base: &crate::schema::Table,
    context: &mut Context<'_>,
) -> Move<'c> {
    let (before, after) = (&it.what.before, &it.what.after);
    let object = format!("{}.{}", it.table, after.name);
    let from = live_type(before, context);
    let from = serial_base(&before.ty).map_or(from, str::to_owned);
    let to = head_type(after, context);
    if from == to {
        return Move {
            it,
            from,
            to,
            using: None,
            back: Back::ByItself,
            backup: None,
            blank: false,
            attempt: None,
        };
    }
    let given = context.options.backfill.get(&object);
    // An answer that does not look at the column is for rows that hold NULL, where PostgreSQL or a cast
    // gives all others their value.
    let set_aside = context.options.quarantine.contains(&object);
    let fills = after.not_null && !before.not_null || set_aside;
    let fill = given.filter(|given| fills && !mentions(given, &after.name));
    let ways = way(before, after, context);
    let attempt = set_aside
        .then(|| quarantine::conversion(&ways, given.filter(|_| fill.is_none()), &after.name, &to))
        .flatten()
        .map(|value| quarantine::function(&object, &value, &after.name, &from, &to, context));
    if attempt.is_some() && after.not_null && fill.is_none() {
        context.decide(Decision {
            object: object.clone(),
            question: format!("What is {object} in the rows whose value does not convert?"),
            answer: format!("--backfill {object}=EXPRESSION"),
            required: true,
        });
    }
    let ways = match &attempt {
        Some(function) => Way::Using(format!("{function}({})", id(&after.name))),
        None => ways,
    };
    let given = given.filter(|_| attempt.is_none() || fill.is_some());
    let using = match (given, ways) {
        (Some(given), Way::Same | Way::Widening | Way::Assignment) if fill.is_some() => {
            Some(format!("COALESCE({}::{to}, {given})", id(&after.name)))
        }
        (Some(given), Way::Using(using)) if fill.is_some() => {
            Some(format!("COALESCE({using}, {given})"))
        }
        (Some(given), _) => Some(given.clone()),
        (None, Way::Same | Way::Widening | Way::Assignment) => None,
        (None, Way::Using(using)) => Some(using),
        (None, Way::Unknown(why)) => {
            context.decide(Decision {
                object: object.clone(),
                question: format!("How does {object} become {to} from {from}? {why}."),
                answer: format!("--backfill {object}=EXPRESSION"),
                required: true,
            });
            Some(placeholder(&object))
        }
    };
    let back = way_back(it, &from, &to, context);
    let blank = given.is_some() && is_text(&to) && matches!(back, Back::Using(_));
    let keep = !(lossless(&from, &to) && using.is_none());
    let backup = if keep {
        let old = quote(&before.name);
        let becomes = using.clone().unwrap_or_else(|| format!("{}::{to}", id(&after.name)));
        let becomes = format!("({})::text", becomes.replace(&quote(&after.name), &old));
        let condition = if given.is_some() {
            "TRUE".to_owned()
        } else {
            format!("{} IS NOT NULL", id(&before.name))
        };
        let copy = Copy {
            phase: Phase::Contract,
            stage: Stage::Backups,
            table: &it.table,
            base,
            column: before,
            condition: &condition,
            becomes: Some(&becomes),
            // Only a value that reads the same when it comes back finds its row again.
            own_key: given.is_none()
                && attempt.is_none()
                && matches!(back, Back::Using(_))
                && (is_text(&to) || enum_of(after, context.schemas.after).is_some()),
        };
        let backup = backup::column(&copy, context);
        if let Some(function) = &attempt {
            quarantine::table(&object, &backup, function, &from, context);
        }
        Some(backup)
    } else {
        None
    };
    if backup.is_some() {
        context.horizon(format!(
            "{object}: the rollback puts back the values of all rows that nobody has written since contract.sql; {}",
            if back == Back::Never {
                "what was written since is lost, because nothing converts it back"
            } else if is_text(&to) && !is_text(&from) {
                "what was written since is converted, and the rollback stops there, with nothing lost, at what is no value of the old type"
            } else {
                "what was written since is converted"
            }
        ));
    } else {
        context.horizon(format!(
            "{object} goes back to {from} until the first value that only fits {to}"
        ));
    }
    Move { it, from, to, using, back, backup, blank, attempt }
}

/// How the rollback converts what the new code has written.
fn way_back(it: &ColumnChange, from: &str, to: &str, context: &Context<'_>) -> Back {
    let column = id(&it.what.after.name);
    let enums = (
        enum_of(&it.what.before, context.schemas.before).is_some(),
        enum_of(&it.what.after, context.schemas.after).is_some(),
    );
    let arrays = (it.what.before.ty.contains('['), it.what.after.ty.contains('['));
    match enums {
        (true, false) if is_text(to) && arrays.0 == arrays.1 => {
            // Over text, because `char(n)` pads its values.
            let text = if arrays.0 { "text[]" } else { "text" };
            return Back::Using(format!("{column}::{text}::{from}"));
        }
        (true, true) if arrays.0 == arrays.1 => {
            let brackets = if arrays.0 { "[]" } else { "" };
            return Back::Using(format!("{column}::text{brackets}::{from}"));
        }
        (false, true) if is_text(from) && arrays.0 == arrays.1 => return Back::ByItself,
        (true | false, true) | (true, false) => return Back::Never,
        (false, false) => {}
    }
    let zone = |ty: &str| split(element(ty).0).0;
    match (zone(from).as_str(), zone(to).as_str()) {
        // The backup has the exact values; only what is new since depends on the zone, which is stated.
        ("timestamp", "timestamp with time zone") | ("timestamp with time zone", "timestamp") => {
            return Back::Using(format!("{column} AT TIME ZONE 'UTC'"));
        }
        ("timestamp" | "timestamp with time zone", "date") => {
            return Back::Using(format!("{column}::{from}"));
        }
        _ => {}
    }
    match convert(to, from, &column) {
        Way::Same | Way::Widening | Way::Assignment => Back::ByItself,
        Way::Using(using) => Back::Using(using),
        Way::Unknown(_) => Back::Never,
    }
}

/// Empties the rows that nobody has written since.
fn empty(table: &QualifiedName, it: &Move<'_>, context: &Context<'_>) -> Option<Statement> {
    let backup = it.backup.as_ref()?;
    let name = &it.it.what.after.name;
    let untouched = format!("t.{}::text IS NOT DISTINCT FROM b.dg_becomes", id(name));
    Some(backup.empty(table, name, &untouched, context.options.batch))
}

/// Puts the old values back into the rows that nobody has written since.
fn restore(table: &QualifiedName, it: &Move<'_>, context: &Context<'_>) -> Vec<Statement> {
    let Some(backup) = &it.backup else { return Vec::new() };
    let (before, after) = (&it.it.what.before, &it.it.what.after);
    let column = id(&after.name);
    let value = if enum_of(before, context.schemas.before).is_some() {
        format!("b.dg_value::{}", it.from)
    } else {
        "b.dg_value".to_owned()
    };
    // What the converted value becomes on its way back: a row that still holds that is untouched.
    let converted = format!("(b.dg_becomes::{})", it.to);
    let returned = match &it.back {
        Back::ByItself => Some(format!("{converted}::{}", it.from)),
        Back::Using(using) => Some(using.replace(&column, &converted)),
        Back::Never => None,
    };
    let untouched = match returned.filter(|_| !it.blank) {
        Some(value) => format!("t.{column}::text IS NOT DISTINCT FROM ({value})::text"),
        None => format!("t.{column} IS NULL"),
    };
    backup.restore(table, &after.name, &value, &untouched, context.options.batch)
}
