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
    let uses = context.uses(change)?;
    let is_new = matches!(change, Change::AddEnumValue { .. });
    let found: Vec<_> = uses.drifts.iter().filter(|it| it.kind == DriftKind::TooWide && !is_new).collect();
    let severity = if found.iter().all(|it| it.is_info) { Severity::Safe } else { Severity::Risky };
    found.first()?;
    let finding = RULE.finding("Zod accepts what the column refuses after this change.").with_severity(severity);
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
    fn fires_when_zod_accepts_more() {
        let says = |case: Case, kind| case.with_code(drift(kind), RULE.id).map(|it| it.severity);
        assert_eq!(says(widened(), DriftKind::TooWide), Some(Risky));
        assert_eq!(says(widened(), DriftKind::Different), None);
        assert_eq!(says(added(), DriftKind::TooWide), None);
    }
}
