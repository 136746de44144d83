//! `policy.expression`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "policy.expression",
    severity: Severity::Dangerous,
    condition: "USING or WITH CHECK of a policy changes.",
    effect: "Other rows are visible or writable than before; drizzle-kit push does not see it, so a \
             security fix is not applied.",
    remedy: "Apply it with a migration, and verify it in the database.",
    postgres: "ALTER POLICY: ACCESS EXCLUSIVE, catalog only. drizzle-kit push (0.31 and 1.0-rc.4) \
             reports no changes (measured).",
    sources: &["pg-schema-diff/AUTHZ_UPDATE", "drizzle-orm/4078"],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let Change::AlterPolicy(it) = change else { return None };
    let Diff { before, after } = &it.what;
    if before.using == after.using && before.with_check == after.with_check {
        return None;
    }
    let table = policy_table(&it.table, after);
    let said = |it: &Option<String>| it.clone().unwrap_or_else(|| "nothing".to_owned());
    let (word, old, new) = if before.using == after.using {
        ("WITH CHECK", &before.with_check, &after.with_check)
    } else {
        ("USING", &before.using, &after.using)
    };
    Some(RULE.finding(format!(
        "{word} of policy {} on {table} changes from {} to {}.",
        after.name,
        said(old),
        said(new)
    )))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_on_another_expression() {
        let of = |using: &str| schema([table("funds", &["id uuid"]).policy("own", using)]);
        let changed = case(of("a = 1"), of("a = 2"));
        assert_eq!(
            changed.messages(RULE.id),
            ["USING of policy own on public.funds changes from a = 1 to a = 2."]
        );
        assert_eq!(changed.says(RULE.id), Some(Dangerous));
        assert_eq!(case(of("a = 1"), of("a = 1")).says(RULE.id), None);
        let open = schema([table("funds", &["id uuid"])]);
        assert_eq!(case(open, of("a = 1")).says(RULE.id), None);
    }
}
