//! `default.app_to_db`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "default.app_to_db",
    severity: Severity::Risky,
    condition: "A default moves between TypeScript and the database.",
    effect: "While both versions of the code run, one of them supplies the value and the other relies \
             on the database.",
    remedy: "To the database: set the default first, then drop $defaultFn. To TypeScript: deploy the \
             code first, then drop the default.",
    postgres: "Catalog only; $default, $defaultFn and $onUpdate are unknown to PostgreSQL.",
    sources: &["django/db_default"],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let (Change::SetDefault(it) | Change::DropDefault(it)) = change else { return None };
    let app = it.what.as_ref().map(|column| column.app_default.0);
    let database = it.what.as_ref().map(|column| column.default.is_some());
    let column = column_path(it);
    match (app.before, app.after, database.before, database.after) {
        (true, false, false, true) => Some(
            RULE.finding(format!("The default of {column} moves from TypeScript to the database.")),
        ),
        (false, true, true, false) => Some(
            RULE.finding(format!("The default of {column} moves from the database to TypeScript.")),
        ),
        (..) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Risky;

    #[test]
    fn fires_in_both_directions() {
        let users = |column: &str| schema([table("users", &[column])]);
        let (code, database) = ("n text app-default", "n text default 'a'");
        assert_eq!(case(users(code), users(database)).says(RULE.id), Some(Risky));
        assert_eq!(case(users(database), users(code)).says(RULE.id), Some(Risky));
        assert_eq!(case(users("n text"), users(database)).says(RULE.id), None);
    }
}
