//! `stats` against what the server really holds.

use std::process::{Command, Output};
use std::time::{Duration, Instant};

use postgres::Client;
use serde_json::Value;

use crate::{on_each, url};

/// The tables that the project has; the database has another one.
const SCHEMA: &str = "import { date, index, integer, pgTable, text } from 'drizzle-orm/pg-core';
export const funds = pgTable('funds', { id: integer().primaryKey(), name: text() }, (it) => [index('funds_by_name').on(it.name)]);
export const deals = pgTable('deals', { id: integer() });
export const rounds = pgTable('rounds', { id: integer() });
export const flows = pgTable('flows', { at: date(), amount: integer() });
";

const DATABASE: &str = "CREATE TABLE funds (id integer PRIMARY KEY, name text);
    CREATE INDEX funds_by_name ON funds (name);
    INSERT INTO funds SELECT n, 'fund ' || n FROM generate_series(1, 5000) n;
    CREATE TABLE deals (id integer); INSERT INTO deals SELECT generate_series(1, 10);
    CREATE TABLE rounds (id integer);
    CREATE TABLE flows (at date, amount integer) PARTITION BY RANGE (at);
    CREATE INDEX flows_by_at ON flows (at);
    CREATE TABLE flows_2025 PARTITION OF flows FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
    CREATE TABLE flows_2026 PARTITION OF flows FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
    INSERT INTO flows SELECT DATE '2025-01-01' + n, n FROM generate_series(0, 599) n;
    CREATE SCHEMA audit; CREATE TABLE audit.secrets (id integer);
    CREATE ROLE observer LOGIN; ALTER ROLE observer SET default_transaction_read_only = on";

fn guard(folder: &std::path::Path, url: &str, arguments: &[&str]) -> (Output, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_drizzle-guard"))
        .args(arguments)
        .args(["--schema", "schema.ts"])
        .current_dir(folder)
        .env("DATABASE_URL", url)
        .output()
        .expect("it runs");
    let text = String::from_utf8([output.stdout.clone(), output.stderr.clone()].concat());
    (output, text.expect("text"))
}

/// Scans an index, until the server has counted that.
fn scan(client: &mut Client) {
    client.batch_execute("SET enable_seqscan = off; SET enable_bitmapscan = off").expect("set");
    for _ in 0..3 {
        client.batch_execute("SELECT id FROM funds WHERE name = 'fund 7'").expect("a query");
    }
    let scans = "SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = 'funds_by_name'";
    let end = Instant::now() + Duration::from_secs(20);
    while client.query_one(scans, &[]).expect("a row").get::<_, i64>(0) < 3 {
        assert!(Instant::now() < end, "nothing was counted");
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn statistics_are_what_the_server_holds_and_nothing_else() {
    on_each(|version, server| {
        let mut client = server.create_database("sized").expect("a database");
        client.batch_execute(DATABASE).expect(DATABASE);
        client.batch_execute("ANALYZE funds; ANALYZE flows").expect("analysed");
        scan(&mut client);
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| {
            std::fs::write(folder.path().join(name), text).expect("written");
        };
        write("schema.ts", SCHEMA);
        // No right on any table is needed.
        let url = url(server, "sized").replace("postgres@", "observer@");
        let json = ["stats", "env:DATABASE_URL", "--format", "json"];
        let (output, text) = guard(folder.path(), &url, &json);
        assert_eq!(output.status.code(), Some(0), "PostgreSQL {version}: {text}");
        assert!(!folder.path().join(".drizzle-guard").exists(), "it was only to be printed");

        let value: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(value["version"], 1);
        let postgres = value["postgres"].as_str().expect("a version");
        assert!(postgres.starts_with(&format!("{version}.")), "{postgres}");
        let tables: Vec<_> = value["tables"].as_array().expect("tables").iter().collect();
        let rows: Vec<_> =
            tables.iter().map(|it| (it["table"].as_str(), it["rows"].as_u64())).collect();
        assert_eq!(
            rows,
            [
                (Some("deals"), None),
                (Some("flows"), Some(600)),
                (Some("funds"), Some(5000)),
                (Some("rounds"), Some(0))
            ],
            "PostgreSQL {version}: {text}"
        );
        assert!(tables[2]["bytes"].as_u64().is_some_and(|it| it > 100_000), "{text}");
        let indexes: Vec<_> = tables[2]["indexes"].as_array().expect("indexes").iter().collect();
        assert_eq!(indexes[0]["index"], "funds_by_name");
        assert!(indexes[0]["scans"].as_u64().is_some_and(|it| it >= 3), "{text}");
        assert_eq!((&indexes[1]["index"], &indexes[1]["scans"]), (&"funds_pkey".into(), &0.into()));
        let flows = &tables[1]["indexes"][0];
        assert_eq!((&flows["index"], &flows["scans"]), (&"flows_by_at".into(), &0.into()));
        assert!(flows["bytes"].as_u64().is_some_and(|it| it > 16_000), "{text}");
        for secret in ["observer", "secrets", "fund 7", "/", "sized"] {
            assert!(!text.contains(secret), "PostgreSQL {version}: {secret} is in {text}");
        }

        let (output, said) = guard(folder.path(), &url, &["stats", "env:DATABASE_URL"]);
        assert_eq!(output.status.code(), Some(0), "{said}");
        assert!(said.contains("estimates of 4 tables, PostgreSQL"), "{said}");
        assert!(said.contains("1 never analysed"), "{said}");
        let file = std::fs::read_to_string(folder.path().join(".drizzle-guard/stats.json"));
        drizzle_guard::statistics::Statistics::parse(&file.expect("a file")).expect("it is read");

        // A check against the database itself needs no file.
        std::fs::remove_dir_all(folder.path().join(".drizzle-guard")).expect("removed");
        write("schema.ts", &SCHEMA.replace("index('funds_by_name').on(it.name)", ""));
        let check =
            ["check", "--base", "env:DATABASE_URL", "--head", ":worktree", "--format", "json"];
        client
            .batch_execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO observer")
            .expect("a right");
        let (_, text) = guard(folder.path(), &url, &check);
        let said = "by the database's own estimates: public.funds has about 5,000 rows";
        assert!(text.contains(said), "PostgreSQL {version}: {text}");
        assert!(text.contains("by the database's own estimates: it was used "), "{text}");
    });
}
