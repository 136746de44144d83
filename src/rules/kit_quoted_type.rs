//! `kit.quoted_type`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "kit.quoted_type",
    severity: Severity::Risky,
    condition: "drizzle-kit writes a type with a length, or in upper case, in quotes.",
    effect: "PostgreSQL takes the whole text for a name and finds no such type: the statement fails \
             (42704).",
    remedy: "Take the statement out of the migration and write the right one by hand; drizzle-kit \
             push cannot apply this change.",
    postgres: "Held against drizzle-kit 0.31.11, statement by statement.",
    sources: &["drizzle-kit/0.31.11"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    fault(&RULE, change, context)
}
