//! What a change means for code, kind by kind.

use crate::delta::Diff;
use crate::diff::{Change, ColumnChange, InTable};
use crate::ident::QualifiedName;
use crate::schema::{Check, Column, Enum, Table};

/// What of the code a change can break.
#[derive(Debug, Clone, Copy)]
pub(super) enum Effect<'a> {
    /// The table is gone.
    TableGone(&'a Table),
    /// The table is called otherwise.
    TableRenamed(&'a Diff<QualifiedName>),
    /// A column is new.
    ColumnAdded(&'a InTable<Column>),
    /// A column is gone.
    ColumnGone(&'a InTable<Column>),
    /// A column is called otherwise.
    ColumnRenamed(&'a ColumnChange),
    /// A column holds another type.
    ColumnRetyped(&'a ColumnChange),
    /// A column must have a value.
    ColumnRequired(&'a ColumnChange),
    /// An enum has other values.
    Values(&'a Enum),
    /// A check says something else of the table's rows.
    Checked(&'a QualifiedName, &'a Check),
    /// Nothing that code names.
    None,
}

impl<'a> Effect<'a> {
    /// The effect of one change.
    pub(super) fn of(change: &'a Change) -> Self {
        match change {
            Change::DropTable(table) => Self::TableGone(table),
            Change::RenameTable(name) | Change::MoveTable(name) => Self::TableRenamed(name),
            Change::AddColumn(column) => Self::ColumnAdded(column),
            Change::DropColumn(column) => Self::ColumnGone(column),
            Change::RenameColumn(column) => Self::ColumnRenamed(column),
            Change::AlterColumnType(column) => Self::ColumnRetyped(column),
            Change::SetNotNull(column) => Self::ColumnRequired(column),
            Change::AddEnumValue { enumeration, .. }
            | Change::DropEnumValue { enumeration, .. }
            | Change::RenameEnumValue { enumeration, .. } => Self::Values(&enumeration.after),
            Change::AddCheck(it) => Self::Checked(&it.table, &it.what),
            Change::AlterCheck(it) => Self::Checked(&it.table, &it.what.after),
            Change::CreateSchema(_)
            | Change::DropSchema(_)
            | Change::RenameSchema(_)
            | Change::CreateEnum(_)
            | Change::DropEnum(_)
            | Change::RenameEnum(_)
            | Change::ReorderEnumValues(_)
            | Change::CreateTable(_)
            | Change::DropNotNull(_)
            | Change::SetDefault(_)
            | Change::DropDefault(_)
            | Change::SetIdentity(_)
            | Change::DropIdentity(_)
            | Change::AlterIdentity(_)
            | Change::SetGenerated(_)
            | Change::DropGenerated(_)
            | Change::AlterGenerated(_)
            | Change::AddPrimaryKey(_)
            | Change::DropPrimaryKey(_)
            | Change::AlterPrimaryKey(_)
            | Change::AddUnique(_)
            | Change::DropUnique(_)
            | Change::AlterUnique(_)
            | Change::DropCheck(_)
            | Change::AddForeignKey(_)
            | Change::DropForeignKey(_)
            | Change::AlterForeignKey(_)
            | Change::CreateIndex(_)
            | Change::DropIndex(_)
            | Change::AlterIndex(_)
            | Change::CreateSequence(_)
            | Change::DropSequence(_)
            | Change::AlterSequence(_)
            | Change::CreateView(_)
            | Change::DropView(_)
            | Change::AlterView(_)
            | Change::CreatePolicy(_)
            | Change::DropPolicy(_)
            | Change::AlterPolicy(_)
            | Change::EnableRls(_)
            | Change::DisableRls(_)
            | Change::CreateRole(_)
            | Change::DropRole(_)
            | Change::AlterRole(_)
            | Change::ScopeChange { .. } => Self::None,
        }
    }
}
