//! `column.drop.silent_dependents`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "column.drop.silent_dependents",
    severity: Severity::Dangerous,
    condition: "A dropped column is part of a key, check, foreign key or index over several columns.",
    effect: "They vanish with it without a word: rows that were kept unique, valid or connected no \
             longer are, and queries lose their index.",
    remedy: "Drop each of them by name first, and create again what is still wanted for the columns \
             that stay.",
    postgres: "DROP COLUMN removes composite unique constraints, checks, foreign keys and multi-column, \
             INCLUDE, partial and expression indexes without a NOTICE (measured on PostgreSQL 12 to \
             18).",
    sources: &[],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::DropColumn(it) = change else { return None };
    let column = &it.what.name;
    let table = context.schemas.before.table(&it.table)?;
    let others = |text: &str| {
        table.columns.keys().any(|name| name != column && dependents::mentions(text, name))
    };
    let spans = |found: &dependents::Dependent| {
        let name = &found.object.name;
        let check = table.checks.get(name).is_some_and(|check| others(&check.value));
        let index = table.indexes.get(name);
        let partial = index.and_then(|index| index.predicate.as_deref()).is_some_and(others);
        check || partial || found.columns.iter().any(|it| it != column)
    };
    let vanishes = |found: &dependents::Dependent| {
        use crate::schema::ObjectKind::{Check, ForeignKey, Index, PrimaryKey, Unique};
        found.own && matches!(found.object.kind, Check | ForeignKey | Index | PrimaryKey | Unique)
    };
    let found = dependents::of_column(context.schemas.before, table, column);
    let lost: Vec<String> = found
        .iter()
        .filter(|found| vanishes(found) && spans(found))
        .map(ToString::to_string)
        .collect();
    if lost.is_empty() {
        return None;
    }
    Some(RULE.finding(format!(
        "Dropping {} also removes {}.",
        path(&it.table, column),
        list(&lost)
    )))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn names_what_vanishes_with_it() {
        let customers = |columns: &[&str]| table("customers", columns);
        let before = customers(&["region text", "code text"])
            .unique("customers_region_code_unique", &["region", "code"])
            .index("customers_code_idx", &["code"]);
        let found = case(schema([before]), schema([customers(&["region text"])])).findings(RULE.id);
        assert_eq!((found.len(), found[0].severity), (1, Dangerous));
        assert_eq!(
            found[0].message,
            "Dropping public.customers.code also removes constraint customers_region_code_unique \
             unique(region,code)."
        );
    }

    #[test]
    fn silent_when_only_its_own_index_goes() {
        let before = table("customers", &["region text", "code text"]).index("i", &["code"]);
        let after = table("customers", &["region text"]);
        assert_eq!(case(schema([before]), schema([after])).says(RULE.id), None);
    }
}
