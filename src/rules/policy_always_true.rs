//! `policy.always_true`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "policy.always_true",
    severity: Severity::Dangerous,
    condition: "A policy lets everything through, or has no expression.",
    effect: "USING (true): every row is visible to the roles it names. Without USING a permissive \
             policy shows no row, and a restrictive one restricts nothing.",
    remedy: "Write the condition that is meant.",
    postgres: "true: all rows; missing USING: no row (measured). drizzle-kit 0.31 push drops USING when \
             it creates a policy again.",
    sources: &["splinter/0024", "drizzle-orm/3504"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let (before, table, policy) = if let Change::CreatePolicy(it) = change {
        (None, &it.table, &it.what)
    } else if let Change::AlterPolicy(it) = change {
        (Some(&it.what.before), &it.table, &it.what.after)
    } else {
        return None;
    };
    let is_true = |text: &Option<String>| {
        let plain = |it: &String| it.trim_matches(['(', ')', ' ']).eq_ignore_ascii_case("true");
        text.as_ref().is_some_and(plain)
    };
    let open = |it: &crate::schema::Policy| is_true(&it.using) || is_true(&it.with_check);
    let empty = |it: &crate::schema::Policy| it.using.is_none() && it.with_check.is_none();
    if renamed_policy(change, context) {
        return None;
    }
    let name = policy_table(table, policy);
    if open(policy) && !before.is_some_and(open) {
        return Some(
            RULE.finding(format!("Policy {} on {name} lets every row through.", policy.name)),
        );
    }
    if empty(policy) && !before.is_some_and(empty) {
        return Some(RULE.finding(format!("Policy {} on {name} has no expression.", policy.name)));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_on_true_and_on_nothing() {
        let funds = || table("funds", &["id uuid"]).rls();
        let with = |using: &str| schema([funds().policy("all", using)]);
        assert_eq!(case(schema([funds()]), with("true")).says(RULE.id), Some(Dangerous));
        assert_eq!(case(with("id = 1"), with("(true)")).says(RULE.id), Some(Dangerous));
        let none = schema([funds().policy("all", "x").edit_policy("all", |it| it.using = None)]);
        assert_eq!(case(schema([funds()]), none).says(RULE.id), Some(Dangerous));
        assert_eq!(case(schema([funds()]), with("id = auth.uid()")).says(RULE.id), None);
    }
}
