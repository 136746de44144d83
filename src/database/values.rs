//! A value of a type for the n-th row, as SQL: different for different rows where the type allows it, and
//! uneven enough to show when a conversion rounds or cuts.

use crate::ident::{QualifiedName, quote_literal};
use crate::schema::{Column, Schema};

/// The value of `column` in row `row`; `None` for a type nobody knows a value of.
pub(super) fn value(column: &Column, schema: &Schema, row: u32) -> Option<String> {
    let (element, brackets) = match column.ty.find('[') {
        Some(at) => column.ty.split_at(at),
        None => (column.ty.as_str(), ""),
    };
    let name = QualifiedName::new(column.type_schema.clone().unwrap_or_default(), element);
    let scalar = |row: u32| match schema.enums.get(&name) {
        Some(enumeration) => {
            let count = u32::try_from(enumeration.values.len()).ok().filter(|count| *count > 0)?;
            enumeration.values.get((row % count) as usize).map(|value| quote_literal(value))
        }
        None => builtin(element, &column.name, row),
    };
    if brackets.is_empty() {
        return scalar(row);
    }
    let ty = if schema.enums.contains_key(&name) { name.quoted() } else { element.to_owned() };
    Some(format!("ARRAY[{}, {}]::{ty}[]", scalar(row)?, scalar(row + 1)?))
}

fn numbers(ty: &str) -> Vec<u32> {
    let inside =
        ty.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map(|(inside, _)| inside);
    let inside = inside.unwrap_or_default().split(',');
    inside.filter_map(|number| number.trim().parse().ok()).collect()
}

fn builtin(ty: &str, column: &str, row: u32) -> Option<String> {
    let numbers = numbers(ty);
    let word = ty.split(['(', ' ']).next().unwrap_or_default().to_ascii_lowercase();
    let zone = ty.ends_with("with time zone");
    let text = |limit: Option<u32>| {
        let long = format!("{column} {row}");
        let limit = limit.unwrap_or(u32::MAX) as usize;
        if long.chars().count() <= limit {
            return quote_literal(&long);
        }
        let digits = row.to_string();
        quote_literal(&digits[digits.len().saturating_sub(limit)..])
    };
    Some(match word.as_str() {
        "smallint" | "int2" => (row % 32_000 + 1).to_string(),
        "integer" | "int" | "int4" | "bigint" | "int8" | "oid" => (row + 1).to_string(),
        "real" | "float4" => format!("{row}.5"),
        "double" | "float8" => format!("{row}.123456789"),
        "numeric" | "decimal" => decimal(&numbers, row),
        "boolean" | "bool" => row.is_multiple_of(2).to_string(),
        "text" | "citext" => text(None),
        "varchar" => text(numbers.first().copied()),
        "character" if ty.starts_with("character varying") => text(numbers.first().copied()),
        "char" | "character" | "bpchar" => text(Some(numbers.first().copied().unwrap_or(1))),
        "uuid" => format!("md5('{row} ' || {})::uuid", quote_literal(column)),
        "json" | "jsonb" => format!("'{{\"n\": {row}, \"of\": [1, 2.50]}}'"),
        "timestamp" | "timestamptz" => {
            let ty = if zone || word == "timestamptz" { "timestamptz" } else { "timestamp" };
            format!("{ty} '2024-01-31 22:30:15.123456' + {row} * interval '61 minutes'")
        }
        "date" => format!("date '2024-01-31' + {row}"),
        "time" | "timetz" => format!("time '00:00:15.123456' + {row} * interval '61 seconds'"),
        "interval" => format!("{row} * interval '1 day 61 seconds'"),
        "bytea" => format!("decode(md5('{row}'), 'hex')"),
        "inet" => format!("inet '10.0.0.1/8' + {row}"),
        "cidr" => format!("'10.{}.{}.0/24'::cidr", row / 256 % 256, row % 256),
        "macaddr" => format!("'08:00:2b:01:{:02x}:{:02x}'::macaddr", row / 256 % 256, row % 256),
        "macaddr8" => {
            format!("'08:00:2b:01:02:03:{:02x}:{:02x}'::macaddr8", row / 256 % 256, row % 256)
        }
        "point" => format!("point({row}, 1.5)"),
        "line" => format!("line(point(0, {row}), point(1, {}))", row + 1),
        "geometry" => format!("'POINT({row} 1.5)'"),
        "vector" | "halfvec" => {
            let count = numbers.first().copied().unwrap_or(3);
            let parts: Vec<String> = (0..count).map(|at| ((row + at) % 7).to_string()).collect();
            format!("'[{}]'", parts.join(","))
        }
        "bit" | "varbit" => {
            let count = numbers.first().copied().unwrap_or(1);
            let bits: String =
                (0..count).map(|at| if row >> (at % 31) & 1 == 1 { '1' } else { '0' }).collect();
            format!("B'{bits}'")
        }
        "tsvector" => format!("'a{row}:1 b:2'::tsvector"),
        "hstore" => format!("'n=>{row}'"),
        "ltree" => format!("'top.n{row}'"),
        _ => return None,
    })
}

/// A number that uses all its digits.
fn decimal(numbers: &[u32], row: u32) -> String {
    let precision = numbers.first().copied().unwrap_or(12).min(18);
    let scale = match numbers {
        [] => 4,
        [_] => 0,
        [_, scale, ..] => (*scale).min(precision),
    };
    let whole = u64::from(row) * 7_919 + 12_345;
    let digits = format!("{:0>1$}", whole % 10_u64.pow(precision), scale as usize + 1);
    let (before, after) = digits.split_at(digits.len() - scale as usize);
    if after.is_empty() { before.to_owned() } else { format!("{before}.{after}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_fit_their_types() {
        assert_eq!(decimal(&[10, 4], 0), "1.2345");
        assert_eq!(decimal(&[4, 4], 0), "0.2345");
        assert_eq!(decimal(&[3], 0), "345");
        assert_eq!(builtin("varchar(3)", "email", 12_345), Some("'345'".to_owned()));
        assert_eq!(builtin("varchar(20)", "email", 7), Some("'email 7'".to_owned()));
        assert_eq!(builtin("no_such_type", "c", 7), None);
    }
}
