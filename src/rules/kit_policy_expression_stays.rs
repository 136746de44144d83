//! `kit.policy_expression_stays`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "kit.policy_expression_stays",
    severity: Severity::Dangerous,
    condition: "An expression is taken from a policy.",
    effect: "ALTER POLICY cannot take it away, and drizzle-kit writes nothing else: the old \
             expression stays in force.",
    remedy: "Drop the policy and create it in one transaction.",
    postgres: "Held against drizzle-kit 0.31.11, statement by statement.",
    sources: &["drizzle-kit/0.31.11"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    fault(&RULE, change, context)
}
