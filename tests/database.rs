//! Plans, rehearsals and verification on a real PostgreSQL, found on this machine.
//!
//! Where there is none, the tests say so and pass; in continuous integration (`CI` is set) that is a
//! failure.
#![cfg(feature = "database")]
#![expect(clippy::print_stdout, reason = "a test that was skipped has to say so")]

#[path = "oracle/case.rs"]
#[expect(dead_code, reason = "only the snapshots of the cases are used here")]
mod case;

use case::Case;
use drizzle_guard::database::{
    Host, Outcome, Reference, RehearsalOptions, Search, Server, Verification, VerifyOptions,
    rehearse_drizzle, verify,
};
use drizzle_guard::delta::Diff;
use drizzle_guard::kit;
use drizzle_guard::schema::{Role, Schema, snapshot};
use postgres::Client;

/// A server of this machine; `None`, with a line, when there is none and that is no failure.
fn host() -> Option<Host> {
    let search = Search {
        path: std::env::var_os("PATH"),
        projects: vec![env!("CARGO_MANIFEST_DIR").into()],
    };
    match Host::throwaway(&search) {
        Ok(host) => Some(host),
        Err(error) if std::env::var_os("CI").is_none() => {
            println!("skipped: {error}");
            None
        }
        Err(error) => panic!("{error}"),
    }
}

/// A fund platform as drizzle-kit would create it, with a bit of everything.
fn platform() -> Schema {
    let [_, after] = sides("many_changes_in_their_order");
    after
}

/// Both sides of a recorded case.
fn sides(name: &str) -> [Schema; 2] {
    let cases = Case::all();
    let case = cases.iter().find(|case| case.name == name).expect("a case");
    [&case.record.before, &case.record.after].map(|side| {
        let json = side.as_ref().expect("a snapshot");
        snapshot::from_json(&json.to_string(), "oracle.json").expect("a snapshot")
    })
}

/// A database of the server, created by drizzle-kit's statements.
fn database(server: &Server, name: &str, schema: &Schema) -> Client {
    let mut client = server.create_database(name).expect("a database");
    let empty = Schema::default();
    for statement in kit::generate(Diff::new(&empty, schema), &[]).expect("statements") {
        client.batch_execute(&statement.sql).expect(&statement.sql);
    }
    client
}

fn url(server: &Server, name: &str) -> String {
    let directory = server.socket_directory().display().to_string().replace('/', "%2F");
    format!("postgres://postgres@{directory}/{name}")
}

fn failures(verification: &Verification) -> Vec<String> {
    let failed = verification.checks.iter().filter(|check| check.outcome == Outcome::Failed);
    failed.flat_map(|check| check.found.iter().cloned()).collect()
}

#[test]
fn a_database_made_by_drizzle_kit_shows_no_drift_and_every_mutation_shows() {
    let Some(Host::Throwaway(server)) = host() else { return };
    let schema = platform();
    drop(database(&server, "app", &schema));
    let url = url(&server, "app");
    let host = Host::running(&url).expect("a host");
    let options = VerifyOptions {
        filter: None,
        reference: Some(Reference::Host(&host)),
        rows: true,
        roles: false,
    };

    let verification = verify(&url, &schema, &options).expect("a verification");
    assert_eq!(failures(&verification), Vec::<String>::new());
    let weak = VerifyOptions { filter: None, reference: None, rows: true, roles: false };
    let verification = verify(&url, &schema, &weak).expect("a verification");
    assert_eq!(failures(&verification), Vec::<String>::new());
    assert!(verification.checks.iter().any(|check| check.outcome == Outcome::NotChecked));

    for (mutation, undo, found) in [
        (
            "DROP INDEX funds_name",
            "CREATE INDEX funds_name ON funds (name, slug)",
            "index public.funds.funds_name is missing",
        ),
        (
            "ALTER TABLE funds ALTER phase DROP DEFAULT",
            "ALTER TABLE funds ALTER phase SET DEFAULT 'open'",
            "column public.funds.phase: default is none, should be 'open'",
        ),
        (
            "ALTER TABLE funds ALTER name DROP NOT NULL",
            "ALTER TABLE funds ALTER name SET NOT NULL",
            "column public.funds.name allows NULL, should be NOT NULL",
        ),
        (
            "ALTER TABLE funds ALTER name TYPE text",
            "ALTER TABLE funds ALTER name TYPE varchar(80)",
            "column public.funds.name: type is text, should be varchar(80)",
        ),
        (
            "ALTER TABLE funds ADD COLUMN extra text",
            "ALTER TABLE funds DROP COLUMN extra",
            "column public.funds.extra is not in the schema",
        ),
        (
            "ALTER TABLE funds DROP CONSTRAINT funds_slug",
            "ALTER TABLE funds ADD CONSTRAINT funds_slug UNIQUE (slug)",
            "unique constraint public.funds.funds_slug is missing",
        ),
        (
            "ALTER TABLE monte_carlo_results DISABLE ROW LEVEL SECURITY",
            "ALTER TABLE monte_carlo_results ENABLE ROW LEVEL SECURITY",
            "public.monte_carlo_results: row-level security is off, should be on",
        ),
        (
            "ALTER TABLE funds ADD CONSTRAINT later CHECK (id > 0) NOT VALID",
            "ALTER TABLE funds DROP CONSTRAINT later",
            "later of public.funds",
        ),
    ] {
        let mut client = server.connect("app").expect("a connection");
        client.batch_execute(mutation).expect(mutation);
        let found_now = failures(&verify(&url, &schema, &options).expect("a verification"));
        assert!(found_now.iter().any(|line| line == found), "{mutation}: {found_now:?}");
        client.batch_execute(undo).expect(undo);
        assert_eq!(
            failures(&verify(&url, &schema, &options).expect("a verification")),
            Vec::<String>::new(),
            "{undo}"
        );
    }
}

#[test]
fn an_orphan_and_a_lagging_sequence_are_found() {
    let Some(Host::Throwaway(server)) = host() else { return };
    let schema = platform();
    let mut client = database(&server, "app", &schema);
    client
        .batch_execute(
            "INSERT INTO funds (id, name) VALUES (40, 'forty');
             SET session_replication_role = replica;
             INSERT INTO runs (\"resultId\") VALUES (7), (8);",
        )
        .expect("rows");
    let options = VerifyOptions { filter: None, reference: None, rows: true, roles: false };
    let found = failures(&verify(&url(&server, "app"), &schema, &options).expect("a verification"));
    assert!(found.iter().any(|line| line.contains("2 rows refer to nothing")), "{found:?}");
    assert!(found.iter().any(|line| line.contains("its greatest value is 40")), "{found:?}");
}

#[test]
fn what_drizzle_kit_would_lose_is_counted() {
    let Some(host) = host() else { return };
    let [before, after] = sides("drop_column_of_funds");
    let options = RehearsalOptions { rows: 50, ..RehearsalOptions::default() };
    let rehearsal = rehearse_drizzle(&before, &after, &[], &host, &options).expect("it runs");
    assert!(!rehearsal.ok());
    let [loss] = &rehearsal.losses[..] else { panic!("{:?}", rehearsal.losses) };
    assert_eq!((loss.table.as_str(), loss.rows_before, loss.rows_after), ("public.funds", 50, 50));
    assert!(loss.columns.iter().all(|column| column.lost == column.before && column.lost > 0));
}

#[test]
fn nothing_is_left_behind() {
    let Some(Host::Throwaway(server)) = host() else { return };
    let directory = server.socket_directory().to_path_buf();
    let pid = std::fs::read_to_string(directory.join("data/postmaster.pid")).expect("a pid");
    let pid = pid.lines().next().expect("a line").to_owned();
    let running = || {
        let output = std::process::Command::new("ps").args(["-p", &pid]).output().expect("ps");
        output.status.success()
    };
    assert!(running() && directory.exists());
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(move || {
        let _server = server;
        panic!("a rehearsal that goes wrong");
    }));
    assert!(result.is_err());
    assert!(!running() && !directory.exists());
}

#[test]
fn a_database_that_cannot_be_reached_is_a_clear_error_without_the_password() {
    let options = VerifyOptions { filter: None, reference: None, rows: true, roles: false };
    let error = verify("postgres://app:s3cret@127.0.0.1:1/funds", &Schema::default(), &options)
        .expect_err("nobody listens")
        .to_string();
    assert!(error.contains("postgres://app@127.0.0.1:1/funds"), "{error}");
    assert!(!error.contains("s3cret"), "{error}");
}

#[test]
fn verification_needs_no_right_to_write() {
    let Some(Host::Throwaway(server)) = host() else { return };
    let schema = platform();
    let mut client = database(&server, "app", &schema);
    client
        .batch_execute(
            "CREATE ROLE reader LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader;
             GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO reader;
             ALTER ROLE reader SET default_transaction_read_only = on;",
        )
        .expect("a reader");
    let url = url(&server, "app").replace("postgres@", "reader@");
    let options = VerifyOptions { filter: None, reference: None, rows: true, roles: false };
    let verification = verify(&url, &schema, &options).expect("a verification");
    assert_eq!(failures(&verification), Vec::<String>::new());
}

#[test]
fn a_push_is_judged_by_the_schemas_it_is_about() {
    let Some(host) = host() else { return };
    let Host::Throwaway(server) = &host else { panic!("a throw-away server") };
    let folder = tempfile::tempdir().expect("a folder");
    let write = |columns: &str| {
        let text = format!(
            "import {{ integer, pgSchema, text }} from 'drizzle-orm/pg-core';
             export const reporting = pgSchema('reporting');
             export const metrics = reporting.table('metrics', {{ id: integer().primaryKey(){columns} }});"
        );
        std::fs::write(folder.path().join("schema.ts"), text).expect("written");
    };
    let mut client = server.create_database("gate").expect("a database");
    let there = "CREATE SCHEMA reporting; CREATE SCHEMA auth; CREATE TABLE auth.users (id int); \
                 CREATE TABLE reporting.metrics (id integer PRIMARY KEY, irr text)";
    client.batch_execute(there).expect("tables");
    let check = || {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_drizzle-guard"))
            .args(["check", "--base", "env:DATABASE_URL", "--head", ":worktree"])
            .args(["--schema", "schema.ts"])
            .current_dir(folder.path())
            .env("DATABASE_URL", url(server, "gate"))
            .output()
            .expect("it runs");
        (output.status.code(), String::from_utf8(output.stdout).expect("text"))
    };
    write(", irr: text()");
    let (code, report) = check();
    assert_eq!(code, Some(0), "{report}");
    assert!(report.contains("no schema changes"), "{report}");
    write("");
    let (code, report) = check();
    assert_eq!(code, Some(1), "{report}");
    assert!(report.contains("drop column reporting.metrics.irr"), "{report}");
}

#[test]
fn the_gate_counts_rows_and_is_milder_where_there_are_none() {
    let Some(host) = host() else { return };
    let Host::Throwaway(server) = &host else { panic!("a throw-away server") };
    let mut client = server.create_database("counted").expect("a database");
    let there = "CREATE TABLE funds (id integer PRIMARY KEY, name text, size numeric(10, 4));
                 INSERT INTO funds VALUES (1, 'one', 1.5), (2, 'two', 1.2345), (3, NULL, NULL)";
    client.batch_execute(there).expect("rows");
    let folder = tempfile::tempdir().expect("a folder");
    let check = |columns: &str, format: &str| {
        let text = format!(
            "import {{ integer, numeric, pgTable, text }} from 'drizzle-orm/pg-core';
             export const funds = pgTable('funds', {{ id: integer().primaryKey(), {columns} }});"
        );
        std::fs::write(folder.path().join("schema.ts"), text).expect("written");
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_drizzle-guard"))
            .args(["check", "--base", "env:DATABASE_URL", "--head", ":worktree"])
            .args(["--schema", "schema.ts", "--format", format])
            .current_dir(folder.path())
            .env("DATABASE_URL", url(server, "counted"))
            .output()
            .expect("it runs");
        (output.status.code(), String::from_utf8(output.stdout).expect("text"))
    };
    let size = "size: numeric({ precision: 10, scale: 4 })";
    let (code, report) = check(&format!("name: text().notNull(), {size}"), "text");
    assert_eq!(code, Some(1), "{report}");
    assert!(report.contains("counted in the database: 1 row with NULL"), "{report}");
    let development = |pattern: &str| {
        let text = format!("[environments]\ndevelopment = ['{pattern}']\n");
        std::fs::write(folder.path().join("drizzle-guard.toml"), text).expect("written");
        check(&format!("name: text().notNull(), {size}"), "text")
    };
    let (code, report) = development("db.example.com");
    assert_eq!(code, Some(1), "{report}");
    let (code, report) = development("/*");
    assert_eq!(code, Some(0), "{report}");
    assert!(report.contains("the database is for development"), "{report}");
    std::fs::remove_file(folder.path().join("drizzle-guard.toml")).expect("removed");
    let coarse = "name: text(), size: numeric({ precision: 10, scale: 2 })";
    let (_, report) = check(coarse, "json");
    assert!(report.contains("\"what\": \"altered\""), "{report}");
    assert!(report.contains("1 value that would change"), "{report}");
    client.batch_execute("UPDATE funds SET name = 'three' WHERE id = 3").expect("a name");
    let (code, report) = check(&format!("name: text().notNull(), {size}"), "text");
    assert_eq!(code, Some(0), "{report}");
    assert!(report.contains("0 rows with NULL"), "{report}");
}

/// What others have seen decides which databases are for development.
#[test]
fn a_host_is_for_development_once_that_is_committed() {
    let Some(host) = host() else { return };
    let Host::Throwaway(server) = &host else { panic!("a throw-away server") };
    let mut client = server.create_database("allowed").expect("a database");
    client
        .batch_execute("CREATE TABLE funds (id integer PRIMARY KEY, name text)")
        .expect("a table");
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).expect("written");
    };
    let run = |program: &str, arguments: &[&str]| {
        let output = std::process::Command::new(program)
            .args(arguments)
            .current_dir(folder.path())
            .env("DATABASE_URL", url(server, "allowed"))
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .output()
            .expect("it runs");
        (output.status.code(), String::from_utf8(output.stdout).expect("text"))
    };
    let commit = || {
        assert_eq!(run("git", &["add", "-A"]).0, Some(0));
        let name = ["-c", "user.name=Ana Ruiz", "-c", "user.email=ana@example.com"];
        let commit = ["commit", "-q", "-m", "Describe funds"];
        assert_eq!(run("git", &[&name[..], &commit].concat()).0, Some(0));
    };
    let check = || {
        let program = env!("CARGO_BIN_EXE_drizzle-guard");
        run(
            program,
            &[
                "check",
                "--base",
                "env:DATABASE_URL",
                "--head",
                ":worktree",
                "--schema",
                "schema.ts",
            ],
        )
    };
    assert_eq!(run("git", &["init", "-q"]).0, Some(0));
    write(
        "schema.ts",
        "import { integer, pgTable } from 'drizzle-orm/pg-core';
         export const funds = pgTable('funds', { id: integer().primaryKey() });",
    );
    commit();
    assert_eq!(check().0, Some(1));
    write("drizzle-guard.toml", "[environments]\ndevelopment = ['/*']\n");
    let (code, report) = check();
    assert_eq!(code, Some(1), "{report}");
    assert!(report.contains("but not in what"), "{report}");
    commit();
    let (code, report) = check();
    assert_eq!(code, Some(0), "{report}");
    assert!(report.contains("the database is for development"), "{report}");
}

#[test]
fn the_gate_shows_what_a_push_would_run() {
    let Some(host) = host() else { return };
    let Host::Throwaway(server) = &host else { panic!("a throw-away server") };
    let mut client = server.create_database("pushed").expect("a database");
    let there = "CREATE TABLE funds (id integer PRIMARY KEY, CONSTRAINT positive CHECK (id > 0))";
    client.batch_execute(there).expect("a table");
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(
        folder.path().join("schema.ts"),
        "import { check, integer, pgTable, text } from 'drizzle-orm/pg-core';
         import { sql } from 'drizzle-orm';
         export const funds = pgTable('funds', { id: integer().primaryKey(), name: text().notNull() },
           (it) => [check('positive', sql`id > 1`)]);",
    )
    .expect("written");
    let statements = || {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_drizzle-guard"))
            .args(["check", "--base", "env:DATABASE_URL", "--head", ":worktree"])
            .args(["--schema", "schema.ts", "--format", "json"])
            .current_dir(folder.path())
            .env("DATABASE_URL", url(server, "pushed"))
            .output()
            .expect("it runs");
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let changes = report["changes"].as_array().expect("changes").clone();
        let added = changes.iter().find(|it| it["kind"] == "add_column").expect("a new column");
        (report["statements"].clone(), added["statements"].clone())
    };
    // A push does not see that the check is another one.
    let add = serde_json::json!(["ALTER TABLE \"funds\" ADD COLUMN \"name\" text NOT NULL;"]);
    assert_eq!(statements(), (add.clone(), add.clone()));
    client.batch_execute("INSERT INTO funds VALUES (7)").expect("a row");
    let emptied = serde_json::json!(["truncate table \"funds\" cascade;", add[0]]);
    assert_eq!(statements(), (emptied.clone(), emptied));
}

#[test]
fn roles_of_the_schema_are_compared_where_somebody_asks_for_that() {
    let Some(host) = host() else { return };
    let Host::Throwaway(server) = &host else { panic!("a throw-away server") };
    let mut client = server.create_database("managed").expect("a database");
    let mut schema = Schema::default();
    let role = Role {
        name: "fund_manager".to_owned(),
        create_db: true,
        create_role: false,
        inherit: true,
    };
    schema.roles.insert(role.name.clone(), role);
    let found = |roles: bool| {
        let options = VerifyOptions { filter: None, reference: None, rows: false, roles };
        failures(&verify(&url(server, "managed"), &schema, &options).expect("a verification"))
    };
    assert_eq!(found(false), Vec::<String>::new());
    assert_eq!(found(true), ["role fund_manager is missing"]);
    client.batch_execute("CREATE ROLE fund_manager NOINHERIT CREATEROLE").expect("a role");
    assert_eq!(
        found(true),
        [
            "role fund_manager has NOCREATEDB, not CREATEDB",
            "role fund_manager has CREATEROLE, not NOCREATEROLE",
            "role fund_manager has NOINHERIT, not INHERIT"
        ]
    );
    let alter = "ALTER ROLE fund_manager INHERIT NOCREATEROLE CREATEDB; CREATE ROLE somebody_else";
    client.batch_execute(alter).expect("another one");
    assert_eq!(found(true), Vec::<String>::new());
}
