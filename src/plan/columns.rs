//! Columns: added, dropped with a copy of their values, renamed with both names working in between.

use super::backup::{self, Copy, live_type};
use super::batch::fill;
use super::context::Context;
use super::dependents::mentions;
use super::sql::{Parts, column_def, default_sql, enum_of, id, qn, serial_base, type_sql};
use super::statement::{Decision, Duration, Lock, Phase, Statement};
use super::step::{Stage, Step};
use super::{generated, nulls, prove, sequences};
use crate::diff::{ColumnChange, InTable};
use crate::ident::QualifiedName;
use crate::schema::Column;

pub(super) fn add(it: &InTable<Column>, context: &mut Context<'_>) {
    let (table, column) = (&it.table, &it.what);
    let schema = context.schemas.after;
    let object = format!("{table}.{}", column.name);
    let drop =
        Statement::ddl(format!("ALTER TABLE {} DROP COLUMN {};", qn(table), id(&column.name)));
    let title = format!("add column {object}");
    context.horizon(format!(
        "rollback_expand.sql drops {object}: lossless until the new code writes values into it"
    ));
    let step = |phase, stage| {
        Step::new(phase, stage, title.as_str())
            .undo(drop.clone())
            .verify(prove::column(table, &column.name, true))
            .verify_undo(prove::column(&context.base_name(table), &column.name, false))
    };
    let def = |default, not_null| {
        let parts = Parts { default, not_null, primary_key: false };
        format!(
            "ALTER TABLE {} ADD COLUMN {};",
            qn(table),
            column_def(column, table, schema, parts)
        )
    };

    if column.generated.is_some() || column.identity.is_some() || serial_base(&column.ty).is_some()
    {
        let late = column.generated.as_ref().is_some_and(|generated| {
            let unsettled = context.unsettled(table).into_iter();
            let mut waits_for = unsettled.chain(context.filled_columns(table));
            waits_for.any(|name| mentions(&generated.expression, &name))
        });
        let (phase, stage) = if late {
            (Phase::Contract, Stage::Generated)
        } else {
            (Phase::Expand, Stage::AddColumns)
        };
        let rewrite = Statement::ddl(def(false, true)).duration(Duration::Rewrite).note(
            "PostgreSQL computes the value of every existing row, so the table is rewritten under ACCESS EXCLUSIVE: in a quiet hour on a large table",
        );
        // What it is computed from may be new as well.
        let rank = i32::from(column.generated.is_some());
        context.push(step(phase, stage).rank(rank).run(rewrite));
        return;
    }
    let given = context.options.backfill.get(&object).cloned();
    let own = column.default.as_ref().map(default_sql);
    if given.is_none() && !needs_value(column) {
        context.push(step(Phase::Expand, Stage::AddColumns).run(Statement::ddl(def(true, true))));
        ask_where_it_is_looked_at(table, column, context);
        return;
    }

    // A value for every existing row, then NOT NULL without a long lock.
    let mut step = step(Phase::Expand, Stage::AddColumns).run(
        Statement::ddl(def(false, false))
            .note("nullable first: the old code inserts rows without it until it is replaced"),
    );
    if let Some(default) = &own {
        step = step.run(Statement::ddl(format!(
            "ALTER TABLE {} ALTER COLUMN {} SET DEFAULT {default};",
            qn(table),
            id(&column.name)
        )));
    }
    context.push(step);
    let value = given.or(own);
    if value.is_none() {
        context.decide(Decision {
            object: object.clone(),
            question: format!("What is {object} in the rows that exist already?"),
            answer: format!("--backfill {object}=EXPRESSION"),
            required: true,
        });
    }
    let value = value.unwrap_or_else(|| placeholder(&object));
    nulls::fill_and_require(table, &column.name, Some(&value), column.not_null, context);
}

/// Whether the rows that exist cannot get the column's value from PostgreSQL in an instant.
pub(super) fn needs_value(column: &Column) -> bool {
    match &column.default {
        Some(default) => !is_stable(&default_sql(default)),
        None => column.not_null,
    }
}

/// Asks what the existing rows hold in a new column where a constraint of the same change judges that.
fn ask_where_it_is_looked_at(table: &QualifiedName, column: &Column, context: &mut Context<'_>) {
    let Some(head) = context.head_table(table) else { return };
    let check = head.checks.values().find(|check| mentions(&check.value, &column.name));
    let alike = column.default.is_some();
    let unique = head
        .uniques
        .values()
        .filter(|unique| alike || unique.nulls_not_distinct)
        .find(|unique| unique.columns.contains(&column.name));
    let index = head.indexes.values().filter(|index| index.unique && alike).find(|index| {
        index
            .columns
            .iter()
            .any(|key| mentions(&key.expression, &column.name) || key.expression == column.name)
    });
    let name = check.map(|it| &it.name).or(unique.map(|it| &it.name)).or(index.map(|it| &it.name));
    let Some(name) = name else { return };
    let object = format!("{table}.{}", column.name);
    let stored = column.default.as_ref().map_or_else(|| "NULL".to_owned(), default_sql);
    let question = format!(
        "Every row that exists holds {stored} in the new {object}. Does {name} allow that, or what shall stand there? Without an answer contract.sql stops there, with nothing lost, when it does not."
    );
    let answer = format!("--backfill {object}=EXPRESSION");
    context.decide(Decision { object, question, answer, required: false });
}

/// How a place in the SQL begins that only the user can fill.
pub const PLACEHOLDER: &str = "/* DECIDE: ";

/// What stands in the SQL where only the user knows the value: it does not run.
pub(super) fn placeholder(object: &str) -> String {
    format!("{PLACEHOLDER}the value of {} */", object.replace("*/", "* /"))
}

/// Whether PostgreSQL can store a default once for all existing rows instead of computing it for each:
/// a literal, perhaps cast, or a function of the transaction's time (manual, `ALTER TABLE … ADD COLUMN`).
pub(super) fn is_stable(default: &str) -> bool {
    let mut bare = String::new();
    let mut quoted = false;
    for letter in default.chars() {
        if letter == '\'' {
            quoted = !quoted;
        } else if !quoted {
            bare.push(letter.to_ascii_lowercase());
        }
    }
    let bare = bare.replace("now()", "").replace("transaction_timestamp()", "");
    // A type's length is no call: `'x'::varchar(20)`.
    let mut calls = bare.match_indices('(').filter(|(at, _)| {
        let before = bare[..*at].trim_end();
        let word = before.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or("");
        let cast = before[..before.len() - word.len()].trim_end().ends_with("::");
        !cast && !word.is_empty() && !matches!(word, "numeric" | "varchar" | "char" | "in")
    });
    calls.next().is_none()
}

pub(super) fn drop(it: &InTable<Column>, context: &mut Context<'_>) {
    let column = &it.what;
    let table = context.dropped_from(&it.table);
    let object = format!("{table}.{}", column.name);
    let Some(base) = context.base_table(&table) else {
        context.by_hand(&format!("drop of {object}"), "its table is not in the base");
        return;
    };
    if column.generated.is_some() {
        generated::discard(&table, column, context);
        return;
    }
    let relaxed = column.not_null
        && column.default.is_none()
        && column.identity.is_none()
        && serial_base(&column.ty).is_none()
        && !base.primary_key_columns().contains(&column.name.as_str());
    if relaxed {
        nulls::relax(
            &table,
            &column.name,
            &format!("make {object} ignorable by the new code"),
            context,
        );
        context.horizon(format!(
            "{object} becomes NOT NULL again in rollback_expand.sql: possible until the new code inserts rows without it"
        ));
    }
    let condition = format!("{} IS NOT NULL", id(&column.name));
    let copy = Copy {
        phase: Phase::Contract,
        stage: Stage::Backups,
        table: &table,
        base,
        column,
        condition: &condition,
        becomes: None,
        own_key: false,
    };
    let backup = backup::column(&copy, context);
    let (t, c) = (qn(&table), id(&column.name));
    // A type that is swapped meanwhile takes the column along only as text.
    let as_text = context.retyped_in_base(&table).contains(&column.name);
    let brackets = if column.ty.contains('[') { "[]" } else { "" };
    let (ty, cast) = if as_text {
        (format!("text{brackets}"), "b.dg_value".to_owned())
    } else if enum_of(column, context.schemas.before).is_some() {
        let ty = live_type(column, context);
        (ty.clone(), format!("b.dg_value::{ty}"))
    } else {
        (live_type(column, context), "b.dg_value".to_owned())
    };
    let base_ty = serial_base(&column.ty).unwrap_or(&ty);
    let mut step = Step::contract(Stage::DropColumns, format!("drop column {object}"))
        .run(
            Statement::ddl(format!("ALTER TABLE {t} DROP COLUMN {c};"))
                .note("never CASCADE: what depends on it was dropped above, by name"),
        )
        .verify(prove::column(&table, &column.name, false))
        .verify_undo(prove::column(&base.name, &column.name, true))
        .undo(Statement::ddl(format!("ALTER TABLE {t} ADD COLUMN {c} {base_ty};")))
        .undo_all(backup.restore(&table, &column.name, &cast, "TRUE", context.options.batch))
        .verify_undo(backup.proves(&base.name, &column.name));
    context.horizon(format!(
        "{object} is restored from its backup, which is kept {} days; rows inserted after contract.sql have none",
        context.options.retention_days
    ));
    if let Some(default) = column.default.as_ref().filter(|_| !as_text) {
        let sql = format!("ALTER TABLE {t} ALTER COLUMN {c} SET DEFAULT {};", default_sql(default));
        step = step.undo(Statement::ddl(sql));
    }
    let required = column.not_null
        || column.identity.is_some()
        || serial_base(&column.ty).is_some()
        || base.primary_key_columns().contains(&column.name.as_str());
    if required && !relaxed {
        step = step.undo_all(nulls::require(&table, &column.name, context));
    }
    if serial_base(&column.ty).is_some() {
        step = step.undo_all(sequences::attach_serial(&table, &column.name, base_ty));
    }
    if let Some(identity) = &column.identity {
        step = step.undo_all(sequences::attach_identity(&table, &column.name, identity));
    }
    context.push(step);
}

pub(super) fn rename(it: &ColumnChange, context: &mut Context<'_>) {
    let table = &it.table;
    let (before, after) = (&it.what.before, &it.what.after);
    let Some(base) = context.base_table(table) else {
        context
            .by_hand(&format!("rename of {table}.{}", before.name), "its table is not in the base");
        return;
    };
    let title = format!("rename column {table}.{} to {}", before.name, after.name);
    let (t, old, new) = (qn(table), id(&before.name), id(&after.name));
    let swap = format!("ALTER TABLE {t} RENAME COLUMN {old} TO {new};");
    let back = format!("ALTER TABLE {t} RENAME COLUMN {new} TO {old};");
    let swap_step = Step::contract(Stage::SwapColumnNames, title.as_str())
        .verify(prove::column(table, &after.name, true))
        .verify(prove::column(table, &before.name, false))
        .verify_undo(prove::column(&base.name, &before.name, true))
        .verify_undo(prove::column(&base.name, &after.name, false));
    if before.generated.is_some() || base.columns.contains_key(&after.name) {
        let note = "no middle state: the old code fails from here on, the new code before it; deploy in between, in a quiet hour";
        context.push(
            swap_step.run(Statement::ddl(swap).note(note)).undo(Statement::ddl(back).note(note)),
        );
        context.note(format!(
            "{title} has no compatible middle state (a generated column, or names that trade places)."
        ));
        return;
    }

    let ty = live_type(before, context);
    let ty = serial_base(&before.ty).unwrap_or(&ty).to_owned();
    let name = sync_name(table, &after.name, context);
    let function = format!("{}.{}", id(&table.schema), id(&name));
    let (add, create) = (
        format!("ALTER TABLE {t} ADD COLUMN {new} {ty};"),
        sync_trigger(&t, &function, &name, &old, &new),
    );
    let remove = [
        format!("DROP TRIGGER {} ON {t};", id(&name)),
        format!("DROP FUNCTION {function}();"),
        format!("ALTER TABLE {t} DROP COLUMN {new};"),
    ];
    let mut install = vec![add];
    install.extend(create);
    let key: Vec<String> = base.primary_key_columns().into_iter().map(str::to_owned).collect();
    let copy = || {
        fill(
            table,
            &key,
            &after.name,
            &old,
            &format!("{new} IS NULL AND {old} IS NOT NULL"),
            context.options.batch,
        )
        .note("only rows that nobody has written since the trigger exists")
    };
    let both = Step::expand(Stage::ColumnNames, format!("{title}: both names"))
        .run(
            Statement::transaction(install.clone())
                .note("a trigger keeps both columns equal, whichever one is written"),
        )
        .undo(Statement::transaction(remove.clone()));
    let filled =
        Step::new(Phase::Backfill, Stage::Fill, format!("{title}: copy the values")).run(copy());
    let mut forward = remove.to_vec();
    forward.push(swap);
    let mut backward = vec![back];
    backward.extend(install);
    let swap_step = swap_step
        .run(Statement::transaction(forward).note(
            "the copy goes, the column itself takes its name, with all its constraints and indexes; catalog only",
        ))
        .undo(Statement::transaction(backward).note(
            "until the copy below has ended, the new name is NULL in old rows: put the old code back first",
        ))
        .undo(copy());
    context.push(both);
    context.push(filled);
    context.push(swap_step);
    context.note(format!(
        "Between expand.sql and contract.sql {table}.{} is a copy without constraints: ON CONFLICT on it works only after contract.sql, and an explicit NULL takes the old column's default.",
        after.name
    ));
}

fn sync_name(table: &QualifiedName, column: &str, context: &Context<'_>) -> String {
    format!("drizzle_guard_{}_{}", context.id, super::context::short(&format!("{table}.{column}")))
}

/// The function and the trigger that keep two columns equal. On insert the new column wins when it is
/// set; on update the one that was changed.
fn sync_trigger(table: &str, function: &str, name: &str, old: &str, new: &str) -> [String; 2] {
    [
        format!(
            "CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $drizzle_guard$\nBEGIN\n  IF TG_OP = 'INSERT' THEN\n    IF NEW.{new} IS NULL THEN NEW.{new} := NEW.{old}; ELSE NEW.{old} := NEW.{new}; END IF;\n  ELSIF NEW.{new}::text IS DISTINCT FROM OLD.{new}::text THEN NEW.{old} := NEW.{new};\n  ELSE NEW.{new} := NEW.{old};\n  END IF;\n  RETURN NEW;\nEND $drizzle_guard$;"
        ),
        format!(
            "CREATE TRIGGER {} BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {function}();",
            id(name)
        ),
    ]
}

/// A statement's lock on rows, for `UPDATE`s outside batches.
pub(super) fn rows(sql: String) -> Statement {
    Statement::ddl(sql).lock(Lock::RowExclusive).duration(Duration::Rows)
}

/// The type of a column of the head.
pub(super) fn head_type(column: &Column, context: &Context<'_>) -> String {
    let ty = type_sql(column, context.schemas.after);
    serial_base(&column.ty).map_or(ty, str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::is_stable;

    #[test]
    fn defaults_that_are_stored_once() {
        for default in
            ["0", "'it''s (new)'", "now()", "'x'::varchar(20)", "CURRENT_TIMESTAMP", "'{}'::text[]"]
        {
            assert!(is_stable(default), "{default}");
        }
        for default in [
            "gen_random_uuid()",
            "nextval('s'::regclass)",
            "md5(random()::text)",
            "clock_timestamp()",
        ] {
            assert!(!is_stable(default), "{default}");
        }
    }
}
