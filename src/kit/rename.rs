//! The answers to drizzle-kit's question "created or renamed?".

use crate::diff::{Rename, RenameKind};
use crate::ident::QualifiedName;

/// What becomes of what is new and what is gone once the stated renames are taken out.
pub(super) struct Resolved<T> {
    pub(super) created: Vec<T>,
    pub(super) deleted: Vec<T>,
    /// Old and new.
    pub(super) renamed: Vec<(T, T)>,
}

/// Pairs what is gone with what is new, as `rules` (old name, new name) say.
pub(super) fn resolve<K: Clone + PartialEq>(
    created: Vec<K>,
    deleted: Vec<K>,
    rules: &[(K, K)],
) -> Resolved<K> {
    resolve_by(created, deleted, |name| name, rules)
}

/// The same for objects that know their name.
pub(super) fn resolve_by<T, K: PartialEq>(
    created: Vec<T>,
    mut deleted: Vec<T>,
    name: impl Fn(&T) -> &K,
    rules: &[(K, K)],
) -> Resolved<T> {
    let (mut left, mut renamed) = (Vec::new(), Vec::new());
    for new in created {
        let origin = rules
            .iter()
            .filter(|(_, to)| to == name(&new))
            .find_map(|(from, _)| deleted.iter().position(|old| name(old) == from));
        match origin {
            Some(at) => renamed.push((deleted.remove(at), new)),
            None => left.push(new),
        }
    }
    Resolved { created: left, deleted, renamed }
}

/// Stated renames of tables.
pub(super) fn of_tables(renames: &[Rename]) -> Vec<(QualifiedName, QualifiedName)> {
    let rule = |rename: &Rename| match rename {
        Rename::Table { from, to } => Some((from.clone(), to.clone())),
        _ => None,
    };
    renames.iter().filter_map(rule).collect()
}

/// Stated renames of enums, sequences or views.
pub(super) fn of_objects(
    renames: &[Rename],
    of: RenameKind,
) -> Vec<(QualifiedName, QualifiedName)> {
    let rule = |rename: &Rename| match rename {
        Rename::Object { kind, from, to } if *kind == of => Some((from.clone(), to.clone())),
        _ => None,
    };
    renames.iter().filter_map(rule).collect()
}

/// Stated renames of schemas or roles.
pub(super) fn of_globals(renames: &[Rename], of: RenameKind) -> Vec<(String, String)> {
    let rule = |rename: &Rename| match rename {
        Rename::Global { kind, from, to } if *kind == of => Some((from.clone(), to.clone())),
        _ => None,
    };
    renames.iter().filter_map(rule).collect()
}

/// Stated renames of columns of a table, which is called by its new name.
pub(super) fn of_columns(renames: &[Rename], of: &QualifiedName) -> Vec<(String, String)> {
    let rule = |rename: &Rename| match rename {
        Rename::Column { table, from, to } if table == of => Some((from.clone(), to.clone())),
        _ => None,
    };
    renames.iter().filter_map(rule).collect()
}

/// Stated renames of policies of a table, which is called by its new name.
pub(super) fn of_policies(renames: &[Rename], of: &QualifiedName) -> Vec<(String, String)> {
    let rule = |rename: &Rename| match rename {
        Rename::Policy { table, from, to } if table == of => Some((from.clone(), to.clone())),
        _ => None,
    };
    renames.iter().filter_map(rule).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_both_gone_and_new_is_renamed() {
        let rules =
            [("mail", "email"), ("gone", "not_there")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        let resolved = resolve(
            vec!["email".to_owned(), "phone".to_owned()],
            vec!["mail".to_owned(), "gone".to_owned()],
            &rules,
        );
        assert_eq!(resolved.renamed, [("mail".to_owned(), "email".to_owned())]);
        assert_eq!(
            (resolved.created, resolved.deleted),
            (vec!["phone".to_owned()], vec!["gone".to_owned()])
        );
    }
}
