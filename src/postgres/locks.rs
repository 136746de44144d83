//! The table locks a change takes, measured on PostgreSQL 12 to 18.

use std::fmt;

use super::types::{Base, SqlType};
use crate::delta::Diff;
use crate::diff::Change;
use crate::ident::QualifiedName;
use crate::schema::{ForeignKey, Schema, Table};

/// A table-level lock, weakest first (manual, section 13.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LockMode {
    /// Blocks only ACCESS EXCLUSIVE.
    AccessShare,
    /// Blocks other DDL and VACUUM, neither reads nor writes.
    ShareUpdateExclusive,
    /// Blocks writes.
    Share,
    /// Blocks writes and itself.
    ShareRowExclusive,
    /// Blocks everything, reads too.
    AccessExclusive,
}

/// As PostgreSQL's manual writes it.
impl fmt::Display for LockMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AccessShare => "ACCESS SHARE",
            Self::ShareUpdateExclusive => "SHARE UPDATE EXCLUSIVE",
            Self::Share => "SHARE",
            Self::ShareRowExclusive => "SHARE ROW EXCLUSIVE",
            Self::AccessExclusive => "ACCESS EXCLUSIVE",
        })
    }
}

/// The locks that drizzle-kit's statements for a change take on existing tables, the change's own
/// table first. Names are those of the change.
pub fn locks(change: &Change, schemas: Diff<&Schema>) -> Vec<(QualifiedName, LockMode)> {
    let mut locks = own_locks(change);
    for table in also_locked(change, schemas) {
        if !locks.iter().any(|(name, _)| name == table) {
            locks.push((table.clone(), LockMode::AccessExclusive));
        }
    }
    locks
}

/// The tables that are locked ACCESS EXCLUSIVE because of what the schema says of them.
fn also_locked<'a>(change: &'a Change, schemas: Diff<&'a Schema>) -> Vec<&'a QualifiedName> {
    if let Change::DropTable(table) = change {
        // CASCADE takes the foreign keys of other tables that refer to it.
        let referring = schemas
            .before
            .tables
            .values()
            .filter(|other| other.foreign_keys.values().any(|key| key.to == table.name));
        return referring.map(|other| &other.name).collect();
    }
    if let Change::MoveTable(name) | Change::RenameTable(name) = change {
        // drizzle-kit makes the foreign keys that refer to it again, after a rename also its own.
        // What a referring table's own drop or rename locks is said there.
        // A key that does something else now is dropped and added for itself.
        let stays = |old: &ForeignKey, new: &ForeignKey| {
            new.to == name.after && new.columns_from == old.columns_from && acts(old) == acts(new)
        };
        let referring = schemas.before.tables.values().filter(|table| {
            let Some(head) = schemas.after.table(&table.name) else { return false };
            let mut keys = table.foreign_keys.values().filter(|key| key.to == name.before);
            keys.any(|old| head.foreign_keys.values().any(|new| stays(old, new)))
        });
        let referring = referring.map(|table| &table.name);
        let renamed = matches!(change, Change::RenameTable(_));
        let table = schemas.after.table(&name.after).filter(|_| renamed);
        let base = schemas.before.table(&name.before);
        let own = table.into_iter().flat_map(|table| table.foreign_keys.values());
        let own = own.filter(|new| {
            let mut old = base.into_iter().flat_map(|table| table.foreign_keys.values());
            old.any(|old| old.columns_from == new.columns_from && acts(old) == acts(new))
        });
        return referring.chain(own.map(|key| &key.to)).collect();
    }
    if let Change::AlterColumnType(it) | Change::RenameColumn(it) = change {
        // Foreign keys on either side are made again, after a rename by drizzle-kit.
        let name = &it.what.after.name;
        let keys = schemas
            .after
            .tables
            .values()
            .flat_map(|table| table.foreign_keys.values().map(move |key| (table, key)));
        // What changes itself is dropped before and added after.
        let keys = keys.filter(|(table, key)| {
            !is_new(table, key, schemas.before) && !is_altered(table, key, schemas.before)
        });
        let other_side = keys.filter_map(|(table, key)| {
            if table.name == it.table && key.columns_from.contains(name) {
                Some(&key.to)
            } else if key.to == it.table && key.columns_to.contains(name) {
                Some(&table.name)
            } else {
                None
            }
        });
        return other_side.collect();
    }
    if let Change::RenameEnum(name) = change {
        // drizzle-kit takes an array of it for another type, one that is new aside.
        let has = |table: &&Table, name: &QualifiedName, schema: &Schema| {
            table.columns.values().any(|column| {
                let ty = SqlType::of(column, schema);
                ty.dimensions > 0 && matches!(&ty.base, Base::Enum(base) if base == name)
            })
        };
        let had = |table: &&Table| {
            schemas
                .before
                .table(&table.name)
                .is_none_or(|it| has(&it, &name.before, schemas.before))
        };
        let tables = schemas.after.tables.values();
        let tables = tables.filter(|it| has(it, &name.after, schemas.after)).filter(had);
        return tables.map(|table| &table.name).collect();
    }
    if let Change::DropEnumValue { enumeration, .. }
    | Change::RenameEnumValue { enumeration, .. }
    | Change::ReorderEnumValues(enumeration) = change
    {
        // The type is built again, and every column of it with it.
        let uses = |table: &&Table| {
            table.columns.values().any(|column| {
                let base = SqlType::of(column, schemas.after).base;
                matches!(base, Base::Enum(name) if name == enumeration.after.name)
            })
        };
        return schemas.after.tables.values().filter(uses).map(|table| &table.name).collect();
    }
    Vec::new()
}

/// Whether a foreign key of the head is not in the base, as far as its table has kept its name.
fn is_new(table: &Table, key: &ForeignKey, base: &Schema) -> bool {
    base.table(&table.name).is_some_and(|table| !table.foreign_keys.contains_key(&key.name))
}

/// Whether a foreign key does something else than in the base, as far as its table has kept its name.
fn is_altered(table: &Table, key: &ForeignKey, base: &Schema) -> bool {
    let old = base.table(&table.name).and_then(|table| table.foreign_keys.get(&key.name));
    old.is_some_and(|old| (&old.to, acts(old)) != (&key.to, acts(key)))
}

/// What a foreign key does on delete and on update; `NO ACTION` is nothing.
fn acts(key: &ForeignKey) -> [Option<&str>; 2] {
    [&key.on_delete, &key.on_update].map(|it| it.as_deref().filter(|it| *it != "no action"))
}

/// The locks that the change itself says.
fn own_locks(change: &Change) -> Vec<(QualifiedName, LockMode)> {
    use LockMode::{AccessExclusive, Share, ShareRowExclusive};
    let all = |table: &QualifiedName| vec![(table.clone(), AccessExclusive)];
    let with = |table: &QualifiedName, other: &QualifiedName, mode| {
        let mut locks = vec![(table.clone(), mode)];
        if table != other {
            locks.push((other.clone(), mode));
        }
        locks
    };
    match change {
        Change::CreateTable(table) => {
            let parents = table.foreign_keys.values().filter(|key| key.to != table.name);
            parents.map(|key| (key.to.clone(), ShareRowExclusive)).collect()
        }
        Change::DropTable(table) => {
            let parents = table.foreign_keys.values().filter(|key| key.to != table.name);
            let parents = parents.map(|key| (key.to.clone(), AccessExclusive));
            std::iter::once((table.name.clone(), AccessExclusive)).chain(parents).collect()
        }
        Change::RenameTable(name) | Change::MoveTable(name) => all(&name.before),
        Change::AddColumn(it) | Change::DropColumn(it) => all(&it.table),
        Change::RenameColumn(it)
        | Change::AlterColumnType(it)
        | Change::SetNotNull(it)
        | Change::DropNotNull(it)
        | Change::SetDefault(it)
        | Change::DropDefault(it)
        | Change::SetIdentity(it)
        | Change::DropIdentity(it)
        | Change::AlterIdentity(it)
        | Change::SetGenerated(it)
        | Change::DropGenerated(it)
        | Change::AlterGenerated(it) => all(&it.table),
        Change::AddPrimaryKey(it) | Change::DropPrimaryKey(it) => all(&it.table),
        Change::AlterPrimaryKey(it) => all(&it.table),
        Change::AddUnique(it) | Change::DropUnique(it) => all(&it.table),
        Change::AlterUnique(it) => all(&it.table),
        Change::AddCheck(it) | Change::DropCheck(it) => all(&it.table),
        Change::AlterCheck(it) => all(&it.table),
        Change::AddForeignKey(it) => with(&it.table, &it.what.to, ShareRowExclusive),
        Change::DropForeignKey(it) => with(&it.table, &it.what.to, AccessExclusive),
        Change::AlterForeignKey(it) => with(&it.table, &it.what.after.to, AccessExclusive),
        Change::CreateIndex(it) if it.what.concurrently => {
            vec![(it.table.clone(), LockMode::ShareUpdateExclusive)]
        }
        Change::CreateIndex(it) => vec![(it.table.clone(), Share)],
        Change::DropIndex(it) => all(&it.table),
        Change::AlterIndex(it) => all(&it.table),
        Change::CreatePolicy(it) | Change::DropPolicy(it) => all(&it.table),
        Change::AlterPolicy(it) => all(&it.table),
        Change::EnableRls(table) | Change::DisableRls(table) => all(table),
        // Types, sequences, views, roles and schemas lock no table of their own.
        Change::CreateSchema(_)
        | Change::DropSchema(_)
        | Change::RenameSchema(_)
        | Change::CreateEnum(_)
        | Change::DropEnum(_)
        | Change::RenameEnum(_)
        | Change::AddEnumValue { .. }
        | Change::DropEnumValue { .. }
        | Change::RenameEnumValue { .. }
        | Change::ReorderEnumValues(_)
        | Change::CreateSequence(_)
        | Change::DropSequence(_)
        | Change::AlterSequence(_)
        | Change::CreateView(_)
        | Change::DropView(_)
        | Change::AlterView(_)
        | Change::CreateRole(_)
        | Change::DropRole(_)
        | Change::AlterRole(_)
        | Change::ScopeChange(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delta::Diff;
    use crate::diff::compare;
    use crate::diff::testing::{qualified, schema, table};

    fn locks_of(before: &crate::schema::Schema, after: &crate::schema::Schema) -> Vec<String> {
        let schemas = Diff::new(before, after);
        let changes = compare(schemas, &[]);
        let locks = changes.iter().flat_map(|change| locks(change, schemas));
        locks.map(|(table, mode)| format!("{table} {mode}")).collect()
    }

    #[test]
    fn a_foreign_key_locks_both_sides_and_harder_when_dropped() {
        let funds = || table("funds", &["id uuid primary key"]);
        let deals = || table("deals", &["fund_id uuid"]);
        let with = schema([funds(), deals().references("fk", "fund_id", "funds")]);
        let without = schema([funds(), deals()]);
        assert_eq!(
            locks_of(&without, &with),
            ["public.deals SHARE ROW EXCLUSIVE", "public.funds SHARE ROW EXCLUSIVE"]
        );
        assert_eq!(
            locks_of(&with, &without),
            ["public.deals ACCESS EXCLUSIVE", "public.funds ACCESS EXCLUSIVE"]
        );
        let dropped = schema([funds()]);
        assert_eq!(
            locks_of(&with, &dropped),
            ["public.deals ACCESS EXCLUSIVE", "public.funds ACCESS EXCLUSIVE"]
        );
        assert!(locks_of(&schema([]), &dropped).is_empty());
        assert_eq!(qualified("funds").to_string(), "public.funds");
    }

    #[test]
    fn an_index_blocks_writes_unless_concurrent() {
        let plain = || table("funds", &["code text"]);
        let before = schema([plain()]);
        let after = schema([plain().index("i", &["code"])]);
        assert_eq!(locks_of(&before, &after), ["public.funds SHARE"]);
        let after =
            schema([plain().index("i", &["code"]).edit_index("i", |it| it.concurrently = true)]);
        assert_eq!(locks_of(&before, &after), ["public.funds SHARE UPDATE EXCLUSIVE"]);
    }
}
