//! Zod schemas that mirror a table and no longer agree with it after a change.
//!
//! A mirror is known by its name (`InvestmentLotV1Schema` and `investmentLots`) and most of its fields,
//! or by its fields alone; the thresholds are measured on a code base with 780 Zod objects and 151
//! tables. Only columns that the change touches are compared. What drizzle-zod derives from a table
//! cannot drift, and what cannot be read is not compared.

mod object;
mod project;
mod twin;
mod whole;

use std::collections::BTreeSet;

use serde::Serialize;

use self::object::{Family, Field, Object, objects};
use self::project::{At, Project};
use self::twin::{Mirrored, is_twin};
use super::Resolve;
use super::corpus::Corpus;
use super::effect::Effect;
use super::pattern::is_in;
use super::source::is_test;
use super::sql::in_list;
use crate::delta::Diff;
use crate::diff::Change;
use crate::ident::QualifiedName;
use crate::origin::{LineIndex, Origin};
use crate::schema::{self, Column, Schema};

/// Where Zod schemas that mirror tables usually are.
pub const PLACES: &[&str] = &["shared/schemas", "shared/contracts"];

/// One disagreement.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Drift {
    /// The change: its index.
    pub change: usize,
    /// Where the Zod schema says so.
    pub origin: Origin,
    /// What is wrong, as a sentence fragment that names the schema and the field.
    pub message: String,
    /// Only worth knowing: the schema may be meant so.
    pub is_info: bool,
    /// What kind of disagreement it is.
    pub kind: DriftKind,
}

/// How a Zod schema and a table disagree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DriftKind {
    /// Another field, or another type.
    Different,
    /// It accepts what the column refuses.
    TooWide,
    /// It rejects what the column may hold.
    TooNarrow,
}

/// One disagreement inside a file: where, what, whether it is only information, and its kind.
type Disagreement = (usize, String, bool, DriftKind);

/// Compares the columns that changes touch with the Zod schemas in `places`. Files that cannot be read
/// are left out: the search for references names them.
pub fn drift(
    corpus: &Corpus<'_>,
    changes: &[Change],
    schemas: Diff<&Schema>,
    places: &[String],
    resolve: &Resolve<'_>,
) -> Vec<Drift> {
    let touched: Vec<Touched<'_>> = changes
        .iter()
        .enumerate()
        .flat_map(|(index, change)| touched(change, schemas).into_iter().map(move |it| (index, it)))
        .map(|(change, (table, what))| Touched { change, table, what })
        .collect();
    if touched.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    placed(corpus, places, resolve, |file, lines, object| {
        for it in &touched {
            let Some(mirrored) = mirrored(&it.table, schemas, &it.what) else { continue };
            if !is_twin(object, &mirrored) {
                continue;
            }
            let said = disagreements(object, it, schemas);
            found.extend(said.into_iter().map(|it_is| drift_at(it.change, file, lines, it_is)));
        }
    });
    found.sort();
    found.dedup();
    found
}

/// Compares every Zod schema in `places` with the table that it mirrors, whatever changed.
pub fn drift_of_all(
    corpus: &Corpus<'_>,
    schema: &Schema,
    places: &[String],
    resolve: &Resolve<'_>,
) -> Vec<Drift> {
    let tables: Vec<(&QualifiedName, Mirrored)> =
        schema.tables.keys().filter_map(|name| Some((name, Mirrored::of(schema, name)?))).collect();
    let mut found = Vec::new();
    placed(corpus, places, resolve, |file, lines, object| {
        for (name, mirrored) in tables.iter().filter(|(_, mirrored)| is_twin(object, mirrored)) {
            let Some(table) = schema.tables.get(*name) else { continue };
            let is_named = twin::is_named_after(object, mirrored);
            let said = whole::disagreements(object, table, schema, is_named);
            found.extend(said.into_iter().map(|it| drift_at(0, file, lines, it)));
        }
    });
    found.sort();
    found.dedup();
    found
}

/// Goes through the objects in some places.
fn placed(
    corpus: &Corpus<'_>,
    places: &[String],
    resolve: &Resolve<'_>,
    mut see: impl FnMut(At<'_>, &LineIndex, &Object),
) {
    let is_placed = |path: &str| places.iter().any(|place| is_in(place, path));
    let project = Project::new(corpus, resolve, is_placed);
    for file in project.paths().filter(|path| is_placed(path)) {
        let Some(file) = project.at(file).filter(|file| !is_test(file.path())) else { continue };
        let lines = LineIndex::new(file.tokens().text);
        // What stays in the file is a part of what leaves it.
        for object in objects(file).into_iter().filter(|object| file.exports(&object.name)) {
            see(file, &lines, &object);
        }
    }
}

fn drift_at(change: usize, file: At<'_>, lines: &LineIndex, it: Disagreement) -> Drift {
    let (at, message, is_info, kind) = it;
    let (line, column) = lines.locate(file.tokens().text, u32::try_from(at).unwrap_or(u32::MAX));
    Drift { change, origin: Origin::new(file.path(), line, column), message, is_info, kind }
}

/// A column that a change touches.
struct Touched<'a> {
    change: usize,
    table: QualifiedName,
    what: What<'a>,
}

enum What<'a> {
    /// Gone, or called otherwise: its old name.
    Gone(&'a str),
    /// Added, required, and filled in by nobody.
    Required(&'a str),
    /// Its type is another.
    Retyped(Diff<&'a Column>),
    /// The values it may have are others.
    Values(String, BTreeSet<String>),
    /// It must have a value now.
    NotNull(&'a str),
    /// It takes fewer characters: how many.
    Shortened(&'a str, u64),
}

fn touched<'a>(change: &'a Change, schemas: Diff<&'a Schema>) -> Vec<(QualifiedName, What<'a>)> {
    match Effect::of(change) {
        Effect::ColumnGone(it) => vec![(it.table.clone(), What::Gone(&it.what.name))],
        Effect::ColumnRenamed(it) => vec![(it.table.clone(), What::Gone(&it.what.before.name))],
        Effect::ColumnAdded(it) if is_required(&it.what) => {
            vec![(it.table.clone(), What::Required(&it.what.name))]
        }
        Effect::ColumnRetyped(it) => {
            let what = Diff { before: &it.what.before, after: &it.what.after };
            let mut touched = vec![(it.table.clone(), What::Retyped(what))];
            let name = &it.what.after.name;
            let length = length(&it.what.after.ty).map(|most| What::Shortened(name, most));
            touched.extend(length.map(|what| (it.table.clone(), what)));
            touched
        }
        Effect::ColumnRequired(it) => {
            vec![(it.table.clone(), What::NotNull(&it.what.after.name))]
        }
        Effect::Values(enumeration) => columns_of(enumeration, schemas.after),
        Effect::Checked(table, check) => {
            let list = in_list(&check.value);
            let values = |(column, values)| (table.clone(), What::Values(column, values));
            list.map(values).into_iter().collect()
        }
        Effect::TableGone(_)
        | Effect::TableRenamed(_)
        | Effect::ColumnAdded(_)
        | Effect::ArbiterGone(..)
        | Effect::None => Vec::new(),
    }
}

/// The most characters of a `varchar(n)` or `char(n)`.
fn length(ty: &str) -> Option<u64> {
    let (name, rest) = ty.split_once('(')?;
    let is_text = ["varchar", "char", "character", "character varying"].contains(&name.trim());
    rest.strip_suffix(')')?.trim().parse().ok().filter(|_| is_text)
}

fn is_required(column: &Column) -> bool {
    let filled = column.default.is_some()
        || column.identity.is_some()
        || column.generated.is_some()
        || column.app_default.0
        || column.ty.contains("serial");
    column.not_null && !filled
}

fn columns_of<'a>(enumeration: &schema::Enum, schema: &Schema) -> Vec<(QualifiedName, What<'a>)> {
    let values: BTreeSet<String> = enumeration.values.iter().cloned().collect();
    let uses = |column: &Column| {
        column.type_schema.as_deref().is_none_or(|it| it == enumeration.name.schema)
            && column.ty == enumeration.name.name
    };
    let of_table = schema.tables.values().flat_map(|table| {
        let columns = table.columns.values().filter(|column| uses(column));
        columns.map(|column| (table.name.clone(), column.name.clone()))
    });
    of_table.map(|(table, column)| (table, What::Values(column, values.clone()))).collect()
}

/// The table as a Zod schema may mirror it: in the state in which the touched column is there.
fn mirrored(table: &QualifiedName, schemas: Diff<&Schema>, what: &What<'_>) -> Option<Mirrored> {
    let schema = match what {
        What::Gone(_) => schemas.before,
        What::Required(_)
        | What::Retyped(_)
        | What::Values(..)
        | What::NotNull(_)
        | What::Shortened(..) => schemas.after,
    };
    // A table that is renamed in the same change has its old name before.
    let name = if schema.tables.contains_key(table) { table } else { return None };
    Mirrored::of(schema, name)
}

/// What an object that mirrors the table disagrees about: where, what, whether it is only information.
fn disagreements(
    object: &Object,
    touched: &Touched<'_>,
    schemas: Diff<&Schema>,
) -> Vec<Disagreement> {
    use DriftKind::{Different, TooWide};
    let name = &object.name;
    let key_in = |schema: &Schema, column: &str| twin::key_of(schema, &touched.table, column);
    match &touched.what {
        What::Gone(column) => {
            let key = key_in(schemas.before, column);
            let stays = schemas.after.tables.get(&touched.table).is_some_and(|table| {
                table.columns.keys().any(|column| key_in(schemas.after, column) == key)
            });
            match object.fields.get(&key).filter(|_| !stays) {
                Some(field) => {
                    vec![(field.at, format!("`{name}` still has `{key}`"), false, Different)]
                }
                None => Vec::new(),
            }
        }
        What::Required(column) => {
            let key = key_in(schemas.after, column);
            let writes = twin::is_for_writing(name) && object.is_complete;
            if !writes || object.fields.contains_key(&key) {
                return Vec::new();
            }
            vec![(
                object.at,
                format!("`{name}` lacks `{key}`, which is required now"),
                true,
                Different,
            )]
        }
        What::Retyped(column) => {
            let key = key_in(schemas.after, &column.after.name);
            let Some(field) = object.fields.get(&key) else { return Vec::new() };
            let fits = |column: &Column| field.family.is_none_or(|family| accepts(family, column));
            if !fits(column.before) || fits(column.after) {
                return Vec::new();
            }
            let (before, after) = (&column.before.ty, &column.after.ty);
            vec![(field.at, format!("`{name}.{key}` fits {before}, not {after}"), false, Different)]
        }
        What::NotNull(column) => {
            let key = key_in(schemas.after, column);
            let Some(field) = object.fields.get(&key).filter(|it| it.is_optional) else {
                return Vec::new();
            };
            let message = format!("`{name}.{key}` may be left out, which the column refuses now");
            vec![(field.at, message, object.is_transformed, TooWide)]
        }
        What::Shortened(column, length) => {
            let key = key_in(schemas.after, column);
            let Some(field) = object.fields.get(&key) else { return Vec::new() };
            let Some(most) = field.max.filter(|most| most > length) else { return Vec::new() };
            let message =
                format!("`{name}.{key}` accepts {most} characters, the column takes {length}");
            vec![(field.at, message, object.is_transformed, TooWide)]
        }
        What::Values(column, values) => {
            let key = key_in(schemas.after, column);
            let Some(field) = object.fields.get(&key) else { return Vec::new() };
            different_values(object, &key, field, values)
        }
    }
}

fn different_values(
    object: &Object,
    key: &str,
    field: &Field,
    values: &BTreeSet<String>,
) -> Vec<Disagreement> {
    let Some(members) = &field.members else { return Vec::new() };
    let list = |set: Vec<&String>| {
        set.into_iter().map(|value| format!("'{value}'")).collect::<Vec<_>>().join(", ")
    };
    let name = &object.name;
    let mut found = Vec::new();
    let missing: Vec<_> = values.difference(members).collect();
    if !missing.is_empty() {
        let message =
            format!("`{name}.{key}` rejects {}, which the column may hold", list(missing));
        found.push((field.at, message, false, DriftKind::TooNarrow));
    }
    let extra: Vec<_> = members.difference(values).collect();
    if !extra.is_empty() {
        let message = format!("`{name}.{key}` accepts {}, which the column refuses", list(extra));
        // A transform may turn them into others first.
        found.push((field.at, message, object.is_transformed, DriftKind::TooWide));
    }
    found
}

/// Whether a Zod type fits what Drizzle reads from and writes to a column, JSON's forms included.
fn accepts(family: Family, column: &Column) -> bool {
    if column.ty.ends_with(']') {
        return matches!(family, Family::Array | Family::Other);
    }
    let base = column.ty.split([' ', '(']).next().unwrap_or("");
    match base {
        "integer" | "smallint" | "serial" | "smallserial" | "real" | "double" => {
            matches!(family, Family::Number | Family::Other)
        }
        "bigint" | "bigserial" => {
            matches!(family, Family::BigInt | Family::String | Family::Other)
        }
        "numeric" => matches!(family, Family::String | Family::Number | Family::Other),
        "boolean" => matches!(family, Family::Boolean | Family::Other),
        "uuid" => matches!(family, Family::String | Family::Uuid | Family::Other),
        "text" | "varchar" | "char" => {
            matches!(family, Family::String | Family::Uuid | Family::Other)
        }
        "timestamp" | "date" | "time" => {
            matches!(family, Family::Date | Family::String | Family::Other)
        }
        // Bytes have no form in JSON that PostgreSQL would read as the same bytes.
        "bytea" => family == Family::Other,
        // JSON, vectors, types of one's own: anything.
        _ => true,
    }
}

#[cfg(test)]
mod tests;
