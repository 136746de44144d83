//! Expressions that prove a state from PostgreSQL's catalog; true when it holds, never an error when
//! the table is missing.

use super::sql::{qn, reg};
use super::statement::Check;
use crate::ident::{QualifiedName, quote_literal, truncate};

fn name(text: &str) -> String {
    quote_literal(truncate(text))
}

pub(super) fn table(table: &QualifiedName, exists: bool) -> Check {
    let (word, is) = if exists { ("exists", "IS NOT NULL") } else { ("is gone", "IS NULL") };
    Check::new(format!("{table} {word}"), format!("to_regclass({}) {is}", reg(table)))
}

pub(super) fn column(table: &QualifiedName, column: &str, exists: bool) -> Check {
    let (word, not) = if exists { ("exists", "") } else { ("is gone", "NOT ") };
    let expression = format!(
        "{not}EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass({}) AND attname = {} AND NOT attisdropped)",
        reg(table),
        name(column),
    );
    Check::new(format!("{table}.{column} {word}"), expression)
}

pub(super) fn not_null(table: &QualifiedName, column: &str, on: bool) -> Check {
    let (word, not) = if on { ("NOT NULL", "") } else { ("nullable", "NOT ") };
    let expression = format!(
        "EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass({}) AND attname = {} AND {not}attnotnull)",
        reg(table),
        name(column),
    );
    Check::new(format!("{table}.{column} is {word}"), expression)
}

pub(super) fn constraint(table: &QualifiedName, constraint: &str, exists: bool) -> Check {
    let (word, not) = if exists { ("is there and validated", "") } else { ("is gone", "NOT ") };
    let validated = if exists { " AND convalidated" } else { "" };
    let expression = format!(
        "{not}EXISTS (SELECT FROM pg_constraint WHERE conrelid = to_regclass({}) AND conname = {}{validated})",
        reg(table),
        name(constraint),
    );
    Check::new(format!("constraint {constraint} of {table} {word}"), expression)
}

pub(super) fn primary_key(table: &QualifiedName, columns: &[String]) -> Check {
    let wanted: Vec<String> = columns.iter().map(|column| name(column)).collect();
    let expression = format!(
        "COALESCE((SELECT array_agg(a.attname::text ORDER BY k.ord) FROM pg_constraint c CROSS JOIN LATERAL unnest(c.conkey) WITH ORDINALITY AS k(att, ord) JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.att WHERE c.conrelid = to_regclass({}) AND c.contype = 'p'), '{{}}') = ARRAY[{}]::text[]",
        reg(table),
        wanted.join(", "),
    );
    let key = if columns.is_empty() { "none".to_owned() } else { columns.join(", ") };
    Check::new(format!("the primary key of {table} is {key}"), expression)
}

pub(super) fn index(schema: &str, index: &str, exists: bool) -> Check {
    let relation = reg(&QualifiedName::new(schema, index));
    if exists {
        return Check::new(
            format!("index {index} is there and valid"),
            format!(
                "EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass({relation}) AND indisvalid)"
            ),
        );
    }
    Check::new(format!("index {index} is gone"), format!("to_regclass({relation}) IS NULL"))
}

/// The labels of an enum, in order; an empty list means that there is no such type.
pub(super) fn enum_values(enumeration: &QualifiedName, values: Option<&[String]>) -> Check {
    let ty = quote_literal(&qn(enumeration));
    let Some(values) = values else {
        return Check::new(
            format!("enum {enumeration} is gone"),
            format!("to_regtype({ty}) IS NULL"),
        );
    };
    let wanted: Vec<String> = values.iter().map(|value| quote_literal(value)).collect();
    let expression = format!(
        "COALESCE((SELECT array_agg(enumlabel::text ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = to_regtype({ty})), '{{}}') = ARRAY[{}]::text[]",
        wanted.join(", "),
    );
    Check::new(format!("enum {enumeration} has its {} values in order", values.len()), expression)
}

/// The type of a column equals what PostgreSQL makes of `ty`.
pub(super) fn column_type(table: &QualifiedName, column: &str, ty: &str) -> Check {
    // `to_regtype` knows no length or precision before PostgreSQL 17, so only the type is compared.
    let bare = bare_type(ty);
    let expression = format!(
        "EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass({}) AND attname = {} AND atttypid = to_regtype({}))",
        reg(table),
        name(column),
        quote_literal(&bare),
    );
    Check::new(format!("{table}.{column} is of type {bare}"), expression)
}

/// A type's name without what stands in parentheses: `timestamp with time zone`.
fn bare_type(ty: &str) -> String {
    let mut bare = String::new();
    let mut depth = 0_u32;
    let mut quoted = false;
    for letter in ty.chars() {
        match letter {
            '"' => quoted = !quoted,
            '(' if !quoted => {
                depth += 1;
                continue;
            }
            ')' if !quoted => {
                depth = depth.saturating_sub(1);
                continue;
            }
            _ => {}
        }
        if depth == 0 {
            bare.push(letter);
        }
    }
    if quoted { bare } else { bare.replace("  ", " ").replace(" [", "[").trim().to_owned() }
}

pub(super) fn rls(table: &QualifiedName, on: bool) -> Check {
    let (word, not) = if on { ("on", "") } else { ("off", "NOT ") };
    let expression = format!(
        "EXISTS (SELECT FROM pg_class WHERE oid = to_regclass({}) AND {not}relrowsecurity)",
        reg(table)
    );
    Check::new(format!("row-level security of {table} is {word}"), expression)
}

pub(super) fn policy(table: &QualifiedName, policy: &str, exists: bool) -> Check {
    let (word, not) = if exists { ("exists", "") } else { ("is gone", "NOT ") };
    let expression = format!(
        "{not}EXISTS (SELECT FROM pg_policy WHERE polrelid = to_regclass({}) AND polname = {})",
        reg(table),
        name(policy),
    );
    Check::new(format!("policy {policy} of {table} {word}"), expression)
}

#[cfg(test)]
mod tests {
    use super::bare_type;

    #[test]
    fn a_type_without_its_numbers() {
        assert_eq!(bare_type("timestamp (3) with time zone"), "timestamp with time zone");
        assert_eq!(bare_type("numeric(10, 2)[]"), "numeric[]");
        assert_eq!(bare_type("\"public\".\"odd(name)\"[]"), "\"public\".\"odd(name)\"[]");
    }
}
