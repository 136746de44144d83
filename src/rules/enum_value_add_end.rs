//! `enum.value.add_end`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "enum.value.add_end",
    severity: Severity::Safe,
    condition: "A value is appended to an enum.",
    effect: "No table is locked; the value can be used once the transaction is committed.",
    remedy: "Put it into a migration and a transaction of its own, and deploy code that knows it \
             before any row has it.",
    postgres: "ALTER TYPE … ADD VALUE: no table lock; using the value in the same transaction fails \
             with 55P04 (measured on PostgreSQL 12 to 18).",
    sources: &["squawk/require-enum-value-ordering"],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let Change::AddEnumValue { value, enumeration } = change else { return None };
    let kept = |it: &&String| enumeration.before.values.contains(*it);
    if enumeration.after.values.iter().skip_while(|it| *it != value).any(|it| kept(&it)) {
        return None;
    }
    Some(RULE.finding(format!("{} gets the value '{value}' at its end.", enumeration.after.name)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Safe;

    #[test]
    fn safe_at_the_end_only() {
        let of = |values: &[&str]| with_enum("status", values, []);
        let end = case(of(&["a", "b"]), of(&["a", "b", "c", "d"]));
        assert_eq!((end.findings(RULE.id).len(), end.worst()), (2, Safe));
        assert_eq!(case(of(&["a", "b"]), of(&["a", "x", "b"])).says(RULE.id), None);
    }
}
