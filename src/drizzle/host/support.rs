//! Small helpers for host objects: reading arguments and options, making functions and namespaces.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

use indexmap::IndexMap;

use super::Session;
use crate::schema::js_number_text;
use crate::typescript::{Abrupt, Context, HostObject, Native, ObjectCell, Unknown, Value};

/// What a host function gives.
pub(super) type Outcome = Result<Value, Abrupt>;

/// The host object of a class, if the value is one.
pub(in crate::drizzle) fn downcast<T: 'static>(value: &Value) -> Option<&T> {
    match value {
        Value::Host(object) => object.as_any().downcast_ref(),
        _ => None,
    }
}

/// An argument, `undefined` when it was not given.
pub(super) fn argument(arguments: &[Value], index: usize) -> Value {
    arguments.get(index).cloned().unwrap_or(Value::Undefined)
}

/// A digest of texts, the same on every machine (FNV-1a).
pub(super) fn digest<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for text in texts {
        for byte in text.as_ref().bytes().chain([0xff]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    hash
}

thread_local! {
    /// How many digests of host objects are being made inside each other.
    static DIGESTS: Cell<u32> = const { Cell::new(0) };
}

/// The digest of a host object. Objects may refer to each other in circles; the depth ends them.
pub(super) fn of_host(object: &Rc<dyn HostObject>) -> u64 {
    const DEEPEST: u32 = 16;
    DIGESTS.with(|depth| {
        if depth.get() >= DEEPEST {
            return 0;
        }
        depth.set(depth.get() + 1);
        let digest = object.digest();
        depth.set(depth.get() - 1);
        digest
    })
}

/// A digest of a value that is data; functions and cycles count as nothing.
pub(super) fn of_value(value: &Value) -> u64 {
    fn write(value: &Value, depth: u32, into: &mut Vec<String>) {
        if depth == 0 || into.len() > 2_000 {
            return;
        }
        match value {
            Value::Array(items) => {
                into.push("[".to_owned());
                items.borrow().iter().for_each(|item| write(item, depth - 1, into));
            }
            Value::Object(cell) => {
                into.push("{".to_owned());
                if let Some(unknown) = &*cell.doubt.borrow() {
                    into.push(format!("{:x}", unknown.source));
                }
                for (key, item) in cell.properties.borrow().iter() {
                    into.push(key.to_string());
                    write(item, depth - 1, into);
                }
            }
            Value::Host(object) => into.push(format!("{:x}", of_host(object))),
            Value::Unknown(unknown) => into.push(format!("{:x}", unknown.source)),
            Value::Number(number) => into.push(js_number_text(*number)),
            Value::String(text) => into.push(format!("'{text}")),
            Value::BigInt(number) => into.push(number.to_string()),
            Value::Date(time) => into.push(format!("@{time}")),
            Value::Bool(value) => into.push(value.to_string()),
            Value::Undefined => into.push("undefined".to_owned()),
            Value::Null => into.push("null".to_owned()),
            Value::Symbol(_) | Value::Function(_) | Value::Native(_) => {}
        }
    }
    let mut parts = Vec::new();
    write(value, 8, &mut parts);
    digest(parts)
}

/// A string value.
pub(super) fn string(text: impl AsRef<str>) -> Value {
    Value::String(Rc::from(text.as_ref()))
}

/// An array value.
pub(super) fn array(items: Vec<Value>) -> Value {
    Value::Array(Rc::new(RefCell::new(items)))
}

/// A plain object.
pub(super) fn object(properties: impl IntoIterator<Item = (Rc<str>, Value)>) -> Value {
    let cell = ObjectCell::default();
    cell.properties.borrow_mut().extend(properties);
    Value::Object(Rc::new(cell))
}

/// A host object as a value.
pub(super) fn host(object: impl HostObject + 'static) -> Value {
    Value::Host(Rc::new(object))
}

/// A function.
pub(super) fn native(
    name: &str,
    run: impl Fn(&Value, &[Value], &mut dyn Context) -> Outcome + 'static,
) -> Value {
    native_with(name, run, [])
}

/// A function with properties of its own.
pub(super) fn native_with<const N: usize>(
    name: &str,
    run: impl Fn(&Value, &[Value], &mut dyn Context) -> Outcome + 'static,
    properties: [(&str, Value); N],
) -> Value {
    let properties = properties.into_iter().map(|(key, value)| (Rc::from(key), value));
    Value::Native(Rc::new(Native {
        name: name.into(),
        run: Box::new(run),
        properties: RefCell::new(properties.collect()),
    }))
}

/// A method as a value of its own: `const on = index('a').on`.
pub(super) fn bound(this: &Rc<dyn HostObject>, key: &'static str) -> Value {
    let this = this.clone();
    native(key, move |_, arguments, context| this.call_method(&this, key, arguments, context))
}

/// Calls what a property holds: how [`HostObject::call_method`] ends for keys that are no method.
pub(super) fn call_property(
    object: &dyn HostObject,
    this: &Rc<dyn HostObject>,
    key: &str,
    arguments: &[Value],
    context: &mut dyn Context,
) -> Outcome {
    let callee = object.get(this, key, context)?;
    context.call(&callee, &Value::Host(this.clone()), arguments)
}

/// `typeof value === 'object'`, `null` and arrays included.
pub(super) fn is_object(value: &Value) -> bool {
    matches!(
        value,
        Value::Null | Value::Date(_) | Value::Array(_) | Value::Object(_) | Value::Host(_)
    )
}

/// Whether a value can be called, as far as one can see.
pub(super) fn is_function(value: &Value) -> bool {
    matches!(value, Value::Function(_) | Value::Native(_))
}

/// `value === undefined || value === null`.
pub(super) fn is_nullish(value: &Value) -> bool {
    matches!(value, Value::Undefined | Value::Null)
}

/// JavaScript's `Boolean(value)`; `None` when the value is unknown.
pub(in crate::drizzle) fn truthy(value: &Value) -> Option<bool> {
    Some(match value {
        Value::Undefined | Value::Null => false,
        Value::Bool(value) => *value,
        Value::Number(number) => !(number.is_nan() || *number == 0.0),
        Value::BigInt(number) => *number != 0,
        Value::String(text) => !text.is_empty(),
        Value::Unknown(_) => return None,
        Value::Symbol(_)
        | Value::Date(_)
        | Value::Array(_)
        | Value::Object(_)
        | Value::Function(_)
        | Value::Native(_)
        | Value::Host(_) => true,
    })
}

/// `${value}`, with the placeholder for an unknown.
pub(in crate::drizzle) fn display(session: &Session, value: &Value) -> String {
    /// An array may hold itself.
    fn write(session: &Session, value: &Value, depth: u32) -> String {
        match value {
            Value::Undefined => "undefined".to_owned(),
            Value::Null => "null".to_owned(),
            Value::Bool(value) => value.to_string(),
            Value::Number(number) => js_number_text(*number),
            Value::BigInt(number) => number.to_string(),
            Value::String(text) | Value::Symbol(text) => text.to_string(),
            Value::Unknown(unknown) => session.placeholder(unknown),
            Value::Array(items) if depth > 0 => {
                let items = items.borrow();
                let texts = items.iter().map(|item| match item {
                    Value::Undefined | Value::Null => String::new(),
                    item => write(session, item, depth - 1),
                });
                texts.collect::<Vec<_>>().join(",")
            }
            Value::Array(_) => String::new(),
            Value::Date(_) | Value::Object(_) | Value::Host(_) => "[object Object]".to_owned(),
            Value::Function(_) | Value::Native(_) => "function".to_owned(),
        }
    }
    write(session, value, 32)
}

/// The unknown inside a value, if it is one.
pub(super) fn unknown(value: &Value) -> Option<&Rc<Unknown>> {
    match value {
        Value::Unknown(unknown) => Some(unknown),
        _ => None,
    }
}

/// What a column builder takes: `(name)`, `(config)` or `(name, config)`.
pub(super) fn name_and_config(session: &Session, arguments: &[Value]) -> (String, Value) {
    let (first, second) = (argument(arguments, 0), argument(arguments, 1));
    match &first {
        Value::String(name) => (name.to_string(), second),
        // One unknown argument may be the name or the configuration: then neither is known.
        Value::Unknown(unknown) => {
            let config = if is_nullish(&second) { first.clone() } else { second };
            (session.placeholder(unknown), config)
        }
        value if is_object(value) => (String::new(), first),
        _ => (String::new(), second),
    }
}

/// `config?.key`: undefined for a missing configuration.
pub(super) fn option(config: &Value, key: &str, context: &mut dyn Context) -> Outcome {
    if is_nullish(config) { Ok(Value::Undefined) } else { context.get(config, key) }
}

/// The elements of an array argument; `None` when it is not an array.
pub(super) fn elements(value: &Value) -> Option<Vec<Value>> {
    match value {
        Value::Array(items) => Some(items.borrow().clone()),
        _ => None,
    }
}

/// JavaScript's order of properties: integer-like keys first, ascending, then as inserted.
pub(super) fn in_property_order<V>(map: IndexMap<Rc<str>, V>) -> IndexMap<Rc<str>, V> {
    let (mut numbers, rest): (Vec<_>, Vec<_>) =
        map.into_iter().partition(|(key, _)| array_index(key).is_some());
    numbers.sort_by_key(|(key, _)| array_index(key));
    numbers.into_iter().chain(rest).collect()
}

/// The number an integer-like property key stands for (ECMA-262: a canonical number below 2^32 - 1).
pub(in crate::drizzle) fn array_index(key: &str) -> Option<u32> {
    let number = key.parse::<u32>().ok().filter(|number| *number != u32::MAX)?;
    (number.to_string() == key).then_some(number)
}

/// The exports of a package. What it does not hold is unknown, because newer versions export more.
#[derive(Debug)]
pub(super) struct Namespace {
    package: &'static str,
    members: IndexMap<Rc<str>, Value>,
}

impl Namespace {
    /// A namespace from its members.
    pub(super) fn value(package: &'static str, members: IndexMap<Rc<str>, Value>) -> Value {
        host(Self { package, members })
    }
}

impl HostObject for Namespace {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn class(&self) -> &'static str {
        self.package
    }

    fn get(&self, _: &Rc<dyn HostObject>, key: &str, context: &mut dyn Context) -> Outcome {
        if let Some(member) = self.members.get(key) {
            return Ok(member.clone());
        }
        if matches!(key, "then" | "__esModule") {
            return Ok(Value::Undefined);
        }
        Ok(context.unknown(&format!("`{key}` of {} is not evaluated", self.package)))
    }

    fn entries(&self, _: &mut dyn Context) -> Vec<(Rc<str>, Value)> {
        self.members.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
    }
}

/// A class of Drizzle's, for `is(value, PgTable)` and `instanceof`.
#[derive(Debug)]
pub(super) struct Class {
    /// Its name.
    pub(super) name: &'static str,
}

impl Class {
    /// A class as a value.
    pub(super) fn value(name: &'static str) -> Value {
        host(Self { name })
    }

    /// Whether an object of class `object` is one of this class.
    pub(super) fn covers(&self, object: &str) -> bool {
        let parents: &[&str] = match object {
            "PgTable" => &["PgTable", "Table"],
            "PgColumn" => &["PgColumn", "Column"],
            "ExtraConfigColumn" => &["ExtraConfigColumn", "PgColumn", "Column"],
            "PgView" => &["PgView", "PgViewBase", "View"],
            "PgMaterializedView" => &["PgMaterializedView", "PgViewBase", "View"],
            "WithSubquery" => &["WithSubquery", "Subquery"],
            other => return other == self.name,
        };
        parents.contains(&self.name)
    }
}

impl HostObject for Class {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn class(&self) -> &'static str {
        self.name
    }

    fn is_callable(&self) -> bool {
        true
    }

    fn get(&self, _: &Rc<dyn HostObject>, key: &str, context: &mut dyn Context) -> Outcome {
        match key {
            "name" => Ok(string(self.name)),
            _ => {
                Ok(context.unknown(&format!("`{key}` of the class {} is not evaluated", self.name)))
            }
        }
    }

    fn call(
        &self,
        _: &Rc<dyn HostObject>,
        _: &[Value],
        context: &mut dyn Context,
    ) -> Option<Result<Value, Abrupt>> {
        Some(Ok(context.unknown(&format!("`new {}` is not evaluated", self.name))))
    }
}
