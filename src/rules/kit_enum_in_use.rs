//! `kit.enum_in_use`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "kit.enum_in_use",
    severity: Severity::Risky,
    condition: "drizzle-kit drops a type while a column still has it.",
    effect: "The statement fails (2BP01), and nothing after it runs.",
    remedy: "Change the column first.",
    postgres: "Held against drizzle-kit 0.31.11, statement by statement.",
    sources: &["drizzle-kit/0.31.11"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    fault(&RULE, change, context)
}
