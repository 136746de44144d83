//! `column.rename`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "column.rename",
    severity: Severity::Dangerous,
    condition: "A column is renamed.",
    effect: "Running code that names the old column fails at once (42703), and so do the bodies of \
             SQL and PL/pgSQL functions, which do not follow.",
    remedy: "Add the new column, keep both in step with a trigger, move the code, drop the old one; \
             or rename the table and put a view with both names in its place.",
    postgres: "ACCESS EXCLUSIVE, catalog only; views, indexes, policies and constraints follow, \
             function bodies do not (measured on PostgreSQL 12 to 18).",
    sources: &["atlas/BC102", "squawk/renaming-column", "strong_migrations/rename_column"],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let Change::RenameColumn(it) = change else { return None };
    let (from, to) = (&it.what.before.name, &it.what.after.name);
    Some(RULE.finding(format!("Column {} is renamed to {to}.", path(&it.table, from))))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_on_a_stated_rename() {
        let before = schema([table("users", &["mail text"])]);
        let after = schema([table("users", &["email text"])]);
        let renamed = case(before.clone(), after.clone()).rename("column:public.users.mail=email");
        assert_eq!(renamed.messages(RULE.id), ["Column public.users.mail is renamed to email."]);
        assert_eq!(renamed.says(RULE.id), Some(Dangerous));
        assert_eq!(case(before, after).says(RULE.id), None);
    }
}
