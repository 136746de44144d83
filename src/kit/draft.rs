//! drizzle-kit's "json statements": what is to be done, before it becomes a list of SQL strings.

use std::collections::HashSet;

use serde_json::Value;

use super::{Statement, javascript};
use crate::schema::Object;

/// The order of drizzle-kit's statements: all of one kind, for all tables, before the next
/// (`snapshotsDiffer.ts`, the end of `applyPgSnapshotsDiff`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    CreateSchema,
    RenameSchema,
    CreateEnum,
    MoveEnum,
    RenameEnum,
    AddEnumValue,
    CreateSequence,
    MoveSequence,
    RenameSequence,
    AlterSequence,
    RenameRole,
    DropRole,
    CreateRole,
    AlterRole,
    CreateTable,
    EnableRls,
    DisableRls,
    DropView,
    RenameView,
    AlterView,
    DropTable,
    MoveTable,
    RenameTable,
    RenameColumn,
    DropUnique,
    DropCheck,
    DropForeignKey,
    DropEnumValue,
    DropIndex,
    DropPrimaryKey,
    AlterColumn,
    AddPrimaryKey,
    AddColumn,
    AddForeignKeyOfNewTable,
    CreateIndexOfNewTable,
    AddForeignKey,
    CreateIndex,
    DropColumn,
    AlterPrimaryKey,
    AddUnique,
    AddCheck,
    CreateView,
    RenamePolicy,
    DropPolicy,
    CreatePolicy,
    AlterPolicy,
    RenameLinkedPolicy,
    DropLinkedPolicy,
    CreateLinkedPolicy,
    AlterLinkedPolicy,
    DropEnum,
    DropSequence,
    DropSchema,
}

/// One json statement.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub(super) phase: Phase,
    pub(super) kind: &'static str,
    pub(super) object: Object,
    pub(super) sql: Vec<String>,
    /// The columns whose default it sets, and to what.
    pub(super) defaults: Vec<(Object, Value)>,
}

impl Draft {
    /// A draft of one SQL string.
    pub(super) fn new(phase: Phase, kind: &'static str, object: Object, sql: String) -> Self {
        Self { phase, kind, object, sql: vec![sql], defaults: Vec::new() }
    }

    fn sets_default(&self, column: &Object, default: &Value) -> bool {
        self.defaults
            .iter()
            .any(|(it, value)| it == column && javascript::identical(value, default))
    }
}

pub(super) const ADD_VALUE: &str = "alter_type_add_value";
pub(super) const DROP_VALUE: &str = "alter_type_drop_value";
pub(super) const SET_TYPE: &str = "pg_alter_table_alter_column_set_type";
pub(super) const SET_DEFAULT: &str = "alter_table_alter_column_set_default";
pub(super) const SET_NOT_NULL: &str = "alter_table_alter_column_set_notnull";
pub(super) const DROP_NOT_NULL: &str = "alter_table_alter_column_drop_notnull";
pub(super) const SET_IDENTITY: &str = "alter_table_alter_column_set_identity";
pub(super) const DROP_IDENTITY: &str = "alter_table_alter_column_drop_identity";

/// Puts the drafts in order, drops those that drizzle-kit thinks others make superfluous, and
/// leaves of equal SQL strings only the first.
pub(super) fn statements(mut drafts: Vec<Draft>) -> Vec<Statement> {
    drafts.sort_by_key(|draft| draft.phase);
    let superfluous: Vec<bool> =
        drafts.iter().map(|draft| is_superfluous(draft, &drafts)).collect();
    let mut seen = HashSet::new();
    let kept = drafts.into_iter().zip(superfluous).filter(|(_, superfluous)| !superfluous);
    kept.flat_map(|(draft, _)| {
        let Draft { kind, object, sql, .. } = draft;
        sql.into_iter().map(move |sql| Statement { kind, object: object.clone(), sql })
    })
    .filter(|statement| seen.insert(statement.sql.clone()))
    .collect()
}

/// The three filters. The first two look at the table and not at the column, so that the change of
/// another column is lost.
fn is_superfluous(draft: &Draft, drafts: &[Draft]) -> bool {
    let in_same_table = |kind: &str| {
        let table = (&draft.object.schema, &draft.object.table);
        drafts.iter().any(|it| it.kind == kind && (&it.object.schema, &it.object.table) == table)
    };
    match draft.kind {
        DROP_NOT_NULL => in_same_table(DROP_IDENTITY),
        SET_NOT_NULL => in_same_table(SET_IDENTITY),
        ADD_VALUE => drafts.iter().any(|it| it.kind == DROP_VALUE && it.object == draft.object),
        SET_DEFAULT => draft.defaults.iter().any(|(column, default)| {
            let setters = drafts.iter().filter(|it| matches!(it.kind, SET_TYPE | DROP_VALUE));
            setters.into_iter().any(|it| it.sets_default(column, default))
        }),
        _ => false,
    }
}
