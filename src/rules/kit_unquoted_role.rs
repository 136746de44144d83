//! `kit.unquoted_role`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "kit.unquoted_role",
    severity: Severity::Risky,
    condition: "A role of an altered policy needs quotes.",
    effect: "drizzle-kit does not quote it: the statement fails (42704) or names another role.",
    remedy: "Take the statement out of the migration and write the right one by hand; drizzle-kit \
             push cannot apply this change.",
    postgres: "Held against drizzle-kit 0.31.11, statement by statement.",
    sources: &["drizzle-kit/0.31.11"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    fault(&RULE, change, context)
}
