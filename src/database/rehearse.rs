//! A plan, or drizzle-kit's own statements, run on a scratch database full of rows, and what that proves.

use std::collections::BTreeMap;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use postgres::Client;

use super::Error;
use super::connect::{Notices, explain};
use super::demand::Demand;
use super::fill::{Filled, fill};
use super::host::{Host, Scratch};
use super::introspect::{Filter, Live, inspect};
use super::loss::{Data, TableLoss, losses, rows_of, values_before};
use super::shape::{Difference, Made, create, differences, forget, one_line};
use crate::delta::Diff;
use crate::diff::dependents::mentions;
use crate::diff::{Names, Rename, compare};
use crate::ident::QualifiedName;
use crate::kit;
use crate::plan::{Phase, Plan, Statement};
use crate::schema::{Column, ObjectKind, Schema};

/// How to rehearse.
pub struct RehearsalOptions<'a> {
    /// Rows a table.
    pub rows: u32,
    /// Is told before each step.
    pub progress: &'a dyn Fn(&Progress<'_>),
}

impl Default for RehearsalOptions<'_> {
    fn default() -> Self {
        Self { rows: 1_000, progress: &|_| {} }
    }
}

/// How far a rehearsal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress<'a> {
    /// Steps that are done.
    pub done: usize,
    /// All steps.
    pub of: usize,
    /// What is done now.
    pub what: &'a str,
}

/// Counts the steps: the two schemas, the rows, every statement.
struct Steps<'a> {
    options: &'a RehearsalOptions<'a>,
    done: usize,
    of: usize,
}

impl<'a> Steps<'a> {
    fn new(options: &'a RehearsalOptions<'a>, statements: usize) -> Self {
        Self { options, done: 0, of: statements + 2 }
    }

    fn next(&mut self, what: &str) {
        (self.options.progress)(&Progress { done: self.done, of: self.of, what });
        self.done += 1;
    }
}

/// What a rehearsal showed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rehearsal {
    /// The server's major version.
    pub version: u32,
    /// The rows the tables were filled with, and what could not be filled.
    pub filled: Filled,
    /// Every statement that was run, in order.
    pub ran: Vec<Ran>,
    /// What was proved, and what was not.
    pub proofs: Vec<Proof>,
    /// Rows and values that were there before and are not there after.
    pub losses: Vec<TableLoss>,
}

impl Rehearsal {
    /// Whether everything held, or was said beforehand.
    pub fn ok(&self) -> bool {
        self.ran.iter().all(|ran| ran.error.is_none())
            && self.proofs.iter().all(|proof| proof.held != Held::No)
    }
}

/// One statement that was run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    /// The file it is from; `None` for drizzle-kit's own statements.
    pub phase: Option<Phase>,
    /// What it is for.
    pub title: String,
    /// The SQL.
    pub sql: String,
    /// How long it took.
    pub time: Duration,
    /// The strongest lock it was seen to hold on a table that existed before it; `None` when it cannot be
    /// observed (it commits by itself) or there was none.
    pub lock: Option<String>,
    /// What grows with the tables, as PostgreSQL itself reports it: tables that were written anew or read
    /// from end to end, indexes that were built.
    pub work: Vec<String>,
    /// PostgreSQL's message when it failed.
    pub error: Option<String>,
}

/// Whether a proof held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// It held.
    Yes,
    /// It did not, but all that is different is what the plan had named (`Plan::irreversible`).
    Announced,
    /// It did not.
    No,
}

/// One thing that was to be proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// What, one sentence.
    pub what: String,
    /// Whether it held.
    pub held: Held,
    /// What was found instead, a line each.
    pub found: Vec<String>,
}

/// Runs a plan forwards and back on a scratch database of `host`.
///
/// `renames` are those the plan was drafted with.
/// The base schema is created with drizzle-kit's own statements and filled with rows; after each
/// direction the database is compared with one that drizzle-kit made, and the data with what it was.
///
/// # Errors
/// When the rehearsal itself cannot take place. A statement of the plan that fails is a result.
pub fn rehearse(
    base: &Schema,
    head: &Schema,
    plan: &Plan,
    renames: &[Rename],
    host: &Host,
    options: &RehearsalOptions<'_>,
) -> Result<Rehearsal, Error> {
    if !plan.is_complete() {
        let decisions = plan.decisions.iter().filter(|decision| decision.required);
        let open = decisions.map(|decision| format!("{} ({})", decision.question, decision.answer));
        let why: Vec<String> = open.chain(plan.not_drafted.iter().cloned()).collect();
        return Err(Error::Incomplete { why: why.join("; ") });
    }
    let filter = both(base, head);
    let statements = Phase::ALL.iter().map(|phase| plan.statements(*phase).len()).sum();
    let mut steps = Steps::new(options, statements);
    steps.next("the head schema, as drizzle-kit makes it");
    let wanted = shape_of(head, "head", Some(base), host, &filter)?;
    steps.next("the base schema, full of rows");
    let changes = compare(Diff::new(base, head), renames);
    let demand = Demand::of(base, head, &Names::of(&changes), Some(plan));
    let mut scene = Scene::set(base, head, &demand, host, &filter, options.rows)?;
    let mut rehearsal = scene.rehearsal();

    for phase in [Phase::Expand, Phase::Backfill, Phase::Contract] {
        if !run_phase(plan, phase, &mut scene, &mut rehearsal, &mut steps)? {
            return Ok(rehearsal);
        }
    }
    let reached = inspect(&mut scene.client, &filter)?;
    rehearsal.proofs.push(proof(
        "after contract.sql the database is what drizzle-kit makes of the head schema",
        lines(&differences(&wanted, &reached)),
        &[],
    ));
    kept_values(base, head, &mut scene, &mut rehearsal)?;
    let checks = plan.verify.iter().map(|check| (check.what.as_str(), check.sql()));
    prove_all("verify.sql", checks, &mut scene.client, &mut rehearsal);

    for phase in [Phase::RollbackContract, Phase::RollbackExpand] {
        if !run_phase(plan, phase, &mut scene, &mut rehearsal, &mut steps)? {
            return Ok(rehearsal);
        }
    }
    let restored = inspect(&mut scene.client, &filter)?;
    let (named, unnamed): (Vec<_>, Vec<_>) = differences(&scene.shape, &restored)
        .into_iter()
        .partition(|difference| plan.irreversible.iter().any(|it| it.object == difference.object));
    rehearsal.proofs.push(proof(
        "after the rollback the database is what it was",
        lines(&unnamed),
        &lines(&named),
    ));
    rehearsal.proofs.push(same_rows(plan, &mut scene));
    let checks = plan.verify_rollback.iter().map(|check| (check.what.as_str(), check.sql()));
    prove_all("verify_rollback.sql", checks, &mut scene.client, &mut rehearsal);
    Ok(rehearsal)
}

/// Whether every row is what it was, but for the columns of which the plan says beforehand that they
/// are not.
fn same_rows(plan: &Plan, scene: &mut Scene) -> Proof {
    let (mut different, mut announced) = (Vec::new(), Vec::new());
    for (name, before) in &scene.data {
        let after = match rows_of(&mut scene.client, name) {
            Ok(after) if after == *before => continue,
            Ok(after) => after,
            Err(error) => {
                different.push(format!("{name}: {error}"));
                continue;
            }
        };
        let named = plan.irreversible.iter().filter(|it| {
            it.object.kind == ObjectKind::Column && it.object.table_name().as_ref() == Some(name)
        });
        let named: Vec<&str> = named.map(|it| it.object.name.as_str()).collect();
        let same = !named.is_empty() && without(before, &named) == without(&after, &named);
        let gone = before.iter().filter(|row| after.binary_search(row).is_err());
        let example = gone.clone().next().cloned().unwrap_or_default();
        let line = format!(
            "{name}: {} of {} rows are not as they were, for example {}",
            gone.count(),
            before.len(),
            one_line(&example)
        );
        if same { &mut announced } else { &mut different }.push(line);
    }
    proof("after the rollback every row is what it was", different, &announced)
}

/// Rows without some of their columns, sorted.
fn without(rows: &[String], columns: &[&str]) -> Vec<String> {
    let rows = rows.iter().map(|row| {
        let Ok(serde_json::Value::Object(mut row)) = serde_json::from_str(row) else {
            return row.clone();
        };
        row.retain(|name, _| !columns.contains(&name.as_str()));
        serde_json::Value::Object(row).to_string()
    });
    let mut rows: Vec<String> = rows.collect();
    rows.sort();
    rows
}

/// Runs what `drizzle-kit generate` would write, one statement after another as drizzle-kit push runs
/// them, and counts what is lost.
///
/// # Errors
/// When the rehearsal itself cannot take place. A statement that fails is a result: the statements after
/// it are not run, as with drizzle-kit.
pub fn rehearse_drizzle(
    base: &Schema,
    head: &Schema,
    renames: &[Rename],
    host: &Host,
    options: &RehearsalOptions<'_>,
) -> Result<Rehearsal, Error> {
    let filter = both(base, head);
    let statements = kit::generate(Diff::new(base, head), renames)
        .map_err(|error| Error::Incomplete { why: error.to_string() })?;
    let mut steps = Steps::new(options, statements.len());
    steps.next("the head schema, as drizzle-kit makes it");
    let wanted = shape_of(head, "head", Some(base), host, &filter)?;
    steps.next("the base schema, full of rows");
    let mut scene = Scene::set(base, head, &Demand::none(base), host, &filter, options.rows)?;
    let mut rehearsal = scene.rehearsal();
    'all: for statement in &statements {
        let object = statement.object.to_string();
        steps.next(&object);
        for sql in statement.sql.split("--> statement-breakpoint") {
            let ran = run(None, &object, sql.trim(), true, &mut scene);
            let failed = ran.error.is_some();
            rehearsal.ran.push(ran);
            if failed {
                break 'all;
            }
        }
    }
    let reached = inspect(&mut scene.client, &filter)?;
    rehearsal.proofs.push(proof(
        "the database is what drizzle-kit makes of the head schema",
        lines(&differences(&wanted, &reached)),
        &[],
    ));
    let names = Names::of(&compare(Diff::new(base, head), renames));
    let losses = losses(base, &names, &scene.data, &mut scene.client);
    let found = losses.iter().map(|loss| {
        let columns: Vec<String> = loss
            .columns
            .iter()
            .map(|column| format!("{}: {} of {} values", column.column, column.lost, column.before))
            .collect();
        format!(
            "{}: {} of {} rows left; {}",
            loss.table,
            loss.rows_after,
            loss.rows_before,
            columns.join(", ")
        )
    });
    rehearsal.proofs.push(proof("no row and no value is lost", found.collect(), &[]));
    rehearsal.losses = losses;
    Ok(rehearsal)
}

fn both(base: &Schema, head: &Schema) -> Filter {
    let mut filter = Filter::of(base);
    filter.schemas.extend(Filter::of(head).schemas);
    filter.schemas.sort();
    filter.schemas.dedup();
    filter
}

/// What drizzle-kit makes of a schema, on a scratch database of its own.
pub(super) fn shape_of(
    schema: &Schema,
    which: &'static str,
    other: Option<&Schema>,
    host: &Host,
    filter: &Filter,
) -> Result<Live, Error> {
    let mut place = Place::new(host.scratch()?);
    let mut client = place.scratch.connect()?;
    create(&mut client, host, schema, which, other, &mut place.made)?;
    inspect(&mut client, filter)
}

/// A scratch database and the roles that were made for it; both go with it, however that comes.
struct Place {
    scratch: Scratch,
    made: Made,
}

impl Place {
    fn new(scratch: Scratch) -> Self {
        Self { scratch, made: Made::default() }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(mut administration) = self.scratch.finish() {
            forget(&mut administration, &self.made);
        }
    }
}

/// The base on a scratch database, filled.
struct Scene {
    client: Client,
    notices: Notices,
    version: u32,
    shape: Live,
    filled: Filled,
    /// All rows as text, sorted, by table.
    data: Data,
    /// After the client, whose connection has to be closed before.
    _place: Place,
}

impl Scene {
    fn set(
        base: &Schema,
        head: &Schema,
        demand: &Demand,
        host: &Host,
        filter: &Filter,
        rows: u32,
    ) -> Result<Self, Error> {
        let mut place = Place::new(host.scratch()?);
        let (mut client, notices) = place.scratch.connect_listening()?;
        create(&mut client, host, base, "base", Some(head), &mut place.made)?;
        let filled = fill(&mut client, demand, rows)?;
        let shape = inspect(&mut client, filter)?;
        let mut data = BTreeMap::new();
        for name in base.tables.keys() {
            data.insert(name.clone(), rows_of(&mut client, name)?);
        }
        // Materialized views show the rows, as they would in production.
        for view in base.views.values().filter(|view| view.materialized) {
            let sql = format!("REFRESH MATERIALIZED VIEW {}", view.name.quoted());
            client.batch_execute(&sql).map_err(|error| Error::query(sql, &error))?;
        }
        let version = shape.version;
        let watch = "SET client_min_messages = debug1";
        client.batch_execute(watch).map_err(|error| Error::query(watch, &error))?;
        Ok(Self { client, notices, version, shape, filled, data, _place: place })
    }

    fn rehearsal(&self) -> Rehearsal {
        Rehearsal { version: self.version, filled: self.filled.clone(), ..Rehearsal::default() }
    }
}

/// Runs one file of the plan; `false` when a statement failed and the rest was left.
fn run_phase(
    plan: &Plan,
    phase: Phase,
    scene: &mut Scene,
    rehearsal: &mut Rehearsal,
    steps: &mut Steps<'_>,
) -> Result<bool, Error> {
    for statement in plan.statements(phase) {
        steps.next(&statement.title);
        let timeouts = statement.timeouts();
        scene.client.batch_execute(&timeouts).map_err(|error| Error::query(timeouts, &error))?;
        let ran = run_planned(phase, statement, scene);
        let failed = ran.error.is_some();
        rehearsal.ran.push(ran);
        if failed {
            return Ok(false);
        }
    }
    let reset = "SET lock_timeout = 0; SET statement_timeout = 0;";
    scene.client.batch_execute(reset).map_err(|error| Error::query(reset, &error))?;
    Ok(true)
}

fn run_planned(phase: Phase, statement: &Statement, scene: &mut Scene) -> Ran {
    // A block is run inside our own transaction, so that its locks can be looked at before it ends.
    let block =
        statement.sql.strip_prefix("BEGIN;\n").and_then(|sql| sql.strip_suffix("\nCOMMIT;"));
    let (sql, observe) = match block {
        Some(body) => (body, true),
        None => (statement.sql.as_str(), statement.in_transaction),
    };
    Ran { sql: statement.sql.clone(), ..run(Some(phase), &statement.title, sql, observe, scene) }
}

fn run(phase: Option<Phase>, title: &str, sql: &str, observe: bool, scene: &mut Scene) -> Ran {
    let heard = || scene.notices.lock().unwrap_or_else(PoisonError::into_inner);
    heard().clear();
    let client = &mut scene.client;
    let mut ran = Ran {
        phase,
        title: title.to_owned(),
        sql: sql.to_owned(),
        time: Duration::ZERO,
        lock: None,
        work: Vec::new(),
        error: None,
    };
    // PostgreSQL refuses to use an enum value in the transaction that adds it, and these commit alone.
    let alone = !observe || sql.contains("CONCURRENTLY") || sql.contains(" ADD VALUE ");
    let start = Instant::now();
    let result = if alone {
        client.batch_execute(sql)
    } else {
        client.batch_execute("BEGIN").and_then(|()| client.batch_execute(sql))
    };
    ran.time = start.elapsed();
    match result {
        Ok(()) if alone => {}
        Ok(()) => {
            ran.lock = strongest_lock(client);
            if let Err(error) = client.batch_execute("COMMIT") {
                ran.error = Some(explain(&error));
            }
        }
        Err(error) => {
            ran.error = Some(explain(&error));
            let _ = client.batch_execute("ROLLBACK");
        }
    }
    ran.work = work(&std::mem::take(&mut *heard()));
    ran
}

/// What of a server's remarks is work that grows with a table.
fn work(remarks: &[String]) -> Vec<String> {
    let starts = ["rewriting table", "verifying table", "validating foreign key", "building index"];
    let mut found: Vec<String> = Vec::new();
    for remark in remarks.iter().filter(|it| starts.iter().any(|start| it.starts_with(start))) {
        // How the index is built is of no interest.
        let line = remark.split(" serially").next().unwrap_or(remark).to_owned();
        let line = line.split(" with request").next().unwrap_or(&line).to_owned();
        let own = ["pg_toast", "bk_", "drizzle_guard"].iter().any(|it| line.contains(it));
        if !own && !found.contains(&line) {
            found.push(line);
        }
    }
    found
}

/// The strongest lock this transaction holds on a table that it did not create itself.
fn strongest_lock(client: &mut Client) -> Option<String> {
    let sql = "SELECT l.mode FROM pg_locks l JOIN pg_class c ON c.oid = l.relation JOIN pg_namespace n ON n.oid = c.relnamespace \
         WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND c.relkind IN ('r', 'p', 'm') \
           AND n.nspname NOT IN ('pg_catalog', 'pg_toast', 'information_schema', 'drizzle_guard') \
           AND c.xmin <> (txid_current_if_assigned() & 4294967295)::text::xid \
         ORDER BY array_position(ARRAY['AccessExclusiveLock', 'ExclusiveLock', 'ShareRowExclusiveLock', 'ShareLock', 'ShareUpdateExclusiveLock', 'RowExclusiveLock', 'RowShareLock', 'AccessShareLock'], l.mode) LIMIT 1";
    // Looked at under a savepoint: an older server without the function must not lose the transaction.
    client.batch_execute("SAVEPOINT look").ok()?;
    let rows = client.query(sql, &[]);
    if rows.is_err() {
        let _ = client.batch_execute("ROLLBACK TO look");
    }
    let mode: String = rows.ok()?.first()?.get(0);
    Some(mode)
}

fn prove_all<'a>(
    file: &str,
    checks: impl Iterator<Item = (&'a str, String)>,
    client: &mut Client,
    rehearsal: &mut Rehearsal,
) {
    let mut failed = Vec::new();
    let mut count = 0;
    for (what, sql) in checks {
        count += 1;
        let holds =
            client.query_one(&sql, &[]).map(|row| row.get::<_, Option<bool>>(1) == Some(true));
        match holds {
            Ok(true) => {}
            Ok(false) => failed.push(format!("{what}: does not hold")),
            Err(error) => failed.push(format!("{what}: {}", explain(&error))),
        }
    }
    if count > 0 {
        rehearsal.proofs.push(proof(&format!("the {count} checks of {file} hold"), failed, &[]));
    }
}

/// A proof from what was found against it, and what of that was said beforehand.
fn proof(what: &str, mut found: Vec<String>, announced: &[String]) -> Proof {
    let held = match (found.is_empty(), announced.is_empty()) {
        (true, true) => Held::Yes,
        (true, false) => Held::Announced,
        (false, _) => Held::No,
    };
    found.extend_from_slice(announced);
    Proof { what: what.to_owned(), held, found }
}

fn lines(differences: &[Difference]) -> Vec<String> {
    differences.iter().map(|difference| difference.text.clone()).collect()
}

/// Rows and columns that the change does not touch hold what they held.
fn kept_values(
    base: &Schema,
    head: &Schema,
    scene: &mut Scene,
    rehearsal: &mut Rehearsal,
) -> Result<(), Error> {
    let mut found = Vec::new();
    for (name, before) in &scene.data {
        let (Some(old), Some(new)) = (base.table(name), head.table(name)) else { continue };
        let after = rows_of(&mut scene.client, name)?;
        if after.len() != before.len() {
            found.push(format!("{name}: {} rows became {}", before.len(), after.len()));
            continue;
        }
        let enums = |column: &Column| {
            let element = column.ty.split('[').next().unwrap_or_default();
            let name = QualifiedName::new(column.type_schema.clone().unwrap_or_default(), element);
            (base.enums.get(&name), head.enums.get(&name))
        };
        let same = |column: &Column| {
            new.columns.get(&column.name).is_some_and(|other| {
                let (before, after) = enums(column);
                other.ty == column.ty
                    && other.not_null == column.not_null
                    && other.generated == column.generated
                    && before == after
            })
        };
        // What is computed from a column that changes is another value.
        let kept = |column: &Column| {
            let expression = column.generated.as_ref().map(|it| it.expression.as_str());
            let changed = |other: &&Column| {
                !same(other) && expression.is_some_and(|text| mentions(text, &other.name))
            };
            same(column) && !old.columns.values().any(|other| changed(&other))
        };
        for column in old.columns.values().filter(|column| kept(column)) {
            if values_before(before, &column.name) != values_before(&after, &column.name) {
                found.push(format!("{name}.{}: its values are others", column.name));
            }
        }
    }
    rehearsal.proofs.push(proof(
        "rows and columns outside the change hold what they held",
        found,
        &[],
    ));
    Ok(())
}
