//! The comparison of two schemas, in drizzle-kit's steps (`applyPgSnapshotsDiff`): schemas, enums,
//! sequences, roles, tables, columns, policies, views. Each step settles the renames of its kind and
//! carries them into the old side before the next one looks at it.

use std::collections::BTreeMap;
use std::hash::Hash;

use indexmap::IndexMap;

use super::draft::{self, Draft, Phase};
use super::keyed::{self, keyed};
use super::state::State;
use super::{Error, Mode, Statement, javascript, policies, rename, sql, tables, types, views};
use crate::delta::Diff;
use crate::diff::{Rename, RenameKind};
use crate::ident::QualifiedName;
use crate::schema::{Object, ObjectKind, Schema};

/// What every step may look at and none may change.
#[derive(Clone, Copy)]
pub(super) struct Sides<'s, 'a> {
    pub(super) mode: Mode,
    pub(super) renames: &'s [Rename],
    /// The old side as it was, with no rename applied. drizzle-kit goes back to it in places.
    pub(super) before: &'s State<'a>,
    pub(super) after: &'s State<'a>,
    /// The new schema, unsquashed.
    pub(super) head: &'a Schema,
}

pub(super) fn differ(
    schemas: Diff<&Schema>,
    renames: &[Rename],
    mode: Mode,
) -> Result<Vec<Statement>, Error> {
    let before = State::of(schemas.before, mode);
    let after = State::of(schemas.after, mode);
    let sides = Sides { mode, renames, before: &before, after: &after, head: schemas.after };
    let mut patched = before.clone();
    let mut drafts = Vec::new();
    rename_schemas(sides, &mut patched, &mut drafts);
    types::enums(sides, &mut patched, &mut drafts)?;
    types::sequences(sides, &mut patched, &mut drafts);
    roles(sides, &mut patched, &mut drafts);
    let identified = tables::identify(sides, &mut patched, &mut drafts)?;
    keyed::check(&before, &patched, &after)?;
    policies::identify(sides, &patched, &mut drafts);
    policies::linked(sides, &patched, &mut drafts)?;
    policies::rename_with_columns(&mut patched, &identified.columns);
    views::compare(sides, &patched, &mut drafts)?;
    tables::compare(sides, &patched, &mut drafts)?;
    policies::of_new_tables(sides, &identified.created, &mut drafts);
    Ok(draft::statements(drafts))
}

fn rename_schemas(sides: Sides, patched: &mut State, drafts: &mut Vec<Draft>) {
    let rules = rename::of_globals(sides.renames, RenameKind::Schema);
    let names = keyed(&patched.schemas, &sides.after.schemas);
    let resolved = rename::resolve(
        names.added.iter().map(|(name, ())| (*name).clone()).collect(),
        names.deleted.iter().map(|(name, ())| (*name).clone()).collect(),
        &rules,
    );
    let schema = |name: &String| Object::global(ObjectKind::Schema, name);
    for name in &resolved.created {
        let sql = format!("CREATE SCHEMA {};\n", sql::name(name));
        drafts.push(Draft::new(Phase::CreateSchema, "create_schema", schema(name), sql));
    }
    for (from, to) in &resolved.renamed {
        let sql = format!("ALTER SCHEMA {} RENAME TO {};\n", sql::name(from), sql::name(to));
        drafts.push(Draft::new(Phase::RenameSchema, "rename_schema", schema(to), sql));
    }
    for name in &resolved.deleted {
        let sql = format!("DROP SCHEMA {};\n", sql::name(name));
        drafts.push(Draft::new(Phase::DropSchema, "drop_schema", schema(name), sql));
    }
    // The schema of a column's type is not carried along, nor that of a view.
    let carry = |name: QualifiedName| match resolved
        .renamed
        .iter()
        .find(|(from, _)| *from == name.schema)
    {
        Some((_, to)) => QualifiedName::new(to, name.name),
        None => name,
    };
    rekey(&mut patched.tables, carry);
    rekey(&mut patched.enums, carry);
    rekey(&mut patched.sequences, carry);
}

fn roles(sides: Sides, patched: &mut State, drafts: &mut Vec<Draft>) {
    let stated = rename::of_globals(sides.renames, RenameKind::Role);
    let roles = keyed(&patched.roles, &sides.after.roles);
    let resolved = rename::resolve(
        roles.added.iter().map(|(name, _)| (*name).clone()).collect(),
        roles.deleted.iter().map(|(name, _)| (*name).clone()).collect(),
        &stated,
    );
    let object = |name: &String| Object::global(ObjectKind::Role, name);
    for (from, to) in &resolved.renamed {
        let sql = format!("ALTER ROLE {} RENAME TO {};", sql::name(from), sql::name(to));
        drafts.push(Draft::new(Phase::RenameRole, "rename_role", object(to), sql));
    }
    for name in &resolved.deleted {
        let sql = format!("DROP ROLE {};", sql::name(name));
        drafts.push(Draft::new(Phase::DropRole, "drop_role", object(name), sql));
    }
    for name in &resolved.created {
        let Some(role) = sides.after.roles.get(name) else { continue };
        let mut options = String::new();
        if role.create_db {
            options += " CREATEDB";
        }
        if role.create_role {
            options += " CREATEROLE";
        }
        if !role.inherit {
            options += " NOINHERIT";
        }
        let with = if options.is_empty() { "" } else { " WITH" };
        let sql = format!("CREATE ROLE {}{with}{options};", sql::name(name));
        drafts.push(Draft::new(Phase::CreateRole, "create_role", object(name), sql));
    }
    rekey(&mut patched.roles, carried(&resolved.renamed));
    for (name, old, new) in keyed(&patched.roles, &sides.after.roles).common {
        let options = |role: &crate::schema::Role| (role.create_db, role.create_role, role.inherit);
        // A role called like what every JavaScript object has loses its name on the way.
        let is_same = options(old) == options(new) && !javascript::is_inherited(name);
        if is_same || keyed::is_marked(name) {
            continue;
        }
        let word = |has: bool, word: &str| format!("{}{word}", if has { "" } else { "NO" });
        let sql = format!(
            "ALTER ROLE {} WITH {} {} {};",
            sql::name(name),
            word(new.create_db, "CREATEDB"),
            word(new.create_role, "CREATEROLE"),
            word(new.inherit, "INHERIT"),
        );
        drafts.push(Draft::new(Phase::AlterRole, "alter_role", object(name), sql));
    }
}

/// The new name of what was renamed, the old one of everything else.
pub(super) fn carried<K: Clone + PartialEq>(renamed: &[(K, K)]) -> impl Fn(K) -> K {
    |name| match renamed.iter().find(|(from, _)| *from == name) {
        Some((_, to)) => to.clone(),
        None => name,
    }
}

/// Renames the keys of a map in place.
pub(super) fn rekey<K: Eq + Hash, V>(map: &mut IndexMap<K, V>, carry: impl Fn(K) -> K) {
    *map = std::mem::take(map).into_iter().map(|(key, value)| (carry(key), value)).collect();
}

/// Of the pairs of a rename, those whose name changes; a pair that only moves into another schema is
/// not carried into the old side, so that its other differences are never seen.
pub(super) fn renamed_only(
    pairs: &[(QualifiedName, QualifiedName)],
) -> Vec<(QualifiedName, QualifiedName)> {
    pairs.iter().filter(|(from, to)| from.name != to.name).cloned().collect()
}

/// Of the pairs of a rename, those whose schema changes.
pub(super) fn moved_only(
    pairs: &[(QualifiedName, QualifiedName)],
) -> impl Iterator<Item = &(QualifiedName, QualifiedName)> {
    pairs.iter().filter(|(from, to)| from.schema != to.schema)
}

/// Column renames by the new name of their table.
pub(super) type ColumnRenames = BTreeMap<QualifiedName, Vec<(String, String)>>;
