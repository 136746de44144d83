//! From changes to what has to be searched, and from what was found to sentences.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::effect::Effect;
use super::{ColumnNames, Found, Reference, TableNames, Target, Tier};
use crate::delta::Diff;
use crate::diff::Change;
use crate::ident::QualifiedName;
use crate::schema::{Object, Schema, Written};

/// How many references are written out; the rest is counted.
const SHOWN: usize = 5;

/// What a change takes away from the code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aim {
    /// The change: its index.
    pub change: usize,
    /// What to search.
    pub target: Target,
    /// What a use means.
    pub purpose: Purpose,
}

/// What a use of a target means for the change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The name is gone: a use fails.
    Gone,
    /// The column has another type, or must have a value; a use may want a look.
    Changed,
}

/// What to search for a list of changes: dropped, renamed and retyped columns, columns that become
/// required, dropped, renamed and moved tables.
pub fn aims(changes: &[Change], schemas: Diff<&Schema>) -> Vec<Aim> {
    let aim = |(change, it): (usize, &Change)| {
        let stays = matches!(Effect::of(it), Effect::ColumnRetyped(_) | Effect::ColumnRequired(_));
        let purpose = if stays { Purpose::Changed } else { Purpose::Gone };
        target(it, changes, schemas).map(|target| Aim { change, target, purpose })
    };
    changes.iter().enumerate().filter_map(aim).collect()
}

fn target(change: &Change, changes: &[Change], schemas: Diff<&Schema>) -> Option<Target> {
    match Effect::of(change) {
        Effect::TableGone(table) => {
            Some(Target { table: table_names(schemas.before, &table.name), column: None })
        }
        Effect::TableRenamed(name) => {
            let before = table_names(schemas.before, &name.before);
            let after = table_names(schemas.after, &name.after);
            // The export stays: only SQL text names the table as it was.
            let stays = before.export == after.export;
            let export = if stays { String::new() } else { before.export.clone() };
            Some(Target { table: TableNames { export, ..before }, column: None })
        }
        Effect::ColumnGone(column) => {
            let (table, key) = named_before(&column.table, &column.what.name, changes, schemas);
            Some(column_target(table, &column.what.name, key))
        }
        Effect::ColumnRenamed(column) => {
            let name = &column.what.before.name;
            let (table, key) = named_before(&column.table, name, changes, schemas);
            let after = column_key(schemas.after, &column.table, &column.what.after.name);
            Some(column_target(table, name, key.filter(|key| Some(key) != after.as_ref())))
        }
        Effect::ColumnRetyped(column) | Effect::ColumnRequired(column) => {
            let name = &column.what.after.name;
            let key = column_key(schemas.after, &column.table, name);
            Some(column_target(table_names(schemas.after, &column.table), name, key))
        }
        Effect::ColumnAdded(_)
        | Effect::Values(_)
        | Effect::Checked(..)
        | Effect::ArbiterGone(..)
        | Effect::None => None,
    }
}

fn column_target(table: TableNames, name: &str, key: Option<String>) -> Target {
    Target { table, column: Some(ColumnNames { name: Some(name.to_owned()), key }) }
}

/// The table and key of a column that is gone, as the code of the head would still call them.
fn named_before(
    table: &QualifiedName,
    column: &str,
    changes: &[Change],
    schemas: Diff<&Schema>,
) -> (TableNames, Option<String>) {
    let was = changes.iter().find_map(|change| match change {
        Change::RenameTable(name) | Change::MoveTable(name) if name.after == *table => {
            Some(&name.before)
        }
        _ => None,
    });
    let key = column_key(schemas.before, was.unwrap_or(table), column);
    let names = table_names(schemas.after, table);
    let names = if names.export.is_empty() { table_names(schemas.before, table) } else { names };
    (names, key)
}

pub(super) fn column_key(schema: &Schema, table: &QualifiedName, column: &str) -> Option<String> {
    schema.written.get(&Object::column(table, column))?.key.clone()
}

pub(super) fn table_names(schema: &Schema, table: &QualifiedName) -> TableNames {
    let written = schema.written.get(&Object::table(table));
    let (file, export) = written.map_or_else(Default::default, |written: &Written| {
        (written.origin.file.to_string(), written.key.clone().unwrap_or_default())
    });
    TableNames { name: table.clone(), file, export }
}

/// Every table of a state, as the code calls it.
pub fn tables(schema: &Schema) -> Vec<TableNames> {
    schema.tables.keys().map(|name| table_names(schema, name)).collect()
}

/// The files in which the schemas are written: they are judged, not searched.
pub fn schema_files(schemas: Diff<&Schema>) -> Vec<String> {
    let written = schemas.before.written.values().chain(schemas.after.written.values());
    let files: BTreeSet<String> = written.map(|written| written.origin.file.to_string()).collect();
    files.into_iter().collect()
}

impl Found {
    /// The references to one target, in the program first, the surest first.
    pub fn of(&self, target: usize) -> Vec<&Reference> {
        let mut found: Vec<_> = self.references.iter().filter(|it| it.target == target).collect();
        found.sort_by_key(|it| (it.is_test, std::cmp::Reverse(it.tier)));
        found
    }

    /// What was found for one target, as evidence: a place in each of the first few files, the rest and
    /// the tests counted, and what may not be said.
    pub fn evidence(&self, target: usize) -> Vec<String> {
        let found = self.of(target);
        let known = |is_test| {
            let known =
                found.iter().filter(move |it| it.tier > Tier::Possible && it.is_test == is_test);
            by_file(known.copied())
        };
        let (program, tests) = (known(false), known(true));
        let mut sentences: Vec<String> =
            program.iter().take(SHOWN).map(|it| sentence(it)).collect();
        let rest = program.get(SHOWN..).unwrap_or_default();
        if !rest.is_empty() {
            sentences.push(format!("and {}", count(rest, "file", "files")));
        }
        if let Some(first) = tests.first().and_then(|file| file.first()) {
            let uses = count(&tests, "test file", "test files");
            sentences
                .push(format!("{uses}, first at {}:{}:{}", first.file, first.line, first.column));
        }
        match found.iter().filter(|it| it.tier == Tier::Possible).count() {
            0 => {}
            1 => sentences.push("possible: 1 more file contains the word".to_owned()),
            n => sentences.push(format!("possible: {n} more files contain the word")),
        }
        let broken = self.broken.iter().filter(|(file, _)| found.iter().any(|it| it.file == *file));
        for (file, why) in broken {
            sentences.push(format!("{file} does not parse and was searched as text ({why})"));
        }
        if let Some((file, why)) = self.unread.first() {
            let others = self.unread.len() - 1;
            let others = if others > 0 { format!(" and {others} others") } else { String::new() };
            sentences.push(format!("not searched: {file}{others} ({why})"));
        } else if found.is_empty() {
            sentences.push(format!("no use found in {} files", self.searched));
        }
        sentences
    }
}

/// The references of each file together, the files in the order of their surest.
fn by_file<'a>(found: impl Iterator<Item = &'a Reference>) -> Vec<Vec<&'a Reference>> {
    let mut files: IndexMap<&str, Vec<&Reference>> = IndexMap::new();
    for it in found {
        files.entry(&it.file).or_default().push(it);
    }
    files.into_values().collect()
}

/// "3 uses in 2 files".
fn count(files: &[Vec<&Reference>], one: &str, many: &str) -> String {
    let uses: usize = files.iter().map(Vec::len).sum();
    let uses = if uses == 1 { "1 use".to_owned() } else { format!("{uses} uses") };
    let files =
        if files.len() == 1 { format!("1 {one}") } else { format!("{} {many}", files.len()) };
    format!("{uses} in {files}")
}

/// The surest use in one file.
fn sentence(file: &[&Reference]) -> String {
    let Some(it) = file.first() else { return String::new() };
    let how = match it.tier {
        Tier::Certain => "still used",
        Tier::Likely => "likely used",
        Tier::Possible => "possibly used",
    };
    let more = match file.len() {
        1 => String::new(),
        n => format!(" (and {} more in this file)", n - 1),
    };
    format!("{how} at {}:{}:{}: {}{more}", it.file, it.line, it.column, it.text)
}

#[cfg(test)]
mod tests {
    use super::super::Via;
    use super::*;
    use crate::diff::InTable;
    use crate::origin::Origin;
    use crate::schema::{Column, Table};

    fn schema(table: &str, columns: &[(&str, &str)]) -> Schema {
        let mut schema = Schema::default();
        let name = QualifiedName::public(table);
        let mut it = Table::new(name.clone());
        let written = |key: &str| Written {
            origin: Origin::new("db/schema.ts", 1, 1),
            key: Some(key.to_owned()),
            class: None,
        };
        schema.written.insert(Object::table(&name), written("funds"));
        for (key, column) in columns {
            it.columns.insert((*column).to_owned(), Column::new(*column, "text"));
            schema.written.insert(Object::column(&name, *column), written(key));
        }
        schema.tables.insert(name, it);
        schema
    }

    fn reference(line: u32, tier: Tier, is_test: bool) -> Reference {
        let (file, text) = (format!("f{line}.ts"), "x".to_owned());
        Reference { target: 0, is_test, file, line, column: 1, text, tier, via: Via::Code }
    }

    #[test]
    fn a_dropped_column_of_a_renamed_table_keeps_its_key() {
        let before = schema("old", &[("vintageYear", "vintage_year")]);
        let after = schema("funds", &[]);
        let (old, new) = (QualifiedName::public("old"), QualifiedName::public("funds"));
        let column = Column::new("vintage_year", "text");
        let changes = [
            Change::RenameTable(Diff { before: old.clone(), after: new.clone() }),
            Change::DropColumn(InTable { table: new.clone(), what: column }),
        ];
        let aims = aims(&changes, Diff { before: &before, after: &after });
        let targets: Vec<_> = aims.iter().map(|aim| &aim.target).collect();
        let [table, column] = targets.as_slice() else { panic!("two targets") };
        assert_eq!((table.table.name.name.as_str(), table.table.export.as_str()), ("old", ""));
        assert_eq!(column.table.name, new);
        let names = column.column.as_ref().expect("a column");
        assert_eq!(names.key.as_deref(), Some("vintageYear"));
        assert_eq!(schema_files(Diff { before: &before, after: &after }), ["db/schema.ts"]);
        assert_eq!(tables(&after).len(), 1);
    }

    #[test]
    fn a_rename_in_the_database_alone_leaves_the_key_out() {
        let before = schema("funds", &[("email", "mail")]);
        let after = schema("funds", &[("email", "e_mail")]);
        let what =
            Diff { before: Column::new("mail", "text"), after: Column::new("e_mail", "text") };
        let change = Change::RenameColumn(InTable { table: QualifiedName::public("funds"), what });
        let aims = aims(&[change], Diff { before: &before, after: &after });
        let names = aims[0].target.column.as_ref().expect("a column");
        assert_eq!(names, &ColumnNames { name: Some("mail".to_owned()), key: None });
    }

    #[test]
    fn evidence_shows_a_place_a_file_and_counts_the_rest() {
        let mut references = vec![reference(9, Tier::Possible, false)];
        references.extend((1..=6).map(|line| reference(line, Tier::Likely, false)));
        references.push(Reference { line: 30, ..reference(3, Tier::Certain, false) });
        references.push(reference(8, Tier::Certain, true));
        let found = Found { references, searched: 20, ..Found::default() };
        assert_eq!(
            found.evidence(0),
            [
                "still used at f3.ts:30:1: x (and 1 more in this file)",
                "likely used at f1.ts:1:1: x",
                "likely used at f2.ts:2:1: x",
                "likely used at f4.ts:4:1: x",
                "likely used at f5.ts:5:1: x",
                "and 1 use in 1 file",
                "1 use in 1 test file, first at f8.ts:8:1",
                "possible: 1 more file contains the word",
            ]
        );
        assert_eq!(found.evidence(1), ["no use found in 20 files"]);
        let unread = vec![("a.ts".to_owned(), "gone".to_owned())];
        let found = Found { unread, ..Found::default() };
        assert_eq!(found.evidence(0), ["not searched: a.ts (gone)"]);
    }
}
