//! `schema.parse(value)` of zod, for schemas that only check and fill in defaults.
//!
//! zod 3 parses a default, zod 4 gives it as it is: where the two differ, the result is not known.

use super::support::{downcast, is_nullish};
use super::zod::{Kind, Schema};
use crate::typescript::{Abrupt, Context, Value};

/// How deep schemas may nest.
const DEEPEST: u32 = 64;

/// What `parse` gives; `None` when it is not known, or when it throws.
pub(super) fn parse(
    schema: &Value,
    value: &Value,
    depth: u32,
    context: &mut dyn Context,
) -> Result<Option<Value>, Abrupt> {
    context.step(1)?;
    let Some(of) = downcast::<Schema>(schema).filter(|_| depth < DEEPEST) else { return Ok(None) };
    if matches!(value, Value::Unknown(_)) {
        return Ok(None);
    }
    let passes = |passes: bool| passes.then(|| value.clone());
    Ok(match of {
        Schema::Plain(kind) => passes(match kind {
            Kind::Text => matches!(value, Value::String(_)),
            Kind::Number => matches!(value, Value::Number(number) if number.is_finite()),
            Kind::Bool => matches!(value, Value::Bool(_)),
            Kind::Date => matches!(value, Value::Date(time) if !time.is_nan()),
            Kind::Any => true,
        }),
        Schema::Enum(values) => passes(values.iter().any(|it| same(it, value))),
        Schema::Native(of) => match context.entries(of)? {
            Ok(members) => passes(members.iter().any(|(_, it)| same(it, value))),
            Err(_) => None,
        },
        Schema::Literal(of) => passes(same(of, value)),
        Schema::Absent { undefined: true, .. } if matches!(value, Value::Undefined) => {
            Some(Value::Undefined)
        }
        Schema::Absent { null: true, .. } if matches!(value, Value::Null) => Some(Value::Null),
        Schema::Default { inner, value: default } if matches!(value, Value::Undefined) => {
            match parse(inner, default, depth + 1, context)? {
                Some(parsed) if equal(&parsed, default, 0, context)? => Some(parsed),
                _ => None,
            }
        }
        Schema::Absent { inner, .. } | Schema::Default { inner, .. } => {
            parse(inner, value, depth + 1, context)?
        }
        Schema::Array(element) => {
            let Value::Array(_) = value else { return Ok(None) };
            let Ok(items) = context.elements(value)? else { return Ok(None) };
            let mut parsed = Vec::with_capacity(items.len());
            for item in items {
                match parse(element, &item, depth + 1, context)? {
                    Some(item) => parsed.push(item),
                    None => return Ok(None),
                }
            }
            Some(context.array(parsed)?)
        }
        Schema::Object(shape) => object(shape, value, depth, context)?,
        Schema::Other(_) => None,
        Schema::Record(values) => {
            let Some(entries) = properties(value, context)? else { return Ok(None) };
            let mut parsed = Vec::with_capacity(entries.len());
            for (key, item) in entries {
                match parse(values, &item, depth + 1, context)? {
                    Some(item) => parsed.push((key, item)),
                    None => return Ok(None),
                }
            }
            Some(context.object(parsed)?)
        }
    })
}

/// An object: its properties in the order of the shape. A property the shape does not have depends on
/// whether the schema is strict, loose or neither, and leaves the result unknown.
fn object(
    shape: &Value,
    value: &Value,
    depth: u32,
    context: &mut dyn Context,
) -> Result<Option<Value>, Abrupt> {
    let (Some(given), Ok(shape)) = (properties(value, context)?, context.entries(shape)?) else {
        return Ok(None);
    };
    if given.iter().any(|(key, _)| !shape.iter().any(|(other, _)| other == key)) {
        return Ok(None);
    }
    let mut parsed = Vec::with_capacity(shape.len());
    for (key, schema) in shape {
        let item = given.iter().find(|(other, _)| *other == key).map(|(_, item)| item.clone());
        let is_given = item.is_some();
        match parse(&schema, &item.unwrap_or(Value::Undefined), depth + 1, context)? {
            Some(Value::Undefined) if !is_given => {}
            Some(item) => parsed.push((key, item)),
            None => return Ok(None),
        }
    }
    Ok(Some(context.object(parsed)?))
}

/// The properties of a plain object; `None` for anything else.
fn properties(
    value: &Value,
    context: &mut dyn Context,
) -> Result<Option<crate::typescript::Entries>, Abrupt> {
    match value {
        Value::Object(_) => Ok(context.entries(value)?.ok()),
        _ => Ok(None),
    }
}

/// Primitives of the same type and value.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::String(a), Value::String(b)) => a == b,
        (Value::Number(a), Value::Number(b)) | (Value::Date(a), Value::Date(b)) => {
            a.to_bits() == b.to_bits()
        }
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::BigInt(a), Value::BigInt(b)) => a == b,
        (Value::Undefined, Value::Undefined) | (Value::Null, Value::Null) => true,
        _ => false,
    }
}

/// The same data, keys in the same order.
fn equal(a: &Value, b: &Value, depth: u32, context: &mut dyn Context) -> Result<bool, Abrupt> {
    if depth == DEEPEST {
        return Ok(false);
    }
    if is_nullish(a) || is_nullish(b) || same(a, b) {
        return Ok(same(a, b));
    }
    let (a, b): (Vec<_>, Vec<_>) = match (a, b) {
        (Value::Array(_), Value::Array(_)) => match (context.elements(a)?, context.elements(b)?) {
            (Ok(a), Ok(b)) => {
                let unnamed =
                    |items: Vec<Value>| items.into_iter().map(|it| ("".into(), it)).collect();
                (unnamed(a), unnamed(b))
            }
            _ => return Ok(false),
        },
        (Value::Object(_), Value::Object(_)) => match (context.entries(a)?, context.entries(b)?) {
            (Ok(a), Ok(b)) => (a, b),
            _ => return Ok(false),
        },
        _ => return Ok(false),
    };
    if a.len() != b.len() {
        return Ok(false);
    }
    for ((key, a), (other, b)) in a.iter().zip(&b) {
        if key != other || !equal(a, b, depth + 1, context)? {
            return Ok(false);
        }
    }
    Ok(true)
}
