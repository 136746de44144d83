//! `seed.tests`

use super::prelude::*;
use crate::codebase::Via;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "seed.tests",
    severity: Severity::Risky,
    condition: "Seeds, fixtures or tests use a table or column that goes.",
    effect: "Filling a database, and the tests that do it, fail.",
    remedy: "Change them in the same commit.",
    postgres: "42703 or 42P01 at the first row.",
    sources: &["drizzle-seed/refine"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    used(
        &RULE,
        change,
        context,
        |object| format!("Seeds or tests use {object}."),
        |it| is_seed(it) && it.via != Via::Relation,
    )
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Risky;

    #[test]
    fn fires_on_seeds_and_tests() {
        let says =
            |file| column_dropped().with_code(used(file, Via::Code), RULE.id).map(|it| it.severity);
        assert_eq!(says("scripts/seed.ts"), Some(Risky));
        assert_eq!(says("tests/funds.ts"), Some(Risky));
        assert_eq!(says("src/q.ts"), None);
    }
}
