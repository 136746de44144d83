//! `kit.unprintable_default`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "kit.unprintable_default",
    severity: Severity::Risky,
    condition: "A default is an array or object that drizzle-kit cannot print.",
    effect: "It writes what JavaScript makes of it, such as undefined: the statement fails (42703).",
    remedy: "Write the default as an SQL expression.",
    postgres: "Held against drizzle-kit 0.31.11, statement by statement.",
    sources: &["drizzle-kit/0.31.11"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    fault(&RULE, change, context)
}
