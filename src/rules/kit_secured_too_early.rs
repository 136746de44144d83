//! `kit.secured_too_early`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "kit.secured_too_early",
    severity: Severity::Risky,
    condition: "A table with row-level security is renamed or moved to another schema.",
    effect: "drizzle-kit takes it for a new table and switches its row-level security first, under the name it \
             gets later: the statement fails (42P01), and nothing after it runs.",
    remedy: "Take the statement out: a rename keeps row-level security as it is.",
    postgres: "42P01: the relation does not exist yet (measured on PostgreSQL 13 and 18).",
    sources: &["drizzle-kit/0.31.11"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    fault(&RULE, change, context)
}
