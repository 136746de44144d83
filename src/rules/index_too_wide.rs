//! `index.too_wide`

use super::prelude::*;
use crate::schema::{Index, Table};

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "index.too_wide",
    severity: Severity::Risky,
    condition: "A new index that is not unique has more than three columns, or a table gets more than \
             ten indexes.",
    effect: "Every insert and update writes all of them; the columns after the third rarely narrow a \
             search further.",
    remedy: "Keep the columns that are searched for equality, drop indexes that no query uses.",
    postgres: "Each index is one more write for each row, and one more reason why an update is not HOT.",
    sources: &[
        "strong_migrations/add_index_columns",
        "bytebase/INDEX_KEY_NUMBER_LIMIT",
        "bytebase/INDEX_TOTAL_NUMBER_LIMIT",
    ],
    check,
};

const COLUMNS: usize = 3;
const INDEXES: usize = 10;

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let (table, new): (&Table, Vec<&Index>) = if let Change::CreateTable(it) = change {
        (it, it.indexes.values().collect())
    } else if let Change::CreateIndex(it) = change {
        (context.schemas.after.table(&it.table)?, vec![&it.what])
    } else {
        return None;
    };
    let wide = |index: &&Index| !index.unique && index.columns.len() > COLUMNS;
    if let Some(index) = new.iter().copied().find(wide) {
        let count = index.columns.len();
        return Some(
            RULE.finding(format!("Index {} on {} has {count} columns.", index.name, table.name)),
        );
    }
    let count = table.indexes.len();
    (count > INDEXES && !new.is_empty())
        .then(|| RULE.finding(format!("{} has {count} indexes.", table.name)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;

    #[test]
    fn fires_on_wide_indexes_and_on_many() {
        let columns = ["a text", "b text", "c text", "d text"];
        let deals = || table("deals", &columns);
        let judged = |after: &TableBuilder| {
            let case = case(schema([deals()]), schema([after.clone()]));
            case.policy(RULE.id).messages(RULE.id).len()
        };
        assert_eq!(judged(&deals().index("i", &["a", "b", "c", "d"])), 1);
        assert_eq!(judged(&deals().index("i", &["a", "b", "c"])), 0);
        assert_eq!(judged(&deals().unique_index("i", &["a", "b", "c", "d"])), 0);
        let many = (0..11).fold(deals(), |table, n| table.index(&format!("i{n}"), &["a"]));
        assert_eq!(judged(&many), 11);
    }
}
