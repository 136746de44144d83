//! `kit.not_null_lost`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "kit.not_null_lost",
    severity: Severity::Risky,
    condition: "Another column of the table gets or loses an identity.",
    effect: "drizzle-kit leaves this NOT NULL change out, and its snapshot says that it was made.",
    remedy: "Change it in a migration of its own.",
    postgres: "Held against drizzle-kit 0.31.11, statement by statement.",
    sources: &["drizzle-kit/0.31.11"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    fault(&RULE, change, context)
}
