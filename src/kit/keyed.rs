//! How json-diff compares two maps, and what it misreads.
//!
//! Its result is one object whose keys say what happened: `name__added`, `name__deleted`, or `name`
//! itself when the value changed. drizzle-kit takes the suffix for the truth, so names that have it
//! themselves are misread; and `name in object` also holds for what every object inherits.

use std::hash::Hash;

use indexmap::IndexMap;

use super::state::{Column, Packed, State, Table};
use super::{Error, javascript};
use crate::ident::QualifiedName;
use crate::schema::{Object, ObjectKind};

/// What differs between two maps, each kind in drizzle-kit's order: what is gone in the old order,
/// what is new in the new one, what is in both in the old one.
pub(super) struct Keyed<'m, K, A, B> {
    pub(super) deleted: Vec<(&'m K, &'m A)>,
    pub(super) added: Vec<(&'m K, &'m B)>,
    pub(super) common: Vec<(&'m K, &'m A, &'m B)>,
}

/// A key of a map: a name alone, or with its schema.
pub(super) trait Key: Eq + Hash {
    /// Whether json-diff finds it in every object.
    fn is_inherited(&self) -> bool;
    /// The key's last part.
    fn name(&self) -> &str;
}

impl Key for String {
    fn is_inherited(&self) -> bool {
        javascript::is_inherited(self)
    }

    fn name(&self) -> &str {
        self
    }
}

impl Key for QualifiedName {
    fn is_inherited(&self) -> bool {
        false
    }

    fn name(&self) -> &str {
        &self.name
    }
}

/// Compares two maps by key.
pub(super) fn keyed<'m, K: Key, A, B>(
    before: &'m IndexMap<K, A>,
    after: &'m IndexMap<K, B>,
) -> Keyed<'m, K, A, B> {
    let missing = |key: &K, is_there: bool| !is_there && !key.is_inherited();
    Keyed {
        deleted: before.iter().filter(|(key, _)| missing(key, after.contains_key(*key))).collect(),
        added: after.iter().filter(|(key, _)| missing(key, before.contains_key(*key))).collect(),
        common: before.iter().filter_map(|(key, old)| Some((key, old, after.get(key)?))).collect(),
    }
}

/// What is gone and what is new among indexes or foreign keys: one whose name says `__deleted` is
/// dropped also when it is new, one that says `__added` is created also when it is gone.
pub(super) fn gone_and_new<'m>(
    before: &'m Packed,
    after: &'m Packed,
) -> (Vec<&'m str>, Vec<&'m str>) {
    let Keyed { deleted, added, .. } = keyed(before, after);
    let says =
        |mark: &'static str| move |(name, _): &&(&'m String, &'m String)| name.contains(mark);
    let packed = |(_, packed): &(&'m String, &'m String)| packed.as_str();
    let gone = deleted.iter().chain(added.iter().filter(says("__deleted")));
    let new = deleted.iter().filter(says("__added")).chain(&added);
    (gone.map(packed).collect(), new.map(packed).collect())
}

/// Whether two maps differ as far as json-diff can see.
pub(super) fn differ<K: Key, A>(
    before: &IndexMap<K, A>,
    after: &IndexMap<K, A>,
    is_same: impl Fn(&A, &A) -> bool,
) -> bool {
    let Keyed { deleted, added, common } = keyed(before, after);
    !deleted.is_empty()
        || !added.is_empty()
        || common.into_iter().any(|(_, old, new)| !is_same(old, new))
}

/// Whether the name has one of the suffixes somewhere: in most places a change of what is called so
/// is passed over.
pub(super) fn is_marked(name: &str) -> bool {
    name.contains("__added") || name.contains("__deleted")
}

/// Whether the name ends with one: a change of it is taken for its creation or its end.
pub(super) fn ends_marked(name: &str) -> bool {
    name.ends_with("__added") || name.ends_with("__deleted")
}

/// Finds what is misread so badly that drizzle-kit stops or prints nonsense.
pub(super) fn check(before: &State, patched: &State, after: &State) -> Result<(), Error> {
    for (name, old, new) in keyed(&patched.tables, &after.tables).common {
        // One that only now got the name is not misread, but passed over.
        let had_the_name = before.tables.contains_key(name);
        if ends_marked(&name.name) && had_the_name && old.differs_from(new) {
            return Err(misread(Object::table(name)));
        }
        check_table(name, old, new)?;
    }
    let of = |kind: ObjectKind| move |name: &QualifiedName| Object::in_schema(kind, name);
    check_map(&patched.enums, &after.enums, |a, b| a == b, ends_marked, of(ObjectKind::Enum))?;
    let sequence = of(ObjectKind::Sequence);
    check_map(&patched.sequences, &after.sequences, |a, b| a == b, ends_marked, sequence)?;
    check_map(&patched.views, &after.views, |a, b| a == b, ends_marked, of(ObjectKind::View))?;
    let role = |name: &String| Object::global(ObjectKind::Role, name);
    check_map(&patched.roles, &after.roles, |a, b| a == b, ends_marked, role)?;
    let policy = |name: &String| Object::global(ObjectKind::Policy, name);
    check_map(&patched.policies, &after.policies, |a, b| a == b, ends_marked, policy)
}

fn check_table(table: &QualifiedName, old: &Table, new: &Table) -> Result<(), Error> {
    // In a table that is itself called so, nobody looks which columns come and go.
    if !is_marked(&table.name) {
        let column = |name: &String| Object::column(table, name);
        check_map(&old.columns, &new.columns, Column::is_same, ends_marked, column)?;
    }
    let packed = |old: &Packed, new: &Packed, marked: fn(&str) -> bool, kind: ObjectKind| {
        let object = |name: &String| Object::in_table(kind, table, name);
        check_map(old, new, |a, b| a == b, marked, object)
    };
    packed(&old.indexes, &new.indexes, is_marked, ObjectKind::Index)?;
    packed(&old.foreign_keys, &new.foreign_keys, is_marked, ObjectKind::ForeignKey)?;
    packed(&old.policies, &new.policies, is_marked, ObjectKind::Policy)?;
    packed(&old.primary_keys, &new.primary_keys, ends_marked, ObjectKind::PrimaryKey)?;
    packed(&old.uniques, &new.uniques, ends_marked, ObjectKind::Unique)?;
    packed(&old.checks, &new.checks, ends_marked, ObjectKind::Check)
}

fn check_map<K: Key, A>(
    before: &IndexMap<K, A>,
    after: &IndexMap<K, A>,
    is_same: impl Fn(&A, &A) -> bool,
    marked: fn(&str) -> bool,
    object: impl Fn(&K) -> Object,
) -> Result<(), Error> {
    let is_misread = |key: &K, old: &A| match after.get(key) {
        Some(new) => marked(key.name()) && !is_same(old, new),
        None => key.is_inherited(),
    };
    let found = before.iter().find(|(key, old)| is_misread(key, old));
    found.map_or(Ok(()), |(key, _)| Err(misread(object(key))))
}

fn misread(object: Object) -> Error {
    let why = "it misreads the name: one with `__added` or `__deleted` in it cannot be changed, one \
               like `constructor`, which every JavaScript object has, cannot be dropped; \
               write the migration by hand";
    Error { object, why }
}
