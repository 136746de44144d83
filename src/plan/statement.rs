//! What a plan consists of.

use std::fmt;

use crate::schema::Object;

/// A file of the plan that changes something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Phase {
    /// Before the new code.
    Expand,
    /// Data, outside any transaction.
    Backfill,
    /// After the new code.
    Contract,
    /// Undoes [`Phase::Contract`].
    RollbackContract,
    /// Undoes [`Phase::Backfill`] and [`Phase::Expand`].
    RollbackExpand,
}

impl Phase {
    /// All, in the order in which they would be run.
    pub const ALL: [Self; 5] = [
        Self::Expand,
        Self::Backfill,
        Self::Contract,
        Self::RollbackContract,
        Self::RollbackExpand,
    ];

    /// Its file's name.
    pub fn file(self) -> &'static str {
        match self {
            Self::Expand => "expand.sql",
            Self::Backfill => "backfill.sql",
            Self::Contract => "contract.sql",
            Self::RollbackContract => "rollback_contract.sql",
            Self::RollbackExpand => "rollback_expand.sql",
        }
    }
}

/// The strongest lock a statement takes on a table that is in use (PostgreSQL manual 13.3.1); ordered
/// by strength.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Lock {
    /// None on an existing table.
    None,
    /// Reads only.
    AccessShare,
    /// As an `UPDATE` takes it.
    RowExclusive,
    /// Reads and writes go on.
    ShareUpdateExclusive,
    /// Reads go on, writes wait.
    Share,
    /// Reads go on, writes wait.
    ShareRowExclusive,
    /// Everything waits.
    AccessExclusive,
}

impl fmt::Display for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "no lock on an existing table",
            Self::AccessShare => "ACCESS SHARE",
            Self::RowExclusive => "ROW EXCLUSIVE",
            Self::ShareUpdateExclusive => "SHARE UPDATE EXCLUSIVE",
            Self::Share => "SHARE",
            Self::ShareRowExclusive => "SHARE ROW EXCLUSIVE",
            Self::AccessExclusive => "ACCESS EXCLUSIVE",
        })
    }
}

/// How a statement's time grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Duration {
    /// Milliseconds, whatever the table's size.
    Catalog,
    /// Grows with the table: one scan of it.
    Scan,
    /// Grows with the table: an index is built.
    Build,
    /// Grows with the number of rows touched.
    Rows,
    /// Grows with the table and all its indexes: they are written anew.
    Rewrite,
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Catalog => "catalog only",
            Self::Scan => "scans the table",
            Self::Build => "builds an index",
            Self::Rows => "touches rows",
            Self::Rewrite => "rewrites the table",
        })
    }
}

/// How a block begins that must not be taken apart.
const BEGIN: &str = "BEGIN;\nSET LOCAL lock_timeout = '2s';\n";
/// How a block begins that copies, counts and checks in one snapshot.
pub(super) const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ;\n";
/// How a statement begins that tries again by itself.
const RETRIED: &str = "DO $drizzle_guard_retry$";

/// One statement, or one block from `BEGIN` to `COMMIT` that must not be taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The SQL, with its semicolon.
    pub sql: String,
    /// The strongest lock.
    pub lock: Lock,
    /// How its time grows.
    pub duration: Duration,
    /// Whether it may stand inside a transaction with others, and so in a drizzle migration.
    pub in_transaction: bool,
    /// What its reader should know.
    pub note: Option<String>,
    /// What it is for: "add public.users.tier".
    pub title: String,
}

impl Statement {
    /// A catalog-only statement under ACCESS EXCLUSIVE.
    pub(super) fn ddl(sql: impl Into<String>) -> Self {
        Self {
            sql: sql.into(),
            lock: Lock::AccessExclusive,
            duration: Duration::Catalog,
            in_transaction: true,
            note: None,
            title: String::new(),
        }
    }

    /// A statement that touches no existing table.
    pub(super) fn free(sql: impl Into<String>) -> Self {
        Self { lock: Lock::None, ..Self::ddl(sql) }
    }

    /// `VALIDATE CONSTRAINT`.
    pub(super) fn validate(sql: impl Into<String>) -> Self {
        Self { lock: Lock::ShareUpdateExclusive, duration: Duration::Scan, ..Self::ddl(sql) }
    }

    /// `CREATE INDEX CONCURRENTLY` and `DROP INDEX CONCURRENTLY`.
    pub(super) fn concurrently(sql: impl Into<String>, duration: Duration) -> Self {
        Self { lock: Lock::ShareUpdateExclusive, duration, in_transaction: false, ..Self::ddl(sql) }
    }

    /// Rows written in batches, each with its own transaction.
    pub(super) fn batches(sql: impl Into<String>) -> Self {
        Self {
            lock: Lock::RowExclusive,
            duration: Duration::Rows,
            in_transaction: false,
            ..Self::ddl(sql)
        }
    }

    /// Several statements that become visible at once, under one short wait for the lock.
    pub(super) fn transaction(parts: impl IntoIterator<Item = String>) -> Self {
        let body: Vec<String> = parts.into_iter().collect();
        let sql = format!("{BEGIN}{}\nCOMMIT;", body.join("\n"));
        Self { in_transaction: false, ..Self::ddl(sql) }
    }

    /// The same, tried again when a lock is not to be had: for what is done in an instant under a lock that
    /// writers or readers feel. Everything else has to wait or is not to be taken apart.
    pub(super) fn retried(mut self, attempts: u32) -> Self {
        let block = self.sql.strip_prefix(BEGIN).and_then(|sql| sql.strip_suffix("\nCOMMIT;"));
        let alone = !self.in_transaction && block.is_none();
        let short = self.duration == Duration::Catalog && self.lock >= Lock::ShareRowExclusive;
        if attempts == 0 || alone || !short {
            return self;
        }
        let body = block.unwrap_or(&self.sql);
        self.sql = format!(
            "{RETRIED}\nBEGIN\n  FOR attempt IN 1..{attempts} LOOP\n    BEGIN\n      PERFORM set_config('lock_timeout', '2s', true);\n      EXECUTE $drizzle_guard_body$\n{body}\n$drizzle_guard_body$;\n      RETURN;\n    EXCEPTION WHEN lock_not_available THEN\n      RAISE NOTICE 'attempt % of {attempts} got no lock', attempt;\n    END;\n    PERFORM pg_sleep(least(0.2 * 2 ^ attempt, 10));\n  END LOOP;\n  RAISE EXCEPTION 'drizzle-guard: no lock after {attempts} attempts' USING ERRCODE = '55P03';\nEND\n$drizzle_guard_retry$;"
        );
        self
    }

    /// The same as part of a transaction that somebody else begins and ends, where it may stand in one: a
    /// block without its own BEGIN and COMMIT.
    pub(super) fn inside(&self) -> Option<&str> {
        if self.in_transaction {
            return Some(&self.sql);
        }
        // A copy is one statement, and so one snapshot, in any transaction.
        let body = self.sql.strip_prefix(BEGIN).or_else(|| self.sql.strip_prefix(SNAPSHOT));
        body.and_then(|sql| sql.strip_suffix("\nCOMMIT;"))
    }

    /// Whether it tries again by itself.
    pub(super) fn is_retried(&self) -> bool {
        self.sql.starts_with(RETRIED)
    }

    /// The same with another lock.
    pub(super) fn lock(mut self, lock: Lock) -> Self {
        self.lock = lock;
        self
    }

    /// The same with another duration.
    pub(super) fn duration(mut self, duration: Duration) -> Self {
        self.duration = duration;
        self
    }

    /// The same with a note.
    pub(super) fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }
}

/// One thing to prove: a query of one row and one boolean column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What is proved, a short sentence.
    pub what: String,
    /// An SQL expression that is true when it holds.
    pub expression: String,
}

impl Check {
    /// A check.
    pub(super) fn new(what: impl Into<String>, expression: impl Into<String>) -> Self {
        Self { what: what.into(), expression: expression.into() }
    }

    /// The query: one row, `check` and `ok`.
    pub fn sql(&self) -> String {
        let what = crate::ident::quote_literal(&self.what);
        format!("SELECT {what} AS \"check\", ({}) AS ok;", self.expression)
    }
}

/// Something that no rollback brings back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Irreversible {
    /// What stays different, by its name in the base: nothing else may.
    pub object: Object,
    /// What of it and why, one sentence.
    pub sentence: String,
}

/// Something only the user knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What it is about: `public.users.tier`.
    pub object: String,
    /// The question, one sentence.
    pub question: String,
    /// How to answer: the option to give.
    pub answer: String,
    /// Whether the plan cannot run without the answer. Its place in the SQL is marked either way.
    pub required: bool,
}
