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
    let uses = context.uses(change)?;
    let is_new = matches!(change, Change::AddEnumValue { .. });
    let found: Vec<_> = uses.drifts.iter().filter(|it| match it.kind {
        DriftKind::Different => true,
        DriftKind::TooNarrow => !is_new,
        DriftKind::TooWide => false,
    }).collect();
    let severity = if found.iter().all(|it| it.is_info) { Severity::Safe } else { Severity::Risky };
    found.first()?;
    let finding = RULE.finding("Zod schemas differ from the table after this change.").with_severity(severity);
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
    fn fires_on_a_difference() {
        let says = |case: Case, kind| case.with_code(drift(kind), RULE.id).map(|it| it.severity);
        assert_eq!(says(widened(), DriftKind::Different), Some(Risky));
        assert_eq!(says(widened(), DriftKind::TooNarrow), Some(Risky));
        assert_eq!(says(added(), DriftKind::TooNarrow), None);
        assert_eq!(says(widened(), DriftKind::TooWide), None);
    }
}
