//! How values get from one type to another, as a migration has to write it.

use super::sql::element;

/// How a column gets from one type to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Way {
    /// The same type, spelled differently or under a new name.
    Same,
    /// Catalog only, and every old value is a value of the new type.
    Widening,
    /// PostgreSQL converts by itself and refuses what does not fit (`ALTER COLUMN … TYPE`).
    Assignment,
    /// Needs `USING`, over the quoted column.
    Using(String),
    /// Only the user knows.
    Unknown(&'static str),
}

/// A type's name in one spelling, without its numbers, and the numbers.
pub(super) fn split(ty: &str) -> (String, Vec<u32>) {
    let ty = ty.trim().to_ascii_lowercase();
    let Some(open) = ty.find('(') else { return (canonical(&ty), Vec::new()) };
    let close = ty[open..].find(')').map_or(ty.len(), |at| open + at);
    let numbers = ty[open + 1..close].split(',').filter_map(|it| it.trim().parse().ok()).collect();
    let rest = ty.get(close + 1..).unwrap_or_default();
    (canonical(&format!("{} {}", ty[..open].trim(), rest.trim())), numbers)
}

fn canonical(name: &str) -> String {
    match name.trim() {
        "int" | "int4" => "integer",
        "int8" => "bigint",
        "int2" => "smallint",
        "decimal" => "numeric",
        "bool" => "boolean",
        "character varying" => "varchar",
        "character" | "bpchar" => "char",
        "timestamptz" => "timestamp with time zone",
        "timestamp without time zone" => "timestamp",
        "timetz" => "time with time zone",
        "time without time zone" => "time",
        "float8" => "double precision",
        "float4" => "real",
        other => other,
    }
    .to_owned()
}

pub(super) fn is_text(ty: &str) -> bool {
    matches!(split(ty).0.as_str(), "text" | "varchar" | "char" | "citext")
}

pub(super) fn is_number(name: &str) -> bool {
    matches!(name, "smallint" | "integer" | "bigint" | "numeric" | "real" | "double precision")
}

/// The ways between built-in types (PostgreSQL manual, `pg_cast`; measured on 12 to 18).
pub(super) fn convert(from: &str, to: &str, column: &str) -> Way {
    let ((a, a_brackets), (b, b_brackets)) = (element(from), element(to));
    if a_brackets.is_empty() != b_brackets.is_empty() {
        if b_brackets.is_empty() && is_text(b) {
            return Way::Assignment;
        }
        return Way::Unknown("one value becomes an array of values, or the other way round");
    }
    let ((a, a_numbers), (b, b_numbers)) = (split(a), split(b));
    if widens(&a, &a_numbers, &b, &b_numbers) {
        return Way::Widening;
    }
    if a == b {
        return Way::Assignment;
    }
    let zoned = |name: &str| matches!(name, "timestamp with time zone" | "time with time zone");
    let temporal = |name: &str| {
        matches!(
            name,
            "timestamp" | "timestamp with time zone" | "date" | "time" | "time with time zone"
        )
    };
    if temporal(&a) && temporal(&b) {
        if zoned(&a) != zoned(&b) {
            return Way::Unknown(
                "it depends on a time zone, and PostgreSQL would take that of the session",
            );
        }
        return match (a.as_str(), b.as_str()) {
            ("date", "timestamp") | ("timestamp", "date" | "time") => Way::Assignment,
            _ => Way::Unknown("there is no cast between these types"),
        };
    }
    let explicit = || Way::Using(format!("{column}::{to}"));
    match (a.as_str(), b.as_str()) {
        (x, y) if is_number(x) && is_number(y) => Way::Assignment,
        (_, y) if is_text(y) => Way::Assignment,
        (x, _) if is_text(x) => explicit(),
        ("json", "jsonb") | ("jsonb", "json") | ("cidr", "inet") | ("inet", "cidr") => {
            Way::Assignment
        }
        ("macaddr", "macaddr8")
        | ("macaddr8", "macaddr")
        | ("interval", "time")
        | ("time", "interval") => Way::Assignment,
        ("boolean", "integer") | ("integer", "boolean") => explicit(),
        _ => Way::Unknown("there is no cast between these types"),
    }
}

/// Whether PostgreSQL changes only its catalog and keeps every value (measured on 12 to 18).
pub(super) fn widens(a: &str, a_numbers: &[u32], b: &str, b_numbers: &[u32]) -> bool {
    let wider = |wide: Option<&u32>, narrow: Option<&u32>| match (wide, narrow) {
        (None, _) => true,
        (Some(wide), Some(narrow)) => wide >= narrow,
        (Some(_), None) => false,
    };
    match (a, b) {
        ("varchar" | "text", "text") | ("cidr", "inet") => true,
        ("varchar", "varchar")
        | ("timestamp", "timestamp")
        | ("timestamp with time zone", "timestamp with time zone")
        | ("time", "time")
        | ("time with time zone", "time with time zone") => {
            wider(b_numbers.first(), a_numbers.first())
        }
        ("text", "varchar") => b_numbers.is_empty(),
        ("numeric", "numeric") => {
            b_numbers.is_empty()
                || (wider(b_numbers.first(), a_numbers.first())
                    && !a_numbers.is_empty()
                    && a_numbers.get(1).unwrap_or(&0) == b_numbers.get(1).unwrap_or(&0))
        }
        _ => false,
    }
}

/// Whether every value survives the way there and back, so that no backup is needed. A whole number that
/// is too large for a smaller type stops the change before anything is lost.
pub(super) fn lossless(from: &str, to: &str) -> bool {
    let (a, b) = (split(from).0, split(to).0);
    matches!(
        (a.as_str(), b.as_str()),
        ("smallint", "integer" | "bigint" | "numeric" | "double precision")
            | ("integer", "smallint" | "bigint" | "numeric" | "double precision")
            | ("bigint", "smallint" | "integer")
            | ("varchar" | "text", "text" | "varchar")
            | ("date", "timestamp")
            | ("uuid", "text")
    ) && (b != "varchar" || split(to).1.is_empty())
        && (b != "numeric" || split(to).1.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_widening_keeps_every_value() {
        for (from, to) in [
            ("varchar(20)", "varchar(40)"),
            ("varchar(20)", "text"),
            ("numeric(10, 2)", "numeric(12,2)"),
            ("numeric(10, 2)", "numeric"),
            ("timestamp (3)", "timestamp"),
            ("timestamp (3) with time zone", "timestamp (6) with time zone"),
        ] {
            assert_eq!(convert(from, to, "\"c\""), Way::Widening, "{from} -> {to}");
        }
        for (from, to) in [
            ("varchar(20)", "varchar(10)"),
            ("numeric(10, 4)", "numeric(10,2)"),
            ("numeric", "numeric(10,2)"),
            ("integer", "bigint"),
            ("timestamp", "timestamp (3)"),
        ] {
            assert_eq!(convert(from, to, "\"c\""), Way::Assignment, "{from} -> {to}");
        }
    }

    #[test]
    fn a_cast_that_truncates_is_never_written() {
        assert_eq!(convert("text", "varchar(3)", "\"c\""), Way::Assignment);
        assert_eq!(convert("text", "integer", "\"c\""), Way::Using("\"c\"::integer".to_owned()));
        assert!(matches!(convert("timestamp", "timestamp with time zone", "c"), Way::Unknown(_)));
        assert!(matches!(convert("integer", "uuid", "c"), Way::Unknown(_)));
        assert!(matches!(convert("text", "text[]", "c"), Way::Unknown(_)));
    }
}
