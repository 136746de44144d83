//! `scope.filter_change`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "scope.filter_change",
    severity: Severity::Dangerous,
    condition: "What Drizzle looks at changes: tablesFilter, schemaFilter, extensionsFilters or the \
             schema paths.",
    effect: "drizzle-kit push drops what it now sees in the database and does not find in the schema, \
             or no longer manages what it did.",
    remedy: "Run drizzle-kit push against a copy and read its statements before the real one.",
    postgres: "push compares the filtered database with the whole TypeScript schema.",
    sources: &["drizzle-orm/4796", "drizzle-orm/5190"],
    check,
};

/// The keys of drizzle.config that decide it.
const SETTINGS: &[&str] = &["tablesFilter", "schemaFilter", "extensionsFilters", "schema"];

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let Change::ScopeChange { setting, value } = change else { return None };
    if !SETTINGS.contains(&setting.as_str()) {
        return None;
    }
    let said = |it: &Option<String>| it.clone().unwrap_or_else(|| "nothing".to_owned());
    Some(RULE.finding(format!("{setting} changes from {} to {}.", said(&value.before), said(&value.after))))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_on_filters() {
        assert_eq!(judged_scope("schemaFilter", RULE.check), Some(Dangerous));
        assert_eq!(judged_scope("entities.roles", RULE.check), None);
    }
}
