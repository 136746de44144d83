//! 1.x beside 0.x. What 1.x gives was printed by drizzle-kit 1.0.0-rc.4 for these tables.

use crate::drizzle::{Overrides, Read, locate, read};
use crate::files::MemoryFiles;
use crate::ident::QualifiedName;
use crate::schema::Table;
use crate::typescript::ParseCache;

const SCHEMA: &str = "import * as p from 'drizzle-orm/pg-core';
export const funds = p.pgTable('funds', {
  id: p.serial().primaryKey(),
  code: p.text().notNull().unique(),
  firstClose: p.date().unique('funds_first'),
  tags: p.text().notNull().unique().array(),
  grid: p.integer().array('[][]'),
  place: p.geometry({ type: 'point', srid: 4326 }),
}, (t) => [p.unique().on(t.code, t.firstClose), p.index().on(t.code)]);
export const rounds = p.pgTable('rounds', {
  fundId: p.integer().references(() => funds.id),
  roundName: p.text(),
}, (t) => [p.primaryKey({ columns: [t.fundId, t.roundName] })]);
";

const NEW: &str = "import * as p from 'drizzle-orm/pg-core';
export const marks = p.snakeCase.table('marks', {
  fundId: p.integer(), markedAt: p.timestamp().unique(),
}, (t) => [p.index().on(t.markedAt), p.unique().on(t.fundId, t.markedAt)]);
export const deals = p.pgTable.withRLS('deals', { dealId: p.integer() });
export const notes = p.camelCase.table.withRLS('notes', { 'body text': p.text() });
";

fn with_kit(version: &str, schema: &str) -> Read {
    let manifest = format!("{{\"devDependencies\": {{\"drizzle-kit\": \"{version}\"}}}}");
    let files = MemoryFiles::new([("db/schema.ts", schema), ("package.json", &manifest)]);
    let overrides = Overrides { schema: vec!["db/schema.ts".to_owned()], ..Overrides::default() };
    let cache = ParseCache::default();
    let locations = locate(&files, &overrides, &cache).expect("a location");
    read(&files, &locations[0], &cache).expect("a schema")
}

fn table<'a>(read: &'a Read, name: &str) -> &'a Table {
    &read.schema.tables[&QualifiedName::public(name)]
}

fn constraints(table: &Table) -> Vec<&str> {
    let uniques = table.uniques.keys().chain(table.primary_keys.keys());
    uniques
        .chain(table.foreign_keys.keys())
        .chain(table.indexes.keys())
        .map(String::as_str)
        .collect()
}

fn types(table: &Table) -> Vec<&str> {
    table.columns.values().map(|column| column.ty.as_str()).collect()
}

#[test]
fn the_reference_is_0_31() {
    let read = with_kit("^0.31.4", SCHEMA);
    let funds = table(&read, "funds");
    assert_eq!(
        constraints(funds),
        ["funds_code_unique", "funds_first", "funds_code_firstClose_unique", "funds_code_index"]
    );
    assert_eq!(types(funds)[3..], ["text[]", "integer[]", "geometry(point)"]);
    assert!(!funds.columns["tags"].not_null);
    assert_eq!(
        constraints(table(&read, "rounds")),
        ["rounds_fundId_roundName_pk", "rounds_fundId_funds_id_fk"]
    );
    assert_eq!(read.warnings, []);
}

#[test]
fn a_repository_with_1_x_gets_its_names_and_arrays_and_is_told() {
    let read = with_kit("1.0.0-rc.4", SCHEMA);
    let funds = table(&read, "funds");
    assert_eq!(
        constraints(funds),
        [
            "funds_code_key",
            "funds_first",
            "funds_tags_key",
            "funds_code_firstClose_unique",
            "funds_code_index"
        ]
    );
    assert_eq!(types(funds)[3..], ["text[]", "integer[][]", "geometry(point,4326)"]);
    assert!(funds.columns["tags"].not_null);
    assert_eq!(constraints(table(&read, "rounds")), ["rounds_pkey", "rounds_fundId_funds_id_fkey"]);
    let (_, warning) = &read.warnings[0];
    assert!(warning.starts_with("drizzle-kit 1.0.0-rc.4 (package.json)"), "{warning}");
}

#[test]
fn what_only_1_x_has_is_known_there() {
    let read = with_kit("1.0.0-rc.4", NEW);
    let marks = table(&read, "marks");
    assert_eq!(marks.columns.keys().collect::<Vec<_>>(), ["fund_id", "marked_at"]);
    assert_eq!(
        constraints(marks),
        ["marks_marked_at_key", "marks_fund_id_marked_at_unique", "marks_marked_at_index"]
    );
    assert!(table(&read, "deals").rls);
    assert!(table(&read, "notes").rls);
    assert_eq!(table(&read, "notes").columns.keys().collect::<Vec<_>>(), ["bodyText"]);
    // 0.x has no such functions: what they would give is not known, and not left out.
    let (head, _) = NEW.split_once("export const deals").expect("two tables");
    let old = with_kit("0.31.4", head);
    assert!(old.schema.tables.is_empty() && !old.schema.unresolved.is_empty());
}
