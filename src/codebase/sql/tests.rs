use super::*;

fn find(text: &str, table: &str, column: Option<&str>) -> Vec<Tier> {
    let sql = Sql::new(text);
    let wanted = Wanted { schema: "public", table, column };
    sql.find(wanted, sql.is_statement()).into_iter().map(|hit| hit.tier).collect()
}

#[test]
fn a_column_of_the_only_table_is_certain() {
    let certain = [Tier::Certain];
    assert_eq!(
        find("SELECT vintage_year FROM funds WHERE id = $1", "funds", Some("vintage_year")),
        certain
    );
    assert_eq!(find("update funds set vintage_year = 1", "funds", Some("vintage_year")), certain);
    assert_eq!(
        find("INSERT INTO public.funds (vintage_year) VALUES (1)", "funds", Some("vintage_year")),
        certain
    );
    assert_eq!(
        find("SELECT \"vintage_year\" FROM \"funds\"", "funds", Some("vintage_year")),
        certain
    );
}

#[test]
fn an_alias_decides_among_several_tables() {
    let text = "SELECT f.name, i.name FROM funds f JOIN investments AS i ON i.fund_id = f.id";
    assert_eq!(find(text, "funds", Some("name")), [Tier::Certain]);
    assert_eq!(find(text, "investments", Some("fund_id")), [Tier::Certain]);
    assert_eq!(find(text, "funds", Some("fund_id")), []);
    let text = "SELECT name FROM funds f, investments i";
    assert_eq!(find(text, "funds", Some("name")), [Tier::Likely]);
}

#[test]
fn comments_strings_and_other_tables_do_not_count() {
    assert_eq!(find("SELECT 1 FROM funds -- vintage_year", "funds", Some("vintage_year")), []);
    assert_eq!(find("SELECT 'vintage_year' FROM funds", "funds", Some("vintage_year")), []);
    assert_eq!(
        find("SELECT vintage_year FROM other", "funds", Some("vintage_year")),
        [Tier::Possible]
    );
    assert_eq!(find("SELECT x FROM audit.funds", "funds", None), []);
}

#[test]
fn a_table_counts_where_a_table_stands() {
    assert_eq!(find("DELETE FROM funds WHERE id = 1", "funds", None), [Tier::Certain]);
    assert_eq!(find("TRUNCATE TABLE investments, funds CASCADE", "funds", None), [Tier::Certain]);
    assert_eq!(find("DROP TABLE IF EXISTS funds", "funds", None), [Tier::Certain]);
    assert_eq!(find("could not load from funds", "funds", None), [Tier::Possible]);
    assert_eq!(find("SELECT funds FROM totals", "funds", None), []);
}

#[test]
fn what_a_conflict_names() {
    let text = "INSERT INTO public.funds AS f (a, \"B\") VALUES (1, 2) ON CONFLICT (a, \"B\") WHERE x DO UPDATE SET a = 1";
    let found = Sql::new(text).conflicts();
    let [(at, table, columns)] = found.as_slice() else { panic!("one conflict") };
    assert_eq!(&text[*at..][..11], "ON CONFLICT");
    assert!(table.is(Wanted { schema: "public", table: "funds", column: None }));
    assert_eq!(columns.iter().map(String::as_str).collect::<Vec<_>>(), ["B", "a"]);
    let found = Sql::new("insert into t values (1) on conflict do nothing").conflicts();
    assert!(matches!(&found[..], [(25, _, columns)] if columns.is_empty()), "{found:?}");
    assert!(Sql::new("on conflict (").conflicts().is_empty());
}

#[test]
fn lists_of_values() {
    let list = |check| {
        in_list(check).map(|(column, values)| (column, values.into_iter().collect::<Vec<_>>()))
    };
    let ab = Some(("kind".to_owned(), vec!["a".to_owned(), "b".to_owned()]));
    assert_eq!(list("\"t\".\"kind\" in ('a', 'b')"), ab);
    assert_eq!(list("(\"s\".\"t\".\"kind\" IS NULL OR \"t\".\"kind\" IN ('a', 'b'))"), ab);
    assert_eq!(list("kind = ANY (ARRAY['a'::text, 'b'::text])"), ab);
    for check in
        ["kind in ('a') and x > 1", "kind in (1, 2)", "x is null or kind in ('a')", "kind", ""]
    {
        assert_eq!(list(check), None, "{check}");
    }
}

#[test]
fn sentences_are_no_statements() {
    for text in ["update the fund first", "select a fund from the list below please", "from funds"]
    {
        let is_statement = Sql::new(text).is_statement();
        assert_eq!(is_statement, text.starts_with("select"), "{text}");
    }
    assert!(Sql::new("with x as (select 1) select * from x").is_statement());
    assert!(!Sql::new("").is_statement());
}

#[test]
fn any_text_can_be_read() {
    for text in ["'", "\"", "\\", "/*", "--", "from", "é", "a.", "from a.b.c,"] {
        let sql = Sql::new(text);
        let wanted = Wanted { schema: "public", table: "a", column: Some("b") };
        assert!(sql.find(wanted, true).len() <= 2);
    }
}
