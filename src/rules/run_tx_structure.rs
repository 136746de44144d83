//! `run.tx_structure`

use super::prelude::*;
use crate::migrations::Act;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "run.tx_structure",
    severity: Severity::Risky,
    condition: "A migration begins or ends a transaction itself.",
    effect: "It ends the one that drizzle-kit migrate runs all pending migrations in: what fails later leaves the first half done and not recorded.",
    remedy: "Leave BEGIN and COMMIT out; run what must stand alone outside of drizzle-kit.",
    postgres: "COMMIT ends the migrator's transaction; the statements after it commit one by one.",
    sources: &["squawk/transaction-nesting", "bytebase/STATEMENT_DISALLOW_COMMIT"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let (effect, around) = context.by_hand(change)?;
    (effect.act == Act::Transaction && context.may_migrate())
        .then(|| RULE.finding(format!("{} runs {}.", around.tag, effect.on.name.to_uppercase())))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::Executor;
    use crate::rules::Severity::Risky;
    use crate::rules::testing::migrations::*;

    #[test]
    fn fires_on_commit() {
        assert_eq!(statement("COMMIT").says(RULE.id), Some(Risky));
        assert_eq!(statement("COMMIT").executor(Executor::Push).says(RULE.id), None);
        assert_eq!(statement("UPDATE funds SET name = 'x'").says(RULE.id), None);
    }
}
