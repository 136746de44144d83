//! One pair on one server: what drizzle-guard says of it against what happens.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use drizzle_guard::check::owners;
use drizzle_guard::delta::Diff;
use drizzle_guard::diff::{Change, Kind, compare};
use drizzle_guard::ident::QualifiedName;
use drizzle_guard::kit::{self, Statement};
use drizzle_guard::postgres::{LockMode, locks};
use drizzle_guard::rules::{self, Context, Executor, Judgement, Settings, Severity};
use drizzle_guard::schema::{Schema, Table};

use crate::claims;
use crate::code::Code;
use crate::database::{Database, Effects, Mode};
use crate::pair::Pair;
use crate::rows;
use crate::state::State;

/// Something that drizzle-guard said and PostgreSQL did not do, or the other way round.
#[derive(Debug, Clone)]
pub(crate) struct Violation {
    /// What kind it is, the same for all of its kind.
    pub(crate) class: String,
    /// The whole story.
    pub(crate) text: String,
}

/// What came of a pair.
#[derive(Debug, Default)]
pub(crate) struct Trial {
    pub(crate) violations: Vec<Violation>,
    /// Nothing failed, was lost or worked through a table, and no code noticed.
    pub(crate) harmless: bool,
    /// The rules that raised their voice although it was harmless.
    pub(crate) alarms: Vec<&'static str>,
    pub(crate) failed: bool,
    pub(crate) story: String,
}

/// Runs a pair.
///
/// # Errors
/// When there is nothing to run: the base cannot be created, or drizzle-kit prints no migration.
pub(crate) fn run(database: &mut Database, mut pair: Pair, version: u32) -> Result<Trial, String> {
    database.clear();
    let mode = if pair.random.percent(25) { Mode::Together } else { Mode::Each };
    let zone = if pair.random.percent(50) { "UTC" } else { "America/New_York" };
    database.client.batch_execute(&format!("SET timezone = '{zone}'")).expect("a time zone");
    let created = create(database, &pair.base)?;
    rows::fill(&mut database.client, &pair.base, &mut pair.random);
    prepare(database, &pair.base);
    let code = Code::new(&pair.base, &mut pair.random);
    let answers = database.probe(&code.probes);

    let schemas = Diff::new(&pair.base, &pair.head);
    let changes = compare(schemas, &pair.renames);
    let statements = kit::generate(schemas, &pair.renames).map_err(|error| error.to_string())?;
    let executor = if mode == Mode::Each { Executor::Push } else { Executor::Migrate };
    let judge = |postgres| {
        let settings = Settings { executor, postgres, ..Settings::default() };
        let context = Context::new(schemas, &changes, &statements, &settings);
        rules::judge(&context.renamed(&pair.renames))
    };
    let judged = [judge(None), judge(Some(version))];

    let mut state = State::of(&mut database.client);
    let first = state.clone();
    let mut effects = Vec::new();
    let mut kept = true;
    if mode == Mode::Together {
        database.client.batch_execute("BEGIN").expect("a transaction");
    }
    for statement in &statements {
        let (found, after) = database.run(statement, mode, &first, &state);
        state = after;
        effects.push(found);
        // In one transaction nobody sees what is between two statements.
        if mode == Mode::Each {
            kept &= first.lost_indexes(&state).is_empty() && first.lost_guards(&state).is_empty();
        }
        if effects.last().is_some_and(|it| it.error.is_some()) {
            break;
        }
    }
    let failed = effects.last().is_some_and(|it| it.error.is_some());
    if mode == Mode::Together {
        database.client.batch_execute(if failed { "ROLLBACK" } else { "COMMIT" }).expect("an end");
    }
    let keys_stay = !changes.iter().any(|change| {
        matches!(
            change.kind(),
            Kind::DropUnique
                | Kind::AlterUnique
                | Kind::DropIndex
                | Kind::AlterIndex
                | Kind::DropPrimaryKey
                | Kind::AlterPrimaryKey
                | Kind::DropColumn
                | Kind::DropTable
        )
    });
    let noticed = if failed {
        Vec::new()
    } else {
        code.notices(&answers, &database.probe(&code.probes), keys_stay)
    };
    let run =
        Run { pair: &pair, created, changes, statements, effects, noticed, mode, zone, version };
    let mut trial = Trial { failed, story: run.story(&judged[0]), ..Trial::default() };
    for judged in &judged {
        run.hold_against(judged, &mut trial.violations);
    }
    if !failed {
        run.hold_locks_against(&mut trial.violations);
        kept &= first.lost_indexes(&state).is_empty() && first.lost_guards(&state).is_empty();
        trial.harmless = kept && run.harmless();
    }
    if trial.harmless {
        let findings = judged[0].iter().flat_map(|it| &it.findings);
        let raised = findings.filter(|finding| finding.severity > Severity::Safe);
        trial.alarms = raised.map(|finding| finding.rule).collect();
    }
    Ok(trial)
}

/// Makes the base, with the statements that are returned.
fn create(database: &mut Database, base: &Schema) -> Result<Vec<Statement>, String> {
    let empty = Schema::default();
    let statements = kit::generate(Diff::new(&empty, base), &[]);
    let statements = statements.map_err(|error| error.to_string())?;
    for statement in &statements {
        let created = database.client.batch_execute(&statement.sql);
        created.map_err(|error| format!("{:?}\n{}", error.as_db_error(), statement.sql))?;
    }
    Ok(statements)
}

/// Lets another role in, and fills the materialized views.
fn prepare(database: &mut Database, base: &Schema) {
    let mut sql = String::new();
    let tables = base.tables.keys().chain(base.views.keys());
    for name in tables {
        let _ = write!(sql, "GRANT ALL ON {} TO reader;", name.quoted());
    }
    for name in base.schemas.keys() {
        let _ = write!(sql, "GRANT USAGE ON SCHEMA \"{name}\" TO reader;");
    }
    for view in base.views.values().filter(|view| view.materialized) {
        let _ = write!(sql, "REFRESH MATERIALIZED VIEW {};", view.name.quoted());
    }
    sql += "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO reader;";
    database.client.batch_execute(&sql).unwrap_or_else(|error| panic!("{sql}: {error:?}"));
}

struct Run<'a> {
    pair: &'a Pair,
    created: Vec<Statement>,
    changes: Vec<Change>,
    statements: Vec<Statement>,
    effects: Vec<Effects>,
    noticed: Vec<String>,
    mode: Mode,
    zone: &'static str,
    version: u32,
}

impl Run<'_> {
    /// Whether nothing happened that anybody could mind. A counter that is added starts at 1 whatever
    /// numbers there are: what collides are inserts that nobody makes yet. Where drizzle-kit prints a comment that asks
    /// for a statement, nobody has seen what that statement does. Who may see what is not left to one role's
    /// eyes: any change of policies, row-level security or roles, and any view or new table where there
    /// is row-level security, counts as noticed, because the rules speak of all roles.
    fn harmless(&self) -> bool {
        let secured = |table: &Table| table.rls || !table.policies.is_empty();
        let secured = self.pair.head.tables.values().any(secured);
        let access = self.changes.iter().any(|change| {
            let open =
                matches!(change.kind(), Kind::CreateView | Kind::AlterView | Kind::CreateTable);
            (open && secured)
                || matches!(
                    change.kind(),
                    Kind::CreatePolicy
                        | Kind::DropPolicy
                        | Kind::AlterPolicy
                        | Kind::EnableRls
                        | Kind::DisableRls
                        | Kind::CreateRole
                        | Kind::DropRole
                        | Kind::AlterRole
                        | Kind::SetIdentity
                )
        });
        let quiet = |it: &Effects| it.error.is_none() && it.lost.is_empty() && !it.works();
        let asked = self.statements.iter().any(|statement| is_comment(&statement.sql));
        !access && !asked && self.noticed.is_empty() && self.effects.iter().all(quiet)
    }

    /// Whether drizzle-kit enables row-level security where it is on: it does so beside any change.
    fn is_repeated(&self, statement: &Statement) -> bool {
        let table = statement.object.table_name();
        let secured = |schema: &Schema| {
            let table = table.as_ref().and_then(|name| schema.table(name));
            table.is_some_and(|it| it.rls || !it.policies.is_empty())
        };
        statement.kind == "enable_rls" && secured(&self.pair.base) && secured(&self.pair.head)
    }

    /// The changes that a statement belongs to, by number.
    fn owners(&self, statement: &Statement) -> Vec<usize> {
        owners(&self.changes, statement)
    }

    /// Holds every statement's effects against what was said of its changes.
    fn hold_against(&self, judged: &[Judgement], violations: &mut Vec<Violation>) {
        let story = || self.story(judged);
        let mut say = |class: String, what: String| {
            violations.push(Violation { text: format!("{class}: {what}\n{}", story()), class });
        };
        for (statement, effects) in self.statements.iter().zip(&self.effects) {
            let sql = statement.sql.as_str();
            let owners = self.owners(statement);
            if owners.is_empty() && self.is_repeated(statement) {
                continue;
            }
            if owners.is_empty() {
                say(format!("a statement of no change: {}", statement.kind), sql.to_owned());
                continue;
            }
            let severity = owners.iter().map(|at| judged[*at].severity).max().unwrap_or_default();
            let kinds: Vec<Kind> = owners.iter().map(|at| self.changes[*at].kind()).collect();
            let called = format!("{severity:?} {kinds:?}");
            let findings = || owners.iter().flat_map(|at| &judged[*at].findings);
            if let Some((code, message)) = &effects.error {
                // What fails may fail because of another change, which then says so.
                let all = judged.iter().flat_map(|it| &it.findings);
                let others = all.filter(|finding| finding.severity > Severity::Safe);
                let named = others.filter(|finding| claims::names(finding, code)).count() > 0;
                if severity == Severity::Safe && !named {
                    say(format!("{called} failed {code}"), format!("{sql}: {message}"));
                } else if !named {
                    let class = format!("{called} failed with {code}, which no finding names");
                    say(class, format!("{sql}: {message}"));
                }
            }
            if severity < Severity::Dangerous && !effects.lost.is_empty() {
                say(format!("{called} lost values"), format!("{sql}: {:?}", effects.lost));
            }
            if severity == Severity::Safe && !effects.rewrote.is_empty() {
                say(format!("{called} rewrote"), format!("{sql}: {:?}", effects.rewrote));
            }
            if severity == Severity::Safe && effects.works() && effects.rewrote.is_empty() {
                // Every such statement holds at least SHARE meanwhile, which blocks writes.
                say(format!("{called} worked through a table"), format!("{sql}: {effects:?}"));
            }
            for finding in findings().filter(|_| effects.error.is_none()) {
                if let Some(what) = claims::broken(finding, statement, effects, self.zone) {
                    say(format!("{} claims otherwise", finding.rule), format!("{sql}: {what}"));
                }
            }
        }
        let worst = judged.iter().map(|it| it.severity).max().unwrap_or_default();
        if worst == Severity::Safe && !self.noticed.is_empty() {
            let kinds: Vec<Kind> = self.changes.iter().map(Change::kind).collect();
            let what = self.noticed.join("; ");
            say(format!("Safe {kinds:?} was noticed by running code"), what);
        }
    }

    /// Holds the locks that were seen against those that the changes are said to take, both ways.
    fn hold_locks_against(&self, violations: &mut Vec<Violation>) {
        let mut say = |class: String, what: String| {
            let text = format!("{class}: {what}\n{}", self.story(&[]));
            violations.push(Violation { class, text });
        };
        let mut seen: Vec<BTreeMap<QualifiedName, u8>> = vec![BTreeMap::new(); self.changes.len()];
        let mut complete = vec![true; self.changes.len()];
        let claimed: Vec<_> =
            self.changes.iter().map(|change| locks(change, self.schemas())).collect();
        for (statement, effects) in self.statements.iter().zip(&self.effects) {
            let owners = self.owners(statement);
            if owners.is_empty() && self.is_repeated(statement) {
                continue;
            }
            let Some(found) = &effects.locks else {
                for at in owners {
                    complete[at] = false;
                }
                continue;
            };
            for (table, mode) in found {
                let claims = owners.iter().flat_map(|at| &claimed[*at]);
                let claims = claims.filter(|(name, _)| Self::same_table(name, table));
                let strongest = claims.map(|(_, mode)| number(*mode)).max().unwrap_or(0);
                if *mode >= 4 && strongest < *mode {
                    let class = format!("an unclaimed lock: {}", statement.kind);
                    say(class, format!("{}: {table} {mode}, claimed {strongest}", statement.sql));
                }
                for at in &owners {
                    let seen = seen[*at].entry(table.clone()).or_insert(0);
                    *seen = (*seen).max(*mode);
                }
            }
        }
        for (at, (change, claimed)) in self.changes.iter().zip(&claimed).enumerate() {
            let seen = &seen[at];
            // Instead of some statements drizzle-kit prints a comment.
            let ran = |it: &&Statement| self.owners(it).contains(&at) && !is_comment(&it.sql);
            let ran = self.statements.iter().any(|it| ran(&it));
            for (table, mode) in claimed.iter().filter(|_| ran && complete[at]) {
                if self.is_dropped_before(table, at) {
                    continue;
                }
                let existed =
                    self.pair.base.tables.keys().any(|name| Self::same_table(table, name));
                let found = seen.iter().filter(|(name, _)| Self::same_table(table, name));
                let found = found.map(|(_, mode)| *mode).max().unwrap_or(0);
                if existed && found < number(*mode) {
                    let class = format!("a lock that was not taken: {:?}", change.kind());
                    say(class, format!("{table} {mode}, seen {found}"));
                }
            }
        }
    }

    /// Whether a table is gone when the first statement of a change runs: there is nothing to lock then.
    fn is_dropped_before(&self, table: &QualifiedName, at: usize) -> bool {
        let mut before = self.statements.iter().take_while(|it| !self.owners(it).contains(&at));
        before.any(|it| it.kind == "drop_table" && it.object.table_name().as_ref() == Some(table))
    }

    fn schemas(&self) -> Diff<&Schema> {
        Diff::new(&self.pair.base, &self.pair.head)
    }

    /// A renamed table is the same under either name; no two tables here share a name.
    fn same_table(one: &QualifiedName, other: &QualifiedName) -> bool {
        let plain = |name: &QualifiedName| name.name.trim_end_matches("_v2").to_owned();
        plain(one) == plain(other)
    }

    /// Everything there is to know about the run.
    fn story(&self, judged: &[Judgement]) -> String {
        let mut story = format!(
            "  seed {} on PostgreSQL {}, {:?}, {}, edits {:?}\n",
            self.pair.seed, self.version, self.mode, self.zone, self.pair.edits
        );
        for statement in &self.created {
            let _ = writeln!(story, "  base: {}", statement.sql.trim_end().replace('\n', " "));
        }
        for (at, change) in self.changes.iter().enumerate() {
            let _ = writeln!(story, "  {:?} {}", change.kind(), change.object());
            for finding in judged.get(at).into_iter().flat_map(|it| &it.findings) {
                let _ = writeln!(
                    story,
                    "    {:?} {}: {} {:?}",
                    finding.severity, finding.rule, finding.message, finding.evidence
                );
            }
        }
        for (at, statement) in self.statements.iter().enumerate() {
            let _ = writeln!(story, "  > {}", statement.sql.trim_end());
            if let Some(it) = self.effects.get(at) {
                let _ = writeln!(story, "    {it:?}");
            }
        }
        for noticed in &self.noticed {
            let _ = writeln!(story, "  code {noticed}");
        }
        story
    }
}

/// Whether there is nothing in it to run.
fn is_comment(sql: &str) -> bool {
    sql.trim_start().starts_with("/*")
}

/// The number of a lock among PostgreSQL's eight.
fn number(mode: LockMode) -> u8 {
    match mode {
        LockMode::AccessShare => 1,
        LockMode::ShareUpdateExclusive => 4,
        LockMode::Share => 5,
        LockMode::ShareRowExclusive => 6,
        LockMode::AccessExclusive => 8,
    }
}
