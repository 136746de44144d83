//! The pieces of SQL that several statements share, as drizzle-kit prints them (`sqlgenerator.ts`).

use serde_json::Value;

use super::{javascript, squash};
use crate::ident::QualifiedName;
use crate::schema::{Generated, IdentityKind, SequenceOptions};

/// A type whose name begins with one of these is printed bare, whatever follows.
const BARE_TYPES: [&str; 24] = [
    "uuid",
    "smallint",
    "integer",
    "bigint",
    "boolean",
    "text",
    "varchar",
    "serial",
    "bigserial",
    "decimal",
    "numeric",
    "real",
    "json",
    "time",
    "date",
    "interval",
    "double precision",
    "char",
    "vector",
    "geometry",
    "halfvec",
    "sparsevec",
    "bit",
    "jsonb",
];

/// `"name"`, a quote in it left as it is.
pub(super) fn name(name: &str) -> String {
    format!("\"{name}\"")
}

/// `"table"` in `public`, else `"schema"."table"`.
pub(super) fn table(table: &QualifiedName) -> String {
    within(table, &table.name)
}

/// The name of something in the table's schema, written as the table is.
pub(super) fn within(table: &QualifiedName, name: &str) -> String {
    if table.schema == "public" {
        format!("\"{name}\"")
    } else {
        format!("\"{}\".\"{name}\"", table.schema)
    }
}

/// `"schema"."name"`, also in `public`.
pub(super) fn full(name: &QualifiedName) -> String {
    if name.schema.is_empty() {
        return format!("\"{}\"", name.name);
    }
    format!("\"{}\".\"{}\"", name.schema, name.name)
}

/// `"a","b"`.
pub(super) fn names(names: &[String]) -> String {
    format!("\"{}\"", names.join("\",\""))
}

/// A string literal's content with its quotes doubled.
pub(super) fn escaped(text: &str) -> String {
    text.replace('\'', "''")
}

/// A type as `CREATE TABLE` and `ADD COLUMN` print it.
pub(super) fn column_type(ty: &str, type_schema: Option<&str>) -> String {
    match type_schema {
        Some(schema) if schema != "public" && !schema.is_empty() => prefixed_type(schema, ty),
        _ => parsed_type("", ty),
    }
}

/// A type as `SET DATA TYPE` prints it, behind its schema; where there is none drizzle-kit prints
/// `"undefined"`.
pub(super) fn altered_type(ty: &str, type_schema: Option<&str>) -> String {
    prefixed_type(type_schema.unwrap_or("undefined"), ty)
}

/// Whether the name is exactly one that is printed bare.
pub(super) fn is_bare_type(ty: &str) -> bool {
    BARE_TYPES.contains(&ty)
}

fn prefixed_type(schema: &str, ty: &str) -> String {
    parsed_type(&format!("\"{schema}\"."), ty)
}

fn parsed_type(prefix: &str, ty: &str) -> String {
    let (element, dimensions) = split_array(ty);
    if BARE_TYPES.iter().any(|bare| ty.starts_with(bare)) {
        format!("{element}{dimensions}")
    } else {
        format!("{prefix}\"{element}\"{dimensions}")
    }
}

/// A type without its array dimensions, and these: `status[3][]` is `status` and `[3][]`.
pub(super) fn split_array(ty: &str) -> (String, String) {
    let (mut element, mut dimensions) = (String::new(), String::new());
    let mut rest = ty;
    while let Some(next) = rest.chars().next() {
        if let Some(length) = dimension(rest) {
            let (dimension, after) = rest.split_at(length);
            dimensions.push_str(dimension);
            rest = after;
        } else {
            element.push(next);
            rest = rest.split_at(next.len_utf8()).1;
        }
    }
    (element, dimensions)
}

/// The length of `[3]`, if the text begins with one.
fn dimension(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('[')?;
    let after = inside.trim_start_matches(|it: char| it.is_ascii_digit());
    after.starts_with(']').then(|| text.len() - after.len() + 1)
}

/// What a column consists of behind its name.
pub(super) struct ColumnDefinition<'a> {
    /// The type, printed.
    pub(super) ty: String,
    pub(super) primary_key: bool,
    pub(super) default: Option<&'a Value>,
    pub(super) generated: Option<&'a Generated>,
    pub(super) not_null: bool,
    /// The identity, squashed.
    pub(super) identity: Option<&'a str>,
}

impl ColumnDefinition<'_> {
    /// `integer PRIMARY KEY DEFAULT 1 NOT NULL`.
    pub(super) fn print(&self, table: &QualifiedName) -> String {
        let mut words = vec![self.ty.clone()];
        if self.primary_key {
            words.push("PRIMARY KEY".to_owned());
        }
        words.extend(self.default.map(|it| format!("DEFAULT {}", javascript::text(it))));
        let generated = self.generated.map(|it| &it.expression);
        words.extend(generated.map(|it| format!("GENERATED ALWAYS AS ({it}) STORED")));
        if self.not_null {
            words.push("NOT NULL".to_owned());
        }
        words.extend(self.identity.map(|packed| identity(table, packed)));
        words.join(" ")
    }
}

/// `GENERATED ALWAYS AS IDENTITY (sequence name "t_id_seq" INCREMENT BY 1 …)`.
pub(super) fn identity(table: &QualifiedName, packed: &str) -> String {
    let identity = squash::split_identity(packed);
    format!(
        "GENERATED {} AS IDENTITY (sequence name {}{})",
        identity_kind(identity.kind),
        within(table, &identity.name),
        sequence_options(&identity.options)
    )
}

/// `ALWAYS` or `BY DEFAULT`.
pub(super) fn identity_kind(kind: IdentityKind) -> &'static str {
    match kind {
        IdentityKind::Always => "ALWAYS",
        IdentityKind::ByDefault => "BY DEFAULT",
    }
}

/// ` INCREMENT BY 1 MINVALUE 1 …`; that it does not cycle is never said.
pub(super) fn sequence_options(options: &SequenceOptions) -> String {
    let clauses = [
        ("INCREMENT BY", &options.increment),
        ("MINVALUE", &options.min_value),
        ("MAXVALUE", &options.max_value),
        ("START WITH", &options.start_with),
        ("CACHE", &options.cache),
    ];
    let given = |(clause, value): (&str, &Option<String>)| {
        let value = value.as_ref().filter(|value| !value.is_empty())?;
        Some(format!(" {clause} {value}"))
    };
    let mut text: String = clauses.into_iter().filter_map(given).collect();
    if options.cycle == Some(true) {
        text += " CYCLE";
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dimensions_are_split_off_wherever_they_are() {
        let split = |ty| {
            let (element, dimensions) = split_array(ty);
            format!("{element} {dimensions}")
        };
        assert_eq!(split("status"), "status ");
        assert_eq!(split("status[]"), "status []");
        assert_eq!(split("varchar(10)[3][]"), "varchar(10) [3][]");
        assert_eq!(split("odd[x]"), "odd[x] ");
    }

    #[test]
    fn a_type_is_bare_when_it_begins_like_a_known_one() {
        assert_eq!(column_type("text[]", None), "text[]");
        assert_eq!(column_type("status", Some("public")), "\"status\"");
        assert_eq!(column_type("status[]", Some("sales")), "\"sales\".\"status\"[]");
        // An enum named like a type loses its schema and its quotes.
        assert_eq!(column_type("dateUnit", Some("sales")), "dateUnit");
        assert_eq!(column_type("citext(4)", None), "\"citext(4)\"");
    }

    #[test]
    fn an_altered_type_without_a_schema_is_in_undefined() {
        assert_eq!(altered_type("inet", None), "\"undefined\".\"inet\"");
        assert_eq!(altered_type("status", Some("public")), "\"public\".\"status\"");
        assert_eq!(altered_type("bigint", None), "bigint");
    }

    #[test]
    fn quotes_in_names_are_not_escaped() {
        assert_eq!(table(&QualifiedName::public("a\"b")), "\"a\"b\"");
    }
}
