//! Static functions of `Number` and `String`.

use super::{argument, integer};
use crate::typescript::eval::{Evaluation, number_of_text};
use crate::typescript::value::{Abrupt, Value};

/// `Number.name(…)`, and the same as globals.
pub(super) fn number_static(
    evaluation: &mut Evaluation<'_>,
    name: &str,
    arguments: &[Value],
) -> Result<Value, Abrupt> {
    if let Some(unknown) = evaluation.poisoned(name, arguments) {
        return Ok(unknown);
    }
    let first = argument(arguments, 0);
    Ok(match name {
        "isInteger" | "isSafeInteger" => Value::Bool(match first {
            Value::Number(number) => {
                number.is_finite()
                    && number.fract() == 0.0
                    && (name == "isInteger" || number.abs() <= 9_007_199_254_740_991.0)
            }
            _ => false,
        }),
        "parseInt" | "parseFloat" => {
            let Value::String(text) = evaluation.text_of(&first)? else {
                return Ok(evaluation.derive(name, arguments));
            };
            Value::Number(if name == "parseFloat" {
                parse_float(&text)
            } else {
                parse_int(&text, integer(evaluation, arguments, 1, 0)?)
            })
        }
        _ => match evaluation.numeric_of(&first)? {
            Value::Number(number) if name == "isNaN" => Value::Bool(number.is_nan()),
            Value::Number(number) => Value::Bool(number.is_finite()),
            other => evaluation.derive(name, &[other]),
        },
    })
}

fn parse_int(text: &str, radix: i64) -> f64 {
    let text = text.trim_start();
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    let hexadecimal = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    let (radix, text) = match (radix, hexadecimal) {
        (0 | 16, Some(rest)) => (16, rest),
        (0, None) => (10, text),
        (radix, _) => (radix, text),
    };
    let Some(radix) = u32::try_from(radix).ok().filter(|r| (2..=36).contains(r)) else {
        return f64::NAN;
    };
    let digits: String = text.chars().take_while(|c| c.is_digit(radix)).collect();
    if digits.is_empty() {
        return f64::NAN;
    }
    if radix == 10 {
        return sign * number_of_text(&digits);
    }
    let value = digits
        .chars()
        .filter_map(|c| c.to_digit(radix))
        .fold(0.0, |value, digit| value * f64::from(radix) + f64::from(digit));
    sign * value
}

fn parse_float(text: &str) -> f64 {
    let text = text.trim_start();
    // The longest prefix that is a number.
    let candidate: String = text
        .chars()
        .take_while(|c| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-'))
        .collect();
    for infinity in ["Infinity", "+Infinity"] {
        if text.starts_with(infinity) {
            return f64::INFINITY;
        }
    }
    if text.starts_with("-Infinity") {
        return f64::NEG_INFINITY;
    }
    (1..=candidate.len().min(400))
        .rev()
        .filter_map(|end| candidate.get(..end))
        .find_map(|prefix| prefix.parse::<f64>().ok())
        .unwrap_or(f64::NAN)
}

/// `String.name(…)`
pub(super) fn string_static(
    evaluation: &mut Evaluation<'_>,
    name: &str,
    arguments: &[Value],
) -> Result<Value, Abrupt> {
    if name == "raw" {
        let texts = evaluation.get_property(&argument(arguments, 0), "raw")?;
        let texts = match evaluation.iterate(&texts)? {
            Ok(texts) => texts,
            Err(unknown) => return Ok(evaluation.derive("String.raw", &[Value::Unknown(unknown)])),
        };
        let mut result = String::new();
        for (index, text) in texts.iter().enumerate() {
            if let Value::String(text) = text {
                result.push_str(text);
            }
            if index + 1 < texts.len()
                && let Some(value) = arguments.get(index + 1)
            {
                match evaluation.text_of(value)? {
                    Value::String(text) => result.push_str(&text),
                    unknown => return Ok(evaluation.derive("String.raw", &[unknown])),
                }
            }
        }
        return evaluation.new_text(&result);
    }
    let mut units = Vec::new();
    for value in arguments {
        match evaluation.numeric_of(value)? {
            Value::Number(number) if name == "fromCharCode" => {
                let unit = crate::typescript::eval::to_uint32(number) & 0xffff;
                units.push(u16::try_from(unit).unwrap_or(0));
            }
            Value::Number(number) => {
                let point = crate::typescript::eval::to_uint32(number);
                let Some(character) = char::from_u32(point) else {
                    return Err(evaluation.throw_error("RangeError", "invalid code point"));
                };
                units.extend(character.encode_utf16(&mut [0; 2]).iter());
            }
            other => return Ok(evaluation.derive(name, &[other])),
        }
    }
    evaluation.new_text(&String::from_utf16_lossy(&units))
}
