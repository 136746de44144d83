//! `policy.as_change`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "policy.as_change",
    severity: Severity::Dangerous,
    condition: "A policy changes between permissive and restrictive.",
    effect: "What it adds to and what it takes from the other policies is reversed; drizzle-kit push \
             creates it again without its expressions.",
    remedy: "Do it in one transaction, with a migration.",
    postgres: "AS cannot be altered; DROP and CREATE. drizzle-kit 0.31 push creates it without USING \
             (measured).",
    sources: &["pg-schema-diff/AUTHZ_UPDATE"],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let Change::AlterPolicy(it) = change else { return None };
    let Diff { before, after } = &it.what;
    if before.permissive.eq_ignore_ascii_case(&after.permissive) {
        return None;
    }
    Some(RULE.finding(format!(
        "Policy {} on {} becomes {}.",
        after.name,
        policy_table(&it.table, after),
        after.permissive.to_ascii_lowercase()
    )))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_in_both_directions() {
        let of = |kind: &str| {
            let kind = kind.to_owned();
            schema([table("funds", &["id uuid"])
                .policy("own", "x")
                .edit_policy("own", |it| it.permissive = kind)])
        };
        assert_eq!(case(of("PERMISSIVE"), of("RESTRICTIVE")).says(RULE.id), Some(Dangerous));
        assert_eq!(case(of("RESTRICTIVE"), of("PERMISSIVE")).says(RULE.id), Some(Dangerous));
        assert_eq!(case(of("PERMISSIVE"), of("PERMISSIVE")).says(RULE.id), None);
        let open = schema([table("funds", &["id uuid"])]);
        assert_eq!(case(open, of("PERMISSIVE")).says(RULE.id), None);
    }
}
