//! `drizzle-orm` itself, its relations, and `drizzle-kit`'s `defineConfig`.

use std::any::Any;
use std::cell::RefCell;
use std::rc::Rc;

use indexmap::IndexMap;

use super::support::{Namespace, Outcome, argument, host, native};
use super::{Session, functions, operators, sql};
use crate::typescript::{Context, HostObject, Value};

/// The exports of `drizzle-orm`.
pub(super) fn module(session: &Rc<Session>) -> Value {
    let mut members = operators::operators(session);
    // These two are pg-core's alone.
    members.shift_remove("concat");
    members.shift_remove("substring");
    members.extend(functions::functions(session));
    members.extend(functions::pieces(session));
    members.insert("sql".into(), sql::tag(session));
    members.extend(relation_members(session));
    Namespace::value("drizzle-orm", members)
}

/// `drizzle-orm/relations`: no effect on a snapshot, and nobody looks inside.
pub(super) fn relations(session: &Rc<Session>) -> Value {
    Namespace::value("drizzle-orm/relations", relation_members(session).collect())
}

/// Why what `relations` gives is unknown.
pub(in crate::drizzle) const NOT_EVALUATED: &str = "relations are not evaluated";

fn relation_members(session: &Rc<Session>) -> impl Iterator<Item = (Rc<str>, Value)> {
    let names = [
        "relations",
        "defineRelations",
        "defineRelationsPart",
        "createTableRelationsHelpers",
        "extractTablesRelationalConfig",
    ];
    names.into_iter().map(|name| {
        let session = session.clone();
        let inert =
            native(name, move |_, _, context| Ok(session.inert(context.unknown(NOT_EVALUATED))));
        (Rc::from(name), inert)
    })
}

/// A package of Drizzle's that cannot change a PostgreSQL schema: whatever it exports is a function that
/// looks at nothing and gives an unknown.
pub(super) fn inert(package: &'static str, session: &Rc<Session>) -> Value {
    host(Inert { package, session: session.clone(), made: RefCell::default() })
}

#[derive(Debug)]
struct Inert {
    package: &'static str,
    session: Rc<Session>,
    made: RefCell<IndexMap<Rc<str>, Value>>,
}

impl HostObject for Inert {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn class(&self) -> &'static str {
        self.package
    }

    fn get(&self, _: &Rc<dyn HostObject>, key: &str, _: &mut dyn Context) -> Outcome {
        if matches!(key, "then" | "__esModule") {
            return Ok(Value::Undefined);
        }
        let package = self.package;
        let mut made = self.made.borrow_mut();
        let function = made.entry(key.into()).or_insert_with(|| {
            let session = self.session.clone();
            native(key, move |_, _, context| {
                let why = format!("{package} does not describe PostgreSQL tables");
                Ok(session.inert(context.unknown(&why)))
            })
        });
        Ok(function.clone())
    }
}

/// `drizzle-kit`: `defineConfig` gives back what it gets.
pub(super) fn kit() -> Value {
    let define = native("defineConfig", |_, arguments, _| Ok(argument(arguments, 0)));
    let members: IndexMap<Rc<str>, Value> = [("defineConfig".into(), define)].into_iter().collect();
    Namespace::value("drizzle-kit", members)
}
