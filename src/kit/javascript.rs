//! What JavaScript makes of a value, where drizzle-kit relies on it.

use serde_json::Value;

use crate::schema::js_number_text;

/// The value in a template literal: `String(value)` (ECMA-262 section 7.1.17). An array is its
/// elements with commas, an object says nothing of itself.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(it) => it.to_string(),
        Value::Number(it) if it.is_f64() => it.as_f64().map_or_else(String::new, js_number_text),
        Value::Number(it) => it.to_string(),
        Value::String(it) => it.clone(),
        Value::Array(items) => items
            .iter()
            .map(|item| if item.is_null() { String::new() } else { text(item) })
            .collect::<Vec<_>>()
            .join(","),
        Value::Object(_) => "[object Object]".to_owned(),
    }
}

/// Whether `if (value)` holds (ECMA-262 section 7.1.2).
pub(super) fn truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(it) => *it,
        Value::Number(it) => it.as_f64() != Some(0.0),
        Value::String(it) => !it.is_empty(),
        Value::Array(_) | Value::Object(_) => true,
    }
}

/// Whether two values are the same in the sense of `===`: two arrays or objects never are.
pub(super) fn identical(a: &Value, b: &Value) -> bool {
    !a.is_array() && !a.is_object() && a == b
}

/// What every JavaScript object answers to without having it. json-diff asks `key in object`, so a
/// column of such a name looks as if it had always been there.
pub(super) fn is_inherited(key: &str) -> bool {
    const INHERITED: [&str; 12] = [
        "constructor",
        "__defineGetter__",
        "__defineSetter__",
        "hasOwnProperty",
        "__lookupGetter__",
        "__lookupSetter__",
        "isPrototypeOf",
        "propertyIsEnumerable",
        "toString",
        "valueOf",
        "__proto__",
        "toLocaleString",
    ];
    INHERITED.contains(&key)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_are_those_of_a_template_literal() {
        assert_eq!(text(&json!([1, null, "a", [2, 3]])), "1,,a,2,3");
        assert_eq!(text(&json!({"x": 1})), "[object Object]");
        assert_eq!(text(&json!(1e21)), "1e+21");
        assert_eq!(text(&json!(null)), "null");
    }

    #[test]
    fn zero_false_and_nothing_are_not_truthy() {
        for value in [json!(0), json!(false), json!(""), json!(null)] {
            assert!(!truthy(&value), "{value}");
        }
        for value in [json!(1), json!("0"), json!([]), json!({})] {
            assert!(truthy(&value), "{value}");
        }
    }

    #[test]
    fn an_array_is_identical_to_none() {
        assert!(identical(&json!(1), &json!(1)));
        assert!(!identical(&json!([1]), &json!([1])));
    }
}
