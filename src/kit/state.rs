//! A schema as drizzle-kit compares it: most objects squashed into strings.

use indexmap::IndexMap;

use super::{Mode, keyed, squash};
use crate::ident::QualifiedName;
use crate::schema::{self, Role, Schema, View, in_js_order};

/// Squashed objects by name.
pub(super) type Packed = IndexMap<String, String>;

/// One side of the comparison.
#[derive(Debug, Clone)]
pub(super) struct State<'a> {
    pub(super) schemas: IndexMap<String, ()>,
    pub(super) tables: IndexMap<QualifiedName, Table<'a>>,
    pub(super) enums: IndexMap<QualifiedName, &'a [String]>,
    pub(super) sequences: IndexMap<QualifiedName, String>,
    pub(super) roles: IndexMap<String, &'a Role>,
    pub(super) policies: Packed,
    pub(super) views: IndexMap<QualifiedName, &'a View>,
}

/// A table. Its name is its key, so that a rename moves nothing but the key.
#[derive(Debug, Clone)]
pub(super) struct Table<'a> {
    pub(super) columns: IndexMap<String, Column<'a>>,
    pub(super) indexes: Packed,
    pub(super) foreign_keys: Packed,
    pub(super) primary_keys: Packed,
    pub(super) uniques: Packed,
    pub(super) policies: Packed,
    pub(super) checks: Packed,
    pub(super) rls: bool,
}

/// A column; its type changes when an enum is renamed.
#[derive(Debug, Clone)]
pub(super) struct Column<'a> {
    pub(super) of: &'a schema::Column,
    pub(super) ty: String,
    pub(super) type_schema: Option<String>,
    pub(super) identity: Option<String>,
}

impl<'a> State<'a> {
    /// Squashes a schema for a command.
    pub(super) fn of(schema: &'a Schema, mode: Mode) -> Self {
        Self {
            schemas: mapped(&schema.schemas, |()| ()),
            tables: schema
                .tables
                .iter()
                .map(|(name, table)| (name.clone(), Table::of(table, mode)))
                .collect(),
            enums: schema
                .enums
                .iter()
                .map(|(name, it)| (name.clone(), it.values.as_slice()))
                .collect(),
            sequences: schema
                .sequences
                .iter()
                .map(|(name, it)| (name.clone(), squash::sequence(&it.options)))
                .collect(),
            roles: mapped(&schema.roles, |role| role),
            policies: mapped(&schema.policies, |policy| squash::policy(policy, mode)),
            views: schema.views.iter().map(|(name, view)| (name.clone(), view)).collect(),
        }
    }
}

impl<'a> Table<'a> {
    fn of(table: &'a schema::Table, mode: Mode) -> Self {
        Self {
            columns: mapped(&table.columns, Column::of),
            indexes: mapped(&table.indexes, |index| squash::index(index, mode)),
            foreign_keys: mapped(&table.foreign_keys, squash::foreign_key),
            primary_keys: mapped(&table.primary_keys, squash::primary_key),
            uniques: mapped(&table.uniques, squash::unique),
            policies: mapped(&table.policies, |policy| squash::policy(policy, mode)),
            checks: mapped(&table.checks, squash::check),
            rls: table.rls,
        }
    }
}

impl Table<'_> {
    /// Whether drizzle-kit sees any difference at all.
    pub(super) fn differs_from(&self, other: &Self) -> bool {
        keyed::differ(&self.columns, &other.columns, Column::is_same)
            || self.differs_beside_columns(other)
    }

    /// Whether it sees one that is not in a column.
    pub(super) fn differs_beside_columns(&self, other: &Self) -> bool {
        let pairs = [
            (&self.indexes, &other.indexes),
            (&self.foreign_keys, &other.foreign_keys),
            (&self.primary_keys, &other.primary_keys),
            (&self.uniques, &other.uniques),
            (&self.policies, &other.policies),
            (&self.checks, &other.checks),
        ];
        self.rls != other.rls
            || pairs.into_iter().any(|(old, new)| keyed::differ(old, new, |old, new| old == new))
    }
}

impl<'a> Column<'a> {
    fn of(column: &'a schema::Column) -> Self {
        Self {
            of: column,
            ty: column.ty.clone(),
            type_schema: column.type_schema.clone(),
            identity: column.identity.as_ref().map(squash::identity),
        }
    }

    /// Whether nothing differs, whatever the names.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.ty == other.ty
            && self.type_schema == other.type_schema
            && self.identity == other.identity
            && self.of.primary_key == other.of.primary_key
            && self.of.not_null == other.of.not_null
            && self.of.default == other.of.default
            && self.of.generated == other.of.generated
    }
}

/// A map in the order in which JavaScript walks it.
fn mapped<'a, T, U>(
    map: &'a IndexMap<String, T>,
    squash: impl Fn(&'a T) -> U,
) -> IndexMap<String, U> {
    let mut mapped: IndexMap<String, U> =
        map.iter().map(|(name, it)| (name.clone(), squash(it))).collect();
    in_js_order(&mut mapped);
    mapped
}
