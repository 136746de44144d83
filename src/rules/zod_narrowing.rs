//! `zod.narrowing`

use super::prelude::*;
use crate::codebase::DriftKind;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "zod.narrowing",
    severity: Severity::Risky,
    condition: "A column takes less than the Zod schema that mirrors it: NOT NULL, a shorter text, \
             fewer values.",
    effect: "Payloads that the API accepts fail in the database: an error 500 in place of a 400.",
    remedy: "Narrow the Zod schema first; if others send these payloads, give the API a new \
             version.",
    postgres: "23502, 22001, 22P02 or 23514 at the insert.",
    sources: &["drizzle-zod/createInsertSchema"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let message = "Zod accepts what the column refuses after this change.";
    drifted(&RULE, change, context, message, |kind, is_new| kind == DriftKind::TooWide && !is_new.0)
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Risky;

    #[test]
    fn fires_when_zod_accepts_more() {
        let says = |case: Case, kind| case.with_code(drift(kind), RULE.id).map(|it| it.severity);
        assert_eq!(says(column_retyped(), DriftKind::TooWide), Some(Risky));
        assert_eq!(says(column_retyped(), DriftKind::Different), None);
        assert_eq!(says(value_added(), DriftKind::TooWide), None);
    }
}
