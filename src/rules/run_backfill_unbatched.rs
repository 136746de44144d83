//! `run.backfill_unbatched`

use super::prelude::*;
use crate::migrations::{Act, Manner};

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "run.backfill_unbatched",
    severity: Severity::Risky,
    condition: "A migration updates every row of a table at once.",
    effect: "Every row is locked and written twice until the run ends; replicas lag behind and the table doubles.",
    remedy: "Update in batches by primary key, outside of drizzle-kit migrate.",
    postgres: "ROW EXCLUSIVE on the table, a row lock on every row, one new version of each.",
    sources: &["strong_migrations/change_column_null", "bytebase/STATEMENT_AFFECTED_ROW_LIMIT"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let (effect, around) = context.by_hand(change)?;
    let all = effect.act == Act::Update && effect.is(Manner::EveryRow) && around.existing;
    all.then(|| RULE.finding(format!("{} updates every row of {}.", around.tag, effect.on)))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::Severity::Risky;
    use crate::rules::testing::migrations::*;

    #[test]
    fn fires_without_where() {
        assert_eq!(statement("UPDATE funds SET name = 'x'").says(RULE.id), Some(Risky));
        assert_eq!(statement("UPDATE funds SET name = 'x' WHERE id = 1").says(RULE.id), None);
        assert_eq!(statement("UPDATE scratch SET name = 'x'").says(RULE.id), None);
    }
}
