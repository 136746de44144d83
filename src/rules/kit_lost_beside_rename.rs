//! `kit.lost_beside_rename`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "kit.lost_beside_rename",
    severity: Severity::Dangerous,
    condition: "Something changes beside the rename of its column or table.",
    effect: "drizzle-kit emits only the rename; its snapshot already holds the rest, so the change is \
             never made.",
    remedy: "Rename in one migration, change the rest in the next.",
    postgres: "Held against drizzle-kit 0.31.11, statement by statement.",
    sources: &["drizzle-kit/0.31.11"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    fault(&RULE, change, context)
}
