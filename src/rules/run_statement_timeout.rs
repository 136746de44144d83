//! `run.statement_timeout`

use super::prelude::*;
use crate::migrations::{Act, Manner};

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "run.statement_timeout",
    severity: Severity::Risky,
    condition: "A hand-written statement works on every row without a statement_timeout.",
    effect: "Nothing ends it when it takes longer than anybody thought.",
    remedy: "SET LOCAL statement_timeout before it, above what a copy of production needed.",
    postgres: "57014 when the time is up, and everything is as it was.",
    sources: &["squawk/require-statement-timeout", "django-pg-zdm/statement_timeout"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let (effect, around) = context.by_hand(change)?;
    let whole = effect.is(Manner::EveryRow) || effect.act == Act::ValidateConstraint;
    (around.existing && whole && !around.statement_timeout).then(|| {
        let what = effect.words();
        RULE.finding(format!("{} does {what} on all rows without a timeout.", around.tag))
    })
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::Severity::Risky;
    use crate::rules::testing::migrations::*;

    #[test]
    fn fires_without_a_timeout() {
        let update = || statement("UPDATE funds SET name = 'x'");
        assert_eq!(update().says(RULE.id), Some(Risky));
        assert_eq!(update().around(|it| it.statement_timeout = true).says(RULE.id), None);
        assert_eq!(statement("UPDATE funds SET name = 'x' WHERE id = 1").says(RULE.id), None);
    }
}
