//! `column.add.nullable`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "column.add.nullable",
    severity: Severity::Safe,
    condition: "A nullable column without default is added.",
    effect: "Nothing happens to existing rows; code that knows the column must be deployed after it \
             exists.",
    remedy: "Apply it first, deploy the code second: Drizzle lists the new column in every INSERT.",
    postgres: "ACCESS EXCLUSIVE for a moment, catalog only.",
    sources: &["strong_migrations/safe"],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let Change::AddColumn(it) = change else { return None };
    let column = &it.what;
    let plain = !column.not_null && column.default.is_none() && column.generated.is_none();
    if !plain || column.identity.is_some() || column.ty.contains("serial") || column.primary_key {
        return None;
    }
    Some(RULE.finding(format!("Nullable column {} is added.", path(&it.table, &column.name))))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Safe;

    #[test]
    fn safe_and_only_for_nullable_columns() {
        let before = || schema([table("users", &["id uuid"])]);
        let added = |column: &str| case(before(), schema([table("users", &["id uuid", column])]));
        assert_eq!(added("note text").says(RULE.id), Some(Safe));
        assert_eq!(added("note text").worst(), Safe);
        assert_eq!(added("note text not null default ''").says(RULE.id), None);
    }
}
