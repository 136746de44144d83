//! Operators.

use std::rc::Rc;

use super::Evaluation;
use super::convert::{number_of_text, to_int32, to_uint32};
use crate::typescript::syntax::{BinaryOp, UnaryOp};
use crate::typescript::value::{Abrupt, Value};

impl Evaluation<'_> {
    pub(super) fn unary_value(&mut self, op: UnaryOp, value: &Value) -> Result<Value, Abrupt> {
        if op == UnaryOp::Void {
            return Ok(Value::Undefined);
        }
        if let Value::Unknown(unknown) = value {
            if matches!(op, UnaryOp::Not | UnaryOp::TypeOf) && unknown.is_taken_as_absent() {
                return self.unary_value(op, &Value::Undefined);
            }
            let what = match op {
                UnaryOp::Minus => "-",
                UnaryOp::Plus => "+",
                UnaryOp::Not => "!",
                UnaryOp::BitNot => "~",
                UnaryOp::TypeOf => "typeof",
                UnaryOp::Void | UnaryOp::Delete => "void",
            };
            return Ok(self.derive(what, std::slice::from_ref(value)));
        }
        Ok(match op {
            UnaryOp::Not => match Self::truthy(value) {
                Ok(truthy) => Value::Bool(!truthy),
                Err(unknown) => Value::Unknown(unknown),
            },
            UnaryOp::TypeOf => Value::String(type_of(value).into()),
            UnaryOp::Minus => match self.numeric_of(value)? {
                Value::Number(number) => Value::Number(-number),
                Value::BigInt(number) => Value::BigInt(number.wrapping_neg()),
                other => self.derive("-", &[other]),
            },
            UnaryOp::Plus => match self.numeric_of(value)? {
                Value::BigInt(_) => {
                    return Err(self.type_error("cannot convert a BigInt value to a number"));
                }
                other => other,
            },
            UnaryOp::BitNot => match self.numeric_of(value)? {
                Value::Number(number) => Value::Number(f64::from(!to_int32(number))),
                Value::BigInt(number) => Value::BigInt(!number),
                other => self.derive("~", &[other]),
            },
            UnaryOp::Void | UnaryOp::Delete => Value::Undefined,
        })
    }

    pub(super) fn binary(
        &mut self,
        op: BinaryOp,
        left: &Value,
        right: &Value,
    ) -> Result<Value, Abrupt> {
        if matches!(left, Value::Unknown(_)) || matches!(right, Value::Unknown(_)) {
            if op.is_equality() {
                let (left, right) = (left.clone().presence(), right.clone().presence());
                if !matches!(left, Value::Unknown(_)) && !matches!(right, Value::Unknown(_)) {
                    return self.binary(op, &left, &right);
                }
            }
            return Ok(self.derive(symbol(op), &[left.clone(), right.clone()]));
        }
        Ok(match op {
            BinaryOp::StrictEq => Value::Bool(Self::strict_equals(left, right)),
            BinaryOp::StrictNotEq => Value::Bool(!Self::strict_equals(left, right)),
            BinaryOp::Eq | BinaryOp::NotEq => match self.loose_equals(left, right)? {
                Value::Bool(equal) => Value::Bool(equal == (op == BinaryOp::Eq)),
                unknown => self.derive(symbol(op), &[unknown]),
            },
            BinaryOp::Less | BinaryOp::LessEq | BinaryOp::Greater | BinaryOp::GreaterEq => {
                self.compare(op, left, right)?
            }
            BinaryOp::Add => self.add(left, right)?,
            BinaryOp::In => self.has(left, right)?,
            BinaryOp::InstanceOf => self.instance_of(left, right)?,
            BinaryOp::ShiftLeft
            | BinaryOp::ShiftRight
            | BinaryOp::ShiftRightZero
            | BinaryOp::Sub
            | BinaryOp::Mul
            | BinaryOp::Div
            | BinaryOp::Mod
            | BinaryOp::Exp
            | BinaryOp::BitOr
            | BinaryOp::BitXor
            | BinaryOp::BitAnd => self.arithmetic(op, left, right)?,
        })
    }

    fn arithmetic(&mut self, op: BinaryOp, left: &Value, right: &Value) -> Result<Value, Abrupt> {
        let left = self.numeric_of(left)?;
        let right = self.numeric_of(right)?;
        match (&left, &right) {
            (Value::Number(a), Value::Number(b)) => Ok(Value::Number(arithmetic(op, *a, *b))),
            (Value::BigInt(a), Value::BigInt(b)) => match big(op, *a, *b) {
                Some(number) => Ok(Value::BigInt(number)),
                None if *b == 0 && matches!(op, BinaryOp::Div | BinaryOp::Mod) => {
                    Err(self.throw_error("RangeError", "division by zero"))
                }
                None => Ok(self.derive("a BigInt that does not fit", &[left, right])),
            },
            (Value::Number(_) | Value::BigInt(_), Value::Number(_) | Value::BigInt(_)) => {
                Err(self.type_error("cannot mix BigInt and other types"))
            }
            _ => Ok(self.derive(symbol(op), &[left, right])),
        }
    }

    fn add(&mut self, left: &Value, right: &Value) -> Result<Value, Abrupt> {
        if let (Value::Number(a), Value::Number(b)) = (left, right) {
            return Ok(Value::Number(a + b));
        }
        let left = self.primitive_of(left, "default")?;
        let right = self.primitive_of(right, "default")?;
        if let Some(unknown) = self.poisoned("+", &[left.clone(), right.clone()]) {
            return Ok(unknown);
        }
        if matches!(left, Value::String(_)) || matches!(right, Value::String(_)) {
            let (left, right) = (self.text_of(&left)?, self.text_of(&right)?);
            return match (&left, &right) {
                (Value::String(a), Value::String(b)) => {
                    let text = format!("{a}{b}");
                    self.new_text(&text)
                }
                _ => Ok(self.derive("+", &[left, right])),
            };
        }
        let left = self.numeric_of(&left)?;
        let right = self.numeric_of(&right)?;
        match (&left, &right) {
            (Value::Number(a), Value::Number(b)) => Ok(Value::Number(a + b)),
            (Value::BigInt(a), Value::BigInt(b)) => Ok(match a.checked_add(*b) {
                Some(sum) => Value::BigInt(sum),
                None => self.derive("a BigInt that does not fit", &[left, right]),
            }),
            (Value::Unknown(_), _) | (_, Value::Unknown(_)) => Ok(self.derive("+", &[left, right])),
            _ => Err(self.type_error("cannot mix BigInt and other types")),
        }
    }

    fn compare(&mut self, op: BinaryOp, left: &Value, right: &Value) -> Result<Value, Abrupt> {
        let left = self.primitive_of(left, "number")?;
        let right = self.primitive_of(right, "number")?;
        if let Some(unknown) = self.poisoned(symbol(op), &[left.clone(), right.clone()]) {
            return Ok(unknown);
        }
        let ordering = if let (Value::String(a), Value::String(b)) = (&left, &right) {
            Some(utf16_order(a, b))
        } else {
            let (left, right) = (self.numeric_of(&left)?, self.numeric_of(&right)?);
            match (&left, &right) {
                (Value::Number(a), Value::Number(b)) => a.partial_cmp(b),
                (Value::BigInt(a), Value::BigInt(b)) => Some(a.cmp(b)),
                #[expect(clippy::cast_precision_loss, reason = "compared as doubles")]
                (Value::BigInt(a), Value::Number(b)) => (*a as f64).partial_cmp(b),
                #[expect(clippy::cast_precision_loss, reason = "compared as doubles")]
                (Value::Number(a), Value::BigInt(b)) => a.partial_cmp(&(*b as f64)),
                _ => return Ok(self.derive(symbol(op), &[left, right])),
            }
        };
        Ok(Value::Bool(match op {
            BinaryOp::Less => ordering.is_some_and(std::cmp::Ordering::is_lt),
            BinaryOp::LessEq => ordering.is_some_and(std::cmp::Ordering::is_le),
            BinaryOp::Greater => ordering.is_some_and(std::cmp::Ordering::is_gt),
            _ => ordering.is_some_and(std::cmp::Ordering::is_ge),
        }))
    }

    /// `===` between known values.
    pub(crate) fn strict_equals(left: &Value, right: &Value) -> bool {
        match (left, right) {
            (Value::Undefined, Value::Undefined) | (Value::Null, Value::Null) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            #[expect(clippy::float_cmp, reason = "JavaScript compares exactly")]
            (Value::Number(a), Value::Number(b)) => a == b,
            (Value::BigInt(a), Value::BigInt(b)) => a == b,
            (Value::String(a), Value::String(b)) | (Value::Symbol(a), Value::Symbol(b)) => a == b,
            _ => same_object(left, right),
        }
    }

    fn loose_equals(&mut self, left: &Value, right: &Value) -> Result<Value, Abrupt> {
        let is_nullish = |value: &Value| matches!(value, Value::Undefined | Value::Null);
        if is_nullish(left) || is_nullish(right) {
            return Ok(Value::Bool(is_nullish(left) && is_nullish(right)));
        }
        if is_object(left) && is_object(right) {
            return Ok(Value::Bool(same_object(left, right)));
        }
        let left = self.primitive_of(left, "default")?;
        let right = self.primitive_of(right, "default")?;
        if let Some(unknown) = self.poisoned("==", &[left.clone(), right.clone()]) {
            return Ok(unknown);
        }
        if type_of(&left) == type_of(&right) {
            return Ok(Value::Bool(Self::strict_equals(&left, &right)));
        }
        #[expect(clippy::cast_precision_loss, reason = "compared as doubles")]
        let number = |value: &Value| match value {
            Value::Bool(value) => f64::from(u8::from(*value)),
            Value::Number(number) => *number,
            Value::BigInt(number) => *number as f64,
            Value::String(text) => number_of_text(text),
            _ => f64::NAN,
        };
        #[expect(clippy::float_cmp, reason = "JavaScript compares exactly")]
        let equal = number(&left) == number(&right);
        Ok(Value::Bool(equal))
    }

    fn instance_of(&mut self, value: &Value, class: &Value) -> Result<Value, Abrupt> {
        match class {
            Value::Function(_) => {
                let prototype = self.prototype_of_function(class)?;
                let mut current = value.clone();
                for _ in 0..1_000 {
                    let next = match &current {
                        Value::Object(object) => object.prototype.borrow().clone(),
                        _ => None,
                    };
                    match next {
                        Some(next) if same_object(&next, &prototype) => {
                            return Ok(Value::Bool(true));
                        }
                        Some(next) => current = next,
                        None => return Ok(Value::Bool(false)),
                    }
                }
                Ok(Value::Bool(false))
            }
            Value::Native(native) => self.is_instance_of_native(value, native),
            Value::Host(class) => {
                Ok(self
                    .derive(&format!("instanceof {}", class.class()), std::slice::from_ref(value)))
            }
            _ => Err(self.type_error("the right side of 'instanceof' is not callable")),
        }
    }

    fn has(&mut self, key: &Value, object: &Value) -> Result<Value, Abrupt> {
        let key = match self.property_key(key)? {
            Ok(key) => key,
            Err(unknown) => {
                return Ok(self.derive("in", &[Value::Unknown(unknown), object.clone()]));
            }
        };
        if !is_object(object) {
            return Err(self.type_error("cannot use 'in' operator to search in a primitive"));
        }
        self.has_property(object, &key)
    }
}

/// Whether two values are the same object.
pub(crate) fn same_object(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Array(a), Value::Array(b)) => Rc::ptr_eq(a, b),
        (Value::Object(a), Value::Object(b)) => Rc::ptr_eq(a, b),
        (Value::Function(a), Value::Function(b)) => Rc::ptr_eq(a, b),
        (Value::Native(a), Value::Native(b)) => Rc::ptr_eq(a, b),
        (Value::Host(a), Value::Host(b)) => Rc::as_ptr(a).addr() == Rc::as_ptr(b).addr(),
        (Value::Date(a), Value::Date(b)) => a.to_bits() == b.to_bits(),
        _ => false,
    }
}

pub(crate) fn is_object(value: &Value) -> bool {
    matches!(
        value,
        Value::Array(_)
            | Value::Object(_)
            | Value::Function(_)
            | Value::Native(_)
            | Value::Host(_)
            | Value::Date(_)
    )
}

/// `typeof`
pub(crate) fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Undefined => "undefined",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::BigInt(_) => "bigint",
        Value::String(_) => "string",
        Value::Symbol(_) => "symbol",
        Value::Function(_) | Value::Native(_) => "function",
        Value::Host(host) if host.is_callable() => "function",
        Value::Null
        | Value::Date(_)
        | Value::Array(_)
        | Value::Object(_)
        | Value::Host(_)
        | Value::Unknown(_) => "object",
    }
}

/// Strings compare by UTF-16 code units, not by bytes (ECMA-262 section 7.2.12).
pub(crate) fn utf16_order(left: &str, right: &str) -> std::cmp::Ordering {
    if left.is_ascii() && right.is_ascii() {
        return left.cmp(right);
    }
    left.encode_utf16().cmp(right.encode_utf16())
}

fn symbol(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Eq => "==",
        BinaryOp::NotEq => "!=",
        BinaryOp::StrictEq => "===",
        BinaryOp::StrictNotEq => "!==",
        BinaryOp::Less => "<",
        BinaryOp::LessEq => "<=",
        BinaryOp::Greater => ">",
        BinaryOp::GreaterEq => ">=",
        BinaryOp::ShiftLeft => "<<",
        BinaryOp::ShiftRight => ">>",
        BinaryOp::ShiftRightZero => ">>>",
        BinaryOp::Add => "+",
        BinaryOp::Sub => "-",
        BinaryOp::Mul => "*",
        BinaryOp::Div => "/",
        BinaryOp::Mod => "%",
        BinaryOp::Exp => "**",
        BinaryOp::BitOr => "|",
        BinaryOp::BitXor => "^",
        BinaryOp::BitAnd => "&",
        BinaryOp::In => "in",
        BinaryOp::InstanceOf => "instanceof",
    }
}

fn arithmetic(op: BinaryOp, a: f64, b: f64) -> f64 {
    match op {
        BinaryOp::Sub => a - b,
        BinaryOp::Mul => a * b,
        BinaryOp::Div => a / b,
        BinaryOp::Mod => a % b,
        BinaryOp::Exp => power(a, b),
        BinaryOp::ShiftLeft => f64::from(to_int32(a).wrapping_shl(to_uint32(b) & 31)),
        BinaryOp::ShiftRight => f64::from(to_int32(a).wrapping_shr(to_uint32(b) & 31)),
        BinaryOp::ShiftRightZero => f64::from(to_uint32(a).wrapping_shr(to_uint32(b) & 31)),
        BinaryOp::BitOr => f64::from(to_int32(a) | to_int32(b)),
        BinaryOp::BitXor => f64::from(to_int32(a) ^ to_int32(b)),
        BinaryOp::BitAnd => f64::from(to_int32(a) & to_int32(b)),
        _ => f64::NAN,
    }
}

/// `**` differs from IEEE 754 pow where the exponent is not a number or the base is ±1 with an
/// infinite exponent (ECMA-262 section 6.1.6.1.3).
pub(crate) fn power(a: f64, b: f64) -> f64 {
    #[expect(clippy::float_cmp, reason = "exactly one")]
    let is_one = a.abs() == 1.0;
    if b.is_nan() || (is_one && b.is_infinite()) { f64::NAN } else { a.powf(b) }
}

fn big(op: BinaryOp, a: i128, b: i128) -> Option<i128> {
    match op {
        BinaryOp::Sub => a.checked_sub(b),
        BinaryOp::Mul => a.checked_mul(b),
        BinaryOp::Div => a.checked_div(b),
        BinaryOp::Mod => a.checked_rem(b),
        BinaryOp::Exp => a.checked_pow(u32::try_from(b).ok()?),
        BinaryOp::ShiftLeft => {
            let shift = u32::try_from(b).ok().filter(|shift| *shift < 127)?;
            a.checked_mul(1_i128.checked_shl(shift)?)
        }
        BinaryOp::ShiftRight => Some(a >> u32::try_from(b).ok()?.min(127)),
        BinaryOp::BitOr => Some(a | b),
        BinaryOp::BitXor => Some(a ^ b),
        BinaryOp::BitAnd => Some(a & b),
        _ => None,
    }
}
