//! `policy.roles`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "policy.roles",
    severity: Severity::Dangerous,
    condition: "The roles of a policy change.",
    effect: "A permissive policy lets more roles through, or a restrictive one holds fewer back.",
    remedy: "Name only the roles that need it; never public by accident.",
    postgres: "Without TO a policy is for public, that is everybody.",
    sources: &["pg-schema-diff/AUTHZ_UPDATE"],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let Change::AlterPolicy(it) = change else { return None };
    let Diff { before, after } = &it.what;
    if before.to == after.to {
        return None;
    }
    let finding = RULE.finding(format!(
        "Policy {} on {} is for {} instead of {}.",
        after.name,
        policy_table(&it.table, after),
        list(&after.to),
        list(&before.to)
    ));
    let is_public = |roles: &[String]| roles.iter().any(|role| role == "public");
    let within = |inner: &[String], outer: &[String]| {
        is_public(outer) || inner.iter().all(|role| outer.contains(role))
    };
    let narrows = within(&after.to, &before.to) && (!is_public(&after.to) || is_public(&before.to));
    let widens = within(&before.to, &after.to);
    let permissive = after.permissive.eq_ignore_ascii_case("permissive");
    let holds_more = if permissive { narrows && !widens } else { widens && !narrows };
    if holds_more {
        let proof = "fewer rows are visible to fewer roles than before";
        return Some(finding.with_severity(Severity::Risky).because(proof));
    }
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::{Dangerous, Risky};

    #[test]
    fn widening_is_dangerous_narrowing_risky() {
        let of = |roles: &[&str]| {
            let roles: Vec<String> = roles.iter().map(|&it| it.to_owned()).collect();
            schema([table("funds", &["id uuid"])
                .policy("own", "x")
                .edit_policy("own", |it| it.to = roles)])
        };
        assert_eq!(case(of(&["analyst"]), of(&["public"])).says(RULE.id), Some(Dangerous));
        assert_eq!(
            case(of(&["analyst"]), of(&["analyst", "guest"])).says(RULE.id),
            Some(Dangerous)
        );
        assert_eq!(case(of(&["public"]), of(&["analyst"])).says(RULE.id), Some(Risky));
        assert_eq!(case(of(&["public"]), of(&["public"])).says(RULE.id), None);
        let open = schema([table("funds", &["id uuid"])]);
        assert_eq!(case(open, of(&["public"])).says(RULE.id), None);
    }
}
