//! Turns changes round: what leads back.

use super::names::Names;
use super::{Change, InTable, Scope};
use crate::ident::QualifiedName;

/// The changes that lead back: `apply(b, &invert(&compare(a, b)))` equals `a`.
///
/// In reverse order, and with tables named as in the state they lead to. Data that was lost does
/// not come back.
pub fn invert(changes: &[Change]) -> Vec<Change> {
    let names = Names::of(changes);
    let back = |change: &Change| change.inverse(|table| names.table_to_base(table));
    changes.iter().rev().map(back).collect()
}

impl Change {
    /// The change that leads back, seen alone: it names the table as this one does. Where tables are
    /// renamed too, use [`invert`] on all changes.
    pub fn invert(&self) -> Self {
        self.inverse(QualifiedName::clone)
    }

    fn inverse(&self, base: impl Fn(&QualifiedName) -> QualifiedName) -> Self {
        /// What was altered is found in a table under the name that it has afterwards.
        macro_rules! altered {
            ($it:ident) => {{
                let what = $it.what.clone().invert();
                InTable { table: base(&$it.table), what }
            }};
        }
        match self {
            Self::CreateSchema(it) => Self::DropSchema(it.clone()),
            Self::DropSchema(it) => Self::CreateSchema(it.clone()),
            Self::RenameSchema(it) => Self::RenameSchema(it.clone().invert()),
            Self::CreateEnum(it) => Self::DropEnum(it.clone()),
            Self::DropEnum(it) => Self::CreateEnum(it.clone()),
            Self::RenameEnum(it) => Self::RenameEnum(it.clone().invert()),
            Self::AddEnumValue { value, enumeration } => Self::DropEnumValue {
                value: value.clone(),
                enumeration: enumeration.clone().invert(),
            },
            Self::DropEnumValue { value, enumeration } => Self::AddEnumValue {
                value: value.clone(),
                enumeration: enumeration.clone().invert(),
            },
            Self::RenameEnumValue { value, enumeration } => Self::RenameEnumValue {
                value: value.clone().invert(),
                enumeration: enumeration.clone().invert(),
            },
            Self::ReorderEnumValues(it) => Self::ReorderEnumValues(it.clone().invert()),
            Self::CreateTable(it) => Self::DropTable(it.clone()),
            Self::DropTable(it) => Self::CreateTable(it.clone()),
            Self::RenameTable(it) => Self::RenameTable(it.clone().invert()),
            Self::MoveTable(it) => Self::MoveTable(it.clone().invert()),
            Self::AddColumn(it) => Self::DropColumn(it.clone()),
            Self::DropColumn(it) => Self::AddColumn(it.clone()),
            Self::RenameColumn(it) => Self::RenameColumn(altered!(it)),
            Self::AlterColumnType(it) => Self::AlterColumnType(altered!(it)),
            Self::SetNotNull(it) => Self::DropNotNull(altered!(it)),
            Self::DropNotNull(it) => Self::SetNotNull(altered!(it)),
            Self::SetDefault(it) if it.what.before.default.is_none() => {
                Self::DropDefault(altered!(it))
            }
            Self::SetDefault(it) | Self::DropDefault(it) => Self::SetDefault(altered!(it)),
            Self::SetIdentity(it) => Self::DropIdentity(altered!(it)),
            Self::DropIdentity(it) => Self::SetIdentity(altered!(it)),
            Self::AlterIdentity(it) => Self::AlterIdentity(altered!(it)),
            Self::SetGenerated(it) => Self::DropGenerated(altered!(it)),
            Self::DropGenerated(it) => Self::SetGenerated(altered!(it)),
            Self::AlterGenerated(it) => Self::AlterGenerated(altered!(it)),
            Self::AddPrimaryKey(it) => Self::DropPrimaryKey(it.clone()),
            Self::DropPrimaryKey(it) => Self::AddPrimaryKey(it.clone()),
            Self::AlterPrimaryKey(it) => Self::AlterPrimaryKey(altered!(it)),
            Self::AddUnique(it) => Self::DropUnique(it.clone()),
            Self::DropUnique(it) => Self::AddUnique(it.clone()),
            Self::AlterUnique(it) => Self::AlterUnique(altered!(it)),
            Self::AddCheck(it) => Self::DropCheck(it.clone()),
            Self::DropCheck(it) => Self::AddCheck(it.clone()),
            Self::AlterCheck(it) => Self::AlterCheck(altered!(it)),
            Self::AddForeignKey(it) => Self::DropForeignKey(it.clone()),
            Self::DropForeignKey(it) => Self::AddForeignKey(it.clone()),
            Self::AlterForeignKey(it) => Self::AlterForeignKey(altered!(it)),
            Self::CreateIndex(it) => Self::DropIndex(it.clone()),
            Self::DropIndex(it) => Self::CreateIndex(it.clone()),
            Self::AlterIndex(it) => Self::AlterIndex(altered!(it)),
            Self::CreateSequence(it) => Self::DropSequence(it.clone()),
            Self::DropSequence(it) => Self::CreateSequence(it.clone()),
            Self::AlterSequence(it) => Self::AlterSequence(it.clone().invert()),
            Self::CreateView(it) => Self::DropView(it.clone()),
            Self::DropView(it) => Self::CreateView(it.clone()),
            Self::AlterView(it) => Self::AlterView(it.clone().invert()),
            Self::CreatePolicy(it) => Self::DropPolicy(it.clone()),
            Self::DropPolicy(it) => Self::CreatePolicy(it.clone()),
            Self::AlterPolicy(it) => Self::AlterPolicy(altered!(it)),
            Self::EnableRls(it) => Self::DisableRls(base(it)),
            Self::DisableRls(it) => Self::EnableRls(base(it)),
            Self::CreateRole(it) => Self::DropRole(it.clone()),
            Self::DropRole(it) => Self::CreateRole(it.clone()),
            Self::AlterRole(it) => Self::AlterRole(it.clone().invert()),
            Self::ScopeChange(it) => {
                Self::ScopeChange(Scope { value: it.value.clone().invert(), ..it.clone() })
            }
        }
    }
}
