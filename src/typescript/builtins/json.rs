//! `JSON.stringify` and `JSON.parse`.

use std::rc::Rc;

use super::{argument, integer};
use crate::number::js_number_text;
use crate::typescript::eval::Evaluation;
use crate::typescript::value::{Abrupt, Unknown, Value};

/// Deeper structures are taken for cycles.
const MAX_DEPTH: usize = 200;

enum Written {
    Text,
    Nothing,
    Unknown(Rc<Unknown>),
}

/// `JSON.stringify(…)`
pub(super) fn stringify(
    evaluation: &mut Evaluation<'_>,
    arguments: &[Value],
) -> Result<Value, Abrupt> {
    let value = argument(arguments, 0);
    let replacer = argument(arguments, 1);
    if !matches!(replacer, Value::Undefined | Value::Null) {
        let unknown = evaluation.unknown_here("`JSON.stringify` with a replacer is not evaluated");
        return Ok(evaluation.derive("JSON.stringify", &[unknown, value, replacer]));
    }
    let indent = match argument(arguments, 2) {
        Value::String(text) => text.chars().take(10).collect(),
        Value::Number(_) => {
            let width = integer(evaluation, arguments, 2, 0)?.clamp(0, 10);
            " ".repeat(usize::try_from(width).unwrap_or(0))
        }
        Value::Unknown(unknown) => {
            return Ok(evaluation.derive("JSON.stringify", &[Value::Unknown(unknown), value]));
        }
        _ => String::new(),
    };
    let mut text = String::new();
    match write(evaluation, &value, &indent, 0, &mut text)? {
        Written::Text => evaluation.new_text(&text),
        Written::Nothing => Ok(Value::Undefined),
        Written::Unknown(unknown) => {
            Ok(evaluation.derive("JSON.stringify", &[Value::Unknown(unknown), value]))
        }
    }
}

fn write(
    evaluation: &mut Evaluation<'_>,
    value: &Value,
    indent: &str,
    depth: usize,
    text: &mut String,
) -> Result<Written, Abrupt> {
    evaluation.charge(1)?;
    if depth > MAX_DEPTH {
        return Err(evaluation.type_error("converting circular structure to JSON"));
    }
    match value {
        Value::Undefined | Value::Symbol(_) | Value::Function(_) | Value::Native(_) => {
            return Ok(Written::Nothing);
        }
        Value::Bool(true) => text.push_str("true"),
        Value::Bool(false) => text.push_str("false"),
        Value::Number(number) if number.is_finite() => text.push_str(&js_number_text(*number)),
        Value::Null | Value::Number(_) => text.push_str("null"),
        Value::BigInt(_) => {
            return Err(evaluation.type_error("do not know how to serialize a BigInt"));
        }
        Value::String(string) => quote(string, text),
        Value::Date(time) if time.is_nan() => text.push_str("null"),
        Value::Date(time) => {
            text.push('"');
            text.push_str(&super::date::iso(*time));
            text.push('"');
        }
        Value::Unknown(unknown) => return Ok(Written::Unknown(unknown.clone())),
        Value::Array(_) => {
            let elements = match evaluation.iterate(value)? {
                Ok(elements) => elements,
                Err(unknown) => return Ok(Written::Unknown(unknown)),
            };
            text.push('[');
            for (index, element) in elements.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                line(text, indent, depth + 1);
                match write(evaluation, element, indent, depth + 1, text)? {
                    Written::Text => {}
                    Written::Nothing => text.push_str("null"),
                    unknown @ Written::Unknown(_) => return Ok(unknown),
                }
            }
            if !elements.is_empty() {
                line(text, indent, depth);
            }
            text.push(']');
        }
        Value::Object(_) | Value::Host(_) => {
            let to_json = evaluation.get_property(value, "toJSON")?;
            match to_json {
                Value::Undefined => {}
                Value::Unknown(unknown) => return Ok(Written::Unknown(unknown)),
                method => {
                    let replaced = evaluation.call_value(&method, value, &[])?;
                    return write(evaluation, &replaced, indent, depth + 1, text);
                }
            }
            if matches!(value, Value::Host(_)) && !Evaluation::is_namespace(value) {
                // What Drizzle keeps inside its objects is not modelled to the last property.
                let unknown =
                    evaluation.derive_unknown("JSON.stringify", std::slice::from_ref(value));
                return Ok(Written::Unknown(unknown));
            }
            return write_object(evaluation, value, indent, depth, text);
        }
    }
    Ok(Written::Text)
}

fn write_object(
    evaluation: &mut Evaluation<'_>,
    value: &Value,
    indent: &str,
    depth: usize,
    text: &mut String,
) -> Result<Written, Abrupt> {
    let entries = match evaluation.own_entries(value)? {
        Ok(entries) => entries,
        Err(unknown) => return Ok(Written::Unknown(unknown)),
    };
    text.push('{');
    let mut is_empty = true;
    for (key, element) in entries {
        let before = text.len();
        if !is_empty {
            text.push(',');
        }
        line(text, indent, depth + 1);
        quote(&key, text);
        text.push_str(if indent.is_empty() { ":" } else { ": " });
        match write(evaluation, &element, indent, depth + 1, text)? {
            Written::Text => is_empty = false,
            Written::Nothing => text.truncate(before),
            unknown @ Written::Unknown(_) => return Ok(unknown),
        }
    }
    if !is_empty {
        line(text, indent, depth);
    }
    text.push('}');
    Ok(Written::Text)
}

fn line(text: &mut String, indent: &str, depth: usize) {
    if !indent.is_empty() {
        text.push('\n');
        for _ in 0..depth {
            text.push_str(indent);
        }
    }
}

/// A JSON string as `JSON.stringify` writes it.
fn quote(string: &str, text: &mut String) {
    text.push('"');
    for character in string.chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            '\u{8}' => text.push_str("\\b"),
            '\u{c}' => text.push_str("\\f"),
            character if character < ' ' => {
                let code = u32::from(character);
                text.push_str("\\u");
                for shift in [12, 8, 4, 0] {
                    text.extend(char::from_digit((code >> shift) & 15, 16));
                }
            }
            character => text.push(character),
        }
    }
    text.push('"');
}

/// `JSON.parse(…)`
pub(super) fn parse(evaluation: &mut Evaluation<'_>, arguments: &[Value]) -> Result<Value, Abrupt> {
    let reviver = argument(arguments, 1);
    let text = match evaluation.text_of(&argument(arguments, 0))? {
        Value::String(text) if matches!(reviver, Value::Undefined) => text,
        other => return Ok(evaluation.derive("JSON.parse", &[other, reviver])),
    };
    match serde_json::from_str::<serde_json::Value>(&text) {
        Ok(value) => build(evaluation, &value),
        Err(error) => Err(evaluation.throw_error("SyntaxError", &error.to_string())),
    }
}

fn build(evaluation: &mut Evaluation<'_>, value: &serde_json::Value) -> Result<Value, Abrupt> {
    Ok(match value {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(value) => Value::Bool(*value),
        serde_json::Value::Number(number) => Value::Number(number.as_f64().unwrap_or(f64::NAN)),
        serde_json::Value::String(text) => evaluation.new_text(text)?,
        serde_json::Value::Array(elements) => {
            let mut values = Vec::with_capacity(elements.len());
            for element in elements {
                values.push(build(evaluation, element)?);
            }
            evaluation.new_array(values)?
        }
        serde_json::Value::Object(properties) => {
            let object = evaluation.new_object(None)?;
            for (key, value) in properties {
                let value = build(evaluation, value)?;
                evaluation.charge(1)?;
                Evaluation::define(&object, key, value);
            }
            object
        }
    })
}
