//! Values and names that are printed without the quotes they need.

use serde_json::Value;

use super::{At, Fault};
use crate::kit::draft::{ADD_VALUE, SET_DEFAULT, SET_TYPE};
use crate::kit::{javascript, sql};
use crate::schema::{Column, Object, ObjectKind};

pub(super) fn check(at: &At, found: &mut Vec<Fault>) {
    if at.is(&[ADD_VALUE]) {
        found.extend(label(at));
    }
    let prints_default = [
        "create_table",
        "alter_table_add_column",
        "alter_table_alter_column_set_generated",
        "alter_table_alter_column_alter_generated",
        SET_TYPE,
        SET_DEFAULT,
    ];
    if at.is(&prints_default) {
        for (table, column) in at.columns() {
            found.extend(default(at, Object::column(&table, &column.name), column));
        }
    }
    let Object { schema, table, name, .. } = &at.statement.object;
    if [schema.as_deref(), table.as_deref(), Some(name)]
        .into_iter()
        .flatten()
        .any(|it| it.contains('"'))
    {
        let what = "a double quote in the name is not doubled, and the statement fails";
        found.push(at.fault("kit.unescaped_name", what, None));
    }
}

/// Neither the new label nor the one it goes before is escaped.
fn label(at: &At) -> Option<Fault> {
    let mut enums = at.context.schemas.after.enums.values();
    let of_statement = |name| Object::in_schema(ObjectKind::Enum, name) == at.statement.object;
    let labels = &enums.find(|it| of_statement(&it.name))?.values;
    let printed = |label: &str| format!("'{label}'");
    let mut right = at.statement.sql.clone();
    for label in labels.iter().filter(|label| label.contains('\'')) {
        right = right.replace(&printed(label), &printed(&sql::escaped(label)));
    }
    let what = "a quote in a label is not doubled, and the statement fails";
    (right != at.statement.sql).then(|| at.fault("kit.unescaped_label", what, Some(right)))
}

fn default(at: &At, object: Object, column: &Column) -> Option<Fault> {
    let value = column.default.as_ref()?;
    if value.is_array() || value.is_object() {
        let undefined = "SET DEFAULT undefined";
        let is_undefined = at.statement.sql.contains(undefined);
        let printed = javascript::text(value);
        if !is_undefined && !at.statement.sql.contains(&format!("DEFAULT {printed}")) {
            return None;
        }
        let sql = literal(column, value).and_then(|literal| {
            let right = format!("DEFAULT {literal}");
            let wrong = if is_undefined {
                "DEFAULT undefined".to_owned()
            } else {
                format!("DEFAULT {printed}")
            };
            at.replaced_in(column, &wrong, &right)
        });
        let printed = if is_undefined { "undefined".to_owned() } else { printed };
        let what = format!("the default is printed as `{printed}`, which is no SQL");
        return Some(at.fault_of("kit.unprintable_default", object, what, sql));
    }
    let text = value.as_str()?;
    let right = escaped_literal(text)?;
    let sql = at.replaced_in(column, &format!("DEFAULT {text}"), &format!("DEFAULT {right}"))?;
    let what = "a quote in the default is not doubled, and the statement fails";
    Some(at.fault_of("kit.unescaped_default", object, what, Some(sql)))
}

/// The default of a point or a vector as PostgreSQL reads it.
fn literal(column: &Column, value: &Value) -> Option<String> {
    let numbers = match value {
        Value::Array(items) => items.iter().map(javascript::text).collect::<Vec<_>>(),
        Value::Object(fields) => ["x", "y"]
            .iter()
            .map(|key| fields.get(*key).map(javascript::text))
            .collect::<Option<Vec<_>>>()?,
        _ => return None,
    };
    let numbers = numbers.join(",");
    match column.ty.split('(').next()? {
        "point" => Some(format!("'({numbers})'")),
        "vector" | "halfvec" => Some(format!("'[{numbers}]'")),
        _ => None,
    }
}

/// A literal of JSON or of an array, its inner quotes doubled; `None` when it needs nothing, or when
/// it cannot be told that the text is one.
fn escaped_literal(text: &str) -> Option<String> {
    let end = text.rfind('\'').filter(|end| *end > 0)?;
    let (literal, cast) = text.split_at(end);
    let inside = literal.strip_prefix('\'')?;
    let is_json =
        serde_json::from_str::<Value>(inside).is_ok_and(|it| it.is_array() || it.is_object());
    let is_array = inside.starts_with('{') && inside.ends_with('}');
    if !(is_json || is_array) || !inside.replace("''", "").contains('\'') {
        return None;
    }
    Some(format!("'{}{cast}", sql::escaped(inside)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_literals_with_a_single_quote_inside_are_escaped() {
        let escaped = |text| escaped_literal(text);
        assert_eq!(
            escaped("'{\"note\":\"it's\"}'::jsonb").as_deref(),
            Some("'{\"note\":\"it''s\"}'::jsonb")
        );
        assert_eq!(escaped("'{\"it's\"}'").as_deref(), Some("'{\"it''s\"}'"));
        assert_eq!(escaped("'{\"note\":\"it''s\"}'::jsonb"), None);
        assert_eq!(escaped("'a' || 'b'"), None);
        assert_eq!(escaped("now()"), None);
        assert_eq!(escaped("'"), None);
    }
}
