//! `.default(value)` as drizzle-kit's snapshot holds it.

use serde_json::Value as Json;

use super::super::host::{Column, Mode, Sql, display, downcast};
use super::super::json;
use super::{Failure, Serializer};
use crate::typescript::{Context, Value};

use super::super::host::Session;

impl Serializer<'_> {
    /// The default of a column. Columns of views do not double the quotes of a string.
    pub(super) fn default(
        &mut self,
        column: &Column,
        in_view: bool,
    ) -> Result<Option<Json>, Failure> {
        let value = &column.default;
        if downcast::<Sql>(value).is_some() {
            return Ok(Some(Json::from(self.render(value, Mode::Default)?)));
        }
        let ty = column.sql_type.to_lowercase();
        let text = match value {
            Value::Undefined => return Ok(None),
            Value::String(text) if in_view => format!("'{text}'"),
            Value::String(text) => format!("'{}'", text.replace('\'', "''")),
            Value::Unknown(unknown) => self.session.placeholder(unknown),
            _ if ty == "json" || ty == "jsonb" => {
                let text = json::stringify(self.session, value, self.context);
                format!("'{}'::{ty}", text.map_err(|abrupt| self.at(abrupt, &column.origin))?)
            }
            Value::Date(_) => {
                let invalid =
                    || Failure::Kit(column.origin.clone(), "Invalid time value".to_owned());
                let iso = json::iso_date(value).ok_or_else(invalid)?;
                format!("'{}'", date(&iso, &ty))
            }
            Value::Array(items) if is_array_type(&ty) => {
                let items = items.borrow().clone();
                format!("'{}'", array(self.session, &items, &ty, 0, self.context)?)
            }
            _ => {
                let json = json::to_json(self.session, value, self.context);
                return json.map_err(|abrupt| self.at(abrupt, &column.origin));
            }
        };
        Ok(Some(Json::from(text)))
    }
}

/// A date for a type: only `date` and exactly `timestamp` have a form of their own.
fn date<'a>(iso: &'a str, ty: &str) -> std::borrow::Cow<'a, str> {
    match ty {
        "date" => iso.split('T').next().unwrap_or(iso).into(),
        "timestamp" => {
            let text = iso.replacen('T', " ", 1);
            text.chars().take(23).collect::<String>().into()
        }
        _ => iso.into(),
    }
}

/// `[]` or `[3]` anywhere in the type.
fn is_array_type(ty: &str) -> bool {
    ty.split('[')
        .skip(1)
        .any(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with(']'))
}

/// `buildArrayString`: strings are not escaped at all.
fn array(
    session: &Session,
    items: &[Value],
    ty: &str,
    depth: u32,
    context: &mut dyn Context,
) -> Result<String, Failure> {
    // An array that holds itself.
    if depth == 500 {
        return Err(context.throw("Maximum call stack size exceeded").into());
    }
    let base = ty.split('[').next().unwrap_or(ty);
    let mut texts = Vec::new();
    for item in items {
        context.step(1)?;
        texts.push(match item {
            Value::Number(_) | Value::BigInt(_) | Value::Bool(_) => display(session, item),
            Value::Array(nested) => {
                let nested = nested.borrow().clone();
                array(session, &nested, base, depth + 1, context)?
            }
            Value::Date(_) => match json::iso_date(item) {
                Some(iso) => format!("\"{}\"", date(&iso, base)),
                None => return Err(context.throw("Invalid time value").into()),
            },
            Value::Null | Value::Object(_) | Value::Host(_) => {
                let text = json::stringify(session, item, context)?;
                format!("\"{}\"", text.replace('"', "\\\""))
            }
            other => format!("\"{}\"", display(session, other)),
        });
    }
    Ok(format!("{{{}}}", texts.join(",")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn array_types_are_told_by_their_brackets() {
        assert!(is_array_type("text[]"));
        assert!(is_array_type("varchar(3)[12]"));
        assert!(is_array_type("integer[3][]"));
        assert!(!is_array_type("text"));
        assert!(!is_array_type("odd[x]"));
    }

    #[test]
    fn dates_depend_on_the_type() {
        let iso = "2024-01-02T03:04:05.678Z";
        assert_eq!(date(iso, "date"), "2024-01-02");
        assert_eq!(date(iso, "timestamp"), "2024-01-02 03:04:05.678");
        assert_eq!(date(iso, "timestamp with time zone"), iso);
        assert_eq!(date(iso, "timestamp (3)"), iso);
    }
}
