//! `sequence.drop`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "sequence.drop",
    severity: Severity::Dangerous,
    condition: "A sequence is dropped.",
    effect: "The last number given out is lost: created again it starts over and collides with \
             existing keys.",
    remedy: "Record its last value first.",
    postgres: "2BP01 while a default uses it.",
    sources: &["pg-schema-diff/DELETES_DATA"],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let Change::DropSequence(it) = change else { return None };
    Some(RULE.finding(format!("Sequence {} is dropped.", it.name)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_on_a_dropped_sequence() {
        assert_eq!(case(with_sequence(|_| ()), schema([])).says(RULE.id), Some(Dangerous));
        assert_eq!(case(schema([]), with_sequence(|_| ())).says(RULE.id), None);
    }
}
