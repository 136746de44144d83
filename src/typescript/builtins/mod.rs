//! What JavaScript brings along: `Object`, `Array`, `String`, `Math`, `JSON`, `Map` and so on.
//!
//! A built-in function is a [`Native`] that calls back by name ([`call`]): the static ones as
//! `Object.keys`, methods by the type of their receiver.

mod array;
mod collection;
mod date;
mod global;
mod json;
mod math;
mod object;
mod primitive;
mod regex;
mod string;

use std::rc::Rc;

pub(crate) use collection::elements_of;
pub(crate) use object::is_error;
pub(crate) use regex::regex;

use super::eval::Evaluation;
use super::value::{Abrupt, Context, HostObject, Known, Native, Value};

/// The key of `Symbol.iterator`.
pub(crate) const ITERATOR: &str = "\u{1}Symbol.iterator";

/// The class of a module namespace.
pub(crate) const NAMESPACE: &str = "Module";

/// A module namespace: `import * as x`.
#[derive(Debug)]
pub(crate) struct Namespace {
    pub(crate) module: u32,
}

impl HostObject for Namespace {
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
    fn class(&self) -> &str {
        NAMESPACE
    }
    fn get(
        &self,
        _this: &Rc<dyn HostObject>,
        key: &str,
        context: &mut dyn Context,
    ) -> Result<Value, Abrupt> {
        if key == "__esModule" {
            return Ok(Value::Bool(true));
        }
        context.module_member(self.module, key)
    }
    fn call_method(
        &self,
        this: &Rc<dyn HostObject>,
        key: &str,
        arguments: &[Value],
        context: &mut dyn Context,
    ) -> Result<Value, Abrupt> {
        match self.get(this, key, context)? {
            Value::Undefined => Err(context.throw(&format!("{key} is not a function"))),
            callee => context.call(&callee, &Value::Undefined, arguments),
        }
    }
    fn entries(&self, context: &mut dyn Context) -> Vec<(Rc<str>, Value)> {
        let Ok(Ok(keys)) = context.module_keys(self.module) else { return Vec::new() };
        let mut entries = Vec::new();
        for key in keys {
            if let Ok(value) = context.module_member(self.module, &key) {
                entries.push((key, value));
            }
        }
        entries
    }
}

/// The keys of a module namespace.
pub(crate) fn namespace_keys(
    host: &dyn HostObject,
    evaluation: &mut Evaluation<'_>,
) -> Result<Known<Vec<Rc<str>>>, Abrupt> {
    match host.as_any().downcast_ref::<Namespace>() {
        Some(namespace) => evaluation.export_names(namespace.module),
        None => Ok(Ok(Vec::new())),
    }
}

/// The type of a receiver, as far as its methods go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Array,
    String,
    Number,
    Bool,
    Symbol,
    Date,
    Function,
    Object,
}

fn kind_of(receiver: &Value) -> Option<Kind> {
    Some(match receiver {
        Value::Array(_) => Kind::Array,
        Value::String(_) => Kind::String,
        Value::Number(_) | Value::BigInt(_) => Kind::Number,
        Value::Bool(_) => Kind::Bool,
        Value::Symbol(_) => Kind::Symbol,
        Value::Date(_) => Kind::Date,
        Value::Function(_) | Value::Native(_) => Kind::Function,
        Value::Object(_) => Kind::Object,
        Value::Undefined | Value::Null | Value::Host(_) | Value::Unknown(_) => return None,
    })
}

/// The names of a type's methods.
fn methods(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Array => array::METHODS,
        Kind::String => string::METHODS,
        Kind::Number => &["toString", "toFixed", "valueOf", "toLocaleString", "toPrecision"],
        Kind::Bool => &["toString", "valueOf"],
        Kind::Symbol => &["toString"],
        Kind::Date => date::METHODS,
        Kind::Function => &["call", "apply", "bind", "toString"],
        Kind::Object => &[],
    }
}

/// Methods every object has.
const OBJECT_METHODS: &[&str] = &[
    "hasOwnProperty",
    "toString",
    "valueOf",
    "isPrototypeOf",
    "propertyIsEnumerable",
    "toLocaleString",
];

/// A built-in method as a value; `undefined` when the receiver's type has no such method.
pub(crate) fn method_value(receiver: &Value, key: &str) -> Value {
    let Some(kind) = kind_of(receiver) else { return Value::Undefined };
    if methods(kind).contains(&key) || OBJECT_METHODS.contains(&key) {
        return method(key);
    }
    Value::Undefined
}

fn method(key: &str) -> Value {
    let name = key.to_owned();
    Native::new(key, move |this, arguments, context| context.call_builtin(this, &name, arguments))
}

/// Calls a built-in method on a receiver; `None` when there is no such method.
pub(crate) fn call_method(
    evaluation: &mut Evaluation<'_>,
    receiver: &Value,
    key: &str,
    arguments: &[Value],
) -> Option<Result<Value, Abrupt>> {
    let kind = kind_of(receiver)?;
    if methods(kind).contains(&key) {
        return Some(match (kind, receiver) {
            (Kind::Array, Value::Array(elements)) => {
                array::call(evaluation, elements, key, arguments)
            }
            (Kind::String, Value::String(text)) => string::call(evaluation, text, key, arguments),
            (Kind::Number, number) => math::number_method(evaluation, number, key, arguments),
            (Kind::Date, Value::Date(time)) => date::call(evaluation, *time, key, arguments),
            (Kind::Function, function) => {
                object::function_method(evaluation, function, key, arguments)
            }
            (Kind::Symbol, Value::Symbol(symbol)) => {
                let description = super::eval::symbol_description(symbol);
                evaluation.new_text(&format!("Symbol({description})"))
            }
            (_, receiver) if key == "valueOf" => Ok(receiver.clone()),
            (_, receiver) => evaluation.text_of(receiver),
        });
    }
    if OBJECT_METHODS.contains(&key) {
        return Some(object::method(evaluation, receiver, key, arguments));
    }
    None
}

/// Calls a built-in by name: a method of `this`, or a static function when `this` is undefined or the
/// name has a dot.
pub(crate) fn call(
    evaluation: &mut Evaluation<'_>,
    this: &Value,
    name: &str,
    arguments: &[Value],
) -> Result<Value, Abrupt> {
    if let Value::Unknown(_) = this {
        let mut operands = vec![this.clone()];
        operands.extend_from_slice(arguments);
        return Ok(evaluation.derive(name, &operands));
    }
    if name.contains('.') || name.starts_with(|c: char| c.is_ascii_uppercase()) {
        return global::call(evaluation, name, arguments);
    }
    if let Some(result) = call_method(evaluation, this, name, arguments) {
        return result;
    }
    global::call(evaluation, name, arguments)
}

/// The argument at an index; `undefined` when it was not given.
pub(crate) fn argument(arguments: &[Value], index: usize) -> Value {
    arguments.get(index).cloned().unwrap_or(Value::Undefined)
}

/// An integer argument (ECMA-262 section 7.1.5), clamped to what an index can be.
fn integer(
    evaluation: &mut Evaluation<'_>,
    arguments: &[Value],
    index: usize,
    default: i64,
) -> Result<i64, Abrupt> {
    match arguments.get(index) {
        None | Some(Value::Undefined) => Ok(default),
        Some(value) => match evaluation.numeric_of(value)? {
            Value::Number(number) if number.is_nan() => Ok(0),
            #[expect(clippy::cast_possible_truncation, reason = "saturates")]
            Value::Number(number) => Ok(number.trunc() as i64),
            _ => Ok(default),
        },
    }
}

/// A relative index (negative: from the end) inside `0..=length`.
fn relative(index: i64, length: usize) -> usize {
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    let index = if index < 0 { (length.saturating_add(index)).max(0) } else { index.min(length) };
    usize::try_from(index).unwrap_or(0)
}

/// An `usize` as a JavaScript number.
#[expect(clippy::cast_precision_loss, reason = "lengths are bounded by the memory budget")]
fn number(value: usize) -> Value {
    Value::Number(value as f64)
}
