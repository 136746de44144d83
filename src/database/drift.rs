//! What a live database has differently from a schema: compared with what PostgreSQL makes of the schema,
//! so that its way of writing expressions is the same on both sides.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use postgres::Client;

use super::Error;
use super::host::Host;
use super::introspect::{Filter, Live, inspect};
use super::rehearse::shape_of;
use super::shape::{Difference, differences_by, grant};
use crate::delta::Diff;
use crate::diff::{Change, apply, compare};
use crate::ident::{QualifiedName, truncate};
use crate::schema::{PrimaryKey, Schema, Table};

/// What is different.
pub(super) struct Drift {
    /// From what drizzle-kit would make of the schema to what there is.
    changes: Vec<Change>,
    /// The same in words, and what no schema can say.
    pub(super) differences: Vec<Difference>,
    /// What was not compared, and why.
    pub(super) unclear: Option<(&'static str, String)>,
}

/// Where it is known from what PostgreSQL makes of a schema.
#[derive(Debug, Clone, Copy)]
pub enum Reference<'a> {
    /// A place where the schema can be created to see.
    Host(&'a Host),
    /// It has been created and read: [`reference`].
    Known(&'a Live),
}

/// What PostgreSQL makes of a schema, on a scratch database of a host.
pub fn reference(schema: &Schema, filter: &Filter, host: &Host) -> Result<Live, Error> {
    shape_of(schema, "head", None, host, filter)
}

/// What is different in a database that has been read, beside the schema's own form.
pub fn differences_from(
    schema: &Schema,
    live: &Live,
    filter: &Filter,
    reference: Option<Reference<'_>>,
) -> Vec<Difference> {
    drift(schema, live, filter, reference).differences
}

/// Compares. Without a reference the schema itself stands in for what PostgreSQL would make of it, and
/// expressions are not compared.
pub(super) fn drift(
    schema: &Schema,
    live: &Live,
    filter: &Filter,
    known: Option<Reference<'_>>,
) -> Drift {
    let reference = known.map(|known| match known {
        Reference::Host(host) => reference(schema, filter, host),
        Reference::Known(live) => Ok(live.clone()),
    });
    let (mut expected, weak) = match reference {
        Some(Ok(reference)) => (reference, None),
        Some(Err(error)) => (plain(schema, live), Some(error.to_string())),
        None => (
            plain(schema, live),
            Some("no PostgreSQL at hand to see what it makes of them".to_owned()),
        ),
    };
    let mut actual = live.clone();
    // A filter on tables is about the database; what it hides is not expected either.
    expected.schema.tables.retain(|name, _| filter_takes(filter, name));
    expected.rls.retain(|name, _| filter_takes(filter, name));
    let mut unclear =
        weak.map(|why| ("expressions (checks, predicates, views, policies, defaults)", why));
    if unclear.is_some() {
        without_expressions(&mut expected.schema);
        without_expressions(&mut actual.schema);
        pass_over_keys(&expected.schema, &mut actual.schema);
    } else if expected.version != live.version {
        // Versions write views differently (16 leaves out what 15 qualifies).
        for view in expected.schema.views.values_mut().chain(actual.schema.views.values_mut()) {
            view.definition = Some(String::new());
        }
        if !expected.schema.views.is_empty() {
            let why = format!(
                "the server is PostgreSQL {}, the local one {}: they write views differently",
                live.version, expected.version
            );
            unclear = Some(("view definitions", why));
        }
    }
    if (expected.version < 14) != (live.version < 14) {
        let mut met = false;
        each_expression(&mut expected.schema, &mut |text| met |= pass_over_syntax(text));
        each_expression(&mut actual.schema, &mut |text| met |= pass_over_syntax(text));
        if met && unclear.is_none() {
            let why = "PostgreSQL 14 began to write AT TIME ZONE, EXTRACT and their like as such";
            unclear =
                Some(("expressions with AT TIME ZONE, EXTRACT and their like", why.to_owned()));
        }
    }
    let changes = compare(Diff::new(&expected.schema, &actual.schema), &[]);
    let differences = differences_by(&changes, &expected, &actual);
    Drift { changes, differences, unclear }
}

/// A live database in the words of the schema that it is compared with.
#[derive(Debug, Clone)]
pub struct Beside {
    /// The database: equal to the schema wherever the two say the same.
    pub schema: Schema,
    /// What could not be compared and counts as equal, and why.
    pub unclear: Option<String>,
}

/// Reads the database of a connection so that comparing it with `schema` shows what is different, and
/// not how PostgreSQL writes it. Without a reference expressions count as equal, and the result says so.
pub fn introspect_beside(
    client: &mut Client,
    schema: &Schema,
    filter: &Filter,
    reference: Option<Reference<'_>>,
) -> Result<Beside, Error> {
    let live = inspect(client, filter)?;
    let drift = drift(schema, &live, filter, reference);
    let unclear =
        drift.unclear.as_ref().map(|(what, why)| format!("{what} were not compared: {why}"));
    Ok(Beside { schema: drift.in_words_of(schema, &live), unclear })
}

impl Drift {
    /// The database in the schema's own words wherever the two say the same, so that comparing it with
    /// the schema shows what is different and nothing else.
    fn in_words_of(&self, schema: &Schema, live: &Live) -> Schema {
        let changes: Vec<Change> = self
            .changes
            .iter()
            .map(|change| as_named(schema, as_read(change, &live.schema)))
            .collect();
        apply(schema, &changes)
    }
}

/// A change with what it leads to as it was read, expressions included.
fn as_read(change: &Change, live: &Schema) -> Change {
    fn of<T: Clone>(map: Option<&IndexMap<String, T>>, name: &str, into: &mut T) {
        if let Some(read) = map.and_then(|map| map.get(name)) {
            read.clone_into(into);
        }
    }
    let mut change = change.clone();
    let table = change.object().table_name().and_then(|name| live.tables.get(&name));
    match &mut change {
        Change::CreateTable(it) => {
            if let Some(read) = table {
                read.clone_into(it);
            }
        }
        Change::AddColumn(it) => {
            let name = it.what.name.clone();
            of(table.map(|it| &it.columns), &name, &mut it.what);
        }
        Change::SetDefault(it)
        | Change::SetIdentity(it)
        | Change::AlterIdentity(it)
        | Change::SetGenerated(it)
        | Change::AlterGenerated(it) => {
            let name = it.what.after.name.clone();
            of(table.map(|it| &it.columns), &name, &mut it.what.after);
        }
        Change::AddCheck(it) => {
            let name = it.what.name.clone();
            of(table.map(|it| &it.checks), &name, &mut it.what);
        }
        Change::AlterCheck(it) => {
            let name = it.what.after.name.clone();
            of(table.map(|it| &it.checks), &name, &mut it.what.after);
        }
        Change::CreateIndex(it) => {
            let name = it.what.name.clone();
            of(table.map(|it| &it.indexes), &name, &mut it.what);
        }
        Change::AlterIndex(it) => {
            let name = it.what.after.name.clone();
            of(table.map(|it| &it.indexes), &name, &mut it.what.after);
        }
        Change::CreatePolicy(it) => {
            let name = it.what.name.clone();
            of(table.map(|it| &it.policies), &name, &mut it.what);
        }
        Change::AlterPolicy(it) => {
            let name = it.what.after.name.clone();
            of(table.map(|it| &it.policies), &name, &mut it.what.after);
        }
        Change::CreateSequence(it) => {
            if let Some(read) = live.sequences.get(&it.name) {
                read.clone_into(it);
            }
        }
        Change::AlterSequence(it) => {
            if let Some(read) = live.sequences.get(&it.after.name) {
                read.clone_into(&mut it.after);
            }
        }
        Change::CreateView(it) => {
            if let Some(read) = live.views.get(&it.name) {
                read.clone_into(it);
            }
        }
        Change::AlterView(it) => {
            if let Some(read) = live.views.get(&it.after.name) {
                read.clone_into(&mut it.after);
            }
        }
        // All that these say is compared as it was read.
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
        | Change::DropTable(_)
        | Change::RenameTable(_)
        | Change::MoveTable(_)
        | Change::DropColumn(_)
        | Change::RenameColumn(_)
        | Change::AlterColumnType(_)
        | Change::SetNotNull(_)
        | Change::DropNotNull(_)
        | Change::DropDefault(_)
        | Change::DropIdentity(_)
        | Change::DropGenerated(_)
        | Change::AddPrimaryKey(_)
        | Change::DropPrimaryKey(_)
        | Change::AlterPrimaryKey(_)
        | Change::AddUnique(_)
        | Change::DropUnique(_)
        | Change::AlterUnique(_)
        | Change::DropCheck(_)
        | Change::AddForeignKey(_)
        | Change::DropForeignKey(_)
        | Change::AlterForeignKey(_)
        | Change::DropIndex(_)
        | Change::DropSequence(_)
        | Change::DropView(_)
        | Change::DropPolicy(_)
        | Change::EnableRls(_)
        | Change::DisableRls(_)
        | Change::CreateRole(_)
        | Change::DropRole(_)
        | Change::AlterRole(_)
        | Change::ScopeChange(_) => {}
    }
    change
}

/// A change under the names that the schema has for what PostgreSQL cuts to 63 bytes, or names itself.
fn as_named(schema: &Schema, mut change: Change) -> Change {
    fn full<'n>(mut names: impl Iterator<Item = &'n String>, name: &mut String) {
        if let Some(full) = names.find(|full| truncate(full) == name) {
            full.clone_into(name);
        }
    }
    fn key(table: Option<&Table>, it: &mut PrimaryKey) {
        if let Some(key) = table.and_then(|table| table.primary_keys.values().next()) {
            key.name.clone_into(&mut it.name);
        }
    }
    let table = change.object().table_name().and_then(|name| schema.tables.get(&name));
    match (&mut change, table) {
        (Change::DropPrimaryKey(it), table) => key(table, &mut it.what),
        (Change::AlterPrimaryKey(it), table) => key(table, &mut it.what.before),
        (Change::DropIndex(it), Some(table)) => full(table.indexes.keys(), &mut it.what.name),
        (Change::AlterIndex(it), Some(table)) => {
            full(table.indexes.keys(), &mut it.what.after.name);
        }
        (Change::DropUnique(it), Some(table)) => full(table.uniques.keys(), &mut it.what.name),
        (Change::AlterUnique(it), Some(table)) => {
            full(table.uniques.keys(), &mut it.what.after.name);
        }
        (Change::DropCheck(it), Some(table)) => full(table.checks.keys(), &mut it.what.name),
        (Change::AlterCheck(it), Some(table)) => full(table.checks.keys(), &mut it.what.after.name),
        (Change::DropForeignKey(it), Some(table)) => {
            full(table.foreign_keys.keys(), &mut it.what.name);
        }
        (Change::AlterForeignKey(it), Some(table)) => {
            full(table.foreign_keys.keys(), &mut it.what.after.name);
        }
        (Change::DropPolicy(it), Some(table)) => full(table.policies.keys(), &mut it.what.name),
        (Change::AlterPolicy(it), Some(table)) => {
            full(table.policies.keys(), &mut it.what.after.name);
        }
        _ => {}
    }
    change
}

fn filter_takes(filter: &Filter, name: &QualifiedName) -> bool {
    filter.schemas.contains(&name.schema)
        && Filter { schemas: Vec::new(), tables: filter.tables.clone() }.takes_table(&name.name)
}

/// The schema itself in place of what PostgreSQL would make of it, where that cannot be had.
fn plain(schema: &Schema, live: &Live) -> Live {
    let mut schema = schema.clone();
    grant(&mut schema, &live.schema);
    schema.roles.clear();
    schema.policies.clear();
    schema.views.retain(|_, view| !view.is_existing);
    let rls = schema
        .tables
        .values()
        .map(|table| (table.name.clone(), table.rls || !table.policies.is_empty()))
        .collect();
    for table in schema.tables.values_mut() {
        table.rls = table.rls && table.policies.is_empty();
        let merged: Vec<String> = table
            .uniques
            .values()
            .filter(|unique| table.is_merged(unique))
            .map(|unique| unique.name.clone())
            .collect();
        table.uniques.retain(|name, _| !merged.contains(name));
        table.indexes = cut(&table.indexes, |it| &mut it.name);
        table.foreign_keys = cut(&table.foreign_keys, |it| &mut it.name);
        table.primary_keys = cut(&table.primary_keys, |it| &mut it.name);
        table.uniques = cut(&table.uniques, |it| &mut it.name);
        table.checks = cut(&table.checks, |it| &mut it.name);
        table.policies = cut(&table.policies, |it| &mut it.name);
        for column in table.columns.values_mut() {
            // An explicit NULL is what a column without default has.
            let text = column.default.as_ref().and_then(serde_json::Value::as_str);
            if text.is_some_and(|text| text.trim().eq_ignore_ascii_case("null")) {
                column.default = None;
            }
        }
    }
    Live {
        schema,
        version: live.version,
        rls,
        not_valid: Vec::new(),
        invalid_indexes: Vec::new(),
        traits: BTreeSet::new(),
    }
}

/// Objects under the names that PostgreSQL gives them: the first 63 bytes.
fn cut<T: Clone>(
    all: &IndexMap<String, T>,
    name: fn(&mut T) -> &mut String,
) -> IndexMap<String, T> {
    let cut = all.values().map(|it| {
        let mut it = it.clone();
        let short = truncate(name(&mut it)).to_owned();
        name(&mut it).clone_from(&short);
        (short, it)
    });
    cut.collect()
}

/// Functions with a syntax of their own, as versions before 14 write them and as later ones do.
const SYNTAX: [&str; 9] = [
    "timezone(",
    " AT TIME ZONE ",
    "date_part(",
    "EXTRACT(",
    "\"overlay\"(",
    "\"position\"(",
    "\"substring\"(",
    "trim(",
    "\"normalize\"(",
];

/// Takes out an expression that two versions write differently; whether it is one.
fn pass_over_syntax(text: &mut String) -> bool {
    let upper = text.replace('"', "").to_uppercase();
    let is_one = SYNTAX.iter().any(|it| upper.contains(&it.replace('"', "").to_uppercase()));
    if is_one {
        text.clear();
    }
    is_one
}

/// Every expression of the tables, where it may be replaced.
fn each_expression(schema: &mut Schema, edit: &mut dyn FnMut(&mut String)) {
    for table in schema.tables.values_mut() {
        for column in table.columns.values_mut() {
            if let Some(serde_json::Value::String(text)) = &mut column.default {
                edit(text);
            }
            if let Some(generated) = &mut column.generated {
                edit(&mut generated.expression);
            }
        }
        table.checks.values_mut().for_each(|check| edit(&mut check.value));
        for index in table.indexes.values_mut() {
            index.predicate.iter_mut().for_each(&mut *edit);
            for key in index.columns.iter_mut().filter(|key| key.is_expression) {
                edit(&mut key.expression);
            }
        }
        for policy in table.policies.values_mut() {
            policy.using.iter_mut().chain(&mut policy.with_check).for_each(&mut *edit);
        }
    }
}

/// An index key that is written as SQL may be anything, a column and its order included.
fn pass_over_keys(expected: &Schema, actual: &mut Schema) {
    for (name, table) in &mut actual.tables {
        let Some(expected) = expected.tables.get(name) else { continue };
        for (name, index) in &mut table.indexes {
            let Some(expected) = expected.indexes.get(name) else { continue };
            for (key, expected) in index.columns.iter_mut().zip(&expected.columns) {
                if expected.is_expression {
                    key.clone_from(expected);
                }
            }
        }
    }
}

/// Takes out what PostgreSQL writes in its own way, and what only it spells out.
fn without_expressions(schema: &mut Schema) {
    for table in schema.tables.values_mut() {
        let keys: Vec<String> =
            table.primary_key_columns().into_iter().map(str::to_owned).collect();
        if let [single] = keys.as_slice() {
            table.primary_keys.clear();
            if let Some(column) = table.columns.get_mut(single) {
                column.primary_key = true;
            }
        }
        for column in table.columns.values_mut() {
            column.default = column.default.as_ref().map(|_| serde_json::Value::Null);
            if let Some(generated) = &mut column.generated {
                generated.expression.clear();
            }
            if let Some(identity) = &mut column.identity {
                identity.options = crate::schema::SequenceOptions::default();
                identity.name.clear();
                identity.schema.clear();
            }
            // PostgreSQL keeps neither the number of dimensions nor their lengths.
            if let Some(at) = column.ty.find('[') {
                column.ty.replace_range(at.., "[]");
            }
            let enums = column.type_schema.is_some();
            column.type_schema = None;
            if !enums {
                column.ty = super::expression::drizzle_type(&column.ty.replace(" (", "("));
            }
            let serial = matches!(column.ty.as_str(), "serial" | "bigserial" | "smallserial");
            if serial || keys.contains(&column.name) || column.identity.is_some() {
                column.not_null = true;
            }
        }
        for check in table.checks.values_mut() {
            check.value.clear();
        }
        for index in table.indexes.values_mut() {
            index.concurrently = false;
            index.with.clear();
            index.predicate = index.predicate.as_ref().map(|_| String::new());
            for key in &mut index.columns {
                key.nulls = None;
                // drizzle-kit leaves the order out beside an operator class.
                key.asc |= key.opclass.take().is_some();
                if key.is_expression {
                    key.expression.clear();
                }
            }
        }
        for policy in table.policies.values_mut() {
            policy.using = policy.using.as_ref().map(|_| String::new());
            policy.with_check = policy.with_check.as_ref().map(|_| String::new());
            policy.to.sort();
        }
    }
    for sequence in schema.sequences.values_mut() {
        sequence.options = crate::schema::SequenceOptions::default();
    }
    for view in schema.views.values_mut() {
        view.definition = Some(String::new());
        view.columns.clear();
        view.with = None;
        view.with_no_data = None;
        view.using = None;
        view.tablespace = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_two_versions_write_differently_is_passed_over() {
        for (text, is_one) in [
            ("timezone('UTC'::text, now())", true),
            ("(now() AT TIME ZONE 'UTC'::text)", true),
            ("date_part('year'::text, opened_at)", true),
            ("EXTRACT(year FROM opened_at)", true),
            ("(size > (0)::numeric)", false),
            ("now()", false),
        ] {
            let mut written = text.to_owned();
            assert_eq!(pass_over_syntax(&mut written), is_one, "{text}");
            assert_eq!(written.is_empty(), is_one, "{text}");
        }
    }
}
