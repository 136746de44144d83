//! `sql` and the pieces it is made of.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::Session;
use super::support::{
    Outcome, argument, array, bound, call_property, digest, display, elements, host, native,
    native_with, of_value, truthy,
};
use crate::origin::Origin;
use crate::typescript::{Context, HostObject, Value};

/// A part of an SQL text.
#[derive(Debug, Clone)]
pub(in crate::drizzle) enum Chunk {
    /// Text, as it is.
    Text(Rc<str>),
    /// A name to be quoted.
    Name(Rc<str>),
    /// Anything that was interpolated.
    Item(Value),
}

impl Chunk {
    /// Text.
    pub(super) fn text(text: impl AsRef<str>) -> Self {
        Self::Text(Rc::from(text.as_ref()))
    }

    /// A name.
    pub(super) fn name(name: impl AsRef<str>) -> Self {
        Self::Name(Rc::from(name.as_ref()))
    }

    /// An interpolated value, which may be a name or a text itself.
    fn of(value: Value) -> Self {
        match super::downcast::<Name>(&value) {
            Some(Name(name)) => Self::Name(name.clone()),
            None => Self::Item(value),
        }
    }

    fn value(&self) -> Value {
        match self {
            Self::Text(text) => host(Text(text.clone())),
            Self::Name(name) => host(Name(name.clone())),
            Self::Item(value) => value.clone(),
        }
    }
}

/// An `SQL` object.
#[derive(Debug)]
pub(in crate::drizzle) struct Sql {
    /// Its parts.
    pub(in crate::drizzle) chunks: RefCell<Vec<Chunk>>,
    /// `.inlineParams()`
    pub(in crate::drizzle) inline: Cell<bool>,
    /// Where it was made.
    pub(in crate::drizzle) origin: Origin,
}

impl Sql {
    /// An SQL object from its parts.
    pub(super) fn new(chunks: Vec<Chunk>, context: &dyn Context) -> Self {
        Self { chunks: RefCell::new(chunks), inline: Cell::new(false), origin: context.origin() }
    }

    /// The same as a value.
    pub(super) fn from_chunks(chunks: Vec<Chunk>, context: &dyn Context) -> Value {
        host(Self::new(chunks, context))
    }

    /// SQL made of values, as `new SQL([…])`.
    pub(super) fn of(values: Vec<Value>, context: &dyn Context) -> Value {
        Self::from_chunks(values.into_iter().map(Chunk::of).collect(), context)
    }

    /// Plain text.
    pub(super) fn text(text: &str, context: &dyn Context) -> Value {
        Self::from_chunks(vec![Chunk::text(text)], context)
    }

    /// Text pieces with values between them, as a tagged template: one piece more than values.
    pub(super) fn template(texts: &[&str], values: &[Value], context: &dyn Context) -> Value {
        let mut chunks = Vec::new();
        for (index, text) in texts.iter().enumerate() {
            chunks.push(Chunk::text(text));
            chunks.extend(values.get(index).cloned().map(Chunk::of));
        }
        Self::from_chunks(chunks, context)
    }
}

const METHODS: &[&str] = &["as", "append", "getSQL", "if", "inlineParams", "mapWith"];

impl HostObject for Sql {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn class(&self) -> &'static str {
        "SQL"
    }

    fn get(&self, this: &Rc<dyn HostObject>, key: &str, context: &mut dyn Context) -> Outcome {
        if let Some(method) = METHODS.iter().find(|method| **method == key) {
            return Ok(bound(this, method));
        }
        Ok(match key {
            "queryChunks" => array(self.chunks.borrow().iter().map(Chunk::value).collect()),
            "shouldInlineParams" => Value::Bool(self.inline.get()),
            "toQuery" | "decoder" | "usedTables" | "_" => {
                context.unknown(&format!("`{key}` of sql is not evaluated"))
            }
            _ => Value::Undefined,
        })
    }

    fn call_method(
        &self,
        this: &Rc<dyn HostObject>,
        key: &str,
        arguments: &[Value],
        context: &mut dyn Context,
    ) -> Outcome {
        let this_value = Value::Host(this.clone());
        match key {
            "as" => Ok(match arguments.first() {
                None | Some(Value::Undefined) => this_value,
                Some(alias) => {
                    host(Aliased { sql: this_value, alias: alias.clone(), selected: false })
                }
            }),
            "append" => {
                let other = argument(arguments, 0);
                let chunks = match super::downcast::<Self>(&other) {
                    Some(other) => other.chunks.borrow().clone(),
                    None => vec![Chunk::Item(other)],
                };
                self.chunks.borrow_mut().extend(chunks);
                Ok(this_value)
            }
            "inlineParams" => {
                self.inline.set(true);
                Ok(this_value)
            }
            "getSQL" | "mapWith" => Ok(this_value),
            "if" => Ok(match truthy(&argument(arguments, 0)) {
                Some(true) => this_value,
                Some(false) => Value::Undefined,
                None => context.derived("sql`…`.if", &[this_value, argument(arguments, 0)]),
            }),
            _ => call_property(self, this, key, arguments, context),
        }
    }

    fn digest(&self) -> u64 {
        digest(self.chunks.borrow().iter().map(|chunk| match chunk {
            Chunk::Text(text) => text.to_string(),
            Chunk::Name(name) => format!("\"{name}"),
            Chunk::Item(value) => format!("{:x}", of_value(value)),
        }))
    }
}

/// `sql.identifier('name')`.
#[derive(Debug)]
pub(super) struct Name(pub(super) Rc<str>);

/// `sql.identifier(undefined)`, which cannot be written.
#[derive(Debug)]
pub(super) struct NoName;

/// A text chunk taken out of an SQL object.
#[derive(Debug)]
pub(super) struct Text(pub(super) Rc<str>);

/// `sql.placeholder('name')`.
#[derive(Debug)]
pub(super) struct Placeholder;

/// A value bound to the column it is compared with.
#[derive(Debug)]
pub(super) struct Param {
    /// The value.
    pub(super) value: Value,
    /// The column that encodes it, or undefined.
    pub(super) encoder: Value,
}

/// ``sql`…`.as('alias')``.
#[derive(Debug)]
pub(super) struct Aliased {
    /// The SQL.
    pub(super) sql: Value,
    /// The alias.
    pub(super) alias: Value,
    /// Read through a subquery: only its alias is written.
    pub(super) selected: bool,
}

macro_rules! opaque {
    ($type:ty, $class:literal) => {
        impl HostObject for $type {
            fn as_any(&self) -> &dyn Any {
                self
            }

            fn class(&self) -> &'static str {
                $class
            }

            fn get(&self, _: &Rc<dyn HostObject>, key: &str, context: &mut dyn Context) -> Outcome {
                Ok(context.unknown(&format!("`{key}` of {} is not evaluated", $class)))
            }
        }
    };
}

opaque!(Name, "Name");
opaque!(NoName, "Name");
opaque!(Text, "StringChunk");
opaque!(Placeholder, "Placeholder");
opaque!(Param, "Param");

impl HostObject for Aliased {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn class(&self) -> &'static str {
        "SQL.Aliased"
    }

    fn get(&self, _: &Rc<dyn HostObject>, key: &str, context: &mut dyn Context) -> Outcome {
        Ok(match key {
            "sql" => self.sql.clone(),
            "fieldAlias" => self.alias.clone(),
            "getSQL" => {
                let sql = self.sql.clone();
                native("getSQL", move |_, _, _| Ok(sql.clone()))
            }
            _ => context.unknown(&format!("`{key}` of an aliased field is not evaluated")),
        })
    }
}

/// The `sql` tag with its helpers.
pub(super) fn tag(session: &Rc<Session>) -> Value {
    let raw = {
        let session = session.clone();
        native("raw", move |_, arguments, context| {
            let text = display(&session, &argument(arguments, 0));
            Ok(Sql::text(&text, context))
        })
    };
    let identifier = {
        let session = session.clone();
        native("identifier", move |_, arguments, _| {
            Ok(host(Name(display(&session, &argument(arguments, 0)).into())))
        })
    };
    let param = native("param", |_, arguments, _| {
        Ok(host(Param { value: argument(arguments, 0), encoder: argument(arguments, 1) }))
    });
    let properties = [
        ("raw", raw),
        ("join", native("join", |_, arguments, context| Ok(join(arguments, context)))),
        ("identifier", identifier),
        ("param", param),
        ("placeholder", native("placeholder", |_, _, _| Ok(host(Placeholder)))),
        ("empty", native("empty", |_, _, context| Ok(Sql::from_chunks(Vec::new(), context)))),
        (
            "fromList",
            native("fromList", |_, arguments, context| {
                Ok(list(&argument(arguments, 0), "sql.fromList", context))
            }),
        ),
    ];
    native_with("sql", template, properties)
}

fn template(_: &Value, arguments: &[Value], context: &mut dyn Context) -> Outcome {
    let (strings, values) = match arguments.split_first() {
        Some((Value::Array(strings), values)) => (strings.borrow().clone(), values),
        Some((Value::Unknown(_), _)) => return Ok(context.derived("sql", arguments)),
        _ => return Err(context.throw("sql is a template tag: write sql`…`")),
    };
    let text = |index: usize| match strings.get(index) {
        Some(Value::String(text)) => Chunk::Text(text.clone()),
        _ => Chunk::text(""),
    };
    let mut chunks = vec![text(0)];
    for (index, value) in values.iter().enumerate() {
        chunks.push(Chunk::of(value.clone()));
        chunks.push(text(index + 1));
    }
    Ok(Sql::from_chunks(chunks, context))
}

fn list(values: &Value, what: &str, context: &mut dyn Context) -> Value {
    match elements(values) {
        Some(values) => Sql::of(values, context),
        None => context.derived(what, std::slice::from_ref(values)),
    }
}

fn join(arguments: &[Value], context: &mut dyn Context) -> Value {
    let separator = argument(arguments, 1);
    let Some(values) = elements(&argument(arguments, 0)) else {
        return context.derived("sql.join", arguments);
    };
    let mut joined = Vec::new();
    for (index, value) in values.into_iter().enumerate() {
        if index > 0 && !matches!(separator, Value::Undefined) {
            joined.push(separator.clone());
        }
        joined.push(value);
    }
    Sql::of(joined, context)
}
