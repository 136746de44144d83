//! A step forwards with its way back.

use super::statement::{Check, Phase, Statement};

/// Where in its phase a step stands. The order within a phase is the order of these variants: what is
/// needed by others comes before them, what others still use goes after them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Stage {
    // expand
    Roles,
    Schemas,
    EnumNames,
    EnumValues,
    Enums,
    Sequences,
    TableNames,
    NewTables,
    NewTableForeignKeys,
    RelaxNotNull,
    WidenTypes,
    AddColumns,
    SetDefaults,
    ColumnNames,
    NewIndexes,
    NewViews,
    // backfill
    Fill,
    // contract
    OldTableNames,
    Backups,
    DropViews,
    DropForeignKeys,
    DropChecks,
    DropUniques,
    DropPrimaryKeys,
    DropIndexes,
    DropDefaults,
    SwapColumnNames,
    DerivedNames,
    ShutPolicies,
    UnmakeGenerated,
    Retype,
    SwapEnums,
    NotNulls,
    Identities,
    Generated,
    AddPrimaryKeys,
    AddUniques,
    AddChecks,
    LateIndexes,
    SwapConstraints,
    AddForeignKeys,
    Policies,
    DropColumns,
    DropTables,
    FreedNames,
    DropSequences,
    DropEnums,
    LateViews,
    DropSchemas,
    DropRoles,
}

/// One step: what it does, and what takes exactly that back from the state right after it.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub(super) phase: Phase,
    pub(super) stage: Stage,
    /// The order within the stage.
    pub(super) rank: i32,
    pub(super) title: String,
    pub(super) forward: Vec<Statement>,
    pub(super) undo: Vec<Statement>,
    pub(super) verify: Vec<Check>,
    pub(super) verify_undo: Vec<Check>,
}

impl Step {
    pub(super) fn new(phase: Phase, stage: Stage, title: impl Into<String>) -> Self {
        Self {
            phase,
            stage,
            rank: 0,
            title: title.into(),
            forward: Vec::new(),
            undo: Vec::new(),
            verify: Vec::new(),
            verify_undo: Vec::new(),
        }
    }

    pub(super) fn expand(stage: Stage, title: impl Into<String>) -> Self {
        Self::new(Phase::Expand, stage, title)
    }

    pub(super) fn contract(stage: Stage, title: impl Into<String>) -> Self {
        Self::new(Phase::Contract, stage, title)
    }

    pub(super) fn rank(mut self, rank: i32) -> Self {
        self.rank = rank;
        self
    }

    pub(super) fn run(mut self, statement: Statement) -> Self {
        self.forward.push(statement);
        self
    }

    pub(super) fn run_all(mut self, statements: impl IntoIterator<Item = Statement>) -> Self {
        self.forward.extend(statements);
        self
    }

    /// The undo's statements, in the order in which they are run.
    pub(super) fn undo(mut self, statement: Statement) -> Self {
        self.undo.push(statement);
        self
    }

    pub(super) fn undo_all(mut self, statements: impl IntoIterator<Item = Statement>) -> Self {
        self.undo.extend(statements);
        self
    }

    pub(super) fn verify(mut self, check: Check) -> Self {
        self.verify.push(check);
        self
    }

    pub(super) fn verify_undo(mut self, check: Check) -> Self {
        self.verify_undo.push(check);
        self
    }
}
