//! `Math`, and the methods of numbers.

use super::{argument, integer};
use crate::number::js_number_text;
use crate::typescript::eval::{Evaluation, power};
use crate::typescript::value::{Abrupt, Value};

pub(super) const STATICS: &[&str] = &[
    "abs", "ceil", "floor", "round", "trunc", "sign", "min", "max", "pow", "sqrt", "cbrt", "log",
    "log2", "log10", "exp", "hypot", "random", "fround",
];

/// Constants of `Math`.
pub(super) const CONSTANTS: &[(&str, f64)] = &[
    ("PI", std::f64::consts::PI),
    ("E", std::f64::consts::E),
    ("LN2", std::f64::consts::LN_2),
    ("LN10", std::f64::consts::LN_10),
    ("LOG2E", std::f64::consts::LOG2_E),
    ("LOG10E", std::f64::consts::LOG10_E),
    ("SQRT2", std::f64::consts::SQRT_2),
    ("SQRT1_2", std::f64::consts::FRAC_1_SQRT_2),
];

/// `Math.name(…)`
pub(super) fn call(
    evaluation: &mut Evaluation<'_>,
    name: &str,
    arguments: &[Value],
) -> Result<Value, Abrupt> {
    if name == "random" {
        return Ok(evaluation.unknown_here("`Math.random()` is only known at run time"));
    }
    let mut numbers = Vec::with_capacity(arguments.len());
    for value in arguments {
        match evaluation.numeric_of(value)? {
            Value::Number(number) => numbers.push(number),
            Value::BigInt(_) => {
                return Err(evaluation.type_error("cannot convert a BigInt value to a number"));
            }
            _ => return Ok(evaluation.derive(name, arguments)),
        }
    }
    let first = numbers.first().copied().unwrap_or(f64::NAN);
    let second = numbers.get(1).copied().unwrap_or(f64::NAN);
    let not_a_number = numbers.iter().any(|number| number.is_nan());
    Ok(Value::Number(match name {
        "abs" => first.abs(),
        "ceil" => first.ceil(),
        "floor" => first.floor(),
        "round" => (first + 0.5).floor(),
        "trunc" => first.trunc(),
        "sign" if first == 0.0 || first.is_nan() => first,
        "sign" => first.signum(),
        "min" | "max" if not_a_number => f64::NAN,
        "min" => numbers.into_iter().fold(f64::INFINITY, f64::min),
        "max" => numbers.into_iter().fold(f64::NEG_INFINITY, f64::max),
        "pow" => power(first, second),
        "sqrt" => first.sqrt(),
        "cbrt" => first.cbrt(),
        "log" => first.ln(),
        "log2" => first.log2(),
        "log10" => first.log10(),
        "exp" => first.exp(),
        "hypot" => numbers.iter().map(|n| n * n).sum::<f64>().sqrt(),
        #[expect(clippy::cast_possible_truncation, reason = "that is what it does")]
        "fround" => f64::from(first as f32),
        _ => return Ok(evaluation.unknown_here(&format!("`Math.{name}` is not evaluated"))),
    }))
}

/// `(5).key(…)`
pub(super) fn number_method(
    evaluation: &mut Evaluation<'_>,
    value: &Value,
    key: &str,
    arguments: &[Value],
) -> Result<Value, Abrupt> {
    if let Some(unknown) = evaluation.poisoned(key, arguments) {
        return Ok(unknown);
    }
    match (key, value) {
        ("valueOf", value) => Ok(value.clone()),
        ("toString", Value::Number(number)) => {
            let radix = integer(evaluation, arguments, 0, 10)?;
            let Some(radix) = u32::try_from(radix).ok().filter(|r| (2..=36).contains(r)) else {
                return Err(evaluation.throw_error("RangeError", "the radix is not in 2 to 36"));
            };
            if radix == 10 || !number.is_finite() {
                return evaluation.new_text(&js_number_text(*number));
            }
            if number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0 {
                return evaluation.new_text(&in_radix(*number, radix));
            }
            Ok(evaluation.derive("a fraction in another radix", std::slice::from_ref(value)))
        }
        ("toString", Value::BigInt(number)) if arguments.is_empty() => {
            evaluation.new_text(&number.to_string())
        }
        ("toFixed", Value::Number(number)) => {
            let digits = integer(evaluation, arguments, 0, 0)?;
            let Some(digits) = usize::try_from(digits).ok().filter(|d| *d <= 100) else {
                return Err(
                    evaluation.throw_error("RangeError", "digits must be between 0 and 100")
                );
            };
            if number.abs() >= 1e21 || !number.is_finite() {
                return evaluation.new_text(&js_number_text(*number));
            }
            evaluation.new_text(&fixed(*number, digits))
        }
        (key, value) => {
            let unknown = evaluation.unknown_here(&format!("`{key}` of a number is not evaluated"));
            Ok(evaluation.derive(key, &[unknown, value.clone(), argument(arguments, 0)]))
        }
    }
}

/// `toFixed`: the exact decimal value of the double, ties away from zero (ECMA-262 section 21.1.3.3:
/// "if there are two such n, pick the larger n").
fn fixed(number: f64, digits: usize) -> String {
    // Rust rounds the exact decimal expansion half to even; a tie can only occur when the expansion
    // ends right there, so one more digit tells.
    let exact = format!("{:.*}", 1100, number.abs());
    let (whole, fraction) = exact.split_once('.').unwrap_or((&exact, ""));
    let kept = fraction.get(..digits).unwrap_or_default();
    let next = fraction.as_bytes().get(digits).copied().unwrap_or(b'0');
    let mut text: Vec<u8> = whole.bytes().chain(kept.bytes()).collect();
    if next >= b'5' {
        let mut carry = true;
        for digit in text.iter_mut().rev() {
            if *digit == b'9' {
                *digit = b'0';
            } else {
                *digit += 1;
                carry = false;
                break;
            }
        }
        if carry {
            text.insert(0, b'1');
        }
    }
    let split = text.len() - digits;
    let digits_text = String::from_utf8(text).unwrap_or_default();
    let (whole, fraction) = digits_text.split_at_checked(split).unwrap_or((&digits_text, ""));
    let sign = if number < 0.0 { "-" } else { "" };
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

fn in_radix(number: f64, radix: u32) -> String {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a safe integer")]
    let mut rest = number.abs() as u64;
    let mut digits = Vec::new();
    loop {
        let digit = u32::try_from(rest % u64::from(radix)).unwrap_or(0);
        digits.push(char::from_digit(digit, radix).unwrap_or('0'));
        rest /= u64::from(radix);
        if rest == 0 {
            break;
        }
    }
    if number < 0.0 {
        digits.push('-');
    }
    digits.into_iter().rev().collect()
}
