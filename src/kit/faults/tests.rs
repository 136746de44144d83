mod names;

use serde_json::json;

use super::*;
use crate::kit::generate;
use crate::rules::recorder::record;
use crate::schema::{
    Check, Enum, ForeignKey, Identity, IdentityKind, Index, IndexColumn, Policy, PrimaryKey,
    Sequence, SequenceOptions, Table, Unique, View,
};

/// A schema with one table, `funds`, that has these columns.
fn funds(columns: Vec<Column>) -> Schema {
    with_tables(vec![table("funds", columns)])
}

fn table(name: &str, columns: Vec<Column>) -> Table {
    let mut table = Table::new(QualifiedName::public(name));
    table.columns = columns.into_iter().map(|column| (column.name.clone(), column)).collect();
    table
}

fn with_tables(tables: Vec<Table>) -> Schema {
    let tables = tables.into_iter().map(|table| (table.name.clone(), table)).collect();
    Schema { tables, ..Schema::default() }
}

fn with_enum(mut schema: Schema, name: &str, values: &[&str]) -> Schema {
    let name = QualifiedName::public(name);
    let values = values.iter().map(|value| (*value).to_owned()).collect();
    schema.enums.insert(name.clone(), Enum { name, values });
    schema
}

fn column(name: &str, ty: &str) -> Column {
    Column::new(name, ty)
}

fn not_null(name: &str, ty: &str) -> Column {
    Column { not_null: true, ..column(name, ty) }
}

fn with_default(name: &str, ty: &str, default: serde_json::Value) -> Column {
    Column { default: Some(default), ..column(name, ty) }
}

fn of_enum(name: &str, ty: &str) -> Column {
    Column { type_schema: Some("public".to_owned()), ..column(name, ty) }
}

fn identity(name: &str) -> Column {
    let identity = Identity {
        kind: IdentityKind::Always,
        name: format!("funds_{name}_seq"),
        schema: "public".to_owned(),
        options: SequenceOptions::default(),
    };
    Column { identity: Some(identity), ..not_null(name, "integer") }
}

fn find(before: &Schema, after: &Schema, renames: &[&str]) -> Vec<Fault> {
    let renames: Vec<Rename> = renames.iter().map(|rename| rename.parse().unwrap()).collect();
    let schemas = Diff::new(before, after);
    let found = faults(&generate(schemas, &renames).unwrap(), schemas, &renames);
    let changes = crate::diff::compare(schemas, &renames).len();
    for rule in crate::rules::ALL.iter().filter(|rule| rule.id.starts_with("kit.")) {
        record(rule.id, found.iter().any(|fault| fault.id == rule.id), changes);
    }
    found
}

/// An edit that looks like the faulty one and has no fault.
fn harmless(before: &Schema, after: &Schema) {
    assert_ne!(before, after);
    assert_eq!(find(before, after, &[]), []);
}

/// The only fault, which must be the one named.
fn only(before: &Schema, after: &Schema, id: &str) -> Fault {
    let mut found = find(before, after, &[]);
    assert_eq!(found.iter().map(|fault| fault.id).collect::<Vec<_>>(), [id], "{found:#?}");
    found.remove(0)
}

fn sql(fault: &Fault) -> &str {
    fault.sql.as_deref().unwrap_or_else(|| panic!("{} has no SQL", fault.id))
}

#[test]
fn a_type_without_a_schema_is_put_into_undefined() {
    let fault = only(
        &funds(vec![column("address", "text")]),
        &funds(vec![column("address", "inet")]),
        "kit.undefined_schema",
    );
    assert_eq!(
        sql(&fault),
        "ALTER TABLE \"funds\" ALTER COLUMN \"address\" SET DATA TYPE inet USING \"address\"::text::inet;"
    );
    assert_eq!((fault.statement, fault.object.name.as_str()), (Some(0), "address"));
    harmless(
        &funds(vec![column("address", "text")]),
        &funds(vec![column("address", "varchar(40)")]),
    );
}

#[test]
fn an_enum_in_object_form_is_found_by_its_name() {
    let labels = ["open", "closed"];
    let before = with_enum(funds(vec![column("state", "text")]), "state", &labels);
    let after = with_enum(funds(vec![column("state", "state")]), "state", &labels);
    let fault = only(&before, &after, "kit.undefined_schema");
    assert!(sql(&fault).contains("SET DATA TYPE \"public\".\"state\" USING"), "{fault:?}");
}

#[test]
fn a_quoted_length_is_no_type() {
    let fault = only(&funds(vec![]), &funds(vec![column("code", "citext(4)")]), "kit.quoted_type");
    assert_eq!(sql(&fault), "ALTER TABLE \"funds\" ADD COLUMN \"code\" citext(4);");
    // A plain name in quotes is what it says.
    assert_eq!(find(&funds(vec![]), &funds(vec![column("address", "inet")]), &[]), []);
}

#[test]
fn an_enum_that_begins_like_a_type_is_found_neither() {
    let after = with_enum(funds(vec![of_enum("unit", "dateUnit")]), "dateUnit", &["day"]);
    let before = with_enum(funds(vec![]), "dateUnit", &["day"]);
    let fault = only(&before, &after, "kit.bare_enum");
    assert_eq!(sql(&fault), "ALTER TABLE \"funds\" ADD COLUMN \"unit\" \"public\".\"dateUnit\";");
    // In lower case and in `public` it is found all the same.
    let after = with_enum(funds(vec![of_enum("unit", "date_unit")]), "date_unit", &["day"]);
    assert_eq!(find(&with_enum(funds(vec![]), "date_unit", &["day"]), &after, &[]), []);
}

#[test]
fn serial_is_no_type_to_change_to() {
    let fault = only(
        &funds(vec![not_null("id", "integer")]),
        &funds(vec![not_null("id", "serial")]),
        "kit.serial_type",
    );
    assert!(sql(&fault).contains("nextval('\"funds_id_seq\"')"), "{fault:?}");
    harmless(&funds(vec![not_null("id", "integer")]), &funds(vec![not_null("id", "bigint")]));
}

#[test]
fn a_quote_in_a_label_is_doubled() {
    let fault = only(
        &with_enum(Schema::default(), "state", &["open"]),
        &with_enum(Schema::default(), "state", &["it's", "open"]),
        "kit.unescaped_label",
    );
    assert_eq!(sql(&fault), "ALTER TYPE \"public\".\"state\" ADD VALUE 'it''s' BEFORE 'open';");
    harmless(
        &with_enum(Schema::default(), "state", &["open"]),
        &with_enum(Schema::default(), "state", &["closed", "open"]),
    );
}

#[test]
fn a_quote_in_a_json_default_is_doubled() {
    let default = json!("'{\"note\":\"it's\"}'::jsonb");
    let fault = only(
        &funds(vec![]),
        &funds(vec![with_default("settings", "jsonb", default)]),
        "kit.unescaped_default",
    );
    assert_eq!(
        sql(&fault),
        "ALTER TABLE \"funds\" ADD COLUMN \"settings\" jsonb DEFAULT '{\"note\":\"it''s\"}'::jsonb;"
    );
    let plain = with_default("settings", "jsonb", json!("'{}'::jsonb"));
    harmless(&funds(vec![]), &funds(vec![plain]));
}

#[test]
fn arrays_are_no_sql() {
    let point = |x: i32| funds(vec![with_default("office", "point", json!([x, 2]))]);
    let fault = only(&funds(vec![]), &point(1), "kit.unprintable_default");
    assert_eq!(
        sql(&fault),
        "ALTER TABLE \"funds\" ADD COLUMN \"office\" \"point\" DEFAULT '(1,2)';"
    );
    let fault = only(&point(1), &point(3), "kit.unprintable_default");
    assert_eq!(sql(&fault), "ALTER TABLE \"funds\" ALTER COLUMN \"office\" SET DEFAULT '(3,2)';");
    harmless(&funds(vec![]), &funds(vec![with_default("office", "point", json!("'(1,2)'"))]));
}

#[test]
fn in_a_new_table_only_the_columns_own_default_is_put_right() {
    let same = json!([1, 2]);
    let after = funds(vec![
        with_default("office", "point", same.clone()),
        with_default("embedding", "vector(2)", same),
    ]);
    let found = find(&Schema::default(), &after, &[]);
    assert_eq!(found.len(), 2);
    assert!(sql(&found[0]).contains("\"office\" \"point\" DEFAULT '(1,2)',\n"), "{found:?}");
    assert!(sql(&found[1]).contains("\"embedding\" vector(2) DEFAULT '[1,2]'\n"), "{found:?}");
    assert!(sql(&found[1]).contains("\"office\" \"point\" DEFAULT 1,2,\n"), "{found:?}");
}

#[test]
fn a_name_with_a_quote_ends_early() {
    let fault = only(&funds(vec![]), &funds(vec![column("quo\"te", "text")]), "kit.unescaped_name");
    assert_eq!(fault.sql, None);
    harmless(&funds(vec![]), &funds(vec![column("quo'te", "text")]));
}

#[test]
fn a_semicolon_cuts_a_check() {
    let checked = |value: &str| {
        let mut fund = table("funds", vec![column("note", "text")]);
        let check = Check { name: "note_check".to_owned(), value: value.to_owned() };
        fund.checks.insert(check.name.clone(), check);
        with_tables(vec![fund])
    };
    let fault =
        only(&funds(vec![column("note", "text")]), &checked("note <> ';'"), "kit.separator");
    assert_eq!(
        sql(&fault),
        "ALTER TABLE \"funds\" ADD CONSTRAINT \"note_check\" CHECK (note <> ';');"
    );
    // The same inside CREATE TABLE.
    let fault = only(&Schema::default(), &checked("note <> ';'"), "kit.separator");
    assert!(sql(&fault).contains("CHECK (note <> ';')\n);"), "{fault:?}");
    assert_eq!(find(&Schema::default(), &checked("note <> ''"), &[]), []);
}

#[test]
fn separators_corrupt_everything_that_is_squashed() {
    let columns = || vec![column("a,b", "text"), column("c", "text")];
    let mut holding = table("funds", columns());
    let names = || vec!["a,b".to_owned(), "c".to_owned()];
    let unique = Unique { name: "u".to_owned(), columns: names(), nulls_not_distinct: false };
    holding.uniques.insert("u".to_owned(), unique);
    holding
        .primary_keys
        .insert("k".to_owned(), PrimaryKey { name: "k".to_owned(), columns: names() });
    let index = Index {
        name: "i".to_owned(),
        columns: vec![IndexColumn {
            expression: "replace(c, '--', '')".to_owned(),
            is_expression: true,
            asc: true,
            nulls: Some("last".to_owned()),
            opclass: None,
        }],
        unique: false,
        predicate: None,
        concurrently: false,
        method: "btree".to_owned(),
        with: serde_json::Map::new(),
    };
    holding.indexes.insert("i".to_owned(), index);
    holding.policies.insert("p".to_owned(), policy(Some("c <> '--'"), None));
    let key = ForeignKey {
        name: "f".to_owned(),
        table_from: "funds".to_owned(),
        columns_from: names(),
        to: QualifiedName::public("funds"),
        columns_to: names(),
        on_delete: None,
        on_update: None,
    };
    holding.foreign_keys.insert("f".to_owned(), key);
    let found = find(&funds(columns()), &with_tables(vec![holding]), &[]);
    let objects: Vec<_> = found.iter().map(|it| (it.id, it.object.name.as_str())).collect();
    let expected = ["k", "f", "i", "u", "p"].map(|name| ("kit.separator", name));
    assert_eq!(objects, expected);
    assert!(sql(&found[0]).ends_with("PRIMARY KEY(\"a,b\",\"c\");"));
    assert!(sql(&found[2]).contains("(replace(c, '--', ''))"), "{found:?}");
}

#[test]
fn a_primary_key_is_not_dropped_by_a_comment() {
    let key = Column { primary_key: true, ..not_null("id", "integer") };
    let found = find(&funds(vec![key]), &funds(vec![not_null("id", "integer")]), &[]);
    assert_eq!(found[0].id, "kit.primary_key_not_dropped");
    assert_eq!(sql(&found[0]), "ALTER TABLE \"funds\" DROP CONSTRAINT \"funds_pkey\";");
    let key = PrimaryKey { name: "k".to_owned(), columns: vec!["id".to_owned()] };
    let mut keyed = funds(vec![not_null("id", "integer")]);
    keyed.tables[0].primary_keys.insert("k".to_owned(), key);
    harmless(&keyed, &funds(vec![not_null("id", "integer")]));
}

#[test]
fn an_identity_takes_the_not_null_of_the_table_with_it() {
    let before = funds(vec![column("id", "integer"), column("name", "text")]);
    let after = funds(vec![identity("id"), not_null("name", "text")]);
    let found = find(&before, &after, &[]);
    let ids: Vec<_> = found.iter().map(|fault| (fault.id, fault.object.name.as_str())).collect();
    assert_eq!(ids, [("kit.identity_on_nullable", "id"), ("kit.not_null_lost", "name")]);
    assert!(
        sql(&found[0]).starts_with("ALTER TABLE \"funds\" ALTER COLUMN \"id\" SET NOT NULL;\n")
    );
    assert_eq!(sql(&found[1]), "ALTER TABLE \"funds\" ALTER COLUMN \"name\" SET NOT NULL;");
    harmless(&funds(vec![not_null("id", "integer")]), &funds(vec![identity("id")]));
}

#[test]
fn a_default_and_an_identity_exclude_each_other() {
    const ID: &str = "kit.default_and_identity";
    let plain = || funds(vec![not_null("id", "integer")]);
    let default = |column: Column| Column { default: Some(json!(1)), ..column };
    let defaulted = || funds(vec![default(not_null("id", "integer"))]);
    let numbered = || funds(vec![identity("id")]);
    // The default comes first in drizzle-kit's order, the identity goes after it.
    let fault = only(&numbered(), &defaulted(), ID);
    assert_eq!(
        sql(&fault),
        "ALTER TABLE \"funds\" ALTER COLUMN \"id\" DROP IDENTITY;\n\
         ALTER TABLE \"funds\" ALTER COLUMN \"id\" SET DEFAULT 1;"
    );
    let computed = |generated: Option<&str>, default| {
        let expression = |it: &str| crate::schema::Generated { expression: it.to_owned() };
        let twice =
            Column { generated: generated.map(expression), default, ..column("twice", "integer") };
        funds(vec![column("id", "integer"), twice])
    };
    let fault = only(&computed(Some("id * 2"), None), &computed(None, Some(json!(1))), ID);
    assert!(sql(&fault).contains("DROP EXPRESSION;\n"));
    // Both at once.
    let both = || funds(vec![default(identity("id"))]);
    assert_eq!(only(&with_tables(Vec::new()), &both(), ID).sql, None);
    assert_eq!(only(&numbered(), &both(), ID).sql, None);
    assert_eq!(only(&defaulted(), &both(), ID).sql, None);
    // A default is dropped before the identity is added.
    harmless(&defaulted(), &numbered());
    harmless(&plain(), &defaulted());
}

#[test]
fn what_a_rename_hides_is_found() {
    let before = funds(vec![column("tvpi", "numeric")]);
    let after = funds(vec![not_null("multiple", "numeric(10, 4)")]);
    let found = find(&before, &after, &["column:funds.tvpi=multiple"]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].id, found[0].statement), ("kit.lost_beside_rename", Some(0)));
    assert_eq!(
        sql(&found[0]),
        "ALTER TABLE \"funds\" ALTER COLUMN \"multiple\" SET DATA TYPE numeric(10, 4);\n\
         ALTER TABLE \"funds\" ALTER COLUMN \"multiple\" SET NOT NULL;"
    );
    // A rename alone hides nothing.
    let after = funds(vec![column("multiple", "numeric")]);
    assert_eq!(find(&before, &after, &["column:funds.tvpi=multiple"]), []);
}

#[test]
fn what_a_move_hides_is_found() {
    let before = funds(vec![column("name", "text")]);
    let mut after = funds(vec![column("name", "text"), column("size", "numeric")]);
    let moved = QualifiedName::new("crm", "funds");
    let table = after.tables.swap_remove(&QualifiedName::public("funds")).unwrap();
    after.tables.insert(moved.clone(), Table { name: moved, ..table });
    after.schemas.insert("crm".to_owned(), ());
    let found = find(&before, &after, &["table:public.funds=crm.funds"]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(sql(&found[0]), "ALTER TABLE \"crm\".\"funds\" ADD COLUMN \"size\" numeric;");
}

#[test]
fn what_a_space_hides_is_found() {
    let before = funds(vec![column("closed_at", "timestamp (3)")]);
    let after = funds(vec![not_null("closed_at", "timestamp(3)")]);
    let fault = only(&before, &after, "kit.lost_beside_type");
    assert_eq!(fault.statement, None);
    assert_eq!(sql(&fault), "ALTER TABLE \"funds\" ALTER COLUMN \"closed_at\" SET NOT NULL;");
    // Where nothing else changes, nothing is hidden.
    assert_eq!(find(&before, &funds(vec![column("closed_at", "timestamp(3)")]), &[]), []);
}

fn policy(using: Option<&str>, with_check: Option<&str>) -> Policy {
    Policy {
        name: "p".to_owned(),
        permissive: "PERMISSIVE".to_owned(),
        command: "ALL".to_owned(),
        to: vec!["public".to_owned()],
        using: using.map(str::to_owned),
        with_check: with_check.map(str::to_owned),
        on: None,
        schema: None,
    }
}

fn with_policy(policy: Policy) -> Schema {
    let mut fund = table("funds", vec![column("name", "text")]);
    fund.policies.insert(policy.name.clone(), policy);
    with_tables(vec![fund])
}

#[test]
fn an_expression_cannot_be_taken_from_a_policy() {
    let before = with_policy(policy(Some("true"), None));
    let fault = only(&before, &with_policy(policy(None, None)), "kit.policy_expression_stays");
    assert_eq!(
        sql(&fault),
        "DROP POLICY \"p\" ON \"funds\" CASCADE;\n\
         CREATE POLICY \"p\" ON \"funds\" AS PERMISSIVE FOR ALL TO public;"
    );
    harmless(&before, &with_policy(policy(Some("false"), None)));
}

#[test]
fn a_role_is_quoted_when_it_must() {
    let to = |role: &str| Policy { to: vec![role.to_owned()], ..policy(None, None) };
    let fault =
        only(&with_policy(to("public")), &with_policy(to("Fund Managers")), "kit.unquoted_role");
    assert_eq!(sql(&fault), "ALTER POLICY \"p\" ON \"funds\" TO \"Fund Managers\";");
    assert_eq!(find(&with_policy(to("public")), &with_policy(to("analyst")), &[]), []);
}

#[test]
fn a_policy_renamed_with_its_table_is_not_lost() {
    let before = with_policy(policy(None, None));
    let mut vehicles = table("vehicles", vec![column("name", "text")]);
    let renamed = Policy { name: "q".to_owned(), ..policy(None, None) };
    vehicles.policies.insert("q".to_owned(), renamed);
    let stated = ["table:funds=vehicles", "policy:vehicles.p=q"];
    assert_eq!(find(&before, &with_tables(vec![vehicles]), &stated), []);
}

#[test]
fn a_view_stays_of_its_kind() {
    let view = |materialized, definition: &str| {
        let name = QualifiedName::public("totals");
        let view = View {
            name: name.clone(),
            columns: indexmap::IndexMap::new(),
            definition: Some(definition.to_owned()),
            is_existing: false,
            materialized,
            with: None,
            with_no_data: None,
            tablespace: None,
            using: None,
        };
        let mut schema = Schema::default();
        schema.views.insert(name, view);
        schema
    };
    let right = "DROP VIEW \"public\".\"totals\";\n\
                 CREATE MATERIALIZED VIEW \"public\".\"totals\" AS (select 1);";
    let fault = only(&view(false, "select 1"), &view(true, "select 1"), "kit.view_kind");
    assert_eq!((fault.statement, sql(&fault)), (None, right));
    let fault = only(&view(false, "select 2"), &view(true, "select 1"), "kit.view_kind");
    assert_eq!((fault.statement, sql(&fault)), (Some(0), right));
    harmless(&view(true, "select 1"), &view(true, "select 2"));
}

#[test]
fn a_type_in_use_is_not_dropped() {
    let columns = || vec![column("state", "state")];
    let before = with_enum(funds(columns()), "state", &["open", "closed"]);
    let after = with_enum(funds(columns()), "state", &["open"]);
    let fault = only(&before, &after, "kit.enum_in_use");
    assert!(fault.what.starts_with("public.funds.state still has the type"), "{fault:?}");
    let more = with_enum(funds(columns()), "state", &["open", "closed", "paid"]);
    harmless(&before, &more);
}

#[test]
fn a_foreign_key_goes_with_its_table() {
    let mut investments = table("investments", vec![column("fund_id", "integer")]);
    let key = ForeignKey {
        name: "investments_fund_id_funds_id_fk".to_owned(),
        table_from: "investments".to_owned(),
        columns_from: vec!["fund_id".to_owned()],
        to: QualifiedName::public("funds"),
        columns_to: vec!["id".to_owned()],
        on_delete: None,
        on_update: None,
    };
    investments.foreign_keys.insert(key.name.clone(), key);
    let before = with_tables(vec![table("funds", vec![column("id", "integer")]), investments]);
    let after = with_tables(vec![table("investments", vec![column("fund_id", "integer")])]);
    let fault = only(&before, &after, "kit.dropped_twice");
    assert_eq!(
        sql(&fault).trim_end(),
        "ALTER TABLE \"investments\" DROP CONSTRAINT IF EXISTS \"investments_fund_id_funds_id_fk\";"
    );
    let mut alone = before.clone();
    alone.tables[1].foreign_keys.clear();
    harmless(&before, &alone);
}

#[test]
fn a_sequence_can_be_told_not_to_cycle() {
    let sequence = |cycle| {
        let name = QualifiedName::public("fund_numbers");
        let options = SequenceOptions { cycle: Some(cycle), ..SequenceOptions::default() };
        let mut schema = Schema::default();
        schema.sequences.insert(name.clone(), Sequence { name, options });
        schema
    };
    let fault = only(&sequence(true), &sequence(false), "kit.cycle_stays");
    assert_eq!(sql(&fault), "ALTER SEQUENCE \"public\".\"fund_numbers\" NO CYCLE;");
    assert_eq!(find(&sequence(false), &sequence(true), &[]), []);
}

#[test]
fn an_index_is_not_built_concurrently_in_a_transaction() {
    let mut fund = table("funds", vec![column("name", "text")]);
    let index = Index {
        name: "funds_name_idx".to_owned(),
        columns: vec![IndexColumn {
            expression: "name".to_owned(),
            is_expression: false,
            asc: true,
            nulls: Some("last".to_owned()),
            opclass: None,
        }],
        unique: false,
        predicate: None,
        concurrently: true,
        method: "btree".to_owned(),
        with: serde_json::Map::new(),
    };
    fund.indexes.insert(index.name.clone(), index);
    let before = funds(vec![column("name", "text")]);
    only(&before, &with_tables(vec![fund]), "kit.concurrently_in_transaction");
}

#[test]
fn plain_changes_have_no_fault() {
    let before = funds(vec![column("id", "integer"), with_default("name", "text", json!("'x'"))]);
    let after = with_tables(vec![
        table("funds", vec![column("id", "bigint"), not_null("size", "numeric(10, 2)")]),
        table("rounds", vec![column("id", "uuid"), column("tags", "text[]")]),
    ]);
    assert_eq!(find(&before, &after, &[]), []);
}

#[test]
fn a_name_that_was_dropped_is_free_again() {
    let keyed = |columns: &[&str], checked: bool| {
        let mut schema = funds(vec![not_null("id", "uuid"), column("code", "text")]);
        let table = &mut schema.tables[0];
        let columns = columns.iter().map(|it| (*it).to_owned()).collect();
        let unique = Unique { name: "k".to_owned(), columns, nulls_not_distinct: false };
        table.uniques.insert("k".to_owned(), unique);
        if checked {
            let check = Check { name: "k".to_owned(), value: "code <> ''".to_owned() };
            table.checks.insert("k".to_owned(), check);
        }
        schema
    };
    assert_eq!(find(&keyed(&["code"], false), &keyed(&["id"], false), &[]), []);
    let fault = only(&keyed(&["code"], false), &keyed(&["code"], true), "kit.name_taken");
    assert!(fault.what.ends_with("(42710)"), "{}", fault.what);
}

#[test]
fn row_level_security_is_switched_before_a_table_is_moved() {
    let of = |schema: &str, secured: bool, deals: Column| {
        let mut fund = table("funds", vec![column("name", "text")]);
        fund.name = QualifiedName::new(schema, "funds");
        fund.rls = secured;
        with_tables(vec![fund, table("deals", vec![deals])])
    };
    let moved = ["table:public.funds=crm.funds"];
    // drizzle-kit looks at row-level security as soon as any table changes.
    let changes = |secured: bool| {
        let before = of("public", secured, column("name", "text"));
        find(&before, &of("crm", secured, not_null("name", "text")), &moved)
    };
    let found = changes(true);
    let fault = found.iter().find(|it| it.id == "kit.secured_too_early").expect("a fault");
    assert_eq!(sql(fault), "ALTER TABLE \"funds\" ENABLE ROW LEVEL SECURITY;");
    assert_eq!(changes(false).iter().find(|it| it.id == "kit.secured_too_early"), None);
}
