//! `enum.policy`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "enum.policy",
    severity: Severity::Risky,
    condition: "An enum type is created.",
    effect: "A value can be added to it and renamed, but never removed; another order, or one value less, \
             needs a new type and a rewrite of every table that uses it.",
    remedy: "Use a lookup table with a foreign key, or text with a CHECK.",
    postgres: "There is no ALTER TYPE … DROP VALUE in any version. A value added in a transaction cannot \
             be used in it (55P04).",
    sources: &["eugene/W13", "skeema/has-enum"],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let Change::CreateEnum(it) = change else { return None };
    Some(RULE.finding(format!("Enum {} is created.", it.name)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Risky;

    #[test]
    fn fires_on_a_new_enum() {
        let stage = |values: &[&str]| with_enum("stage", values, []);
        let says = |before, after| case(before, after).policy(RULE.id).says(RULE.id);
        assert_eq!(says(schema([]), stage(&["seed"])), Some(Risky));
        assert_eq!(says(stage(&["seed"]), stage(&["seed", "growth"])), None);
    }
}
