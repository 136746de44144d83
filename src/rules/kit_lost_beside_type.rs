//! `kit.lost_beside_type`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "kit.lost_beside_type",
    severity: Severity::Dangerous,
    condition: "Something changes beside a type that differs only by a space.",
    effect: "drizzle-kit takes the column for unchanged: the change is never made, and its snapshot \
             says that it was.",
    remedy: "Change it in a migration of its own, written by hand.",
    postgres: "Held against drizzle-kit 0.31.11, statement by statement.",
    sources: &["drizzle-kit/0.31.11"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    fault(&RULE, change, context)
}
