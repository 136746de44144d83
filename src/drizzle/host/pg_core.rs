//! The exports of `drizzle-orm/pg-core`.

use std::rc::Rc;

use indexmap::IndexMap;

use super::support::{Namespace, native};
use super::{Session, access, constraint, enums, functions, operators, select, table, types, view};
use crate::drizzle::{Casing, Generation};
use crate::typescript::Value;

/// The module.
pub(super) fn module(session: &Rc<Session>) -> Value {
    let mut members: IndexMap<Rc<str>, Value> = types::builders(session);
    members.extend(operators::operators(session));
    members.extend(functions::functions(session));
    members.extend(select::functions(session));
    let mut add = |name: &str, value: Value| {
        members.insert(name.into(), value);
    };
    add("pgTable", table::pg_table(session));
    if session.generation == Generation::One {
        add("snakeCase", table::cased(session, "snakeCase", Casing::Snake));
        add("camelCase", table::cased(session, "camelCase", Casing::Camel));
    }
    add("pgTableCreator", table::creator(session));
    add("pgEnum", enums::function(session));
    add("pgSchema", access::schema(session));
    add("index", constraint::index(session, "index", false));
    add("uniqueIndex", constraint::index(session, "uniqueIndex", true));
    add("unique", constraint::unique(session));
    add("primaryKey", constraint::primary_key(session));
    add("foreignKey", constraint::foreign_key(session));
    add("ForeignKeyBuilder", constraint::foreign_key_class(session));
    add("check", constraint::check(session));
    let made = session.clone();
    add(
        "pgSequence",
        native("pgSequence", move |_, arguments, context| {
            Ok(access::sequence(&made, arguments, None, context))
        }),
    );
    let made = session.clone();
    add(
        "pgRole",
        native("pgRole", move |_, arguments, context| access::role(&made, arguments, context)),
    );
    let made = session.clone();
    add(
        "pgPolicy",
        native("pgPolicy", move |_, arguments, context| access::policy(&made, arguments, context)),
    );
    let made = session.clone();
    add(
        "pgView",
        native("pgView", move |_, arguments, context| {
            view::make(&made, arguments, None, false, context)
        }),
    );
    let made = session.clone();
    add(
        "pgMaterializedView",
        native("pgMaterializedView", move |_, arguments, context| {
            view::make(&made, arguments, None, true, context)
        }),
    );
    Namespace::value("drizzle-orm/pg-core", members)
}
