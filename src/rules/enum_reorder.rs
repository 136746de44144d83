//! `enum.reorder`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "enum.reorder",
    severity: Severity::Dangerous,
    condition: "The values of an enum change their order.",
    effect: "drizzle-kit builds the type again without a prompt: every column of it is written twice, \
             and ORDER BY and comparisons give other results.",
    remedy: "Put the old order back; sort by an expression where another order is wanted.",
    postgres: "Two rewrites under ACCESS EXCLUSIVE; a later label is greater. A default that goes in the \
             same change still pins the old type: DROP TYPE fails (2BP01). A view, policy or generated \
             column that uses a column of the type stops it (0A000, measured).",
    sources: &[],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::ReorderEnumValues(enumeration) = change else { return None };
    let finding = RULE.finding(format!(
        "The values of {} change their order to {}.",
        enumeration.after.name,
        list(&enumeration.after.values)
    ));
    Some(match nobody_uses(enumeration.as_ref(), context) {
        Some(proof) => finding.with_severity(Severity::Safe).because(proof),
        None => match too_early(&enumeration.after, context) {
            Some(why) => finding.because(why),
            None => finding,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::{Dangerous, Safe};

    #[test]
    fn fires_on_another_order_only() {
        let of = |values: &[&str]| with_enum("status", values, [table("t", &["s status enum"])]);
        assert_eq!(case(of(&["a", "b"]), of(&["b", "a"])).says(RULE.id), Some(Dangerous));
        let unused = |values: &[&str]| with_enum("status", values, []);
        assert_eq!(case(unused(&["a", "b"]), unused(&["b", "a"])).worst(), Safe);
        assert_eq!(case(of(&["a", "b"]), of(&["a", "b", "c"])).says(RULE.id), None);
    }
}
