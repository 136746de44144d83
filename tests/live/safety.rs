//! What is sent to a database of somebody else's: only what `verify --explain` lists, and nothing that
//! writes.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use drizzle_guard::database::{
    self, Filter, Host, Limits, Server, VerifyOptions, measure, queries, verify,
};
use drizzle_guard::delta::Diff;
use drizzle_guard::diff::compare;
use drizzle_guard::schema::{Schema, snapshot};

use crate::case::Case;
use crate::{on_each, url};

fn sides(name: &str) -> [Schema; 2] {
    let cases = Case::all();
    let case = cases.iter().find(|case| case.name == name).expect("a case");
    [&case.record.before, &case.record.after].map(|side| {
        side.as_ref().map_or_else(Schema::default, |json| {
            snapshot::from_json(&json.to_string(), name).expect("a snapshot")
        })
    })
}

#[test]
fn the_documentation_lists_what_is_sent() {
    let printed = Command::new(env!("CARGO_BIN_EXE_drizzle-guard"))
        .args(["verify", "--explain"])
        .output()
        .expect("the binary runs");
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/queries.md");
    assert!(
        fs::read(path).expect("docs/queries.md") == printed.stdout,
        "docs/queries.md is out of date: cargo run -q -- verify --explain > docs/queries.md"
    );
}

/// A role that may read and nothing else, and a log of everything that it sends.
fn reader(server: &Server, name: &str, schema: &Schema) -> String {
    let host = Host::running(&url(server, "postgres")).expect("a host");
    let mut client = server.create_database(name).expect("a database");
    database::create(&mut client, &host, schema).expect("a schema");
    client
        .batch_execute(&format!(
            "CREATE ROLE {name} LOGIN;
             ALTER ROLE {name} SET default_transaction_read_only = on;
             ALTER ROLE {name} SET log_statement = 'all';
             CREATE SCHEMA drizzle_guard; CREATE TABLE drizzle_guard.backup (backup_rel text, keep_until timestamptz);
             DO $$ DECLARE it text; BEGIN
               FOR it IN SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%' LOOP
                 EXECUTE format('GRANT USAGE ON SCHEMA %I TO {name}', it);
                 EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO {name}', it);
                 EXECUTE format('GRANT SELECT ON ALL SEQUENCES IN SCHEMA %I TO {name}', it);
               END LOOP; END $$"
        ))
        .expect("a reader");
    // Prefixed with the role, so that the log says whose each statement is.
    for sql in ["ALTER SYSTEM SET log_line_prefix = '%u>'", "SELECT pg_reload_conf()"] {
        client.batch_execute(sql).expect(sql);
    }
    std::thread::sleep(std::time::Duration::from_millis(300));
    url(server, name).replace("postgres@", &format!("{name}@"))
}

/// What a role has sent, from the server's log.
fn sent(server: &Server, role: &str) -> BTreeSet<String> {
    let log = fs::read_to_string(server.socket_directory().join("log")).expect("a log");
    let mut found: Vec<String> = Vec::new();
    let mut inside = false;
    for line in log.lines() {
        if let Some(more) = line.strip_prefix('\t').filter(|_| inside) {
            let last = found.last_mut().expect("a statement before it");
            *last += "\n";
            *last += more;
            continue;
        }
        inside = false;
        let Some(text) = line.strip_prefix(&format!("{role}>LOG:  ")) else { continue };
        let sql = text.strip_prefix("statement: ").or_else(|| {
            let rest = text.strip_prefix("execute ")?;
            rest.split_once(": ").map(|(_, sql)| sql)
        });
        if let Some(sql) = sql {
            found.push(sql.to_owned());
            inside = true;
        }
    }
    found.into_iter().collect()
}

/// Whether a statement is one that is listed, with names for those in braces.
fn is_listed(sql: &str) -> bool {
    // Lengths and times are the schema's, too.
    let plain = |sql: &str| {
        let line = sql.split_whitespace().collect::<Vec<_>>().join(" ");
        let parts: Vec<&str> = line.split(|c: char| c.is_ascii_digit()).collect();
        let parts = parts.iter().enumerate().filter(|(at, part)| *at == 0 || !part.is_empty());
        parts.map(|(_, part)| *part).collect::<Vec<_>>().join("#")
    };
    let sql = plain(sql);
    queries().iter().any(|query| {
        let listed = plain(&query.sql);
        // A table with new columns is counted with their values.
        let wider = listed
            .replace("\"{schema}\".\"{table}\"", "(SELECT *, {values} FROM {table}) AS {table}");
        matches(&listed, &sql) || matches(&wider, &sql)
    })
}

/// Matches text with `{names}`.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('{') else { return pattern == text };
    let Some(text) = text.strip_prefix(start) else { return false };
    let Some((_, rest)) = rest.split_once('}') else { return false };
    let next: String = rest.chars().take_while(|c| *c != '{').collect();
    if next == rest {
        return text.ends_with(rest) && text.len() > rest.len();
    }
    text.match_indices(&next).any(|(at, _)| matches(rest, &text[at..]))
}

#[test]
fn nothing_is_sent_that_is_not_listed_and_nothing_writes() {
    on_each(|version, server| {
        for (at, name) in
            ["drop_everything", "many_changes_in_their_order", "not_null_and_defaults"]
                .iter()
                .enumerate()
        {
            let [before, after] = sides(name);
            let role = format!("reader_{at}");
            let url = reader(server, &role, &before);
            let options = VerifyOptions { filter: None, reference: None, rows: true, roles: true };
            let verification = verify(&url, &before, &options).expect("it is verified");
            assert!(verification.ok(), "PostgreSQL {version}: {verification:?}");

            let target = database::Target::parse(&url).expect("a target");
            let mut client = database::connect(&target).expect("a connection");
            let filter = Filter::of(&before);
            let beside = database::introspect_beside(&mut client, &after, &filter, None);
            let base = beside.expect("it is read").schema;
            let schemas = Diff::new(&base, &after);
            let changes = compare(schemas, &[]);
            let measured = measure(&mut client, schemas, &[], &changes, Limits::default());
            let measured = measured.expect("it is measured");
            assert!(measured.iter().any(|it| !it.is_empty()), "{name} has nothing to measure");
            let sized = database::statistics(&mut client, &filter, String::new());
            assert_eq!(sized.expect("it is sized").tables.len(), before.tables.len(), "{name}");
            drop(client);

            let sent = sent(server, &role);
            assert!(sent.len() > 15, "the log has {} statements only", sent.len());
            for sql in &sent {
                assert!(is_listed(sql), "PostgreSQL {version}: not listed: {sql}");
            }
        }
    });
}

#[test]
fn a_statement_that_is_not_listed_is_seen() {
    assert!(is_listed("SELECT count(*) FROM \"public\".\"funds\" WHERE \"name\" IS NULL"));
    assert!(!is_listed("DELETE FROM \"public\".\"funds\""));
    assert!(!is_listed("SELECT 1"));
}
