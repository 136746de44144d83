//! Conversions between types (ECMA-262 section 7.1).

use std::rc::Rc;

use super::Evaluation;
use crate::number::js_number_text;
use crate::typescript::value::{Abrupt, Known, Unknown, Value};

impl Evaluation<'_> {
    /// `Boolean(value)`; the error is the unknown it depends on.
    pub(crate) fn truthy(value: &Value) -> Result<bool, Rc<Unknown>> {
        Ok(match value {
            Value::Undefined | Value::Null => false,
            Value::Bool(value) => *value,
            Value::Number(number) => *number != 0.0 && !number.is_nan(),
            Value::BigInt(number) => *number != 0,
            Value::String(text) => !text.is_empty(),
            Value::Symbol(_)
            | Value::Date(_)
            | Value::Array(_)
            | Value::Object(_)
            | Value::Function(_)
            | Value::Native(_)
            | Value::Host(_) => true,
            Value::Unknown(unknown) if unknown.is_taken_as_absent() => false,
            Value::Unknown(unknown) => return Err(unknown.clone()),
        })
    }

    /// `String(value)`: a string, or an unknown.
    pub(crate) fn text_of(&mut self, value: &Value) -> Result<Value, Abrupt> {
        let text: Rc<str> = match value {
            Value::Undefined => "undefined".into(),
            Value::Null => "null".into(),
            Value::Bool(true) => "true".into(),
            Value::Bool(false) => "false".into(),
            Value::Number(number) => js_number_text(*number).into(),
            Value::BigInt(number) => number.to_string().into(),
            Value::String(text) => text.clone(),
            Value::Symbol(_) => return Err(self.type_error("cannot convert a Symbol to a string")),
            Value::Date(_) => {
                return Ok(self.derive("the local time of a Date", std::slice::from_ref(value)));
            }
            Value::Unknown(_) => return Ok(self.derive("String", std::slice::from_ref(value))),
            Value::Array(_)
            | Value::Object(_)
            | Value::Function(_)
            | Value::Native(_)
            | Value::Host(_) => {
                let primitive = self.primitive_of(value, "string")?;
                return match &primitive {
                    Value::Array(_) | Value::Object(_) | Value::Host(_) => {
                        Ok(self.derive("the text of an object", &[primitive]))
                    }
                    primitive => self.text_of(primitive),
                };
            }
        };
        self.charge(text.len() as u64 / 16)?;
        Ok(Value::String(text))
    }

    /// An object as a primitive; objects whose conversion is not modelled give an unknown.
    pub(crate) fn primitive_of(&mut self, value: &Value, hint: &str) -> Result<Value, Abrupt> {
        match value {
            Value::Array(_) => self.call_key(value, "join", &[]),
            Value::Date(time) if hint == "number" => Ok(Value::Number(*time)),
            Value::Date(_) => {
                Ok(self.derive("the local time of a Date", std::slice::from_ref(value)))
            }
            Value::Object(_) => {
                let order = if hint == "string" {
                    ["toString", "valueOf"]
                } else {
                    ["valueOf", "toString"]
                };
                for method in order {
                    let function = self.get_property(value, method)?;
                    if matches!(function, Value::Function(_) | Value::Native(_)) {
                        let result = self.call_value(&function, value, &[])?;
                        if !matches!(result, Value::Object(_) | Value::Array(_)) {
                            return Ok(result);
                        }
                    }
                }
                Err(self.type_error("cannot convert object to primitive value"))
            }
            Value::Function(function) => {
                let text = function.source().to_owned();
                let _ = text;
                Ok(self.derive("the text of a function", std::slice::from_ref(value)))
            }
            Value::Native(_) => {
                Ok(self.derive("the text of a function", std::slice::from_ref(value)))
            }
            Value::Host(host) => {
                if host.class() == "RegExp" {
                    return self.call_key(value, "toString", &[]);
                }
                Ok(self.derive("the text of an object", std::slice::from_ref(value)))
            }
            value => Ok(value.clone()),
        }
    }

    /// `Number(value)` or a BigInt as it is, or an unknown.
    pub(crate) fn numeric_of(&mut self, value: &Value) -> Result<Value, Abrupt> {
        Ok(match value {
            Value::Undefined => Value::Number(f64::NAN),
            Value::Null => Value::Number(0.0),
            Value::Bool(value) => Value::Number(f64::from(u8::from(*value))),
            Value::Number(_) | Value::BigInt(_) => value.clone(),
            Value::String(text) => Value::Number(number_of_text(text)),
            Value::Symbol(_) => return Err(self.type_error("cannot convert a Symbol to a number")),
            Value::Unknown(_) => self.derive("Number", std::slice::from_ref(value)),
            Value::Date(time) => Value::Number(*time),
            Value::Array(_)
            | Value::Object(_)
            | Value::Function(_)
            | Value::Native(_)
            | Value::Host(_) => {
                let primitive = self.primitive_of(value, "number")?;
                match &primitive {
                    Value::Array(_) | Value::Object(_) | Value::Host(_) | Value::Function(_) => {
                        self.derive("Number", &[primitive])
                    }
                    primitive => return self.numeric_of(primitive),
                }
            }
        })
    }

    /// A value as a property key; the inner error is the unknown it depends on.
    pub(crate) fn property_key(&mut self, value: &Value) -> Result<Known<Rc<str>>, Abrupt> {
        if let Value::Symbol(symbol) = value {
            return Ok(Ok(symbol.clone()));
        }
        Ok(match self.text_of(value)? {
            Value::String(text) => Ok(text),
            Value::Unknown(unknown) => Err(unknown),
            _ => Ok("".into()),
        })
    }
}

/// `Number(text)` (ECMA-262 section 7.1.4.1).
pub(crate) fn number_of_text(text: &str) -> f64 {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if text.is_empty() {
        return 0.0;
    }
    let radix = |digits: &str, radix: u32| -> f64 {
        if digits.is_empty() {
            return f64::NAN;
        }
        let mut number = 0.0;
        for digit in digits.chars() {
            match digit.to_digit(radix) {
                Some(digit) => number = number * f64::from(radix) + f64::from(digit),
                None => return f64::NAN,
            }
        }
        number
    };
    if let Some(prefix) = text.get(..2) {
        let rest = text.get(2..).unwrap_or_default();
        match prefix {
            "0x" | "0X" => return radix(rest, 16),
            "0o" | "0O" => return radix(rest, 8),
            "0b" | "0B" => return radix(rest, 2),
            _ => {}
        }
    }
    match text {
        "Infinity" | "+Infinity" => return f64::INFINITY,
        "-Infinity" => return f64::NEG_INFINITY,
        _ => {}
    }
    // Rust also reads `inf` and `nan`.
    let is_number =
        text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-'));
    if is_number { text.parse().unwrap_or(f64::NAN) } else { f64::NAN }
}

/// `ToInt32` (ECMA-262 section 7.1.6).
pub(crate) fn to_int32(number: f64) -> i32 {
    to_uint32(number).cast_signed()
}

/// `ToUint32`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the value is in the range of u32 after the remainder"
)]
pub(crate) fn to_uint32(number: f64) -> u32 {
    if !number.is_finite() {
        return 0;
    }
    number.trunc().rem_euclid(4_294_967_296.0) as u32
}
