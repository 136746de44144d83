//! Names that are still taken.

use super::*;

/// `funds` and `deals`, with an edit of each.
fn two(funds: impl FnOnce(&mut Table), deals: impl FnOnce(&mut Table)) -> Schema {
    let mut tables = [
        table("funds", vec![not_null("id", "uuid"), column("code", "text")]),
        table("deals", vec![not_null("id", "uuid"), column("code", "text")]),
    ];
    funds(&mut tables[0]);
    deals(&mut tables[1]);
    with_tables(tables.into())
}

fn unique_code(table: &mut Table) {
    let (name, columns) = ("by_code".to_owned(), vec!["code".to_owned()]);
    let unique = Unique { name: name.clone(), columns, nulls_not_distinct: false };
    table.uniques.insert(name, unique);
}

#[test]
fn a_renamed_table_keeps_the_name_of_its_sequence() {
    let before = funds(vec![identity("id")]);
    let mut clients = table("clients", vec![not_null("id", "integer")]);
    clients.columns.insert("id".to_owned(), identity("id"));
    let after = with_tables(vec![clients, table("funds", vec![identity("id")])]);
    let found = find(&before, &after, &["table:public.funds=public.clients"]);
    let taken = found.iter().find(|it| it.id == "kit.name_taken").expect("the name is taken");
    assert_eq!(
        taken.what,
        "funds_id_seq is still the name of the sequence of id of public.funds: the statement fails (42P07)"
    );
    // Alone it is merely renamed, and as a new table it has the name for itself.
    let renamed = with_tables(vec![Table {
        name: QualifiedName::public("clients"),
        ..before.tables[0].clone()
    }]);
    let found = find(&before, &renamed, &["table:public.funds=public.clients"]);
    assert_eq!(found.iter().find(|it| it.id == "kit.name_taken"), None);
    assert_eq!(find(&Schema::default(), &before, &[]), []);
}

#[test]
fn tables_are_created_before_keys_views_and_tables_go() {
    let none = |_: &mut Table| ();
    let taken = |before: &Schema, after: &Schema| {
        let found = find(before, after, &[]);
        found.into_iter().find(|it| it.id == "kit.name_taken").map(|it| it.what)
    };
    // A key that moves from an old table into a new one.
    let mut before = two(unique_code, none);
    before.tables.shift_remove(&QualifiedName::public("deals"));
    let moved = taken(&before, &two(none, unique_code)).expect("by_code is held");
    assert!(moved.starts_with("by_code is still the name of a key of public.funds"), "{moved}");
    // Between two tables that are there it is dropped first.
    assert_eq!(taken(&two(unique_code, none), &two(none, unique_code)), None);
    // A key and an index share their names.
    let indexed = |table: &mut Table| {
        let key = IndexColumn {
            expression: "id".to_owned(),
            is_expression: false,
            asc: true,
            nulls: Some("last".to_owned()),
            opclass: None,
        };
        let index = Index {
            name: "by_code".to_owned(),
            columns: vec![key],
            unique: false,
            predicate: None,
            concurrently: false,
            method: "btree".to_owned(),
            with: serde_json::Map::new(),
        };
        table.indexes.insert("by_code".to_owned(), index);
    };
    let both = taken(&two(unique_code, none), &two(unique_code, indexed)).expect("one name");
    assert!(both.ends_with("(42P07)"), "{both}");
    // An enum called like a table.
    let enumerated = with_enum(two(none, none), "funds", &["open"]);
    let collides = taken(&two(none, none), &enumerated).expect("a type of that name");
    assert!(collides.contains("table public.funds") && collides.ends_with("(42710)"), "{collides}");
    // A view that becomes a table.
    let mut viewed = two(none, none);
    let view = viewed.tables.shift_remove(&QualifiedName::public("deals")).expect("deals");
    let view = View {
        name: view.name,
        columns: view.columns,
        definition: Some("select \"id\", \"code\" from \"funds\"".to_owned()),
        is_existing: false,
        materialized: false,
        with: None,
        with_no_data: None,
        tablespace: None,
        using: None,
    };
    viewed.views.insert(view.name.clone(), view);
    let became = taken(&viewed, &two(none, none)).expect("the view is dropped later");
    assert!(became.contains("view public.deals"), "{became}");
    assert_eq!(taken(&two(none, none), &viewed), None);
}
