//! `type.unique_collapse`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "type.unique_collapse",
    severity: Severity::Dangerous,
    condition: "A unique column changes to a type that makes different values equal.",
    effect: "After the whole table has been written again the statement fails (23505).",
    remedy: "Look for values that become equal first: group by the value cast to the new type.",
    postgres: "23505 after the rewrite (measured for numeric(6,2) to numeric(6,1)).",
    sources: &["postgresql/23505"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::AlterColumnType(it) = change else { return None };
    let conversion = context.conversion(it);
    let types = context.types(it);

    conversion.loses.as_ref()?;
    let table = context.base_table(&it.table)?;
    let column = &it.what.before.name;
    let mut sets = unique_sets(table).into_iter();
    let set = sets.find(|(_, columns)| columns.contains(column)).map(|(name, _)| name);
    // A partial one, or one over an expression.
    let odd = || {
        let mut odd = table.indexes.values().filter(|index| index.unique);
        odd.find(|index| index_mentions(index, column)).map(|index| index.name.clone())
    };
    let name = set.or_else(odd)?;
    Some(RULE.finding(format!(
        "{} is kept unique by {name}, but different values become equal as {}.",
        column_path(it),
        types.after
    )))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_on_a_lossy_change_of_a_unique_column() {
        let prices =
            |ty: &str| schema([table("prices", &[&format!("v {ty}")]).unique("u", &["v"])]);
        assert_eq!(
            case(prices("numeric(6, 2)"), prices("numeric(6, 1)")).says(RULE.id),
            Some(Dangerous)
        );
        assert_eq!(case(prices("numeric(6, 2)"), prices("numeric(8, 2)")).says(RULE.id), None);
        let partial = |ty: &str| {
            let prices = table("prices", &[&format!("v {ty}")]).unique_index("i", &["v"]);
            schema([prices.edit_index("i", |it| it.predicate = Some("v > 0".to_owned()))])
        };
        let rounded = case(partial("numeric(6, 2)"), partial("numeric(6, 1)"));
        assert_eq!(rounded.says(RULE.id), Some(Dangerous));
    }
}
