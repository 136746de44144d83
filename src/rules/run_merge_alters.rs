//! `run.merge_alters`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "run.merge_alters",
    severity: Severity::Safe,
    condition: "Several hand-written statements alter one table.",
    effect: "Each scans or rewrites the table for itself.",
    remedy: "Put them into one ALTER TABLE.",
    postgres: "One ALTER TABLE of several actions makes one pass over the table.",
    sources: &["eugene/W12", "bytebase/STATEMENT_MERGE_ALTER_TABLE"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let (effect, around) = context.by_hand(change)?;
    let alters = effect.locks_exclusively() && around.existing && around.alterations > 1;
    alters.then(|| {
        let (tag, number, table) = (&around.tag, around.alterations, &effect.on);
        RULE.finding(format!("{tag} alters {table} by {number} statements."))
    })
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::Severity::Safe;
    use crate::rules::testing::migrations::*;

    #[test]
    fn fires_on_the_second() {
        let alter = || statement("ALTER TABLE funds ALTER COLUMN name SET NOT NULL");
        assert_eq!(alter().around(|it| it.alterations = 2).says(RULE.id), Some(Safe));
        assert_eq!(alter().around(|it| it.alterations = 1).says(RULE.id), None);
    }
}
