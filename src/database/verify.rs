//! A live database against the schema, after a push.

use postgres::Client;

use super::Error;
use super::connect::{Target, connect, explain};
use super::drift::{Drift, Reference, drift};
use super::introspect::{Filter, Live, inspect};
use super::shape::DifferenceKind;
use crate::ident::{QualifiedName, quote, truncate};
use crate::schema::{ForeignKey, ObjectKind, Schema};

/// How to verify.
#[derive(Debug)]
pub struct VerifyOptions<'a> {
    /// What is looked at; by default the schemas that the Drizzle schema has anything in.
    pub filter: Option<Filter>,
    /// What PostgreSQL makes of the schema, or where that can be seen. Without it, expressions are not
    /// compared, and the verification says so.
    pub reference: Option<Reference<'a>>,
    /// Whether rows are looked at (orphans); each query ends after 30 seconds.
    pub rows: bool,
    /// Whether roles are: those of the schema, where drizzle-kit manages roles. Others of the server may be
    /// anybody's.
    pub roles: bool,
}

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// As it should be.
    Ok,
    /// Not as it should be.
    Failed,
    /// Nothing was at hand to look at it with; `found` says why.
    NotChecked,
    /// The database did not let it be looked at: a right is missing, or the time ran out.
    Unread,
}

/// One line of a verification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckResult {
    /// What was looked at: "tables and columns".
    pub what: String,
    /// How it came out.
    pub outcome: Outcome,
    /// What was found, a line each.
    pub found: Vec<String>,
}

/// What a verification showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// The database, without a password.
    pub database: String,
    /// The server's major version.
    pub version: u32,
    /// Every check, in a fixed order.
    pub checks: Vec<CheckResult>,
}

impl Verification {
    /// Whether something could not be read.
    pub fn unread(&self) -> bool {
        self.checks.iter().any(|check| check.outcome == Outcome::Unread)
    }

    /// Whether nothing is off. What could not be checked does not count as off.
    pub fn ok(&self) -> bool {
        self.checks.iter().all(|check| check.outcome != Outcome::Failed)
    }
}

/// Compares a live database with a schema. Nothing is written to it: every query runs in a read-only
/// transaction with timeouts.
pub fn verify(
    url: &str,
    schema: &Schema,
    options: &VerifyOptions<'_>,
) -> Result<Verification, Error> {
    let target = Target::parse(url)?;
    let mut client = connect(&target)?;
    verify_with(&mut client, target.to_string(), schema, options)
}

fn verify_with(
    client: &mut Client,
    database: String,
    schema: &Schema,
    options: &VerifyOptions<'_>,
) -> Result<Verification, Error> {
    client.batch_execute(SETTINGS).map_err(|error| Error::query("setting timeouts", &error))?;
    let filter = options.filter.clone().unwrap_or_else(|| Filter::of(schema));
    let live = inspect(client, &filter)?;
    let mut checks = Vec::new();
    drift_checks(drift(schema, &live, &filter, options.reference), &mut checks);
    let names = |found: &[(QualifiedName, String)]| -> Vec<String> {
        found.iter().map(|(table, name)| format!("{name} of {table}")).collect()
    };
    checks.push(result("no constraint is left NOT VALID", names(&live.not_valid)));
    checks.push(result("no index is invalid", names(&live.invalid_indexes)));
    checks.push(policies_off(&live));
    if options.roles {
        checks.push(roles(client, schema));
    }
    if options.rows {
        checks.push(orphans(client, &live));
        checks.push(sequences(client, &live));
    }
    checks.push(leftovers(client));
    if client.is_closed() {
        let what = format!("verifying {database}");
        return Err(Error::Query { what, why: "the connection ended half way".to_owned() });
    }
    Ok(Verification { database, version: live.version, checks })
}

fn result(what: &str, found: Vec<String>) -> CheckResult {
    let outcome = if found.is_empty() { Outcome::Ok } else { Outcome::Failed };
    CheckResult { what: what.to_owned(), outcome, found }
}

fn not_checked(what: &str, why: String) -> CheckResult {
    CheckResult { what: what.to_owned(), outcome: Outcome::NotChecked, found: vec![why] }
}

/// What is compared, in the order in which it is reported.
const GROUPS: [(&str, &[ObjectKind]); 6] = [
    ("schemas and tables", &[ObjectKind::Schema, ObjectKind::Table]),
    ("columns, types and defaults", &[ObjectKind::Column]),
    (
        "constraints",
        &[ObjectKind::PrimaryKey, ObjectKind::Unique, ObjectKind::Check, ObjectKind::ForeignKey],
    ),
    ("indexes", &[ObjectKind::Index]),
    ("enums, sequences and views", &[ObjectKind::Enum, ObjectKind::Sequence, ObjectKind::View]),
    ("policies", &[ObjectKind::Policy, ObjectKind::Role]),
];

/// The drift by group, a check each.
fn drift_checks(drift: Drift, checks: &mut Vec<CheckResult>) {
    for (what, kinds) in GROUPS {
        let of = drift.differences.iter();
        let mut of: Vec<_> = of.filter(|it| kinds.contains(&it.object.kind)).collect();
        // More values than the schema knows of come last in importance, but they are drift all the same.
        of.sort_by_key(|difference| difference.kind == DifferenceKind::Unexpected);
        checks
            .push(result(what, of.into_iter().map(|difference| difference.text.clone()).collect()));
    }
    if let Some((what, why)) = drift.unclear {
        checks.push(not_checked(what, why));
    }
}

/// Policies that are there and do not count.
fn policies_off(live: &Live) -> CheckResult {
    let tables = live.schema.tables.values().filter(|table| !table.policies.is_empty());
    let off = tables.filter(|table| live.rls.get(&table.name) == Some(&false));
    let found =
        off.map(|table| format!("{} has policies, but row-level security is off", table.name));
    result("row-level security is on where there are policies", found.collect())
}

/// Set on the connection.
pub(super) const SETTINGS: &str = "SET default_transaction_read_only = on; SET statement_timeout = '30s'; SET lock_timeout = '5s';";

/// The options of roles.
pub(super) const ROLES: &str = "SELECT rolname::text, rolcreatedb, rolcreaterole, rolinherit FROM pg_roles WHERE rolname = ANY($1)";

/// Roles of the schema that are missing, or may do something else.
fn roles(client: &mut Client, schema: &Schema) -> CheckResult {
    let what = "roles";
    let names: Vec<&str> = schema.roles.keys().map(|name| truncate(name)).collect();
    let rows = match client.query(ROLES, &[&names]) {
        Ok(rows) => rows,
        Err(error) => return measured(what, Vec::new(), vec![explain(&error)]),
    };
    let mut found = Vec::new();
    for role in schema.roles.values() {
        let name = truncate(&role.name);
        let Some(row) = rows.iter().find(|row| row.get::<_, &str>(0) == name) else {
            found.push(format!("role {name} is missing"));
            continue;
        };
        let options = [
            ("CREATEDB", role.create_db),
            ("CREATEROLE", role.create_role),
            ("INHERIT", role.inherit),
        ];
        for (at, (option, expected)) in options.into_iter().enumerate() {
            if row.get::<_, bool>(at + 1) != expected {
                let (is, should) = if expected { ("NO", "") } else { ("", "NO") };
                found.push(format!("role {name} has {is}{option}, not {should}{option}"));
            }
        }
    }
    result(what, found)
}

/// Counts the rows of a table that refer to nothing, and shows up to three of their keys.
pub(super) fn orphans_of(table: &QualifiedName, key: &ForeignKey) -> String {
    let pairs = key.columns_from.iter().zip(&key.columns_to);
    let join: Vec<String> =
        pairs.map(|(from, to)| format!("c.{} = p.{}", quote(from), quote(to))).collect();
    let set: Vec<String> =
        key.columns_from.iter().map(|from| format!("c.{} IS NOT NULL", quote(from))).collect();
    let shown: Vec<String> =
        key.columns_from.iter().map(|from| format!("c.{}::text", quote(from))).collect();
    format!(
        "SELECT count(*), (array_agg(DISTINCT concat_ws(', ', {})))[1:3] FROM {} AS c WHERE {} AND NOT EXISTS (SELECT FROM {} AS p WHERE {})",
        shown.join(", "),
        table.quoted(),
        set.join(" AND "),
        key.to.quoted(),
        join.join(" AND "),
    )
}

/// Rows that refer to nothing, by foreign key, with up to three keys.
fn orphans(client: &mut Client, live: &Live) -> CheckResult {
    let mut found = Vec::new();
    let mut unclear = Vec::new();
    for table in live.schema.tables.values() {
        for key in table.foreign_keys.values() {
            let sql = orphans_of(&table.name, key);
            match client.query_one(&sql, &[]) {
                Ok(row) => {
                    let count: i64 = row.get(0);
                    let samples: Option<Vec<String>> = row.get(1);
                    if count > 0 {
                        found.push(format!(
                            "{}: {count} rows refer to nothing by {} (for example {})",
                            table.name,
                            key.name,
                            samples.unwrap_or_default().join("; ")
                        ));
                    }
                }
                Err(error) => {
                    unclear.push(format!("{} of {}: {}", key.name, table.name, explain(&error)));
                }
            }
        }
    }
    measured("every foreign key refers to a row", found, unclear)
}

/// Where the sequence behind a column stands, and the column's greatest value.
pub(super) fn counter_of(table: &QualifiedName, column: &str) -> String {
    let (t, c) = (table.quoted(), quote(column));
    format!(
        "SELECT (SELECT max({c})::bigint FROM {t}), s.last_value, s.max_value, s.increment_by FROM pg_sequences s WHERE format('%I.%I', s.schemaname, s.sequencename)::regclass = pg_get_serial_sequence({}, {})::regclass",
        crate::ident::quote_literal(&t),
        crate::ident::quote_literal(column),
    )
}

/// Counters that are behind their column, or near their end.
fn sequences(client: &mut Client, live: &Live) -> CheckResult {
    let mut found = Vec::new();
    let mut unclear = Vec::new();
    for table in live.schema.tables.values() {
        for column in table.columns.values() {
            let serial = matches!(column.ty.as_str(), "serial" | "bigserial" | "smallserial");
            if !serial && column.identity.is_none() {
                continue;
            }
            let sql = counter_of(&table.name, &column.name);
            match client.query_opt(&sql, &[]) {
                Ok(Some(row)) => {
                    let (max, last): (Option<i64>, Option<i64>) = (row.get(0), row.get(1));
                    let (end, step): (i64, i64) = (row.get(2), row.get(3));
                    let (max, last) = (max.unwrap_or(0), last.unwrap_or(0));
                    if step > 0 && max > last {
                        found.push(format!(
                            "{}.{}: its sequence stands at {last}, its greatest value is {max}; the next inserts fail (23505)",
                            table.name, column.name
                        ));
                    }
                    if step > 0 && last > end / 10 * 8 {
                        found.push(format!(
                            "{}.{}: its sequence stands at {last} of {end}",
                            table.name, column.name
                        ));
                    }
                }
                Ok(None) => {}
                Err(error) => {
                    unclear.push(format!("{}.{}: {}", table.name, column.name, explain(&error)));
                }
            }
        }
    }
    measured("sequences are ahead of their columns and far from their end", found, unclear)
}

fn measured(what: &str, mut found: Vec<String>, unclear: Vec<String>) -> CheckResult {
    if found.is_empty() && !unclear.is_empty() {
        let found = unclear.into_iter().map(|line| format!("not measured: {line}")).collect();
        return CheckResult { what: what.to_owned(), outcome: Outcome::Unread, found };
    }
    let failed = !found.is_empty();
    found.extend(unclear.into_iter().map(|line| format!("not measured: {line}")));
    let outcome = if failed { Outcome::Failed } else { Outcome::Ok };
    CheckResult { what: what.to_owned(), outcome, found }
}

/// What plans leave behind.
pub(super) const LEFTOVERS: &str = "SELECT 'schema ' || nspname FROM pg_namespace WHERE nspname LIKE 'drizzle\\_guard\\_trash%' \
         UNION ALL SELECT 'constraint ' || conname || ' of ' || conrelid::regclass FROM pg_constraint WHERE conname LIKE 'drizzle\\_guard\\_nn\\_%' \
         UNION ALL SELECT 'trigger ' || tgname || ' on ' || tgrelid::regclass FROM pg_trigger WHERE tgname LIKE 'drizzle\\_guard\\_%' AND NOT tgisinternal \
         ORDER BY 1";

/// Whether plans have made backups here.
pub(super) const REGISTERED: &str = "SELECT to_regclass('drizzle_guard.backup') IS NOT NULL";

/// Backups past their day.
pub(super) const BACKUPS: &str = "SELECT 'backup ' || backup_rel || ' is past its retention' FROM drizzle_guard.backup WHERE keep_until < now() ORDER BY 1";

/// What plans have left behind: trash schemas, and backups past their day.
fn leftovers(client: &mut Client) -> CheckResult {
    let what = "no leftovers of migration plans";
    let mut found: Vec<String> = match client.query(LEFTOVERS, &[]) {
        Ok(rows) => rows.iter().map(|row| row.get(0)).collect(),
        Err(error) => return measured(what, Vec::new(), vec![explain(&error)]),
    };
    let registered = client.query_one(REGISTERED, &[]).is_ok_and(|row| row.get(0));
    if registered {
        match client.query(BACKUPS, &[]) {
            Ok(rows) => found.extend(rows.iter().map(|row| row.get::<_, String>(0))),
            Err(error) => return measured(what, Vec::new(), vec![explain(&error)]),
        }
    }
    // Kept on purpose until somebody removes them; worth a line, not a failure.
    CheckResult { what: what.to_owned(), outcome: Outcome::Ok, found }
}
