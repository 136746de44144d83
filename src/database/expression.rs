//! PostgreSQL's spelling of types and defaults, turned into drizzle-kit's.

use serde_json::{Number, Value};

/// `format_type`'s spelling as Drizzle's: `character varying(20)` → `varchar(20)`,
/// `timestamp(3) without time zone` → `timestamp (3)`, `numeric(10,2)` → `numeric(10, 2)`.
pub(super) fn drizzle_type(formatted: &str) -> String {
    let (element, brackets) = match formatted.find('[') {
        Some(at) => formatted.split_at(at),
        None => (formatted, ""),
    };
    let (head, tail) = match element.split_once('(') {
        Some((head, rest)) => {
            let (numbers, tail) = rest.split_once(')').unwrap_or((rest, ""));
            (head.trim(), Some((numbers, tail.trim())))
        }
        None => (element.trim(), None),
    };
    let word = match head {
        "character varying" => "varchar",
        "character" | "bpchar" => "char",
        "timestamp without time zone" => "timestamp",
        "time without time zone" => "time",
        other => other,
    };
    let Some((numbers, tail)) = tail else { return format!("{word}{brackets}") };
    let zone = match tail {
        "with time zone" => " with time zone",
        "" | "without time zone" => "",
        other => return format!("{word}({numbers}) {other}{brackets}"),
    };
    match word {
        "timestamp" => format!("timestamp ({numbers}){zone}{brackets}"),
        "numeric" => {
            // Drizzle writes no scale of zero.
            let numbers: String = numbers.split_whitespace().collect();
            let numbers = numbers.strip_suffix(",0").unwrap_or(&numbers).replace(',', ", ");
            format!("numeric({numbers}){brackets}")
        }
        _ => format!("{word}({numbers}){zone}{brackets}"),
    }
}

/// A default expression of PostgreSQL as drizzle-kit's snapshot has it; `None` for an explicit NULL.
pub(super) fn drizzle_default(expression: &str, ty: &str) -> Option<Value> {
    let expression = expression.trim();
    let (literal, cast) = split_literal(expression).unwrap_or((expression, ""));
    if literal.eq_ignore_ascii_case("null") || expression.starts_with("NULL::") {
        return None;
    }
    let word = ty.split(['(', ' ', '[']).next().unwrap_or_default();
    if ty.contains('[') {
        return Some(Value::String(literal.to_owned()));
    }
    let bare = literal.trim_matches('\'').trim_start_matches('(').trim_end_matches(')');
    match word {
        "smallint" | "integer" | "bigint" | "real" | "double" => {
            let number = bare.parse::<i64>().ok().map(Number::from);
            let number = number.or_else(|| bare.parse::<f64>().ok().and_then(Number::from_f64));
            Some(number.map_or_else(|| Value::String(literal.to_owned()), Value::Number))
        }
        "boolean" => match bare {
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            _ => Some(Value::String(expression.to_owned())),
        },
        "numeric" if bare.parse::<f64>().is_ok() => Some(Value::String(format!("'{bare}'"))),
        "json" | "jsonb" if !cast.is_empty() => Some(Value::String(format!("{literal}::{word}"))),
        _ => Some(Value::String(literal.to_owned())),
    }
}

/// `'it''s'::character varying` → the literal and its cast; `None` for everything that is no literal.
fn split_literal(expression: &str) -> Option<(&str, &str)> {
    let body = expression.strip_prefix('\'')?;
    let mut rest = body;
    loop {
        let at = rest.find('\'')?;
        rest = &rest[at + 1..];
        match rest.strip_prefix('\'') {
            Some(more) => rest = more,
            None => break,
        }
    }
    let literal = &expression[..expression.len() - rest.len()];
    if rest.is_empty() {
        return Some((literal, ""));
    }
    let cast = rest.strip_prefix("::")?;
    let plain = |c: char| c.is_alphanumeric() || " _()[],.\"".contains(c);
    cast.chars().all(plain).then_some((literal, cast))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_spelled_as_drizzle_spells_them() {
        for (postgres, drizzle) in [
            ("character varying(20)", "varchar(20)"),
            ("character varying", "varchar"),
            ("character(3)", "char(3)"),
            ("timestamp(3) with time zone", "timestamp (3) with time zone"),
            ("timestamp without time zone", "timestamp"),
            ("timestamp(6) without time zone[]", "timestamp (6)[]"),
            ("time(0) without time zone", "time(0)"),
            ("numeric(10,2)", "numeric(10, 2)"),
            ("numeric(10,0)", "numeric(10)"),
            ("numeric(10,  0)", "numeric(10)"),
            ("double precision", "double precision"),
            ("text[]", "text[]"),
            ("vector(3)", "vector(3)"),
        ] {
            assert_eq!(drizzle_type(postgres), drizzle);
        }
    }

    #[test]
    fn defaults_are_spelled_as_drizzle_spells_them() {
        let text = |text: &str| Some(Value::String(text.to_owned()));
        assert_eq!(drizzle_default("'it''s'::character varying", "varchar(20)"), text("'it''s'"));
        assert_eq!(drizzle_default("'-5'::integer", "integer"), Some(Value::from(-5)));
        assert_eq!(drizzle_default("0", "numeric(10, 2)"), text("'0'"));
        assert_eq!(drizzle_default("'{}'::jsonb", "jsonb"), text("'{}'::jsonb"));
        assert_eq!(drizzle_default("'{}'::text[]", "text[]"), text("'{}'"));
        assert_eq!(drizzle_default("now()", "timestamp"), text("now()"));
        assert_eq!(drizzle_default("true", "boolean"), Some(Value::Bool(true)));
        assert_eq!(drizzle_default("NULL::character varying", "varchar"), None);
        assert_eq!(
            drizzle_default("('a'::text || 'b'::text)", "text"),
            text("('a'::text || 'b'::text)")
        );
    }
}
