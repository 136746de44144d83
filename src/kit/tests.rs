use serde_json::json;

use super::*;
use crate::ident::QualifiedName;
use crate::schema::{Column, ObjectKind, Table};

fn funds(columns: Vec<Column>) -> Schema {
    let mut table = Table::new(QualifiedName::public("funds"));
    table.columns = columns.into_iter().map(|column| (column.name.clone(), column)).collect();
    let mut schema = Schema::default();
    schema.tables.insert(table.name.clone(), table);
    schema
}

fn sql(before: &Schema, after: &Schema, renames: &[&str]) -> Vec<String> {
    let renames: Vec<Rename> = renames.iter().map(|rename| rename.parse().unwrap()).collect();
    let statements = generate(Diff::new(before, after), &renames).unwrap();
    statements.into_iter().map(|statement| statement.sql).collect()
}

fn not_null(name: &str, ty: &str) -> Column {
    Column { not_null: true, ..Column::new(name, ty) }
}

#[test]
fn a_dropped_column_is_attributed_to_itself() {
    let before = funds(vec![Column::new("id", "serial"), Column::new("irr", "numeric")]);
    let after = funds(vec![Column::new("id", "serial")]);
    let statements = generate(Diff::new(&before, &after), &[]).unwrap();
    assert_eq!(
        statements,
        [Statement {
            kind: "alter_table_drop_column",
            object: Object::column(&QualifiedName::public("funds"), "irr"),
            sql: "ALTER TABLE \"funds\" DROP COLUMN \"irr\";".to_owned(),
        }]
    );
}

#[test]
fn nothing_is_renamed_unless_stated() {
    let before = funds(vec![Column::new("tvpi", "numeric")]);
    let after = funds(vec![Column::new("multiple", "numeric")]);
    assert_eq!(
        sql(&before, &after, &[]),
        [
            "ALTER TABLE \"funds\" ADD COLUMN \"multiple\" numeric;",
            "ALTER TABLE \"funds\" DROP COLUMN \"tvpi\";"
        ]
    );
    assert_eq!(
        sql(&before, &after, &["column:funds.tvpi=multiple"]),
        ["ALTER TABLE \"funds\" RENAME COLUMN \"tvpi\" TO \"multiple\";"]
    );
}

#[test]
fn what_else_changes_in_a_renamed_column_is_lost() {
    let before = funds(vec![Column::new("tvpi", "numeric")]);
    let after = funds(vec![not_null("multiple", "numeric(10, 4)")]);
    assert_eq!(
        sql(&before, &after, &["column:funds.tvpi=multiple"]),
        ["ALTER TABLE \"funds\" RENAME COLUMN \"tvpi\" TO \"multiple\";"]
    );
}

#[test]
fn a_space_before_a_parenthesis_swallows_the_whole_column() {
    let before = funds(vec![Column::new("closed_at", "timestamp (3)")]);
    let after = funds(vec![not_null("closed_at", "timestamp(3)")]);
    assert_eq!(sql(&before, &after, &[]), [""; 0]);
}

#[test]
fn two_arrays_as_defaults_become_undefined() {
    let point = |default| Column { default: Some(default), ..Column::new("office", "point") };
    let (before, after) = (funds(vec![point(json!([1, 2]))]), funds(vec![point(json!([1, 3]))]));
    assert_eq!(
        sql(&before, &after, &[]),
        ["ALTER TABLE \"funds\" ALTER COLUMN \"office\" SET DEFAULT undefined;"]
    );
}

#[test]
fn a_column_called_constructor_is_never_added_and_cannot_be_dropped() {
    let without = funds(vec![Column::new("id", "serial")]);
    let with = funds(vec![Column::new("id", "serial"), Column::new("constructor", "text")]);
    assert_eq!(sql(&without, &with, &[]), [""; 0]);
    let error = generate(Diff::new(&with, &without), &[]).unwrap_err();
    assert_eq!(error.object.kind, ObjectKind::Column);
    assert!(error.to_string().starts_with("drizzle-kit fails on public.funds.constructor: "));
}

#[test]
fn a_column_that_changes_while_its_table_is_renamed_is_fatal() {
    let before = funds(vec![Column::new("id", "integer")]);
    let mut after = funds(vec![Column::new("id", "bigint")]);
    let table = after.tables.swap_remove(&QualifiedName::public("funds")).unwrap();
    let name = QualifiedName::public("vehicles");
    after.tables.insert(name.clone(), Table { name, ..table });
    let rename = "table:funds=vehicles".parse().unwrap();
    assert!(generate(Diff::new(&before, &after), &[rename]).is_err());
}

#[test]
fn the_same_schema_twice_needs_nothing() {
    let schema = funds(vec![not_null("id", "serial"), Column::new("name", "text")]);
    assert_eq!(sql(&schema, &schema, &[]), [""; 0]);
}
