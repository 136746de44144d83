//! Which Zod object mirrors which table.

use std::collections::BTreeSet;

use super::object::Object;
use crate::ident::QualifiedName;
use crate::schema::{Object as Named, Schema};

/// A table as code calls it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mirrored {
    /// The exported name, else the table's.
    name: String,
    keys: BTreeSet<String>,
}

impl Mirrored {
    pub(super) fn of(schema: &Schema, table: &QualifiedName) -> Option<Self> {
        let columns = &schema.tables.get(table)?.columns;
        let written = schema.written.get(&Named::table(table)).and_then(|it| it.key.clone());
        let keys = columns.keys().map(|column| key_of(schema, table, column)).collect();
        Some(Self { name: written.unwrap_or_else(|| table.name.clone()), keys })
    }
}

/// A column's property key; its name where that is not known.
pub(super) fn key_of(schema: &Schema, table: &QualifiedName, column: &str) -> String {
    let written = schema.written.get(&Named::column(table, column));
    written.and_then(|it| it.key.clone()).unwrap_or_else(|| column.to_owned())
}

/// The same name and most of the fields, or the same fields.
pub(super) fn is_twin(object: &Object, table: &Mirrored) -> bool {
    let shared = object.fields.keys().filter(|key| table.keys.contains(*key)).count();
    let all = object.fields.len() + table.keys.len() - shared;
    let is_same_name = is_named_after(object, table);
    // At least 0.6 of the Zod fields, or 0.6 of the fields of either.
    (is_same_name && shared * 5 >= object.fields.len() * 3) || (shared > 2 && shared * 5 >= all * 3)
}

/// Whether an object has the table's name.
pub(super) fn is_named_after(object: &Object, table: &Mirrored) -> bool {
    normal(&object.name) == normal(&table.name)
}

/// Whether an object is made for writing rows: `insertX`, `createX`, `NewX`.
pub(super) fn is_for_writing(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("insert") || name.starts_with("new") || name.ends_with("insertschema")
}

/// `InvestmentLotV1Schema`, `insertInvestmentLotSchema` and `investmentLots` are `investmentlot`.
fn normal(name: &str) -> String {
    let mut name = name.strip_suffix("Schema").unwrap_or(name);
    let digits = name.trim_end_matches(|c: char| c.is_ascii_digit());
    if digits.len() < name.len() {
        name = digits.strip_suffix('V').unwrap_or(name);
    }
    for suffix in [
        "Record", "Row", "Input", "Response", "Request", "Dto", "DTO", "Payload", "Create",
        "Update",
    ] {
        name = name.strip_suffix(suffix).unwrap_or(name);
    }
    for prefix in [
        "insert", "select", "update", "create", "patch", "Insert", "Select", "Update", "Create",
        "Patch",
    ] {
        name = name.strip_prefix(prefix).unwrap_or(name);
    }
    let name: String = name.chars().filter(|c| *c != '_').collect();
    singular(&name.to_ascii_lowercase())
}

fn singular(name: &str) -> String {
    let endings = [("ices", "ix"), ("ies", "y"), ("sses", "ss"), ("ses", "s"), ("xes", "x")];
    for (plural, one) in endings {
        if let Some(stem) = name.strip_suffix(plural) {
            // `prices` is no `prix`, `cases` no `cas`.
            let kept = ["invo", "pr", "serv", "off", "cho", "pract", "not"]
                .iter()
                .any(|it| stem.ends_with(it));
            return match plural {
                "ices" if kept => format!("{stem}ice"),
                // `statuses`, and `cases`.
                "ses" if !stem.ends_with('u') => format!("{stem}se"),
                _ => format!("{stem}{one}"),
            };
        }
    }
    match name.strip_suffix('s') {
        Some(stem) if !stem.ends_with('s') && !stem.ends_with('u') => stem.to_owned(),
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_mean_the_same() {
        for (zod, table) in [
            ("InvestmentLotV1Schema", "investmentLots"),
            ("insertScenarioMatrixSchema", "scenarioMatrices"),
            ("CompanySchema", "companies"),
            ("invoiceRow", "invoices"),
            ("scenarioCaseSchema", "scenarioCases"),
            ("statusSchema", "statuses"),
            ("taxSchema", "taxes"),
            ("PriceSchema", "prices"),
        ] {
            assert_eq!(normal(zod), normal(table), "{zod} {table}");
        }
        assert_ne!(normal("FundInputSchema"), normal("fundConfigs"));
    }
}
