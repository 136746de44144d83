//! From changes to a migration that could be run in production: phases of statements forwards, their
//! exact inverse backwards, and queries that prove both ends.
//!
//! The phases have one meaning each. After `expand` and `backfill` the code of the base *and* the
//! code of the head work; `contract` is what only the code of the head survives. Every recipe emits
//! [`step::Step`]s, a forward part with its undo in the same place, so that a rollback is the undo of
//! the same steps in reverse order and cannot drift from the way forward.
//!
//! One file a recipe family; [`draft`] is the exhaustive match that sends each change to its recipe.

#![expect(clippy::format_push_string, reason = "SQL is put together from formatted pieces")]

mod backup;
mod batch;
mod checks;
mod columns;
mod context;
mod conversion;
mod defaults;
mod dependents;
mod docs;
mod enums;
mod foreign_keys;
mod generated;
mod indexes;
mod keys;
mod nulls;
mod pairing;
mod prove;
mod quarantine;
mod readme;
mod schemas;
mod security;
mod sequences;
mod shadow;
mod sql;
mod statement;
mod step;
mod tables;
mod text;
mod types;
mod views;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use crate::delta::Diff;
use crate::diff::Change;
use crate::schema::Schema;

pub use columns::PLACEHOLDER;
pub use docs::{architectural, changelog_entry, decision_entry, in_changelog, in_decisions};
pub use statement::{Check, Decision, Duration, Irreversible, Lock, Phase, Statement};

use context::Context;

/// The server version a plan is written for when nobody says which: the oldest that is measured.
pub const DEFAULT_POSTGRES: u32 = 12;

/// What the user decides about a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The server's major version; recipes that need a newer one are not used below it.
    pub postgres: u32,
    /// `--map`: where rows with a removed enum value go, by `schema.enum.value`.
    pub map: BTreeMap<String, String>,
    /// `--backfill`: SQL by `schema.table.column`: the value of a new required column, the value for
    /// rows that hold NULL, or the conversion (`USING`) of a type change. It may name the row's columns.
    pub backfill: BTreeMap<String, String>,
    /// `--quarantine`: columns by `schema.table.column` whose values that do not convert to the new type
    /// are set aside and become NULL, or what `backfill` says of NULL.
    pub quarantine: BTreeSet<String>,
    /// `--shadow`: columns by `schema.table.column` whose type changes by a second column that takes their
    /// place, where PostgreSQL would write the table anew.
    pub shadow: BTreeSet<String>,
    /// Rows a batch.
    pub batch: u32,
    /// How often a statement that wants a strong lock for an instant tries again when it does not get it;
    /// 0 for once, in plain SQL.
    pub retries: u32,
    /// How long backups are to be kept, in days.
    pub retention_days: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            postgres: DEFAULT_POSTGRES,
            map: BTreeMap::new(),
            backfill: BTreeMap::new(),
            quarantine: BTreeSet::new(),
            shadow: BTreeSet::new(),
            batch: 5_000,
            retries: 0,
            retention_days: 30,
        }
    }
}

/// A migration in phases, and what its reader must know.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// Eight hexadecimal digits that name its backups and its trash schema; the same changes and
    /// options give the same id.
    pub id: String,
    /// The server version it was written for.
    pub postgres: u32,
    /// Before the new code: nothing the old code trips over, unless a note says so.
    pub expand: Vec<Statement>,
    /// Data, in batches, outside any transaction, restartable.
    pub backfill: Vec<Statement>,
    /// After the new code: what the old code would not survive.
    pub contract: Vec<Statement>,
    /// Undoes `contract`.
    pub rollback_contract: Vec<Statement>,
    /// Undoes `backfill` and `expand`; runs after `rollback_contract`.
    pub rollback_expand: Vec<Statement>,
    /// What must hold after `contract`.
    pub verify: Vec<Check>,
    /// What must hold after `rollback_expand`.
    pub verify_rollback: Vec<Check>,
    /// What the user must or may decide.
    pub decisions: Vec<Decision>,
    /// What no rollback brings back.
    pub irreversible: Vec<Irreversible>,
    /// Until when the rollback is lossless, one sentence each.
    pub horizons: Vec<String>,
    /// What the reader must know for the order of deployment, one sentence each.
    pub notes: Vec<String>,
    /// Columns of which values are set aside, by their names in the head.
    pub quarantined: Vec<String>,
    /// Changes that have no drafted recipe here: to be written by hand. Never silently left out.
    pub not_drafted: Vec<String>,
}

/// Drafts the migration from the base to the head.
///
/// `changes` are all changes of the comparison of `schemas`; a part of them gives a plan for that part.
/// Pure: the same input gives the same plan.
pub fn draft(changes: &[Change], schemas: Diff<&Schema>, options: &Options) -> Plan {
    let mut context = Context::new(changes, schemas, options);
    let changes = pairing::pair_names(changes, &mut context);
    for change in &changes {
        recipe(change, &mut context);
    }
    enums::draft(&changes, &mut context);
    types::draft(&changes, &mut context);
    dependents::draft(&mut context);
    context.finish()
}

/// Sends a change to its recipe. There is no wildcard arm: a new kind of change does not compile until
/// someone decides how it is migrated.
fn recipe(change: &Change, context: &mut Context<'_>) {
    match change {
        Change::CreateSchema(name) => schemas::create(name, context),
        Change::DropSchema(name) => schemas::drop(name, context),
        Change::RenameSchema(name) => schemas::rename(name, context),

        Change::CreateEnum(it) => enums::create(it, context),
        Change::DropEnum(it) => enums::drop(it, context),
        Change::RenameEnum(name) => enums::rename(name, context),
        // An enum's values are one change of the type, drafted once by `enums::draft`; all type changes
        // of a table are one rewrite, drafted once by `types::draft`.
        Change::AddEnumValue { .. }
        | Change::DropEnumValue { .. }
        | Change::RenameEnumValue { .. }
        | Change::ReorderEnumValues(_)
        | Change::AlterColumnType(_) => {}

        Change::CreateTable(table) => tables::create(table, context),
        Change::DropTable(table) => tables::drop(table, context),
        Change::RenameTable(name) | Change::MoveTable(name) => tables::rename(name, context),

        Change::AddColumn(it) => columns::add(it, context),
        Change::DropColumn(it) => columns::drop(it, context),
        Change::RenameColumn(it) => columns::rename(it, context),
        Change::SetNotNull(it) => nulls::set(it, context),
        Change::DropNotNull(it) => nulls::drop(it, context),
        Change::SetDefault(it) => defaults::set(it, context),
        Change::DropDefault(it) => defaults::drop(it, context),
        Change::SetIdentity(it) => sequences::set_identity(it, context),
        Change::DropIdentity(it) => sequences::drop_identity(it, context),
        Change::AlterIdentity(it) => sequences::alter_identity(it, context),
        Change::SetGenerated(it) => generated::set(it, context),
        Change::DropGenerated(it) => generated::drop(it, context),
        Change::AlterGenerated(it) => generated::alter(it, context),

        Change::AddPrimaryKey(it) => keys::add_primary(it, context),
        Change::DropPrimaryKey(it) => keys::drop_primary(it, context),
        Change::AlterPrimaryKey(it) => keys::alter_primary(it, context),
        Change::AddUnique(it) => keys::add_unique(it, context),
        Change::DropUnique(it) => keys::drop_unique(it, context),
        Change::AlterUnique(it) => keys::alter_unique(it, context),
        Change::AddCheck(it) => checks::add(it, context),
        Change::DropCheck(it) => checks::drop(it, context),
        Change::AlterCheck(it) => checks::alter(it, context),
        Change::AddForeignKey(it) => foreign_keys::add(it, context),
        Change::DropForeignKey(it) => foreign_keys::drop(it, context),
        Change::AlterForeignKey(it) => foreign_keys::alter(it, context),
        Change::CreateIndex(it) => indexes::create(it, context),
        Change::DropIndex(it) => indexes::drop(it, context),
        Change::AlterIndex(it) => indexes::alter(it, context),

        Change::CreateSequence(it) => sequences::create(it, context),
        Change::DropSequence(it) => sequences::drop(it, context),
        Change::AlterSequence(it) => sequences::alter(it, context),

        Change::CreateView(it) => views::create(it, context),
        Change::DropView(it) => views::drop(it, context),
        Change::AlterView(it) => views::alter(it, context),

        Change::CreatePolicy(it) => security::create_policy(it, context),
        Change::DropPolicy(it) => security::drop_policy(it, context),
        Change::AlterPolicy(it) => security::alter_policy(it, context),
        Change::EnableRls(table) => security::enable(table, context),
        Change::DisableRls(table) => security::disable(table, context),

        Change::CreateRole(it) => security::create_role(it, context),
        Change::DropRole(it) => security::drop_role(it, context),
        Change::AlterRole(it) => security::alter_role(it, context),

        // What Drizzle looks at has changed; there is nothing to run in the database.
        Change::ScopeChange(it) if it.setting.is_of_code() => {}
        Change::ScopeChange(it) => context.note(format!("{it}. Nothing is run for it.")),
    }
}
