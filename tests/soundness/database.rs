//! A database of a throw-away server, and one statement at a time watched closely.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use drizzle_guard::database::Server;
use drizzle_guard::ident::QualifiedName;
use drizzle_guard::kit::Statement;
use postgres::{Client, Config, NoTls};

use crate::state::{State, rows};

/// A connection whose notices are kept.
pub(crate) struct Database {
    pub(crate) client: Client,
    notices: Arc<Mutex<Vec<String>>>,
}

/// What a statement did.
#[derive(Debug, Default)]
pub(crate) struct Effects {
    /// SQLSTATE and message.
    pub(crate) error: Option<(String, String)>,
    /// The strongest lock on each table that was there before, as a number from 1 to 8; `None` where
    /// nobody looked.
    pub(crate) locks: Option<BTreeMap<QualifiedName, u8>>,
    /// Tables that were written again.
    pub(crate) rewrote: BTreeSet<QualifiedName>,
    /// Tables that were read from end to end.
    pub(crate) scanned: BTreeSet<QualifiedName>,
    /// Tables of which an index was built without the table being rewritten.
    pub(crate) built: BTreeSet<QualifiedName>,
    /// Whether the rows of a foreign key were looked up.
    pub(crate) validated: bool,
    /// What was lost, in words.
    pub(crate) lost: Vec<String>,
}

impl Effects {
    /// Whether it did work that grows with a table that was there before.
    pub(crate) fn works(&self) -> bool {
        !self.rewrote.is_empty()
            || !self.scanned.is_empty()
            || !self.built.is_empty()
            || self.validated
    }
}

/// How drizzle-kit's statements are run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// One by one, as `drizzle-kit push` does.
    Each,
    /// All in one transaction, as `drizzle-kit migrate` does.
    Together,
}

/// Runs SQL in a transaction of its own and says what came of it: SQLSTATE, or `ok` and the answer.
/// What it did is taken back.
const PROBE: &str = "
CREATE FUNCTION pg_temp.probe(act text, look text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE answer text;
BEGIN
  BEGIN
    IF act <> '' THEN EXECUTE act; END IF;
    answer := 'ok';
    IF look <> '' THEN EXECUTE look INTO answer; answer := 'ok ' || coalesce(answer, 'nothing'); END IF;
    RAISE EXCEPTION USING ERRCODE = 'ZZ000', MESSAGE = answer;
  EXCEPTION
    WHEN SQLSTATE 'ZZ000' THEN GET STACKED DIAGNOSTICS answer = MESSAGE_TEXT; RETURN answer;
    WHEN OTHERS THEN RETURN SQLSTATE;
  END;
END $$";

impl Database {
    /// A new database on the server.
    pub(crate) fn new(server: &Server, name: &str) -> Self {
        drop(server.create_database(name).expect("a database"));
        let notices = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&notices);
        let mut config = Config::new();
        config.host_path(server.socket_directory()).user("postgres").dbname(name);
        config.notice_callback(move |notice| {
            kept.lock().expect("no thread panics here").push(notice.message().to_owned());
        });
        let mut client = config.connect(NoTls).expect("a connection");
        client.batch_execute(PROBE).expect("the probe");
        client
            .batch_execute(
                "SET client_min_messages = debug1; SET statement_timeout = '20s';
                 DO $$ BEGIN CREATE ROLE reader; EXCEPTION WHEN OTHERS THEN NULL; END $$",
            )
            .expect("settings");
        Self { client, notices }
    }

    /// Takes everything away again.
    pub(crate) fn clear(&mut self) {
        self.client
            .batch_execute(
                "DO $$ DECLARE it text; BEGIN
                   FOR it IN SELECT nspname FROM pg_namespace
                     WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'
                   LOOP EXECUTE format('DROP SCHEMA %I CASCADE', it); END LOOP;
                   CREATE SCHEMA public; GRANT ALL ON SCHEMA public TO public;
                   DROP ROLE IF EXISTS analyst;
                 END $$",
            )
            .expect("an empty database");
    }

    /// Runs one statement on `before` and says what it did to the tables that were there at `first`.
    pub(crate) fn run(
        &mut self,
        statement: &Statement,
        mode: Mode,
        first: &State,
        before: &State,
    ) -> (Effects, State) {
        let sql = statement.sql.as_str();
        self.notices.lock().expect("no thread panics here").clear();
        let alone = mode == Mode::Each && !sql.contains(" CONCURRENTLY ");
        if alone {
            self.client.batch_execute("BEGIN").expect("a transaction");
        }
        let mut effects = Effects::default();
        if let Err(error) = self.client.batch_execute(sql) {
            let error = error.as_db_error().unwrap_or_else(|| panic!("{sql}: {error:?}"));
            effects.error = Some((error.code().code().to_owned(), error.message().to_owned()));
        }
        if alone {
            if effects.error.is_none() {
                effects.locks = Some(self.locks(first, before));
            }
            let end = if effects.error.is_none() { "COMMIT" } else { "ROLLBACK" };
            self.client.batch_execute(end).expect(end);
        }
        if effects.error.is_some() {
            return (effects, before.clone());
        }
        let notices = std::mem::take(&mut *self.notices.lock().expect("no thread panics here"));
        let after = State::of(&mut self.client);
        effects.rewrote = before.rewritten(&after);
        effects.lost = before.losses(&after, &mut self.client);
        let old = before.0.iter().filter(|(oid, _)| first.0.contains_key(*oid));
        let old: Vec<&QualifiedName> = old.map(|(_, table)| &table.name).collect();
        // What is new may have a name that something old has in another schema.
        let new = after.0.iter().filter(|(oid, _)| !first.0.contains_key(*oid));
        let new: Vec<&str> = new.map(|(_, table)| table.name.name.as_str()).collect();
        let table = |name: &str| {
            let old = old.iter().filter(|it| it.name == name && !new.contains(&name));
            old.map(|it| (*it).clone()).next()
        };
        effects.rewrote.retain(|table| old.contains(&table));
        for notice in notices {
            let quoted = |at: usize| notice.split('"').nth(at).unwrap_or_default();
            if notice.starts_with("rewriting table") {
                effects.rewrote.extend(table(quoted(1)));
            } else if notice.starts_with("verifying table") {
                effects.scanned.extend(table(quoted(1)));
            } else if notice.starts_with("validating foreign key") {
                effects.validated =
                    table(&statement.object.table.clone().unwrap_or_default()).is_some();
            } else if notice.starts_with("building index") {
                effects.built.extend(table(quoted(3)));
            }
        }
        effects.built.retain(|table| !effects.rewrote.contains(table));
        if sql.contains(" CONCURRENTLY ") {
            // Reads and writes go on.
            effects.built.clear();
        }
        (effects, after)
    }

    /// The strongest lock this transaction holds on each table that was there at `first`, by the name
    /// that it has in `before`.
    fn locks(&mut self, first: &State, before: &State) -> BTreeMap<QualifiedName, u8> {
        let mut locks = BTreeMap::new();
        let sql = "SELECT relation, mode FROM pg_locks
                   WHERE pid = pg_backend_pid() AND locktype = 'relation' AND relation >= 16384";
        for row in rows(&mut self.client, sql) {
            let oid = row.get(0).unwrap_or_default().parse().expect("an oid");
            let Some(table) = before.0.get(&oid).filter(|_| first.0.contains_key(&oid)) else {
                continue;
            };
            let mode = match row.get(1).unwrap_or_default() {
                "AccessShareLock" => 1,
                "RowShareLock" => 2,
                "RowExclusiveLock" => 3,
                "ShareUpdateExclusiveLock" => 4,
                "ShareLock" => 5,
                "ShareRowExclusiveLock" => 6,
                "ExclusiveLock" => 7,
                _ => 8,
            };
            let strongest = locks.entry(table.name.clone()).or_insert(mode);
            *strongest = mode.max(*strongest);
        }
        locks
    }

    /// The answers to probes, each of which leaves nothing behind.
    pub(crate) fn probe(&mut self, probes: &[(String, String)]) -> Vec<String> {
        let (acts, looks): (Vec<&str>, Vec<&str>) =
            probes.iter().map(|(act, look)| (act.as_str(), look.as_str())).unzip();
        let sql = "SELECT pg_temp.probe(act, look) FROM unnest($1::text[], $2::text[])
                   WITH ORDINALITY AS it (act, look, at) ORDER BY at";
        let answers = self.client.query(sql, &[&acts, &looks]).expect("answers");
        answers.into_iter().map(|row| row.get(0)).collect()
    }
}
