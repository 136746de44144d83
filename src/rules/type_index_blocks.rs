//! `type.index_blocks`

use super::prelude::*;
use crate::postgres::SqlType;
use crate::schema::{Index, Table};

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "type.index_blocks",
    severity: Severity::Risky,
    condition: "An indexed column changes to a type that its index cannot hold.",
    effect: "The statement fails (42704) as long as the index, key or unique constraint exists.",
    remedy: "Drop the index first, and check which queries lose it.",
    postgres: "42704: the type has no default operator class for access method btree (json, point, \
             line) or gin (all but arrays, jsonb and tsvector; measured).",
    sources: &["postgresql/42704"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::AlterColumnType(it) = change else { return None };
    let conversion = context.conversion(it);
    let types = context.types(it);

    // One that is made in the same step fails as well.
    let tables = [
        context.base_table(&it.table).map(|table| (table, &it.what.before.name)),
        context.head_table(&it.table).map(|table| (table, &it.what.after.name)),
    ];
    let mut tables = tables.into_iter().flatten();
    let gin = tables.clone().find_map(|(table, column)| gin_of(table, column, &types.after));
    if let Some(index) = gin {
        return Some(RULE.finding(format!(
            "{} is in the gin index {index}, which cannot hold {}.",
            column_path(it),
            types.after
        )));
    }
    if !conversion.index_blocks || !tables.any(|(table, column)| is_key(table, column)) {
        return None;
    }
    Some(RULE.finding(format!("{} is indexed, and {} cannot be.", column_path(it), types.after)))
}

/// Whether the column itself is in a key, a unique constraint or an index; an expression or a predicate may
/// name any type.
fn is_key(table: &Table, column: &str) -> bool {
    let has = |columns: &[String]| columns.iter().any(|it| it == column);
    let in_index = |index: &Index| {
        index.columns.iter().any(|key| !key.is_expression && key.expression == column)
    };
    table.primary_key_columns().contains(&column)
        || table.uniques.values().any(|it| has(&it.columns))
        || table.indexes.values().any(in_index)
}

/// A gin index of the column that cannot hold the type.
fn gin_of<'a>(table: &'a Table, column: &str, ty: &SqlType) -> Option<&'a str> {
    let fits = ty.dimensions > 0
        || ty.scalar() == Some("jsonb")
        || matches!(ty.base, crate::postgres::Base::Other(_));
    let of_it = |index: &&Index| {
        let mut keys = index.columns.iter().filter(|key| !key.is_expression);
        index.method == "gin" && keys.any(|key| key.expression == column && key.opclass.is_none())
    };
    let index = table.indexes.values().filter(|_| !fits).find(of_it)?;
    Some(&index.name)
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Risky;

    #[test]
    fn fires_with_an_index_only() {
        let users = |ty: &str| table("users", &["id uuid", &format!("meta {ty}")]);
        let indexed = |ty: &str| schema([users(ty).index("i", &["meta"])]);
        assert_eq!(case(indexed("jsonb"), indexed("json")).says(RULE.id), Some(Risky));
        assert_eq!(case(schema([users("jsonb")]), schema([users("json")])).says(RULE.id), None);
        assert_eq!(case(schema([users("jsonb")]), indexed("json")).says(RULE.id), Some(Risky));
        let partial = |ty: &str| {
            schema([users(ty)
                .index("i", &["id"])
                .edit_index("i", |it| it.predicate = Some("meta is not null".to_owned()))])
        };
        assert_eq!(case(partial("jsonb"), partial("json")).says(RULE.id), None);
        let gin = |ty: &str| {
            schema([users(ty)
                .index("i", &["meta"])
                .edit_index("i", |it| it.method = "gin".to_owned())])
        };
        assert_eq!(case(gin("jsonb"), gin("text")).says(RULE.id), Some(Risky));
        assert_eq!(case(gin("varchar(9)[]"), gin("text[]")).says(RULE.id), None);
    }
}
