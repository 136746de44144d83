//! `zod`, as far as values come from it: the values of an enum, the shape of an object, and what
//! `schema.parse(value)` gives. Everything else of it is unknown, and harmless until it reaches a table.
//!
//! A check that would fail makes `parse` throw, and a program that throws has no schema: checks are
//! taken to pass. What changes a value (`transform`, `coerce`, `trim`, …) is not evaluated.

use std::any::Any;
use std::rc::Rc;

use indexmap::IndexMap;

use super::support::{
    Namespace, Outcome, argument, array, bound, digest, elements, host, is_nullish, native, object,
    of_value,
};
use super::{Session, zod_parse};
use crate::typescript::{Context, HostObject, Value};

/// A schema whose content is known.
#[derive(Debug)]
pub(super) enum Schema {
    /// `z.enum([...])`
    Enum(Vec<Value>),
    /// `z.nativeEnum(E)`, or `z.enum(E)` of zod 4.
    Native(Value),
    /// `z.literal(value)`
    Literal(Value),
    /// `z.object({...})`: the shape.
    Object(Value),
    /// `z.array(schema)`
    Array(Value),
    /// `z.record(keys, values)`: the schema of the values.
    Record(Value),
    /// `z.string()` and its like: the values that pass unchanged.
    Plain(Kind),
    /// `schema.optional()`, `.nullable()`, `.nullish()`: whether `undefined` and `null` pass.
    Absent { inner: Value, undefined: bool, null: bool },
    /// `schema.default(value)`
    Default { inner: Value, value: Value },
    /// A schema whose content is not evaluated, and the digest of what it was made of.
    Other(u64),
}

/// What a plain schema lets pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Strings.
    Text,
    /// Numbers.
    Number,
    /// `true` and `false`.
    Bool,
    /// Dates.
    Date,
    /// Everything.
    Any,
}

/// Functions of zod that give a plain schema, by what it lets pass.
const PLAIN: &[(&str, Kind)] = &[
    ("string", Kind::Text),
    ("email", Kind::Text),
    ("url", Kind::Text),
    ("uuid", Kind::Text),
    ("guid", Kind::Text),
    ("cuid", Kind::Text),
    ("cuid2", Kind::Text),
    ("ulid", Kind::Text),
    ("nanoid", Kind::Text),
    ("emoji", Kind::Text),
    ("ipv4", Kind::Text),
    ("ipv6", Kind::Text),
    ("base64", Kind::Text),
    ("number", Kind::Number),
    ("int", Kind::Number),
    ("boolean", Kind::Bool),
    ("date", Kind::Date),
    ("any", Kind::Any),
    ("unknown", Kind::Any),
];

/// Functions of zod that give a schema nobody looks into.
const OTHER: &[&str] = &[
    "union",
    "discriminatedUnion",
    "intersection",
    "tuple",
    "map",
    "set",
    "lazy",
    "promise",
    "function",
    "custom",
    "instanceof",
    "preprocess",
    "pipe",
    "transform",
    "templateLiteral",
    "bigint",
    "symbol",
    "nan",
    "null",
    "undefined",
    "void",
    "never",
    "json",
    "file",
];

/// Methods that give a schema nobody looks into.
const OTHER_METHODS: &[&str] = &["transform", "pipe", "and", "or", "catch", "overwrite", "promise"];

/// Methods that only check, or only describe: the value passes unchanged.
const CHECKS: &[&str] = &[
    "min",
    "max",
    "length",
    "nonempty",
    "email",
    "url",
    "uuid",
    "cuid",
    "cuid2",
    "ulid",
    "nanoid",
    "emoji",
    "regex",
    "includes",
    "startsWith",
    "endsWith",
    "datetime",
    "time",
    "ip",
    "cidr",
    "base64",
    "int",
    "gt",
    "gte",
    "lt",
    "lte",
    "positive",
    "negative",
    "nonpositive",
    "nonnegative",
    "multipleOf",
    "step",
    "finite",
    "safe",
    "describe",
    "meta",
    "brand",
    "readonly",
    "refine",
    "superRefine",
    "check",
    "register",
];

/// Methods that give another schema of the same content.
const WRAPPERS: &[&str] =
    &["optional", "nullable", "nullish", "default", "array", "strict", "strip", "loose"];

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
    let mut members: IndexMap<Rc<str>, Value> = IndexMap::new();
    for &(name, kind) in PLAIN {
        members.insert(name.into(), native(name, move |_, _, _| Ok(host(Schema::Plain(kind)))));
    }
    for &name in OTHER {
        let other = native(name, move |_, arguments, _| {
            let parts = arguments.iter().map(|part| format!("{:x}", of_value(part)));
            let source = digest(std::iter::once(name.to_owned()).chain(parts));
            Ok(host(Schema::Other(source)))
        });
        members.insert(name.into(), other);
    }
    let enumeration = native("enum", |_, arguments, context| {
        let values = argument(arguments, 0);
        Ok(match (elements(&values), &values) {
            (Some(values), _) => host(Schema::Enum(values)),
            (None, Value::Object(_)) => host(Schema::Native(values)),
            (None, _) => context.derived("z.enum", arguments),
        })
    });
    members.insert("enum".into(), enumeration);
    let mut of_argument = |name: &'static str, make: fn(Value) -> Schema| {
        let function = native(name, move |_, arguments, _| Ok(host(make(argument(arguments, 0)))));
        members.insert(name.into(), function);
    };
    of_argument("nativeEnum", Schema::Native);
    of_argument("literal", Schema::Literal);
    of_argument("object", Schema::Object);
    of_argument("strictObject", Schema::Object);
    of_argument("looseObject", Schema::Object);
    of_argument("array", Schema::Array);
    of_argument("optional", |inner| Schema::Absent { inner, undefined: true, null: false });
    of_argument("nullable", |inner| Schema::Absent { inner, undefined: false, null: true });
    let record = native("record", |_, arguments, _| {
        // `z.record(values)` of zod 3 has keys of any kind.
        let last = arguments.last().cloned().unwrap_or(Value::Undefined);
        Ok(host(Schema::Record(last)))
    });
    members.insert("record".into(), record);
    members
}

impl Schema {
    /// The enum object of `z.enum([...])`: every value under its own name.
    fn members(values: &[Value]) -> Value {
        object(values.iter().filter_map(|value| match value {
            Value::String(text) => Some((text.clone(), value.clone())),
            _ => None,
        }))
    }

    /// The schema a method gives that makes another one of this; `None` when it is not modelled.
    fn wrapped(
        &self,
        this: &Rc<dyn HostObject>,
        key: &str,
        arguments: &[Value],
        context: &mut dyn Context,
    ) -> Result<Option<Value>, crate::typescript::Abrupt> {
        let inner = Value::Host(this.clone());
        if CHECKS.contains(&key) || matches!(key, "strict" | "strip" | "loose") {
            return Ok(Some(inner));
        }
        let is_other = matches!(self, Self::Other(_));
        if OTHER_METHODS.contains(&key) || (is_other && OBJECT_METHODS.contains(&key)) {
            let parts = arguments.iter().map(|part| format!("{:x}", of_value(part)));
            let made_of = [key.to_owned(), format!("{:x}", self.digest())].into_iter().chain(parts);
            return Ok(Some(host(Self::Other(digest(made_of)))));
        }
        let shape = match self {
            Self::Object(shape) => Some(shape),
            _ => None,
        };
        Ok(Some(match (key, shape) {
            ("optional" | "nullable" | "nullish", _) => {
                host(Self::Absent { inner, undefined: key != "nullable", null: key != "optional" })
            }
            ("array", _) => host(Self::Array(inner)),
            ("default", _) => {
                let given = argument(arguments, 0);
                let value = match &given {
                    Value::Function(_) | Value::Native(_) => {
                        context.call(&given, &Value::Undefined, &[])?
                    }
                    value => value.clone(),
                };
                host(Self::Default { inner, value })
            }
            ("extend" | "merge", Some(shape)) => {
                let more = argument(arguments, 0);
                let more = match &more {
                    Value::Host(_) => context.get(&more, "shape")?,
                    _ => more,
                };
                match (context.entries(shape)?, context.entries(&more)?) {
                    (Ok(mut all), Ok(more)) => {
                        for (key, schema) in more {
                            match all.iter_mut().find(|(other, _)| *other == key) {
                                Some(slot) => slot.1 = schema,
                                None => all.push((key, schema)),
                            }
                        }
                        host(Self::Object(context.object(all)?))
                    }
                    _ => return Ok(None),
                }
            }
            ("pick" | "omit", Some(shape)) => {
                match (context.entries(shape)?, context.entries(&argument(arguments, 0))?) {
                    (Ok(all), Ok(mask)) => {
                        let masked = |key: &Rc<str>| {
                            mask.iter()
                                .any(|(other, it)| other == key && matches!(it, Value::Bool(true)))
                        };
                        let kept = all.into_iter().filter(|(it, _)| masked(it) == (key == "pick"));
                        host(Self::Object(context.object(kept.collect())?))
                    }
                    _ => return Ok(None),
                }
            }
            ("partial", Some(shape)) if is_nullish(&argument(arguments, 0)) => {
                let Ok(all) = context.entries(shape)? else { return Ok(None) };
                let all = all.into_iter().map(|(key, inner)| {
                    (key, host(Self::Absent { inner, undefined: true, null: false }))
                });
                host(Self::Object(context.object(all.collect())?))
            }
            ("keyof", Some(shape)) => {
                let Ok(all) = context.entries(shape)? else { return Ok(None) };
                host(Self::Enum(all.into_iter().map(|(key, _)| Value::String(key)).collect()))
            }
            _ => return Ok(None),
        }))
    }
}

/// Methods of object schemas that give another schema.
const OBJECT_METHODS: &[&str] = &["extend", "merge", "pick", "omit", "partial", "keyof"];

/// `drizzle-zod`: what it makes of tables are schemas, and nobody looks into them.
pub(super) fn of_tables(session: &Rc<Session>) -> Value {
    let functions = ["createSelectSchema", "createInsertSchema", "createUpdateSchema"];
    let members = functions.into_iter().map(|name| {
        let session = session.clone();
        let function = native(name, move |_, _, context| {
            let why = format!("what `{name}` of drizzle-zod gives is not evaluated");
            Ok(match session.inert(context.unknown(&why)) {
                Value::Unknown(unknown) => host(Schema::Other(unknown.source)),
                value => value,
            })
        });
        (Rc::from(name), function)
    });
    Namespace::value("drizzle-zod", members.collect())
}

impl HostObject for Schema {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn class(&self) -> &'static str {
        "zod schema"
    }

    fn get(&self, this: &Rc<dyn HostObject>, key: &str, context: &mut dyn Context) -> Outcome {
        let methods: [&[&str]; 4] = [&["parse"], WRAPPERS, CHECKS, OTHER_METHODS];
        if let Some(method) = methods.into_iter().flatten().find(|method| **method == key) {
            return Ok(bound(this, method));
        }
        if let (Self::Object(_) | Self::Other(_), Some(method)) =
            (self, OBJECT_METHODS.iter().find(|method| **method == key))
        {
            return Ok(bound(this, method));
        }
        Ok(match (self, key) {
            (Self::Enum(values), "options") => array(values.clone()),
            (Self::Enum(values), "enum" | "Enum" | "Values") => Self::members(values),
            (Self::Enum(_), "extract") => bound(this, "extract"),
            (Self::Enum(_), "exclude") => bound(this, "exclude"),
            (Self::Native(of), "enum")
            | (Self::Literal(of), "value")
            | (Self::Object(of), "shape")
            | (Self::Array(of), "element") => of.clone(),
            (Self::Absent { inner, .. }, "unwrap")
            | (Self::Default { inner, .. }, "removeDefault") => {
                let inner = inner.clone();
                native("unwrap", move |_, _, _| Ok(inner.clone()))
            }
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
        if key == "parse" {
            let this = Value::Host(this.clone());
            let value = argument(arguments, 0);
            return Ok(match zod_parse::parse(&this, &value, 0, context)? {
                Some(parsed) => parsed,
                None => context.derived("`parse` of a zod schema", &[this, value]),
            });
        }
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
        if let Some(made) = self.wrapped(this, key, arguments, context)? {
            return Ok(made);
        }
        if OBJECT_METHODS.contains(&key) {
            let mut operands = vec![Value::Host(this.clone())];
            operands.extend_from_slice(arguments);
            return Ok(context.derived(&format!("`{key}` of a zod schema"), &operands));
        }
        let callee = self.get(this, key, context)?;
        context.call(&callee, &Value::Host(this.clone()), arguments)
    }

    fn digest(&self) -> u64 {
        let (name, parts): (&str, Vec<&Value>) = match self {
            Self::Enum(values) => ("enum", values.iter().collect()),
            Self::Native(of) => ("native", vec![of]),
            Self::Literal(of) => ("literal", vec![of]),
            Self::Object(of) => ("object", vec![of]),
            Self::Array(of) => ("array", vec![of]),
            Self::Record(of) => ("record", vec![of]),
            Self::Plain(_) => ("plain", Vec::new()),
            Self::Absent { inner, .. } => ("absent", vec![inner]),
            Self::Default { inner, value } => ("default", vec![inner, value]),
            Self::Other(source) => return *source,
        };
        let parts = parts.into_iter().map(|part| format!("{:x}", of_value(part)));
        digest(std::iter::once(name.to_owned()).chain(parts))
    }
}
