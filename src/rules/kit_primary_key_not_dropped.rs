//! `kit.primary_key_not_dropped`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "kit.primary_key_not_dropped",
    severity: Severity::Risky,
    condition: "A .primaryKey() column stops to be the primary key.",
    effect: "drizzle-kit generate writes only a comment: the key stays, and a new one fails (42P16).",
    remedy: "Write ALTER TABLE … DROP CONSTRAINT by hand.",
    postgres: "Held against drizzle-kit 0.31.11, statement by statement.",
    sources: &["drizzle-kit/0.31.11"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    fault(&RULE, change, context)
}
