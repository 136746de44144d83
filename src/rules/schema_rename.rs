//! `schema.rename`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "schema.rename",
    severity: Severity::Dangerous,
    condition: "A schema is renamed.",
    effect: "Every running client that names the old schema fails at once (3F000, 42P01).",
    remedy: "Create the new schema, move the tables one by one and leave updatable views in the old \
             schema until all clients are deployed.",
    postgres: "ALTER SCHEMA RENAME changes the catalog only; no client keeps working with the old name.",
    sources: &["strong_migrations/rename_schema"],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let Change::RenameSchema(name) = change else { return None };
    Some(RULE.finding(format!("Schema {} is renamed to {}.", name.before, name.after)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_on_a_stated_rename() {
        let named = |name: &str| {
            let mut it = schema([]);
            it.schemas.insert(name.to_owned(), ());
            it
        };
        let renamed = case(named("sales"), named("crm")).rename("schema:sales=crm");
        assert_eq!(renamed.says(RULE.id), Some(Dangerous));
        assert_eq!(case(named("sales"), named("crm")).says(RULE.id), None);
    }
}
