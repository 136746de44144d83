//! Plans, rehearsals and verification on a real PostgreSQL, found on this machine.
//!
//! Where there is none, the tests say so and pass; in continuous integration (`CI` is set) that is a
//! failure.
#![cfg(feature = "database")]
#![expect(clippy::print_stdout, reason = "a test that was skipped has to say so")]
#![expect(clippy::format_push_string, reason = "complaints are put together piece by piece")]

#[path = "oracle/case.rs"]
#[expect(dead_code, reason = "only the snapshots of the cases are used here")]
mod case;

use case::Case;
use drizzle_guard::database::{
    Held, Host, Outcome, Rehearsal, RehearsalOptions, Search, Server, Verification, VerifyOptions,
    rehearse, rehearse_drizzle, verify,
};
use drizzle_guard::delta::Diff;
use drizzle_guard::diff::{Change, Rename, compare};
use drizzle_guard::ident::QualifiedName;
use drizzle_guard::kit;
use drizzle_guard::plan::{Options, Plan, draft};
use drizzle_guard::schema::{Column, Schema, snapshot};
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

struct Pair {
    name: String,
    before: Schema,
    after: Schema,
    renames: Vec<Rename>,
}

fn pairs() -> Vec<Pair> {
    let only = std::env::var("PAIR").ok();
    Case::all()
        .into_iter()
        .filter(|case| only.as_ref().is_none_or(|only| case.name.contains(only.as_str())))
        .filter_map(|case| {
            let read = |json: &serde_json::Value| {
                snapshot::from_json(&json.to_string(), "oracle.json").expect("a snapshot")
            };
            Some(Pair {
                before: case.record.before.as_ref().map(read).unwrap_or_default(),
                after: read(case.record.after.as_ref()?),
                renames: case
                    .settings
                    .renames
                    .iter()
                    .map(|it| it.parse().expect("a rename"))
                    .collect(),
                name: case.name,
            })
        })
        .collect()
}

/// Drafts the plan and answers what it asks, as a user would.
fn planned(pair: &Pair, postgres: u32) -> Plan {
    let schemas = Diff::new(&pair.before, &pair.after);
    let changes = compare(schemas, &pair.renames);
    let mut options = Options { postgres, ..Options::default() };
    let open = draft(&changes, schemas, &options);
    for decision in &open.decisions {
        if decision.answer.starts_with("--map") {
            let (name, _) = decision.object.rsplit_once('.').expect("an enum and its value");
            let target = pair.after.enums.iter().find(|(key, _)| key.to_string() == name);
            let target = target.and_then(|(_, it)| it.values.first()).expect("a value is left");
            options.map.insert(decision.object.clone(), target.clone());
        } else if decision.required || !in_a_key(&decision.object, &pair.after) {
            let answer = answer(&decision.object, &changes, &pair.after);
            options.backfill.insert(decision.object.clone(), answer);
        }
    }
    // What text becomes when it is no text any more is for the user to say, where rows hold words.
    for change in &changes {
        if let Change::AlterColumnType(it) = change
            && ["text", "varchar"].iter().any(|text| it.what.before.ty.starts_with(text))
            && !["text", "varchar", "char"].iter().any(|text| it.what.after.ty.starts_with(text))
        {
            let object = change.object().to_string();
            let value = answer(&object, &changes, &pair.after);
            options.backfill.insert(object, value);
        }
    }
    draft(&changes, schemas, &options)
}

/// Whether one value for all rows cannot be the answer.
fn in_a_key(object: &str, head: &Schema) -> bool {
    head.tables.values().any(|table| {
        let uniques = table.uniques.values().flat_map(|unique| unique.columns.iter());
        let columns = uniques.map(String::as_str).chain(table.primary_key_columns());
        columns.into_iter().any(|column| format!("{}.{column}", table.name) == object)
    })
}

/// An expression that gives a column of the head a value which its keys allow.
fn answer(object: &str, changes: &[Change], head: &Schema) -> String {
    for change in changes.iter().filter(|change| change.object().to_string() == object) {
        if let Change::AddColumn(it) = change {
            return value_of(&it.what, &it.table, head);
        }
        if let Change::SetNotNull(it) = change {
            return value_of(&it.what.after, &it.table, head);
        }
        if let Change::AlterColumnType(it) = change {
            let column = format!("\"{}\"", it.what.after.name);
            let (from, to) = (it.what.before.ty.as_str(), it.what.after.ty.as_str());
            let zoned = |ty: &str| ty.ends_with("with time zone");
            return match (from, to) {
                (from, to) if from.starts_with("timestamp") && zoned(from) != zoned(to) => {
                    format!("{column} AT TIME ZONE 'UTC'")
                }
                (_, "uuid") => format!("md5({column}::text)::uuid"),
                (from, to) if to.ends_with("[]") && !from.ends_with("[]") => {
                    format!("ARRAY[{column}]::{to}")
                }
                _ => value_of(&it.what.after, &it.table, head),
            };
        }
    }
    panic!("nothing is known of {object}")
}

fn value_of(column: &Column, table: &QualifiedName, head: &Schema) -> String {
    let keys = head.table(table).into_iter().flat_map(|table| table.foreign_keys.values());
    for key in keys {
        if key.columns_from == [column.name.as_str()] {
            return format!("(SELECT min(\"{}\") FROM {})", key.columns_to[0], key.to.quoted());
        }
    }
    let (element, array) = match column.ty.split_once('[') {
        Some((element, _)) => (element, true),
        None => (column.ty.as_str(), false),
    };
    let name = QualifiedName::new(column.type_schema.clone().unwrap_or_default(), element);
    if let Some(enumeration) = head.enums.get(&name) {
        let brackets = if array { "[]" } else { "" };
        let value = if array { "{}" } else { enumeration.values[0].as_str() };
        return format!("'{value}'::{}{brackets}", name.quoted());
    }
    if array {
        return format!("'{{}}'::{element}[]");
    }
    match element.split(['(', ' ']).next().unwrap_or_default() {
        "integer" | "bigint" | "smallint" | "serial" | "bigserial" | "numeric" | "real"
        | "double" => "0".to_owned(),
        "boolean" => "false".to_owned(),
        "timestamp" => format!("'2024-01-01'::{element}"),
        "date" => "date '2024-01-01'".to_owned(),
        "uuid" => "md5(random()::text)::uuid".to_owned(),
        word @ ("json" | "jsonb") => format!("'{{}}'::{word}"),
        "inet" => "'10.0.0.1'::inet".to_owned(),
        "bytea" => "''::bytea".to_owned(),
        _ => "'given'".to_owned(),
    }
}

/// What is wrong with a rehearsal, as text.
fn complaints(rehearsal: &Rehearsal) -> String {
    let mut text = String::new();
    for ran in rehearsal.ran.iter().filter(|ran| ran.error.is_some()) {
        let error = ran.error.as_deref().unwrap_or_default();
        text += &format!("  {:?} {}: {error}\n    {}\n", ran.phase, ran.title, ran.sql);
    }
    for proof in rehearsal.proofs.iter().filter(|proof| proof.held != Held::Yes) {
        text += &format!("  {:?}: {}\n", proof.held, proof.what);
        text.extend(proof.found.iter().map(|line| format!("    {line}\n")));
    }
    text
}

#[test]
fn every_recorded_change_is_planned_and_rehearsed_forwards_and_back() {
    let Some(host) = host() else { return };
    let (mut failed, mut done) = (String::new(), 0);
    for pair in pairs() {
        // A column that must refer to a table which is new: no row can have a value for it.
        let rows = if pair.name == "add_columns_of_every_kind" { 0 } else { 60 };
        let options = RehearsalOptions { rows };
        let plan = planned(&pair, 15);
        if !plan.not_drafted.is_empty() {
            println!("{}: not drafted: {:?}", pair.name, plan.not_drafted);
            continue;
        }
        match rehearse(&pair.before, &pair.after, &plan, &pair.renames, &host, &options) {
            Ok(rehearsal) if rehearsal.ok() => {
                let announced = complaints(&rehearsal);
                if !announced.is_empty() {
                    println!("{}\n{announced}", pair.name);
                }
                for note in &rehearsal.filled.notes {
                    println!("{}: {note}", pair.name);
                }
                done += 1;
            }
            Ok(rehearsal) => failed += &format!("{}\n{}", pair.name, complaints(&rehearsal)),
            Err(error) => println!("{}: {error}", pair.name),
        }
    }
    assert!(failed.is_empty(), "{done} held, these did not:\n{failed}");
    println!("{done} plans were rehearsed forwards and back");
}

/// A fund platform as drizzle-kit would create it, with a bit of everything.
fn platform() -> Schema {
    let cases = Case::all();
    let case =
        cases.iter().find(|case| case.name == "many_changes_in_their_order").expect("a case");
    let json = case.record.after.as_ref().expect("a head");
    snapshot::from_json(&json.to_string(), "oracle.json").expect("a snapshot")
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
    let options = VerifyOptions { filter: None, host: Some(&host), rows: true };

    let verification = verify(&url, &schema, &options).expect("a verification");
    assert_eq!(failures(&verification), Vec::<String>::new());
    let weak = VerifyOptions { filter: None, host: None, rows: true };
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
    let options = VerifyOptions { filter: None, host: None, rows: true };
    let found = failures(&verify(&url(&server, "app"), &schema, &options).expect("a verification"));
    assert!(found.iter().any(|line| line.contains("2 rows refer to nothing")), "{found:?}");
    assert!(found.iter().any(|line| line.contains("its greatest value is 40")), "{found:?}");
}

#[test]
fn what_drizzle_kit_would_lose_is_counted() {
    let Some(host) = host() else { return };
    let cases = pairs();
    let pair = cases.iter().find(|pair| pair.name == "drop_column_of_funds").expect("a pair");
    let options = RehearsalOptions { rows: 50 };
    let rehearsal = rehearse_drizzle(&pair.before, &pair.after, &pair.renames, &host, &options)
        .expect("it runs");
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
    let options = VerifyOptions { filter: None, host: None, rows: true };
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
    let options = VerifyOptions { filter: None, host: None, rows: true };
    let verification = verify(&url, &schema, &options).expect("a verification");
    assert_eq!(failures(&verification), Vec::<String>::new());
}
