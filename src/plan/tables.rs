//! Tables: created with all that is in them, dropped by moving them out of the way, renamed behind a
//! view that keeps the old name working.

use super::context::Context;
use super::sql::{
    create_index, create_policy, create_table, foreign_key_def, id, ids, qn, reg, unique_def,
};
use super::statement::{Lock, Statement};
use super::step::{Stage, Step};
use super::{foreign_keys, prove};
use crate::delta::Diff;
use crate::ident::{QualifiedName, quote_literal};
use crate::schema::Table;

/// A new table under the names that are free before `contract`: what belongs to one of the base by then is
/// called otherwise until that is gone.
fn with_free_names(wanted: &Table, context: &mut Context<'_>) -> Table {
    let mut table = wanted.clone();
    let mut late: Vec<(Part, String)> = Vec::new();
    let mut free = |name: &mut String, part: Part| {
        if !name.is_empty() && context.is_taken(&wanted.name.schema, name) {
            late.push((part, name.clone()));
            *name = foreign_keys::waiting(name);
        }
    };
    table.primary_keys.values_mut().for_each(|it| free(&mut it.name, Part::Constraint));
    table.uniques.values_mut().for_each(|it| free(&mut it.name, Part::Constraint));
    table.indexes.values_mut().for_each(|it| free(&mut it.name, Part::Index));
    let counters = table.columns.values_mut().filter_map(|column| column.identity.as_mut());
    counters.for_each(|it| free(&mut it.name, Part::Sequence));
    for (part, name) in late {
        let rename = |from: &str, to: &str| rename_part(part, &table.name, from, to);
        let (now, then) = (foreign_keys::waiting(&name), name);
        let step = Step::contract(Stage::FreedNames, format!("name of {then}"))
            .run(rename(&now, &then).note("another object had that name until now"))
            .undo(rename(&then, &now));
        context.push(step);
    }
    table
}

/// What of a table has a name of its own in its schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Constraint,
    Index,
    Sequence,
}

/// Another name for a part of a table.
pub(super) fn rename_part(part: Part, table: &QualifiedName, from: &str, to: &str) -> Statement {
    let inside = qn(&QualifiedName::new(table.schema.as_str(), from));
    match part {
        Part::Constraint => Statement::ddl(format!(
            "ALTER TABLE {} RENAME CONSTRAINT {} TO {};",
            qn(table),
            id(from),
            id(to)
        )),
        Part::Index => Statement::ddl(format!("ALTER INDEX {inside} RENAME TO {};", id(to)))
            .lock(Lock::ShareUpdateExclusive),
        Part::Sequence => Statement::free(format!("ALTER SEQUENCE {inside} RENAME TO {};", id(to))),
    }
}

pub(super) fn create(wanted: &Table, context: &mut Context<'_>) {
    let schema = context.schemas.after;
    let table = &with_free_names(wanted, context);
    let name = qn(&table.name);
    let mut step = Step::expand(Stage::NewTables, format!("create table {}", table.name))
        .run(Statement::free(create_table(table, schema)));
    for unique in table.uniques.values().filter(|unique| table.is_merged(unique)) {
        step = step.run(
            Statement::free(format!(
                "ALTER TABLE {name} ADD CONSTRAINT {} {};",
                id(&unique.name),
                unique_def(unique)
            ))
            .note("in CREATE TABLE it would become one with the key that says the same"),
        );
    }
    step = step.verify(prove::table(&table.name, true));
    if !context.schemas.before.views.contains_key(&table.name) {
        step = step.verify_undo(prove::table(&table.name, false));
    }
    for index in table.indexes.values() {
        let sql = create_index(index, &index.name, &table.name, false);
        step = step.run(Statement::free(sql));
    }
    for index in wanted.indexes.values() {
        step = step.verify(prove::index(&table.name.schema, &index.name, true));
    }
    for policy in table.policies.values() {
        step = step.run(Statement::free(create_policy(policy, &table.name)));
    }
    if table.rls || !table.policies.is_empty() {
        step = step
            .run(Statement::free(format!("ALTER TABLE {name} ENABLE ROW LEVEL SECURITY;")))
            .verify(prove::rls(&table.name, true));
    }
    context.push(step.undo(Statement::ddl(format!("DROP TABLE {name};"))));
    context.horizon(format!(
        "rollback_expand.sql drops {}: lossless until the new code writes rows into it",
        table.name
    ));
    for key in table.foreign_keys.values() {
        let constraint = id(&key.name);
        let add =
            format!("ALTER TABLE {name} ADD CONSTRAINT {constraint} {};", foreign_key_def(key));
        // The new table is empty, so the constraint is validated at once; the referenced table is locked
        // against writes for that instant.
        let add = Statement::ddl(add).lock(Lock::ShareRowExclusive);
        let (phase, stage) = if foreign_keys::ready_early(key, context) {
            (super::Phase::Expand, Stage::NewTableForeignKeys)
        } else {
            (super::Phase::Contract, Stage::AddForeignKeys)
        };
        let step = Step::new(phase, stage, format!("foreign key {} of {}", key.name, table.name))
            .run(add)
            .undo(Statement::ddl(format!("ALTER TABLE {name} DROP CONSTRAINT {constraint};")))
            .verify(prove::constraint(&table.name, &key.name, true));
        context.push(step);
    }
}

pub(super) fn drop(table: &Table, context: &mut Context<'_>) {
    let live = context.in_live_schema(&table.name);
    if context.schemas.after.tables.contains_key(&live) {
        context.by_hand(
            &format!("drop of {live}"),
            "another table takes its name in the same change; split the change in two releases",
        );
        return;
    }
    let name = qn(&live);
    for key in table.foreign_keys.values() {
        let key = foreign_keys::live(key, context);
        let constraint = id(&key.name);
        let back = foreign_keys::add_statements(&live, &key);
        let step = Step::contract(
            Stage::DropForeignKeys,
            format!("release foreign key {} of {live}", key.name),
        )
        .run(
            Statement::ddl(format!("ALTER TABLE {name} DROP CONSTRAINT {constraint};"))
                .note("one by one, so that no statement locks two busy tables for long"),
        )
        .undo_all(back)
        .verify_undo(prove::constraint(&table.name, &key.name, true));
        context.push(step);
    }
    let trash = context.trash(&live.schema);
    let moved = QualifiedName::new(trash.as_str(), live.name.as_str());
    let days = context.options.retention_days;
    let keep = format!(
        "DO $drizzle_guard$ BEGIN EXECUTE format('COMMENT ON TABLE {} IS %L', 'drizzle-guard: dropped by plan {}, keep until ' || (now() + interval '{days} days')::date); END $drizzle_guard$;",
        qn(&moved).replace('\'', "''").replace('%', "%%"),
        context.id,
    );
    let mut step = Step::contract(Stage::DropTables, format!("drop table {live}"))
        .run(Statement::free(format!(
            "CREATE SCHEMA IF NOT EXISTS {0};\nREVOKE ALL ON SCHEMA {0} FROM PUBLIC;",
            id(&trash)
        )))
        .run(
            Statement::ddl(format!("ALTER TABLE {name} SET SCHEMA {};", id(&trash))).note(format!(
                "the backup is the table itself, with its indexes, sequences, policies and grants; after {days} days: DROP TABLE {}; without CASCADE",
                qn(&moved)
            )),
        )
        .run(Statement::ddl(keep).lock(Lock::ShareUpdateExclusive))
        .undo(Statement::ddl(format!("ALTER TABLE {} SET SCHEMA {};", qn(&moved), id(&live.schema))))
        .undo(
            Statement::ddl(format!("COMMENT ON TABLE {name} IS NULL;"))
                .lock(Lock::ShareUpdateExclusive),
        )
        .undo(Statement::free(format!(
            "DO $drizzle_guard$ BEGIN IF NOT EXISTS (SELECT FROM pg_class WHERE relnamespace = to_regnamespace({0})) THEN EXECUTE 'DROP SCHEMA IF EXISTS {1}'; END IF; END $drizzle_guard$;",
            quote_literal(&id(&trash)),
            id(&trash).replace('\'', "''"),
        )))
        .verify(prove::table(&moved, true))
        .verify_undo(prove::table(&table.name, true));
    // A view may have taken its place.
    if !context.schemas.after.views.contains_key(&live) {
        step = step.verify(prove::table(&live, false));
    }
    context.push(step);
    context.horizon(format!(
        "{live} is lossless to restore until {} is dropped, at the earliest {days} days after contract.sql",
        qn(&moved)
    ));
}

pub(super) fn rename(name: &Diff<QualifiedName>, context: &mut Context<'_>) {
    let Some(Diff { before, after }) = context.whole_rename(name, false) else { return };
    let (before, after) = (&before, &after);
    let start = context.in_live_schema(before);
    if context.dropped.contains(after) {
        context.by_hand(
            &format!("rename of {before} to {after}"),
            "a table of that name is dropped in the same change; split the change in two releases",
        );
        return;
    }
    let mut forward = Vec::new();
    let mut back = Vec::new();
    let mut at = start.clone();
    if at.schema != after.schema {
        forward.push(format!("ALTER TABLE {} SET SCHEMA {};", qn(&at), id(&after.schema)));
        let moved = QualifiedName::new(after.schema.as_str(), at.name.as_str());
        back.push(format!("ALTER TABLE {} SET SCHEMA {};", qn(&moved), id(&at.schema)));
        at = moved;
    }
    if at.name != after.name {
        forward.push(format!("ALTER TABLE {} RENAME TO {};", qn(&at), id(&after.name)));
        back.push(format!("ALTER TABLE {} RENAME TO {};", qn(after), id(&at.name)));
    }
    back.reverse();
    let title = format!("rename table {before} to {after}");
    let head = context.schemas.after;
    let taken = head.tables.contains_key(&start)
        || head.views.contains_key(&start)
        || head.sequences.contains_key(&start);
    if taken {
        let step = Step::expand(Stage::TableNames, title)
            .run(Statement::transaction(forward).note(
                "the old name is taken by something else, so no view can keep it: code that uses the old name fails from here on",
            ))
            .undo(Statement::transaction(back))
            .verify(prove::table(after, true))
            .verify_undo(prove::table(before, true));
        context.push(step);
        context.note(format!("The rename of {before} has no compatible middle state."));
        return;
    }
    let view = qn(&start);
    let invoker =
        if context.options.postgres >= 15 { " WITH (security_invoker = true)" } else { "" };
    // Listed one by one, so that the view hangs on nothing that the change adds.
    let columns: Vec<&str> = context
        .base_table(after)
        .map(|base| base.columns.keys().map(String::as_str).collect())
        .unwrap_or_default();
    let columns = ids(&columns);
    let create_view = [
        format!("CREATE VIEW {view}{invoker} AS SELECT {columns} FROM {};", qn(after)),
        copy_defaults(after, &start),
        copy_grants(after, &start),
    ];
    let drop_view = format!("DROP VIEW {view};");
    let mut forward_all = forward;
    forward_all.extend(create_view.iter().cloned());
    let mut back_all = vec![drop_view.clone()];
    back_all.extend(back);
    let mut statement = Statement::transaction(forward_all)
        .note("a view keeps the old name readable and writable; catalog only");
    if context.options.postgres < 15 && context.base_table(after).is_some_and(guarded) {
        statement = statement.note(
            "below PostgreSQL 15 a view runs with its owner's rights: row-level security does not hold for code that uses the old name until contract.sql",
        );
        context.note(format!(
            "{before} has row-level security: below PostgreSQL 15 the view under its old name bypasses it."
        ));
    }
    let step = Step::expand(Stage::TableNames, title.as_str())
        .run(statement)
        .undo(Statement::transaction(back_all))
        .verify(prove::table(after, true))
        .verify_undo(prove::table(before, true));
    context.push(step);
    let step = Step::contract(Stage::OldTableNames, format!("retire the name {start}"))
        .run(Statement::ddl(drop_view))
        .undo(Statement::transaction(create_view))
        .verify(prove::table(&start, false));
    context.push(step);
}

fn guarded(table: &Table) -> bool {
    table.rls || !table.policies.is_empty()
}

/// Gives a view the column defaults of its table, so that inserts through it fill them.
fn copy_defaults(table: &QualifiedName, view: &QualifiedName) -> String {
    format!(
        "DO $drizzle_guard$ DECLARE c record; BEGIN\n  FOR c IN SELECT a.attname, pg_get_expr(d.adbin, d.adrelid) AS value FROM pg_attribute a JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum JOIN pg_attribute v ON v.attrelid = {}::regclass AND v.attname = a.attname WHERE a.attrelid = {}::regclass AND a.attgenerated = '' LOOP\n    EXECUTE format('ALTER VIEW %s ALTER COLUMN %I SET DEFAULT %s', {}, c.attname, c.value);\n  END LOOP;\nEND $drizzle_guard$;",
        reg(view),
        reg(table),
        reg(view),
    )
}

/// Repeats a table's grants for a view.
fn copy_grants(table: &QualifiedName, view: &QualifiedName) -> String {
    format!(
        "DO $drizzle_guard$ DECLARE g record; BEGIN\n  FOR g IN SELECT CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END AS grantee, a.privilege_type FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) AS a WHERE c.oid = {}::regclass AND a.grantee <> c.relowner AND a.privilege_type IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE') LOOP\n    EXECUTE format('GRANT %s ON %s TO %s', g.privilege_type, {}, g.grantee);\n  END LOOP;\nEND $drizzle_guard$;",
        reg(table),
        reg(view),
    )
}
