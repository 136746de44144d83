//! `column.mapToDriverValue(value)` of drizzle's column classes: how a value that is compared with a
//! column is written.

use std::rc::Rc;

use super::Session;
use super::column::Column;
use super::support::{digest, display, elements, is_function, string};
use crate::drizzle::json;
use crate::typescript::{Abrupt, Context, Unknown, Value};

/// What the column makes of a value.
pub(super) fn encode(
    column: &Column,
    value: &Value,
    session: &Session,
    context: &mut dyn Context,
) -> Result<Value, Abrupt> {
    // The columns that the third argument of a table gets are of a class that encodes nothing.
    if matches!(value, Value::Unknown(_)) || column.index.is_some() {
        return Ok(value.clone());
    }
    if let Some(custom) = &column.custom {
        let encoder = context.get(custom, "toDriver")?;
        return match encoder {
            Value::Undefined => Ok(value.clone()),
            encoder if is_function(&encoder) => {
                context.call(&encoder, custom, std::slice::from_ref(value))
            }
            encoder => Ok(context.derived("toDriver", &[encoder, value.clone()])),
        };
    }
    let mut members = |before: &str, keys: &[&str], between: &str, after: &str| {
        let mut texts = Vec::new();
        for key in keys {
            texts.push(display(session, &context.get(value, key)?));
        }
        Ok(string(format!("{before}{}{after}", texts.join(between))))
    };
    match column.class_name {
        "PgPointTuple" => members("(", &["0", "1"], ",", ")"),
        "PgPointObject" => members("(", &["x", "y"], ",", ")"),
        "PgLine" => members("{", &["0", "1", "2"], ",", "}"),
        "PgLineABC" => members("{", &["a", "b", "c"], ",", "}"),
        "PgGeometry" => members("point(", &["0", "1"], " ", ")"),
        "PgGeometryObject" => members("point(", &["x", "y"], " ", ")"),
        "PgTimestamp" | "PgDate" => match json::iso_date(value) {
            Some(text) => Ok(string(text)),
            None => Err(context.throw("value.toISOString is not a function")),
        },
        "PgJson" | "PgJsonb" | "PgVector" | "PgHalfVector" => {
            Ok(string(json::stringify(session, value, context)?))
        }
        "PgNumericNumber" | "PgNumericBigInt" => Ok(string(display(session, value))),
        "PgArray" => Ok(string(array(column, value, session, context)?)),
        _ => Ok(value.clone()),
    }
}

/// An array literal of PostgreSQL, as drizzle's `makePgArray` writes it.
fn array(
    column: &Column,
    value: &Value,
    session: &Session,
    context: &mut dyn Context,
) -> Result<String, Abrupt> {
    let Some(items) = elements(value) else {
        return Err(context.throw("value.map is not a function"));
    };
    let mut texts = Vec::new();
    for item in &items {
        texts.push(match &column.base {
            Some(base) if !matches!(item, Value::Null) => {
                if base.class_name == "PgArray" {
                    array(base, item, session, context)?
                } else {
                    let encoded = encode(base, item, session, context)?;
                    element(&encoded, session, context)
                }
            }
            _ => element(item, session, context),
        });
    }
    Ok(format!("{{{}}}", texts.join(",")))
}

fn element(value: &Value, session: &Session, context: &mut dyn Context) -> String {
    match value {
        Value::String(text) => {
            format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
        }
        Value::Date(time) => session.placeholder(&local_date(*time, context)),
        Value::Array(_) => {
            let items = elements(value).unwrap_or_default();
            let texts: Vec<_> = items.iter().map(|it| element(it, session, context)).collect();
            format!("{{{}}}", texts.join(","))
        }
        value => display(session, value),
    }
}

/// A Date in SQL text: it is written as the machine's clock shows it, which nobody knows here.
pub(super) fn local_date(time: f64, context: &dyn Context) -> Rc<Unknown> {
    let why = "a Date in SQL text is written in the time zone of the machine";
    let source = digest([why, &time.to_string()]);
    Rc::new(Unknown::new(why, context.origin(), source))
}
