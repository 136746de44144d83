//! `enum.value.add_exhaustive`

use super::prelude::*;
use crate::codebase::DriftKind;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "enum.value.add_exhaustive",
    severity: Severity::Risky,
    condition: "A new enum value is unknown to a Zod schema that lists the values.",
    effect: "Code that is deployed refuses the rows that have it.",
    remedy: "Teach the readers the value and deploy them; then write it.",
    postgres: "The database takes the value as soon as the type has it.",
    sources: &["drizzle-zod/createSelectSchema"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let message = "Code does not know the new value.";
    drifted(&RULE, change, context, message, |kind, is_new| {
        kind == DriftKind::TooNarrow && is_new.0
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Risky;

    #[test]
    fn fires_on_a_value_that_zod_rejects() {
        let says = |case: Case, kind| case.with_code(drift(kind), RULE.id).map(|it| it.severity);
        assert_eq!(says(value_added(), DriftKind::TooNarrow), Some(Risky));
        assert_eq!(says(value_added(), DriftKind::Different), None);
        assert_eq!(says(column_retyped(), DriftKind::TooNarrow), None);
    }
}
