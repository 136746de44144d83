//! Databases that cannot be reached, or stop answering: a clear message, the right exit code, and an end.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::{Command, Output};
use std::thread;
use std::time::{Duration, Instant};

use drizzle_guard::database::{self, Host, Server};

use crate::{on_each, url};

/// A table with a foreign key, as TypeScript.
const SCHEMA: &str = "import { integer, pgTable } from 'drizzle-orm/pg-core';
export const funds = pgTable('funds', { id: integer().primaryKey() });
export const deals = pgTable('deals', { id: integer().primaryKey(), fund: integer().references(() => funds.id) });
";

fn run(command: &str, url: &str) -> (Output, Duration) {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("schema.ts"), SCHEMA).expect("written");
    let arguments: Vec<&str> = match command {
        "verify" => vec!["verify", "env:DATABASE_URL", "--head", ":worktree"],
        "stats" => vec!["stats", "env:DATABASE_URL"],
        _ => vec!["check", "--base", "env:DATABASE_URL", "--head", ":worktree"],
    };
    let started = Instant::now();
    let output = Command::new(env!("CARGO_BIN_EXE_drizzle-guard"))
        .args(arguments)
        .args(["--schema", "schema.ts"])
        .current_dir(folder.path())
        .env("DATABASE_URL", url)
        .output()
        .expect("it runs");
    (output, started.elapsed())
}

/// Every command ends with 3 and say why, soon, without the password.
fn fails(url: &str, why: &str) {
    for command in ["verify", "check", "stats"] {
        let (output, took) = run(command, url);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(3), "{command} {url}: {error}");
        assert!(error.contains(why), "{command} {url}: {error}");
        assert!(!error.contains("s3cret"), "{error}");
        assert!(took < Duration::from_secs(30), "{command} {url}: it took {took:?}");
    }
}

#[test]
fn nobody_listens() {
    fails(
        "postgres://app:s3cret@127.0.0.1:1/funds",
        "no connection to postgres://app@127.0.0.1:1/funds",
    );
}

/// A server that does with every connection what it is told.
fn listen(serve: impl Fn(&mut std::net::TcpStream) + Send + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            serve(&mut stream);
        }
    });
    port
}

#[test]
fn a_server_that_never_answers() {
    let port = listen(|stream| {
        let _ = stream.read_to_end(&mut Vec::new());
    });
    fails(
        &format!("postgres://app:s3cret@127.0.0.1:{port}/funds?sslmode=disable"),
        "did not answer within",
    );
}

#[test]
fn tls_that_is_not_there_or_does_not_come_about() {
    let answer = |text: &'static [u8]| {
        listen(move |stream| {
            let _ = stream.read(&mut [0; 8]);
            let _ = stream.write_all(text);
            let _ = stream.read(&mut [0; 600]);
        })
    };
    let without = answer(b"N");
    fails(&format!("postgres://app:s3cret@127.0.0.1:{without}/funds?sslmode=require"), "TLS");
    let garbage = answer(b"Sthis is no handshake at all, and long enough to be read as one");
    fails(&format!("postgres://app:s3cret@127.0.0.1:{garbage}/funds?sslmode=require"), "TLS");
}

fn made(server: &Server, name: &str) {
    let schema = format!("CREATE DATABASE {name}");
    server.connect("postgres").expect("a connection").batch_execute(&schema).expect("a database");
    let mut client = server.connect(name).expect("a connection");
    client
        .batch_execute(
            "CREATE TABLE funds (id integer PRIMARY KEY NOT NULL);
             CREATE TABLE deals (id integer PRIMARY KEY NOT NULL, fund integer);
             ALTER TABLE deals ADD CONSTRAINT deals_fund_funds_id_fk FOREIGN KEY (fund) REFERENCES funds (id) ON DELETE no action ON UPDATE no action",
        )
        .expect("tables");
}

#[test]
fn a_wrong_password_a_missing_right_a_lock_and_an_end_half_way() {
    on_each(|version, server| {
        made(server, "app");
        let mut client = server.connect("app").expect("a connection");
        client
            .batch_execute(
                "CREATE ROLE clerk LOGIN PASSWORD 'right'; CREATE ROLE stranger LOGIN;
                 SET log_statement = 'none'",
            )
            .expect("roles");
        let (ok, _) = run("verify", &url(server, "app"));
        let text = String::from_utf8_lossy(&ok.stdout).into_owned();
        assert_eq!(ok.status.code(), Some(0), "PostgreSQL {version}: {text}");

        // No right to read a table.
        let (output, _) = run("verify", &url(server, "app").replace("postgres@", "stranger@"));
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(3), "PostgreSQL {version}: {text}");
        assert!(text.contains("permission denied"), "{text}");

        // Somebody holds a table.
        client.batch_execute("BEGIN; LOCK TABLE deals IN ACCESS EXCLUSIVE MODE").expect("a lock");
        let (output, took) = run("verify", &url(server, "app"));
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(3), "PostgreSQL {version}: {text}");
        assert!(text.contains("lock timeout"), "{text}");
        assert!(took < Duration::from_secs(40), "it took {took:?}");

        // The server ends the session while it waits for the lock.
        let there = url(server, "app");
        let waiting = thread::spawn(move || run("verify", &there));
        let end = Instant::now() + Duration::from_secs(30);
        let mut administration = server.connect("postgres").expect("a connection");
        let kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'app' AND application_name = 'drizzle-guard' AND wait_event_type = 'Lock'";
        while administration.query(kill, &[]).expect("rows").is_empty() {
            assert!(Instant::now() < end, "it never waited");
            thread::sleep(Duration::from_millis(50));
        }
        let (output, _) = waiting.join().expect("it ran");
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(3), "PostgreSQL {version}: {error}");
        assert!(error.contains("ended half way"), "{error}");
        client.batch_execute("ROLLBACK").expect("no lock");

        // A password that is not right.
        let rules = server.socket_directory().join("data/pg_hba.conf");
        std::fs::write(&rules, "local all clerk md5\nlocal all all trust\n").expect("rules");
        administration.batch_execute("SELECT pg_reload_conf()").expect("reloaded");
        thread::sleep(Duration::from_millis(300));
        fails(
            &url(server, "app").replace("postgres@", "clerk:s3cret@"),
            "password authentication failed",
        );
        let left = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'drizzle-guard' AND pid <> pg_backend_pid() AND usename <> 'postgres'";
        let left: i64 = administration.query_one(left, &[]).expect("a row").get(0);
        assert_eq!(left, 0, "PostgreSQL {version}: a session is left");
    });
}

/// 500 tables as a real schema has them.
#[test]
fn five_hundred_tables_are_compared_quickly() {
    use drizzle_guard::ident::QualifiedName;
    use drizzle_guard::schema::{Column, ForeignKey, Index, IndexColumn, Schema, Table};
    let mut schema = Schema::default();
    for number in 0..500 {
        let mut table = Table::new(QualifiedName::public(format!("holdings_{number}")));
        let id = Column { primary_key: true, not_null: true, ..Column::new("id", "integer") };
        table.columns.insert("id".to_owned(), id);
        for (at, ty) in
            ["text", "numeric(12, 2)", "timestamp with time zone", "integer"].iter().enumerate()
        {
            let name = format!("{}_{at}", ty.split([' ', '(']).next().expect("a word"));
            table.columns.insert(name.clone(), Column::new(name, *ty));
        }
        let key = IndexColumn {
            expression: "text_0".to_owned(),
            is_expression: false,
            asc: true,
            nulls: Some("last".to_owned()),
            opclass: None,
        };
        let name = format!("holdings_{number}_text");
        let index = Index {
            name: name.clone(),
            columns: vec![key],
            unique: false,
            predicate: None,
            concurrently: false,
            method: "btree".to_owned(),
            with: serde_json::Map::new(),
        };
        table.indexes.insert(name, index);
        if number > 0 {
            let name = format!("holdings_{number}_fk");
            let key = ForeignKey {
                name: name.clone(),
                table_from: table.name.name.clone(),
                columns_from: vec!["integer_3".to_owned()],
                to: QualifiedName::public(format!("holdings_{}", number - 1)),
                columns_to: vec!["id".to_owned()],
                on_delete: Some("no action".to_owned()),
                on_update: Some("no action".to_owned()),
            };
            table.foreign_keys.insert(name, key);
        }
        schema.tables.insert(table.name.clone(), table);
    }
    on_each(|version, server| {
        let host = Host::running(&url(server, "postgres")).expect("a host");
        let mut client = server.create_database("wide").expect("a database");
        database::create(&mut client, &host, &schema).expect("500 tables");
        let filter = database::Filter::of(&schema);
        let started = Instant::now();
        let beside =
            database::introspect_beside(&mut client, &schema, &filter, None).expect("it is read");
        let changes = drizzle_guard::diff::compare(
            drizzle_guard::delta::Diff::new(&beside.schema, &schema),
            &[],
        );
        let took = started.elapsed();
        assert!(changes.is_empty(), "PostgreSQL {version}: {} changes", changes.len());
        println!(
            "PostgreSQL {version}: 500 tables read and compared in {:.2} s",
            took.as_secs_f64()
        );
        // The tests are built without optimization, on machines that do other things as well.
        assert!(took < Duration::from_secs(10), "PostgreSQL {version}: it took {took:?}");
    });
}
