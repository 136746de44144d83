//! `column.drop`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "column.drop",
    severity: Severity::Dangerous,
    condition: "A column is dropped.",
    effect: "Its values are gone at once, and running code fails: Drizzle names every column in \
             SELECT, INSERT and RETURNING (42703).",
    remedy: "Remove it from the code and deploy; then drop NOT NULL, copy the values to a backup \
             table, drop what hangs on it by name, and drop the column last.",
    postgres: "ACCESS EXCLUSIVE, catalog only: the values can no longer be read from the moment of \
             commit.",
    sources: &[
        "atlas/DS103",
        "squawk/ban-drop-column",
        "strong_migrations/remove_column",
        "prisma/NonEmptyColumnDrop",
        "pg-schema-diff/DELETES_DATA",
    ],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let Change::DropColumn(it) = change else { return None };
    let column = path(&it.table, &it.what.name);
    let finding =
        RULE.finding(format!("Column {column} ({}) is dropped with its values.", it.what.ty));
    let effect = format!(
        "The values of {column} are gone at once, and code that still runs fails: Drizzle names every \
         column of {} in SELECT, INSERT and RETURNING (42703).",
        it.table
    );
    Some(Finding { effect, ..finding })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_on_a_dropped_column_only() {
        let before = schema([table("users", &["id uuid", "email text"])]);
        let after = schema([table("users", &["id uuid"])]);
        assert_eq!(
            case(before.clone(), after.clone()).messages(RULE.id),
            ["Column public.users.email (text) is dropped with its values."]
        );
        assert_eq!(case(before.clone(), after.clone()).worst(), Dangerous);
        assert_eq!(case(after, before).says(RULE.id), None);
    }
}
