//! `kit.unescaped_default`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "kit.unescaped_default",
    severity: Severity::Risky,
    condition: "A JSON or array default has a quote in it.",
    effect: "drizzle-kit does not double it: the default ends early, and the statement fails (42601).",
    remedy: "Take the statement out of the migration and write the right one by hand; drizzle-kit \
             push cannot apply this change.",
    postgres: "Held against drizzle-kit 0.31.11, statement by statement.",
    sources: &["drizzle-kit/0.31.11"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    fault(&RULE, change, context)
}
