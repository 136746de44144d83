//! `kit.bare_enum`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "kit.bare_enum",
    severity: Severity::Risky,
    condition: "The name of an enum begins like a type of PostgreSQL's own.",
    effect: "drizzle-kit writes it without schema and quotes: the statement fails, or finds another \
             type.",
    remedy: "Rename the enum, or write the statement by hand.",
    postgres: "Held against drizzle-kit 0.31.11, statement by statement.",
    sources: &["drizzle-kit/0.31.11"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    fault(&RULE, change, context)
}
