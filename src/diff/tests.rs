//! What `compare`, `apply` and `invert` owe each other, and what single differences become.

use proptest::prelude::*;
use serde_json::Value;

use super::testing::{column, qualified, schema, table, with_enum};
use super::{Change, Kind, Rename, apply, compare, invert};
use crate::delta::Diff;
use crate::schema::{
    Check, Enum, ForeignKey, Generated, Identity, IdentityKind, Policy, PrimaryKey, Role, Schema,
    Sequence, SequenceOptions, Table, Unique, View,
};

fn kinds(before: &Schema, after: &Schema, renames: &[&str]) -> Vec<Kind> {
    let renames: Vec<Rename> = renames.iter().map(|text| text.parse().expect("a rename")).collect();
    compare(Diff::new(before, after), &renames).iter().map(Change::kind).collect()
}

#[test]
fn a_column_change_may_be_several() {
    let before = schema([table("funds", &["id uuid primary key", "size integer default 1"])]);
    let after = schema([table("funds", &["id uuid primary key", "size bigint not null"])]);
    assert_eq!(
        kinds(&before, &after, &[]),
        [Kind::AlterColumnType, Kind::DropDefault, Kind::SetNotNull]
    );
}

#[test]
fn what_a_new_table_has_is_part_of_it() {
    let funds = || table("funds", &["id uuid primary key"]);
    let deals = table("deals", &["id uuid primary key", "fund_id uuid"])
        .references("deals_fund_id_funds_id_fk", "fund_id", "funds")
        .index("deals_fund_idx", &["fund_id"])
        .policy("own", "true");
    assert_eq!(
        kinds(&schema([funds()]), &schema([funds(), deals.clone()]), &[]),
        [Kind::CreateTable]
    );
    assert_eq!(kinds(&schema([funds(), deals]), &schema([funds()]), &[]), [Kind::DropTable]);
}

#[test]
fn a_key_on_a_column_is_a_primary_key() {
    let plain = schema([table("funds", &["id uuid not null", "code text not null"])]);
    let on_id = schema([table("funds", &["id uuid primary key", "code text not null"])]);
    let on_code = schema([table("funds", &["id uuid not null", "code text primary key"])]);
    let added = compare(Diff::new(&plain, &on_id), &[]);
    let [Change::AddPrimaryKey(key)] = added.as_slice() else { panic!("{added:?}") };
    assert_eq!(
        (key.what.name.as_str(), key.what.columns.as_slice()),
        ("funds_pkey", &["id".to_owned()][..])
    );
    assert_eq!(kinds(&on_id, &plain, &[]), [Kind::DropPrimaryKey]);
    assert_eq!(kinds(&on_id, &on_code, &[]), [Kind::AlterPrimaryKey]);
    let composite = schema([table("funds", &["id uuid not null", "code text not null"])
        .key("funds_id_code_pk", &["id", "code"])]);
    assert_eq!(kinds(&on_id, &composite, &[]), [Kind::DropPrimaryKey, Kind::AddPrimaryKey]);
}

#[test]
fn a_stated_rename_leaves_only_what_else_is_different() {
    let before = schema([
        table("users", &["id uuid primary key", "mail text"])
            .unique("users_mail_unique", &["mail"]),
        table("orders", &["id uuid primary key", "mail text"]).foreign_key(
            "orders_mail_users_mail_fk",
            &["mail"],
            "users",
            &["mail"],
            "no action",
        ),
    ]);
    let after = schema([
        table("people", &["id uuid primary key", "email varchar(200) not null"])
            .unique("users_mail_unique", &["email"]),
        table("orders", &["id uuid primary key", "mail text"]).foreign_key(
            "orders_mail_users_mail_fk",
            &["mail"],
            "people",
            &["email"],
            "no action",
        ),
    ]);
    let renames = ["table:public.users=public.people", "column:public.people.mail=email"];
    assert_eq!(
        kinds(&before, &after, &renames),
        [Kind::RenameTable, Kind::RenameColumn, Kind::AlterColumnType, Kind::SetNotNull]
    );
    assert_eq!(
        kinds(&before, &after, &[]),
        [Kind::CreateTable, Kind::DropTable, Kind::AlterForeignKey]
    );
}

#[test]
fn a_derived_name_changes_with_its_column() {
    let before = schema([table("users", &["mail text"]).unique("users_mail_unique", &["mail"])]);
    let after = schema([table("users", &["email text"]).unique("users_email_unique", &["email"])]);
    let renamed = ["column:public.users.mail=email"];
    assert_eq!(
        kinds(&before, &after, &renamed),
        [Kind::RenameColumn, Kind::DropUnique, Kind::AddUnique]
    );
}

#[test]
fn a_rename_of_something_that_still_exists_is_no_rename() {
    let before = schema([table("users", &["mail text"])]);
    let after = schema([table("users", &["mail text", "email text"])]);
    assert_eq!(kinds(&before, &after, &["column:public.users.mail=email"]), [Kind::AddColumn]);
}

#[test]
fn a_table_moves_and_is_renamed() {
    let before = schema([table("users", &["id uuid"])]);
    let after = schema([table("crm.people", &["id uuid"])]);
    assert_eq!(
        kinds(&before, &after, &["table:public.users=crm.people"]),
        [Kind::MoveTable, Kind::RenameTable]
    );
}

#[test]
fn enum_values_come_and_go_one_by_one() {
    let before = with_enum("status", &["draft", "open", "closed"], []);
    let after = with_enum("status", &["open", "draft", "archived"], []);
    assert_eq!(
        kinds(&before, &after, &[]),
        [Kind::AddEnumValue, Kind::DropEnumValue, Kind::ReorderEnumValues]
    );
    let renamed = with_enum("status", &["draft", "open", "archived"], []);
    assert_eq!(
        kinds(&before, &renamed, &["value:public.status.closed=archived"]),
        [Kind::RenameEnumValue]
    );
}

#[test]
fn an_enum_rename_reaches_its_columns() {
    let funds = |ty: &str| table("funds", &[&format!("status {ty} enum")]);
    let before = with_enum("status", &["a"], [funds("status[]")]);
    let after = with_enum("fund_status", &["a"], [funds("fund_status[]")]);
    assert_eq!(
        kinds(&before, &after, &["enum:public.status=public.fund_status"]),
        [Kind::RenameEnum]
    );
}

#[test]
fn row_security_follows_the_policies() {
    let open = schema([table("funds", &["id uuid"])]);
    let closed = schema([table("funds", &["id uuid"]).policy("own", "true")]);
    let stated = schema([table("funds", &["id uuid"]).policy("own", "true").rls()]);
    assert_eq!(kinds(&open, &closed, &[]), [Kind::EnableRls, Kind::CreatePolicy]);
    assert_eq!(kinds(&closed, &open, &[]), [Kind::DisableRls, Kind::DropPolicy]);
    assert_eq!(kinds(&closed, &stated, &[]), []);
}

#[test]
fn order_is_no_difference() {
    let before = schema([table("a", &["x text", "y text"]), table("b", &["x text"])]);
    let after = schema([table("b", &["x text"]), table("a", &["y text", "x text"])]);
    assert_eq!(kinds(&before, &after, &[]), []);
}

fn opt<T: std::fmt::Debug + 'static>(of: BoxedStrategy<T>) -> BoxedStrategy<Option<T>> {
    prop::option::of(of).boxed()
}

// Schemas from small pools of names, so that two of them have much in common.

fn any_column(name: &'static str) -> BoxedStrategy<crate::schema::Column> {
    let ty = prop::sample::select(vec!["text", "integer", "numeric(10, 2)", "status", "status[]"]);
    let default = prop::option::of(prop::sample::select(vec!["'a'", "0", "now()"]));
    (ty, any::<bool>(), any::<bool>(), default, 0..4_u8, 0..3_u8)
        .prop_map(move |(ty, not_null, key, default, identity, generated)| {
            let mut column = column(&format!("{name} {ty}"));
            column.type_schema = ty.starts_with("status").then(|| "public".to_owned());
            column.not_null = not_null;
            column.primary_key = key;
            column.default = default.map(|text| Value::String(text.to_owned()));
            column.identity = (identity > 1).then(|| Identity {
                kind: if identity == 2 { IdentityKind::Always } else { IdentityKind::ByDefault },
                name: format!("{name}_seq"),
                schema: "public".to_owned(),
                options: SequenceOptions::default(),
            });
            column.generated =
                (generated > 0).then(|| Generated { expression: format!("{generated}") });
            column
        })
        .boxed()
}

fn any_names() -> BoxedStrategy<Vec<String>> {
    prop::sample::subsequence(vec!["id", "fund", "code"], 1..=3)
        .prop_map(|names| names.into_iter().map(str::to_owned).collect())
        .boxed()
}

fn any_policy(name: &'static str) -> BoxedStrategy<Policy> {
    (any::<bool>(), prop::sample::subsequence(vec!["analyst", "public"], 1..=2))
        .prop_map(move |(all, to)| Policy {
            name: name.to_owned(),
            permissive: "PERMISSIVE".to_owned(),
            command: if all { "ALL" } else { "SELECT" }.to_owned(),
            to: to.into_iter().map(str::to_owned).collect(),
            using: Some("true".to_owned()),
            with_check: None,
            on: None,
            schema: None,
        })
        .boxed()
}

fn any_table(name: &'static str) -> BoxedStrategy<Table> {
    let columns = (opt(any_column("id")), opt(any_column("fund")), opt(any_column("code")));
    let parts = (
        opt(any_names()),
        prop::option::of((any_names(), any::<bool>())),
        prop::option::of(prop::sample::select(vec!["fund > 0", "fund > 1"])),
        prop::option::of((any_names(), prop::sample::select(vec!["funds", "deals"]))),
        prop::option::of((any_names(), any::<bool>())),
    );
    let policies = (opt(any_policy("own")), opt(any_policy("all")));
    (columns, parts, policies, any::<bool>())
        .prop_map(move |(columns, (key, unique, check, reference, index), policies, rls)| {
            let mut table = Table::new(qualified(name));
            for column in [columns.0, columns.1, columns.2].into_iter().flatten() {
                table.columns.insert(column.name.clone(), column);
            }
            if let Some(columns) = key {
                let name = format!("{}_{}_pk", table.name.name, columns.join("_"));
                table.primary_keys.insert(name.clone(), PrimaryKey { name, columns });
            }
            if let Some((columns, nulls_not_distinct)) = unique {
                let name = "one".to_owned();
                table.uniques.insert(name.clone(), Unique { name, columns, nulls_not_distinct });
            }
            if let Some(value) = check {
                let check = Check { name: "positive".to_owned(), value: value.to_owned() };
                table.checks.insert("positive".to_owned(), check);
            }
            if let Some((columns, to)) = reference {
                let key = ForeignKey {
                    name: "parent".to_owned(),
                    table_from: table.name.name.clone(),
                    columns_to: columns.clone(),
                    columns_from: columns,
                    to: qualified(to),
                    on_delete: Some("no action".to_owned()),
                    on_update: None,
                };
                table.foreign_keys.insert(key.name.clone(), key);
            }
            if let Some((columns, unique)) = index {
                let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
                let built = super::testing::TableBuilder(table).index("fast", &columns);
                table = built.edit_index("fast", |index| index.unique = unique).0;
            }
            for policy in [policies.0, policies.1].into_iter().flatten() {
                table.policies.insert(policy.name.clone(), policy);
            }
            table.rls = rls || !table.policies.is_empty();
            table
        })
        .boxed()
}

fn any_schema() -> BoxedStrategy<Schema> {
    let tables = (
        opt(any_table("funds")),
        opt(any_table("deals")),
        opt(any_table("crm.funds")),
        opt(any_table("crm.deals")),
    );
    let labels =
        prop::option::of(prop::sample::subsequence(vec!["a", "b", "c"], 1..=3).prop_shuffle());
    let more = (any::<bool>(), prop::option::of(any::<bool>()), prop::option::of(0..3_u8), 0..3_u8);
    (tables, labels, any::<bool>(), more, opt(any_policy("own")))
        .prop_map(|(tables, labels, renamed, (crm, role, sequence, view), policy)| {
            let mut schema = Schema::default();
            let tables = [tables.0, tables.1, tables.2, tables.3];
            schema.tables = tables.into_iter().flatten().map(|it| (it.name.clone(), it)).collect();
            if let Some(values) = labels {
                let name = qualified(if renamed { "status" } else { "crm.state" });
                let values = values.into_iter().map(str::to_owned).collect();
                schema.enums.insert(name.clone(), Enum { name, values });
            }
            schema.schemas.insert(if crm { "crm" } else { "sales" }.to_owned(), ());
            if let Some(inherit) = role {
                let name = if renamed { "analyst" } else { "reader" }.to_owned();
                let role =
                    Role { name: name.clone(), create_db: false, create_role: false, inherit };
                schema.roles.insert(name, role);
            }
            if let Some(start) = sequence {
                let name = qualified(if renamed { "ids" } else { "crm.numbers" });
                let options =
                    SequenceOptions { start_with: Some(start.to_string()), ..Default::default() };
                schema.sequences.insert(name.clone(), Sequence { name, options });
            }
            if view > 0 {
                let name = qualified(if renamed { "totals" } else { "crm.sums" });
                let view = View {
                    name: name.clone(),
                    columns: indexmap::IndexMap::new(),
                    definition: Some(format!("select {view}")),
                    is_existing: false,
                    materialized: false,
                    with: None,
                    with_no_data: None,
                    tablespace: None,
                    using: None,
                };
                schema.views.insert(name, view);
            }
            if let Some(policy) = policy {
                schema.policies.insert(policy.name.clone(), policy);
            }
            without_dangling_names(schema)
        })
        .boxed()
}

/// No schema names what it does not have.
fn without_dangling_names(mut schema: Schema) -> Schema {
    let all = schema.tables.clone();
    let has_status = schema.enums.contains_key(&qualified("status"));
    for table in schema.tables.values_mut() {
        let own = all[&table.name].columns.clone();
        let known = |columns: &[String]| columns.iter().all(|column| own.contains_key(column));
        table.uniques.retain(|_, it| known(&it.columns));
        table.primary_keys.retain(|_, it| known(&it.columns));
        table
            .indexes
            .retain(|_, it| it.columns.iter().all(|key| own.contains_key(&key.expression)));
        table.foreign_keys.retain(|_, it| {
            let target = all.get(&it.to);
            let found = |name| target.is_some_and(|target| target.columns.contains_key(name));
            known(&it.columns_from) && it.columns_to.iter().all(found)
        });
        for column in
            table.columns.values_mut().filter(|it| it.type_schema.is_some() && !has_status)
        {
            column.ty = "uuid".to_owned();
            column.type_schema = None;
        }
    }
    schema
}

fn any_renames() -> BoxedStrategy<Vec<Rename>> {
    let all = vec![
        "schema:crm=sales",
        "schema:sales=crm",
        "table:public.funds=public.deals",
        "table:public.deals=crm.funds",
        "table:crm.funds=public.deals",
        "table:crm.deals=sales.funds",
        "table:crm.deals=crm.funds",
        "column:public.funds.fund=code",
        "column:public.deals.code=id",
        "column:crm.funds.id=fund",
        "enum:public.status=crm.state",
        "enum:crm.state=public.status",
        "value:public.status.a=b",
        "sequence:public.ids=crm.numbers",
        "sequence:sales.numbers=public.ids",
        "view:public.totals=crm.sums",
        "role:analyst=reader",
        "policy:public.funds.own=all",
        "policy:crm.funds.all=own",
    ];
    prop::sample::subsequence(all, 0..=8)
        .prop_map(|texts| texts.iter().map(|text| text.parse().expect("a rename")).collect())
        .boxed()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    #[test]
    fn nothing_differs_from_itself(schema in any_schema(), renames in any_renames()) {
        prop_assert_eq!(compare(Diff::new(&schema, &schema), &renames), []);
    }

    #[test]
    fn changes_lead_there(before in any_schema(), after in any_schema(), renames in any_renames()) {
        let changes = compare(Diff::new(&before, &after), &renames);
        prop_assert_eq!(apply(&before, &changes), after);
    }

    #[test]
    fn and_back(before in any_schema(), after in any_schema(), renames in any_renames()) {
        let changes = compare(Diff::new(&before, &after), &renames);
        prop_assert_eq!(apply(&after, &invert(&changes)), before);
    }

    #[test]
    fn twice_inverted_is_the_same(before in any_schema(), after in any_schema()) {
        let changes = compare(Diff::new(&before, &after), &[]);
        prop_assert_eq!(invert(&invert(&changes)), changes);
    }
}
