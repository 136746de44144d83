//! `index.duplicate`

use super::prelude::*;
use crate::schema::{Index, Table};

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "index.duplicate",
    severity: Severity::Risky,
    condition: "A new index does what another one does, or makes another one superfluous.",
    effect: "Both are written at every insert and update, and take their place in memory; queries need \
             one of them.",
    remedy: "Keep the longer one, and the unique one.",
    postgres: "A btree index serves every query that a shorter one with the same leading columns does.",
    sources: &[
        "splinter/0009_duplicate_index",
        "skeema/dupe-index",
        "bytebase/INDEX_NO_DUPLICATE_COLUMN",
    ],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let (table, new): (&Table, Vec<&Index>) = if let Change::CreateTable(it) = change {
        (it, it.indexes.values().collect())
    } else if let Change::CreateIndex(it) = change {
        (context.schemas.after.table(&it.table)?, vec![&it.what])
    } else {
        return None;
    };
    let mut pairs: Vec<String> = Vec::new();
    for index in new {
        let others = table.indexes.values().filter(|it| it.name != index.name);
        for other in others {
            if serves(other, index) {
                pairs.push(format!("{} is covered by {}", index.name, other.name));
            } else if serves(index, other) {
                pairs.push(format!("{} is covered by {}", other.name, index.name));
            }
        }
        if let Some((key, _)) = unique_sets(table).into_iter().find(|(name, columns)| {
            *name != index.name
                && is_plain(index)
                && !index.unique
                && columns.starts_with(&names(index))
        }) {
            pairs.push(format!("{} is covered by {key}", index.name));
        }
    }
    pairs.sort();
    pairs.dedup();
    (!pairs.is_empty()).then(|| RULE.finding(format!("In {}: {}.", table.name, list(&pairs))))
}

fn is_plain(index: &Index) -> bool {
    index.method == "btree"
        && index.predicate.is_none()
        && index.columns.iter().all(|key| !key.is_expression && key.opclass.is_none())
}

fn names(index: &Index) -> Vec<String> {
    index.columns.iter().map(|key| key.expression.clone()).collect()
}

/// Whether `longer` serves whatever `shorter` serves: it begins with the same keys, for the same rows,
/// and nothing that keeps rows unique would be lost.
fn serves(longer: &Index, shorter: &Index) -> bool {
    let same_rows = longer.predicate == shorter.predicate && longer.method == shorter.method;
    let keeps_unique = !shorter.unique || (longer.unique && longer.columns == shorter.columns);
    let ties = longer.columns == shorter.columns
        && longer.unique == shorter.unique
        && longer.name > shorter.name;
    same_rows
        && keeps_unique
        && !ties
        && longer.columns.starts_with(&shorter.columns)
        && (shorter.method == "btree" || longer.columns == shorter.columns)
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;

    #[test]
    fn a_shorter_index_is_superfluous() {
        let columns = ["id uuid primary key", "fund_id uuid", "code text"];
        let deals = || table("deals", &columns).index("by_fund_code", &["fund_id", "code"]);
        let added = |name: &str, columns: &[&str]| {
            let case = case(schema([deals()]), schema([deals().index(name, columns)]));
            case.policy(RULE.id).messages(RULE.id)
        };
        assert_eq!(
            added("by_fund", &["fund_id"]),
            ["In public.deals: by_fund is covered by by_fund_code."]
        );
        assert_eq!(added("by_id", &["id"]), ["In public.deals: by_id is covered by deals_pkey."]);
        assert_eq!(
            added("same", &["fund_id", "code"]),
            ["In public.deals: same is covered by by_fund_code."]
        );
        assert_eq!(added("by_code", &["code"]).len(), 0);
        let unique = schema([deals().unique_index("one", &["fund_id"])]);
        assert_eq!(case(schema([deals()]), unique).policy(RULE.id).messages(RULE.id).len(), 0);
    }
}
