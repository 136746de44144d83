//! `table.truncate`

use super::prelude::*;
use crate::migrations::{Act, Manner};

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "table.truncate",
    severity: Severity::Dangerous,
    condition: "A migration empties a table: TRUNCATE, or DELETE without WHERE.",
    effect: "Every row is gone; with CASCADE those of every table that references it too.",
    remedy: "Say which rows with WHERE, and copy them into a backup table first.",
    postgres: "ACCESS EXCLUSIVE for TRUNCATE; no trigger for each row runs, and no way back after COMMIT.",
    sources: &["squawk/ban-truncate-cascade", "bytebase/STATEMENT_DISALLOW_TRUNCATE"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let (effect, around) = context.by_hand(change)?;
    let emptied =
        effect.act == Act::Truncate || (effect.act == Act::Delete && effect.is(Manner::EveryRow));
    if !emptied || !around.existing {
        return None;
    }
    let finding = RULE.finding(format!("{} empties {}.", around.tag, effect.on));
    if !effect.is(Manner::Cascade) {
        return Some(finding);
    }
    let reach = dependents::reach_of_truncate(context.schemas.before, &effect.on);
    if reach.is_empty() {
        return Some(finding);
    }
    let reach: Vec<&QualifiedName> = reach.iter().collect();
    Some(finding.because(format!("with CASCADE it empties {} too", list(&reach))))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::Severity::Dangerous;
    use crate::rules::testing::migrations::*;

    #[test]
    fn fires_on_an_emptied_table() {
        for sql in ["TRUNCATE TABLE funds CASCADE", "DELETE FROM \"funds\""] {
            assert_eq!(statement(sql).says(RULE.id), Some(Dangerous), "{sql}");
        }
        assert_eq!(statement("DELETE FROM funds WHERE id = 1").says(RULE.id), None);
        assert_eq!(statement("TRUNCATE scratch").says(RULE.id), None);
    }
}
