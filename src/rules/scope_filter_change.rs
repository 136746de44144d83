//! `scope.filter_change`

use super::prelude::*;
use crate::diff::Setting;

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

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::ScopeChange(it) = change else { return None };
    let finding = RULE.finding(format!("{it}."));
    match &it.setting {
        Setting::SchemaFilter | Setting::TablesFilter | Setting::ExtensionsFilters => {
            if context.may_push() {
                return Some(finding);
            }
            let proof = "drizzle-kit generate does not look at the database";
            Some(finding.with_severity(Severity::Safe).because(proof))
        }
        Setting::Paths => {
            let left = context.schemas.after.hidden.keys();
            let left =
                left.filter(|table| context.schemas.before.tables.contains_key(*table)).count();
            let what = match left {
                0 => "every table that leaves or comes with it is judged on its own".to_owned(),
                _ => format!(
                    "tables that drizzle-kit no longer sees: {left}; each is judged on its own"
                ),
            };
            Some(finding.with_severity(Severity::Safe).because(what))
        }
        Setting::EntitiesRoles
        | Setting::Casing
        | Setting::Export
        | Setting::Key
        | Setting::ColumnOrder
        | Setting::Mode
        | Setting::Relations
        | Setting::Kit
        | Setting::Force
        | Setting::Migrations(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Executor;
    use crate::rules::Severity::{Dangerous, Safe};

    #[test]
    fn fires_on_filters() {
        let severity = |setting| judged_scope(setting, &RULE).map(|it| it.severity);
        assert_eq!(severity(Setting::SchemaFilter), Some(Dangerous));
        assert_eq!(severity(Setting::Paths), Some(Safe));
        assert_eq!(severity(Setting::EntitiesRoles), None);
        let filter = Scope::of_schema(Setting::TablesFilter, None, Some("funds*".to_owned()));
        let migrated = judged_setting(filter, &RULE, Executor::Migrate);
        assert_eq!(migrated.map(|it| it.severity), Some(Safe));
    }
}
