//! One difference between two schemas.

use serde::Serialize;

use super::Scope;
use crate::delta::Diff;
use crate::ident::QualifiedName;
use crate::schema::{
    Check, Column, Enum, ForeignKey, Index, Object, ObjectKind, Policy, PrimaryKey, Role, Sequence,
    Table, Unique, View,
};

/// Something that belongs to a table. `table` is the table's name in the state in which the change
/// is seen: the head's, or the base's for what is dropped.
#[derive(Debug, Clone, PartialEq)]
pub struct InTable<T> {
    /// The table.
    pub table: QualifiedName,
    /// What is in it.
    pub what: T,
}

/// A column before and after; `table` is the table's name in the head.
pub type ColumnChange = InTable<Diff<Column>>;

/// One difference. The variants are the `kind`s of the interface; there is no catch-all, so that a
/// new kind does not compile until every room has decided what it means.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the variants say what they are, in the interface's words")]
pub enum Change {
    CreateSchema(String),
    DropSchema(String),
    RenameSchema(Diff<String>),

    CreateEnum(Enum),
    DropEnum(Enum),
    RenameEnum(Diff<QualifiedName>),
    /// A value added, with the enum as it is after.
    AddEnumValue {
        value: String,
        enumeration: Diff<Enum>,
    },
    DropEnumValue {
        value: String,
        enumeration: Diff<Enum>,
    },
    RenameEnumValue {
        value: Diff<String>,
        enumeration: Diff<Enum>,
    },
    ReorderEnumValues(Diff<Enum>),

    CreateTable(Table),
    DropTable(Table),
    RenameTable(Diff<QualifiedName>),
    /// Another schema, the same name.
    MoveTable(Diff<QualifiedName>),

    AddColumn(InTable<Column>),
    DropColumn(InTable<Column>),
    /// Renamed; other differences of the same column are changes of their own.
    RenameColumn(ColumnChange),
    AlterColumnType(ColumnChange),
    SetNotNull(ColumnChange),
    DropNotNull(ColumnChange),
    /// A default added or changed.
    SetDefault(ColumnChange),
    DropDefault(ColumnChange),
    SetIdentity(ColumnChange),
    DropIdentity(ColumnChange),
    AlterIdentity(ColumnChange),
    SetGenerated(ColumnChange),
    DropGenerated(ColumnChange),
    AlterGenerated(ColumnChange),

    AddPrimaryKey(InTable<PrimaryKey>),
    DropPrimaryKey(InTable<PrimaryKey>),
    AlterPrimaryKey(InTable<Diff<PrimaryKey>>),
    AddUnique(InTable<Unique>),
    DropUnique(InTable<Unique>),
    AlterUnique(InTable<Diff<Unique>>),
    AddCheck(InTable<Check>),
    DropCheck(InTable<Check>),
    AlterCheck(InTable<Diff<Check>>),
    AddForeignKey(InTable<ForeignKey>),
    DropForeignKey(InTable<ForeignKey>),
    AlterForeignKey(InTable<Diff<ForeignKey>>),
    CreateIndex(InTable<Index>),
    DropIndex(InTable<Index>),
    AlterIndex(InTable<Diff<Index>>),

    CreateSequence(Sequence),
    DropSequence(Sequence),
    AlterSequence(Diff<Sequence>),

    CreateView(View),
    DropView(View),
    AlterView(Diff<View>),

    /// A policy of a table; `table` is empty for one linked to a table that is not exported.
    CreatePolicy(InTable<Policy>),
    DropPolicy(InTable<Policy>),
    AlterPolicy(InTable<Diff<Policy>>),
    EnableRls(QualifiedName),
    DisableRls(QualifiedName),

    CreateRole(Role),
    DropRole(Role),
    AlterRole(Diff<Role>),

    /// What Drizzle looks at has changed, or how TypeScript sees it; not the schema itself.
    ScopeChange(Scope),
}

/// The `kind` of a change as the interface spells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the variants are the interface's words")]
pub enum Kind {
    CreateSchema,
    DropSchema,
    RenameSchema,
    CreateEnum,
    DropEnum,
    RenameEnum,
    AddEnumValue,
    DropEnumValue,
    RenameEnumValue,
    ReorderEnumValues,
    CreateTable,
    DropTable,
    RenameTable,
    MoveTable,
    AddColumn,
    DropColumn,
    RenameColumn,
    AlterColumnType,
    SetNotNull,
    DropNotNull,
    SetDefault,
    DropDefault,
    SetIdentity,
    DropIdentity,
    AlterIdentity,
    SetGenerated,
    DropGenerated,
    AlterGenerated,
    AddPrimaryKey,
    DropPrimaryKey,
    AlterPrimaryKey,
    AddUnique,
    DropUnique,
    AlterUnique,
    AddCheck,
    DropCheck,
    AlterCheck,
    AddForeignKey,
    DropForeignKey,
    AlterForeignKey,
    CreateIndex,
    DropIndex,
    AlterIndex,
    CreateSequence,
    DropSequence,
    AlterSequence,
    CreateView,
    DropView,
    AlterView,
    CreatePolicy,
    DropPolicy,
    AlterPolicy,
    EnableRls,
    DisableRls,
    CreateRole,
    DropRole,
    AlterRole,
    ScopeChange,
}

impl Kind {
    /// As the interface spells it: `drop_column`.
    pub fn name(self) -> String {
        let name = serde_json::to_value(self).ok();
        name.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
    }

    /// For people: "drop column", "enable row-level security".
    pub fn words(self) -> String {
        self.name().replace('_', " ").replace("rls", "row-level security")
    }
}

impl Change {
    /// Its kind.
    pub fn kind(&self) -> Kind {
        match self {
            Self::CreateSchema(_) => Kind::CreateSchema,
            Self::DropSchema(_) => Kind::DropSchema,
            Self::RenameSchema(_) => Kind::RenameSchema,
            Self::CreateEnum(_) => Kind::CreateEnum,
            Self::DropEnum(_) => Kind::DropEnum,
            Self::RenameEnum(_) => Kind::RenameEnum,
            Self::AddEnumValue { .. } => Kind::AddEnumValue,
            Self::DropEnumValue { .. } => Kind::DropEnumValue,
            Self::RenameEnumValue { .. } => Kind::RenameEnumValue,
            Self::ReorderEnumValues(_) => Kind::ReorderEnumValues,
            Self::CreateTable(_) => Kind::CreateTable,
            Self::DropTable(_) => Kind::DropTable,
            Self::RenameTable(_) => Kind::RenameTable,
            Self::MoveTable(_) => Kind::MoveTable,
            Self::AddColumn(_) => Kind::AddColumn,
            Self::DropColumn(_) => Kind::DropColumn,
            Self::RenameColumn(_) => Kind::RenameColumn,
            Self::AlterColumnType(_) => Kind::AlterColumnType,
            Self::SetNotNull(_) => Kind::SetNotNull,
            Self::DropNotNull(_) => Kind::DropNotNull,
            Self::SetDefault(_) => Kind::SetDefault,
            Self::DropDefault(_) => Kind::DropDefault,
            Self::SetIdentity(_) => Kind::SetIdentity,
            Self::DropIdentity(_) => Kind::DropIdentity,
            Self::AlterIdentity(_) => Kind::AlterIdentity,
            Self::SetGenerated(_) => Kind::SetGenerated,
            Self::DropGenerated(_) => Kind::DropGenerated,
            Self::AlterGenerated(_) => Kind::AlterGenerated,
            Self::AddPrimaryKey(_) => Kind::AddPrimaryKey,
            Self::DropPrimaryKey(_) => Kind::DropPrimaryKey,
            Self::AlterPrimaryKey(_) => Kind::AlterPrimaryKey,
            Self::AddUnique(_) => Kind::AddUnique,
            Self::DropUnique(_) => Kind::DropUnique,
            Self::AlterUnique(_) => Kind::AlterUnique,
            Self::AddCheck(_) => Kind::AddCheck,
            Self::DropCheck(_) => Kind::DropCheck,
            Self::AlterCheck(_) => Kind::AlterCheck,
            Self::AddForeignKey(_) => Kind::AddForeignKey,
            Self::DropForeignKey(_) => Kind::DropForeignKey,
            Self::AlterForeignKey(_) => Kind::AlterForeignKey,
            Self::CreateIndex(_) => Kind::CreateIndex,
            Self::DropIndex(_) => Kind::DropIndex,
            Self::AlterIndex(_) => Kind::AlterIndex,
            Self::CreateSequence(_) => Kind::CreateSequence,
            Self::DropSequence(_) => Kind::DropSequence,
            Self::AlterSequence(_) => Kind::AlterSequence,
            Self::CreateView(_) => Kind::CreateView,
            Self::DropView(_) => Kind::DropView,
            Self::AlterView(_) => Kind::AlterView,
            Self::CreatePolicy(_) => Kind::CreatePolicy,
            Self::DropPolicy(_) => Kind::DropPolicy,
            Self::AlterPolicy(_) => Kind::AlterPolicy,
            Self::EnableRls(_) => Kind::EnableRls,
            Self::DisableRls(_) => Kind::DisableRls,
            Self::CreateRole(_) => Kind::CreateRole,
            Self::DropRole(_) => Kind::DropRole,
            Self::AlterRole(_) => Kind::AlterRole,
            Self::ScopeChange(_) => Kind::ScopeChange,
        }
    }

    /// The object it is about: as it is called after the change, or before it for a drop.
    pub fn object(&self) -> Object {
        match self {
            Self::CreateSchema(name) | Self::DropSchema(name) => {
                Object::global(ObjectKind::Schema, name)
            }
            Self::RenameSchema(name) => Object::global(ObjectKind::Schema, &name.after),
            Self::CreateEnum(it) | Self::DropEnum(it) => {
                Object::in_schema(ObjectKind::Enum, &it.name)
            }
            Self::RenameEnum(name) => Object::in_schema(ObjectKind::Enum, &name.after),
            Self::AddEnumValue { enumeration, .. }
            | Self::DropEnumValue { enumeration, .. }
            | Self::RenameEnumValue { enumeration, .. }
            | Self::ReorderEnumValues(enumeration) => {
                Object::in_schema(ObjectKind::Enum, &enumeration.after.name)
            }
            Self::CreateTable(it) | Self::DropTable(it) => Object::table(&it.name),
            Self::RenameTable(name) | Self::MoveTable(name) => Object::table(&name.after),
            Self::AddColumn(it) | Self::DropColumn(it) => Object::column(&it.table, &it.what.name),
            Self::RenameColumn(it)
            | Self::AlterColumnType(it)
            | Self::SetNotNull(it)
            | Self::DropNotNull(it)
            | Self::SetDefault(it)
            | Self::DropDefault(it)
            | Self::SetIdentity(it)
            | Self::DropIdentity(it)
            | Self::AlterIdentity(it)
            | Self::SetGenerated(it)
            | Self::DropGenerated(it)
            | Self::AlterGenerated(it) => Object::column(&it.table, &it.what.after.name),
            Self::AddPrimaryKey(it) | Self::DropPrimaryKey(it) => {
                Object::in_table(ObjectKind::PrimaryKey, &it.table, &it.what.name)
            }
            Self::AlterPrimaryKey(it) => {
                Object::in_table(ObjectKind::PrimaryKey, &it.table, &it.what.after.name)
            }
            Self::AddUnique(it) | Self::DropUnique(it) => {
                Object::in_table(ObjectKind::Unique, &it.table, &it.what.name)
            }
            Self::AlterUnique(it) => {
                Object::in_table(ObjectKind::Unique, &it.table, &it.what.after.name)
            }
            Self::AddCheck(it) | Self::DropCheck(it) => {
                Object::in_table(ObjectKind::Check, &it.table, &it.what.name)
            }
            Self::AlterCheck(it) => {
                Object::in_table(ObjectKind::Check, &it.table, &it.what.after.name)
            }
            Self::AddForeignKey(it) | Self::DropForeignKey(it) => {
                Object::in_table(ObjectKind::ForeignKey, &it.table, &it.what.name)
            }
            Self::AlterForeignKey(it) => {
                Object::in_table(ObjectKind::ForeignKey, &it.table, &it.what.after.name)
            }
            Self::CreateIndex(it) | Self::DropIndex(it) => {
                Object::in_table(ObjectKind::Index, &it.table, &it.what.name)
            }
            Self::AlterIndex(it) => {
                Object::in_table(ObjectKind::Index, &it.table, &it.what.after.name)
            }
            Self::CreateSequence(it) | Self::DropSequence(it) => {
                Object::in_schema(ObjectKind::Sequence, &it.name)
            }
            Self::AlterSequence(it) => Object::in_schema(ObjectKind::Sequence, &it.after.name),
            Self::CreateView(it) | Self::DropView(it) => {
                Object::in_schema(ObjectKind::View, &it.name)
            }
            Self::AlterView(it) => Object::in_schema(ObjectKind::View, &it.after.name),
            Self::CreatePolicy(it) | Self::DropPolicy(it) => {
                Object::in_table(ObjectKind::Policy, &it.table, &it.what.name)
            }
            Self::AlterPolicy(it) => {
                Object::in_table(ObjectKind::Policy, &it.table, &it.what.after.name)
            }
            Self::EnableRls(table) | Self::DisableRls(table) => Object::table(table),
            Self::CreateRole(it) | Self::DropRole(it) => Object::global(ObjectKind::Role, &it.name),
            Self::AlterRole(it) => Object::global(ObjectKind::Role, &it.after.name),
            Self::ScopeChange(it) => it.object(),
        }
    }
}
