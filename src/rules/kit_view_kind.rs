//! `kit.view_kind`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "kit.view_kind",
    severity: Severity::Risky,
    condition: "A view becomes materialized, or stops to be.",
    effect: "drizzle-kit writes nothing for it, and the database keeps the other kind; or it drops it as the kind \
             that it becomes, and the statement fails (42809).",
    remedy: "Drop it and create it by hand.",
    postgres: "Held against drizzle-kit 0.31.11, statement by statement.",
    sources: &["drizzle-kit/0.31.11"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    fault(&RULE, change, context)
}
