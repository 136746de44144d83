//! What a change means for code, kind by kind.

use std::collections::BTreeSet;

use crate::delta::Diff;
use crate::diff::{Change, ColumnChange, InTable};
use crate::ident::QualifiedName;
use crate::schema::{Check, Column, Enum, Index, PrimaryKey, Table, Unique};

/// What of the code a change can break.
#[derive(Debug, Clone)]
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
    /// What made rows unique is gone, or is another: `ON CONFLICT` cannot name it any more.
    ArbiterGone(&'a QualifiedName, Arbiter),
    /// Nothing that code names.
    None,
}

impl<'a> Effect<'a> {
    fn gone(table: &'a QualifiedName, before: Arbiter, after: Option<&Arbiter>) -> Self {
        if after == Some(&before) {
            return Self::None;
        }
        Self::ArbiterGone(table, before)
    }

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
            Change::DropPrimaryKey(it) => Self::gone(&it.table, Arbiter::of_key(&it.what), None),
            Change::AlterPrimaryKey(it) => {
                let after = Arbiter::of_key(&it.what.after);
                Self::gone(&it.table, Arbiter::of_key(&it.what.before), Some(&after))
            }
            Change::DropUnique(it) => Self::gone(&it.table, Arbiter::of_unique(&it.what), None),
            Change::AlterUnique(it) => {
                let after = Arbiter::of_unique(&it.what.after);
                Self::gone(&it.table, Arbiter::of_unique(&it.what.before), Some(&after))
            }
            Change::DropIndex(it) => match Arbiter::of_index(&it.what) {
                Some(before) => Self::gone(&it.table, before, None),
                None => Self::None,
            },
            Change::AlterIndex(it) => match Arbiter::of_index(&it.what.before) {
                Some(before) => {
                    Self::gone(&it.table, before, Arbiter::of_index(&it.what.after).as_ref())
                }
                None => Self::None,
            },
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
            | Change::AddUnique(_)
            | Change::DropCheck(_)
            | Change::AddForeignKey(_)
            | Change::DropForeignKey(_)
            | Change::AlterForeignKey(_)
            | Change::CreateIndex(_)
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
            | Change::ScopeChange(_) => Self::None,
        }
    }
}

/// Whether code can have to do with a change at all.
pub fn concerns_code(change: &Change) -> bool {
    !matches!(Effect::of(change), Effect::None)
        || matches!(change, Change::DropIndex(_) | Change::AlterIndex(_))
}

/// Columns that are unique together: what an `ON CONFLICT` can name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Arbiter {
    pub(super) columns: BTreeSet<String>,
    /// Only rows for which this holds.
    pub(super) predicate: Option<String>,
}

impl Arbiter {
    fn new(columns: impl IntoIterator<Item = String>) -> Self {
        Self { columns: columns.into_iter().collect(), predicate: None }
    }

    fn of_key(key: &PrimaryKey) -> Self {
        Self::new(key.columns.iter().cloned())
    }

    fn of_unique(unique: &Unique) -> Self {
        Self::new(unique.columns.iter().cloned())
    }

    /// `None` for an index that is not unique, or has expressions.
    fn of_index(index: &Index) -> Option<Self> {
        let is_plain = index.columns.iter().all(|column| !column.is_expression);
        let columns = index.columns.iter().map(|column| column.expression.clone());
        let arbiter = Self { predicate: index.predicate.clone(), ..Self::new(columns) };
        (index.unique && is_plain).then_some(arbiter)
    }

    /// Every arbiter of a table.
    pub(super) fn of_table(table: &Table) -> Vec<Self> {
        let mut found: Vec<Self> = table.uniques.values().map(Self::of_unique).collect();
        found.extend(table.indexes.values().filter_map(Self::of_index));
        found.extend(table.primary_keys.values().map(Self::of_key));
        let single = table.columns.values().filter(|column| column.primary_key);
        found.extend(single.map(|column| Self::new([column.name.clone()])));
        found
    }
}
