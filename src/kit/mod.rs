//! What drizzle-kit would do: the statements of `drizzle-kit generate` and `drizzle-kit push`, to the
//! letter, in their order, faults included.
//!
//! Measured against drizzle-kit 0.31.11. It compares two snapshots by name (`differ`), after having
//! squashed most objects into strings (`squash`), in a fixed order of kinds (`draft`), and prints
//! SQL that is not always right: [`faults`] finds what is wrong.

mod columns;
mod constraints;
mod differ;
mod draft;
mod faults;
mod javascript;
mod keyed;
mod policies;
mod push;
mod rename;
mod sequence;
mod sql;
mod squash;
mod state;
mod tables;
mod types;
mod views;

#[cfg(test)]
mod tests;

pub use faults::{Fault, faults};
pub use push::{Truncation, push_effects};

use crate::delta::Diff;
use crate::diff::Rename;
use crate::schema::{Object, Schema};

/// One entry of drizzle-kit's `sqlStatements`, with what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// drizzle-kit's own name for it: `alter_table_drop_column`.
    pub kind: &'static str,
    /// The object it is about, named as in the state in which it exists (the head's name after a rename).
    pub object: Object,
    /// The SQL exactly as drizzle-kit prints it, trailing newline and all.
    pub sql: String,
}

/// Where drizzle-kit itself fails: it prints a stack trace, writes no migration, and exits with 0.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("drizzle-kit fails on {object}: {why}")]
pub struct Error {
    /// The object it fails on.
    pub object: Object,
    /// Why, and what to do instead.
    pub why: &'static str,
}

/// Which command compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// `drizzle-kit generate`.
    Generate,
    /// `drizzle-kit push`, which does not see everything.
    Push,
}

/// The statements `drizzle-kit generate` writes for the change from `before` to `after`.
///
/// Only what `renames` states is renamed; everything else that has another name is dropped and
/// created, which is what drizzle-kit does with the default answer to its question.
///
/// # Errors
/// Where drizzle-kit throws instead of writing a migration.
pub fn generate(schemas: Diff<&Schema>, renames: &[Rename]) -> Result<Vec<Statement>, Error> {
    differ::differ(schemas, renames, Mode::Generate)
}

/// The statements `drizzle-kit push` computes when the database is as `before`; it does not see
/// changed checks, generated expressions, view definitions, policy expressions, index predicates,
/// index expressions and operator classes.
///
/// # Errors
/// Where drizzle-kit throws instead of pushing.
pub fn generate_push(schemas: Diff<&Schema>, renames: &[Rename]) -> Result<Vec<Statement>, Error> {
    differ::differ(schemas, renames, Mode::Push)
}
