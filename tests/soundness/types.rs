//! Column types as drizzle-kit spells them, with values that are hard on them.

use drizzle_guard::schema::{Column, Schema};
use serde_json::Value;

use crate::random::Random;

/// A type.
pub(crate) struct Type {
    /// As drizzle-kit's snapshot has it.
    pub(crate) name: &'static str,
    /// SQL literals: extremes, odd spellings, duplicates in wait.
    pub(crate) values: &'static [&'static str],
    /// A constant default as the snapshot has it.
    pub(crate) default: &'static str,
    /// Whether a btree index can stand on it.
    pub(crate) btree: bool,
}

const fn ty(name: &'static str, default: &'static str, values: &'static [&'static str]) -> Type {
    Type { name, values, default, btree: true }
}

const fn heap(name: &'static str, default: &'static str, values: &'static [&'static str]) -> Type {
    Type { name, values, default, btree: false }
}

const TEXTS: &[&str] = &[
    "''",
    "'a'",
    "'A'",
    "'draft'",
    "'open'",
    "' padded '",
    "'it''s'",
    "'12'",
    "'2024-02-29'",
    "'{a,b}'",
    "'ünïcødé'",
    "repeat('long ', 60)",
    "'b8f7a1de-6f2c-4a53-9c2e-0d7d9f2a4b11'",
    "'true'",
];
const SHORT: &[&str] = &["''", "'a'", "'A'", "'b '", "'12'", "'open'", "'ü'"];
const MOMENTS: &[&str] = &[
    "'2024-03-10 02:30:00'",
    "'2024-11-03 01:30:00.5'",
    "'2024-02-29 12:34:56.789012'",
    "'1969-12-31 23:59:59.999999'",
    "'infinity'",
    "'0044-03-15 12:00:00 BC'",
    "'9999-12-31 23:59:59.999999'",
    "'2024-01-01 00:00:00'",
];
const MILLIS: &[&str] =
    &["'2024-03-10 02:30:00.123'", "'2024-11-03 01:30:00.5'", "'infinity'", "'2024-01-01'"];
const FRACTIONS: &[&str] = &["0", "1.25", "-0.05", "1", "100.5", "9999.99", "-9999.99"];
const WIDE: &[&str] = &["0", "1.25", "-0.05", "99999999.99", "-99999999.99", "12345678.5"];

/// All of them. Where several stand beside each other, changing between them is what is tested.
pub(crate) const TYPES: &[Type] = &[
    ty("smallint", "1", &["0", "1", "-1", "32767", "-32768", "7"]),
    ty("integer", "1", &["0", "1", "-1", "2147483647", "-2147483648", "16777217", "40000", "7"]),
    ty("bigint", "1", &["0", "1", "9007199254740993", "9223372036854775807", "-5000000000", "7"]),
    ty("numeric", "'0'", &["0", "1.25", "-0.05", "'NaN'", "1e30", "12345678901234567890.123456"]),
    ty("numeric(6, 2)", "'0'", FRACTIONS),
    ty("numeric(10, 2)", "'0'", WIDE),
    ty("numeric(12, 2)", "'0'", WIDE),
    ty("numeric(12, 4)", "'0'", &["0", "1.2345", "-0.00005", "99999999.9999", "1.5"]),
    ty("real", "0", &["0", "0.1", "'Infinity'", "'NaN'", "1e30", "16777216", "1.5"]),
    ty("double precision", "0", &["0", "0.1", "'-Infinity'", "1e300", "1e-7", "16777217", "1.5"]),
    ty("boolean", "false", &["true", "false"]),
    ty("text", "'draft'", TEXTS),
    ty("varchar", "'draft'", TEXTS),
    ty("varchar(5)", "'open'", SHORT),
    ty(
        "varchar(20)",
        "'open'",
        &["''", "'a'", "'exactly twenty chars'", "'b  '", "'12'", "'open'"],
    ),
    ty("varchar(255)", "'open'", &["''", "'a'", "repeat('x', 255)", "'open'", "'12'", "'tail   '"]),
    ty("char(10)", "'open'", SHORT),
    ty(
        "uuid",
        "gen_random_uuid()",
        &[
            "'b8f7a1de-6f2c-4a53-9c2e-0d7d9f2a4b11'",
            "'00000000-0000-0000-0000-000000000000'",
            "'ffffffff-ffff-ffff-ffff-ffffffffffff'",
            "gen_random_uuid()",
            "gen_random_uuid()",
        ],
    ),
    ty("timestamp", "now()", MOMENTS),
    ty("timestamp (3)", "now()", MILLIS),
    ty("timestamp with time zone", "now()", MOMENTS),
    ty("timestamp (3) with time zone", "now()", MILLIS),
    ty("date", "'2024-01-31'", &["'2024-02-29'", "'infinity'", "'0044-03-15 BC'", "'2024-03-10'"]),
    ty("time", "'12:00:00'", &["'00:00:00'", "'24:00:00'", "'12:34:56.789012'"]),
    ty("time (3)", "'12:00:00'", &["'00:00:00'", "'24:00:00'", "'12:34:56.789'"]),
    ty("interval", "'1 day'", &["'0'", "'1 day'", "'24 hours'", "'1 mon -1 day 00:00:01.5'"]),
    heap(
        "json",
        "'{}'::json",
        &["'{}'", "'{\"b\": 1, \"a\": 2, \"a\": 3}'", "'[1,  2.50]'", "'null'", "'7'"],
    ),
    ty("jsonb", "'{}'::jsonb", &["'{}'", "'{\"b\": 1, \"a\": 2}'", "'[1, 2.50]'", "'null'", "'7'"]),
    ty("bytea", "'\\x00'", &["''", "'\\xdeadbeef'", "'\\x00'"]),
    ty("inet", "'10.0.0.1'", &["'10.0.0.1'", "'10.0.0.5/24'", "'::1'"]),
    ty("cidr", "'10.0.0.0/8'", &["'10.0.0.0/8'", "'::/0'"]),
    ty("macaddr", "'08:00:2b:01:02:03'", &["'08:00:2b:01:02:03'", "'ff:ff:ff:ff:ff:ff'"]),
    ty("text[]", "'{}'::text[]", &["'{}'", "'{a,b}'", "'{NULL,\"x y\"}'"]),
    ty("integer[]", "'{}'::integer[]", &["'{}'", "'{1,2}'", "'{NULL,3}'"]),
    ty("varchar(20)[]", "'{}'::varchar[]", &["'{}'", "'{a,b}'"]),
    heap("point", "'(0,0)'", &["'(0,0)'", "'(1.5,-2)'"]),
];

/// What is known of a column's type; `None` for enums.
pub(crate) fn find(name: &str) -> Option<&'static Type> {
    let name = match name {
        "serial" => "integer",
        "bigserial" => "bigint",
        "smallserial" => "smallint",
        other => other,
    };
    TYPES.iter().find(|ty| ty.name == name)
}

/// A default as drizzle-kit's snapshot has it: numbers and booleans raw, all else SQL text.
pub(crate) fn default(text: &str) -> Value {
    match text {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        text => text.parse::<i64>().map_or_else(|_| Value::String(text.to_owned()), Value::from),
    }
}

/// The labels of a column's enum.
pub(crate) fn labels<'a>(column: &Column, schema: &'a Schema) -> Option<&'a [String]> {
    let element = column.ty.trim_end_matches("[]");
    let of = column.type_schema.as_deref()?;
    let mut enums = schema.enums.values();
    let found = enums.find(|it| it.name.name == element && it.name.schema == of)?;
    Some(&found.values)
}

/// A value of a column, as SQL.
pub(crate) fn value(column: &Column, schema: &Schema, random: &mut Random) -> String {
    if let Some(labels) = labels(column, schema) {
        let label = random.of(labels);
        return if column.ty.ends_with("[]") {
            format!("'{{{label}}}'")
        } else {
            format!("'{label}'")
        };
    }
    find(&column.ty).map_or_else(|| "NULL".to_owned(), |ty| (*random.of(ty.values)).to_owned())
}

/// Whether a btree index can stand on a column.
pub(crate) fn btree(column: &Column) -> bool {
    find(&column.ty).is_none_or(|ty| ty.btree)
}
