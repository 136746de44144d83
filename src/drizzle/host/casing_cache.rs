//! `CasingCache` of drizzle-orm's `src/casing.ts`: the names it gives, and those it fails to.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use super::column::Column;
use super::support::downcast;
use super::table::Table;
use crate::drizzle::{Casing, Generation};

/// The columns of a table; absent when it is gone, or when not all of them are known.
type Known = Option<HashSet<String>>;

/// What one dialect knows of the names of columns, with a `casing` or without one.
///
/// It takes in a table whole, at the first column it is asked about, and never again a table of the
/// same name. The columns of a view all say that their table has the view's name, so those of a second
/// table in a view are not found; neither are those of a second table of one name.
#[derive(Debug)]
pub(in crate::drizzle) struct CasingCache {
    casing: Option<Casing>,
    generation: Generation,
    /// The columns by the table's schema and name.
    tables: RefCell<HashMap<(String, String), Known>>,
}

impl CasingCache {
    /// The cache of a new dialect.
    pub(in crate::drizzle) fn new(casing: Option<Casing>, generation: Generation) -> Self {
        Self { casing, generation, tables: RefCell::default() }
    }

    /// The name of a column in SQL, absent where drizzle-orm goes on with `undefined`.
    pub(super) fn name(&self, column: &Column) -> Option<String> {
        if column.key_as_name && self.generation == Generation::Zero {
            let core = &column.table;
            let key = (core.schema_or_public().to_owned(), core.original_name.clone());
            let mut tables = self.tables.borrow_mut();
            let known =
                tables.entry(key).or_insert_with(|| core.object().and_then(|of| names(&of)));
            if known.as_ref().is_some_and(|names| !names.contains(&column.name)) {
                return None;
            }
        }
        Some(column.cased(self.casing))
    }
}

/// The names of a table's columns.
fn names(table: &Table) -> Known {
    if table.unknown_columns.is_some() {
        return None;
    }
    let columns = table.columns.values().map(|value| downcast::<Column>(value));
    columns.map(|column| column.map(|column| column.name.clone())).collect()
}
