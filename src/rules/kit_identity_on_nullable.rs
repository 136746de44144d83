//! `kit.identity_on_nullable`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "kit.identity_on_nullable",
    severity: Severity::Risky,
    condition: "A nullable column becomes an identity column.",
    effect: "drizzle-kit leaves SET NOT NULL out: ADD GENERATED fails (55000).",
    remedy: "Write SET NOT NULL before it by hand.",
    postgres: "Held against drizzle-kit 0.31.11, statement by statement.",
    sources: &["drizzle-kit/0.31.11"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    fault(&RULE, change, context)
}
