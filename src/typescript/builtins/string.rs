//! Methods of strings. Positions count UTF-16 code units, as in JavaScript.

use std::rc::Rc;

use super::regex::{Found, Pattern, Wanted};
use super::{argument, integer, number, relative};
use crate::typescript::digest::first_unknown;
use crate::typescript::eval::{Evaluation, char_at, utf16_len, utf16_order};
use crate::typescript::value::{Abrupt, Value};

pub(super) const METHODS: &[&str] = &[
    "toString",
    "valueOf",
    "toUpperCase",
    "toLowerCase",
    "toLocaleUpperCase",
    "toLocaleLowerCase",
    "trim",
    "trimStart",
    "trimEnd",
    "padStart",
    "padEnd",
    "repeat",
    "startsWith",
    "endsWith",
    "includes",
    "indexOf",
    "lastIndexOf",
    "charAt",
    "charCodeAt",
    "codePointAt",
    "at",
    "slice",
    "substring",
    "substr",
    "split",
    "replace",
    "replaceAll",
    "concat",
    "localeCompare",
    "normalize",
    "match",
    "matchAll",
    "search",
    "test",
];

/// The largest string that is made: longer ones are outside what a schema needs.
const MAX_LENGTH: usize = 16 * 1024 * 1024;

/// `text.key(…)`
pub(super) fn call(
    evaluation: &mut Evaluation<'_>,
    text: &Rc<str>,
    key: &str,
    arguments: &[Value],
) -> Result<Value, Abrupt> {
    evaluation.spend(text.len() as u64 / 64 + 1)?;
    if first_unknown(arguments).is_some() {
        let mut operands = vec![Value::String(text.clone())];
        operands.extend_from_slice(arguments);
        return Ok(evaluation.derive(key, &operands));
    }
    match key {
        "toString" | "valueOf" => Ok(Value::String(text.clone())),
        "toUpperCase" | "toLocaleUpperCase" => evaluation.new_text(&text.to_uppercase()),
        "toLowerCase" | "toLocaleLowerCase" => evaluation.new_text(&text.to_lowercase()),
        "trim" => evaluation.new_text(text.trim_matches(is_space)),
        "trimStart" => evaluation.new_text(text.trim_start_matches(is_space)),
        "trimEnd" => evaluation.new_text(text.trim_end_matches(is_space)),
        "padStart" | "padEnd" => pad(evaluation, text, key, arguments),
        "repeat" => {
            let count = integer(evaluation, arguments, 0, 0)?;
            let Ok(count) = usize::try_from(count) else {
                return Err(evaluation.throw_error("RangeError", "invalid count value"));
            };
            if text.len().saturating_mul(count) > MAX_LENGTH {
                evaluation.charge(u64::MAX)?;
            }
            evaluation.new_text(&text.repeat(count))
        }
        "concat" => {
            let mut whole = text.to_string();
            for value in arguments {
                match evaluation.text_of(value)? {
                    Value::String(part) => whole.push_str(&part),
                    unknown => {
                        return Ok(evaluation.derive(key, &[Value::String(text.clone()), unknown]));
                    }
                }
            }
            evaluation.new_text(&whole)
        }
        "split" | "replace" | "replaceAll" | "match" | "matchAll" | "search" => {
            pattern(evaluation, text, key, arguments)
        }
        "startsWith" | "endsWith" | "includes" | "indexOf" | "lastIndexOf" => {
            find(evaluation, text, key, arguments)
        }
        "localeCompare" => {
            let Value::String(other) = evaluation.text_of(&argument(arguments, 0))? else {
                return Ok(evaluation.derive(key, arguments));
            };
            Ok(locale_compare(evaluation, text, &other))
        }
        "normalize" if text.is_ascii() => Ok(Value::String(text.clone())),
        "normalize" => {
            let operand = Value::String(text.clone());
            let unknown = evaluation.unknown_here("`normalize` is not evaluated");
            Ok(evaluation.derive(key, &[unknown, operand]))
        }
        _ => part(evaluation, text, key, arguments),
    }
}

/// White space and line terminators (ECMA-262 section 12.2).
fn is_space(character: char) -> bool {
    (character.is_whitespace() && character != '\u{85}') || character == '\u{feff}'
}

fn pad(
    evaluation: &mut Evaluation<'_>,
    text: &Rc<str>,
    key: &str,
    arguments: &[Value],
) -> Result<Value, Abrupt> {
    let length = usize::try_from(integer(evaluation, arguments, 0, 0)?).unwrap_or(0);
    let fill = match arguments.get(1) {
        None | Some(Value::Undefined) => " ".into(),
        Some(fill) => match evaluation.text_of(fill)? {
            Value::String(fill) => fill,
            unknown => return Ok(unknown),
        },
    };
    let missing = length.saturating_sub(utf16_len(text));
    if missing == 0 || fill.is_empty() {
        return Ok(Value::String(text.clone()));
    }
    if missing > MAX_LENGTH {
        evaluation.charge(u64::MAX)?;
    }
    let units: Vec<u16> = fill.encode_utf16().cycle().take(missing).collect();
    let padding = String::from_utf16_lossy(&units);
    let padded = if key == "padStart" { padding + text } else { format!("{text}{padding}") };
    evaluation.new_text(&padded)
}

/// Positions and parts of the text, in code units.
fn part(
    evaluation: &mut Evaluation<'_>,
    text: &Rc<str>,
    key: &str,
    arguments: &[Value],
) -> Result<Value, Abrupt> {
    let length = utf16_len(text);
    let cut = |start: usize, end: usize| -> String {
        if start >= end {
            return String::new();
        }
        if text.is_ascii() {
            return text.get(start..end.min(length)).unwrap_or_default().to_owned();
        }
        let units: Vec<u16> = text.encode_utf16().skip(start).take(end - start).collect();
        String::from_utf16_lossy(&units)
    };
    match key {
        "slice" => {
            let start = relative(integer(evaluation, arguments, 0, 0)?, length);
            let end = relative(integer(evaluation, arguments, 1, i64::MAX)?, length);
            evaluation.new_text(&cut(start, end))
        }
        "substring" => {
            let start = relative(integer(evaluation, arguments, 0, 0)?.max(0), length);
            let end = relative(integer(evaluation, arguments, 1, i64::MAX)?.max(0), length);
            evaluation.new_text(&cut(start.min(end), start.max(end)))
        }
        "substr" => {
            let start = relative(integer(evaluation, arguments, 0, 0)?, length);
            let count = integer(evaluation, arguments, 1, i64::MAX)?.max(0);
            let count = usize::try_from(count).unwrap_or(usize::MAX);
            evaluation.new_text(&cut(start, start.saturating_add(count).min(length)))
        }
        "at" | "charAt" => {
            let index = integer(evaluation, arguments, 0, 0)?;
            let index = if index < 0 && key == "at" {
                i64::try_from(length).unwrap_or(i64::MAX).saturating_add(index)
            } else {
                index
            };
            let found = usize::try_from(index).ok().and_then(|index| char_at(text, index));
            Ok(match (found, key) {
                (Some(found), _) => found,
                (None, "at") => Value::Undefined,
                (None, _) => Value::String("".into()),
            })
        }
        _ => {
            let index = usize::try_from(integer(evaluation, arguments, 0, 0)?).ok();
            let units: Vec<u16> =
                text.encode_utf16().skip(index.unwrap_or(usize::MAX)).take(2).collect();
            Ok(match (units.first(), key) {
                (None, "codePointAt") => Value::Undefined,
                (None, _) => Value::Number(f64::NAN),
                (Some(unit), "charCodeAt") => Value::Number(f64::from(*unit)),
                (Some(unit), _) => match char::decode_utf16(units.iter().copied()).next() {
                    Some(Ok(character)) => Value::Number(f64::from(u32::from(character))),
                    _ => Value::Number(f64::from(*unit)),
                },
            })
        }
    }
}

fn find(
    evaluation: &mut Evaluation<'_>,
    text: &Rc<str>,
    key: &str,
    arguments: &[Value],
) -> Result<Value, Abrupt> {
    let Value::String(wanted) = evaluation.text_of(&argument(arguments, 0))? else {
        return Ok(evaluation.derive(key, arguments));
    };
    let length = utf16_len(text);
    let default = if matches!(key, "endsWith" | "lastIndexOf") { i64::MAX } else { 0 };
    let position = relative(integer(evaluation, arguments, 1, default)?.max(0), length);
    let byte = byte_of(text, position);
    let rest = text.get(byte..).unwrap_or_default();
    let unit_of = |byte: usize| utf16_len(text.get(..byte).unwrap_or_default());
    Ok(match key {
        "startsWith" => Value::Bool(rest.starts_with(&*wanted)),
        "endsWith" => Value::Bool(text.get(..byte).unwrap_or_default().ends_with(&*wanted)),
        "includes" => Value::Bool(rest.contains(&*wanted)),
        "indexOf" => match rest.find(&*wanted) {
            Some(at) => number(unit_of(byte + at)),
            None => Value::Number(-1.0),
        },
        _ => {
            let end = byte.saturating_add(wanted.len()).min(text.len());
            let end = (end..=text.len()).find(|end| text.is_char_boundary(*end));
            match text.get(..end.unwrap_or(text.len())).unwrap_or_default().rfind(&*wanted) {
                Some(at) => number(unit_of(at)),
                None => Value::Number(-1.0),
            }
        }
    })
}

/// The byte offset of a code unit.
fn byte_of(text: &str, unit: usize) -> usize {
    if text.is_ascii() {
        return unit.min(text.len());
    }
    let mut units = 0;
    for (byte, character) in text.char_indices() {
        if units >= unit {
            return byte;
        }
        units += character.len_utf16();
    }
    text.len()
}

/// `localeCompare` for plain ASCII letters, digits and spaces, as ICU's root collation orders them:
/// letters without regard to case first, then lower before upper. Anything else is unknown.
fn locale_compare(evaluation: &mut Evaluation<'_>, left: &Rc<str>, right: &Rc<str>) -> Value {
    let is_simple = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric());
    if !is_simple(left) || !is_simple(right) {
        if left == right {
            return Value::Number(0.0);
        }
        let operands = [Value::String(left.clone()), Value::String(right.clone())];
        let unknown = evaluation.unknown_here("`localeCompare` of punctuation is not evaluated");
        return evaluation.derive("localeCompare", &[&[unknown], &operands[..]].concat());
    }
    let folded = utf16_order(&left.to_ascii_lowercase(), &right.to_ascii_lowercase());
    // Lower case comes before upper case at the first difference.
    let order = folded.then_with(|| right.cmp(left));
    Value::Number(match order {
        std::cmp::Ordering::Less => -1.0,
        std::cmp::Ordering::Equal => 0.0,
        std::cmp::Ordering::Greater => 1.0,
    })
}

/// Methods that take a string or a regular expression.
fn pattern(
    evaluation: &mut Evaluation<'_>,
    text: &Rc<str>,
    key: &str,
    arguments: &[Value],
) -> Result<Value, Abrupt> {
    let first = argument(arguments, 0);
    let whole = Value::String(text.clone());
    let pattern = match Pattern::of(&first) {
        Wanted::Pattern(pattern) => pattern,
        Wanted::Unsupported => {
            let unknown = evaluation.unknown_here("this regular expression is not evaluated");
            return Ok(evaluation.derive(key, &[unknown, whole, first]));
        }
        Wanted::Other => match evaluation.text_of(&first)? {
            // `match` and `search` read a string as a regular expression.
            Value::String(_) if matches!(key, "match" | "matchAll" | "search") => {
                let unknown = evaluation.unknown_here("this regular expression is not evaluated");
                return Ok(evaluation.derive(key, &[unknown, whole, first]));
            }
            Value::String(literal) => Pattern::literal(&literal, key == "replaceAll"),
            unknown => return Ok(evaluation.derive(key, &[unknown, whole])),
        },
    };
    let found = match key {
        "split" => pattern.find_all(text),
        "search" => pattern.find(text, 0).map(|found| found.into_iter().collect()),
        _ if pattern.is_global() => pattern.find_all(text),
        _ => pattern.find(text, 0).map(|found| found.into_iter().collect()),
    };
    let Ok(found) = found else {
        let unknown = evaluation.unknown_here("this regular expression is not evaluated");
        return Ok(evaluation.derive(key, &[unknown, whole, first]));
    };
    evaluation.spend(text.len() as u64 + found.len() as u64)?;
    match key {
        "split" => split(evaluation, text, &first, &found, arguments),
        "replace" | "replaceAll" => replace(evaluation, text, found, arguments),
        "search" => Ok(found.first().map_or(Value::Number(-1.0), |found| {
            number(utf16_len(text.get(..found.start).unwrap_or_default()))
        })),
        "match" => {
            let parts = if pattern.is_global() {
                let whole = |m: &Found| text.get(m.start..m.end).unwrap_or_default();
                found.iter().map(|m| Value::String(whole(m).into())).collect()
            } else {
                found.first().map(|found| found.groups(text)).unwrap_or_default()
            };
            if parts.is_empty() { Ok(Value::Null) } else { evaluation.new_array(parts) }
        }
        _ => {
            let mut matches = Vec::with_capacity(found.len());
            for found in found {
                let groups = found.groups(text);
                matches.push(evaluation.new_array(groups)?);
            }
            evaluation.new_array(matches)
        }
    }
}

fn split(
    evaluation: &mut Evaluation<'_>,
    text: &Rc<str>,
    separator: &Value,
    found: &[Found],
    arguments: &[Value],
) -> Result<Value, Abrupt> {
    let limit = integer(evaluation, arguments, 1, i64::MAX)?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    if matches!(separator, Value::Undefined) {
        return evaluation.new_array(vec![Value::String(text.clone())]);
    }
    let mut parts: Vec<Value> = Vec::new();
    if matches!(separator, Value::String(empty) if empty.is_empty()) {
        evaluation.charge(text.len() as u64)?;
        parts.extend(text.chars().map(|c| Value::String(c.to_string().into())));
    } else {
        let mut last = 0;
        for found in found {
            if found.end == found.start && (found.start == last || found.start >= text.len()) {
                continue;
            }
            parts.push(Value::String(text.get(last..found.start).unwrap_or_default().into()));
            parts.extend(found.groups(text).into_iter().skip(1));
            last = found.end;
        }
        parts.push(Value::String(text.get(last..).unwrap_or_default().into()));
    }
    parts.truncate(limit);
    evaluation.new_array(parts)
}

fn replace(
    evaluation: &mut Evaluation<'_>,
    text: &Rc<str>,
    found: Vec<Found>,
    arguments: &[Value],
) -> Result<Value, Abrupt> {
    let replacement = argument(arguments, 1);
    let is_function = matches!(
        replacement,
        Value::Function(_) | Value::Native(_) | Value::Host(_) | Value::Unknown(_)
    );
    let template = if is_function {
        None
    } else {
        match evaluation.text_of(&replacement)? {
            Value::String(template) => Some(template),
            unknown => return Ok(unknown),
        }
    };
    let mut result = String::new();
    let mut last = 0;
    for found in found {
        result.push_str(text.get(last..found.start).unwrap_or_default());
        last = found.end;
        if let Some(template) = &template {
            found.expand(text, template, &mut result);
        } else {
            let mut call = found.groups(text);
            call.push(number(utf16_len(text.get(..found.start).unwrap_or_default())));
            call.push(Value::String(text.clone()));
            let value = evaluation.call_value(&replacement, &Value::Undefined, &call)?;
            match evaluation.text_of(&value)? {
                Value::String(value) => result.push_str(&value),
                unknown => {
                    return Ok(
                        evaluation.derive("replace", &[unknown, Value::String(text.clone())])
                    );
                }
            }
        }
        evaluation.charge(1)?;
    }
    result.push_str(text.get(last..).unwrap_or_default());
    evaluation.new_text(&result)
}
