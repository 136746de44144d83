//! `kit.serial_type`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "kit.serial_type",
    severity: Severity::Risky,
    condition: "drizzle-kit changes a column to serial.",
    effect: "serial is no type a column can be changed to: the statement fails (42704), and nothing \
             after it runs.",
    remedy: "Create the sequence, own it by the column and set the default by hand; or make it an \
             identity column.",
    postgres: "Held against drizzle-kit 0.31.11, statement by statement.",
    sources: &["drizzle-kit/0.31.11"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    fault(&RULE, change, context)
}
