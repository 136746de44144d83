//! `enum.value.add_middle`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "enum.value.add_middle",
    severity: Severity::Risky,
    condition: "A value is inserted between the values of an enum.",
    effect: "ORDER BY, comparisons and ranges give other results for existing rows.",
    remedy: "Append it, unless the order is meant.",
    postgres: "ALTER TYPE … ADD VALUE … BEFORE: no rewrite, no table lock.",
    sources: &["squawk/require-enum-value-ordering"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::AddEnumValue { value, enumeration } = change else { return None };
    let mut later = enumeration.after.values.iter().skip_while(|it| *it != value);
    let next = later.find(|it| enumeration.before.values.contains(it))?;
    let finding = RULE
        .finding(format!("{} gets the value '{value}' before '{next}'.", enumeration.after.name));
    let earlier = enumeration.after.values.iter().take_while(|it| *it != value);
    if !earlier.into_iter().any(|it| enumeration.before.values.contains(it)) {
        let proof = "it comes before all old values, whose order and ranges stay as they are";
        return Some(finding.with_severity(Severity::Safe).because(proof));
    }
    Some(match nobody_used(&enumeration.before, context) {
        Some(proof) => finding.with_severity(Severity::Safe).because(proof),
        None => finding,
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::{Risky, Safe};

    #[test]
    fn fires_before_an_old_value() {
        let of = |values: &[&str]| with_enum("status", values, [table("t", &["s status enum"])]);
        let middle = case(of(&["a", "b"]), of(&["a", "x", "b"]));
        assert_eq!(middle.messages(RULE.id), ["public.status gets the value 'x' before 'b'."]);
        assert_eq!(middle.says(RULE.id), Some(Risky));
        assert_eq!(case(of(&["a"]), of(&["a", "b"])).says(RULE.id), None);
        assert_eq!(case(of(&["a", "b"]), of(&["x", "a", "b"])).says(RULE.id), Some(Safe));
        let unused = |values: &[&str]| with_enum("status", values, []);
        assert_eq!(case(unused(&["a", "b"]), unused(&["a", "c", "b"])).worst(), Safe);
        assert_eq!(case(unused(&["a", "b"]), of(&["a", "c", "b"])).says(RULE.id), Some(Safe));
    }
}
