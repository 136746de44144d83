//! Keys, unique constraints, checks and indexes.

use super::differ::Sides;
use super::draft::{Draft, Phase};
use super::keyed::{self, keyed};
use super::squash::{self, SplitIndex};
use super::state::{Packed, Table};
use super::{Error, Mode, javascript, sql};
use crate::ident::QualifiedName;
use crate::schema::{Check, ForeignKey, IndexColumn, Object, ObjectKind, PrimaryKey, Unique};

/// Compares the constraints of a table that stays.
pub(super) fn compare(
    sides: Sides,
    table: &QualifiedName,
    old: &Table,
    new: &Table,
    drafts: &mut Vec<Draft>,
) {
    compare_primary_keys(table, &old.primary_keys, &new.primary_keys, drafts);
    for (drop, packed) in replaced(&old.uniques, &new.uniques, true) {
        drafts.push(if drop { drop_unique(table, packed) } else { add_unique(table, packed) });
    }
    // `push` does not look into a check of the same name.
    for (drop, packed) in replaced(&old.checks, &new.checks, sides.mode == Mode::Generate) {
        drafts.push(if drop { drop_check(table, packed) } else { add_check(table, packed) });
    }
    let (gone, added) = keyed::gone_and_new(&old.foreign_keys, &new.foreign_keys);
    let gone = gone.into_iter().map(|packed| (true, packed));
    let added = added.into_iter().map(|packed| (false, packed));
    let changed = changed_pairs(&old.foreign_keys, &new.foreign_keys);
    for (drop, packed) in gone.chain(added).chain(changed) {
        drafts.push(if drop {
            drop_foreign_key(table, packed)
        } else {
            create_foreign_key(Phase::AddForeignKey, table, packed)
        });
    }
}

/// What to drop (`true`) and to create (`false`): what is gone and what is new, then both sides of
/// what changed, if that is looked at.
fn replaced<'m>(old: &'m Packed, new: &'m Packed, changed: bool) -> Vec<(bool, &'m str)> {
    let compared = keyed(old, new);
    let mut found: Vec<(bool, &str)> = Vec::new();
    found.extend(compared.deleted.iter().map(|(_, packed)| (true, packed.as_str())));
    found.extend(compared.added.iter().map(|(_, packed)| (false, packed.as_str())));
    if changed {
        found.extend(changed_pairs(old, new));
    }
    found
}

/// Both sides of what changed.
fn changed_pairs<'m>(old: &'m Packed, new: &'m Packed) -> impl Iterator<Item = (bool, &'m str)> {
    let changed = keyed(old, new).common.into_iter().filter(|(_, old, new)| old != new);
    changed.flat_map(|(_, old, new)| [(true, old.as_str()), (false, new.as_str())])
}

fn alter(table: &QualifiedName) -> String {
    format!("ALTER TABLE {}", sql::table(table))
}

/// A statement that drops or adds a named constraint.
fn constraint(
    phase: Phase,
    kind: &'static str,
    object: Object,
    verb: &str,
    definition: &str,
) -> Draft {
    let table = object.table_name().map_or_else(String::new, |table| alter(&table));
    let sql = format!("{table} {verb} CONSTRAINT {}{definition};", sql::name(&object.name));
    Draft::new(phase, kind, object, sql)
}

fn compare_primary_keys(
    table: &QualifiedName,
    old: &Packed,
    new: &Packed,
    drafts: &mut Vec<Draft>,
) {
    let keys = keyed(old, new);
    let object = |name: &str| Object::in_table(ObjectKind::PrimaryKey, table, name);
    // A key that squashes to the same columns and name is not replaced, whatever its key in the map.
    let added = keys.added.last().map(|(_, packed)| squash::split_primary_key(packed));
    let deleted = keys.deleted.last().map(|(_, packed)| squash::split_primary_key(packed));
    if added != deleted {
        for (_, packed) in keys.deleted {
            let key = squash::split_primary_key(packed);
            let (phase, kind) = (Phase::DropPrimaryKey, "delete_composite_pk");
            drafts.push(constraint(phase, kind, object(&key.name), "DROP", ""));
        }
        for (_, packed) in keys.added {
            let key = squash::split_primary_key(packed);
            let definition = format!(" {}", primary_key(&key));
            let (phase, kind) = (Phase::AddPrimaryKey, "create_composite_pk");
            drafts.push(constraint(phase, kind, object(&key.name), "ADD", &definition));
        }
    }
    for (_, old, new) in keys.common {
        if old == new {
            continue;
        }
        let (old, new) = (squash::split_primary_key(old), squash::split_primary_key(new));
        // Both statements in one string, divided as in the file.
        let sql = format!(
            "{alter} DROP CONSTRAINT {};\n--> statement-breakpoint\n{alter} ADD CONSTRAINT {} PRIMARY KEY({});",
            sql::name(&old.name),
            sql::name(&new.name),
            sql::names(&new.columns),
            alter = alter(table),
        );
        let object = object(&new.name);
        drafts.push(Draft::new(Phase::AlterPrimaryKey, "alter_composite_pk", object, sql));
    }
}

/// `UNIQUE NULLS NOT DISTINCT("a","b")`.
pub(super) fn unique(unique: &Unique) -> String {
    let nulls = if unique.nulls_not_distinct { " NULLS NOT DISTINCT" } else { "" };
    format!("UNIQUE{nulls}({})", sql::names(&unique.columns))
}

fn add_unique(table: &QualifiedName, packed: &str) -> Draft {
    let it = squash::split_unique(packed);
    let object = Object::in_table(ObjectKind::Unique, table, &it.name);
    let definition = format!(" {}", unique(&it));
    constraint(Phase::AddUnique, "create_unique_constraint", object, "ADD", &definition)
}

/// `CHECK (…)`.
pub(super) fn check(check: &Check) -> String {
    format!("CHECK ({})", check.value)
}

/// `PRIMARY KEY("a","b")`.
pub(super) fn primary_key(key: &PrimaryKey) -> String {
    format!("PRIMARY KEY({})", sql::names(&key.columns))
}

fn drop_unique(table: &QualifiedName, packed: &str) -> Draft {
    let object = Object::in_table(ObjectKind::Unique, table, squash::split_unique(packed).name);
    constraint(Phase::DropUnique, "delete_unique_constraint", object, "DROP", "")
}

fn add_check(table: &QualifiedName, packed: &str) -> Draft {
    let it = squash::split_check(packed);
    let object = Object::in_table(ObjectKind::Check, table, &it.name);
    let definition = format!(" {}", check(&it));
    constraint(Phase::AddCheck, "create_check_constraint", object, "ADD", &definition)
}

fn drop_check(table: &QualifiedName, packed: &str) -> Draft {
    let object = Object::in_table(ObjectKind::Check, table, squash::split_check(packed).name);
    constraint(Phase::DropCheck, "delete_check_constraint", object, "DROP", "")
}

/// A foreign key; the table is the one it says of itself.
pub(super) fn create_foreign_key(phase: Phase, table: &QualifiedName, packed: &str) -> Draft {
    let key = squash::split_foreign_key(packed);
    let object = Object::in_table(ObjectKind::ForeignKey, table, &key.name);
    Draft::new(phase, "create_reference", object, foreign_key(table, &key))
}

/// `ALTER TABLE … ADD CONSTRAINT … FOREIGN KEY …;`
pub(super) fn foreign_key(table: &QualifiedName, key: &ForeignKey) -> String {
    let action = |when: &str, action: &Option<String>| {
        action.as_ref().map_or_else(String::new, |action| format!(" ON {when} {action}"))
    };
    format!(
        "ALTER TABLE {} ADD CONSTRAINT {} FOREIGN KEY ({}) REFERENCES {}({}){}{};",
        sql::within(table, &key.table_from),
        sql::name(&key.name),
        sql::names(&key.columns_from),
        sql::full(&key.to),
        sql::names(&key.columns_to),
        action("DELETE", &key.on_delete),
        action("UPDATE", &key.on_update),
    )
}

fn drop_foreign_key(table: &QualifiedName, packed: &str) -> Draft {
    let name = squash::split_foreign_key(packed).name;
    let sql = format!("{} DROP CONSTRAINT {};\n", alter(table), sql::name(&name));
    let object = Object::in_table(ObjectKind::ForeignKey, table, name);
    Draft::new(Phase::DropForeignKey, "delete_reference", object, sql)
}

/// Indexes that are new or gone.
pub(super) fn compare_indexes(
    sides: Sides,
    table: &QualifiedName,
    old: &Table,
    new: &Table,
    drafts: &mut Vec<Draft>,
) -> Result<(), Error> {
    let (gone, added) = keyed::gone_and_new(&old.indexes, &new.indexes);
    for packed in added {
        drafts.push(create_index(sides, Phase::CreateIndex, table, packed)?);
    }
    for packed in gone {
        drafts.push(drop_index(table, packed)?);
    }
    Ok(())
}

/// Indexes that changed: dropped and created.
pub(super) fn replace_indexes(
    sides: Sides,
    table: &QualifiedName,
    old: &Table,
    new: &Table,
    drafts: &mut Vec<Draft>,
) -> Result<(), Error> {
    for (drop, packed) in changed_pairs(&old.indexes, &new.indexes) {
        drafts.push(if drop {
            drop_index(table, packed)?
        } else {
            create_index(sides, Phase::CreateIndex, table, packed)?
        });
    }
    Ok(())
}

const UNREADABLE: &str = "a semicolon, `--` or `,,` in its name, its columns or its WHERE breaks \
                          the form in which drizzle-kit keeps it; write the migration by hand";

fn unreadable(table: &QualifiedName, packed: &str) -> Error {
    let name = packed.split(';').next().unwrap_or(packed);
    Error { object: Object::in_table(ObjectKind::Index, table, name), why: UNREADABLE }
}

/// `CREATE INDEX`. `push` prints what its squashed form lacks from the new schema.
pub(super) fn create_index(
    sides: Sides,
    phase: Phase,
    table: &QualifiedName,
    packed: &str,
) -> Result<Draft, Error> {
    let index = match sides.mode {
        Mode::Generate => squash::split_index(packed),
        Mode::Push => squash::split_pushed_index_name(packed)
            .and_then(|name| sides.head.table(table)?.indexes.get(&name).map(SplitIndex::of)),
    };
    let draft = index.and_then(|index| {
        let sql = print_index(table, &index)?;
        let object = Object::in_table(ObjectKind::Index, table, &index.name);
        Some(Draft::new(phase, "create_index_pg", object, sql))
    });
    draft.ok_or_else(|| unreadable(table, packed))
}

/// `None` where drizzle-kit expects something that is not there.
pub(super) fn print_index(table: &QualifiedName, index: &SplitIndex) -> Option<String> {
    let keys: Option<Vec<String>> = index.columns.iter().map(print_index_column).collect();
    let with: Vec<String> = index
        .with
        .as_ref()?
        .iter()
        .map(|(key, value)| format!("{key}={}", javascript::text(value)))
        .collect();
    let with = if with.is_empty() { String::new() } else { format!(" WITH ({})", with.join(",")) };
    let predicate = index.predicate.as_ref().filter(|predicate| !predicate.is_empty());
    Some(format!(
        "CREATE {}INDEX{} {} ON {} USING {} ({}){with}{};",
        if index.unique { "UNIQUE " } else { "" },
        if index.concurrently { " CONCURRENTLY" } else { "" },
        sql::name(&index.name),
        sql::table(table),
        index.method,
        keys?.join(","),
        predicate.map_or_else(String::new, |predicate| format!(" WHERE {predicate}")),
    ))
}

/// An operator class hides the direction and where nulls go.
fn print_index_column(column: &IndexColumn) -> Option<String> {
    let expression = if column.is_expression {
        column.expression.clone()
    } else {
        sql::name(&column.expression)
    };
    if let Some(opclass) = column.opclass.as_ref().filter(|opclass| !opclass.is_empty()) {
        return Some(format!("{expression} {opclass}"));
    }
    if column.asc && column.nulls.as_deref() == Some("last") {
        return Some(expression);
    }
    let direction = if column.asc { "" } else { " DESC" };
    Some(format!("{expression}{direction} NULLS {}", column.nulls.as_ref()?.to_uppercase()))
}

fn drop_index(table: &QualifiedName, packed: &str) -> Result<Draft, Error> {
    let index = squash::split_index(packed).ok_or_else(|| unreadable(table, packed))?;
    let sql = format!("DROP INDEX {};", sql::within(table, &index.name));
    let object = Object::in_table(ObjectKind::Index, table, index.name);
    Ok(Draft::new(Phase::DropIndex, "drop_index", object, sql))
}
