//! `unique.on_conflict`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "unique.on_conflict",
    severity: Severity::Dangerous,
    condition: "What made rows unique goes, or becomes another, while an insert names it in ON \
             CONFLICT.",
    effect: "The insert fails every time; one whose ON CONFLICT names no columns adds a second row instead of \
             doing nothing.",
    remedy: "Keep the old index until the code is gone; for a partial index write targetWhere.",
    postgres: "42P10: there is no unique or exclusion constraint matching the ON CONFLICT \
             specification (measured); a partial index serves only a target with its predicate.",
    sources: &["drizzle-orm/onConflictDoUpdate"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let uses = context.uses(change)?;
    uses.conflicts.first()?;
    let fails = uses.conflicts.iter().any(|it| it.has_target && !it.is_test);
    let severity = if fails { Severity::Dangerous } else { Severity::Risky };
    let named = uses.conflicts.iter().any(|it| it.has_target);
    let message = if named {
        "Inserts name it in ON CONFLICT."
    } else {
        "Inserts with ON CONFLICT rely on it."
    };
    let finding = RULE.finding(message).with_severity(severity);
    let said = uses.conflicts.iter().map(|it| {
        let then = if it.has_target {
            "this insert fails then (42P10)"
        } else {
            "this insert may add a second row then"
        };
        format!("{then}: {}: {}", it.origin, it.text)
    });
    Some(said.fold(finding, Finding::because))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::codebase::Conflicting;
    use crate::origin::Origin;
    use crate::rules::Severity::{Dangerous, Risky};

    #[test]
    fn fires_on_an_upsert() {
        let funds = || table("funds", &["code text"]);
        let dropped = || case(schema([funds().unique("u", &["code"])]), schema([funds()]));
        let uses = |is_test, has_target| {
            let origin = Origin::new("src/import.ts", 7, 4);
            let text = "target: funds.code".to_owned();
            let it = Conflicting { change: 0, is_test, origin, text, has_target };
            Uses { conflicts: vec![it], ..Uses::default() }
        };
        let says = |uses| dropped().with_code(uses, RULE.id).map(|it| it.severity);
        assert_eq!(says(uses(false, true)), Some(Dangerous));
        assert_eq!(says(uses(true, true)), Some(Risky));
        assert_eq!(says(uses(false, false)), Some(Risky));
        assert_eq!(says(Uses::default()), None);
    }
}
