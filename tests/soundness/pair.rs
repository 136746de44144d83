//! A base and a head: a random schema, and the same after one to three edits.

use drizzle_guard::diff::Rename;
use drizzle_guard::ident::QualifiedName;
use drizzle_guard::schema::{Column, Schema, Table};

use crate::draft::Draft;
use crate::edits::EDITS;
use crate::random::Random;

/// Two schemas and how one became the other.
pub(crate) struct Pair {
    pub(crate) seed: u64,
    pub(crate) base: Schema,
    pub(crate) head: Schema,
    pub(crate) renames: Vec<Rename>,
    /// The edits, by name.
    pub(crate) edits: Vec<&'static str>,
    /// For everything that is decided later: rows, the way it is applied.
    pub(crate) random: Random,
}

impl Pair {
    pub(crate) fn new(seed: u64) -> Self {
        let draft = Draft::new(Random::new(seed));
        let mut edited = Edited { base: draft.schema.clone(), draft, renames: Vec::new() };
        let wanted = [1, 1, 1, 2, 2, 3][edited.draft.random.below(6)];
        let mut edits = Vec::new();
        for _ in 0..200 {
            if edits.len() == wanted {
                break;
            }
            let (name, edit) = edited.draft.random.of(EDITS);
            if edit(&mut edited).is_some() {
                edits.push(*name);
            }
        }
        let Edited { base, draft, renames } = edited;
        Self { seed, base, head: draft.schema, renames, edits, random: draft.random }
    }
}

/// A head in the making.
pub(crate) struct Edited {
    pub(crate) base: Schema,
    pub(crate) draft: Draft,
    pub(crate) renames: Vec<Rename>,
}

impl Edited {
    /// States a rename; one a pair, because several decide together what a name means.
    pub(crate) fn state(&mut self, rename: &str) -> Option<()> {
        if !self.renames.is_empty() {
            return None;
        }
        self.renames.push(rename.parse().expect("a rename"));
        Some(())
    }

    /// A table of the head that the base has as well.
    pub(crate) fn table(&mut self) -> Option<QualifiedName> {
        self.table_where(|_| true)
    }

    pub(crate) fn table_where(&mut self, wanted: impl Fn(&Table) -> bool) -> Option<QualifiedName> {
        let old = |it: &&Table| self.base.tables.contains_key(&it.name) && wanted(it);
        let tables = self.draft.schema.tables.values().filter(old);
        let tables = tables.map(|it| it.name.clone()).collect();
        self.draft.random.pick(tables)
    }

    /// A column of such a table that the base has as well.
    pub(crate) fn column_where(
        &mut self,
        wanted: impl Fn(&Table, &Column) -> bool,
    ) -> Option<(QualifiedName, String)> {
        let mut found = Vec::new();
        for table in self.draft.schema.tables.values() {
            let Some(old) = self.base.tables.get(&table.name) else { continue };
            let columns = table
                .columns
                .values()
                .filter(|it| old.columns.contains_key(&it.name) && wanted(table, it));
            found.extend(columns.map(|it| (table.name.clone(), it.name.clone())));
        }
        self.draft.random.pick(found)
    }

    pub(crate) fn at(&mut self, table: &QualifiedName) -> &mut Table {
        self.draft.schema.tables.get_mut(table).expect("a table of the head")
    }

    pub(crate) fn of(&mut self, table: &QualifiedName, column: &str) -> &mut Column {
        self.at(table).columns.get_mut(column).expect("a column of the head")
    }

    /// Edits a copy of a table with the draft's own means, and puts it back if that did anything.
    pub(crate) fn on_table(
        &mut self,
        table: &QualifiedName,
        edit: impl FnOnce(&mut Draft, &mut Table) -> bool,
    ) -> Option<()> {
        let mut copy = self.draft.schema.tables[table].clone();
        edit(&mut self.draft, &mut copy).then(|| {
            self.draft.schema.tables.insert(table.clone(), copy);
        })
    }
}

/// Whether SQL text names a column or table; the generator quotes all of them.
pub(crate) fn names(text: &str, name: &str) -> bool {
    text.contains(&format!("\"{name}\""))
}

/// Whether a foreign key of any table uses the column, on either side.
pub(crate) fn is_referenced(schema: &Schema, table: &QualifiedName, column: &str) -> bool {
    let has = |columns: &[String]| columns.iter().any(|it| it == column);
    schema.tables.values().any(|other| {
        other.foreign_keys.values().any(|key| {
            (other.name == *table && has(&key.columns_from))
                || (key.to == *table && has(&key.columns_to))
        })
    })
}
