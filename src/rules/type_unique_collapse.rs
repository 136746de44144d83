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
    let sets = unique_sets(table);
    let (name, _) = sets.iter().find(|(_, columns)| columns.contains(&it.what.before.name))?;
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
    }
}
