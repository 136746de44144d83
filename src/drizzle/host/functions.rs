//! Helper functions of `drizzle-orm` and `drizzle-orm/pg-core` that look into tables and columns.

use std::rc::Rc;

use indexmap::IndexMap;

use super::Session;
use super::enums::EnumObject;
use super::sql::{Name, Param, Placeholder};
use super::support::{Class, argument, array, display, downcast, host, native, object, string};
use super::table::Table;
use super::view::View;
use crate::drizzle::names;
use crate::typescript::Value;

/// `is`, `getTableColumns`, `getTableName` and their like.
pub(super) fn functions(session: &Rc<Session>) -> IndexMap<Rc<str>, Value> {
    let mut members: IndexMap<Rc<str>, Value> = IndexMap::new();
    let mut add = |name: &str, function: Value| {
        members.insert(name.into(), function);
    };
    add(
        "is",
        native("is", |_, arguments, context| {
            let (value, class) = (argument(arguments, 0), argument(arguments, 1));
            match (&value, downcast::<Class>(&class)) {
                (Value::Unknown(_), _) | (_, None) => Ok(context.derived("is", arguments)),
                (Value::Host(object), Some(class)) => Ok(Value::Bool(class.covers(object.class()))),
                (_, Some(_)) => Ok(Value::Bool(false)),
            }
        }),
    );
    add(
        "getTableColumns",
        native("getTableColumns", |_, arguments, context| {
            match downcast::<Table>(&argument(arguments, 0)) {
                Some(table) => Ok(table.columns_object()),
                None => Ok(context.derived("getTableColumns", arguments)),
            }
        }),
    );
    add(
        "getViewSelectedFields",
        native("getViewSelectedFields", |_, arguments, context| {
            match downcast::<View>(&argument(arguments, 0)) {
                Some(view) => Ok(view.fields_object()),
                None => Ok(context.derived("getViewSelectedFields", arguments)),
            }
        }),
    );
    for name in ["getTableName", "getViewName", "getTableUniqueName", "getTableLikeName"] {
        let session = session.clone();
        add(
            name,
            native(name, move |_, arguments, context| {
                let value = argument(arguments, 0);
                let found = match (downcast::<Table>(&value), downcast::<View>(&value)) {
                    (Some(table), _) if name == "getTableUniqueName" => {
                        format!("{}.{}", table.core.schema_or_public(), table.core.name)
                    }
                    (Some(table), _) => table.core.name.clone(),
                    (_, Some(view)) => view.name.clone(),
                    _ => return Ok(context.derived(name, arguments)),
                };
                Ok(match session.unknowns_in(&found).into_iter().next() {
                    Some(unknown) => Value::Unknown(unknown),
                    None => string(found),
                })
            }),
        );
    }
    add(
        "isTable",
        native("isTable", |_, arguments, context| match argument(arguments, 0) {
            Value::Unknown(_) => Ok(context.derived("isTable", arguments)),
            value => Ok(Value::Bool(downcast::<Table>(&value).is_some())),
        }),
    );
    add(
        "isPgEnum",
        native("isPgEnum", |_, arguments, context| match argument(arguments, 0) {
            Value::Unknown(_) => Ok(context.derived("isPgEnum", arguments)),
            value => Ok(Value::Bool(downcast::<EnumObject>(&value).is_some())),
        }),
    );
    add(
        "getTableConfig",
        native("getTableConfig", |_, arguments, context| {
            let value = argument(arguments, 0);
            let Some(table) = downcast::<Table>(&value) else {
                return Ok(context.derived("getTableConfig", arguments));
            };
            let columns = match table.columns_object() {
                Value::Unknown(unknown) => Value::Unknown(unknown),
                _ => array(table.columns.values().cloned().collect()),
            };
            let schema = table.core.schema.as_ref().map_or(Value::Undefined, string);
            let mut config: Vec<(Rc<str>, Value)> = vec![
                ("columns".into(), columns),
                ("name".into(), string(&table.core.name)),
                ("schema".into(), schema),
                ("enableRLS".into(), Value::Bool(table.rls.get())),
            ];
            for key in
                ["indexes", "foreignKeys", "checks", "primaryKeys", "uniqueConstraints", "policies"]
            {
                let unknown =
                    context.unknown(&format!("`{key}` of getTableConfig is not evaluated"));
                config.push((key.into(), unknown));
            }
            Ok(object(config))
        }),
    );
    let aliasing = session.clone();
    let alias = native("alias", move |_, arguments, context| {
        let name = display(&aliasing, &argument(arguments, 1));
        match downcast::<Table>(&argument(arguments, 0)) {
            Some(table) => Ok(table.aliased(&name)),
            None => Ok(context.derived("alias", arguments)),
        }
    });
    add("alias", alias.clone());
    add("aliasedTable", alias);
    let naming = session.clone();
    add(
        "uniqueKeyName",
        native("uniqueKeyName", move |_, arguments, context| {
            let (table, columns) = (argument(arguments, 0), argument(arguments, 1));
            match (downcast::<Table>(&table), super::support::elements(&columns)) {
                (Some(table), Some(columns)) => {
                    let columns: Vec<_> = columns.iter().map(|it| display(&naming, it)).collect();
                    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
                    Ok(string(names::unique(&table.core.name, &columns)))
                }
                _ => Ok(context.derived("uniqueKeyName", arguments)),
            }
        }),
    );
    members.extend(classes());
    members
}

/// Functions and classes that belong to `drizzle-orm` alone.
pub(super) fn pieces(session: &Rc<Session>) -> IndexMap<Rc<str>, Value> {
    let session = session.clone();
    let mut members: IndexMap<Rc<str>, Value> = IndexMap::new();
    let name = native("name", move |_, arguments, _| {
        Ok(host(Name(display(&session, &argument(arguments, 0)).into())))
    });
    members.insert("name".into(), name);
    let param = native("param", |_, arguments, _| {
        Ok(host(Param { value: argument(arguments, 0), encoder: argument(arguments, 1) }))
    });
    members.insert("param".into(), param);
    members.insert("placeholder".into(), native("placeholder", |_, _, _| Ok(host(Placeholder))));
    members
}

fn classes() -> impl Iterator<Item = (Rc<str>, Value)> {
    const CLASSES: &[&str] = &[
        "Column",
        "ExtraConfigColumn",
        "Param",
        "PgColumn",
        "PgMaterializedView",
        "PgPolicy",
        "PgRole",
        "PgSchema",
        "PgSequence",
        "PgTable",
        "PgView",
        "PgViewBase",
        "Placeholder",
        "SQL",
        "Subquery",
        "Table",
        "View",
        "WithSubquery",
    ];
    CLASSES.iter().map(|name| (Rc::from(*name), Class::value(name)))
}
