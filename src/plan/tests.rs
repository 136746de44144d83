use indexmap::IndexMap;
use serde_json::json;

use super::{Options, Phase, Plan, draft};
use crate::delta::Diff;
use crate::diff::compare;
use crate::ident::QualifiedName;
use crate::schema::{
    Column, Enum, ForeignKey, Identity, IdentityKind, Index, IndexColumn, Schema, SequenceOptions,
    Table, Unique,
};

fn column(name: &str, ty: &str) -> Column {
    Column::new(name, ty)
}

fn required(name: &str, ty: &str) -> Column {
    Column { not_null: true, ..column(name, ty) }
}

fn table(name: &str, columns: impl IntoIterator<Item = Column>) -> Table {
    let mut table = Table::new(QualifiedName::public(name));
    let id = Column { primary_key: true, not_null: true, ..column("id", "serial") };
    for column in [id].into_iter().chain(columns) {
        table.columns.insert(column.name.clone(), column);
    }
    table
}

fn schema(tables: impl IntoIterator<Item = Table>) -> Schema {
    let tables = tables.into_iter().map(|table| (table.name.clone(), table));
    Schema { tables: tables.collect::<IndexMap<_, _>>(), ..Schema::default() }
}

fn plan(before: &Schema, after: &Schema, renames: &[&str], options: &Options) -> Plan {
    let renames: Vec<_> = renames.iter().map(|rename| rename.parse().unwrap()).collect();
    let schemas = Diff::new(before, after);
    draft(&compare(schemas, &renames), schemas, options)
}

fn sql(plan: &Plan, phase: Phase) -> String {
    plan.statements(phase).iter().map(|it| it.sql.clone() + "\n").collect()
}

#[test]
fn nothing_changed_is_nothing_to_run() {
    let funds = schema([table("funds", [required("name", "text")])]);
    let plan = plan(&funds, &funds, &[], &Options::default());
    assert!(plan.is_empty() && plan.is_complete());
}

#[test]
fn a_dropped_column_is_backed_up_and_comes_back() {
    let before = schema([table("funds", [required("vintage", "integer"), column("memo", "text")])]);
    let after = schema([table("funds", [column("memo", "text")])]);
    let plan = plan(&before, &after, &[], &Options::default());
    assert!(sql(&plan, Phase::Expand).contains(r#"ALTER COLUMN "vintage" DROP NOT NULL"#));
    let contract = sql(&plan, Phase::Contract);
    let backup = contract.find("CREATE TABLE drizzle_guard.\"bk_").unwrap();
    let drop = contract.find(r#"DROP COLUMN "vintage""#).unwrap();
    assert!(backup < drop);
    let back = sql(&plan, Phase::RollbackContract);
    let add = back.find(r#"ADD COLUMN "vintage" integer"#).unwrap();
    let restore = back.find(r#"SET "vintage" = b.dg_value"#).unwrap();
    assert!(add < restore);
    assert!(sql(&plan, Phase::RollbackExpand).contains(r#"ALTER COLUMN "vintage" SET NOT NULL"#));
}

#[test]
fn a_required_column_without_a_value_asks_for_one() {
    let before = schema([table("funds", [])]);
    let after = schema([table("funds", [required("tier", "text")])]);
    let asked = plan(&before, &after, &[], &Options::default());
    assert!(!asked.is_complete());
    assert_eq!(asked.decisions.len(), 1);
    assert_eq!(asked.decisions[0].object, "public.funds.tier");
    let file = &asked.files()[1];
    assert_eq!(file.0, "backfill.sql");
    assert!(file.1.contains("DECIDE"));

    let mut options = Options::default();
    options.backfill.insert("public.funds.tier".to_owned(), "'basic'".to_owned());
    let answered = plan(&before, &after, &[], &options);
    assert!(answered.is_complete());
    assert!(sql(&answered, Phase::Backfill).contains(r#"SET "tier" = 'basic'"#));
    assert!(sql(&answered, Phase::Contract).contains("VALIDATE CONSTRAINT"));
}

#[test]
fn no_statement_cascades() {
    let mut before = schema([
        table("funds", [column("name", "varchar(50)")]),
        table("investments", [column("fund_id", "integer"), column("amount", "numeric(10, 4)")]),
    ]);
    let key = ForeignKey {
        name: "investments_fund_id_funds_id_fk".to_owned(),
        table_from: "investments".to_owned(),
        columns_from: vec!["fund_id".to_owned()],
        to: QualifiedName::public("funds"),
        columns_to: vec!["id".to_owned()],
        on_delete: Some("no action".to_owned()),
        on_update: Some("no action".to_owned()),
    };
    let investments = before.tables.get_index_mut(1).unwrap().1;
    investments.foreign_keys.insert(key.name.clone(), key);
    let after = schema([table(
        "investments",
        [column("fund_id", "integer"), column("amount", "numeric(10, 1)")],
    )]);
    let plan = plan(&before, &after, &[], &Options::default());
    assert!(plan.not_drafted.is_empty());
    for phase in Phase::ALL {
        assert!(!sql(&plan, phase).contains("CASCADE"), "{phase:?}");
    }
    let contract = sql(&plan, Phase::Contract);
    assert!(contract.contains(r#"ALTER TABLE "public"."funds" SET SCHEMA "drizzle_guard_trash_"#));
    assert!(contract.find("DROP CONSTRAINT").unwrap() < contract.find("SET SCHEMA").unwrap());
}

#[test]
fn identifiers_are_cut_as_postgresql_cuts_them() {
    let name = "a_column_whose_name_is_longer_than_the_sixty_three_bytes_that_postgresql_keeps";
    let after = schema([table("funds", [column(name, "text")])]);
    let plan = plan(&schema([table("funds", [])]), &after, &[], &Options::default());
    let expand = sql(&plan, Phase::Expand);
    assert!(expand.contains(&format!("\"{}\"", &name[..63])));
    assert!(!expand.contains(&name[..64]));
}

#[test]
fn a_renamed_column_takes_its_derived_constraint_names_along() {
    let unique = |name: &str, column: &str| Unique {
        name: name.to_owned(),
        columns: vec![column.to_owned()],
        nulls_not_distinct: false,
    };
    let mut before = schema([table("users", [required("mail", "text")])]);
    let mut after = schema([table("users", [required("email", "text")])]);
    let (old, new) = (unique("users_mail_unique", "mail"), unique("users_email_unique", "email"));
    before.tables[0].uniques.insert(old.name.clone(), old);
    after.tables[0].uniques.insert(new.name.clone(), new);
    let plan = plan(&before, &after, &["column:public.users.mail=email"], &Options::default());
    let contract = sql(&plan, Phase::Contract);
    assert!(contract.contains(r#"RENAME CONSTRAINT "users_mail_unique" TO "users_email_unique""#));
    assert!(!contract.contains("CREATE UNIQUE INDEX"));
}

#[test]
fn a_removed_enum_value_is_mapped_or_asked_for() {
    let statuses = |values: &[&str]| Enum {
        name: QualifiedName::public("status"),
        values: values.iter().map(|value| (*value).to_owned()).collect(),
    };
    let with = |it: Enum| {
        let mut schema = schema([table(
            "orders",
            [Column {
                type_schema: Some("public".to_owned()),
                default: Some(json!("'draft'")),
                ..column("status", "status")
            }],
        )]);
        schema.enums.insert(it.name.clone(), it);
        schema
    };
    let before = with(statuses(&["draft", "active", "archived"]));
    let after = with(statuses(&["draft", "active"]));
    let asked = plan(&before, &after, &[], &Options::default());
    assert!(asked.is_complete());
    assert_eq!(asked.decisions[0].answer, "--map public.status.archived=VALUE");

    let mut options = Options::default();
    options.map.insert("public.status.archived".to_owned(), "active".to_owned());
    let mapped = plan(&before, &after, &[], &options);
    assert!(mapped.decisions.is_empty());
    assert!(sql(&mapped, Phase::Contract).contains("WHEN 'archived' THEN 'active'"));

    options.map.insert("public.status.archived".to_owned(), "nonsense".to_owned());
    assert!(!plan(&before, &after, &[], &options).is_complete());
}

#[test]
fn an_index_is_built_while_writes_go_on() {
    let mut after = schema([table("orders", [column("placed_at", "timestamp")])]);
    let before = schema([table("orders", [column("placed_at", "timestamp")])]);
    let key = IndexColumn {
        expression: "placed_at".to_owned(),
        is_expression: false,
        asc: true,
        nulls: Some("last".to_owned()),
        opclass: None,
    };
    let index = Index {
        name: "orders_placed_at_idx".to_owned(),
        columns: vec![key],
        unique: false,
        predicate: None,
        concurrently: false,
        method: "btree".to_owned(),
        with: serde_json::Map::new(),
    };
    after.tables[0].indexes.insert(index.name.clone(), index);
    let plan = plan(&before, &after, &[], &Options::default());
    let [statement] = &plan.expand[..] else { panic!("{:#?}", plan.expand) };
    assert!(statement.sql.starts_with("CREATE INDEX CONCURRENTLY"));
    assert!(!statement.in_transaction);
    assert!(statement.timeouts().contains("lock_timeout = '0'"));
}

#[test]
fn every_file_is_there_and_the_same_twice() {
    let before = schema([table("funds", [column("memo", "text")])]);
    let after = schema([table("funds", [])]);
    let first = plan(&before, &after, &[], &Options::default());
    let names: Vec<&str> = first.files().iter().map(|(name, _)| *name).collect();
    assert_eq!(
        names,
        [
            "expand.sql",
            "backfill.sql",
            "contract.sql",
            "rollback_contract.sql",
            "rollback_expand.sql",
            "verify.sql",
            "verify_rollback.sql",
            "README.md"
        ]
    );
    assert_eq!(first, plan(&before, &after, &[], &Options::default()));
}

#[test]
fn an_identity_ends_where_it_did_when_its_type_changes() {
    let counted = |ty: &str| {
        let options = SequenceOptions {
            min_value: Some("1".to_owned()),
            max_value: Some("2147483647".to_owned()),
            ..SequenceOptions::default()
        };
        let kind = IdentityKind::Always;
        let identity = Identity { kind, name: String::new(), schema: String::new(), options };
        Column { identity: Some(identity), ..required("number", ty) }
    };
    let (small, large) = (
        schema([table("calls", [counted("integer")])]),
        schema([table("calls", [counted("bigint")])]),
    );
    let ends = r#"ALTER COLUMN "number" SET MAXVALUE 2147483647;"#;
    // PostgreSQL would let it count to the end of bigint from here on.
    let wider = plan(&small, &large, &[], &Options::default());
    assert!(sql(&wider, Phase::Contract).contains(ends));
    assert!(!sql(&wider, Phase::RollbackContract).contains("MAXVALUE"));
    let narrower = plan(&large, &small, &[], &Options::default());
    assert!(!sql(&narrower, Phase::Contract).contains("MAXVALUE"));
    assert!(sql(&narrower, Phase::RollbackContract).contains(ends));
}

#[test]
fn the_rows_of_a_column_that_leaves_the_enum_are_not_mapped() {
    let values = |values: &[&str]| Enum {
        name: QualifiedName::public("fund_status"),
        values: values.iter().map(|it| (*it).to_owned()).collect(),
    };
    let of_enum = |name: &str| Column {
        type_schema: Some("public".to_owned()),
        ..column(name, "fund_status")
    };
    let mut before = schema([table("funds", [of_enum("state"), of_enum("opened")])]);
    let mut after = schema([table("funds", [of_enum("state"), column("opened", "date")])]);
    for (schema, of) in [(&mut before, &["open", "closed"][..]), (&mut after, &["open"])] {
        schema.enums.insert(QualifiedName::public("fund_status"), values(of));
    }
    let mut options = Options::default();
    options.map.insert("public.fund_status.closed".to_owned(), "open".to_owned());
    options.backfill.insert("public.funds.opened".to_owned(), "NULL::date".to_owned());
    let back = sql(&plan(&before, &after, &[], &options), Phase::RollbackContract);
    assert!(back.contains(r#"SET "state" = b.dg_value::"public"."fund_status""#));
    // One backup of the column, that of its type change, and not a second one of its label.
    assert_eq!(back.matches(r#"_funds_opened"'"#).count(), 1);
}

#[test]
fn an_identity_has_its_sequence_where_its_table_is_now() {
    let counted = |of: &str| {
        let (kind, options) = (IdentityKind::Always, SequenceOptions::default());
        let (name, schema) = ("calls_number_seq".to_owned(), of.to_owned());
        let identity = Some(Identity { kind, name, schema, options });
        Column { identity, ..required("number", "integer") }
    };
    let moved = |of: &str, column: Column| {
        let name = QualifiedName::new(of, "calls");
        let mut schema = schema([Table { name, ..table("calls", [column]) }]);
        schema.schemas.insert(of.to_owned(), ());
        schema
    };
    let before = moved("sales", counted("sales"));
    let after = moved("deals", required("number", "integer"));
    let plan = plan(&before, &after, &["schema:sales=deals"], &Options::default());
    // The schema is called so until `expand` is rolled back.
    assert!(
        sql(&plan, Phase::RollbackContract).contains(r#"SEQUENCE NAME "deals"."calls_number_seq""#)
    );
}
