//! `scope.entities_roles`

use super::prelude::*;
use crate::diff::Setting;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "scope.entities_roles",
    severity: Severity::Dangerous,
    condition: "entities.roles in drizzle.config changes.",
    effect: "drizzle-kit push starts to drop roles of the server that are not in the schema, or to \
             create those that exist.",
    remedy: "Leave it off, or name the provider and exclude what is not yours.",
    postgres: "Roles belong to the whole cluster.",
    sources: &["drizzle-kit/entities"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::ScopeChange(it) = change else { return None };
    if it.setting != Setting::EntitiesRoles {
        return None;
    }
    let finding = RULE.finding(format!("{it}: drizzle-kit push manages other roles than before."));
    if context.may_push() {
        return Some(finding);
    }
    let proof = "drizzle-kit generate does not look at the server's roles";
    Some(finding.with_severity(Severity::Safe).because(proof))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_on_entities() {
        assert_eq!(
            judged_scope(Setting::EntitiesRoles, &RULE).map(|it| it.severity),
            Some(Dangerous)
        );
        assert_eq!(judged_scope(Setting::TablesFilter, &RULE), None);
    }
}
