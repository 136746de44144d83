//! `kit.dropped_twice`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "kit.dropped_twice",
    severity: Severity::Risky,
    condition: "drizzle-kit drops a foreign key that went with its table.",
    effect: "DROP TABLE … CASCADE has removed it: the second DROP fails (42704), and nothing after it \
             runs.",
    remedy: "Take the second statement out.",
    postgres: "Held against drizzle-kit 0.31.11, statement by statement.",
    sources: &["drizzle-kit/0.31.11"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    fault(&RULE, change, context)
}
