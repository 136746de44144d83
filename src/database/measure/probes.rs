//! The query that counts what a change would do to rows.

use super::conversion;
use crate::delta::Diff;
use crate::diff::{Change, ColumnChange, Names, Rename};
use crate::ident::{QualifiedName, quote, quote_literal};
use crate::kit;
use crate::postgres::{Base, SqlType, Volatility, volatility};
use crate::rules::Quantity;
use crate::schema::{Column, ForeignKey, Index, Schema, Table};

/// What is counted, and the query for it; or why there is none.
pub(super) struct Probe {
    pub(super) what: Quantity,
    pub(super) sql: Result<String, String>,
}

/// What is to be counted for each change.
pub(super) fn of(
    schemas: Diff<&Schema>,
    renames: &[Rename],
    changes: &[Change],
) -> Vec<Vec<Probe>> {
    let names = Names::of(changes);
    let pushed = kit::generate_push(schemas, renames).unwrap_or_default();
    let truncations = kit::push_effects(&pushed, schemas, renames);
    let scene = Scene { schemas, names: &names, pushed: &pushed, truncations: &truncations };
    changes.iter().map(|change| scene.of(change)).collect()
}

struct Scene<'a> {
    schemas: Diff<&'a Schema>,
    names: &'a Names,
    pushed: &'a [kit::Statement],
    truncations: &'a [kit::Truncation],
}

fn probe(what: Quantity, sql: String) -> Probe {
    Probe { what, sql: Ok(sql) }
}

fn count(table: &QualifiedName) -> String {
    format!("SELECT count(*) FROM {}", table.quoted())
}

impl Scene<'_> {
    /// A table of the head as it is in the base.
    fn base(&self, head: &QualifiedName) -> Option<&Table> {
        self.schemas.before.tables.get(&self.names.table_to_base(head))
    }

    fn of(&self, change: &Change) -> Vec<Probe> {
        match change {
            Change::DropTable(it) => vec![probe(Quantity::RowsDropped, count(&it.name))],
            Change::DropColumn(it) => {
                let column = quote(&it.what.name);
                let sql = format!("SELECT count({column}) FROM {}", it.table.quoted());
                vec![probe(Quantity::ValuesDropped, sql)]
            }
            Change::AddColumn(it) => self.added(&it.table, &it.what),
            Change::SetNotNull(it) => {
                let Some(table) = self.base(&it.table) else { return Vec::new() };
                let column = quote(&it.what.before.name);
                let sql = format!("{} WHERE {column} IS NULL", count(&table.name));
                vec![probe(Quantity::Nulls, sql)]
            }
            Change::AddUnique(it) => {
                let nulls = it.what.nulls_not_distinct;
                self.duplicates(&it.table, &it.what.columns, None, nulls)
            }
            Change::AlterUnique(it) => {
                let unique = &it.what.after;
                self.duplicates(&it.table, &unique.columns, None, unique.nulls_not_distinct)
            }
            Change::CreateIndex(it) => self.index(&it.table, &it.what),
            Change::AlterIndex(it) => self.index(&it.table, &it.what.after),
            Change::AddPrimaryKey(it) => self.primary_key(&it.table, &it.what.columns),
            Change::AlterPrimaryKey(it) => self.primary_key(&it.table, &it.what.after.columns),
            Change::AddForeignKey(it) => self.orphans(&it.table, &it.what),
            Change::AlterForeignKey(it) => self.orphans(&it.table, &it.what.after),
            Change::AddCheck(it) => self.violations(&it.table, &it.what.value),
            // A push does not see that a check says something else.
            Change::AlterCheck(_) if !self.pushed.iter().any(|it| it.object == change.object()) => {
                Vec::new()
            }
            Change::AlterCheck(it) => self.violations(&it.table, &it.what.after.value),
            Change::AlterColumnType(it) => {
                let Some(table) = self.base(&it.table) else { return Vec::new() };
                let mut probes = conversion::of(&table.name, self.schemas, it);
                probes.extend(self.collapsed(table, it));
                probes
            }
            Change::DropEnumValue { value, enumeration } => {
                self.label(&enumeration.before.name, value)
            }
            // These say nothing of rows.
            Change::CreateSchema(_)
            | Change::DropSchema(_)
            | Change::RenameSchema(_)
            | Change::CreateEnum(_)
            | Change::DropEnum(_)
            | Change::RenameEnum(_)
            | Change::AddEnumValue { .. }
            | Change::RenameEnumValue { .. }
            | Change::ReorderEnumValues(_)
            | Change::CreateTable(_)
            | Change::RenameTable(_)
            | Change::MoveTable(_)
            | Change::RenameColumn(_)
            | Change::DropNotNull(_)
            | Change::SetDefault(_)
            | Change::DropDefault(_)
            | Change::SetIdentity(_)
            | Change::DropIdentity(_)
            | Change::AlterIdentity(_)
            | Change::SetGenerated(_)
            | Change::DropGenerated(_)
            | Change::AlterGenerated(_)
            | Change::DropPrimaryKey(_)
            | Change::DropUnique(_)
            | Change::DropCheck(_)
            | Change::DropForeignKey(_)
            | Change::DropIndex(_)
            | Change::CreateSequence(_)
            | Change::DropSequence(_)
            | Change::AlterSequence(_)
            | Change::CreateView(_)
            | Change::DropView(_)
            | Change::AlterView(_)
            | Change::CreatePolicy(_)
            | Change::DropPolicy(_)
            | Change::AlterPolicy(_)
            | Change::EnableRls(_)
            | Change::DisableRls(_)
            | Change::CreateRole(_)
            | Change::DropRole(_)
            | Change::AlterRole(_)
            | Change::ScopeChange(_) => Vec::new(),
        }
    }

    fn added(&self, head: &QualifiedName, column: &Column) -> Vec<Probe> {
        let Some(table) = self.base(head) else { return Vec::new() };
        let filled = column.default.is_some()
            || column.generated.is_some()
            || column.identity.is_some()
            || column.ty.contains("serial");
        let mut probes = Vec::new();
        if column.not_null && !filled {
            probes.push(probe(Quantity::RowsWithoutValue, count(&table.name)));
        }
        // The first of several new columns is the one before which it runs; all of them would.
        if let Some(truncation) = self.truncations.iter().find(|it| it.table == table.name)
            && column.not_null
            && column.default.is_none()
        {
            let tables = std::iter::once(&truncation.table).chain(&truncation.cascades_to);
            let counts: Vec<String> = tables.map(|it| format!("({})", count(it))).collect();
            probes.push(probe(Quantity::RowsEmptied, format!("SELECT {}", counts.join(" + "))));
        }
        probes
    }

    /// A table's rows under the names they have in the head, with what its new columns would hold.
    fn rows(&self, head: &QualifiedName) -> Option<Result<String, String>> {
        let base = self.base(head)?;
        let wanted = self.schemas.after.tables.get(head)?;
        let mut more = Vec::new();
        for column in wanted.columns.values() {
            let old = self.names.column_to_base(head, &column.name);
            let name = quote(&column.name);
            match (base.columns.contains_key(old), constant(column)) {
                (true, _) if old == column.name => {}
                (true, _) => more.push(format!("{} AS {name}", quote(old))),
                (false, Some(value)) => more.push(format!("{value} AS {name}")),
                (false, None) => return Some(Err(format!("{} is filled row by row", column.name))),
            }
        }
        let rows = if more.is_empty() && base.name == *head {
            head.quoted()
        } else {
            let more: String = more.iter().map(|it| format!(", {it}")).collect();
            format!("(SELECT *{more} FROM {}) AS {}", base.name.quoted(), quote(&head.name))
        };
        Some(Ok(rows))
    }

    fn duplicates(
        &self,
        table: &QualifiedName,
        columns: &[String],
        predicate: Option<&str>,
        nulls_not_distinct: bool,
    ) -> Vec<Probe> {
        let keys: Vec<String> = columns.iter().map(|it| quote(it)).collect();
        self.repeated(table, &keys, predicate, nulls_not_distinct)
    }

    fn repeated(
        &self,
        table: &QualifiedName,
        keys: &[String],
        predicate: Option<&str>,
        nulls_not_distinct: bool,
    ) -> Vec<Probe> {
        let Some(rows) = self.rows(table) else { return Vec::new() };
        let sql = rows.map(|rows| {
            let named: Vec<String> =
                keys.iter().enumerate().map(|(at, key)| format!("({key}) AS k{at}")).collect();
            let parts: Vec<String> = (0..keys.len()).map(|at| format!("k{at}")).collect();
            let predicate = predicate.map(|it| format!(" WHERE {it}")).unwrap_or_default();
            let set: Vec<String> = parts.iter().map(|it| format!("{it} IS NOT NULL")).collect();
            let set = if nulls_not_distinct { "true".to_owned() } else { set.join(" AND ") };
            let parts = parts.join(", ");
            format!(
                "SELECT COALESCE(sum(n - 1), 0)::bigint FROM (SELECT count(*) AS n FROM (SELECT {} FROM {rows}{predicate}) AS it WHERE {set} GROUP BY {parts}) AS groups",
                named.join(", ")
            )
        });
        vec![Probe { what: Quantity::Duplicates, sql }]
    }

    /// Rows whose keys are told apart until a column gets another type.
    fn collapsed(&self, table: &Table, change: &ColumnChange) -> Vec<Probe> {
        let Some(kept) = conversion::kept(self.schemas, change) else { return Vec::new() };
        let Some(head) = self.schemas.after.tables.get(&change.table) else { return Vec::new() };
        let column = &change.what.before.name;
        let mut keys: Vec<(Vec<String>, bool)> = Vec::new();
        let stay = table.uniques.values().filter(|it| head.uniques.contains_key(&it.name));
        keys.extend(stay.map(|it| (it.columns.clone(), it.nulls_not_distinct)));
        let primary = table.primary_key_columns();
        if !head.primary_key_columns().is_empty() {
            keys.push((primary.into_iter().map(str::to_owned).collect(), false));
        }
        let mut odd = false;
        for index in table.indexes.values().filter(|it| it.unique) {
            if !head.indexes.contains_key(&index.name) {
                continue;
            }
            let columns: Vec<String> =
                index.columns.iter().map(|it| it.expression.clone()).collect();
            if index.predicate.is_some() || index.columns.iter().any(|it| it.is_expression) {
                let texts = columns.iter().chain(&index.predicate);
                odd |= texts.into_iter().any(|text| text.contains(column.as_str()));
            } else {
                keys.push((columns, false));
            }
        }
        keys.retain(|(columns, _)| columns.contains(column));
        let mut probes = Vec::new();
        for (columns, nulls_not_distinct) in keys {
            match &kept {
                Ok((value, fits)) => {
                    let key = |it: &String| if it == column { value.clone() } else { quote(it) };
                    let keys: Vec<String> = columns.iter().map(key).collect();
                    probes.extend(self.repeated(
                        &change.table,
                        &keys,
                        Some(fits),
                        nulls_not_distinct,
                    ));
                }
                Err(why) => {
                    probes.push(Probe { what: Quantity::Duplicates, sql: Err(why.clone()) });
                }
            }
        }
        if odd {
            let why = "a unique index is over an expression, or over some rows only".to_owned();
            probes.push(Probe { what: Quantity::Duplicates, sql: Err(why) });
        }
        probes
    }

    fn index(&self, table: &QualifiedName, index: &Index) -> Vec<Probe> {
        if !index.unique {
            return Vec::new();
        }
        let key = |it: &crate::schema::IndexColumn| {
            if it.is_expression { it.expression.clone() } else { quote(&it.expression) }
        };
        let keys: Vec<String> = index.columns.iter().map(key).collect();
        self.repeated(table, &keys, index.predicate.as_deref(), false)
    }

    fn primary_key(&self, table: &QualifiedName, columns: &[String]) -> Vec<Probe> {
        let mut probes = self.duplicates(table, columns, None, false);
        if let Some(rows) = self.rows(table) {
            let sql = rows.map(|rows| {
                let null: Vec<String> =
                    columns.iter().map(|it| format!("{} IS NULL", quote(it))).collect();
                format!("SELECT count(*) FROM {rows} WHERE {}", null.join(" OR "))
            });
            probes.push(Probe { what: Quantity::Nulls, sql });
        }
        probes
    }

    fn orphans(&self, table: &QualifiedName, key: &ForeignKey) -> Vec<Probe> {
        let Some(rows) = self.rows(table) else { return Vec::new() };
        let parents = self.rows(&key.to);
        let sql = rows.and_then(|rows| {
            let column = |alias: &str, name: &String| format!("{alias}.{}", quote(name));
            let set: Vec<String> = key
                .columns_from
                .iter()
                .map(|it| format!("{} IS NOT NULL", column("c", it)))
                .collect();
            let set = set.join(" AND ");
            let rows = alias(&rows, "c");
            // A table that is new has no row yet, and one of somebody else's is read as it is.
            let parents = match parents {
                Some(parents) => alias(&parents?, "p"),
                None if self.schemas.after.tables.contains_key(&key.to) => {
                    return Ok(format!("SELECT count(*) FROM {rows} WHERE {set}"));
                }
                None => format!("{} AS p", key.to.quoted()),
            };
            let pairs = key.columns_from.iter().zip(&key.columns_to);
            let same: Vec<String> =
                pairs.map(|(from, to)| format!("{} = {}", column("p", to), column("c", from))).collect();
            Ok(format!(
                "SELECT count(*) FROM {rows} WHERE {set} AND NOT EXISTS (SELECT FROM {parents} WHERE {})",
                same.join(" AND ")
            ))
        });
        vec![Probe { what: Quantity::Orphans, sql }]
    }

    fn violations(&self, table: &QualifiedName, expression: &str) -> Vec<Probe> {
        let Some(rows) = self.rows(table) else { return Vec::new() };
        let sql = rows.map(|rows| format!("SELECT count(*) FROM {rows} WHERE NOT ({expression})"));
        vec![Probe { what: Quantity::Violations, sql }]
    }

    /// Rows with a label, in every column that has the enum.
    fn label(&self, name: &QualifiedName, value: &str) -> Vec<Probe> {
        let schema = self.schemas.before;
        let has = |column: &Column| matches!(SqlType::of(column, schema).base, Base::Enum(it) if it == *name);
        let columns = schema
            .tables
            .values()
            .flat_map(|table| table.columns.values().map(move |column| (&table.name, column)));
        let users = columns.filter(|(_, column)| has(column));
        let literal = quote_literal(value);
        let counts: Vec<String> = users
            .map(|(table, column)| {
                let quoted = quote(&column.name);
                let has = if column.ty.contains('[') {
                    format!("{literal} = ANY({quoted}::text[])")
                } else {
                    format!("{quoted}::text = {literal}")
                };
                format!("(SELECT count(*) FROM {} WHERE {has})", table.quoted())
            })
            .collect();
        if counts.is_empty() {
            return Vec::new();
        }
        vec![probe(Quantity::LabelsUsed, format!("SELECT {}", counts.join(" + ")))]
    }
}

/// Rows as another statement calls them.
fn alias(rows: &str, name: &str) -> String {
    match rows.rsplit_once(" AS ") {
        Some((inner, _)) if rows.starts_with('(') => format!("{inner} AS {name}"),
        _ => format!("{rows} AS {name}"),
    }
}

/// What a new column holds in every old row, when that is the same for all.
fn constant(column: &Column) -> Option<String> {
    use serde_json::Value;
    if column.generated.is_some() || column.identity.is_some() || column.ty.contains("serial") {
        return None;
    }
    let ty = conversion::sql_type(column);
    let text = match &column.default {
        None => "NULL".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Bool(it)) => it.to_string(),
        Some(Value::Number(it)) => it.to_string(),
        Some(Value::Null | Value::Array(_) | Value::Object(_)) => return None,
    };
    let volatile = volatility(&text) == Volatility::Volatile;
    (!volatile).then(|| format!("({text})::{ty}"))
}
