//! `type.index_blocks`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "type.index_blocks",
    severity: Severity::Risky,
    condition: "An indexed column changes to a type that a btree index cannot hold.",
    effect: "The statement fails (42704) as long as the index, key or unique constraint exists.",
    remedy: "Drop the index first, and check which queries lose it.",
    postgres: "42704: the type has no default operator class for access method btree (json, point, \
             line; measured).",
    sources: &["postgresql/42704"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::AlterColumnType(it) = change else { return None };
    let conversion = context.conversion(it);
    let types = context.types(it);

    let table = context.base_table(&it.table)?;
    if !conversion.index_blocks || !is_indexed(table, &it.what.before.name) {
        return None;
    }
    Some(RULE.finding(format!(
        "{} is indexed, and {} cannot be.",
        column_path(it),
        types.after
    )))
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
    }
}
