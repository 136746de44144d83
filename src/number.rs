//! JavaScript numbers, in JSON and as text.

use serde_json::{Number, Value};

/// The largest integer below which every integer is an exact `f64`.
const MAX_SAFE: f64 = 9_007_199_254_740_992.0;

/// A JavaScript number as `JSON.stringify` writes it: integers without a fraction, `-0` as `0`,
/// what is not finite as `null`.
pub fn js_number(number: f64) -> Value {
    if number.fract() == 0.0 && number.abs() <= MAX_SAFE {
        #[expect(clippy::cast_possible_truncation, reason = "the range was just checked")]
        return Value::from(number as i64);
    }
    Number::from_f64(number).map_or(Value::Null, Value::Number)
}

/// A JavaScript number as `String(n)` writes it (ECMA-262 section 6.1.6.1.20): shortest digits that
/// read back the same, exponents from 1e21 up and below 1e-6.
pub fn js_number_text(number: f64) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    if number == 0.0 {
        return "0".to_owned();
    }
    let magnitude = number.abs();
    if (1e-6..1e21).contains(&magnitude) {
        return format!("{number}");
    }
    let text = format!("{number:e}");
    match text.split_once('e') {
        Some((mantissa, exponent)) if !exponent.starts_with('-') => {
            format!("{mantissa}e+{exponent}")
        }
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_numbers_are_integers_where_they_can_be() {
        assert_eq!(js_number(5.0).to_string(), "5");
        assert_eq!(js_number(-0.0).to_string(), "0");
        assert_eq!(js_number(1.5).to_string(), "1.5");
        assert_eq!(js_number(f64::NAN), Value::Null);
    }

    #[test]
    fn texts_are_those_of_javascript() {
        assert_eq!(js_number_text(1e21), "1e+21");
        assert_eq!(js_number_text(1e20), "100000000000000000000");
        assert_eq!(js_number_text(1.5e-7), "1.5e-7");
        assert_eq!(js_number_text(0.000_001), "0.000001");
        assert_eq!(js_number_text(-0.0), "0");
    }
}
