//! Enums and sequences.

use super::differ::{Sides, carried, moved_only, rekey, renamed_only};
use super::draft::{ADD_VALUE, DROP_VALUE, Draft, Phase};
use super::keyed::{self, keyed};
use super::rename::{self, Resolved};
use super::sequence::{Step, steps};
use super::state::State;
use super::{Error, javascript, sql, squash};
use crate::diff::RenameKind;
use crate::ident::QualifiedName;
use crate::schema::{Object, ObjectKind};

/// A rename or move, as drizzle-kit hands it out.
type Pairs = [(QualifiedName, QualifiedName)];

pub(super) fn enums(
    sides: Sides,
    patched: &mut State,
    drafts: &mut Vec<Draft>,
) -> Result<(), Error> {
    let rules = rename::of_objects(sides.renames, RenameKind::Enum);
    let enums = keyed(&patched.enums, &sides.after.enums);
    let Resolved { created, deleted, renamed: pairs } = rename::resolve(
        enums.added.iter().map(|(name, _)| (*name).clone()).collect(),
        enums.deleted.iter().map(|(name, _)| (*name).clone()).collect(),
        &rules,
    );
    for name in &created {
        let values = sides.after.enums.get(name).copied().unwrap_or_default();
        let sql = create_enum(name, values);
        drafts.push(Draft::new(Phase::CreateEnum, "create_type_enum", object(name), sql));
    }
    for name in &deleted {
        let sql = format!("DROP TYPE {};", sql::full(name));
        drafts.push(Draft::new(Phase::DropEnum, "drop_type_enum", object(name), sql));
    }
    for (from, to) in moved_only(&pairs) {
        let sql = format!("ALTER TYPE {} SET SCHEMA {};", sql::full(from), sql::name(&to.schema));
        drafts.push(Draft::new(Phase::MoveEnum, "move_type_enum", object(to), sql));
    }
    for (from, to) in &renamed_only(&pairs) {
        // It has been moved by then.
        let from = QualifiedName::new(&to.schema, &from.name);
        let sql = format!("ALTER TYPE {} RENAME TO {};", sql::full(&from), sql::name(&to.name));
        drafts.push(Draft::new(Phase::RenameEnum, "rename_type_enum", object(to), sql));
    }
    rekey(&mut patched.enums, carried(&renamed_only(&pairs)));
    rename_types(patched, &pairs);
    for (name, old, new) in keyed(&patched.enums, &sides.after.enums).common {
        if !keyed::is_marked(&name.name) {
            alter_enum(sides, name, old, new, drafts)?;
        }
    }
    Ok(())
}

/// Gives columns of a renamed type its new name; a column of an array of it keeps the old one.
fn rename_types(patched: &mut State, pairs: &Pairs) {
    let columns = patched.tables.values_mut().flat_map(|table| table.columns.values_mut());
    for column in columns {
        let schema = column.type_schema.clone().unwrap_or_default();
        let ty = QualifiedName::new(schema, &column.ty);
        if let Some((_, to)) = pairs.iter().find(|(from, _)| *from == ty) {
            column.ty.clone_from(&to.name);
            column.type_schema = Some(to.schema.clone());
        }
    }
}

fn alter_enum(
    sides: Sides,
    name: &QualifiedName,
    old: &[String],
    new: &[String],
    drafts: &mut Vec<Draft>,
) -> Result<(), Error> {
    let steps = steps(old, new);
    let changed = |step: &&Step| !matches!(step, Step::Same(_));
    if steps.iter().filter(changed).any(|step| match step {
        Step::Same(label) | Step::Removed(label) | Step::Added(label) => {
            javascript::is_inherited(label) || *label == "__next"
        }
    }) {
        let why = "a label that every JavaScript object has as a property, like `constructor`, \
                   cannot be added or removed; write the migration by hand";
        return Err(Error { object: object(name), why });
    }
    let ty = sql::full(name);
    // A new label stands before the next one that stays.
    let mut anchor: Option<&str> = None;
    let mut additions = Vec::new();
    for step in steps.iter().rev() {
        match step {
            Step::Same(label) => anchor = Some(label),
            Step::Added(label) => {
                let before = anchor.filter(|anchor| !anchor.is_empty());
                let before = before.map_or_else(String::new, |it| format!(" BEFORE '{it}'"));
                additions.push(format!("ALTER TYPE {ty} ADD VALUE '{label}'{before};"));
            }
            Step::Removed(_) => {}
        }
    }
    for sql in additions.into_iter().rev() {
        drafts.push(Draft::new(Phase::AddEnumValue, ADD_VALUE, object(name), sql));
    }
    if steps.iter().any(|step| matches!(step, Step::Removed(_))) {
        drafts.push(recreate_enum(sides, name, new));
    }
    Ok(())
}

/// Turns every column of the type into text, drops and creates the type, and turns them back. The
/// columns are those of the new schema that name the type's schema.
fn recreate_enum(sides: Sides, name: &QualifiedName, values: &[String]) -> Draft {
    let mut defaults = Vec::new();
    let (mut to_text, mut back) = (Vec::new(), Vec::new());
    for (table, columns) in &sides.after.tables {
        for (column, it) in &columns.columns {
            let is_of_type = it.type_schema.as_deref() == Some(name.schema.as_str())
                && sql::split_array(&it.ty).0 == name.name;
            if !is_of_type {
                continue;
            }
            let alter =
                format!("ALTER TABLE {} ALTER COLUMN {}", sql::table(table), sql::name(column));
            let ty = sql::altered_type(&it.ty, Some(&name.schema));
            to_text.push(format!("{alter} SET DATA TYPE text;"));
            if let Some(default) = &it.of.default {
                defaults.push((Object::column(table, column), default.clone()));
                if javascript::truthy(default) {
                    let default = javascript::text(default);
                    to_text.push(format!("{alter} SET DEFAULT {default}::text;"));
                    back.push(format!("{alter} SET DEFAULT {default}::{ty};"));
                }
            }
            back.push(format!("{alter} SET DATA TYPE {ty} USING {}::{ty};", sql::name(column)));
        }
    }
    let mut sql = to_text;
    sql.push(format!("DROP TYPE {};", sql::full(name)));
    sql.push(create_enum(name, values));
    sql.extend(back);
    Draft { phase: Phase::DropEnumValue, kind: DROP_VALUE, object: object(name), sql, defaults }
}

fn create_enum(name: &QualifiedName, values: &[String]) -> String {
    let labels: Vec<String> =
        values.iter().map(|label| format!("'{}'", sql::escaped(label))).collect();
    format!("CREATE TYPE {} AS ENUM({});", sql::full(name), labels.join(", "))
}

fn object(name: &QualifiedName) -> Object {
    Object::in_schema(ObjectKind::Enum, name)
}

pub(super) fn sequences(sides: Sides, patched: &mut State, drafts: &mut Vec<Draft>) {
    let rules = rename::of_objects(sides.renames, RenameKind::Sequence);
    let sequences = keyed(&patched.sequences, &sides.after.sequences);
    let Resolved { created, deleted, renamed: pairs } = rename::resolve(
        sequences.added.iter().map(|(name, _)| (*name).clone()).collect(),
        sequences.deleted.iter().map(|(name, _)| (*name).clone()).collect(),
        &rules,
    );
    let object = |name: &QualifiedName| Object::in_schema(ObjectKind::Sequence, name);
    let options = |packed: &str| sql::sequence_options(&squash::split_sequence(packed));
    for name in &created {
        let packed = sides.after.sequences.get(name).map_or("", String::as_str);
        let sql = format!("CREATE SEQUENCE {}{};", sql::full(name), options(packed));
        drafts.push(Draft::new(Phase::CreateSequence, "create_sequence", object(name), sql));
    }
    for name in &deleted {
        let sql = format!("DROP SEQUENCE {};", sql::full(name));
        drafts.push(Draft::new(Phase::DropSequence, "drop_sequence", object(name), sql));
    }
    for (from, to) in moved_only(&pairs) {
        let schema = sql::name(&to.schema);
        let sql = format!("ALTER SEQUENCE {} SET SCHEMA {schema};", sql::full(from));
        drafts.push(Draft::new(Phase::MoveSequence, "move_sequence", object(to), sql));
    }
    for (from, to) in &renamed_only(&pairs) {
        let from = QualifiedName::new(&to.schema, &from.name);
        let new = sql::name(&to.name);
        let sql = format!("ALTER SEQUENCE {} RENAME TO {new};", sql::full(&from));
        drafts.push(Draft::new(Phase::RenameSequence, "rename_sequence", object(to), sql));
    }
    rekey(&mut patched.sequences, carried(&renamed_only(&pairs)));
    // drizzle-kit treats columns as if a sequence were a type.
    rename_types(patched, &pairs);
    for (name, old, new) in keyed(&patched.sequences, &sides.after.sequences).common {
        if old != new && !keyed::is_marked(&name.name) {
            let sql = format!("ALTER SEQUENCE {}{};", sql::full(name), options(new));
            drafts.push(Draft::new(Phase::AlterSequence, "alter_sequence", object(name), sql));
        }
    }
}
