//! Inserts whose `ON CONFLICT` names columns that are no longer unique: they fail with 42P10.

use std::collections::{BTreeMap, BTreeSet};

use super::binding::Bindings;
use super::code::{CodeFile, Named};
use super::effect::{Arbiter, Effect};
use super::lex::Tokens;
use super::search::{line_of, outline};
use super::source::{Language, MAX_BYTES, is_generated, walk};
use super::sql::Wanted;
use super::target::column_key;
use super::{Options, TableNames};
use crate::delta::Diff;
use crate::diff::Change;
use crate::files::{Files, ReadError};
use crate::ident::QualifiedName;
use crate::origin::{LineIndex, Origin};
use crate::schema::Schema;

/// One insert that fails after the change.
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
}

/// Finds the conflict targets that only a dropped or changed unique constraint, unique index or primary
/// key could serve. A target that another one still serves is none; a partial index is taken to serve
/// no other target than its own.
///
/// # Errors
/// When a directory cannot be listed.
pub fn conflicts(
    files: &dyn Files,
    changes: &[Change],
    schemas: Diff<&Schema>,
    options: &Options<'_>,
) -> Result<Vec<Conflicting>, ReadError> {
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
    if gone.is_empty() {
        return Ok(found);
    }
    let mut bindings = Bindings::new(files, options, options.tables, BTreeMap::new());
    for source in walk(files, options.exclude)? {
        if source.language != Language::Code {
            continue;
        }
        let Ok(Some(blob)) = files.read(&source.path) else { continue };
        let has = |word: &[u8]| memchr::memmem::find(&blob.bytes, word).is_some();
        let may = has(b"onConflictDo") || has(b"ON CONFLICT") || has(b"on conflict");
        if !may || blob.bytes.len() > MAX_BYTES || is_generated(&blob.bytes) {
            continue;
        }
        let text = String::from_utf8_lossy(&blob.bytes);
        let outline = outline(&text);
        let scope = bindings.scope(&source.path, &outline.members);
        let code = CodeFile::new(Tokens::new(&text), &outline.module, &scope, options.tables);
        let lines = LineIndex::new(&text);
        for conflict in code.conflicts() {
            for it in &gone {
                if !it.is_named(&conflict.table, &conflict.columns, options.tables, schemas.before)
                {
                    continue;
                }
                let at = u32::try_from(conflict.at).unwrap_or(u32::MAX);
                let (line, column) = lines.locate(&text, at);
                found.push(Conflicting {
                    change: it.change,
                    is_test: source.is_test,
                    origin: Origin::new(source.path.as_str(), line, column),
                    text: line_of(&text, conflict.at).to_owned(),
                });
            }
        }
    }
    found.sort();
    Ok(found)
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
                    && keys.collect::<BTreeSet<_>>() == *columns
            }
            Named::Sql(mention) => {
                let (schema, table) = (self.table.schema.as_str(), self.table.name.as_str());
                mention.is(Wanted { schema, table, column: None })
                    && *columns == self.arbiter.columns
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
        let found = conflicts(&files, &[change], Diff { before, after }, &options);
        found.expect("readable").iter().map(|it| it.origin.line).collect()
    }

    #[test]
    fn a_conflict_target_that_nothing_serves_is_found() {
        let text = "import { orders } from './db/schema';
            db.insert(orders).values(x).onConflictDoUpdate({ target: [orders.tenantId, orders.code], set: y });
            db.insert(orders).values(x).onConflictDoNothing({ target: orders.code });
            q('INSERT INTO orders (code) VALUES (1) ON CONFLICT (code, tenant_id) DO NOTHING');
            q('INSERT INTO others (code) VALUES (1) ON CONFLICT (code, tenant_id) DO NOTHING');
            f({ target: [orders.tenantId, orders.code] });";
        let (before, after) = (schema(&["a"]), schema(&[]));
        assert_eq!(lines(&before, &after, text), [2, 4]);
        let served = schema(&["another"]);
        assert_eq!(lines(&before, &served, text), Vec::<u32>::new());
    }
}
