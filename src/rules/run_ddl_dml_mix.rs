//! `run.ddl_dml_mix`

use super::prelude::*;
use crate::migrations::Act;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "run.ddl_dml_mix",
    severity: Severity::Risky,
    condition: "A migration changes a table and its rows in one transaction.",
    effect: "The table stays locked against everybody while the rows are written; with pending triggers of a deferred key the ALTER fails.",
    remedy: "Change the rows in a run of their own, before or after.",
    postgres: "ALTER TABLE holds ACCESS EXCLUSIVE to the end of the transaction; 55006 with a deferred foreign key (measured).",
    sources: &["strong_migrations/backfilling", "bytebase/BUILTIN_PRIOR_BACKUP_CHECK"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let (effect, around) = context.by_hand(change)?;
    let rows = matches!(effect.act, Act::Update | Act::Delete | Act::Insert);
    (rows && around.existing && around.altered)
        .then(|| RULE.finding(format!("{} alters {} and writes its rows.", around.tag, effect.on)))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::Severity::Risky;
    use crate::rules::testing::migrations::*;

    #[test]
    fn fires_on_rows_of_an_altered_table() {
        let update = || statement("UPDATE funds SET name = 'x' WHERE id = 1");
        assert_eq!(update().around(|it| it.altered = true).says(RULE.id), Some(Risky));
        assert_eq!(update().says(RULE.id), None);
    }
}
