//! `column.add.sensitive`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "column.add.sensitive",
    severity: Severity::Risky,
    condition: "A column whose name suggests a secret is added to a table without row-level security, in \
             a schema that uses it.",
    effect: "Every role that may read the table may read the secret.",
    remedy: "Enable row-level security and write its policies first, or grant the other columns one \
             by one.",
    postgres: "SELECT on a table includes columns that are added later.",
    sources: &["splinter/0023_sensitive_columns_exposed"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::AddColumn(it) = change else { return None };
    let name = it.what.name.to_ascii_lowercase();
    let word = SECRETS.iter().find(|word| name.contains(*word))?;
    let secured = |table: &crate::schema::Table| table.rls || !table.policies.is_empty();
    let uses_rls = context.schemas.after.tables.values().any(secured);
    if !uses_rls || context.schemas.after.table(&it.table).is_none_or(secured) {
        return None;
    }
    Some(RULE.finding(format!(
        "{} looks like a secret (`{word}`), and {} has no row-level security.",
        path(&it.table, &it.what.name),
        it.table
    )))
}

/// Parts of names that hardly stand for anything else.
const SECRETS: &[&str] = &[
    "password",
    "passwd",
    "secret",
    "api_key",
    "apikey",
    "private_key",
    "privatekey",
    "access_token",
    "api_token",
    "refresh_token",
    "ssn",
    "credit_card",
];

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Risky;

    #[test]
    fn fires_where_row_security_is_in_use() {
        let funds = || table("funds", &["id uuid"]).rls();
        let users = |columns: &[&str]| table("users", columns);
        let before = schema([funds(), users(&["id uuid"])]);
        let after = schema([funds(), users(&["id uuid", "api_token text"])]);
        assert_eq!(case(before, after).says(RULE.id), Some(Risky));
    }

    #[test]
    fn silent_where_it_is_not() {
        let before = schema([table("users", &["id uuid"])]);
        let after = schema([table("users", &["id uuid", "api_token text"])]);
        assert_eq!(case(before, after).says(RULE.id), None);
    }
}
