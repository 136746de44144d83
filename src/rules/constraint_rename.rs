//! `constraint.rename`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "constraint.rename",
    severity: Severity::Safe,
    condition: "Only the name of a constraint or index changes.",
    effect: "drizzle-kit drops it and creates it again, which takes as long as building it and leaves \
             a moment without it.",
    remedy: "ALTER TABLE … RENAME CONSTRAINT, or ALTER INDEX … RENAME TO.",
    postgres: "RENAME CONSTRAINT: ACCESS EXCLUSIVE for a moment; ALTER INDEX … RENAME: SHARE UPDATE \
             EXCLUSIVE on the index only (measured).",
    sources: &["pgroll/rename_constraint"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let (old, new) = pairs::renamed(change, context)?;
    Some(RULE.finding(format!("{old} becomes {new}; nothing else about it changes.")))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Safe;

    #[test]
    fn a_new_name_is_harmless() {
        let users = || table("users", &["mail text"]);
        let before = schema([users().unique("users_mail_key", &["mail"]).index("a", &["mail"])]);
        let after = schema([users().unique("users_mail_unique", &["mail"]).index("b", &["mail"])]);
        let renamed = case(before, after);
        assert_eq!(renamed.findings(RULE.id).len(), 4);
        assert_eq!(renamed.worst(), Safe);
    }

    #[test]
    fn other_columns_are_another_constraint() {
        let users = || table("users", &["mail text", "name text"]);
        let before = schema([users().unique("a", &["mail"])]);
        let after = schema([users().unique("b", &["name"])]);
        assert_eq!(case(before, after).says(RULE.id), None);
    }

    #[test]
    fn a_derived_name_follows_its_column() {
        let before = schema([table("users", &["mail text"]).unique("users_mail_unique", &["mail"])]);
        let after = schema([table("users", &["email text"]).unique("users_email_unique", &["email"])]);
        let renamed = case(before, after).rename("column:public.users.mail=email");
        assert_eq!(renamed.says(RULE.id), Some(Safe));
        assert_eq!(renamed.says("unique.drop"), None);
        assert_eq!(renamed.says("unique.add"), None);
    }
}
