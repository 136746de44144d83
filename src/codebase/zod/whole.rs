//! Everything in which a Zod schema and the table it mirrors disagree.
//!
//! What JSON makes of a value is no disagreement (a timestamp as text, a number as a string of digits),
//! and neither is what a request leaves to the server.

use std::collections::BTreeSet;

use super::object::{Family, Object};
use super::{Disagreement, DriftKind, accepts, different_values, is_required, length, twin};
use crate::codebase::sql::in_list;
use crate::schema::{Column, Enum, Schema, Table};

/// Compares an object with its table; `is_named` says that it has the table's name.
pub(super) fn disagreements(
    object: &Object,
    table: &Table,
    schema: &Schema,
    is_named: bool,
) -> Vec<Disagreement> {
    let name = &object.name;
    let writes = twin::is_for_writing(name);
    let mut found = Vec::new();
    let mut keys = BTreeSet::new();
    for column in table.columns.values() {
        let key = twin::key_of(schema, &table.name, &column.name);
        if let Some(field) = object.fields.get(&key) {
            if let Some(family) = field.family
                && !accepts(family, column)
            {
                let message =
                    format!("`{name}.{key}` is {}, the column is {}", words(family), column.ty);
                let is_info = object.is_transformed || is_by_design(family, column);
                found.push((field.at, message, is_info, DriftKind::Different));
            }
            if let Some(values) = values(column, table, schema) {
                found.extend(different_values(object, &key, field, &values));
            }
            if field.is_optional && writes && is_required(column) {
                let message = format!("`{name}.{key}` may be left out, which the column refuses");
                found.push((field.at, message, true, DriftKind::TooWide));
            }
            if let (Some(most), Some(limit)) = (field.max, length(&column.ty))
                && most > limit
            {
                let message =
                    format!("`{name}.{key}` accepts {most} characters, the column takes {limit}");
                found.push((field.at, message, object.is_transformed, DriftKind::TooWide));
            } else if let (None, Some(limit), Some(Family::String)) =
                (field.max, length(&column.ty), field.family)
                && writes
                && field.members.is_none()
            {
                let message =
                    format!("`{name}.{key}` has no greatest length, the column takes {limit}");
                found.push((field.at, message, true, DriftKind::TooWide));
            }
            if let (Some(least), Some(default)) = (field.min, default(column))
                && default < least
            {
                let message = format!(
                    "`{name}.{key}` is at least {least}, the column's default is {default}"
                );
                found.push((field.at, message, object.is_transformed, DriftKind::TooNarrow));
            }
        } else if writes && is_named && object.is_complete && is_required(column) {
            let message = format!("`{name}` lacks `{key}`, which is required");
            found.push((object.at, message, false, DriftKind::Different));
        }
        keys.insert(key);
    }
    // A schema for writing rows has nothing but columns.
    if writes && is_named {
        for (key, field) in object.fields.iter().filter(|(key, _)| !keys.contains(*key)) {
            let message = format!("`{name}` still has `{key}`, which is no column");
            found.push((field.at, message, false, DriftKind::Different));
        }
    }
    found
}

/// Ids that travel as text.
fn is_by_design(family: Family, column: &Column) -> bool {
    let is_whole = ["integer", "smallint", "bigint", "serial", "smallserial", "bigserial"]
        .contains(&column.ty.as_str());
    is_whole && matches!(family, Family::String | Family::Uuid | Family::Number)
}

/// The values that an enum, or a check of this column alone, lets in.
fn values(column: &Column, table: &Table, schema: &Schema) -> Option<BTreeSet<String>> {
    let is_type = |it: &&Enum| {
        it.name.name == column.ty
            && column.type_schema.as_deref().is_none_or(|schema| schema == it.name.schema)
    };
    if let Some(enumeration) = schema.enums.values().find(is_type) {
        return Some(enumeration.values.iter().cloned().collect());
    }
    let mut lists = table.checks.values().filter_map(|check| in_list(&check.value));
    lists.find(|(name, _)| *name == column.name).map(|(_, values)| values)
}

/// A whole number that is the default.
fn default(column: &Column) -> Option<i128> {
    match column.default.as_ref()? {
        serde_json::Value::String(text) => text.trim_matches(['(', ')', '\'']).parse().ok(),
        serde_json::Value::Number(number) => number.to_string().parse().ok(),
        _ => None,
    }
}

const fn words(family: Family) -> &'static str {
    match family {
        Family::String => "text",
        Family::Uuid => "a uuid",
        Family::Number => "a number",
        Family::BigInt => "a bigint",
        Family::Boolean => "a boolean",
        Family::Date => "a date",
        Family::Array => "an array",
        Family::Other => "something else",
    }
}
