//! Type names as drizzle-kit spells them, taken apart.

use std::fmt;

use crate::ident::QualifiedName;
use crate::schema::{Column, Schema};

/// The type itself, without length, precision and array.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Base {
    /// A type of PostgreSQL's own, by the name that its manual uses: `integer`, `timestamptz`.
    Builtin(&'static str),
    /// An enum of the schema.
    Enum(QualifiedName),
    /// Anything else: an extension's type, a domain, a `customType`.
    Other(String),
}

/// A column's type.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SqlType {
    /// The type itself.
    pub base: Base,
    /// Length, precision and scale, dimensions: the numbers in brackets.
    pub arguments: Vec<i64>,
    /// The fields of an interval: `day to second`.
    pub fields: Option<String>,
    /// Array dimensions; 0 for a scalar.
    pub dimensions: usize,
    /// `serial`, `bigserial` or `smallserial`: an integer with a sequence.
    pub serial: bool,
}

/// Spellings and the name the rest of this room uses for them (manual, table 8.1).
const NAMES: &[(&str, &str)] = &[
    ("smallint", "smallint"),
    ("int2", "smallint"),
    ("smallserial", "smallint"),
    ("serial2", "smallint"),
    ("integer", "integer"),
    ("int", "integer"),
    ("int4", "integer"),
    ("serial", "integer"),
    ("serial4", "integer"),
    ("bigint", "bigint"),
    ("int8", "bigint"),
    ("bigserial", "bigint"),
    ("serial8", "bigint"),
    ("real", "real"),
    ("float4", "real"),
    ("double precision", "double"),
    ("float8", "double"),
    ("double", "double"),
    ("numeric", "numeric"),
    ("decimal", "numeric"),
    ("boolean", "boolean"),
    ("bool", "boolean"),
    ("text", "text"),
    ("varchar", "varchar"),
    ("character varying", "varchar"),
    ("char", "char"),
    ("character", "char"),
    ("bpchar", "char"),
    ("citext", "citext"),
    ("uuid", "uuid"),
    ("timestamp", "timestamp"),
    ("timestamp without time zone", "timestamp"),
    ("timestamptz", "timestamptz"),
    ("timestamp with time zone", "timestamptz"),
    ("date", "date"),
    ("time", "time"),
    ("time without time zone", "time"),
    ("timetz", "timetz"),
    ("time with time zone", "timetz"),
    ("interval", "interval"),
    ("json", "json"),
    ("jsonb", "jsonb"),
    ("bytea", "bytea"),
    ("inet", "inet"),
    ("cidr", "cidr"),
    ("macaddr", "macaddr"),
    ("macaddr8", "macaddr8"),
    ("point", "point"),
    ("line", "line"),
    ("bit", "bit"),
    ("varbit", "varbit"),
    ("bit varying", "varbit"),
];

impl SqlType {
    /// The type of a column in its schema, which knows the enums.
    pub fn of(column: &Column, schema: &Schema) -> Self {
        let mut ty = Self::parse(&column.ty);
        let element = column.ty.split('[').next().unwrap_or_default().trim();
        let name = |schema: &str| QualifiedName::new(schema, element);
        let stated = column.type_schema.as_deref().map(name);
        let known = stated.or_else(|| {
            let public = name("public");
            let found = schema.enums.contains_key(&public).then_some(public);
            found.or_else(|| schema.enums.keys().find(|it| it.name == element).cloned())
        });
        let builtin = matches!(ty.base, Base::Builtin(_)) && column.type_schema.is_none();
        if let Some(known) = known.filter(|_| !builtin) {
            ty.base = Base::Enum(known);
        }
        ty
    }

    /// A type as written: `varchar(20)`, `timestamp (3) with time zone`, `numeric(10, 2)[]`.
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        let element = text.split('[').next().unwrap_or_default();
        let dimensions = text.matches('[').count();
        let (mut name, mut arguments) = (element.to_owned(), Vec::new());
        if let Some((before, rest)) = element.split_once('(')
            && let Some((inside, after)) = rest.split_once(')')
        {
            arguments = inside.split(',').filter_map(|it| it.trim().parse().ok()).collect();
            name = format!("{} {}", before.trim(), after.trim());
        }
        let name = name.trim().to_ascii_lowercase();
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        let (name, fields) = match name.strip_prefix("interval ") {
            Some(fields) => ("interval".to_owned(), Some(fields.to_owned())),
            None => (name, None),
        };
        let known = NAMES.iter().find(|(spelling, _)| *spelling == name);
        let base = match known {
            Some((_, canonical)) => Base::Builtin(canonical),
            None => Base::Other(element.trim().to_owned()),
        };
        let serial = name.contains("serial") && known.is_some();
        Self { base, arguments, fields, dimensions, serial }
    }

    /// The name of a built-in scalar's type; `None` for arrays, enums and others.
    pub fn scalar(&self) -> Option<&'static str> {
        match self.base {
            Base::Builtin(name) if self.dimensions == 0 => Some(name),
            Base::Builtin(_) | Base::Enum(_) | Base::Other(_) => None,
        }
    }

    /// The first number in brackets.
    pub fn length(&self) -> Option<i64> {
        self.arguments.first().copied()
    }

    /// Digits before and after the decimal point of a `numeric`; `None` when unlimited.
    pub fn digits(&self) -> Option<(i64, i64)> {
        let precision = self.length()?;
        let scale = self.arguments.get(1).copied().unwrap_or(0);
        Some((precision - scale, scale))
    }

    /// Fractional digits of seconds; PostgreSQL keeps six unless told otherwise.
    pub fn seconds_precision(&self) -> i64 {
        self.length().unwrap_or(6)
    }

    /// The same without its array.
    pub fn element(&self) -> Self {
        Self { dimensions: 0, ..self.clone() }
    }

    /// Whether there is a default btree operator class, so that an index, a unique constraint or a
    /// primary key can stand on it; `None` when not known.
    pub fn has_btree(&self) -> Option<bool> {
        match &self.base {
            Base::Builtin(name) => Some(!matches!(*name, "json" | "point" | "line")),
            Base::Enum(_) => Some(true),
            Base::Other(_) => None,
        }
    }
}

/// As a person would write it: `numeric(10,2)[]`, `timestamp(3) with time zone`.
impl fmt::Display for SqlType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, suffix) = match &self.base {
            Base::Builtin("timestamptz") => ("timestamp", " with time zone"),
            Base::Builtin("timetz") => ("time", " with time zone"),
            Base::Builtin("double") => ("double precision", ""),
            Base::Builtin(name) => (*name, ""),
            Base::Enum(name) => (name.name.as_str(), ""),
            Base::Other(text) => (text.as_str(), ""),
        };
        f.write_str(name)?;
        if let Some(fields) = &self.fields {
            write!(f, " {fields}")?;
        }
        if !self.arguments.is_empty() && !matches!(self.base, Base::Other(_)) {
            let numbers: Vec<String> = self.arguments.iter().map(ToString::to_string).collect();
            write!(f, "({})", numbers.join(","))?;
        }
        f.write_str(suffix)?;
        f.write_str(&"[]".repeat(self.dimensions))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_spellings_of_drizzle() {
        let read = |text: &str| SqlType::parse(text).to_string();
        assert_eq!(read("numeric(10, 2)"), "numeric(10,2)");
        assert_eq!(read("timestamp (3) with time zone"), "timestamp(3) with time zone");
        assert_eq!(read("timestamp with time zone"), "timestamp with time zone");
        assert_eq!(read("timestamptz"), "timestamp with time zone");
        assert_eq!(read("interval day to second (3)"), "interval day to second(3)");
        assert_eq!(read("character varying(20)[][]"), "varchar(20)[][]");
        assert_eq!(read("double precision"), "double precision");
        assert_eq!(read("bigserial"), "bigint");
        assert_eq!(read("vector(1536)"), "vector(1536)");
        assert!(SqlType::parse("serial").serial);
        assert_eq!(SqlType::parse("vector(1536)").length(), Some(1536));
    }

    #[test]
    fn digits_are_counted_on_both_sides() {
        assert_eq!(SqlType::parse("numeric(10, 2)").digits(), Some((8, 2)));
        assert_eq!(SqlType::parse("numeric(10)").digits(), Some((10, 0)));
        assert_eq!(SqlType::parse("numeric").digits(), None);
    }

    #[test]
    fn an_enum_is_known_by_its_schema() {
        use crate::diff::testing::{table, with_enum};
        let schema = with_enum("status", &["a"], [table("t", &["s status[] enum", "n date"])]);
        let table = &schema.tables[0];
        let ty = SqlType::of(&table.columns["s"], &schema);
        assert_eq!(
            (ty.base.clone(), ty.dimensions),
            (Base::Enum(QualifiedName::public("status")), 1)
        );
        assert_eq!(SqlType::of(&table.columns["n"], &schema).scalar(), Some("date"));
    }
}
