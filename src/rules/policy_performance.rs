//! `policy.performance`

use super::prelude::*;
use crate::schema::Policy;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "policy.performance",
    severity: Severity::Risky,
    condition: "A policy calls auth.uid(), auth.jwt(), auth.role() or current_setting() for every row, or \
             several permissive policies hold for the same command and role.",
    effect: "A scan of a large table calls the function once a row, and evaluates every policy.",
    remedy: "Write `(select auth.uid())`, which is evaluated once; join the policies into one.",
    postgres: "A subquery without references to the row is an InitPlan: evaluated once a statement. \
             Permissive policies are joined by OR.",
    sources: &["splinter/0003_auth_rls_initplan", "splinter/0006_multiple_permissive_policies"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let (table, policy) = if let Change::CreatePolicy(it) = change {
        (&it.table, &it.what)
    } else if let Change::AlterPolicy(it) = change {
        (&it.table, &it.what.after)
    } else {
        return None;
    };
    let name = policy_table(table, policy);
    let texts = [&policy.using, &policy.with_check];
    if let Some(call) = texts.into_iter().flatten().find_map(|text| per_row(text)) {
        let message = format!("Policy {} on {name} calls {call} for every row.", policy.name);
        return Some(RULE.finding(message));
    }
    let other =
        context.schemas.after.table(table)?.policies.values().find(|it| overlaps(it, policy))?;
    Some(RULE.finding(format!(
        "Policies {} and {} on {name} hold for the same command and role.",
        policy.name, other.name
    )))
}

/// A call that stands outside of a subquery.
fn per_row(text: &str) -> Option<&'static str> {
    let text = text.to_ascii_lowercase();
    let calls = ["auth.uid()", "auth.jwt()", "auth.role()", "auth.email()", "current_setting("];
    calls.into_iter().find(|call| {
        text.match_indices(call).any(|(at, _)| {
            let before = text.get(..at).unwrap_or_default().trim_end();
            !before.ends_with("select")
        })
    })
}

fn overlaps(a: &Policy, b: &Policy) -> bool {
    let same_command = a.command == b.command || a.command == "ALL" || b.command == "ALL";
    let same_role = a.to.iter().any(|role| role == "public" || b.to.contains(role))
        || b.to.iter().any(|role| role == "public");
    let permissive = |it: &Policy| it.permissive == "PERMISSIVE";
    a.name != b.name && permissive(a) && permissive(b) && same_command && same_role
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;

    #[test]
    fn fires_on_a_call_for_every_row_and_on_overlapping_policies() {
        let funds = || table("funds", &["owner uuid"]).rls();
        let judged =
            |after| case(schema([funds()]), schema([after])).policy(RULE.id).messages(RULE.id);
        assert_eq!(
            judged(funds().policy("own", "owner = auth.uid()")),
            ["Policy own on public.funds calls auth.uid() for every row."]
        );
        let once = "owner = (select auth.uid())";
        assert_eq!(judged(funds().policy("own", once)).len(), 0);
        assert_eq!(judged(funds().policy("own", once).policy("all", "true")).len(), 2);
    }
}
