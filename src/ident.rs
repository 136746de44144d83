//! PostgreSQL identifiers.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The longest identifier PostgreSQL keeps, in bytes (`NAMEDATALEN - 1`, manual section 4.1.1).
pub const MAX_IDENTIFIER_BYTES: usize = 63;

/// Quotes an identifier for SQL: `"a""b"`.
pub fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Quotes a string literal for SQL: `'it''s'`. Correct with `standard_conforming_strings = on`,
/// PostgreSQL's default since 9.1.
pub fn quote_literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The identifier as PostgreSQL will store it: cut to 63 bytes, never inside a character.
pub fn truncate(name: &str) -> &str {
    &name[..name.floor_char_boundary(MAX_IDENTIFIER_BYTES)]
}

/// A schema and the name of an object in it. The default schema is written out as `public`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct QualifiedName {
    /// The schema, `public` when none was written.
    pub schema: String,
    /// The object's name.
    pub name: String,
}

impl QualifiedName {
    /// A name in a schema; an empty schema means `public`, as in drizzle-kit's snapshots.
    pub fn new(schema: impl Into<String>, name: impl Into<String>) -> Self {
        let schema = schema.into();
        let schema = if schema.is_empty() { "public".to_owned() } else { schema };
        Self { schema, name: name.into() }
    }

    /// A name in `public`.
    pub fn public(name: impl Into<String>) -> Self {
        Self::new("public", name)
    }

    /// `"schema"."name"`, the schema always written.
    pub fn quoted(&self) -> String {
        format!("{}.{}", quote(&self.schema), quote(&self.name))
    }

    /// `"name"` in `public`, else `"schema"."name"`: how drizzle-kit writes tables.
    pub fn quoted_short(&self) -> String {
        if self.schema == "public" { quote(&self.name) } else { self.quoted() }
    }
}

/// `schema.name`, unquoted: the key of drizzle-kit's snapshot maps, and what people read.
impl fmt::Display for QualifiedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.schema, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn truncates_between_characters() {
        let name = format!("{}é", "a".repeat(62));
        assert_eq!(name.len(), 64);
        assert_eq!(truncate(&name), "a".repeat(62));
        assert_eq!(truncate("short"), "short");
    }

    #[test]
    fn quotes_what_needs_it() {
        assert_eq!(quote("a\"b"), "\"a\"\"b\"");
        assert_eq!(quote_literal("it's"), "'it''s'");
        assert_eq!(QualifiedName::new("", "t").to_string(), "public.t");
    }
}
