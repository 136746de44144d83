//! `index.drop.critical_query`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "index.drop.critical_query",
    severity: Severity::Dangerous,
    condition: "The only index that begins with a column is dropped, while queries in the code \
             compare or sort by the column.",
    effect: "These queries read the whole table from then on.",
    remedy: "Keep the index, or change the queries first.",
    postgres: "A sequential scan for each of them; its cost grows with the table.",
    sources: &["splinter/0001_unindexed_foreign_keys"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::DropIndex(it) = change else { return None };
    let uses = context.uses(change)?;
    let found: Vec<_> = uses.conditions.iter().collect();
    let places = places(&found)?;
    let column = it.what.columns.first()?.expression.as_str();
    let column = path(&it.table, column);
    Some(
        RULE.finding(format!("Queries look for {column}, and no index begins with it."))
            .because(places),
    )
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_on_a_query_that_needs_it() {
        let funds = || table("funds", &["id uuid primary key", "code text"]);
        let dropped = || case(schema([funds().index("i", &["code"])]), schema([funds()]));
        let conditions = vec![reference("src/q.ts", Via::Condition)];
        let uses = Uses { conditions, ..Uses::default() };
        let found = dropped().with_code(uses, RULE.id);
        assert_eq!(found.map(|it| it.severity), Some(Dangerous));
        assert_eq!(dropped().with_code(Uses::default(), RULE.id), None);
    }
}
