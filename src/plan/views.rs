//! Views and materialized views: a definition is changed by dropping and creating in one transaction,
//! or, where a column under it changes its type, around that change.

use super::context::Context;
use super::dependents::mentions;
use super::foreign_keys::aside;
use super::prove;
use super::sql::{create_view, drop_view, id, qn};
use super::statement::{Duration, Phase, Statement};
use super::step::{Stage, Step};
use crate::delta::Diff;
use crate::ident::QualifiedName;
use crate::schema::{ObjectKind, Schema, View};

/// A view of the base as it is called, and reads, after `expand`.
fn live(view: &View, context: &Context<'_>) -> View {
    View {
        name: context.in_live_schema(&view.name),
        definition: view.definition.as_ref().map(|text| context.live_text(text)),
        ..view.clone()
    }
}

/// How many views stand below it.
fn depth(view: &View, schema: &Schema) -> i32 {
    fn below(view: &View, schema: &Schema, left: i32) -> i32 {
        let Some(text) = view.definition.as_deref().filter(|_| left > 0) else { return 0 };
        let under = schema
            .views
            .values()
            .filter(|it| it.name != view.name && !it.is_existing && mentions(text, &it.name.name));
        under.map(|it| below(it, schema, left - 1) + 1).max().unwrap_or(0)
    }
    below(view, schema, 16)
}

fn torn(name: &QualifiedName, context: &Context<'_>) -> bool {
    context.is_torn(ObjectKind::View, name, "")
}

/// Learns which views of the base stand on a column that changes its type, directly or on another
/// view that does.
pub(super) fn learn(context: &mut Context<'_>) {
    let mut names: Vec<String> = Vec::new();
    let mut under = |table: &QualifiedName, context: &Context<'_>| {
        names.push(table.name.clone());
        names.push(context.base_name(table).name);
    };
    for (table, _) in &context.retyped {
        under(table, context);
    }
    for enumeration in &context.swapped {
        for (table, _) in super::enums::base_columns(enumeration, context) {
            under(&table, context);
        }
    }
    for (kind, table, _) in &context.changed {
        // A generated column is made anew; which changes those are is known by their columns only.
        let remade = *kind == ObjectKind::Column
            && context.base_table(table).zip(context.head_table(table)).is_some_and(
                |(base, head)| {
                    head.columns.values().any(|column| {
                        let old = base.columns.get(&context.old_column(table, &column.name));
                        old.is_some_and(|old| old.generated != column.generated)
                    })
                },
            );
        if remade {
            under(table, context);
        }
    }
    loop {
        let found: Vec<&View> = context
            .schemas
            .before
            .views
            .values()
            .filter(|view| !torn(&context.in_live_schema(&view.name), context))
            .filter(|view| {
                let text = view.definition.as_deref().unwrap_or_default();
                names.iter().any(|name| mentions(text, name))
            })
            .collect();
        if found.is_empty() {
            return;
        }
        for view in found {
            names.push(view.name.name.clone());
            let name = context.in_live_schema(&view.name);
            context.torn.insert((ObjectKind::View, name, String::new()));
        }
    }
}

fn lost(view: &View, context: &mut Context<'_>) {
    let what = if view.materialized { "its indexes and grants" } else { "its grants" };
    context.note(format!(
        "{} is dropped and created again: {what} are not known to Drizzle and have to be repeated.",
        view.name
    ));
}

fn drop_step(view: &View, context: &mut Context<'_>) {
    let Some(create) = create_view(&live(view, context)) else { return };
    let old = live(view, context);
    let title = format!("drop view {}", old.name);
    let step = if context.created.contains(&old.name) {
        context.note(format!(
            "{} is a view and becomes a table: code that reads the view finds the empty table from expand.sql on.",
            old.name
        ));
        Step::expand(Stage::TableNames, title)
    } else {
        Step::contract(Stage::DropViews, title)
    };
    let step = step
        .rank(-depth(view, context.schemas.before))
        .run(Statement::ddl(drop_view(&old)).note("never CASCADE"))
        .undo(Statement::free(create))
        .verify_undo(prove::table(&view.name, true));
    context.push(step);
}

fn create_step(view: &View, early: bool, context: &mut Context<'_>) {
    let Some(create) = create_view(view) else { return };
    let (phase, stage) =
        if early { (Phase::Expand, Stage::NewViews) } else { (Phase::Contract, Stage::LateViews) };
    let mut statement = Statement::free(create);
    if view.materialized {
        statement = statement.duration(Duration::Scan).note("runs its query");
    }
    let step = Step::new(phase, stage, format!("create view {}", view.name))
        .rank(depth(view, context.schemas.after))
        .run(statement)
        .undo(Statement::ddl(drop_view(view)))
        .verify(prove::table(&view.name, true));
    context.push(step);
}

pub(super) fn create(view: &View, context: &mut Context<'_>) {
    let text = view.definition.as_deref().unwrap_or_default();
    let unsettled = context
        .schemas
        .after
        .tables
        .keys()
        .any(|table| mentions(text, &table.name) && !context.unsettled(table).is_empty());
    let on_late_view = context.schemas.after.views.keys().any(|name| {
        let late = torn(name, context)
            || context.changed.contains(&(ObjectKind::View, name.clone(), String::new()));
        *name != view.name && late && mentions(text, &name.name)
    });
    let before = context.schemas.before;
    let taken = before.views.keys().chain(before.tables.keys()).any(|name| *name == view.name);
    create_step(view, !unsettled && !on_late_view && !taken, context);
}

pub(super) fn drop(view: &View, context: &mut Context<'_>) {
    drop_step(view, context);
    if !view.is_existing {
        context.note(format!(
            "The rollback creates view {} again without its grants, which Drizzle does not know.",
            view.name
        ));
    }
}

pub(super) fn alter(it: &Diff<View>, context: &mut Context<'_>) {
    let old = live(&it.before, context);
    let same = View { columns: it.after.columns.clone(), ..old.clone() } == it.after;
    if same && !torn(&old.name, context) {
        // Only what Drizzle knows of its columns has changed, or names that PostgreSQL follows itself.
        return;
    }
    lost(&it.after, context);
    let stands_below = context.schemas.before.views.values().any(|view| {
        let text = view.definition.as_deref().unwrap_or_default();
        view.name != it.before.name && mentions(text, &it.before.name.name)
    });
    let (Some(create), Some(create_old)) = (create_view(&it.after), create_view(&old)) else {
        drop_step(&it.before, context);
        create_step(&it.after, false, context);
        return;
    };
    // Where columns under it trade names, each definition reads only while its own names are there.
    let text = it.before.definition.as_deref().unwrap_or_default();
    let unsettled = context.schemas.before.tables.keys().any(|table| {
        mentions(text, &table.name) && !context.unsettled(&context.live(table)).is_empty()
    });
    if torn(&old.name, context) || stands_below || unsettled {
        drop_step(&it.before, context);
        create_step(&it.after, false, context);
        return;
    }
    if it.after.materialized && it.before.materialized {
        exchange(&old, &it.after, context);
        return;
    }
    let duration = if it.after.materialized { Duration::Scan } else { Duration::Catalog };
    let step = Step::contract(Stage::Policies, format!("view {}", it.after.name))
        .run(Statement::transaction([drop_view(&old), create]).duration(duration))
        .undo(Statement::transaction([drop_view(&it.after), create_old]).duration(duration))
        .verify(prove::table(&it.after.name, true));
    context.push(step);
}

/// Fills the new materialized view under another name and lets it take the old one's place: nobody finds
/// it missing or empty.
fn exchange(old: &View, new: &View, context: &mut Context<'_>) {
    let turn = |from: &View, to: &View| -> Vec<Statement> {
        let aside = QualifiedName::new(to.name.schema.as_str(), aside(&to.name.name));
        let filled = View { name: aside.clone(), ..to.clone() };
        let swap = [
            drop_view(from),
            format!("ALTER MATERIALIZED VIEW {} RENAME TO {};", qn(&aside), id(&to.name.name)),
        ];
        let create = create_view(&filled).map(|sql| {
            Statement::free(sql)
                .duration(Duration::Scan)
                .note("runs its query; the old one is read meanwhile")
        });
        create.into_iter().chain([Statement::transaction(swap).note("catalog only")]).collect()
    };
    let step = Step::contract(Stage::Policies, format!("view {}", new.name))
        .run_all(turn(old, new))
        .undo_all(turn(new, old))
        .verify(prove::table(&new.name, true));
    context.push(step);
}

/// Drops a view of the base and creates it again, with no change of its own.
pub(super) fn rebuild(name: &QualifiedName, context: &mut Context<'_>) {
    let before = context.schemas.before;
    let old = before.views.values().find(|view| context.in_live_schema(&view.name) == *name);
    let new = context.schemas.after.views.get(name);
    if let (Some(old), Some(new)) = (old, new) {
        if old.is_existing {
            return;
        }
        lost(new, context);
        drop_step(old, context);
        create_step(new, false, context);
    }
}
