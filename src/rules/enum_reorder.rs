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
    postgres: "Two rewrites under ACCESS EXCLUSIVE; a later label is greater (measured).",
    sources: &[],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let Change::ReorderEnumValues(enumeration) = change else { return None };
    Some(RULE.finding(format!(
        "The values of {} change their order to {}.",
        enumeration.after.name,
        list(&enumeration.after.values)
    )))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_on_another_order_only() {
        let of = |values: &[&str]| with_enum("status", values, []);
        assert_eq!(case(of(&["a", "b"]), of(&["b", "a"])).says(RULE.id), Some(Dangerous));
        assert_eq!(case(of(&["a", "b"]), of(&["a", "b", "c"])).says(RULE.id), None);
    }
}
