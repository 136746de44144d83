//! `Object`, and the methods of objects and functions.

use std::rc::Rc;

use super::argument;
use crate::typescript::eval::{Evaluation, FROZEN, same_object};
use crate::typescript::value::{Abrupt, Accessor, Native, ObjectCell, Value};

/// Static functions.
pub(super) const STATICS: &[&str] = &[
    "keys",
    "values",
    "entries",
    "fromEntries",
    "assign",
    "freeze",
    "seal",
    "isFrozen",
    "preventExtensions",
    "getOwnPropertyNames",
    "getOwnPropertySymbols",
    "getOwnPropertyDescriptor",
    "getOwnPropertyDescriptors",
    "defineProperty",
    "defineProperties",
    "getPrototypeOf",
    "setPrototypeOf",
    "create",
    "hasOwn",
    "is",
    "groupBy",
];

/// `Object.name(…)`
pub(super) fn call(
    evaluation: &mut Evaluation<'_>,
    name: &str,
    arguments: &[Value],
) -> Result<Value, Abrupt> {
    let object = argument(arguments, 0);
    match name {
        "keys" | "values" | "entries" | "getOwnPropertyNames" => {
            if matches!(object, Value::Undefined | Value::Null) {
                return Err(evaluation.type_error("cannot convert undefined or null to object"));
            }
            list(evaluation, name, &object)
        }
        "fromEntries" => from_entries(evaluation, &object),
        "assign" => assign(evaluation, arguments),
        "freeze" | "seal" | "preventExtensions" => {
            // Writing to a frozen object throws in strict mode and modules are strict; whoever does so
            // has a program that does not run, so that it is enough to ignore the write.
            Ok(object)
        }
        "isFrozen" => Ok(Value::Bool(match &object {
            Value::Object(cell) => cell.properties.borrow().contains_key(FROZEN),
            _ => false,
        })),
        "getOwnPropertySymbols" => evaluation.new_array(Vec::new()),
        "getOwnPropertyDescriptor" | "getOwnPropertyDescriptors" => {
            descriptors(evaluation, name, &object, arguments.get(1))
        }
        "defineProperty" => {
            let key = match evaluation.property_key(&argument(arguments, 1))? {
                Ok(key) => key,
                Err(unknown) => {
                    evaluation.distrust(&object, &unknown);
                    return Ok(object);
                }
            };
            let descriptor = argument(arguments, 2);
            define(evaluation, &object, &key, &descriptor)?;
            Ok(object)
        }
        "defineProperties" => {
            if let Ok(entries) = evaluation.own_entries(&argument(arguments, 1))? {
                for (key, descriptor) in entries {
                    define(evaluation, &object, &key, &descriptor)?;
                }
            }
            Ok(object)
        }
        "getPrototypeOf" => Ok(match &object {
            Value::Object(cell) => match cell.prototype.borrow().clone() {
                Some(prototype) => prototype,
                None => prototype_of(evaluation, "Object")?,
            },
            Value::Array(_) => prototype_of(evaluation, "Array")?,
            Value::Unknown(_) => evaluation.derive("Object.getPrototypeOf", &[object]),
            _ => Value::Null,
        }),
        "setPrototypeOf" => {
            if let Value::Object(cell) = &object {
                cell.prototype.replace(Some(argument(arguments, 1)));
            }
            Ok(object)
        }
        "create" => {
            let created = evaluation.new_object(Some(object))?;
            if let Some(descriptors @ Value::Object(_)) = arguments.get(1)
                && let Ok(entries) = evaluation.own_entries(descriptors)?
            {
                for (key, descriptor) in entries {
                    define(evaluation, &created, &key, &descriptor)?;
                }
            }
            Ok(created)
        }
        "hasOwn" => {
            let arguments = arguments.get(1..).unwrap_or_default();
            method(evaluation, &object, "hasOwnProperty", arguments)
        }
        "is" => {
            let other = argument(arguments, 1);
            if let Some(unknown) =
                evaluation.poisoned("Object.is", &[object.clone(), other.clone()])
            {
                return Ok(unknown);
            }
            Ok(Value::Bool(match (&object, &other) {
                (Value::Number(a), Value::Number(b)) => {
                    a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan())
                }
                (a, b) => Evaluation::strict_equals(a, b),
            }))
        }
        "groupBy" => group_by(evaluation, &object, &argument(arguments, 1)),
        _ => Ok(evaluation.unknown_here(&format!("`Object.{name}` is not evaluated"))),
    }
}

fn prototype_of(evaluation: &mut Evaluation<'_>, class: &str) -> Result<Value, Abrupt> {
    match evaluation.global(class) {
        Some(class) => evaluation.get_property(&class, "prototype"),
        None => Ok(Value::Null),
    }
}

fn list(evaluation: &mut Evaluation<'_>, name: &str, object: &Value) -> Result<Value, Abrupt> {
    let what = format!("Object.{name}");
    if matches!(name, "keys" | "getOwnPropertyNames") {
        return match evaluation.own_keys(object)? {
            Ok(keys) => {
                let mut keys: Vec<Value> = keys.into_iter().map(Value::String).collect();
                if name == "getOwnPropertyNames" && matches!(object, Value::Array(_)) {
                    keys.push(evaluation.new_text("length")?);
                }
                evaluation.new_array(keys)
            }
            Err(unknown) => Ok(evaluation.derive(&what, &[Value::Unknown(unknown)])),
        };
    }
    let entries = match evaluation.own_entries(object)? {
        Ok(entries) => entries,
        Err(unknown) => return Ok(evaluation.derive(&what, &[Value::Unknown(unknown)])),
    };
    let mut values = Vec::with_capacity(entries.len());
    for (key, value) in entries {
        if name == "values" {
            values.push(value);
        } else {
            values.push(evaluation.new_array(vec![Value::String(key), value])?);
        }
    }
    evaluation.new_array(values)
}

fn from_entries(evaluation: &mut Evaluation<'_>, entries: &Value) -> Result<Value, Abrupt> {
    let entries = match evaluation.iterate(entries)? {
        Ok(entries) => entries,
        Err(unknown) => {
            return Ok(evaluation.derive("Object.fromEntries", &[Value::Unknown(unknown)]));
        }
    };
    let object = evaluation.new_object(None)?;
    for entry in entries {
        let key = evaluation.get_property(&entry, "0")?;
        let value = evaluation.get_property(&entry, "1")?;
        match evaluation.property_key(&key)? {
            Ok(key) => {
                evaluation.charge(1)?;
                Evaluation::define(&object, &key, value);
            }
            Err(unknown) => {
                return Ok(evaluation
                    .derive("Object.fromEntries", &[Value::Unknown(unknown), object, value]));
            }
        }
    }
    Ok(object)
}

fn assign(evaluation: &mut Evaluation<'_>, arguments: &[Value]) -> Result<Value, Abrupt> {
    let target = argument(arguments, 0);
    for source in arguments.iter().skip(1) {
        match evaluation.own_entries(source)? {
            Ok(entries) => {
                for (key, value) in entries {
                    let place = Evaluation::place_of(source, &key);
                    evaluation.set_property(&target, &key, value)?;
                    if let (Some(place), Value::Object(cell)) = (place, &target) {
                        cell.places.borrow_mut().push((key, place));
                    }
                }
            }
            Err(unknown) => {
                if matches!(target, Value::Unknown(_)) {
                    return Ok(target);
                }
                evaluation.distrust(&target, &unknown);
                if let Value::Object(_) = target {
                    continue;
                }
                return Ok(evaluation.derive("Object.assign", &[Value::Unknown(unknown), target]));
            }
        }
    }
    Ok(target)
}

/// `Object.getOwnPropertyDescriptors(object)`, or of one property.
fn descriptors(
    evaluation: &mut Evaluation<'_>,
    name: &str,
    object: &Value,
    key: Option<&Value>,
) -> Result<Value, Abrupt> {
    let what = format!("Object.{name}");
    let (Value::Object(_) | Value::Array(_), Ok(keys)) = (object, evaluation.own_keys(object)?)
    else {
        return Ok(evaluation.derive(&what, std::slice::from_ref(object)));
    };
    let all = evaluation.new_object(None)?;
    for key in keys {
        let described = descriptor(evaluation, object, &key)?;
        Evaluation::define(&all, &key, described);
    }
    if let Value::Array(_) = object {
        let length = descriptor(evaluation, object, "length")?;
        Evaluation::define(&length, "enumerable", Value::Bool(false));
        Evaluation::define(&length, "configurable", Value::Bool(false));
        Evaluation::define(&all, "length", length);
    }
    if name == "getOwnPropertyDescriptors" {
        return Ok(all);
    }
    match evaluation.property_key(key.unwrap_or(&Value::Undefined))? {
        Ok(key) => evaluation.get_property(&all, &key),
        Err(unknown) => Ok(evaluation.derive(&what, &[Value::Unknown(unknown), object.clone()])),
    }
}

fn descriptor(evaluation: &mut Evaluation<'_>, object: &Value, key: &str) -> Result<Value, Abrupt> {
    let described = evaluation.new_object(None)?;
    evaluation.charge(4)?;
    let accessor = match object {
        Value::Object(cell) => {
            let accessors = cell.accessors.borrow();
            accessors.iter().find(|(other, _)| &**other == key).map(|(_, it)| it.clone())
        }
        _ => None,
    };
    if let Some(Accessor { get, set }) = accessor {
        Evaluation::define(&described, "get", get.unwrap_or(Value::Undefined));
        Evaluation::define(&described, "set", set.unwrap_or(Value::Undefined));
    } else {
        let value = evaluation.get_property(object, key)?;
        Evaluation::define(&described, "value", value);
        Evaluation::define(&described, "writable", Value::Bool(true));
    }
    Evaluation::define(&described, "enumerable", Value::Bool(true));
    Evaluation::define(&described, "configurable", Value::Bool(true));
    Ok(described)
}

/// `Object.defineProperty` as far as data is concerned.
fn define(
    evaluation: &mut Evaluation<'_>,
    object: &Value,
    key: &Rc<str>,
    descriptor: &Value,
) -> Result<(), Abrupt> {
    let getter = evaluation.get_property(descriptor, "get")?;
    let setter = evaluation.get_property(descriptor, "set")?;
    if matches!(getter, Value::Undefined) && matches!(setter, Value::Undefined) {
        let value = evaluation.get_property(descriptor, "value")?;
        Evaluation::define(object, key, value);
        return Ok(());
    }
    let some = |value: Value| (!matches!(value, Value::Undefined)).then_some(value);
    Evaluation::accessor(object, key, Accessor { get: some(getter), set: some(setter) });
    Ok(())
}

fn group_by(
    evaluation: &mut Evaluation<'_>,
    elements: &Value,
    by: &Value,
) -> Result<Value, Abrupt> {
    let elements = match evaluation.iterate(elements)? {
        Ok(elements) => elements,
        Err(unknown) => return Ok(evaluation.derive("Object.groupBy", &[Value::Unknown(unknown)])),
    };
    let object = evaluation.new_object(None)?;
    for (index, element) in elements.into_iter().enumerate() {
        let key = evaluation.call_value(
            by,
            &Value::Undefined,
            &[element.clone(), super::number(index)],
        )?;
        let key = match evaluation.property_key(&key)? {
            Ok(key) => key,
            Err(unknown) => {
                return Ok(evaluation.derive("Object.groupBy", &[Value::Unknown(unknown), object]));
            }
        };
        let Value::Object(cell) = &object else { continue };
        if let Some(Value::Array(group)) = cell.own(&key) {
            group.borrow_mut().push(element);
        } else {
            let group = evaluation.new_array(vec![element])?;
            Evaluation::define(&object, &key, group);
        }
    }
    Ok(object)
}

/// Methods every object has.
pub(super) fn method(
    evaluation: &mut Evaluation<'_>,
    receiver: &Value,
    key: &str,
    arguments: &[Value],
) -> Result<Value, Abrupt> {
    match key {
        "hasOwnProperty" | "propertyIsEnumerable" => {
            let name = match evaluation.property_key(&argument(arguments, 0))? {
                Ok(name) => name,
                Err(unknown) => {
                    return Ok(evaluation.derive(key, &[Value::Unknown(unknown), receiver.clone()]));
                }
            };
            match receiver {
                Value::Object(cell) => {
                    if let Some(unknown) = &*cell.doubt.borrow() {
                        return Ok(evaluation.derive(key, &[Value::Unknown(unknown.clone())]));
                    }
                    Ok(Value::Bool(cell.properties.borrow().contains_key(&name)))
                }
                receiver => match evaluation.own_keys(receiver)? {
                    Ok(keys) => Ok(Value::Bool(keys.contains(&name))),
                    Err(unknown) => Ok(evaluation.derive(key, &[Value::Unknown(unknown)])),
                },
            }
        }
        "isPrototypeOf" => Ok(Value::Bool(match arguments.first() {
            Some(Value::Object(cell)) => {
                cell.prototype.borrow().as_ref().is_some_and(|parent| same_object(parent, receiver))
            }
            _ => false,
        })),
        "valueOf" => Ok(receiver.clone()),
        _ => match receiver {
            Value::Object(cell) if is_error(cell) => {
                let text = evaluation.thrown_message(receiver);
                evaluation.new_text(&text)
            }
            Value::Object(_) => evaluation.new_text("[object Object]"),
            receiver => evaluation.text_of(receiver),
        },
    }
}

/// Whether an object came from `new Error(…)` or a class that extends it.
pub(crate) fn is_error(cell: &ObjectCell) -> bool {
    let mut prototype = cell.prototype.borrow().clone();
    for _ in 0..16 {
        let Some(Value::Object(parent)) = prototype else { return false };
        if parent.properties.borrow().contains_key(super::global::ERROR_MARK) {
            return true;
        }
        let next = parent.prototype.borrow().clone();
        prototype = next;
    }
    false
}

/// `call`, `apply`, `bind`
pub(super) fn function_method(
    evaluation: &mut Evaluation<'_>,
    function: &Value,
    key: &str,
    arguments: &[Value],
) -> Result<Value, Abrupt> {
    let this = argument(arguments, 0);
    match key {
        "call" => evaluation.call_value(function, &this, arguments.get(1..).unwrap_or_default()),
        "apply" => {
            let list = argument(arguments, 1);
            if matches!(list, Value::Undefined | Value::Null) {
                return evaluation.call_value(function, &this, &[]);
            }
            match evaluation.iterate(&list)? {
                Ok(list) => evaluation.call_value(function, &this, &list),
                Err(unknown) => {
                    Ok(evaluation.derive("apply", &[function.clone(), Value::Unknown(unknown)]))
                }
            }
        }
        "bind" => {
            let function = function.clone();
            let bound = arguments.get(1..).unwrap_or_default().to_vec();
            let native = Native::new("bound", move |_, arguments, context| {
                let mut all = bound.clone();
                all.extend_from_slice(arguments);
                context.call(&function, &this, &all)
            });
            evaluation.allocated(native)
        }
        _ => Ok(evaluation.derive("the text of a function", std::slice::from_ref(function))),
    }
}
