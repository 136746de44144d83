//! `zod.mismatch`

use super::prelude::*;
use crate::codebase::DriftKind;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "zod.mismatch",
    severity: Severity::Risky,
    condition: "A Zod schema that mirrors the table differs from it after the change: a field too \
             much or too few, another type, values it does not know.",
    effect: "Requests are refused that the database would take, or the other way round.",
    remedy: "Change the Zod schema in the same commit, or derive it with drizzle-zod.",
    postgres: "PostgreSQL knows nothing of it.",
    sources: &["drizzle-zod/createSelectSchema"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let message = "Zod schemas differ from the table after this change.";
    drifted(&RULE, change, context, message, |kind, is_new| match kind {
        DriftKind::Different => true,
        DriftKind::TooNarrow => !is_new.0,
        DriftKind::TooWide => false,
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Risky;

    #[test]
    fn fires_on_a_difference() {
        let says = |case: Case, kind| case.with_code(drift(kind), RULE.id).map(|it| it.severity);
        assert_eq!(says(column_retyped(), DriftKind::Different), Some(Risky));
        assert_eq!(says(column_retyped(), DriftKind::TooNarrow), Some(Risky));
        assert_eq!(says(value_added(), DriftKind::TooNarrow), None);
        assert_eq!(says(column_retyped(), DriftKind::TooWide), None);
    }
}
