//! `kit.default_and_identity`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "kit.default_and_identity",
    severity: Severity::Risky,
    condition: "A column gets a default while it is an identity or generated column, or the other way round.",
    effect: "drizzle-kit sets a default before it drops the identity or the expression, and keeps a default \
             that stands beside one: the statement fails, and nothing after it runs.",
    remedy: "Drop the identity or the expression first, in a migration of its own; never declare both.",
    postgres: "42601 for a default on an identity or generated column and for both in one definition; 55000 \
               for an identity on a column with a default (measured on PostgreSQL 13 and 18).",
    sources: &["drizzle-kit/0.31.11", "postgresql/42601"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    fault(&RULE, change, context)
}
