//! Global names.

use std::rc::Rc;

use super::{ITERATOR, argument, collection, date, json, math, method, object, primitive};
use crate::typescript::eval::Evaluation;
use crate::typescript::value::{Abrupt, Native, Value};

/// Marks the prototypes of error classes.
pub(super) const ERROR_MARK: &str = "\u{1}error";

const ERRORS: &[&str] =
    &["Error", "TypeError", "RangeError", "SyntaxError", "ReferenceError", "EvalError", "URIError"];

/// Static functions by class.
fn statics(name: &str) -> &'static [&'static str] {
    match name {
        "Object" => object::STATICS,
        "Array" => &["from", "isArray", "of"],
        "String" => &["raw", "fromCharCode", "fromCodePoint"],
        "Number" => &["isInteger", "isFinite", "isNaN", "isSafeInteger", "parseInt", "parseFloat"],
        "Math" => math::STATICS,
        "JSON" => &["stringify", "parse"],
        "Date" => &["UTC", "now", "parse"],
        "Symbol" => &["for"],
        "BigInt" => &["asIntN", "asUintN"],
        "console" => &[
            "log", "info", "warn", "error", "debug", "trace", "table", "group", "groupEnd", "time",
            "timeEnd", "assert", "dir",
        ],
        "Error" => &["captureStackTrace"],
        _ => &[],
    }
}

const CLASSES: &[&str] = &[
    "Object",
    "Array",
    "String",
    "Number",
    "Boolean",
    "Math",
    "JSON",
    "Date",
    "Symbol",
    "BigInt",
    "Map",
    "Set",
    "WeakMap",
    "WeakSet",
    "console",
    "RegExp",
    "parseInt",
    "parseFloat",
    "isNaN",
    "isFinite",
    "structuredClone",
    "Function",
];

impl Evaluation<'_> {
    /// A global value; `None` for a name that is not modelled.
    pub(crate) fn global(&mut self, name: &str) -> Option<Value> {
        match name {
            // In Node these are undeclared; what asks for them asks whether they are there.
            "undefined" | "window" | "document" | "self" => return Some(Value::Undefined),
            "NaN" => return Some(Value::Number(f64::NAN)),
            "Infinity" => return Some(Value::Number(f64::INFINITY)),
            _ => {}
        }
        if let Some(value) = self.globals.get(name) {
            return Some(value.clone());
        }
        if matches!(name, "process" | "globalThis" | "global") {
            return Some(self.runtime(name));
        }
        let value = if ERRORS.contains(&name) {
            self.error_class(name)
        } else if CLASSES.contains(&name) {
            let value = named(name);
            if let Value::Native(native) = &value {
                let mut properties = native.properties.borrow_mut();
                for function in statics(name) {
                    properties.insert((*function).into(), named(&format!("{name}.{function}")));
                }
                constants(name, &mut |key, value| {
                    properties.insert(key.into(), value);
                });
            }
            value
        } else {
            return None;
        };
        self.globals.insert(name.into(), value.clone());
        self.keep(&value);
        if let Value::Native(native) = &value
            && let Some(prototype) = self.builtin_prototype(name)
        {
            native.properties.borrow_mut().insert("prototype".into(), prototype);
        }
        Some(value)
    }

    /// The prototype object of a built-in class: its methods as values.
    fn builtin_prototype(&mut self, name: &str) -> Option<Value> {
        let methods: &[&str] = match name {
            "Array" => super::array::METHODS,
            "String" => super::string::METHODS,
            "Object" => super::OBJECT_METHODS,
            "Date" => date::METHODS,
            "Map" | "Set" | "Number" | "Boolean" | "RegExp" | "Function" => &[],
            _ => return None,
        };
        let prototype = self.new_object(Some(Value::Null)).ok()?;
        for key in methods {
            Self::define(&prototype, key, method(key));
        }
        Some(prototype)
    }

    fn error_class(&mut self, name: &str) -> Value {
        let class = named(name);
        let parent = if name == "Error" { None } else { self.global("Error") };
        let parent = parent.and_then(|parent| self.get_property(&parent, "prototype").ok());
        if let Ok(prototype) = self.new_object(parent) {
            Self::define(&prototype, ERROR_MARK, Value::Bool(true));
            Self::define(&prototype, "name", Value::String(name.into()));
            Self::define(&prototype, "message", Value::String("".into()));
            Self::define(&prototype, "constructor", class.clone());
            Self::define(&class, "prototype", prototype);
        }
        class
    }

    /// `new Native(…)`
    pub(crate) fn construct_native(
        &mut self,
        native: &Rc<Native>,
        arguments: &[Value],
    ) -> Result<Value, Abrupt> {
        match &*native.name {
            "Map" | "WeakMap" => collection::construct(self, true, arguments),
            "Set" | "WeakSet" => collection::construct(self, false, arguments),
            "Date" => date::construct(self, arguments),
            "Array" => array_of_length(self, arguments),
            "Object" => match arguments.first() {
                Some(value @ (Value::Object(_) | Value::Array(_) | Value::Unknown(_))) => {
                    Ok(value.clone())
                }
                _ => self.new_object(None),
            },
            "RegExp" => match (argument(arguments, 0), argument(arguments, 1)) {
                (Value::String(source), Value::String(flags)) => Ok(super::regex(source, flags)),
                (Value::String(source), Value::Undefined) => Ok(super::regex(source, "".into())),
                _ => Ok(self.derive("new RegExp", arguments)),
            },
            name if ERRORS.contains(&name) => make_error(self, name, arguments),
            _ => {
                let native = native.clone();
                (native.run)(&Value::Undefined, arguments, self)
            }
        }
    }

    /// `value instanceof Native`
    pub(crate) fn is_instance_of_native(
        &mut self,
        value: &Value,
        class: &Rc<Native>,
    ) -> Result<Value, Abrupt> {
        let name = &*class.name;
        Ok(match value {
            Value::Array(_) => Value::Bool(matches!(name, "Array" | "Object")),
            Value::Date(_) => Value::Bool(matches!(name, "Date" | "Object")),
            Value::Function(_) | Value::Native(_) => {
                Value::Bool(matches!(name, "Function" | "Object"))
            }
            Value::Host(host) if matches!(host.class(), "Map" | "Set" | "RegExp") => {
                Value::Bool(host.class() == name || name == "Object")
            }
            Value::Host(_) if CLASSES.contains(&name) || ERRORS.contains(&name) => {
                Value::Bool(name == "Object")
            }
            Value::Host(_) => self.derive("instanceof", std::slice::from_ref(value)),
            Value::Object(_) if name == "Object" => Value::Bool(true),
            Value::Object(_) if ERRORS.contains(&name) => {
                let wanted = self.get_property(&Value::Native(class.clone()), "prototype")?;
                let mut current = value.clone();
                for _ in 0..1_000 {
                    let Value::Object(cell) = &current else { break };
                    let next = cell.prototype.borrow().clone();
                    match next {
                        Some(next) if crate::typescript::eval::same_object(&next, &wanted) => {
                            return Ok(Value::Bool(true));
                        }
                        Some(next) => current = next,
                        None => break,
                    }
                }
                Value::Bool(false)
            }
            _ => Value::Bool(false),
        })
    }
}

fn named(name: &str) -> Value {
    let owned = name.to_owned();
    Native::new(name, move |_, arguments, context| {
        context.call_builtin(&Value::Undefined, &owned, arguments)
    })
}

fn constants(name: &str, add: &mut dyn FnMut(&str, Value)) {
    match name {
        "Math" => math::CONSTANTS.iter().for_each(|(key, value)| add(key, Value::Number(*value))),
        "Number" => {
            for (key, value) in [
                ("MAX_SAFE_INTEGER", 9_007_199_254_740_991.0),
                ("MIN_SAFE_INTEGER", -9_007_199_254_740_991.0),
                ("MAX_VALUE", f64::MAX),
                ("MIN_VALUE", 5e-324),
                ("EPSILON", f64::EPSILON),
                ("POSITIVE_INFINITY", f64::INFINITY),
                ("NEGATIVE_INFINITY", f64::NEG_INFINITY),
                ("NaN", f64::NAN),
            ] {
                add(key, Value::Number(value));
            }
        }
        "Symbol" => {
            add("iterator", Value::Symbol(ITERATOR.into()));
            for well_known in ["asyncIterator", "toStringTag", "toPrimitive", "hasInstance"] {
                add(well_known, Value::Symbol(format!("\u{1}Symbol.{well_known}").into()));
            }
        }
        _ => {}
    }
}

fn array_of_length(evaluation: &mut Evaluation<'_>, arguments: &[Value]) -> Result<Value, Abrupt> {
    match arguments {
        [Value::Number(length)] => {
            if *length < 0.0 || length.fract() != 0.0 || *length > 4_294_967_295.0 {
                return Err(evaluation.throw_error("RangeError", "invalid array length"));
            }
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked")]
            let length = *length as usize;
            evaluation.charge(length as u64)?;
            evaluation.new_array(vec![Value::Undefined; length])
        }
        [unknown @ Value::Unknown(_)] => {
            Ok(evaluation.derive("new Array", std::slice::from_ref(unknown)))
        }
        elements => evaluation.new_array(elements.to_vec()),
    }
}

fn make_error(
    evaluation: &mut Evaluation<'_>,
    class: &str,
    arguments: &[Value],
) -> Result<Value, Abrupt> {
    let error = evaluation.new_error(class, "")?;
    match arguments.first() {
        None | Some(Value::Undefined) => {}
        Some(message) => {
            let text = evaluation.text_of(message)?;
            Evaluation::define(&error, "message", text);
        }
    }
    if let Some(options @ Value::Object(_)) = arguments.get(1) {
        let cause = evaluation.get_property(options, "cause")?;
        Evaluation::define(&error, "cause", cause);
    }
    Ok(error)
}

/// Calls a global function by its qualified name.
pub(super) fn call(
    evaluation: &mut Evaluation<'_>,
    name: &str,
    arguments: &[Value],
) -> Result<Value, Abrupt> {
    evaluation.spend(1)?;
    if let Some((class, function)) = name.split_once('.') {
        return match class {
            "Object" => object::call(evaluation, function, arguments),
            "Math" => math::call(evaluation, function, arguments),
            "Array" => array_static(evaluation, function, arguments),
            "Number" => primitive::number_static(evaluation, function, arguments),
            "String" => primitive::string_static(evaluation, function, arguments),
            "console" | "Error" => Ok(Value::Undefined),
            "JSON" if function == "stringify" => json::stringify(evaluation, arguments),
            "JSON" => json::parse(evaluation, arguments),
            "Date" if function == "UTC" => date::utc(evaluation, arguments),
            "Date" if function == "parse" => date::parse_value(evaluation, arguments),
            "Date" => Ok(evaluation.unknown_here("`Date.now()` is only known at run time")),
            "Symbol" => match evaluation.text_of(&argument(arguments, 0))? {
                Value::String(text) => {
                    Ok(Value::Symbol(format!("\u{1}{text}\u{1}registered").into()))
                }
                unknown => Ok(unknown),
            },
            _ => Ok(evaluation.derive(&format!("`{name}` is not evaluated"), arguments)),
        };
    }
    let first = argument(arguments, 0);
    match name {
        "String" => match arguments.first() {
            None => evaluation.new_text(""),
            Some(Value::Symbol(symbol)) => {
                let text = crate::typescript::eval::symbol_description(symbol).to_owned();
                evaluation.new_text(&format!("Symbol({text})"))
            }
            Some(value) => evaluation.text_of(value),
        },
        "Number" => match arguments.first() {
            None => Ok(Value::Number(0.0)),
            Some(value) => Ok(match evaluation.numeric_of(value)? {
                #[expect(clippy::cast_precision_loss, reason = "that is what it does")]
                Value::BigInt(number) => Value::Number(number as f64),
                other => other,
            }),
        },
        "Boolean" => Ok(match Evaluation::truthy(&first) {
            Ok(truthy) => Value::Bool(truthy),
            Err(_) => evaluation.derive("Boolean", &[first]),
        }),
        "BigInt" => big_int(evaluation, &first),
        "Symbol" => {
            evaluation.symbols += 1;
            let description = match first {
                Value::String(text) => text,
                _ => "".into(),
            };
            let number = evaluation.symbols;
            Ok(Value::Symbol(format!("\u{1}{description}\u{1}{number}").into()))
        }
        "parseInt" | "parseFloat" | "isNaN" | "isFinite" => {
            primitive::number_static(evaluation, name, arguments)
        }
        "Array" => array_of_length(evaluation, arguments),
        "Object" => match first {
            Value::Undefined | Value::Null => evaluation.new_object(None),
            value => Ok(value),
        },
        "Date" => Ok(evaluation.unknown_here("`Date()` is only known at run time")),
        "structuredClone" => clone(evaluation, &first, 0),
        "Map" | "Set" | "WeakMap" | "WeakSet" => {
            Err(evaluation.type_error(&format!("constructor {name} requires 'new'")))
        }
        name if ERRORS.contains(&name) => make_error(evaluation, name, arguments),
        _ => {
            let unknown = evaluation.unknown_here(&format!("`{name}` is not evaluated"));
            let mut operands = vec![unknown];
            operands.extend_from_slice(arguments);
            Ok(evaluation.derive(name, &operands))
        }
    }
}

fn clone(evaluation: &mut Evaluation<'_>, value: &Value, depth: u32) -> Result<Value, Abrupt> {
    if depth > 100 {
        return Ok(evaluation.derive("structuredClone", std::slice::from_ref(value)));
    }
    match value {
        Value::Array(_) => match evaluation.iterate(value)? {
            Ok(elements) => {
                let mut copies = Vec::with_capacity(elements.len());
                for element in elements {
                    copies.push(clone(evaluation, &element, depth + 1)?);
                }
                evaluation.new_array(copies)
            }
            Err(unknown) => Ok(Value::Unknown(unknown)),
        },
        Value::Object(_) => match evaluation.own_entries(value)? {
            Ok(entries) => {
                let copy = evaluation.new_object(None)?;
                for (key, element) in entries {
                    let element = clone(evaluation, &element, depth + 1)?;
                    Evaluation::define(&copy, &key, element);
                }
                Ok(copy)
            }
            Err(unknown) => Ok(Value::Unknown(unknown)),
        },
        Value::Host(_) | Value::Function(_) | Value::Native(_) => {
            Ok(evaluation.derive("structuredClone", std::slice::from_ref(value)))
        }
        value => Ok(value.clone()),
    }
}

fn big_int(evaluation: &mut Evaluation<'_>, value: &Value) -> Result<Value, Abrupt> {
    match value {
        Value::BigInt(_) => Ok(value.clone()),
        Value::Number(number) if number.fract() == 0.0 && number.abs() < 1e37 =>
        {
            #[expect(clippy::cast_possible_truncation, reason = "the range was just checked")]
            Ok(Value::BigInt(*number as i128))
        }
        Value::Number(_) => {
            Err(evaluation.throw_error("RangeError", "the number is not an integer"))
        }
        Value::Bool(value) => Ok(Value::BigInt(i128::from(*value))),
        Value::String(text) => match text.trim().parse::<i128>() {
            Ok(number) => Ok(Value::BigInt(number)),
            Err(_) => {
                Ok(evaluation.derive("this BigInt is not evaluated", std::slice::from_ref(value)))
            }
        },
        Value::Unknown(_) => Ok(evaluation.derive("BigInt", std::slice::from_ref(value))),
        _ => Err(evaluation.type_error("cannot convert to a BigInt")),
    }
}

fn array_static(
    evaluation: &mut Evaluation<'_>,
    name: &str,
    arguments: &[Value],
) -> Result<Value, Abrupt> {
    let first = argument(arguments, 0);
    match name {
        "isArray" => Ok(match first {
            Value::Unknown(_) => evaluation.derive("Array.isArray", &[first]),
            value => Value::Bool(matches!(value, Value::Array(_))),
        }),
        "of" => evaluation.new_array(arguments.to_vec()),
        _ => {
            let function = argument(arguments, 1);
            let elements = match &first {
                Value::Object(cell) if cell.own(ITERATOR).is_none() => {
                    let length = evaluation.get_property(&first, "length")?;
                    let length = match evaluation.numeric_of(&length)? {
                        Value::Number(length) if length > 0.0 => length.min(4_294_967_295.0),
                        Value::Number(_) => 0.0,
                        unknown => return Ok(evaluation.derive("Array.from", &[unknown, function])),
                    };
                    #[expect(
                        clippy::cast_possible_truncation,
                        clippy::cast_sign_loss,
                        reason = "checked"
                    )]
                    let length = length as usize;
                    evaluation.charge(length as u64)?;
                    let mut elements = Vec::with_capacity(length);
                    for index in 0..length {
                        elements.push(evaluation.get_property(&first, &index.to_string())?);
                    }
                    Ok(elements)
                }
                value => evaluation.iterate(value)?,
            };
            let elements = match elements {
                Ok(elements) => elements,
                Err(unknown) => {
                    return Ok(
                        evaluation.derive("Array.from", &[Value::Unknown(unknown), function])
                    );
                }
            };
            if matches!(function, Value::Undefined) {
                return evaluation.new_array(elements);
            }
            let mut results = Vec::with_capacity(elements.len());
            for (index, element) in elements.into_iter().enumerate() {
                let call = [element, super::number(index)];
                results.push(evaluation.call_value(&function, &Value::Undefined, &call)?);
            }
            evaluation.new_array(results)
        }
    }
}
