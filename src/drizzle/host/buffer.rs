//! Node's `Buffer` as far as a column's default goes: `Buffer.from("text")` and its JSON.

use std::any::Any;
use std::rc::Rc;

use serde_json::{Value as Json, json};

use super::support::{argument, native, native_with, unknown};
use crate::typescript::{Abrupt, Context, HostObject, Value};

/// The bytes of a buffer. Nothing but its JSON is evaluated.
#[derive(Debug)]
pub(in crate::drizzle) struct Buffer {
    bytes: Vec<u8>,
}

impl Buffer {
    /// What `JSON.stringify` makes of it (Node's `buf.toJSON()`).
    pub(in crate::drizzle) fn json(&self) -> Json {
        json!({"type": "Buffer", "data": self.bytes})
    }
}

impl HostObject for Buffer {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn class(&self) -> &'static str {
        "Buffer"
    }

    fn get(
        &self,
        _: &Rc<dyn HostObject>,
        key: &str,
        context: &mut dyn Context,
    ) -> Result<Value, Abrupt> {
        Ok(context.unknown(&format!("`{key}` of a Buffer is not evaluated")))
    }
}

/// The global `Buffer`.
pub(super) fn global() -> Value {
    native_with(
        "Buffer",
        |_, _, context| Ok(context.unknown("`Buffer()` is not evaluated")),
        [("from", native("from", |_, arguments, context| Ok(from(arguments, context))))],
    )
}

/// Text in UTF-8; other encodings and other sources are not evaluated.
fn from(arguments: &[Value], context: &mut dyn Context) -> Value {
    match (argument(arguments, 0), argument(arguments, 1)) {
        (Value::String(text), Value::Undefined) => {
            Value::Host(Rc::new(Buffer { bytes: text.as_bytes().to_vec() }))
        }
        (source, encoding) if [&source, &encoding].iter().any(|it| unknown(it).is_some()) => {
            context.derived("Buffer.from", &[source, encoding])
        }
        _ => context.unknown("`Buffer.from` is evaluated for text in UTF-8 only"),
    }
}
