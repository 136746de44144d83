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
    let uses = context.uses(change)?;
    let is_new = matches!(change, Change::AddEnumValue { .. });
    let found: Vec<_> = uses.drifts.iter().filter(|it| is_new && it.kind == DriftKind::TooNarrow).collect();
    let severity = if found.iter().all(|it| it.is_info) { Severity::Safe } else { Severity::Risky };
    found.first()?;
    let finding = RULE.finding("Code does not know the new value.").with_severity(severity);
    let said = found.into_iter().map(|it| format!("{}: {}", it.origin, it.message));
    Some(said.fold(finding, Finding::because))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::codebase::{Drift, DriftKind};
    use crate::origin::Origin;
    use crate::rules::Severity::Risky;

    fn added() -> Case {
        let before = with_enum("stage", &["seed"], []);
        case(before, with_enum("stage", &["seed", "growth"], []))
    }

    fn widened() -> Case {
        let before = schema([table("funds", &["size integer"])]);
        case(before, schema([table("funds", &["size text"])]))
    }

    fn drift(kind: DriftKind) -> Uses {
        let origin = Origin::new("shared/schemas/funds.ts", 2, 3);
        let message = "`FundSchema.size` differs".to_owned();
        let drift = Drift { change: 0, origin, message, is_info: false, kind };
        Uses { drifts: vec![drift], ..Uses::default() }
    }

    #[test]
    fn fires_on_a_value_that_zod_rejects() {
        let says = |case: Case, kind| case.with_code(drift(kind), RULE.id).map(|it| it.severity);
        assert_eq!(says(added(), DriftKind::TooNarrow), Some(Risky));
        assert_eq!(says(added(), DriftKind::Different), None);
        assert_eq!(says(widened(), DriftKind::TooNarrow), None);
    }
}
