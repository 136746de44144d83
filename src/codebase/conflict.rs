//! Inserts whose `ON CONFLICT` names columns that are no longer unique: they fail with 42P10. And those
//! whose names none, that do nothing on any conflict: they add a second row.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::AhoCorasick;
use rayon::prelude::*;

use super::binding::Bindings;
use super::code::{CodeFile, Conflict, Named};
use super::corpus::{Corpus, Text};
use super::effect::{Arbiter, Effect};
use super::search::line_of;
use super::source::Language;
use super::sql::{Sql, Wanted};
use super::target::column_key;
use super::{Options, Reference, TableNames, Tier, Via};
use crate::delta::Diff;
use crate::diff::Change;
use crate::ident::QualifiedName;
use crate::origin::{LineIndex, Origin};
use crate::schema::Schema;

/// One insert that fails after the change, or no longer finds what is there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Conflicting {
    /// The change: its index.
    pub change: usize,
    /// Whether the file is a test.
    pub is_test: bool,
    /// Where the conflict target stands.
    pub origin: Origin,
    /// The line.
    pub text: String,
    /// Whether it names its columns, and so fails.
    pub has_target: bool,
}

impl Conflicting {
    /// The same as a reference.
    pub fn reference(&self) -> Reference {
        Reference {
            target: 0,
            is_test: self.is_test,
            file: self.origin.file.to_string(),
            line: self.origin.line,
            column: self.origin.column,
            text: self.text.clone(),
            tier: if self.has_target { Tier::Certain } else { Tier::Likely },
            via: Via::Conflict,
        }
    }
}

/// Finds the conflict targets that only a dropped or changed unique constraint, unique index or primary
/// key could serve. A target that another one still serves is none; a partial index is taken to serve
/// no other target than its own.
pub fn conflicts(
    corpus: &Corpus<'_>,
    changes: &[Change],
    schemas: Diff<&Schema>,
    options: &Options<'_>,
) -> Vec<Conflicting> {
    let gone: Vec<Gone<'_>> = changes
        .iter()
        .enumerate()
        .filter_map(|(change, it)| match Effect::of(it) {
            Effect::ArbiterGone(table, arbiter) => Some(Gone { change, table, arbiter }),
            _ => None,
        })
        .filter(|gone| !gone.is_served(schemas.after))
        .collect();
    let mut found = Vec::new();
    let words = ["onConflictDo", "ON CONFLICT", "on conflict"];
    let Ok(words) = AhoCorasick::new(words) else { return found };
    if gone.is_empty() {
        return found;
    }
    let texts: Vec<&Text> = corpus
        .texts()
        .par_iter()
        .filter(|text| {
            !text.is_schema && text.bytes(corpus).is_some_and(|bytes| words.is_match(bytes))
        })
        .collect();
    let mut bindings = Bindings::new(corpus.files(), options, options.tables, BTreeMap::new());
    for text in texts {
        let source = &text.source;
        let content = text.text(corpus);
        let named = match text.outline(corpus) {
            Some(outline) => {
                let scope = bindings.scope(&source.path, &outline.members);
                let tokens = outline.tokens(content);
                CodeFile::new(tokens, &outline.module, &scope, options.tables).conflicts()
            }
            None if source.language == Language::Sql => in_sql_file(content),
            None => continue,
        };
        let lines = LineIndex::new(content);
        for conflict in named {
            for it in &gone {
                if !it.is_named(&conflict.table, &conflict.columns, options.tables, schemas.before)
                {
                    continue;
                }
                let at = u32::try_from(conflict.at).unwrap_or(u32::MAX);
                let (line, column) = lines.locate(content, at);
                found.push(Conflicting {
                    change: it.change,
                    is_test: source.is_test,
                    origin: Origin::new(source.path.as_str(), line, column),
                    text: line_of(content, conflict.at).to_owned(),
                    has_target: !conflict.columns.is_empty(),
                });
            }
        }
    }
    found.sort();
    found
}

fn in_sql_file(text: &str) -> Vec<Conflict> {
    let statements = Sql::new(text).statements();
    let conflicts = statements.iter().flat_map(Sql::conflicts);
    conflicts
        .map(|(at, table, columns)| Conflict { at, table: Named::Sql(table), columns })
        .collect()
}

struct Gone<'a> {
    change: usize,
    table: &'a QualifiedName,
    arbiter: Arbiter,
}

impl Gone<'_> {
    /// Whether the same columns are still unique in another way.
    fn is_served(&self, after: &Schema) -> bool {
        let Some(table) = after.tables.get(self.table) else { return true };
        let serves = |it: &Arbiter| {
            it.columns == self.arbiter.columns
                && (it.predicate.is_none() || it.predicate == self.arbiter.predicate)
        };
        Arbiter::of_table(table).iter().any(serves)
    }

    fn is_named(
        &self,
        table: &Named,
        columns: &BTreeSet<String>,
        tables: &[TableNames],
        before: &Schema,
    ) -> bool {
        match table {
            Named::Key(index) => {
                let keys = self.arbiter.columns.iter().map(|column| {
                    column_key(before, self.table, column).unwrap_or_else(|| column.clone())
                });
                tables.get(*index).is_some_and(|names| names.name == *self.table)
                    && (columns.is_empty() || keys.collect::<BTreeSet<_>>() == *columns)
            }
            Named::Sql(mention) => {
                let (schema, table) = (self.table.schema.as_str(), self.table.name.as_str());
                mention.is(Wanted { schema, table, column: None })
                    && (columns.is_empty() || *columns == self.arbiter.columns)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::InTable;
    use crate::files::MemoryFiles;
    use crate::schema::{Column, Object, Table, Unique, Written};

    fn schema(uniques: &[&str]) -> Schema {
        let mut schema = Schema::default();
        let name = QualifiedName::public("orders");
        let mut table = Table::new(name.clone());
        let origin = Origin::new("db/schema.ts", 1, 1);
        let written =
            |key: &str| Written { origin: origin.clone(), key: Some(key.to_owned()), class: None };
        schema.written.insert(Object::table(&name), written("orders"));
        for (key, column) in [("tenantId", "tenant_id"), ("code", "code")] {
            table.columns.insert(column.to_owned(), Column::new(column, "text"));
            schema.written.insert(Object::column(&name, column), written(key));
        }
        for unique in uniques {
            table.uniques.insert((*unique).to_owned(), self::unique(unique));
        }
        schema.tables.insert(name, table);
        schema
    }

    fn unique(name: &str) -> Unique {
        let columns = vec!["tenant_id".to_owned(), "code".to_owned()];
        Unique { name: name.to_owned(), columns, nulls_not_distinct: false }
    }

    fn lines(before: &Schema, after: &Schema, text: &str) -> Vec<u32> {
        let table = QualifiedName::public("orders");
        let change = Change::DropUnique(InTable { table, what: unique("a") });
        let files = MemoryFiles::new([
            ("db/schema.ts", "export const orders = pgTable();"),
            ("app.ts", text),
        ]);
        let tables = super::super::tables(before);
        let resolve = |_: &str, specifier: &str| {
            (specifier == "./db/schema").then(|| "db/schema.ts".to_owned())
        };
        let options = Options { resolve: &resolve, tables: &tables, exclude: &["db".to_owned()] };
        let corpus = Corpus::new(&files, options.exclude).expect("readable");
        let found = conflicts(&corpus, &[change], Diff { before, after }, &options);
        found.iter().map(|it| it.origin.line).collect()
    }

    #[test]
    fn a_conflict_target_that_nothing_serves_is_found() {
        let text = "import { orders } from './db/schema';
            db.insert(orders).values(x).onConflictDoUpdate({ target: [orders.tenantId, orders.code], set: y });
            db.insert(orders).values(x).onConflictDoNothing({ target: orders.code });
            q('INSERT INTO orders (code) VALUES (1) ON CONFLICT (code, tenant_id) DO NOTHING');
            q('INSERT INTO others (code) VALUES (1) ON CONFLICT (code, tenant_id) DO NOTHING');
            f({ target: [orders.tenantId, orders.code] });
            db.insert(orders).values(x).onConflictDoNothing();
            db.insert(funds).values(x).onConflictDoNothing();
            q('INSERT INTO orders (code) VALUES (1) ON CONFLICT DO NOTHING');";
        let (before, after) = (schema(&["a"]), schema(&[]));
        assert_eq!(lines(&before, &after, text), [2, 4, 7, 9]);
        let served = schema(&["another"]);
        assert_eq!(lines(&before, &served, text), Vec::<u32>::new());
    }
}
