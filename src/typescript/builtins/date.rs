//! Dates: those written in the program, in UTC. The present is unknown.

use super::argument;
use crate::typescript::eval::Evaluation;
use crate::typescript::value::{Abrupt, Value};

pub(super) const METHODS: &[&str] = &[
    "toISOString",
    "toJSON",
    "getTime",
    "valueOf",
    "getUTCFullYear",
    "getUTCMonth",
    "getUTCDate",
    "getUTCDay",
    "getUTCHours",
    "getUTCMinutes",
    "getUTCSeconds",
    "getUTCMilliseconds",
    "getFullYear",
    "getMonth",
    "getDate",
    "getDay",
    "getHours",
    "getMinutes",
    "getSeconds",
    "getMilliseconds",
    "getTimezoneOffset",
    "toString",
    "toDateString",
    "toLocaleString",
    "toLocaleDateString",
    "toUTCString",
    "setTime",
    "setDate",
    "setMonth",
    "setFullYear",
    "setHours",
    "setMinutes",
    "setSeconds",
    "setMilliseconds",
    "setUTCDate",
    "setUTCMonth",
    "setUTCFullYear",
    "setUTCHours",
    "setUTCMinutes",
    "setUTCSeconds",
    "setUTCMilliseconds",
];

const DAY: f64 = 86_400_000.0;

/// `date.key(…)`
pub(super) fn call(
    evaluation: &mut Evaluation<'_>,
    time: f64,
    key: &str,
    arguments: &[Value],
) -> Result<Value, Abrupt> {
    let days = (time / DAY).floor();
    let (year, month, day) = civil(days);
    let within = time - days * DAY;
    Ok(match key {
        "getTime" | "valueOf" => Value::Number(time),
        "toISOString" | "toJSON" if time.is_nan() => {
            if key == "toJSON" {
                return Ok(Value::Null);
            }
            return Err(evaluation.throw_error("RangeError", "invalid time value"));
        }
        "toISOString" | "toJSON" => return evaluation.new_text(&iso(time)),
        "getUTCFullYear" => Value::Number(year),
        "getUTCMonth" => Value::Number(month - 1.0),
        "getUTCDate" => Value::Number(day),
        "getUTCDay" => Value::Number((days + 4.0).rem_euclid(7.0)),
        "getUTCHours" => Value::Number((within / 3_600_000.0).floor()),
        "getUTCMinutes" => Value::Number((within / 60_000.0).floor() % 60.0),
        "getUTCSeconds" => Value::Number((within / 1_000.0).floor() % 60.0),
        "getUTCMilliseconds" => Value::Number(within % 1_000.0),
        _ => {
            let why = if key.starts_with("set") {
                "changing a Date is not evaluated"
            } else {
                "the local time zone is only known at run time"
            };
            let unknown = evaluation.unknown_here(why);
            let mut operands = vec![unknown, Value::Date(time)];
            operands.extend_from_slice(arguments);
            evaluation.derive(key, &operands)
        }
    })
}

/// `new Date(…)`
pub(super) fn construct(
    evaluation: &mut Evaluation<'_>,
    arguments: &[Value],
) -> Result<Value, Abrupt> {
    if let Some(unknown) = evaluation.poisoned("new Date", arguments) {
        return Ok(unknown);
    }
    match arguments {
        [] => Ok(evaluation.unknown_here("`new Date()` is only known at run time")),
        [Value::Date(time)] => Ok(Value::Date(*time)),
        [Value::String(text)] => Ok(match parse(text) {
            Parsed::Time(time) => Value::Date(time),
            Parsed::Local => {
                let unknown =
                    evaluation.unknown_here("the local time zone is only known at run time");
                evaluation.derive("new Date", &[unknown, Value::String(text.clone())])
            }
        }),
        [value] => match evaluation.numeric_of(value)? {
            Value::Number(time) => Ok(Value::Date(time.trunc())),
            other => Ok(evaluation.derive("new Date", &[other])),
        },
        _ => {
            let unknown = evaluation.unknown_here("the local time zone is only known at run time");
            let mut operands = vec![unknown];
            operands.extend_from_slice(arguments);
            Ok(evaluation.derive("new Date", &operands))
        }
    }
}

/// `Date.UTC(…)`
pub(super) fn utc(evaluation: &mut Evaluation<'_>, arguments: &[Value]) -> Result<Value, Abrupt> {
    let mut parts = [f64::NAN, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0];
    for (index, part) in parts.iter_mut().enumerate() {
        match evaluation.numeric_of(&argument(arguments, index))? {
            Value::Number(_) if index >= arguments.len() => {}
            Value::Number(number) => *part = number.trunc(),
            other => return Ok(evaluation.derive("Date.UTC", &[other])),
        }
    }
    let [mut year, month, day, hours, minutes, seconds, milliseconds] = parts;
    if (0.0..=99.0).contains(&year) {
        year += 1900.0;
    }
    let days = days_from(year + (month / 12.0).floor(), month.rem_euclid(12.0) + 1.0, day);
    let time =
        days * DAY + hours * 3_600_000.0 + minutes * 60_000.0 + seconds * 1_000.0 + milliseconds;
    Ok(Value::Number(time))
}

/// `Date.parse(…)`
pub(super) fn parse_value(
    evaluation: &mut Evaluation<'_>,
    arguments: &[Value],
) -> Result<Value, Abrupt> {
    Ok(match construct(evaluation, arguments.get(..1).unwrap_or_default())? {
        Value::Date(time) => Value::Number(time),
        other => other,
    })
}

/// A time as ISO 8601 in UTC.
pub(super) fn iso(time: f64) -> String {
    let days = (time / DAY).floor();
    let (year, month, day) = civil(days);
    let within = time - days * DAY;
    let year = if (0.0..=9999.0).contains(&year) {
        format!("{year:04}")
    } else {
        format!("{}{:06}", if year < 0.0 { '-' } else { '+' }, year.abs())
    };
    format!(
        "{year}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{:03}Z",
        (within / 3_600_000.0).floor(),
        (within / 60_000.0).floor() % 60.0,
        (within / 1_000.0).floor() % 60.0,
        within % 1_000.0
    )
}

enum Parsed {
    Time(f64),
    /// Read in the local time zone, or in a format that engines read as they like.
    Local,
}

/// Date strings (ECMA-262 section 21.4.1.32). A date without a time is UTC, with a time and without an
/// offset local.
fn parse(text: &str) -> Parsed {
    let (date, rest) = match text.split_once('T') {
        Some((date, rest)) => (date, Some(rest)),
        None => (text, None),
    };
    let mut parts = [1970.0, 1.0, 1.0];
    // A year of six digits has a sign.
    let (sign, unsigned) = match date.split_at_checked(1) {
        Some(("+", rest)) => (1.0, Some(rest)),
        Some(("-", rest)) => (-1.0, Some(rest)),
        _ => (1.0, None),
    };
    let fields: Vec<&str> = unsigned.unwrap_or(date).split('-').collect();
    let widths = [if unsigned.is_some() { 6 } else { 4 }, 2, 2];
    if fields.len() > 3 || sign < 0.0 && fields.first() == Some(&"000000") {
        return Parsed::Local;
    }
    for ((part, field), width) in parts.iter_mut().zip(&fields).zip(widths) {
        if field.len() != width || !field.bytes().all(|b| b.is_ascii_digit()) {
            return Parsed::Local;
        }
        *part = field.parse().unwrap_or(f64::NAN);
    }
    let [year, month, day] = [sign * parts[0], parts[1], parts[2]];
    if !(1.0..=12.0).contains(&month) || !(1.0..=31.0).contains(&day) {
        return Parsed::Time(f64::NAN);
    }
    let days = days_from(year, month, day);
    let Some(rest) = rest else { return Parsed::Time(days * DAY) };
    let (clock, offset) = match rest.find(['Z', '+', '-']) {
        Some(at) => (rest.get(..at).unwrap_or_default(), rest.get(at..).unwrap_or_default()),
        None => return Parsed::Local,
    };
    let time_of = |clock: &str| -> Option<f64> {
        let mut total = 0.0;
        for (field, unit) in clock.split(':').zip([3_600_000.0, 60_000.0, 1_000.0]) {
            let is_number = field.bytes().all(|b| b.is_ascii_digit() || b == b'.');
            if field.len() < 2 || !is_number {
                return None;
            }
            total += field.parse::<f64>().ok()? * unit;
        }
        (clock.contains(':') && clock.matches(':').count() < 3).then(|| total.trunc())
    };
    let Some(clock) = time_of(clock) else { return Parsed::Local };
    let offset = match (offset.get(..1), offset.get(1..)) {
        (Some("Z"), Some("")) => 0.0,
        (Some(sign), Some(rest)) => match time_of(rest) {
            Some(offset) if sign == "+" => offset,
            Some(offset) => -offset,
            None => return Parsed::Local,
        },
        _ => return Parsed::Local,
    };
    Parsed::Time(days * DAY + clock - offset)
}

/// Days since 1970 of a date in the proleptic Gregorian calendar.
fn days_from(year: f64, month: f64, day: f64) -> f64 {
    let year = if month <= 2.0 { year - 1.0 } else { year };
    let era = (year / 400.0).floor();
    let of_era = year - era * 400.0;
    let shifted = if month > 2.0 { month - 3.0 } else { month + 9.0 };
    let day_of_year = ((153.0 * shifted + 2.0) / 5.0).floor() + day - 1.0;
    let day_of_era =
        of_era * 365.0 + (of_era / 4.0).floor() - (of_era / 100.0).floor() + day_of_year;
    era * 146_097.0 + day_of_era - 719_468.0
}

/// The date of a number of days since 1970.
fn civil(days: f64) -> (f64, f64, f64) {
    let days = days + 719_468.0;
    let era = (days / 146_097.0).floor();
    let of_era = days - era * 146_097.0;
    let year = ((of_era - (of_era / 1_460.0).floor() + (of_era / 36_524.0).floor()
        - (of_era / 146_096.0).floor())
        / 365.0)
        .floor();
    let day_of_year = of_era - (365.0 * year + (year / 4.0).floor() - (year / 100.0).floor());
    let shifted = ((5.0 * day_of_year + 2.0) / 153.0).floor();
    let day = day_of_year - ((153.0 * shifted + 2.0) / 5.0).floor() + 1.0;
    let month = if shifted < 10.0 { shifted + 3.0 } else { shifted - 9.0 };
    let year = year + era * 400.0 + if month <= 2.0 { 1.0 } else { 0.0 };
    (year, month, day)
}
