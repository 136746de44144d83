//! `kit.unescaped_name`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "kit.unescaped_name",
    severity: Severity::Risky,
    condition: "A name has a double quote in it.",
    effect: "drizzle-kit does not double it: the name ends early, and the statement fails (42601).",
    remedy: "Use a name without quotes.",
    postgres: "Held against drizzle-kit 0.31.11, statement by statement.",
    sources: &["drizzle-kit/0.31.11"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    fault(&RULE, change, context)
}
