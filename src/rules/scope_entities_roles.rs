//! `scope.entities_roles`

use super::prelude::*;

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

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let Change::ScopeChange { setting, .. } = change else { return None };
    if !setting.starts_with("entities") {
        return None;
    }
    Some(RULE.finding(format!("{setting} changes: drizzle-kit push manages other roles than before.")))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_on_entities() {
        assert_eq!(judged_scope("entities.roles", RULE.check), Some(Dangerous));
        assert_eq!(judged_scope("tablesFilter", RULE.check), None);
    }
}
