//! `kit.undefined_schema`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "kit.undefined_schema",
    severity: Severity::Risky,
    condition: "drizzle-kit changes a column to a type that it does not know.",
    effect: "It writes the type into a schema called \"undefined\": the statement fails (3F000), and \
             nothing after it runs.",
    remedy: "Take the statement out of the migration and write the right one by hand; drizzle-kit \
             push cannot apply this change.",
    postgres: "Held against drizzle-kit 0.31.11, statement by statement.",
    sources: &["drizzle-kit/0.31.11"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    fault(&RULE, change, context)
}
