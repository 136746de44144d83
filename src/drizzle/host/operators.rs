//! Comparison operators and aggregates of `drizzle-orm`: functions that give SQL.
//!
//! Source: drizzle-orm `src/sql/expressions/*.ts`, `src/sql/functions/*.ts`, `src/pg-core/expressions.ts`.

use std::rc::Rc;

use indexmap::IndexMap;

use super::column::Column;
use super::sql::{Chunk, Param, Placeholder, Sql};
use super::support::{
    Outcome, argument, array, downcast, elements, host, is_function, native, option,
};
use super::table::Table;
use super::view::View;
use super::{Session, truthy};
use crate::drizzle::json;
use crate::typescript::{Context, Value};

/// Operators between two sides whose right side is bound to the left one.
const BOUND: &[(&str, &str)] = &[
    ("eq", " = "),
    ("ne", " <> "),
    ("gt", " > "),
    ("gte", " >= "),
    ("lt", " < "),
    ("lte", " <= "),
    ("concat", " || "),
];

/// Operators whose right side is taken as it is.
const PLAIN: &[(&str, &str)] = &[
    ("like", " like "),
    ("notLike", " not like "),
    ("ilike", " ilike "),
    ("notIlike", " not ilike "),
];

/// Operators of arrays.
const ARRAYS: &[(&str, &str)] =
    &[("arrayContains", " @> "), ("arrayContained", " <@ "), ("arrayOverlaps", " && ")];

/// Distances between vectors.
const DISTANCES: &[(&str, &str)] = &[
    ("l2Distance", " <-> "),
    ("l1Distance", " <+> "),
    ("innerProduct", " <#> "),
    ("cosineDistance", " <=> "),
    ("hammingDistance", " <~> "),
    ("jaccardDistance", " <%> "),
];

/// Text before and after one operand.
const AROUND: &[(&str, &str, &str)] = &[
    ("isNull", "", " is null"),
    ("isNotNull", "", " is not null"),
    ("not", "not ", ""),
    ("exists", "exists ", ""),
    ("notExists", "not exists ", ""),
    ("asc", "", " asc"),
    ("desc", "", " desc"),
    ("countDistinct", "count(distinct ", ")"),
    ("avg", "avg(", ")"),
    ("avgDistinct", "avg(distinct ", ")"),
    ("sum", "sum(", ")"),
    ("sumDistinct", "sum(distinct ", ")"),
    ("max", "max(", ")"),
    ("min", "min(", ")"),
];

/// All of them.
pub(super) fn operators(session: &Rc<Session>) -> IndexMap<Rc<str>, Value> {
    let mut members: IndexMap<Rc<str>, Value> = IndexMap::new();
    let mut add = |name: &str, function: Value| {
        members.insert(name.into(), function);
    };
    for &(name, text) in BOUND {
        add(
            name,
            native(name, move |_, arguments, context| {
                let left = argument(arguments, 0);
                let right = bind(&argument(arguments, 1), &left);
                Ok(Sql::template(&["", text, ""], &[left, right], context))
            }),
        );
    }
    for &(name, text) in PLAIN {
        add(
            name,
            native(name, move |_, arguments, context| {
                let sides = [argument(arguments, 0), argument(arguments, 1)];
                Ok(Sql::template(&["", text, ""], &sides, context))
            }),
        );
    }
    for &(name, text) in ARRAYS {
        add(
            name,
            native(name, move |_, arguments, context| {
                let (column, values) = (argument(arguments, 0), argument(arguments, 1));
                let mut right = bind(&values, &column);
                if let Some(items) = elements(&values) {
                    if items.is_empty() {
                        return Err(context.throw(&format!("{name} requires at least one value")));
                    }
                    right = Sql::template(&["", ""], &[right], context);
                }
                Ok(Sql::template(&["", text, ""], &[column, right], context))
            }),
        );
    }
    for &(name, text) in DISTANCES {
        let session = session.clone();
        add(
            name,
            native(name, move |_, arguments, context| {
                let (column, mut value) = (argument(arguments, 0), argument(arguments, 1));
                if elements(&value).is_some() {
                    value = Value::String(json::stringify(&session, &value, context)?.into());
                }
                Ok(Sql::template(&["", text, ""], &[column, value], context))
            }),
        );
    }
    for &(name, before, after) in AROUND {
        add(
            name,
            native(name, move |_, arguments, context| {
                Ok(Sql::template(&[before, after], &[argument(arguments, 0)], context))
            }),
        );
    }
    for (name, text) in [("between", " between "), ("notBetween", " not between ")] {
        add(
            name,
            native(name, move |_, arguments, context| {
                let column = argument(arguments, 0);
                let low = bind(&argument(arguments, 1), &column);
                let high = bind(&argument(arguments, 2), &column);
                Ok(Sql::template(&["", text, " and ", ""], &[column, low, high], context))
            }),
        );
    }
    for (name, text, empty) in [("inArray", " in ", "false"), ("notInArray", " not in ", "true")] {
        add(
            name,
            native(name, move |_, arguments, context| Ok(within(text, empty, arguments, context))),
        );
    }
    for (name, text) in [("and", " and "), ("or", " or ")] {
        add(name, native(name, move |_, arguments, context| Ok(combine(text, arguments, context))));
    }
    add(
        "count",
        native("count", |_, arguments, context| {
            let operand = argument(arguments, 0);
            let operand = match truthy(&operand) {
                Some(false) => Sql::text("*", context),
                _ => operand,
            };
            Ok(Sql::template(&["count(", ")"], &[operand], context))
        }),
    );
    add("substring", native("substring", substring));
    members
}

/// `bindIfParam(value, column)`: a plain value compared with a column is encoded by the column.
pub(super) fn bind(value: &Value, column: &Value) -> Value {
    let encodes = downcast::<Column>(column).is_some() || downcast::<Param>(column).is_some();
    let is_plain = match value {
        Value::Host(_) => {
            downcast::<Placeholder>(value).is_none()
                && downcast::<Table>(value).is_none()
                && downcast::<View>(value).is_none()
                && !is_wrapper(value)
        }
        Value::Unknown(_) => false,
        Value::Object(cell) => !cell.properties.borrow().get("getSQL").is_some_and(is_function),
        _ => true,
    };
    if encodes && is_plain {
        return host(Param { value: value.clone(), encoder: column.clone() });
    }
    value.clone()
}

/// Whether a host object has `getSQL`: everything of drizzle's that can stand in SQL.
fn is_wrapper(value: &Value) -> bool {
    match value {
        Value::Host(object) => !matches!(object.class(), "PgPolicy" | "PgRole" | "PgSequence"),
        _ => false,
    }
}

fn within(text: &str, empty: &str, arguments: &[Value], context: &dyn Context) -> Value {
    let (column, values) = (argument(arguments, 0), argument(arguments, 1));
    let right = match elements(&values) {
        Some(items) if items.is_empty() => return Sql::text(empty, context),
        Some(items) => array(items.iter().map(|item| bind(item, &column)).collect()),
        None => bind(&values, &column),
    };
    Sql::template(&["", text, ""], &[column, right], context)
}

fn combine(text: &str, arguments: &[Value], context: &dyn Context) -> Value {
    let mut conditions: Vec<Value> =
        arguments.iter().filter(|it| !matches!(it, Value::Undefined)).cloned().collect();
    match conditions.len() {
        0 => return Value::Undefined,
        1 => return Sql::of(conditions, context),
        _ => {}
    }
    let mut chunks = vec![Chunk::text("(")];
    for (index, condition) in conditions.drain(..).enumerate() {
        if index > 0 {
            chunks.push(Chunk::text(text));
        }
        chunks.push(Chunk::Item(condition));
    }
    chunks.push(Chunk::text(")"));
    Sql::from_chunks(chunks, context)
}

fn substring(_: &Value, arguments: &[Value], context: &mut dyn Context) -> Outcome {
    let (column, options) = (argument(arguments, 0), argument(arguments, 1));
    let mut chunks = vec![Chunk::text("substring("), Chunk::Item(column.clone())];
    for (key, text) in [("from", " from "), ("for", " for ")] {
        let value = option(&options, key, context)?;
        if !matches!(value, Value::Undefined) {
            chunks.push(Chunk::text(text));
            chunks.push(Chunk::Item(bind(&value, &column)));
        }
    }
    chunks.push(Chunk::text(")"));
    Ok(Sql::from_chunks(chunks, context))
}
