//! JavaScript values as JSON: `JSON.stringify`, dates, and the snapshot's own JSON.

use std::rc::Rc;

use serde_json::{Map, Value as Json};

use super::host::{Buffer, Session, array_index, display};
use crate::schema::{js_number, js_number_text};
use crate::typescript::{Abrupt, Context, HostObject, Value};

/// `JSON.stringify(value)`; `undefined` gives the text `undefined`, as a template literal writes it.
pub(super) fn stringify(
    session: &Session,
    value: &Value,
    context: &mut dyn Context,
) -> Result<String, Abrupt> {
    Ok(write(session, value, 0, context)?.unwrap_or_else(|| "undefined".to_owned()))
}

/// How deep JSON may nest. Deeper is a circle, which JavaScript refuses.
const DEEPEST: u32 = 500;

fn enter(depth: u32, context: &mut dyn Context) -> Result<u32, Abrupt> {
    context.step(1)?;
    if depth == DEEPEST {
        return Err(context.throw("Converting circular structure to JSON"));
    }
    Ok(depth + 1)
}

fn write(
    session: &Session,
    value: &Value,
    depth: u32,
    context: &mut dyn Context,
) -> Result<Option<String>, Abrupt> {
    let depth = enter(depth, context)?;
    Ok(Some(match value {
        Value::Undefined | Value::Symbol(_) | Value::Function(_) | Value::Native(_) => {
            return Ok(None);
        }
        Value::Bool(value) => value.to_string(),
        Value::Number(number) if number.is_finite() => js_number_text(*number),
        Value::Null | Value::Number(_) => "null".to_owned(),
        Value::BigInt(_) => return Err(context.throw("Do not know how to serialize a BigInt")),
        Value::String(text) => quoted(text),
        Value::Date(_) => iso_date(value).map_or_else(|| "null".to_owned(), |text| quoted(&text)),
        Value::Unknown(unknown) => session.placeholder(unknown),
        Value::Array(items) => {
            let items = items.borrow().clone();
            let mut texts = Vec::new();
            for item in &items {
                texts.push(
                    write(session, item, depth, context)?.unwrap_or_else(|| "null".to_owned()),
                );
            }
            format!("[{}]", texts.join(","))
        }
        Value::Object(cell) => {
            if let Some(unknown) = &*cell.doubt.borrow() {
                return Ok(Some(session.placeholder(unknown)));
            }
            let properties = cell.properties.borrow().clone();
            let mut texts = Vec::new();
            for (key, item) in &properties {
                if let Some(text) = write(session, item, depth, context)? {
                    texts.push(format!("{}:{text}", quoted(key)));
                }
            }
            format!("{{{}}}", texts.join(","))
        }
        Value::Host(host) if host.as_any().is::<Buffer>() => {
            buffer(host).map_or_else(|| "null".to_owned(), |json| json.to_string())
        }
        Value::Host(_) => {
            let unknown = context.derived("JSON.stringify", std::slice::from_ref(value));
            let unknown = match unknown {
                Value::Unknown(_) => unknown,
                _ => context.unknown("the JSON of a Drizzle object is not evaluated"),
            };
            display(session, &unknown)
        }
    }))
}

fn quoted(text: &str) -> String {
    Json::from(text).to_string()
}

/// A value as drizzle-kit's snapshot holds it after a round through JSON; `None` for `undefined`.
pub(super) fn to_json(
    session: &Session,
    value: &Value,
    context: &mut dyn Context,
) -> Result<Option<Json>, Abrupt> {
    convert(session, value, 0, context)
}

fn convert(
    session: &Session,
    value: &Value,
    depth: u32,
    context: &mut dyn Context,
) -> Result<Option<Json>, Abrupt> {
    let depth = enter(depth, context)?;
    Ok(Some(match value {
        Value::Undefined | Value::Symbol(_) | Value::Function(_) | Value::Native(_) => {
            return Ok(None);
        }
        Value::Null => Json::Null,
        Value::Bool(value) => Json::from(*value),
        Value::Number(number) => js_number(*number),
        Value::BigInt(_) => return Err(context.throw("Do not know how to serialize a BigInt")),
        Value::String(text) => Json::from(&**text),
        Value::Date(_) => iso_date(value).map_or(Json::Null, Json::from),
        Value::Array(items) => {
            let items = items.borrow().clone();
            let mut list = Vec::new();
            for item in &items {
                list.push(convert(session, item, depth, context)?.unwrap_or(Json::Null));
            }
            Json::Array(list)
        }
        Value::Object(cell) => {
            if let Some(unknown) = &*cell.doubt.borrow() {
                return Ok(Some(Json::from(session.placeholder(unknown))));
            }
            let properties = cell.properties.borrow().clone();
            let mut map = Map::new();
            for (key, item) in &properties {
                if let Some(item) = convert(session, item, depth, context)? {
                    map.insert(key.to_string(), item);
                }
            }
            Json::Object(in_order(map))
        }
        Value::Unknown(unknown) => Json::from(session.placeholder(unknown)),
        Value::Host(host) if host.as_any().is::<Buffer>() => buffer(host).unwrap_or(Json::Null),
        Value::Host(_) => {
            let unknown = context.unknown("a Drizzle object stands where data is needed");
            Json::from(display(session, &unknown))
        }
    }))
}

fn buffer(host: &Rc<dyn HostObject>) -> Option<Json> {
    host.as_any().downcast_ref::<Buffer>().map(Buffer::json)
}

/// JavaScript's property order: integer-like keys first, ascending.
fn in_order(map: Map<String, Json>) -> Map<String, Json> {
    let (mut numbers, rest): (Vec<_>, Vec<_>) =
        map.into_iter().partition(|(key, _)| array_index(key).is_some());
    numbers.sort_by_key(|(key, _)| array_index(key));
    numbers.into_iter().chain(rest).collect()
}

/// `date.toISOString()`; `None` when the value is no valid date.
pub(super) fn iso_date(value: &Value) -> Option<String> {
    let Value::Date(time) = value else { return None };
    // The range of a JavaScript date: 100 million days around 1970.
    if !time.is_finite() || time.abs() > 8.64e15 {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "the range was just checked")]
    let time = *time as i64;
    let (days, milliseconds) = (time.div_euclid(86_400_000), time.rem_euclid(86_400_000));
    let (year, month, day) = civil(days);
    let year = match year {
        0..=9999 => format!("{year:04}"),
        10_000.. => format!("+{year:06}"),
        _ => format!("-{:06}", -year),
    };
    let (seconds, milliseconds) = (milliseconds / 1000, milliseconds % 1000);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    Some(format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milliseconds:03}Z"))
}

/// Days since 1970 as a date of the proleptic Gregorian calendar. Years are counted from March, so
/// that the leap day is the last of its year, in eras of 400 years.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_javascript_does() {
        let at = |time: f64| iso_date(&Value::Date(time));
        assert_eq!(at(0.0).as_deref(), Some("1970-01-01T00:00:00.000Z"));
        assert_eq!(at(1_704_164_645_678.0).as_deref(), Some("2024-01-02T03:04:05.678Z"));
        assert_eq!(at(951_782_400_000.0).as_deref(), Some("2000-02-29T00:00:00.000Z"));
        assert_eq!(at(-1.0).as_deref(), Some("1969-12-31T23:59:59.999Z"));
        assert_eq!(at(-62_167_219_200_001.0).as_deref(), Some("-000001-12-31T23:59:59.999Z"));
        assert_eq!(at(f64::NAN), None);
    }
}
