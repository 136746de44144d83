//! `kit.name_taken`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "kit.name_taken",
    severity: Severity::Risky,
    condition: "drizzle-kit creates something under a name that something else still has.",
    effect: "The statement fails (42P07 or 42710), and nothing after it runs: drizzle-kit creates tables before \
             it drops views, keys and tables, and a renamed table's keys, indexes and sequences keep their \
             names.",
    remedy: "Rename or drop what has the name in a migration before this one.",
    postgres: "Tables, views, sequences and indexes share one space of names in a schema (42P07); their \
             types and the enums another, the constraints of a table a third (42710).",
    sources: &["drizzle-kit/0.31.11", "postgresql/42P07"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    fault(&RULE, change, context)
}
