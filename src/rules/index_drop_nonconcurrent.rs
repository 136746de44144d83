//! `index.drop.nonconcurrent`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "index.drop.nonconcurrent",
    severity: Severity::Risky,
    condition: "An index is dropped without CONCURRENTLY.",
    effect: "The statement waits for every running query on the table, and every later query waits \
             behind it.",
    remedy: "DROP INDEX CONCURRENTLY, outside of a transaction.",
    postgres: "ACCESS EXCLUSIVE on the table, for a moment once it is granted (measured).",
    sources: &["squawk/require-concurrent-index-deletion", "strong_migrations/remove_index"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::DropIndex(it) = change else { return None };
    if pairs::renamed(change, context).is_some() || context.goes_with_a_column(&it.table, &it.what)
    {
        return None;
    }
    let finding = RULE
        .finding(format!("DROP INDEX {} locks {} with ACCESS EXCLUSIVE.", it.what.name, it.table));
    Some(match pairs::nothing_missing(it, context) {
        Some(proof) => finding
            .with_severity(Severity::Safe)
            .because(format!("the lock is held for a moment only, and {proof}")),
        None => finding,
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Risky;

    #[test]
    fn fires_on_a_dropped_index() {
        let users = || table("users", &["mail text", "n integer"]);
        let indexed = schema([users().index("i", &["mail"])]);
        assert_eq!(case(indexed.clone(), schema([users()])).says(RULE.id), Some(Risky));
        let gone = schema([table("users", &["n integer"])]);
        assert_eq!(case(indexed, gone).says(RULE.id), None);
    }
}
