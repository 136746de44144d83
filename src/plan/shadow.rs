//! A type change by a shadow column: a second column of the new type is kept equal by a trigger and filled in
//! batches, and takes the old one's place in an instant. For tables that are too large to be written anew
//! while everything waits.

use super::backup::live_type;
use super::batch::fill;
use super::columns::head_type;
use super::context::{Context, short};
use super::dependents;
use super::foreign_keys::aside;
use super::sql::{default_sql, enum_of, id, qn, serial_base};
use super::statement::{Phase, Statement};
use super::step::{Stage, Step};
use super::types::{Back, prepare};
use super::{nulls, prove};
use crate::diff::ColumnChange;

/// Why a column cannot be replaced by another one without more.
fn obstacle(it: &ColumnChange, context: &Context<'_>) -> Option<&'static str> {
    let (table, before, after) = (&it.table, &it.what.before, &it.what.after);
    let Some(base) = context.base_table(table) else { return Some("its table is not in the base") };
    let name = &before.name;
    let in_key = base.primary_key_columns().contains(&name.as_str())
        || base.uniques.values().any(|unique| unique.columns.contains(name))
        || base.indexes.values().any(|it| it.columns.iter().any(|key| key.expression == *name));
    let referred = context.schemas.before.tables.values().any(|table| {
        table.foreign_keys.values().any(|key| key.to == base.name && key.columns_to.contains(name))
    });
    let counted =
        [before, after].iter().any(|it| serial_base(&it.ty).is_some() || it.identity.is_some());
    if before.name != after.name {
        return Some("it gets another name in the same change");
    }
    if counted {
        return Some("a counter hangs on it");
    }
    if in_key || referred || dependents::any(&base.name, name, context) {
        return Some(
            "a key, an index or another object stands on it, which would have to be built a second time",
        );
    }
    if context.options.quarantine.contains(&format!("{table}.{name}")) {
        return Some("values are set aside only by the change in one piece");
    }
    None
}

/// Drafts it, where the user has asked for it; `false` where the change is to be made in one piece.
pub(super) fn retype(it: &ColumnChange, context: &mut Context<'_>) -> bool {
    let (table, before, after) = (&it.table, &it.what.before, &it.what.after);
    let object = format!("{table}.{}", after.name);
    if !context.options.shadow.contains(&object) {
        return false;
    }
    if let Some(why) = obstacle(it, context) {
        context.by_hand(&format!("shadow column for {object}"), why);
        return true;
    }
    let Some(base) = context.base_table(table) else { return false };
    let change = prepare(it, base, context);
    let (Some(backup), size) = (&change.backup, context.options.batch) else {
        context.by_hand(
            &format!("shadow column for {object}"),
            "nothing is lost on its way, so the change in one piece needs no copy to go back to: leave --shadow out",
        );
        return true;
    };
    let shadow = aside(&before.name);
    let (t, c, s) = (qn(table), id(&before.name), id(&shadow));
    let (from, to) = (live_type(before, context), head_type(after, context));
    let using = change.using.clone().unwrap_or_else(|| format!("{c}::{to}"));
    let name = format!("drizzle_guard_{}_{}", context.id, short(&object));
    let function = format!("{}.{}", id(&table.schema), id(&name));
    let install = [
        format!(
            "CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $drizzle_guard$\nBEGIN\n  SELECT {using} INTO NEW.{s} FROM (SELECT NEW.*) AS t;\n  RETURN NEW;\nEND $drizzle_guard$;"
        ),
        format!(
            "CREATE TRIGGER {} BEFORE INSERT OR UPDATE ON {t} FOR EACH ROW EXECUTE FUNCTION {function}();",
            id(&name)
        ),
    ];
    let remove =
        [format!("DROP TRIGGER {} ON {t};", id(&name)), format!("DROP FUNCTION {function}();")];
    let add = |column: &str, ty: &str| format!("ALTER TABLE {t} ADD COLUMN {column} {ty};");
    let gone = |column: &str| format!("ALTER TABLE {t} DROP COLUMN {column};");
    let title = format!("change the type of {object}");

    let mut there = vec![add(&s, &to)];
    there.extend(install.iter().cloned());
    let mut away = remove.to_vec();
    away.push(gone(&s));
    let step = Step::expand(Stage::ColumnNames, format!("{title}: a shadow column"))
        .run(Statement::transaction(there).note(
            "a trigger keeps it equal to the column; writes fail where a value does not convert",
        ))
        .undo(Statement::transaction(away));
    context.push(step);
    let key: Vec<String> = base.primary_key_columns().into_iter().map(str::to_owned).collect();
    let condition = format!("{s} IS NULL AND {c} IS NOT NULL");
    let step = Step::new(Phase::Backfill, Stage::Fill, format!("{title}: fill the shadow column"))
        .run(fill(table, &key, &shadow, &using, &condition, size));
    context.push(step);

    let mut step = Step::contract(Stage::Retype, title)
        .verify(prove::column_type(table, &after.name, &to))
        .verify_undo(prove::column_type(&base.name, &before.name, &from));
    if before.not_null && after.not_null {
        step = step.run_all(nulls::require_still(table, &shadow));
    }
    let mut forward = remove.to_vec();
    forward.push(gone(&c));
    forward.push(format!("ALTER TABLE {t} RENAME COLUMN {s} TO {c};"));
    if let Some(default) = &after.default {
        forward.push(format!(
            "ALTER TABLE {t} ALTER COLUMN {c} SET DEFAULT {};",
            default_sql(default)
        ));
    }
    let mut back = Vec::new();
    if after.default.is_some() {
        back.push(format!("ALTER TABLE {t} ALTER COLUMN {c} DROP DEFAULT;"));
    }
    if after.not_null {
        back.push(format!("ALTER TABLE {t} ALTER COLUMN {c} DROP NOT NULL;"));
    }
    back.push(format!("ALTER TABLE {t} RENAME COLUMN {c} TO {s};"));
    back.push(add(&c, &from));
    step = step
        .run(Statement::transaction(forward).note(
            "catalog only; the column stands at the end of the table from here on, which SELECT * and COPY without a list of columns show",
        ))
        .undo(Statement::transaction(back));
    let of_enum = enum_of(before, context.schemas.before).is_some();
    let value = if of_enum { format!("b.dg_value::{from}") } else { "b.dg_value".to_owned() };
    let untouched = format!("t.{s}::text IS NOT DISTINCT FROM b.dg_becomes");
    step = step.undo_all(backup.restore(table, &before.name, &value, &untouched, size));
    let written = match &change.back {
        Back::ByItself => Some(format!("{s}::{from}")),
        Back::Using(using) => Some(using.replace(&c, &s)),
        Back::Never => None,
    };
    if let Some(written) = written {
        let condition = format!("{c} IS NULL AND {s} IS NOT NULL");
        step = step.undo(
            fill(table, &key, &before.name, &written, &condition, size)
                .note("what the new code has written since is converted"),
        );
    }
    step = step.undo(Statement::transaction(install));
    if let Some(default) = &before.default {
        let sql = format!("ALTER TABLE {t} ALTER COLUMN {c} SET DEFAULT {};", default_sql(default));
        step = step.undo(Statement::ddl(sql));
    }
    if before.not_null && after.not_null {
        step = step.undo_all(nulls::require(table, &before.name, context));
    }
    context.push(step);
    true
}
