//! `policy.user_metadata`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "policy.user_metadata",
    severity: Severity::Dangerous,
    condition: "A policy trusts data that users can edit themselves.",
    effect: "Whoever writes the right value into their own profile gets through.",
    remedy: "Use app_metadata, or a table that only the server writes.",
    postgres: "user_metadata and raw_user_meta_data of Supabase are writable by the user.",
    sources: &["splinter/0015_rls_references_user_metadata"],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let (table, policies) = if let Change::CreatePolicy(it) = change {
        (&it.table, vec![&it.what])
    } else if let Change::AlterPolicy(it) = change {
        (&it.table, vec![&it.what.after])
    } else if let Change::CreateTable(it) = change {
        (&it.name, it.policies.values().collect())
    } else {
        return None;
    };
    let trusts = |text: &Option<String>| {
        let text = text.as_deref().unwrap_or_default();
        text.contains("user_metadata") || text.contains("raw_user_meta_data")
    };
    let policy = policies.into_iter().find(|it| trusts(&it.using) || trusts(&it.with_check))?;
    let table = policy_table(table, policy);
    Some(RULE.finding(format!("Policy {} on {table} trusts user metadata.", policy.name)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_on_editable_data() {
        let funds = || table("funds", &["id uuid primary key"]).rls();
        let using = "(auth.jwt() -> 'user_metadata' ->> 'role') = 'admin'";
        let trusting = || schema([funds().policy("admins", using)]);
        assert_eq!(case(schema([funds()]), trusting()).says(RULE.id), Some(Dangerous));
        assert_eq!(case(schema([]), trusting()).says(RULE.id), Some(Dangerous));
        let other = schema([funds().policy("admins", "auth.jwt() -> 'app_metadata' is not null")]);
        assert_eq!(case(schema([funds()]), other).says(RULE.id), None);
    }
}
