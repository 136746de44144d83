//! `default.drop_on_not_null`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "default.drop_on_not_null",
    severity: Severity::Dangerous,
    condition: "A NOT NULL column loses its default.",
    effect: "Every INSERT that leaves it out fails (23502); Drizzle sends DEFAULT for it, which is \
             now NULL.",
    remedy: "Deploy code that always supplies the value first, then drop the default.",
    postgres: "ACCESS EXCLUSIVE, catalog only; 23502 on the next INSERT without a value (measured).",
    sources: &["strong_migrations/change_column_default"],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let Change::DropDefault(it) = change else { return None };
    let after = &it.what.after;
    if !after.not_null
        || after.identity.is_some()
        || after.generated.is_some()
        || after.ty.contains("serial")
    {
        return None;
    }
    let column = column_path(it);
    let finding = RULE.finding(format!("NOT NULL column {column} loses its default."));
    if after.app_default.0 {
        let proof = "the code supplies a value of its own; other writers do not";
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
    fn dangerous_only_when_not_null() {
        let users = |column: &str| schema([table("users", &[column])]);
        let required = case(users("n integer not null default 0"), users("n integer not null"));
        assert_eq!(required.says(RULE.id), Some(Dangerous));
        assert_eq!(case(users("n integer default 0"), users("n integer")).says(RULE.id), None);
        let supplied =
            case(users("n integer not null default 0"), users("n integer not null app-default"));
        assert_eq!(supplied.says(RULE.id), Some(Risky));
    }
}
