//! `mig.no_rollback`

use super::prelude::*;
use crate::migrations::Act;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "mig.no_rollback",
    severity: Severity::Safe,
    condition: "A hand-written statement takes away what no statement brings back.",
    effect: "There is no way back but a backup.",
    remedy: "Copy what goes into a backup table first; drizzle-guard plan drafts both ways.",
    postgres: "What is dropped is gone with COMMIT; nothing is kept aside.",
    sources: &["django/RUNSQL_REVERSIBLE", "sqld/missing-down", "drizzle-orm/2352"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let (effect, around) = context.by_hand(change)?;
    let gone = matches!(effect.act, Act::DropTable | Act::DropColumn | Act::Truncate | Act::Delete);
    gone.then(|| RULE.finding(format!("{} does {} for good.", around.tag, effect.words())))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::Severity::Safe;
    use crate::rules::testing::migrations::*;

    #[test]
    fn fires_on_what_is_gone_for_good() {
        for sql in ["DROP TABLE funds", "TRUNCATE funds", "DELETE FROM funds WHERE id = 1"] {
            assert_eq!(statement(sql).says(RULE.id), Some(Safe), "{sql}");
        }
        assert_eq!(statement("ALTER TABLE funds ALTER name DROP NOT NULL").says(RULE.id), None);
    }
}
