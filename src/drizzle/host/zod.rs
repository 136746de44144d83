//! `zod`, as far as enum values come from it: `z.enum([...]).options`, `z.nativeEnum(E).enum`,
//! `z.object({...}).shape`. Everything else of it is unknown, and harmless until it reaches a table.

use std::any::Any;
use std::rc::Rc;

use indexmap::IndexMap;

use super::Session;
use super::support::{Namespace, Outcome, argument, array, bound, elements, host, native, object};
use crate::typescript::{Context, HostObject, Value};

/// A schema whose content is known.
#[derive(Debug)]
enum Schema {
    /// `z.enum([...])`
    Enum(Vec<Value>),
    /// `z.nativeEnum(E)`, or `z.enum(E)` of zod 4.
    Native(Value),
    /// `z.literal(value)`
    Literal(Value),
    /// `z.object({...})`
    Object(Value),
}

/// The exports of `zod`.
pub(super) fn module(_: &Rc<Session>) -> Value {
    let members = members();
    let namespace = Namespace::value("zod", members.clone());
    let mut exports = members;
    exports.insert("z".into(), namespace.clone());
    exports.insert("default".into(), namespace);
    Namespace::value("zod", exports)
}

fn members() -> IndexMap<Rc<str>, Value> {
    let enumeration = native("enum", |_, arguments, context| {
        let values = argument(arguments, 0);
        Ok(match (elements(&values), &values) {
            (Some(values), _) => host(Schema::Enum(values)),
            (None, Value::Object(_)) => host(Schema::Native(values)),
            (None, _) => context.derived("z.enum", arguments),
        })
    });
    let native_enum =
        native("nativeEnum", |_, arguments, _| Ok(host(Schema::Native(argument(arguments, 0)))));
    let literal =
        native("literal", |_, arguments, _| Ok(host(Schema::Literal(argument(arguments, 0)))));
    let object =
        |name| native(name, |_, arguments, _| Ok(host(Schema::Object(argument(arguments, 0)))));
    [
        ("enum", enumeration),
        ("nativeEnum", native_enum),
        ("literal", literal),
        ("object", object("object")),
        ("strictObject", object("strictObject")),
        ("looseObject", object("looseObject")),
    ]
    .into_iter()
    .map(|(key, value)| (Rc::from(key), value))
    .collect()
}

impl Schema {
    /// The enum object of `z.enum([...])`: every value under its own name.
    fn members(values: &[Value]) -> Value {
        object(values.iter().filter_map(|value| match value {
            Value::String(text) => Some((text.clone(), value.clone())),
            _ => None,
        }))
    }
}

impl HostObject for Schema {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn class(&self) -> &'static str {
        "zod schema"
    }

    fn get(&self, this: &Rc<dyn HostObject>, key: &str, context: &mut dyn Context) -> Outcome {
        Ok(match (self, key) {
            (Self::Enum(values), "options") => array(values.clone()),
            (Self::Enum(values), "enum" | "Enum" | "Values") => Self::members(values),
            (Self::Enum(_), "extract") => bound(this, "extract"),
            (Self::Enum(_), "exclude") => bound(this, "exclude"),
            (Self::Native(of), "enum")
            | (Self::Literal(of), "value")
            | (Self::Object(of), "shape") => of.clone(),
            (_, "then") => Value::Undefined,
            _ => {
                let this = Value::Host(this.clone());
                context.derived(&format!("`{key}` of a zod schema"), &[this])
            }
        })
    }

    fn call_method(
        &self,
        this: &Rc<dyn HostObject>,
        key: &str,
        arguments: &[Value],
        context: &mut dyn Context,
    ) -> Outcome {
        if let (Self::Enum(values), "extract" | "exclude", Some(chosen)) =
            (self, key, elements(&argument(arguments, 0)))
        {
            let is_chosen = |value: &Value| match value {
                Value::String(text) => {
                    chosen.iter().any(|it| matches!(it, Value::String(it) if it == text))
                }
                _ => false,
            };
            let kept = values.iter().filter(|value| is_chosen(value) == (key == "extract"));
            return Ok(host(Self::Enum(kept.cloned().collect())));
        }
        if matches!((self, key), (Self::Enum(_), "extract" | "exclude")) {
            return Ok(context.derived(key, arguments));
        }
        let callee = self.get(this, key, context)?;
        context.call(&callee, &Value::Host(this.clone()), arguments)
    }
}
