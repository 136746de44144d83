//! Methods of arrays.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::rc::Rc;

use super::{argument, integer, number, relative};
use crate::typescript::digest::first_unknown;
use crate::typescript::eval::{Evaluation, utf16_order};
use crate::typescript::value::{Abrupt, Unknown, Value};

pub(super) const METHODS: &[&str] = &[
    "map",
    "filter",
    "reduce",
    "reduceRight",
    "forEach",
    "flatMap",
    "flat",
    "join",
    "concat",
    "slice",
    "splice",
    "push",
    "pop",
    "shift",
    "unshift",
    "includes",
    "indexOf",
    "lastIndexOf",
    "find",
    "findIndex",
    "findLast",
    "findLastIndex",
    "some",
    "every",
    "sort",
    "toSorted",
    "reverse",
    "toReversed",
    "toSpliced",
    "with",
    "at",
    "entries",
    "keys",
    "values",
    "fill",
    "toString",
];

type Elements = Rc<RefCell<Vec<Value>>>;

/// `array.key(…)`
pub(super) fn call(
    evaluation: &mut Evaluation<'_>,
    array: &Elements,
    key: &str,
    arguments: &[Value],
) -> Result<Value, Abrupt> {
    if let Some(unknown) = evaluation.poison_of(array) {
        let mut operands = vec![Value::Unknown(unknown)];
        operands.extend_from_slice(arguments);
        return Ok(evaluation.derive(key, &operands));
    }
    evaluation.spend(array.borrow().len() as u64 + 1)?;
    match key {
        "push" | "pop" | "shift" | "unshift" | "splice" | "sort" | "reverse" | "fill" => {
            if let Some(doubt) = evaluation.doubt.clone() {
                let mut operands = vec![Value::Unknown(doubt), Value::Array(array.clone())];
                operands.extend_from_slice(arguments);
                let unknown = evaluation.derive_unknown(key, &operands);
                evaluation.poison(array, &unknown);
                return Ok(Value::Unknown(unknown));
            }
            mutate(evaluation, array, key, arguments)
        }
        "join" | "toString" => join(evaluation, array, key, arguments),
        "concat" | "slice" | "at" | "flat" | "entries" | "keys" | "values" | "toSorted"
        | "toReversed" | "toSpliced" | "with" => copy(evaluation, array, key, arguments),
        "includes" | "indexOf" | "lastIndexOf" => search(evaluation, array, key, arguments),
        _ => iterate(evaluation, array, key, arguments),
    }
}

fn unknown_argument(
    evaluation: &mut Evaluation<'_>,
    array: &Elements,
    key: &str,
    arguments: &[Value],
) -> Option<Value> {
    first_unknown(arguments)?;
    let mut operands = vec![Value::Array(array.clone())];
    operands.extend_from_slice(arguments);
    Some(evaluation.derive(key, &operands))
}

fn mutate(
    evaluation: &mut Evaluation<'_>,
    array: &Elements,
    key: &str,
    arguments: &[Value],
) -> Result<Value, Abrupt> {
    match key {
        "push" => {
            evaluation.charge(arguments.len() as u64)?;
            array.borrow_mut().extend_from_slice(arguments);
            Ok(number(array.borrow().len()))
        }
        "pop" => Ok(array.borrow_mut().pop().unwrap_or(Value::Undefined)),
        "shift" => {
            let mut elements = array.borrow_mut();
            Ok(if elements.is_empty() { Value::Undefined } else { elements.remove(0) })
        }
        "unshift" => {
            evaluation.charge(arguments.len() as u64)?;
            array.borrow_mut().splice(0..0, arguments.iter().cloned());
            Ok(number(array.borrow().len()))
        }
        "splice" => {
            let positions = arguments.get(..2).unwrap_or(arguments);
            if let Some(Value::Unknown(unknown)) =
                unknown_argument(evaluation, array, key, positions)
            {
                evaluation.poison(array, &unknown);
                return Ok(Value::Unknown(unknown));
            }
            let mut elements = array.borrow().clone();
            let removed = splice(evaluation, &mut elements, arguments)?;
            array.replace(elements);
            evaluation.new_array(removed)
        }
        "reverse" => {
            array.borrow_mut().reverse();
            Ok(Value::Array(array.clone()))
        }
        "fill" => {
            let length = array.borrow().len();
            let start = relative(integer(evaluation, arguments, 1, 0)?, length);
            let end = relative(integer(evaluation, arguments, 2, i64::MAX)?, length);
            let value = argument(arguments, 0);
            let mut elements = array.borrow_mut();
            for slot in elements.iter_mut().take(end).skip(start) {
                *slot = value.clone();
            }
            Ok(Value::Array(array.clone()))
        }
        _ => {
            let elements = array.borrow().clone();
            match sorted(evaluation, elements, arguments.first())? {
                Ok(elements) => {
                    array.replace(elements);
                }
                Err(unknown) => evaluation.poison(array, &unknown),
            }
            Ok(Value::Array(array.clone()))
        }
    }
}

fn splice(
    evaluation: &mut Evaluation<'_>,
    elements: &mut Vec<Value>,
    arguments: &[Value],
) -> Result<Vec<Value>, Abrupt> {
    let length = elements.len();
    let start = relative(integer(evaluation, arguments, 0, 0)?, length);
    let count = match arguments.len() {
        0 => 0,
        1 => length - start,
        _ => {
            let count = integer(evaluation, arguments, 1, 0)?.max(0);
            usize::try_from(count).unwrap_or(usize::MAX).min(length - start)
        }
    };
    let new = arguments.get(2..).unwrap_or_default();
    evaluation.charge(new.len() as u64)?;
    Ok(elements.splice(start..start + count, new.iter().cloned()).collect())
}

/// A stable merge sort with a comparison that may call back. The error is the unknown that the order
/// depends on.
fn sorted(
    evaluation: &mut Evaluation<'_>,
    mut elements: Vec<Value>,
    comparator: Option<&Value>,
) -> Result<Result<Vec<Value>, Rc<Unknown>>, Abrupt> {
    // Undefined elements go last, whatever the comparison.
    let undefined = elements.iter().filter(|value| matches!(value, Value::Undefined)).count();
    elements.retain(|value| !matches!(value, Value::Undefined));
    let mut keyed = Vec::with_capacity(elements.len());
    for value in elements {
        let text = match comparator {
            Some(function) if !matches!(function, Value::Undefined) => None,
            _ => match evaluation.text_of(&value)? {
                Value::String(text) => Some(text),
                Value::Unknown(unknown) => return Ok(Err(unknown)),
                _ => None,
            },
        };
        keyed.push((text, value));
    }
    let mut width = 1;
    while width < keyed.len() {
        let mut merged = Vec::with_capacity(keyed.len());
        for pair in keyed.chunks(width * 2) {
            let (left, right) = pair.split_at(width.min(pair.len()));
            let (mut left, mut right) = (left.iter().peekable(), right.iter().peekable());
            while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
                let order = match (&a.0, &b.0, comparator) {
                    (Some(a), Some(b), _) => utf16_order(a, b),
                    (_, _, Some(function)) => {
                        let result = evaluation.call_value(
                            function,
                            &Value::Undefined,
                            &[a.1.clone(), b.1.clone()],
                        )?;
                        match evaluation.numeric_of(&result)? {
                            Value::Number(order) if order > 0.0 => Ordering::Greater,
                            Value::Unknown(unknown) => return Ok(Err(unknown)),
                            _ => Ordering::Equal,
                        }
                    }
                    _ => Ordering::Equal,
                };
                let next = if order == Ordering::Greater { right.next() } else { left.next() };
                merged.extend(next.cloned());
            }
            merged.extend(left.cloned());
            merged.extend(right.cloned());
        }
        evaluation.spend(merged.len() as u64)?;
        keyed = merged;
        width *= 2;
    }
    let mut sorted: Vec<Value> = keyed.into_iter().map(|(_, value)| value).collect();
    sorted.extend(std::iter::repeat_n(Value::Undefined, undefined));
    Ok(Ok(sorted))
}

fn join(
    evaluation: &mut Evaluation<'_>,
    array: &Elements,
    key: &str,
    arguments: &[Value],
) -> Result<Value, Abrupt> {
    let separator = match arguments.first() {
        None | Some(Value::Undefined) => ",".into(),
        Some(_) if key == "toString" => ",".into(),
        Some(separator) => match evaluation.text_of(separator)? {
            Value::String(text) => text,
            unknown => {
                return Ok(evaluation.derive("join", &[unknown, Value::Array(array.clone())]));
            }
        },
    };
    let elements = array.borrow().clone();
    evaluation.enter_native()?;
    let mut text = String::new();
    let mut unknown = None;
    for (index, element) in elements.iter().enumerate() {
        if index > 0 {
            text.push_str(&separator);
        }
        if matches!(element, Value::Undefined | Value::Null) {
            continue;
        }
        match evaluation.text_of(element) {
            Ok(Value::String(part)) => {
                text.push_str(&part);
                evaluation.charge(part.len() as u64 / 16)?;
            }
            Ok(_) => unknown = Some(()),
            Err(abrupt) => {
                evaluation.leave_native();
                return Err(abrupt);
            }
        }
    }
    evaluation.leave_native();
    if unknown.is_some() {
        let mut operands = elements;
        operands.push(Value::String(separator));
        return Ok(evaluation.derive("join", &operands));
    }
    evaluation.new_text(&text)
}

fn copy(
    evaluation: &mut Evaluation<'_>,
    array: &Elements,
    key: &str,
    arguments: &[Value],
) -> Result<Value, Abrupt> {
    let elements = array.borrow().clone();
    let length = elements.len();
    if !matches!(key, "concat" | "toSorted" | "toSpliced" | "with")
        && let Some(unknown) = unknown_argument(evaluation, array, key, arguments)
    {
        return Ok(unknown);
    }
    match key {
        "concat" => {
            let mut all = elements;
            for value in arguments {
                match value {
                    Value::Array(more) => match evaluation.poison_of(more) {
                        Some(unknown) => {
                            all.push(Value::Unknown(unknown));
                            return Ok(evaluation.derive("concat", &all));
                        }
                        None => all.extend(more.borrow().iter().cloned()),
                    },
                    // It may be an array or an element.
                    Value::Unknown(_) => {
                        all.push(value.clone());
                        return Ok(evaluation.derive("concat", &all));
                    }
                    value => all.push(value.clone()),
                }
            }
            evaluation.new_array(all)
        }
        "slice" => {
            let start = relative(integer(evaluation, arguments, 0, 0)?, length);
            let end = relative(integer(evaluation, arguments, 1, i64::MAX)?, length);
            evaluation.new_array(elements.get(start..end).unwrap_or_default().to_vec())
        }
        "at" => {
            let index = integer(evaluation, arguments, 0, 0)?;
            let from_end = index.checked_neg().and_then(|i| usize::try_from(i).ok());
            let index = if index < 0 {
                from_end.and_then(|back| length.checked_sub(back))
            } else {
                usize::try_from(index).ok()
            };
            Ok(index.and_then(|i| elements.get(i).cloned()).unwrap_or(Value::Undefined))
        }
        "flat" => {
            let depth = integer(evaluation, arguments, 0, 1)?;
            let mut flat = Vec::new();
            match flatten(evaluation, &elements, depth.min(100), &mut flat)? {
                Some(unknown) => {
                    Ok(evaluation.derive("flat", &[unknown, Value::Array(array.clone())]))
                }
                None => evaluation.new_array(flat),
            }
        }
        "entries" => {
            let mut entries = Vec::with_capacity(length);
            for (index, element) in elements.into_iter().enumerate() {
                entries.push(evaluation.new_array(vec![number(index), element])?);
            }
            evaluation.new_array(entries)
        }
        "keys" => evaluation.new_array((0..length).map(number).collect()),
        "toReversed" => evaluation.new_array(elements.into_iter().rev().collect()),
        "toSorted" => match sorted(evaluation, elements, arguments.first())? {
            Ok(elements) => evaluation.new_array(elements),
            Err(unknown) => Ok(evaluation
                .derive("toSorted", &[Value::Unknown(unknown), Value::Array(array.clone())])),
        },
        "toSpliced" => {
            let positions = arguments.get(..2).unwrap_or(arguments);
            if let Some(unknown) = unknown_argument(evaluation, array, key, positions) {
                return Ok(unknown);
            }
            let mut elements = elements;
            splice(evaluation, &mut elements, arguments)?;
            evaluation.new_array(elements)
        }
        "with" => {
            let positions = arguments.get(..1).unwrap_or(arguments);
            if let Some(unknown) = unknown_argument(evaluation, array, key, positions) {
                return Ok(unknown);
            }
            let mut elements = elements;
            let index = integer(evaluation, arguments, 0, 0)?;
            if let Some(slot) = elements.get_mut(relative(index, length)) {
                *slot = argument(arguments, 1);
            }
            evaluation.new_array(elements)
        }
        _ => evaluation.new_array(elements),
    }
}

fn flatten(
    evaluation: &mut Evaluation<'_>,
    elements: &[Value],
    depth: i64,
    flat: &mut Vec<Value>,
) -> Result<Option<Value>, Abrupt> {
    evaluation.spend(elements.len() as u64)?;
    for element in elements {
        match element {
            Value::Array(inner) if depth > 0 => {
                if let Some(unknown) = evaluation.poison_of(inner) {
                    return Ok(Some(Value::Unknown(unknown)));
                }
                let inner = inner.borrow().clone();
                if let Some(unknown) = flatten(evaluation, &inner, depth - 1, flat)? {
                    return Ok(Some(unknown));
                }
            }
            Value::Unknown(_) if depth > 0 => return Ok(Some(element.clone())),
            element => flat.push(element.clone()),
        }
    }
    Ok(None)
}

fn search(
    evaluation: &mut Evaluation<'_>,
    array: &Elements,
    key: &str,
    arguments: &[Value],
) -> Result<Value, Abrupt> {
    if let Some(unknown) = unknown_argument(evaluation, array, key, arguments) {
        return Ok(unknown);
    }
    let wanted = argument(arguments, 0);
    let elements = array.borrow().clone();
    let start = relative(integer(evaluation, arguments, 1, 0)?, elements.len());
    let is_wanted = |element: &Value| {
        Evaluation::strict_equals(element, &wanted)
            || (key == "includes"
                && matches!((element, &wanted), (Value::Number(a), Value::Number(b)) if a.is_nan() && b.is_nan()))
    };
    let found = if key == "lastIndexOf" {
        elements.iter().rposition(is_wanted)
    } else {
        elements.iter().skip(start).position(is_wanted).map(|at| at + start)
    };
    // An unknown element before a hit, or without one, may be what is looked for.
    let before = elements.get(..found.unwrap_or(elements.len())).unwrap_or_default();
    let doubtful = first_unknown(before).is_some() && (found.is_none() || key != "includes");
    if doubtful {
        let mut operands = elements;
        operands.push(wanted);
        return Ok(evaluation.derive(key, &operands));
    }
    Ok(match (key, found) {
        ("includes", found) => Value::Bool(found.is_some()),
        (_, Some(index)) => number(index),
        (_, None) => Value::Number(-1.0),
    })
}

/// Methods that call a function for every element.
fn iterate(
    evaluation: &mut Evaluation<'_>,
    array: &Elements,
    key: &str,
    arguments: &[Value],
) -> Result<Value, Abrupt> {
    let function = argument(arguments, 0);
    let this = argument(arguments, 1);
    if matches!(key, "reduce" | "reduceRight") {
        return reduce(evaluation, array, key, arguments);
    }
    let elements = array.borrow().clone();
    let whole = Value::Array(array.clone());
    let is_backward = matches!(key, "findLast" | "findLastIndex");
    let mut order: Vec<usize> = (0..elements.len()).collect();
    if is_backward {
        order.reverse();
    }
    let mut results = Vec::new();
    for index in order {
        let Some(element) = elements.get(index).cloned() else { continue };
        let call = [element.clone(), number(index), whole.clone()];
        let result = evaluation.call_value(&function, &this, &call)?;
        match key {
            "map" => results.push(result),
            "forEach" => {}
            "flatMap" => match &result {
                Value::Array(inner) => match evaluation.poison_of(inner) {
                    Some(unknown) => return Ok(evaluation.derive(key, &[Value::Unknown(unknown)])),
                    None => results.extend(inner.borrow().iter().cloned()),
                },
                Value::Unknown(_) => return Ok(evaluation.derive(key, &[result, whole])),
                _ => results.push(result),
            },
            _ => {
                let Ok(truthy) = Evaluation::truthy(&result) else {
                    return Ok(evaluation.derive(key, &[result, whole]));
                };
                match (key, truthy) {
                    ("filter", true) => results.push(element),
                    ("find" | "findLast", true) => return Ok(element),
                    ("findIndex" | "findLastIndex", true) => return Ok(number(index)),
                    ("some", true) => return Ok(Value::Bool(true)),
                    ("every", false) => return Ok(Value::Bool(false)),
                    _ => {}
                }
            }
        }
    }
    match key {
        "map" | "filter" | "flatMap" => evaluation.new_array(results),
        "findIndex" | "findLastIndex" => Ok(Value::Number(-1.0)),
        "some" => Ok(Value::Bool(false)),
        "every" => Ok(Value::Bool(true)),
        _ => Ok(Value::Undefined),
    }
}

fn reduce(
    evaluation: &mut Evaluation<'_>,
    array: &Elements,
    key: &str,
    arguments: &[Value],
) -> Result<Value, Abrupt> {
    let function = argument(arguments, 0);
    let elements = array.borrow().clone();
    let whole = Value::Array(array.clone());
    let mut indexed: Vec<(usize, Value)> = elements.into_iter().enumerate().collect();
    if key == "reduceRight" {
        indexed.reverse();
    }
    let mut indexed = indexed.into_iter();
    let mut result = match arguments.get(1) {
        Some(start) => start.clone(),
        None => match indexed.next() {
            Some((_, first)) => first,
            None => {
                return Err(evaluation.type_error("reduce of empty array with no initial value"));
            }
        },
    };
    for (index, element) in indexed {
        let call = [result, element, number(index), whole.clone()];
        result = evaluation.call_value(&function, &Value::Undefined, &call)?;
    }
    Ok(result)
}
