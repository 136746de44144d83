//! Identity columns and sequences: drizzle-kit fills in every number.

use std::rc::Rc;

use super::super::host::{Column, Sequence, Session, display, downcast};
use super::{Failure, Serializer};
use crate::ident::QualifiedName;
use crate::schema::{self, Identity, IdentityKind, Object, ObjectKind, SequenceOptions};
use crate::typescript::Value;

/// The limits that hold when nothing was said.
struct Limits {
    min: &'static str,
    max: &'static str,
}

impl Serializer<'_> {
    /// The identity of a column: `name` is the column's name as the snapshot writes it, `table` the
    /// table's or view's.
    pub(super) fn identity(
        &mut self,
        column: &Column,
        name: &str,
        table: &QualifiedName,
    ) -> Result<Option<Identity>, Failure> {
        let Some(identity) = &column.identity else { return Ok(None) };
        // The lower limit of a descending identity is that of smallint for every type: drizzle-kit
        // compares the class name of the column with the name of the SQL type.
        let max = match &*column.sql_type {
            "integer" => "2147483647",
            "bigint" => "9223372036854775807",
            _ => "32767",
        };
        let object = Object::column(table, name);
        let options = self.numbers(&identity.options, &Limits { min: "-32768", max }, &object)?;
        let sequence = match &identity.name {
            Value::Undefined | Value::Null => format!("{}_{name}_seq", table.name),
            given => display(self.session, given),
        };
        Ok(Some(Identity {
            kind: if identity.always { IdentityKind::Always } else { IdentityKind::ByDefault },
            name: sequence,
            schema: table.schema.clone(),
            options,
        }))
    }

    /// All sequences; the first of a name wins.
    pub(super) fn sequences(&mut self, sequences: &[(Rc<str>, Value)]) -> Result<(), Failure> {
        for (export, value) in sequences {
            let Some(sequence) = downcast::<Sequence>(value) else { continue };
            let name =
                QualifiedName::new(sequence.schema.clone().unwrap_or_default(), &sequence.name);
            if self.schema.sequences.contains_key(&name) {
                continue;
            }
            let object = Object::in_schema(ObjectKind::Sequence, &name);
            let limits = Limits { min: "-9223372036854775808", max: "9223372036854775807" };
            let options = self.numbers(&sequence.options, &limits, &object)?;
            self.written(object, &sequence.origin, Some(export));
            self.schema.sequences.insert(name.clone(), schema::Sequence { name, options });
        }
        Ok(())
    }

    fn numbers(
        &mut self,
        options: &Value,
        limits: &Limits,
        object: &Object,
    ) -> Result<SequenceOptions, Failure> {
        let mut read = |key: &str| -> Result<Value, Failure> {
            match options {
                Value::Undefined | Value::Null => Ok(Value::Undefined),
                options => Ok(self.context.get(options, key)?),
            }
        };
        let keys = [
            read("increment")?,
            read("minValue")?,
            read("maxValue")?,
            read("startWith")?,
            read("cache")?,
        ];
        let cycle = read("cycle")?;
        let [increment, min, max, start, cache] = keys.map(|value| given(self.session, &value));
        let increment = increment.unwrap_or_else(|| "1".to_owned());
        let descending = is_negative(&increment);
        let min = min.unwrap_or_else(|| if descending { limits.min } else { "1" }.to_owned());
        let max = max.unwrap_or_else(|| if descending { "-1" } else { limits.max }.to_owned());
        let start = start.unwrap_or_else(|| if descending { max.clone() } else { min.clone() });
        Ok(SequenceOptions {
            increment: Some(increment),
            min_value: Some(min),
            max_value: Some(max),
            start_with: Some(start),
            cache: Some(cache.unwrap_or_else(|| "1".to_owned())),
            cycle: Some(self.flag(&cycle, object)),
        })
    }
}

fn given(session: &Session, value: &Value) -> Option<String> {
    (!matches!(value, Value::Undefined)).then(|| display(session, value))
}

/// `parseFloat(text) < 0`
fn is_negative(text: &str) -> bool {
    let Some(rest) = text.trim_start().strip_prefix('-') else { return false };
    let number: String = rest.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
    number.parse::<f64>().is_ok_and(|number| number > 0.0) || rest.starts_with("Infinity")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sign_of_an_increment_is_read_as_parse_float_does() {
        assert!(is_negative("-1"));
        assert!(is_negative(" -2 steps"));
        assert!(!is_negative("1"));
        assert!(!is_negative("-0"));
        assert!(!is_negative("minus one"));
    }
}
