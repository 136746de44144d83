//! `kit.cycle_stays`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "kit.cycle_stays",
    severity: Severity::Risky,
    condition: "A sequence stops to cycle.",
    effect: "drizzle-kit cannot write NO CYCLE: it goes on cycling and gives numbers out twice.",
    remedy: "Write ALTER SEQUENCE … NO CYCLE by hand.",
    postgres: "Held against drizzle-kit 0.31.11, statement by statement.",
    sources: &["drizzle-kit/0.31.11"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    fault(&RULE, change, context)
}
