//! Digests of unknown values: what was done to what, in 64 bits.
//!
//! Two unknown values with equal digests were made by the same operations from the same causes and the
//! same known operands. The digests are compared between two states of one run and may be stored:
//! FNV-1a does not change with the compiler or the platform.

use std::rc::Rc;

use super::value::Value;

const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

/// A digest under construction.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Digest(u64);

impl Digest {
    pub(crate) fn new(what: &str) -> Self {
        Self(OFFSET).text(what)
    }

    fn bytes(mut self, bytes: &[u8]) -> Self {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(PRIME);
        }
        self
    }

    pub(crate) fn text(self, text: &str) -> Self {
        self.number(text.len() as u64).bytes(text.as_bytes())
    }

    /// Source text without its white space: formatting is no change.
    pub(crate) fn source(mut self, text: &str) -> Self {
        for byte in text.bytes().filter(|byte| !byte.is_ascii_whitespace()) {
            self = self.bytes(&[byte]);
        }
        self
    }

    pub(crate) fn number(self, number: u64) -> Self {
        self.bytes(&number.to_le_bytes())
    }

    /// A value; of large structures the first few thousand nodes.
    pub(crate) fn value(self, value: &Value) -> Self {
        let mut budget = 4_000;
        self.bounded(value, 12, &mut budget)
    }

    fn bounded(self, value: &Value, depth: u32, budget: &mut u32) -> Self {
        if depth == 0 || *budget == 0 {
            return self.number(0);
        }
        *budget -= 1;
        match value {
            Value::Undefined => self.number(1),
            Value::Null => self.number(2),
            Value::Bool(value) => self.number(3 + u64::from(*value)),
            Value::Number(number) => self.number(5).number(number.to_bits()),
            Value::BigInt(number) => self.number(6).bytes(&number.to_le_bytes()),
            Value::String(text) => self.number(7).text(text),
            Value::Symbol(text) => self.number(8).text(text),
            Value::Date(time) => self.number(9).number(time.to_bits()),
            Value::Array(elements) => match elements.try_borrow() {
                Ok(elements) => elements
                    .iter()
                    .fold(self.number(10).number(elements.len() as u64), |digest, element| {
                        digest.bounded(element, depth - 1, budget)
                    }),
                Err(_) => self.number(10),
            },
            Value::Object(object) => match object.properties.try_borrow() {
                Ok(properties) => {
                    let doubt = object.doubt.borrow();
                    let doubt = doubt.as_ref().map_or(0, |unknown| unknown.source);
                    properties.iter().fold(
                        self.number(11).number(properties.len() as u64).number(doubt),
                        |digest, (key, value)| digest.text(key).bounded(value, depth - 1, budget),
                    )
                }
                Err(_) => self.number(11),
            },
            Value::Function(function) => self.number(12).source(function.source()),
            Value::Native(native) => self.number(13).text(&native.name),
            Value::Host(host) => self.number(14).number(host.digest()),
            Value::Unknown(unknown) => self.number(15).number(unknown.source),
        }
    }

    pub(crate) fn finish(self) -> u64 {
        self.0
    }
}

/// The digest of a text alone.
pub(crate) fn of_text(text: &str) -> u64 {
    Digest::new(text).finish()
}

/// The digest of doing `what` with `operands`.
pub(crate) fn of_operation(what: &str, operands: &[Value]) -> u64 {
    operands.iter().fold(Digest::new(what), Digest::value_of).finish()
}

impl Digest {
    fn value_of(self, value: &Value) -> Self {
        self.value(value)
    }
}

/// The first unknown among values.
pub(crate) fn first_unknown(values: &[Value]) -> Option<Rc<super::value::Unknown>> {
    values.iter().find_map(|value| match value {
        Value::Unknown(unknown) => Some(unknown.clone()),
        _ => None,
    })
}
