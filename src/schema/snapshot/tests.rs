use serde_json::{Value, json};

use super::*;
use crate::ident::QualifiedName;
use crate::schema::{Enum, Unique};

/// One of everything a snapshot can hold, in drizzle-kit's own order of keys.
fn full() -> Value {
    json!({
        "id": ORIGIN_ID,
        "prevId": "",
        "version": "7",
        "dialect": "postgresql",
        "tables": {
            "public.funds": {
                "name": "funds",
                "schema": "",
                "columns": {
                    "id": {
                        "name": "id", "type": "integer", "primaryKey": true, "notNull": true,
                        "identity": {
                            "type": "always", "name": "funds_id_seq", "schema": "public",
                            "increment": "1", "startWith": "1", "minValue": "1",
                            "maxValue": "2147483647", "cache": "1", "cycle": false
                        }
                    },
                    "status": {
                        "name": "status", "type": "fund_status", "typeSchema": "public",
                        "primaryKey": false, "notNull": true, "default": "'raising'"
                    },
                    "size": {
                        "name": "size", "type": "numeric(20, 6)", "primaryKey": false,
                        "notNull": false, "default": 0.5
                    },
                    "size_text": {
                        "name": "size_text", "type": "text", "primaryKey": false, "notNull": false,
                        "generated": {"as": "size::text", "type": "stored"}, "default": null
                    }
                },
                "indexes": {
                    "funds_status_idx": {
                        "name": "funds_status_idx",
                        "columns": [
                            {"expression": "status", "isExpression": false, "asc": false,
                             "nulls": "first", "opclass": "text_ops"},
                            {"expression": "lower(\"status\")", "asc": true, "isExpression": true,
                             "nulls": "last"}
                        ],
                        "isUnique": false, "where": "size > 0", "concurrently": true,
                        "method": "btree", "with": {"fillfactor": 70}
                    }
                },
                "foreignKeys": {
                    "funds_owner_fk": {
                        "name": "funds_owner_fk", "tableFrom": "funds", "tableTo": "owners",
                        "schemaTo": "crm", "columnsFrom": ["id"], "columnsTo": ["id"],
                        "onDelete": "cascade", "onUpdate": "no action"
                    },
                    "funds_parent_fk": {
                        "name": "funds_parent_fk", "tableFrom": "funds", "tableTo": "funds",
                        "columnsFrom": ["id"], "columnsTo": ["id"]
                    }
                },
                "compositePrimaryKeys": {
                    "funds_pk": {"name": "funds_pk", "columns": ["id", "status"]}
                },
                "uniqueConstraints": {
                    "funds_size_unique": {
                        "name": "funds_size_unique", "nullsNotDistinct": true, "columns": ["size"]
                    }
                },
                "policies": {
                    "owners": {
                        "name": "owners", "as": "RESTRICTIVE", "for": "SELECT",
                        "to": ["analyst", "public"], "using": "true", "withCheck": "false"
                    }
                },
                "checkConstraints": {"size_positive": {"name": "size_positive", "value": "size > 0"}},
                "isRLSEnabled": true
            },
            "crm.owners": {
                "name": "owners", "schema": "crm", "columns": {}, "indexes": {}, "foreignKeys": {},
                "compositePrimaryKeys": {}, "uniqueConstraints": {}, "policies": {},
                "checkConstraints": {}, "isRLSEnabled": false
            }
        },
        "enums": {
            "public.fund_status": {
                "name": "fund_status", "schema": "public", "values": ["raising", "closed"]
            }
        },
        "schemas": {"crm": "crm"},
        "sequences": {
            "public.fund_numbers": {
                "name": "fund_numbers", "schema": "public", "increment": "1", "startWith": "1",
                "minValue": "1", "maxValue": "100", "cache": "1", "cycle": true
            }
        },
        "roles": {
            "analyst": {"name": "analyst", "createDb": false, "createRole": true, "inherit": false}
        },
        "policies": {
            "linked": {
                "name": "linked", "as": "PERMISSIVE", "for": "ALL", "to": ["public"],
                "schema": "crm", "on": "\"crm\".\"contacts\""
            }
        },
        "views": {
            "public.fund_totals": {
                "columns": {
                    "total": {"name": "total", "type": "numeric", "primaryKey": false, "notNull": false}
                },
                "definition": "select 1", "name": "fund_totals", "schema": "public",
                "isExisting": false, "with": {"fillfactor": 90}, "withNoData": true,
                "materialized": true, "tablespace": "fast", "using": "heap"
            },
            "public.legacy": {
                "columns": {}, "name": "legacy", "schema": "public", "isExisting": true,
                "materialized": false
            }
        },
        "_meta": {"schemas": {}, "tables": {}, "columns": {}}
    })
}

#[test]
fn what_is_read_is_written_to_the_letter() {
    let text = serde_json::to_string_pretty(&full()).unwrap();
    let schema = from_json(&text, "meta/0001_snapshot.json").unwrap();
    let written = serde_json::to_string_pretty(&to_json(&schema)).unwrap();
    assert_eq!(written, text);
    assert_eq!(from_json(&written, "again").unwrap(), schema);
}

#[test]
fn an_empty_schema_has_every_section() {
    let written = to_json(&Schema::default()).to_string();
    assert_eq!(
        written,
        concat!(
            r#"{"id":"00000000-0000-0000-0000-000000000000","prevId":"","version":"7","#,
            r#""dialect":"postgresql","tables":{},"enums":{},"schemas":{},"sequences":{},"roles":{},"#,
            r#""policies":{},"views":{},"_meta":{"schemas":{},"tables":{},"columns":{}}}"#
        )
    );
}

#[test]
fn version_5_keys_lack_the_schema_and_enums_are_maps() {
    let schema = from_json(
        r#"{"version": "5", "dialect": "pg", "id": "a", "prevId": "b",
            "tables": {"orders": {
                "name": "orders", "schema": "shop",
                "columns": {"id": {"name": "id", "type": "serial", "primaryKey": true, "notNull": true}},
                "indexes": {"orders_idx": {"name": "orders_idx", "columns": ["id"], "isUnique": true}},
                "foreignKeys": {}, "compositePrimaryKeys": {}
            }},
            "enums": {"state": {"name": "state", "values": {"open": "open", "paid": "paid"}}},
            "schemas": {}, "_meta": {"columns": {}, "schemas": {}, "tables": {}}}"#,
        "meta/0000_snapshot.json",
    )
    .unwrap();
    let orders = &schema.tables[&QualifiedName::new("shop", "orders")];
    let index = &orders.indexes["orders_idx"];
    assert_eq!(
        (index.method.as_str(), index.concurrently, index.columns[0].asc),
        ("btree", false, true)
    );
    assert_eq!(index.columns[0].nulls.as_deref(), Some("last"));
    let state = QualifiedName::public("state");
    assert_eq!(
        schema.enums[&state],
        Enum { name: state.clone(), values: vec!["open".to_owned(), "paid".to_owned()] }
    );
}

#[test]
fn version_6_names_index_columns() {
    let schema = from_json(
        r#"{"version": "6", "dialect": "postgresql", "tables": {"public.orders": {
                "name": "orders", "schema": "", "columns": {},
                "indexes": {"i": {"name": "i", "columns": ["a", "b"], "isUnique": false,
                                   "with": {}, "method": "hash", "concurrently": false}},
                "foreignKeys": {}, "compositePrimaryKeys": {},
                "uniqueConstraints": {"u": {"name": "u", "columns": ["a"], "nullsNotDistinct": false}}
            }}, "enums": {}, "schemas": {}}"#,
        "meta/0000_snapshot.json",
    )
    .unwrap();
    let orders = &schema.tables[&QualifiedName::public("orders")];
    assert_eq!(orders.indexes["i"].columns[1].expression, "b");
    assert_eq!(
        orders.uniques["u"],
        Unique { name: "u".into(), columns: vec!["a".into()], nulls_not_distinct: false }
    );
}

#[test]
fn keys_that_are_numbers_come_first() {
    let column = |name: &str| {
        format!(
            r#""{name}": {{"name": "{name}", "type": "text", "primaryKey": false, "notNull": false}}"#
        )
    };
    let text = format!(
        r#"{{"version": "7", "dialect": "postgresql", "enums": {{}}, "tables": {{"public.t": {{
            "name": "t", "schema": "", "columns": {{{}, {}, {}}}}}}}}}"#,
        column("total"),
        column("2025"),
        column("2024")
    );
    let schema = from_json(&text, "s.json").unwrap();
    let columns: Vec<_> = schema.tables[0].columns.keys().collect();
    assert_eq!(columns, ["2024", "2025", "total"]);
}

#[test]
fn numbers_are_read_as_javascript_has_them() {
    let text = full().to_string().replace("\"default\":0.5", "\"default\":4.0");
    let schema = from_json(&text, "s.json").unwrap();
    let funds = QualifiedName::public("funds");
    assert_eq!(schema.column(&funds, "size").unwrap().default, Some(json!(4)));
    // A default of null is one; a missing default is none.
    assert_eq!(schema.column(&funds, "size_text").unwrap().default, Some(Value::Null));
    assert_eq!(schema.column(&funds, "id").unwrap().default, None);
}

#[test]
fn errors_name_the_file_and_the_place() {
    let message =
        |text: &str| from_json(text, "drizzle/meta/0003_snapshot.json").unwrap_err().to_string();
    assert_eq!(
        message("{\n  \"version\": \"7\",\n"),
        "drizzle/meta/0003_snapshot.json:3:0: not a drizzle-kit snapshot: EOF while parsing a value"
    );
    assert_eq!(
        message("<<<<<<< HEAD\n"),
        "drizzle/meta/0003_snapshot.json:1:1: not a drizzle-kit snapshot: expected value"
    );
    assert_eq!(
        message(r#"{"version": "8", "dialect": "postgres", "ddl": []}"#),
        "drizzle/meta/0003_snapshot.json: snapshot version 8 cannot be read, only 5, 6 and 7; \
         it is of drizzle-kit 1.0 or later, whose statements are others"
    );
    assert!(message(r#"{"version": "3", "dialect": "pg"}"#).contains("run `drizzle-kit up`"));
    assert_eq!(
        message(r#"{"version": "6", "dialect": "sqlite"}"#),
        "drizzle/meta/0003_snapshot.json: the snapshot is of dialect `sqlite`; \
         only `postgresql` can be compared"
    );
    assert_eq!(
        message(
            "{\"version\": \"7\", \"dialect\": \"postgresql\", \"tables\": {},\n \"enums\": 1}"
        ),
        "drizzle/meta/0003_snapshot.json:2:11: not a drizzle-kit snapshot: \
         invalid type: integer `1`, expected a map"
    );
}

#[test]
fn a_key_nobody_knows_is_not_passed_over() {
    let text = full().to_string().replace("\"isRLSEnabled\":true", "\"forceRLS\":true");
    let message = from_json(&text, "s.json").unwrap_err().to_string();
    assert!(message.contains("unknown field `forceRLS`"), "{message}");
}
