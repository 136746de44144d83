//! Files and a location → a schema.

use std::rc::Rc;

use super::error::Error;
use super::host::{Packages, RELATIONS, Session};
use super::locate::Location;
use super::serialize::{Exports, Failure, Serializer};
use super::version::Generation;
use super::{evaluate, glob};
use crate::files::Files;
use crate::origin::Origin;
use crate::schema::{Schema, Unresolved};
use crate::typescript::{self, Evaluation, Language, Limits, ParseCache, Unknown, Value};

/// A schema and how it was read.
#[derive(Debug, Clone, Default)]
pub struct Read {
    /// The schema. It has [`Schema::unresolved`] entries for what could not be evaluated.
    pub schema: Schema,
    /// Every file that was asked for: the import closure, tsconfig and package.json files, the drizzle
    /// config; path and blob id, which is empty when there is no such file.
    pub files: Vec<(String, String)>,
    /// The schema files themselves, in drizzle-kit's order; empty when the location matches nothing.
    pub schema_files: Vec<String>,
    /// What does not change the schema but should be known.
    pub warnings: Vec<(Option<Origin>, String)>,
}

/// Reads the schema at a location, as drizzle-kit 0.31 with drizzle-orm 0.45 would.
///
/// No file at the location is no error: see [`Read::schema_files`]. Where drizzle-kit itself would
/// fail, this is an error; what cannot be known without running the program is in the schema under a
/// placeholder and in [`Schema::unresolved`].
pub fn read(files: &dyn Files, location: &Location, cache: &ParseCache) -> Result<Read, Error> {
    typescript::on_large_stack(|| read_here(files, location, cache))?
}

/// Reads several locations as one schema. Tables and other objects that two of them describe alike are
/// one; described differently, they are an error that asks to choose.
pub fn read_all(
    files: &dyn Files,
    locations: &[Location],
    cache: &ParseCache,
) -> Result<Read, Error> {
    let mut all = Read::default();
    let mut sources: Vec<(String, Schema)> = Vec::new();
    for location in locations {
        let read = read(files, location, cache)?;
        let name = match &location.config {
            Some(config) => config.clone(),
            None => location.schema.join(", "),
        };
        for (other, schema) in &sources {
            if let Some(object) = collision(schema, &read.schema) {
                return Err(Error::Collision { first: other.clone(), second: name, object });
            }
        }
        sources.push((name, read.schema.clone()));
        merge(&mut all, read);
    }
    Ok(all)
}

fn read_here(files: &dyn Files, location: &Location, cache: &ParseCache) -> Result<Read, Error> {
    let schema_files = glob::find(files, "", &location.schema)?;
    let generation = location.version.as_ref().map_or_else(Generation::default, |it| it.generation);
    let session = Rc::new(Session::of(generation));
    let packages = Packages::new(session.clone());
    let mut evaluation = Evaluation::new(files, &packages, cache, Limits::default())
        .with_variables(location.variables.clone());
    let mut exports = Exports::default();
    let mut unknown: Vec<(Rc<str>, Rc<Unknown>)> = Vec::new();
    evaluation.announce(&schema_files);
    for path in &schema_files {
        if Language::of(path).is_none() {
            refuse_unless_empty(files, path)?;
            continue;
        }
        let exported = evaluation.exports(path)?;
        if let Some(thrown) = evaluation.stopped() {
            return Err(Error::Kit { origin: thrown.origin, message: thrown.message });
        }
        for (name, value) in exported {
            match &value {
                Value::Unknown(value) => {
                    if let Some(thrown) = evaluation.stopped_by(value) {
                        return Err(Error::Kit { origin: thrown.origin, message: thrown.message });
                    }
                    unknown.push((name, value.clone()));
                }
                value => exports.add(&name, value),
            }
        }
    }
    let made = Serializer::run(&exports, &session, location.casing, &mut evaluation);
    let (mut schema, mut warnings) = made.map_err(|failure| match failure {
        Failure::Abrupt(abrupt) => evaluate::failure(&mut evaluation, abrupt),
        Failure::Kit(origin, message) => Error::Kit { origin, message },
    })?;
    lost(&mut schema, &unknown, &session);
    let hidden = session.hidden().into_iter();
    schema.hidden = hidden.filter(|(name, _)| !schema.tables.contains_key(name)).collect();
    let relations = unknown.iter().filter(|(_, value)| &*value.why == RELATIONS);
    schema.relations = relations
        .map(|(name, value)| (name.to_string(), format!("{:016x}", value.source)))
        .collect();
    warnings.extend(location.warnings.iter().map(|warning| (None, warning.clone())));
    if let Some(version) = location.version.as_ref().filter(|it| it.generation == Generation::One) {
        let text = format!(
            "drizzle-kit {} ({}): the names and arrays of 1.x are applied, everything else is read and \
             printed as drizzle-kit 0.31 does",
            version.text, version.file
        );
        warnings.push((None, text));
    }
    for (name, origin) in evaluation.taken_as_unset() {
        let text = format!(
            "`process.env.{name}` is taken as not set; --env {name}=VALUE or `[env]` in \
             drizzle-guard.toml say otherwise"
        );
        warnings.push((Some(origin), text));
    }
    let mut files = location.consulted.clone();
    files.extend(evaluate::consulted(&evaluation.files_read()));
    files.sort();
    files.dedup();
    Ok(Read { schema, files, schema_files, warnings })
}

/// drizzle-kit loads whatever it finds as code. What has no code in it does no harm.
fn refuse_unless_empty(files: &dyn Files, path: &str) -> Result<(), Error> {
    let blob = files.read(path)?;
    if blob.is_some_and(|blob| !blob.bytes.iter().all(u8::is_ascii_whitespace)) {
        return Err(Error::NotCode { path: path.to_owned() });
    }
    Ok(())
}

/// Exported unknowns that may be tables.
///
/// Schema files export many unknowns that are not: validation schemas, database clients, whatever a
/// package outside of the repository gives. One may be a table when an unexported table or a column
/// builder that no table took went into an unknown operation, and when a whole package is re-exported.
fn lost(schema: &mut Schema, unknown: &[(Rc<str>, Rc<Unknown>)], session: &Session) {
    if unknown.is_empty() {
        return;
    }
    for (name, value) in unknown.iter().filter(|(name, _)| &**name == "*") {
        let why = format!("tables that `export {name}` brings in are not known: {}", value.why);
        schema.unresolved.push(entry(value, why, Vec::new()));
    }
    // A builder that went into an unknown column is accounted for there.
    let has_unknown_column = schema
        .tables
        .values()
        .flat_map(|table| table.columns.values())
        .any(|column| !session.unknowns_in(&column.ty).is_empty());
    for trace in session.lost() {
        if trace.table.is_none() && has_unknown_column {
            continue;
        }
        let (affects, what) = match &trace.table {
            Some(table) => (vec![table.to_string()], "this table is"),
            None => (Vec::new(), "these columns are"),
        };
        let mut candidates = unknown.iter().filter(|(_, value)| !session.is_inert(value));
        let Some((name, value)) = candidates.next() else { return };
        let why = format!(
            "{what} handed to something that cannot be evaluated ({}), and an export such as `{name}` may \
             be the table that comes of it",
            value.why
        );
        let mut entry = entry(value, why, affects);
        entry.origin = trace.origin.clone();
        schema.unresolved.push(entry);
    }
}

fn entry(unknown: &Unknown, why: String, affects: Vec<String>) -> Unresolved {
    let source = format!("{:016x}", unknown.source);
    Unresolved { origin: unknown.origin.clone(), why, affects, source }
}

/// The first object that two schemas describe differently.
fn collision(a: &Schema, b: &Schema) -> Option<String> {
    let tables = a
        .tables
        .iter()
        .filter(|(name, table)| b.tables.get(*name).is_some_and(|other| other != *table));
    let enums =
        a.enums.iter().filter(|(name, of)| b.enums.get(*name).is_some_and(|other| other != *of));
    let views = a
        .views
        .iter()
        .filter(|(name, view)| b.views.get(*name).is_some_and(|other| other != *view));
    let names = tables.map(|(name, _)| name).chain(enums.map(|(name, _)| name));
    names.chain(views.map(|(name, _)| name)).map(ToString::to_string).next()
}

fn merge(all: &mut Read, read: Read) {
    let schema = read.schema;
    all.schema.tables.extend(schema.tables);
    all.schema.enums.extend(schema.enums);
    all.schema.schemas.extend(schema.schemas);
    all.schema.sequences.extend(schema.sequences);
    all.schema.roles.extend(schema.roles);
    all.schema.policies.extend(schema.policies);
    all.schema.views.extend(schema.views);
    all.schema.written.extend(schema.written);
    all.schema.hidden.extend(schema.hidden);
    all.schema.relations.extend(schema.relations);
    for entry in schema.unresolved {
        if !all.schema.unresolved.contains(&entry) {
            all.schema.unresolved.push(entry);
        }
    }
    all.files.extend(read.files);
    all.files.sort();
    all.files.dedup();
    all.schema_files.extend(read.schema_files);
    all.warnings.extend(read.warnings);
}
