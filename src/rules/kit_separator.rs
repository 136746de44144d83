//! `kit.separator`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "kit.separator",
    severity: Severity::Dangerous,
    condition: "An expression or a name has a character that drizzle-kit uses as a separator.",
    effect: "It cuts the expression at it: what reaches the database is another check, index or \
             policy than the one written.",
    remedy: "Write the expression without it, or write the statement by hand.",
    postgres: "Held against drizzle-kit 0.31.11, statement by statement.",
    sources: &["drizzle-kit/0.31.11"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    fault(&RULE, change, context)
}
