//! What the gate counts before a push, against what the push then does: random schemas full of rows that
//! are hard on them, one edit each.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use drizzle_guard::database::{self, Host, Limits, Server, measure};
use drizzle_guard::delta::Diff;
use drizzle_guard::diff::{Change, compare};
use drizzle_guard::ident::{QualifiedName, quote};
use drizzle_guard::kit::{self, Statement};
use drizzle_guard::rules::{Measured, Quantity};
use drizzle_guard::schema::Schema;
use postgres::Client;

use crate::pair::Pair;
use crate::servers::number;
use crate::state::ROW;
use crate::{on_each, rows, url};

/// What came of one server.
#[derive(Default)]
struct Sum {
    cases: usize,
    counts: BTreeMap<Quantity, [usize; 3]>,
    wrong: String,
}

#[test]
fn what_the_gate_counts_is_what_the_push_does() {
    let wanted = usize::try_from(number("DRIZZLE_GUARD_LIVE_CASES", 30)).expect("a number");
    let first = number("DRIZZLE_GUARD_LIVE_SEED", 1) * 1_000_000;
    let sums = on_each(|version, server| {
        let mut sum = Sum::default();
        for seed in first.. {
            if sum.cases == wanted {
                break;
            }
            let pair = Pair::new(seed);
            if pair.edits.len() == 1 {
                case(server, pair, &format!("PostgreSQL {version}, seed {seed}"), &mut sum);
            }
        }
        sum
    });
    let mut wrong = String::new();
    for (version, sum) in sums {
        println!("PostgreSQL {version}: {} cases; counted (none, some, not measured):", sum.cases);
        for (what, [none, some, unknown]) in &sum.counts {
            println!("  {what:?}: {none}, {some}, {unknown}");
        }
        wrong += &sum.wrong;
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// Measures and runs one pair; counts only where there was something to measure.
fn case(server: &Server, mut pair: Pair, name: &str, sum: &mut Sum) {
    let schemas = Diff::new(&pair.base, &pair.head);
    let changes = compare(schemas, &pair.renames);
    let Ok(statements) = kit::generate_push(schemas, &pair.renames) else { return };
    let database = format!("gate_{}", pair.seed);
    let host = Host::running(&url(server, "postgres")).expect("a host");
    let mut client = server.create_database(&database).expect("a database");
    if database::create(&mut client, &host, &pair.base).is_ok() {
        rows::fill(&mut client, &pair.base, &mut pair.random);
        let schemas = Diff::new(&pair.base, &pair.head);
        let mut reader = server.connect(&database).expect("a connection");
        let measured = measure(&mut reader, schemas, &pair.renames, &changes, Limits::default())
            .expect("it is measured");
        drop(reader);
        if measured.iter().any(|it| !it.is_empty()) {
            sum.cases += 1;
            let mut case = Case { client: &mut client, pair: &pair, changes, measured, statements };
            for line in case.judge(sum) {
                let _ = writeln!(sum.wrong, "{name} ({}): {line}", pair.edits.join(", "));
            }
        }
    }
    drop(client);
    let sql = format!("DROP DATABASE {}", quote(&database));
    server.connect("postgres").expect("a connection").batch_execute(&sql).expect("it goes");
}

struct Case<'a> {
    client: &'a mut Client,
    pair: &'a Pair,
    changes: Vec<Change>,
    measured: Vec<Vec<Measured>>,
    statements: Vec<Statement>,
}

/// The SQLSTATE with which a push stops on rows of this kind.
fn codes(what: Quantity) -> &'static [&'static str] {
    match what {
        Quantity::RowsWithoutValue | Quantity::Nulls => &["23502"],
        Quantity::Duplicates => &["23505"],
        Quantity::Orphans => &["23503"],
        Quantity::Violations => &["23514"],
        Quantity::Unconvertible => &["22001", "22003", "22P02", "22026"],
        Quantity::LabelsUsed => &["22P02"],
        Quantity::RowsDropped
        | Quantity::ValuesDropped
        | Quantity::RowsEmptied
        | Quantity::Altered => &[],
    }
}

impl Case<'_> {
    fn judge(&mut self, sum: &mut Sum) -> Vec<String> {
        let all: Vec<(Change, Measured)> = self
            .changes
            .iter()
            .zip(&self.measured)
            .flat_map(|(change, all)| all.iter().map(|it| (change.clone(), it.clone())))
            .collect();
        for (_, it) in &all {
            let counts = sum.counts.entry(it.what).or_default();
            counts[match it.count {
                Ok(0) => 0,
                Ok(_) => 1,
                Err(_) => 2,
            }] += 1;
        }
        let mut wrong = Vec::new();
        wrong.extend(self.failures(&all));
        wrong.extend(self.losses(&all));
        wrong
    }

    /// Which rows stop the statements.
    fn failures(&mut self, all: &[(Change, Measured)]) -> Vec<String> {
        let fails: Vec<_> = all.iter().filter(|(_, it)| !codes(it.what).is_empty()).collect();
        if fails.is_empty() || fails.iter().any(|(_, it)| it.count.is_err()) {
            return Vec::new();
        }
        let known: BTreeSet<&str> =
            fails.iter().flat_map(|(_, it)| codes(it.what)).copied().collect();
        let some = fails.iter().filter(|(_, it)| it.count != Ok(0));
        let predicted: BTreeSet<&str> = some.flat_map(|(_, it)| codes(it.what)).copied().collect();
        let found = self.first_error(None);
        let of_rows = |code: &str| code.starts_with("23") || code.starts_with("22");
        match &found {
            Some(code) if predicted.contains(code.as_str()) => {}
            None if predicted.is_empty() => return Vec::new(),
            // What goes wrong for another reason says nothing about rows.
            Some(code) if !of_rows(code) => return Vec::new(),
            Some(code) if predicted.is_empty() && !known.contains(code.as_str()) => {
                return vec![format!("it fails with {code}, which nobody counted: {fails:?}")];
            }
            other => return vec![format!("it ends with {other:?}, counted was {fails:?}")],
        }
        // How many: rows are let in one after the other, and left out where they stop it.
        let tables: BTreeSet<QualifiedName> =
            fails.iter().filter_map(|(change, _)| change.object().table_name()).collect();
        let itself =
            |change: &Change| matches!(change, Change::AddForeignKey(it) if it.what.to == it.table);
        let Some(table) = tables.first().filter(|_| tables.len() == 1) else { return Vec::new() };
        if fails.iter().any(|(change, _)| itself(change)) {
            return Vec::new();
        }
        let Some(table) = self.base_name(table) else { return Vec::new() };
        let mut left_out = 0;
        let mut kept: Vec<i64> = Vec::new();
        for row in self.numbers(&table) {
            kept.push(row);
            match self.first_error(Some((&table, &kept))) {
                None => {}
                Some(code) if predicted.contains(code.as_str()) => {
                    kept.pop();
                    left_out += 1;
                }
                Some(_) => return Vec::new(),
            }
        }
        // A key's new column becomes NOT NULL as well: the same rows, counted for both.
        let keyed = fails.iter().any(|(change, it)| {
            it.what == Quantity::Nulls && !matches!(change, Change::SetNotNull(_))
        });
        let once =
            fails.iter().filter(|(change, _)| !(keyed && matches!(change, Change::SetNotNull(_))));
        let counted: u64 = once.filter_map(|(_, it)| it.count.clone().ok()).sum();
        if counted == left_out {
            return Vec::new();
        }
        vec![format!("{left_out} rows of {table} stop it, counted was {fails:?}")]
    }

    /// A table's name in the base.
    fn base_name(&self, head: &QualifiedName) -> Option<QualifiedName> {
        let name = drizzle_guard::diff::Names::of(&self.changes).table_to_base(head);
        self.pair.base.tables.contains_key(&name).then_some(name)
    }

    fn numbers(&mut self, table: &QualifiedName) -> Vec<i64> {
        let sql = format!("SELECT {0} FROM {1} ORDER BY {0}", quote(ROW), table.quoted());
        self.client.query(&sql, &[]).expect(&sql).iter().map(|row| row.get(0)).collect()
    }

    /// The first error of all statements, with only some rows of a table; nothing stays.
    fn first_error(&mut self, only: Option<(&QualifiedName, &[i64])>) -> Option<String> {
        self.client.batch_execute("BEGIN").expect("a transaction");
        if let Some((table, rows)) = only {
            let rows: Vec<String> = rows.iter().map(ToString::to_string).collect();
            let sql = format!(
                "SET LOCAL session_replication_role = replica; DELETE FROM {} WHERE {} NOT IN ({})",
                table.quoted(),
                quote(ROW),
                rows.join(", ")
            );
            self.client.batch_execute(&sql).expect(&sql);
        }
        let mut found = None;
        for statement in &self.statements {
            let sql = statement.sql.replace(" CONCURRENTLY ", " ");
            if let Err(error) = self.client.batch_execute(&sql) {
                found =
                    Some(error.code().map_or_else(|| error.to_string(), |it| it.code().to_owned()));
                break;
            }
        }
        self.client.batch_execute("ROLLBACK").expect("the end");
        found
    }

    /// What is lost and altered, when the push goes through.
    fn losses(&mut self, all: &[(Change, Measured)]) -> Vec<String> {
        let mut wrong = Vec::new();
        let before = counts(self.client, &self.pair.base);
        let mut kept = Vec::new();
        for (change, it) in all {
            if let (Change::AlterColumnType(column), Quantity::Altered, Ok(_)) =
                (change, it.what, &it.count)
            {
                let table = self.base_name(&column.table).expect("a table of the base");
                let name = format!("kept_{}", kept.len());
                let sql = format!(
                    "CREATE TABLE {name} AS SELECT {}, {} AS old FROM {}",
                    quote(ROW),
                    quote(&column.what.before.name),
                    table.quoted()
                );
                self.client.batch_execute(&sql).expect(&sql);
                kept.push((name, column, it));
            }
            if let (Change::DropColumn(column), Quantity::ValuesDropped, Ok(count)) =
                (change, it.what, &it.count)
            {
                let sql = format!(
                    "SELECT {}::text FROM {}",
                    quote(&column.what.name),
                    column.table.quoted()
                );
                let rows = self.client.query(&sql, &[]).expect(&sql);
                let there =
                    rows.iter().filter(|row| row.get::<_, Option<&str>>(0).is_some()).count();
                if there as u64 != *count {
                    wrong.push(format!("{there} values are lost, counted was {count}"));
                }
            }
        }
        let schemas = Diff::new(&self.pair.base, &self.pair.head);
        let truncations = kit::push_effects(&self.statements, schemas, &self.pair.renames);
        let mut whole = true;
        for (at, statement) in self.statements.iter().enumerate() {
            for truncation in truncations.iter().filter(|it| it.statement == at) {
                whole &= self.client.batch_execute(&truncation.sql).is_ok();
            }
            whole &= self.client.batch_execute(&statement.sql).is_ok();
        }
        if !whole {
            return wrong;
        }
        let after = counts(self.client, &self.pair.head);
        let names = drizzle_guard::diff::Names::of(&self.changes);
        let lost: u64 = before
            .iter()
            .map(|(table, count)| {
                let now = after.get(&names.table_to_head(table)).copied().unwrap_or(0);
                count.saturating_sub(now)
            })
            .sum();
        let taken = [Quantity::RowsEmptied, Quantity::RowsDropped];
        let about: Vec<_> = all.iter().filter(|(_, it)| taken.contains(&it.what)).collect();
        let predicted: u64 = about.iter().filter_map(|(_, it)| it.count.clone().ok()).sum();
        if lost != predicted {
            wrong.push(format!("{lost} rows are gone, counted was {about:?}"));
        }
        for (name, column, it) in kept {
            let after = &column.what.before;
            let ty = if after.type_schema.is_some() { "text" } else { after.ty.as_str() };
            let text = if matches!(after.ty.as_str(), "json" | "point") { "::text" } else { "" };
            let sql = format!(
                "SELECT count(*) FROM {} AS t JOIN {name} AS k USING ({}) WHERE k.old IS NOT NULL AND (t.{})::{ty}{text} IS DISTINCT FROM k.old{text}",
                column.table.quoted(),
                quote(ROW),
                quote(&column.what.after.name),
            );
            let altered: i64 = match self.client.query_one(&sql, &[]) {
                Ok(row) => row.get(0),
                Err(error) => {
                    wrong.push(format!("{sql}: {error:?}"));
                    continue;
                }
            };
            if it.count != Ok(u64::try_from(altered).expect("a count")) {
                wrong.push(format!("{altered} values are altered, counted was {it:?}: {sql}"));
            }
        }
        wrong
    }
}

fn counts(client: &mut Client, schema: &Schema) -> BTreeMap<QualifiedName, u64> {
    let count = |table: &QualifiedName| {
        let sql = format!("SELECT count(*) FROM {}", table.quoted());
        let row = client.query_one(&sql, &[]).expect(&sql);
        u64::try_from(row.get::<_, i64>(0)).expect("a count")
    };
    schema.tables.keys().cloned().zip(schema.tables.keys().map(count)).collect()
}
