//! What squashing has corrupted.

use super::{At, Fault};
use crate::ident::QualifiedName;
use crate::kit::squash::{self, SplitIndex};
use crate::kit::{Mode, constraints, policies, sql};
use crate::schema::{ObjectKind, Table};

pub(super) fn check(at: &At, found: &mut Vec<Fault>) {
    let Some(name) = at.statement.object.table_name() else { return };
    let Some(table) = at.context.schemas.after.table(&name) else { return };
    let object = &at.statement.object;
    let pieces = match at.statement.kind {
        "create_table" => {
            let mut pieces = Vec::new();
            pieces.extend(table.primary_keys.keys().filter_map(|it| primary_key(table, it)));
            pieces.extend(table.uniques.keys().filter_map(|it| unique(table, it)));
            pieces.extend(table.checks.keys().filter_map(|it| check_constraint(table, it)));
            pieces
        }
        "create_composite_pk" | "alter_composite_pk" => one(primary_key(table, &object.name)),
        "create_unique_constraint" => one(unique(table, &object.name)),
        "create_check_constraint" => one(check_constraint(table, &object.name)),
        "create_reference" => one(foreign_key(&name, table, &object.name)),
        "create_index_pg" => one(index(&name, table, &object.name)),
        "create_policy" => one(policy(&name, table, &object.name)),
        _ => return,
    };
    for (wrong, right) in pieces {
        let Some(sql) = (wrong != right).then(|| at.replaced(&wrong, &right)).flatten() else {
            continue;
        };
        let what =
            "a separator in it (`;`, `,`, `--` or `,,`) corrupts what drizzle-kit keeps of it";
        found.push(at.fault("kit.separator", what, Some(sql)));
    }
    if is_unknown(table, object.kind, &object.name) {
        let what = "a separator in its name cuts the name off";
        found.push(at.fault("kit.separator", what, None));
    }
}

/// A piece of a statement as it is printed and as it should be.
type Piece = (String, String);

fn one(piece: Option<Piece>) -> Vec<Piece> {
    piece.into_iter().collect()
}

/// Whether the head has nothing of that name.
fn is_unknown(table: &Table, kind: ObjectKind, name: &str) -> bool {
    match kind {
        ObjectKind::PrimaryKey => !table.primary_keys.contains_key(name),
        ObjectKind::Unique => !table.uniques.contains_key(name),
        ObjectKind::Check => !table.checks.contains_key(name),
        ObjectKind::ForeignKey => !table.foreign_keys.contains_key(name),
        ObjectKind::Index => !table.indexes.contains_key(name),
        ObjectKind::Policy => !table.policies.contains_key(name),
        ObjectKind::Schema
        | ObjectKind::Enum
        | ObjectKind::Sequence
        | ObjectKind::Table
        | ObjectKind::Column
        | ObjectKind::View
        | ObjectKind::Role => false,
    }
}

fn primary_key(table: &Table, name: &str) -> Option<Piece> {
    let right = table.primary_keys.get(name)?;
    let wrong = squash::split_primary_key(&squash::primary_key(right));
    Some((constraints::primary_key(&wrong), constraints::primary_key(right)))
}

fn unique(table: &Table, name: &str) -> Option<Piece> {
    let right = table.uniques.get(name)?;
    let wrong = squash::split_unique(&squash::unique(right));
    let print = |it| format!("{} {}", sql::name(name), constraints::unique(it));
    Some((print(&wrong), print(right)))
}

fn check_constraint(table: &Table, name: &str) -> Option<Piece> {
    let right = table.checks.get(name)?;
    let wrong = squash::split_check(&squash::check(right));
    let print = |it| format!("{} {}", sql::name(name), constraints::check(it));
    Some((print(&wrong), print(right)))
}

fn foreign_key(of: &QualifiedName, table: &Table, name: &str) -> Option<Piece> {
    let right = table.foreign_keys.get(name)?;
    let wrong = squash::split_foreign_key(&squash::foreign_key(right));
    Some((constraints::foreign_key(of, &wrong), constraints::foreign_key(of, right)))
}

fn index(of: &QualifiedName, table: &Table, name: &str) -> Option<Piece> {
    let right = table.indexes.get(name)?;
    let wrong = squash::split_index(&squash::index(right, Mode::Generate))?;
    let right = SplitIndex::of(right);
    Some((constraints::print_index(of, &wrong)?, constraints::print_index(of, &right)?))
}

fn policy(of: &QualifiedName, table: &Table, name: &str) -> Option<Piece> {
    let right = table.policies.get(name)?;
    let wrong = squash::split_policy(&squash::policy(right, Mode::Generate), Mode::Generate);
    let print = |it| policies::create_policy(it, &sql::table(of));
    Some((print(&wrong), print(right)))
}
