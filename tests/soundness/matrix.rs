//! Every pair of types that `ALTER COLUMN … TYPE` was measured with, measured again on this server.

use drizzle_guard::ident::QualifiedName;
use drizzle_guard::postgres::{Base, Conversion, Path, SqlType, Work, convert};
use postgres::Client;

use crate::types;

/// The recorded matrix, for its rows and columns.
const RECORDED: &str = include_str!("../../src/postgres/type_matrix.tsv");

/// The types of the matrix, from the first column and from the first line.
fn names() -> (Vec<&'static str>, Vec<&'static str>) {
    let mut lines = RECORDED.lines();
    let to = lines.next().unwrap_or_default().split('\t').skip(1).collect();
    let from = lines.filter_map(|line| line.split('\t').next()).collect();
    (from, to)
}

/// A type of the matrix: its name in SQL, and as drizzle-guard reads it.
fn read(name: &str) -> (String, SqlType) {
    let Some(kind) = name.strip_prefix("enum") else {
        let ty = SqlType::parse(name);
        let sql = if name == "double" { "double precision" } else { name };
        return (sql.to_owned(), ty);
    };
    let sql = match kind {
        "A+" => "enum_more",
        "A-" => "enum_less",
        _ => "enum_a",
    };
    let base = Base::Enum(QualifiedName::public(sql));
    let ty = SqlType { base, arguments: Vec::new(), fields: None, dimensions: 0, serial: false };
    (sql.to_owned(), ty)
}

/// Values of a type that are hard on it.
fn values(name: &str) -> Vec<&'static str> {
    if name.starts_with("enum") {
        return if name == "enumA-" { vec!["'a'"] } else { vec!["'a'", "'b'"] };
    }
    let as_drizzle_has_it = match name {
        "double" => "double precision",
        "timestamp(3)" => "timestamp (3)",
        "timestamptz" => "timestamp with time zone",
        "timestamptz(3)" => "timestamp (3) with time zone",
        "varchar(50)" => "varchar(20)",
        "char(20)" => "char(10)",
        "numeric(10,2)" | "numeric(12,2)" | "numeric(8,2)" => "numeric(6, 2)",
        "numeric(12,4)" => "numeric(12, 4)",
        "varchar(50)[]" => "varchar(20)[]",
        "citext" => "text",
        other => other,
    };
    if let Some(ty) = types::find(as_drizzle_has_it) {
        return ty.values.to_vec();
    }
    match name {
        "numeric(10,1)" => vec!["0", "1.5", "-99999999.9"],
        "timetz" => vec!["'12:34:56.789+02'", "'00:00:00-05'"],
        "interval day" => vec!["'1 day'", "'-3 days'"],
        "macaddr8" => vec!["'08:00:2b:ff:fe:01:02:03'", "'08:00:2b:01:02:03:04:05'"],
        "line" => vec!["'{1,-1,0}'"],
        "bit(3)" => vec!["B'101'", "B'000'"],
        "bit(5)" => vec!["B'10101'"],
        "varbit" => vec!["B'1'", "B'10101'", "B''"],
        other => panic!("no values of {other}"),
    }
}

/// What a server did with one pair.
#[derive(Debug, Default)]
struct Measured {
    /// SQLSTATE without rows, and with `USING column::type` without rows.
    plain: Option<String>,
    using: Option<String>,
    rewrote: bool,
    built: bool,
    /// SQLSTATEs of rows that stopped it.
    failed: Vec<String>,
    /// A value that became another one without a word.
    lost: Option<String>,
}

/// Measures every pair and says where drizzle-guard judges otherwise. Also how many there were.
pub(crate) fn disagreements(client: &mut Client, version: u32) -> (usize, Vec<String>) {
    client
        .batch_execute(
            "CREATE TYPE enum_a AS ENUM ('a', 'b'); CREATE TYPE enum_more AS ENUM ('a', 'b', 'c');
             CREATE TYPE enum_less AS ENUM ('a'); SET timezone = 'America/New_York'; SET client_min_messages = warning;",
        )
        .expect("types");
    client.batch_execute(FUNCTIONS).expect("functions");
    let citext = client.batch_execute("CREATE EXTENSION citext").is_ok();
    let (from, to) = names();
    let (mut count, mut wrong) = (0, Vec::new());
    for before in &from {
        for after in to.iter().filter(|after| *after != before) {
            count += 1;
            if !citext && [*before, *after].contains(&"citext") {
                continue;
            }
            let found = convert(&read(before).1, &read(after).1, Some(version));
            let measured = measure(client, before, after);
            if let Some(what) = differs(&found, &measured) {
                wrong.push(format!("{before} -> {after}: {what}; {measured:?}"));
            }
        }
    }
    (count, wrong)
}

fn differs(found: &Conversion, measured: &Measured) -> Option<String> {
    // An index on the column stops it; how it gets there is not the question then.
    if found.index_blocks && measured.plain.as_deref() == Some("42704") {
        return None;
    }
    let path = match (&measured.plain, &measured.using) {
        (None, _) => Path::Automatic,
        (Some(_), None) => Path::Using,
        (Some(_), Some(state)) if state == "42704" => Path::Using,
        (Some(_), Some(_)) => Path::Impossible,
    };
    if path != found.path {
        return Some(format!("{:?} expected", found.path));
    }
    if path == Path::Automatic {
        let work = match (measured.rewrote, measured.built) {
            (true, _) => Work::Rewrite,
            (false, true) => Work::Reindex,
            (false, false) => Work::Catalog,
        };
        if work != found.work {
            return Some(format!("{:?} expected", found.work));
        }
        for state in &measured.failed {
            if !found.can_fail.as_ref().is_some_and(|why| why.contains(state.as_str())) {
                return Some(format!("failed with {state}, foreseen {:?}", found.can_fail));
            }
        }
        if measured.lost.is_some() && found.loses.is_none() && !found.depends_on_time_zone {
            return Some("lost a value".to_owned());
        }
    }
    None
}

/// Alters an empty column, then every value alone.
fn measure(client: &mut Client, before: &str, after: &str) -> Measured {
    let mut measured = Measured::default();
    let (from, to) = (read(before).0, read(after).0);
    let indexed = SqlType::parse(before).has_btree() != Some(false);
    let sql = "SELECT plain, again, rewrote, built FROM pg_temp.alter_empty($1, $2, $3)";
    let row = client.query_one(sql, &[&from, &to, &indexed]).expect("an answer");
    (measured.plain, measured.using) = (row.get(0), row.get(1));
    (measured.rewrote, measured.built) = (row.get(2), row.get(3));
    if measured.plain.is_some() {
        return measured;
    }
    for value in values(before) {
        let sql = "SELECT failed, lost FROM pg_temp.alter_value($1, $2, $3, $4)";
        let row = client.query_one(sql, &[&from, &to, &indexed, &value]).expect("an answer");
        measured.failed.extend(row.get::<_, Option<String>>(0));
        measured.lost = measured.lost.or(row.get(1));
    }
    measured
}

/// Both leave nothing behind. A value is lost that is shown as another one and, brought back to its
/// old type, is another one too.
const FUNCTIONS: &str = "
CREATE FUNCTION pg_temp.alter_empty(source text, target text, indexed boolean,
  OUT plain text, OUT again text, OUT rewrote boolean, OUT built boolean) LANGUAGE plpgsql AS $$
DECLARE the_table oid; the_index oid;
BEGIN
  rewrote := false; built := false;
  BEGIN
    EXECUTE format('CREATE TABLE t (c %s)', source);
    IF indexed THEN EXECUTE 'CREATE INDEX i ON t (c)'; END IF;
    the_table := pg_relation_filenode('t'); the_index := pg_relation_filenode(to_regclass('i'));
    BEGIN
      EXECUTE format('ALTER TABLE t ALTER COLUMN c TYPE %s', target);
      rewrote := the_table <> pg_relation_filenode('t');
      built := coalesce(the_index <> pg_relation_filenode(to_regclass('i')), false);
    EXCEPTION WHEN OTHERS THEN plain := SQLSTATE;
    END;
    IF plain IS NOT NULL THEN
      BEGIN
        EXECUTE format('ALTER TABLE t ALTER COLUMN c TYPE %1$s USING c::%1$s', target);
      EXCEPTION WHEN OTHERS THEN again := SQLSTATE;
      END;
    END IF;
    RAISE SQLSTATE 'ZZ000';
  EXCEPTION WHEN SQLSTATE 'ZZ000' THEN NULL;
  END;
END $$;
CREATE FUNCTION pg_temp.alter_value(source text, target text, indexed boolean, value text,
  OUT failed text, OUT lost text) LANGUAGE plpgsql AS $$
DECLARE shown text; changed text; back text; way text;
BEGIN
  BEGIN
    EXECUTE format('CREATE TABLE t (c %s)', source);
    EXECUTE format('INSERT INTO t VALUES (%s)', value);
    IF indexed THEN EXECUTE 'CREATE INDEX i ON t (c)'; END IF;
    EXECUTE 'SELECT c::text FROM t' INTO shown;
    BEGIN
      EXECUTE format('ALTER TABLE t ALTER COLUMN c TYPE %s', target);
    EXCEPTION WHEN OTHERS THEN failed := SQLSTATE;
    END;
    IF failed IS NULL THEN
      EXECUTE 'SELECT c::text FROM t' INTO changed;
      back := changed;
      FOREACH way IN ARRAY ARRAY['c::%s::text', 'c::text::%s::text'] LOOP
        BEGIN
          EXECUTE format('SELECT ' || way || ' FROM t', source) INTO back;
          EXIT;
        EXCEPTION WHEN OTHERS THEN NULL;
        END;
      END LOOP;
      IF back IS DISTINCT FROM shown AND changed IS DISTINCT FROM shown THEN
        lost := coalesce(shown, 'NULL') || ' became ' || coalesce(back, 'NULL');
      END IF;
    END IF;
    RAISE SQLSTATE 'ZZ000';
  EXCEPTION WHEN SQLSTATE 'ZZ000' THEN NULL;
  END;
END $$";
