//! What a change does to the migrations folder: whether it says what the schema says, and whether
//! `drizzle-kit migrate` will run it.
//!
//! drizzle-orm's migrator reads `meta/_journal.json`, asks the database for the newest `created_at`
//! it has run, and runs every entry whose `when` is newer, all in one transaction. It never looks at
//! an entry again: not when its file changes, not when it turns up later with an older `when`.

mod compare;
mod convert;
mod effect;
mod folder;
mod journal;
mod sql;
mod table;

#[cfg(test)]
mod tests;

pub use effect::{Act, Effect, Manner};
pub use folder::{Entry, Folder};

use crate::delta::Diff;
use crate::diff::{Change, Rename, Scope, Setting};
use crate::files::{Files, ReadError};
use crate::kit;
use crate::origin::Origin;
use crate::schema::Schema;

/// Something about the migrations that a rule may object to.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// What it is reported as: a change of the schema where a hand-written statement is one, else a
    /// change of the scope, named after what it is about.
    pub change: Change,
    /// Where it is: in a migration, or in the journal.
    pub origin: Origin,
    /// The statement, when it is about one.
    pub sql: Option<String>,
    /// What was found.
    pub what: What,
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// The schema changed, and `drizzle-kit generate` was not run.
    Missing {
        /// What generate would still write, in words.
        undone: Vec<String>,
        /// Whether the base's migrations say what the base's schema says: somebody keeps them.
        kept: bool,
    },
    /// The journal names a file that is not there: `drizzle-kit migrate` fails.
    NoFile {
        /// The migration.
        tag: String,
    },
    /// A SQL file that the journal does not name: it never runs.
    Unlisted {
        /// The file's path.
        path: String,
    },
    /// Something that the snapshot says, and the SQL beside it does not do.
    Undone {
        /// The migration.
        tag: String,
        /// What is not done, in words.
        effects: Vec<String>,
    },
    /// Something done differently from what the snapshot says.
    Differs {
        /// The migration.
        tag: String,
        /// What the snapshot says, and what the SQL does.
        detail: Diff<String>,
        /// In words.
        effect: String,
    },
    /// A migration that the base has, with other statements now.
    Edited {
        /// The migration.
        tag: String,
    },
    /// A migration that the base has and the head does not.
    Deleted {
        /// The migration.
        tag: String,
    },
    /// A migration that the base has, with a newer `when` now: it runs again.
    RunsAgain {
        /// The migration.
        tag: String,
    },
    /// A new migration that is not newer than the newest of the base: it never runs.
    OutOfOrder {
        /// The migration.
        tag: String,
        /// The base's newest.
        newest: String,
    },
    /// Two migrations or snapshots in one place.
    Collision {
        /// In words: "0007_carry and 0007_region both have idx 7".
        which: String,
    },
    /// A hand-written statement that the schema does not ask for.
    Statement {
        /// What it does.
        effect: Effect,
        /// What stands around it.
        around: Around,
    },
}

/// What stands around a hand-written statement.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "facts that have nothing to do with each other")]
pub struct Around {
    /// The migration.
    pub tag: String,
    /// Whether the head's schema says the opposite: it still has what is dropped.
    pub contradicts: bool,
    /// Whether the table exists before this migration.
    pub existing: bool,
    /// Tables that earlier statements of the same file lock until the end of the run.
    pub locked: Vec<String>,
    /// Whether the file alters the same table.
    pub altered: bool,
    /// How many statements of the file alter the same table by hand.
    pub alterations: usize,
    /// Whether `lock_timeout` is set before it.
    pub lock_timeout: bool,
    /// Whether `statement_timeout` is set before it.
    pub statement_timeout: bool,
}

/// What is compared.
pub struct Input<'a> {
    /// The files of both states.
    pub files: Diff<&'a dyn Files>,
    /// The files of the commit where the head left the base, when the base went on since.
    pub fork: Option<&'a dyn Files>,
    /// The migrations folder of both states, from the repository's root.
    pub out: Diff<Option<&'a str>>,
    /// Both schemas.
    pub schemas: Diff<&'a Schema>,
    /// What drizzle-kit would run for the change of the schema.
    pub statements: &'a [kit::Statement],
    /// The renames that were stated.
    pub renames: &'a [Rename],
}

/// Finds everything about the migrations that a rule may object to. Nothing where the base has no
/// journal: there are no migrations yet that a change could miss or break.
///
/// # Errors
/// When a file cannot be read.
pub fn observe(input: &Input<'_>) -> Result<Vec<Event>, ReadError> {
    let read = |files: &dyn Files, out: Option<&str>| match out {
        Some(out) => Folder::read(files, out),
        None => Ok(None),
    };
    let Some(base) = read(input.files.before, input.out.before)? else { return Ok(Vec::new()) };
    let head = read(input.files.after, input.out.after.or(input.out.before))?;
    let fork = match input.fork {
        Some(files) => read(files, input.out.before)?,
        None => None,
    };
    let fork = fork.as_ref().unwrap_or(&base);
    let Some(head) = head else {
        return Ok(journal::gone(&base));
    };
    let mut events = Vec::new();
    let added = journal::added(&base, fork, &head);
    journal::compare(input, &base, fork, &head, &added, &mut events)?;
    compare::compare(input, &base, &head, &added, &mut events)?;
    Ok(events)
}

/// An event that is no change of the schema; `before` and `after` go into its fingerprint.
fn scope(
    setting: impl Into<String>,
    before: Option<String>,
    after: Option<String>,
    origin: Origin,
    what: What,
) -> Event {
    let value = Diff::new(before, after);
    let setting = Setting::Migrations(setting.into());
    let change = Change::ScopeChange(Scope { setting, object: None, value });
    Event { change, origin, sql: None, what }
}
