//! `run.lock_timeout`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "run.lock_timeout",
    severity: Severity::Risky,
    condition: "A hand-written statement locks a table against everybody without a lock_timeout.",
    effect: "While it waits for a long query, every later query of the table waits behind it.",
    remedy: "SET LOCAL lock_timeout = '3s' before it, and run it again when it times out.",
    postgres: "Measured: a waiting ALTER blocks every later SELECT; with lock_timeout 55P03.",
    sources: &["squawk/require-timeout-settings", "eugene/E9", "strong_migrations/lock_timeout"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let (effect, around) = context.by_hand(change)?;
    (around.existing && effect.locks_exclusively() && !around.lock_timeout).then(|| {
        RULE.finding(format!("{} locks {} without a lock_timeout.", around.tag, effect.on))
    })
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::Severity::Risky;
    use crate::rules::testing::migrations::*;

    #[test]
    fn fires_without_a_timeout() {
        let alter = || statement("ALTER TABLE funds ALTER COLUMN name SET NOT NULL");
        assert_eq!(alter().says(RULE.id), Some(Risky));
        assert_eq!(alter().around(|it| it.lock_timeout = true).says(RULE.id), None);
        assert_eq!(statement("UPDATE funds SET name = 'x'").says(RULE.id), None);
    }
}
