//! Views and materialized views.

use serde_json::{Map, Value};

use super::differ::{Sides, carried, moved_only, rekey, renamed_only};
use super::draft::{Draft, Phase};
use super::keyed::{self, keyed};
use super::rename::{self, Resolved};
use super::state::State;
use super::{Error, Mode, javascript, sql};
use crate::diff::RenameKind;
use crate::ident::QualifiedName;
use crate::schema::{Object, ObjectKind, View};

/// The options of views in the order of drizzle-kit's schema, into which it brings them.
const OPTIONS: [&str; 21] = [
    "checkOption",
    "securityBarrier",
    "securityInvoker",
    "fillfactor",
    "toastTupleTarget",
    "parallelWorkers",
    "autovacuumEnabled",
    "vacuumIndexCleanup",
    "vacuumTruncate",
    "autovacuumVacuumThreshold",
    "autovacuumVacuumScaleFactor",
    "autovacuumVacuumCostDelay",
    "autovacuumVacuumCostLimit",
    "autovacuumFreezeMinAge",
    "autovacuumFreezeMaxAge",
    "autovacuumFreezeTableAge",
    "autovacuumMultixactFreezeMinAge",
    "autovacuumMultixactFreezeMaxAge",
    "autovacuumMultixactFreezeTableAge",
    "logAutovacuumMinDuration",
    "userCatalogTable",
];

/// Compares the views. Their columns, `WITH NO DATA`, and whether they are materialized play no part.
pub(super) fn compare(sides: Sides, patched: &State, drafts: &mut Vec<Draft>) -> Result<(), Error> {
    let views = keyed(&patched.views, &sides.after.views);
    let Resolved { created, deleted, renamed: pairs } = rename::resolve(
        views.added.iter().map(|(name, _)| (*name).clone()).collect(),
        views.deleted.iter().map(|(name, _)| (*name).clone()).collect(),
        &rename::of_objects(sides.renames, RenameKind::View),
    );
    for name in &created {
        if let Some(view) = sides.after.views.get(name).filter(|view| !view.is_existing) {
            drafts.push(create(name, view));
        }
    }
    for name in &deleted {
        if let Some(view) = patched.views.get(name).filter(|view| !view.is_existing) {
            drafts.push(drop(name, view.materialized));
        }
    }
    let managed = |view: Option<&&View>| view.is_some_and(|view| !view.is_existing);
    for (from, to) in &renamed_only(&pairs) {
        let Some(view) = sides.after.views.get(to) else { continue };
        if managed(Some(view)) && managed(sides.before.views.get(from)) {
            let from = QualifiedName::new(&to.schema, &from.name);
            let sql = format!("{} RENAME TO {};", alter(view, &from), sql::name(&to.name));
            drafts.push(Draft::new(Phase::RenameView, "rename_view", object(to), sql));
        }
    }
    for (from, to) in moved_only(&pairs) {
        // drizzle-kit looks for it under the old name in the new schema.
        let Some(view) = sides.after.views.get(&QualifiedName::new(&to.schema, &from.name)) else {
            let why = "a view cannot be renamed and moved to another schema at the same time";
            return Err(Error { object: object(to), why });
        };
        if managed(Some(view)) && managed(sides.before.views.get(from)) {
            let schema = sql::name(&to.schema);
            let sql = format!("{} SET SCHEMA {schema};", alter(view, from));
            drafts.push(Draft::new(Phase::AlterView, "alter_view_alter_schema", object(to), sql));
        }
    }

    let mut carried_views = patched.views.clone();
    let renamed = renamed_only(&pairs);
    rekey(&mut carried_views, |name| {
        // A view keeps its schema when it is renamed, and then goes where it was moved.
        let moved = moved_only(&pairs).find(|(from, _)| *from == name).map(|(_, to)| &to.schema);
        let schema = moved.unwrap_or(&name.schema).clone();
        let name = carried(&renamed)(name).name;
        QualifiedName::new(schema, name)
    });
    for (name, old, new) in keyed(&carried_views, &sides.after.views).common {
        if !new.is_existing && !keyed::is_marked(&name.name) {
            alter_view(sides.mode, name, old, new, drafts);
        }
    }
    Ok(())
}

fn object(name: &QualifiedName) -> Object {
    Object::in_schema(ObjectKind::View, name)
}

fn alter(view: &View, name: &QualifiedName) -> String {
    format!(
        "ALTER{} VIEW {}",
        if view.materialized { " MATERIALIZED" } else { "" },
        sql::full(name)
    )
}

pub(super) fn create(name: &QualifiedName, view: &View) -> Draft {
    let kind = if view.materialized { "MATERIALIZED VIEW" } else { "VIEW" };
    let mut words = vec![format!("CREATE {kind} {}", sql::full(name))];
    let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    words.extend(given(&view.using).map(|method| format!("USING {}", sql::name(&method))));
    words.extend(view.with.iter().map(|with| format!("WITH ({})", assignments(&ordered(with)))));
    words.extend(given(&view.tablespace).map(|tablespace| format!("TABLESPACE {tablespace}")));
    words.push(format!("AS ({})", view.definition.as_deref().unwrap_or("undefined")));
    if view.with_no_data == Some(true) {
        words.push("WITH NO DATA".to_owned());
    }
    let sql = words.join(" ") + ";";
    Draft::new(Phase::CreateView, "create_view", object(name), sql)
}

pub(super) fn drop(name: &QualifiedName, materialized: bool) -> Draft {
    let materialized = if materialized { " MATERIALIZED" } else { "" };
    let sql = format!("DROP{materialized} VIEW {};", sql::full(name));
    Draft::new(Phase::DropView, "drop_view", object(name), sql)
}

fn alter_view(mode: Mode, name: &QualifiedName, old: &View, new: &View, drafts: &mut Vec<Draft>) {
    // `push` does not look at the query.
    let redefined = mode == Mode::Generate
        && matches!((&old.definition, &new.definition), (Some(old), Some(new)) if old != new);
    if old.is_existing || redefined {
        drafts.push(drop(name, new.materialized));
        drafts.push(create(name, new));
        return;
    }
    let mut push = |kind: &'static str, sql: String| {
        drafts.push(Draft::new(Phase::AlterView, kind, object(name), sql));
    };
    let alter = alter(new, name);
    let set = |options: &[(&str, &Value)]| format!("{alter} SET ({});", assignments(options));
    let reset = |options: &[(&str, &Value)]| {
        let names: Vec<String> = options.iter().map(|(key, _)| snake_case(key)).collect();
        format!("{alter} RESET ({});", names.join(", "))
    };
    let (add, remove) = ("alter_view_add_with_option", "alter_view_drop_with_option");
    match (&old.with, &new.with) {
        (None, Some(new)) => push(add, set(&ordered(new))),
        (Some(old), None) => push(remove, reset(&ordered(old))),
        (Some(old), Some(new)) => {
            let (was, is) = (ordered(old), ordered(new));
            let added: Vec<_> =
                is.iter().filter(|(key, _)| !old.contains_key(*key)).copied().collect();
            let removed: Vec<_> =
                was.iter().filter(|(key, _)| !new.contains_key(*key)).copied().collect();
            let changed: Vec<_> = is
                .iter()
                .filter(|(key, value)| old.get(*key).is_some_and(|old| old != *value))
                .copied()
                .collect();
            if !added.is_empty() {
                push(add, set(&added));
            }
            if !removed.is_empty() {
                push(remove, reset(&removed));
            }
            if !changed.is_empty() {
                push(add, set(&changed));
            }
        }
        (None, None) => {}
    }
    let name = sql::full(name);
    if let Some(tablespace) =
        replaced(old.tablespace.as_deref(), new.tablespace.as_deref(), "pg_default")
    {
        let sql = format!("ALTER MATERIALIZED VIEW {name} SET TABLESPACE {tablespace};");
        push("alter_view_alter_tablespace", sql);
    }
    if let Some(method) = replaced(old.using.as_deref(), new.using.as_deref(), "heap") {
        let method = sql::name(&method);
        let sql = format!("ALTER MATERIALIZED VIEW {name} SET ACCESS METHOD {method};");
        push("alter_view_alter_using", sql);
    }
}

/// What a setting becomes, if it changes; PostgreSQL's own when it is no longer given.
fn replaced(old: Option<&str>, new: Option<&str>, fallback: &str) -> Option<String> {
    match (old, new) {
        (None, Some(new)) => (!new.is_empty()).then(|| new.to_owned()),
        (Some(old), None) => (!old.is_empty()).then(|| fallback.to_owned()),
        (Some(old), Some(new)) if old != new => Some(new.to_owned()),
        _ => None,
    }
}

fn ordered(with: &Map<String, Value>) -> Vec<(&'static str, &Value)> {
    OPTIONS.iter().filter_map(|option| Some((*option, with.get(*option)?))).collect()
}

/// `security_barrier = true, fillfactor = 90`.
fn assignments(options: &[(&str, &Value)]) -> String {
    let assignment = |(key, value): &(&str, &Value)| {
        format!("{} = {}", snake_case(key), javascript::text(value))
    };
    options.iter().map(assignment).collect::<Vec<_>>().join(", ")
}

fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}
