//! What hangs on a column or a table, and goes with it.

use std::fmt;

use crate::ident::QualifiedName;
use crate::schema::{Object, ObjectKind, Schema, Table};

/// Something that PostgreSQL removes, refuses to leave behind or leaves dangling when a column or
/// table goes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dependent {
    /// What it is and where.
    pub object: Object,
    /// The columns it is made of; empty where it only mentions the column in SQL text.
    pub columns: Vec<String>,
    /// The table a foreign key refers to, and its columns.
    pub to: Option<(QualifiedName, Vec<String>)>,
    /// Whether it belongs to the table itself, not to another one that refers to it.
    pub own: bool,
}

/// `constraint name unique(a,b)`, `index name(a)`: the words of a fingerprint, never to be changed.
impl fmt::Display for Dependent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.object.name;
        let columns = self.columns.join(",");
        let table = self.object.table.as_deref().unwrap_or_default();
        match self.object.kind {
            ObjectKind::Unique => write!(f, "constraint {name} unique({columns})"),
            ObjectKind::PrimaryKey => write!(f, "constraint {name} primary key({columns})"),
            ObjectKind::Check => write!(f, "constraint {name} check"),
            ObjectKind::ForeignKey => {
                let (to, target) = match &self.to {
                    Some((to, target)) => (to.to_string(), target.join(",")),
                    None => (String::new(), String::new()),
                };
                if self.own {
                    write!(f, "constraint {name} foreign key({columns}) references {to}({target})")
                } else {
                    let schema = self.object.schema.as_deref().unwrap_or_default();
                    write!(
                        f,
                        "constraint {name} on {schema}.{table} foreign key({columns}) references {to}({target})"
                    )
                }
            }
            ObjectKind::Index => write!(f, "index {name}({columns})"),
            ObjectKind::Column => write!(f, "generated column {name}"),
            ObjectKind::Policy => write!(f, "policy {name}"),
            ObjectKind::View => write!(f, "view {}", self.object),
            ObjectKind::Schema
            | ObjectKind::Enum
            | ObjectKind::Sequence
            | ObjectKind::Table
            | ObjectKind::Role => write!(f, "{}", self.object),
        }
    }
}

/// Whether SQL text names a column: as a word of its own, quoted or not, outside string literals,
/// and not as a function or as what qualifies another name.
pub fn mentions(sql: &str, column: &str) -> bool {
    mentions_with(sql, column, |_| true)
}

/// The same, where a qualifier that is another table's name says that its column is meant.
fn mentions_of(schema: &Schema, table: &Table, sql: &str, column: &str) -> bool {
    let is_other = |qualifier: &str| {
        qualifier != table.name.name && schema.tables.keys().any(|it| it.name == qualifier)
    };
    mentions_with(sql, column, |qualifier| !qualifier.is_some_and(is_other))
}

fn mentions_with(sql: &str, column: &str, counts: impl Fn(Option<&str>) -> bool) -> bool {
    let mut previous = None;
    for (start, end, word) in tokens(sql) {
        let after = sql.get(end..).unwrap_or_default();
        let is_name = !after.starts_with(['(', '.']);
        if word == column && is_name {
            let qualified = sql.get(..start).is_some_and(|before| before.ends_with('.'));
            if counts(previous.filter(|_| qualified)) {
                return true;
            }
        }
        previous = Some(word);
    }
    false
}

/// The words of an SQL text that may be names, without quotes; string literals are left out.
pub fn words(sql: &str) -> impl Iterator<Item = &str> {
    tokens(sql).map(|(_, _, word)| word)
}

/// The words with the byte offsets at which they start and end, quotes included.
pub(crate) fn tokens(sql: &str) -> impl Iterator<Item = (usize, usize, &str)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = sql.get(from..)?;
            let starts = |c: char| c.is_alphanumeric() || matches!(c, '_' | '"' | '\'');
            let start = from + rest.find(starts)?;
            let tail = sql.get(start..)?;
            if let Some(literal) = tail.strip_prefix('\'') {
                from = start + 1 + literal.find('\'').map_or(literal.len(), |end| end + 1);
                continue;
            }
            if let Some(name) = tail.strip_prefix('"') {
                let length = name.find('"').unwrap_or(name.len());
                from = (start + length + 2).min(sql.len());
                return Some((start, from, name.get(..length)?));
            }
            let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
            let length = tail.find(|c| !is_part(c)).unwrap_or(tail.len());
            from = start + length;
            return Some((start, from, tail.get(..length)?));
        }
    })
}

/// What hangs on a column of `table` in `schema`: keys, checks, indexes, foreign keys both ways,
/// generated columns, policies and views, in that order.
///
/// The measured truth (PostgreSQL 12 to 18): keys, checks, indexes and foreign keys vanish without
/// a word when the column is dropped; policies, views and foreign keys that point at it refuse.
pub fn of_column(schema: &Schema, table: &Table, column: &str) -> Vec<Dependent> {
    let own = |kind, name: &str, columns: &[String]| Dependent {
        object: Object::in_table(kind, &table.name, name),
        columns: columns.to_vec(),
        to: None,
        own: true,
    };
    let has = |columns: &[String]| columns.iter().any(|it| it == column);
    let mut found = Vec::new();
    for key in table.primary_keys.values().filter(|it| has(&it.columns)) {
        found.push(own(ObjectKind::PrimaryKey, &key.name, &key.columns));
    }
    for unique in table.uniques.values().filter(|it| has(&it.columns)) {
        found.push(own(ObjectKind::Unique, &unique.name, &unique.columns));
    }
    for check in table.checks.values().filter(|it| mentions(&it.value, column)) {
        found.push(own(ObjectKind::Check, &check.name, &[]));
    }
    for index in table.indexes.values() {
        let key = |key: &crate::schema::IndexColumn| {
            let same = key.expression == column;
            if key.is_expression { mentions(&key.expression, column) } else { same }
        };
        let predicate = index.predicate.as_ref().is_some_and(|it| mentions(it, column));
        if predicate || index.columns.iter().any(key) {
            let columns: Vec<String> =
                index.columns.iter().map(|it| it.expression.clone()).collect();
            found.push(own(ObjectKind::Index, &index.name, &columns));
        }
    }
    for (other, key) in foreign_keys(schema) {
        let outbound = *other == table.name && has(&key.columns_from);
        let inbound = key.to == table.name && has(&key.columns_to);
        if outbound || inbound {
            found.push(Dependent {
                object: Object::in_table(ObjectKind::ForeignKey, other, &key.name),
                columns: key.columns_from.clone(),
                to: Some((key.to.clone(), key.columns_to.clone())),
                own: *other == table.name,
            });
        }
    }
    for other in table.columns.values().filter(|it| it.name != column) {
        if other.generated.as_ref().is_some_and(|it| mentions(&it.expression, column)) {
            found.push(own(ObjectKind::Column, &other.name, &[]));
        }
    }
    for policy in table.policies.values() {
        let expressions = [&policy.using, &policy.with_check];
        if expressions.into_iter().flatten().any(|it| mentions_of(schema, table, it, column)) {
            found.push(own(ObjectKind::Policy, &policy.name, &[]));
        }
    }
    for view in schema.views.values() {
        let definition = view.definition.as_deref().unwrap_or_default();
        let reads = words(definition).any(|word| word == table.name.name);
        if reads && mentions_of(schema, table, definition, column) {
            found.push(Dependent {
                object: Object::in_schema(ObjectKind::View, &view.name),
                columns: Vec::new(),
                to: None,
                own: false,
            });
        }
    }
    found
}

/// Foreign keys of other tables that refer to `table`.
pub fn referencing<'a>(
    schema: &'a Schema,
    table: &'a QualifiedName,
) -> impl Iterator<Item = (&'a QualifiedName, &'a crate::schema::ForeignKey)> {
    foreign_keys(schema).filter(move |(other, key)| key.to == *table && *other != table)
}

/// Views whose query names `table`.
pub fn viewing<'a>(
    schema: &'a Schema,
    table: &'a QualifiedName,
) -> impl Iterator<Item = &'a crate::schema::View> {
    let names = |sql: &str| words(sql).any(|word| word == table.name);
    schema.views.values().filter(move |view| view.definition.as_deref().is_some_and(names))
}

/// Every table that a `TRUNCATE … CASCADE` of `table` empties with it, the nearest first.
pub fn reach_of_truncate(schema: &Schema, table: &QualifiedName) -> Vec<QualifiedName> {
    closure(schema, table, |_| true)
}

/// Every table in which a delete from `table` deletes rows, the nearest first.
pub fn reach_of_delete(schema: &Schema, table: &QualifiedName) -> Vec<QualifiedName> {
    closure(schema, table, |key| key.on_delete.as_deref() == Some("cascade"))
}

fn closure(
    schema: &Schema,
    table: &QualifiedName,
    follows: impl Fn(&crate::schema::ForeignKey) -> bool,
) -> Vec<QualifiedName> {
    let mut reached = vec![table.clone()];
    let mut next = 0;
    while let Some(parent) = reached.get(next).cloned() {
        for (child, key) in foreign_keys(schema) {
            if key.to == parent && follows(key) && !reached.contains(child) {
                reached.push(child.clone());
            }
        }
        next += 1;
    }
    reached.remove(0);
    reached
}

/// Every foreign key of a schema with the table it belongs to.
pub fn foreign_keys(
    schema: &Schema,
) -> impl Iterator<Item = (&QualifiedName, &crate::schema::ForeignKey)> {
    schema
        .tables
        .values()
        .flat_map(|table| table.foreign_keys.values().map(|key| (&table.name, key)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{qualified, schema, table};
    use super::*;

    #[test]
    fn words_are_names_not_literals() {
        let found: Vec<&str> =
            words("\"funds\".\"size\" > 0 and note <> 'size of' or a$b is null").collect();
        assert_eq!(found, ["funds", "size", "0", "and", "note", "or", "a$b", "is", "null"]);
        assert!(mentions("lower(email)", "email"));
        assert!(!mentions("'email'", "email"));
        assert!(!mentions("email_hash", "email"));
        assert!(!mentions("lower(name)", "lower"));
        assert!(!mentions("\"status\".\"code\" > 0", "status"));
    }

    #[test]
    fn a_qualifier_says_whose_column_it_is() {
        let mut schema = schema([
            table("funds", &["id uuid", "size integer"]),
            table("deals", &["id uuid", "fund_id uuid"]),
        ]);
        let view = crate::schema::View {
            name: qualified("totals"),
            columns: indexmap::IndexMap::new(),
            definition: Some(
                "select \"funds\".\"size\", \"d\".\"fund_id\" from \"funds\" join \"deals\" \"d\" on true"
                    .to_owned(),
            ),
            is_existing: false,
            materialized: false,
            with: None,
            with_no_data: None,
            tablespace: None,
            using: None,
        };
        schema.views.insert(view.name.clone(), view);
        let uses = |table: &str, column: &str| {
            let table = schema.table(&qualified(table)).expect("a table");
            !of_column(&schema, table, column).is_empty()
        };
        assert!(uses("funds", "size"));
        assert!(uses("deals", "fund_id"));
        assert!(!uses("deals", "size"));
    }

    #[test]
    fn a_column_takes_along_what_is_made_of_it() {
        let funds = table("funds", &["id uuid primary key", "code text", "size integer"])
            .unique("funds_code_size_unique", &["code", "size"])
            .check("size_positive", "\"funds\".\"size\" > 0")
            .index("funds_lower", &["lower(code)"]);
        let deals = table("deals", &["code text"]).foreign_key(
            "d",
            &["code"],
            "funds",
            &["code"],
            "cascade",
        );
        let schema = schema([funds, deals]);
        let funds = schema.table(&qualified("funds")).expect("funds");
        let found: Vec<String> =
            of_column(&schema, funds, "code").iter().map(ToString::to_string).collect();
        assert_eq!(
            found,
            [
                "constraint funds_code_size_unique unique(code,size)",
                "index funds_lower(lower(code))",
                "constraint d on public.deals foreign key(code) references public.funds(code)",
            ]
        );
    }

    #[test]
    fn truncate_reaches_everything_that_refers() {
        let schema = schema([
            table("funds", &["id uuid"]).foreign_key("self", &["id"], "funds", &["id"], "cascade"),
            table("deals", &["id uuid"]).foreign_key("d", &["id"], "funds", &["id"], "restrict"),
            table("notes", &["id uuid"]).foreign_key("n", &["id"], "deals", &["id"], "cascade"),
        ]);
        let reach = reach_of_truncate(&schema, &qualified("funds"));
        assert_eq!(reach, [qualified("deals"), qualified("notes")]);
        assert_eq!(reach_of_delete(&schema, &qualified("funds")), []);
        assert_eq!(reach_of_delete(&schema, &qualified("deals")), [qualified("notes")]);
    }
}
