//! What drizzle-kit should print and does not.

use std::collections::HashSet;

use super::{Context, Fault};
use crate::delta::Diff;
use crate::diff::{self, Change, Kind};
use crate::kit::draft::{DROP_IDENTITY, SET_IDENTITY};
use crate::kit::{generate, sql, views};
use crate::schema::{Object, Schema};

pub(super) fn check(context: &Context, found: &mut Vec<Fault>) {
    beside_renames(context, found);
    beside_types(context, found);
    not_null(context, found);
    view_kinds(context, found);
}

/// drizzle-kit compares what it renames or moves no further. So the renames alone are carried out on
/// the base, and whatever it would print from there and has not printed was lost.
fn beside_renames(context: &Context, found: &mut Vec<Fault>) {
    let renames: Vec<Change> = context.changes.iter().filter_map(rename_only).collect();
    if renames.is_empty() {
        return;
    }
    let base = diff::apply(context.schemas.before, &renames);
    let what = "it was renamed or moved in the same step, and drizzle-kit does not look further";
    missing(context, &base, |_| true, "kit.lost_beside_rename", what, found);
}

/// A change that renames or moves, without what else it may carry.
fn rename_only(change: &Change) -> Option<Change> {
    let is_rename = matches!(
        change.kind(),
        Kind::RenameSchema
            | Kind::RenameEnum
            | Kind::RenameTable
            | Kind::MoveTable
            | Kind::RenameColumn
    );
    is_rename.then(|| change.clone())
}

/// A type that differs by the space before its length hides every other change of the column.
fn beside_types(context: &Context, found: &mut Vec<Fault>) {
    let mut base = context.schemas.before.clone();
    let mut swallowed = HashSet::new();
    for (name, head) in &context.schemas.after.tables {
        let Some(table) = base.tables.get_mut(&context.names.table_to_base(name)) else { continue };
        for (column, head) in &head.columns {
            let Some(old) = table.columns.get_mut(column) else { continue };
            let joined = |ty: &str| ty.replacen(" (", "(", 1);
            if old.ty != head.ty && joined(&old.ty) == joined(&head.ty) {
                old.ty.clone_from(&head.ty);
                swallowed.insert(Object::column(name, column));
            }
        }
    }
    if !swallowed.is_empty() {
        let what = "the type differs only by a space, and drizzle-kit does not look further";
        let is_swallowed = |object: &Object| swallowed.contains(object);
        missing(context, &base, is_swallowed, "kit.lost_beside_type", what, found);
    }
}

/// What drizzle-kit prints from another base and has not printed, object by object.
fn missing(
    context: &Context,
    base: &Schema,
    concerns: impl Fn(&Object) -> bool,
    id: &'static str,
    what: &str,
    found: &mut Vec<Fault>,
) {
    // Those that are carried out already find nothing to rename.
    let schemas = Diff::new(base, context.schemas.after);
    let Ok(should) = generate(schemas, context.renames) else { return };
    let printed: HashSet<&str> = context.statements.iter().map(|it| it.sql.as_str()).collect();
    for statement in should {
        // Row-level security is computed for all tables as soon as one has changed.
        let is_noise = matches!(statement.kind, "enable_rls" | "disable_rls");
        if is_noise || printed.contains(statement.sql.as_str()) || !concerns(&statement.object) {
            continue;
        }
        let known = found.iter_mut().find(|it| it.id == id && it.object == statement.object);
        if let Some(sql) = known.and_then(|known| known.sql.as_mut()) {
            *sql = format!("{sql}\n{}", statement.sql.trim_end());
            continue;
        }
        found.push(Fault {
            id,
            statement: position(context, &statement.object),
            object: statement.object,
            what: what.to_owned(),
            sql: Some(statement.sql.trim_end().to_owned()),
        });
    }
}

/// The statement that renames the object, or its table.
fn position(context: &Context, object: &Object) -> Option<usize> {
    let renames = ["alter_table_rename_column", "rename_table", "alter_table_set_schema"];
    let of = |object: &Object| {
        let mut statements = context.statements.iter();
        statements.position(|it| renames.contains(&it.kind) && it.object == *object)
    };
    of(object).or_else(|| of(&Object::table(&object.table_name()?)))
}

/// An identity that comes or goes takes the `NOT NULL` changes of the whole table with it.
fn not_null(context: &Context, found: &mut Vec<Fault>) {
    for change in &context.changes {
        let (column, filter, word) = match change {
            Change::SetNotNull(column) => (column, SET_IDENTITY, "SET NOT NULL"),
            Change::DropNotNull(column) => (column, DROP_IDENTITY, "DROP NOT NULL"),
            _ => continue,
        };
        let alter = format!(
            "ALTER TABLE {} ALTER COLUMN {} {word};",
            sql::table(&column.table),
            sql::name(&column.what.after.name)
        );
        let object = change.object();
        let is_named = found.iter().any(|it| {
            it.object == object && it.sql.as_ref().is_some_and(|sql| sql.contains(&alter))
        });
        let culprit = context.statements.iter().position(|it| {
            it.kind == filter && it.object.table_name().as_ref() == Some(&column.table)
        });
        if is_named || culprit.is_none() || context.statements.iter().any(|it| it.sql == alter) {
            continue;
        }
        let what = format!("`{word}` is left out because an identity changes in the same table");
        let sql = Some(alter);
        found.push(Fault { id: "kit.not_null_lost", statement: culprit, object, what, sql });
    }
}

/// Whether a view is materialized plays no part in the comparison.
fn view_kinds(context: &Context, found: &mut Vec<Fault>) {
    for (name, new) in &context.schemas.after.views {
        let base = context.names.object_to_base(name);
        let Some(old) = context.schemas.before.views.get(&base) else { continue };
        if new.is_existing || old.is_existing || old.materialized == new.materialized {
            continue;
        }
        let print = |draft: crate::kit::draft::Draft| draft.sql.join("\n");
        let (drop, create) = (views::drop(name, old.materialized), views::create(name, new));
        let object = drop.object.clone();
        let sql = Some(format!("{}\n{}", print(drop), print(create)));
        let mut statements = context.statements.iter();
        let statement = statements.position(|it| it.kind == "drop_view" && it.object == object);
        let what = if statement.is_some() {
            "it is dropped as the kind of view that it becomes, and the statement fails"
        } else {
            "that a view becomes materialized, or stops to be, gives no statement"
        };
        found.push(Fault { id: "kit.view_kind", statement, object, what: what.to_owned(), sql });
    }
}
