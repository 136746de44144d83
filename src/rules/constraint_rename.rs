//! `constraint.rename`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "constraint.rename",
    severity: Severity::Risky,
    condition: "Only the name of a constraint or index changes.",
    effect: "drizzle-kit drops it and creates it again, which takes as long as building it and leaves \
             a moment without it.",
    remedy: "ALTER TABLE … RENAME CONSTRAINT, or ALTER INDEX … RENAME TO.",
    postgres: "DROP and ADD build the index, read the table for the CHECK or look up the foreign key \
             again. RENAME CONSTRAINT: ACCESS EXCLUSIVE for a moment; ALTER INDEX … RENAME: SHARE UPDATE \
             EXCLUSIVE on the index only (measured).",
    sources: &["pgroll/rename_constraint"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let (old, new) = pairs::renamed(change, context)?;
    let finding = RULE.finding(format!("{old} becomes {new}; nothing else about it changes."));
    let concurrent = matches!(change, Change::CreateIndex(it) if it.what.concurrently);
    Some(if change.object().name == new && !concurrent {
        finding.because("it cannot fail, but is made again from all rows")
    } else {
        finding.with_severity(Severity::Safe).because("the same is there under another name")
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::{Risky, Safe};

    #[test]
    fn a_new_name_costs_a_build() {
        let users = || table("users", &["mail text"]);
        let before = schema([users().unique("users_mail_key", &["mail"]).index("a", &["mail"])]);
        let after = schema([users().unique("users_mail_unique", &["mail"]).index("b", &["mail"])]);
        let renamed = case(before, after);
        assert_eq!(renamed.findings(RULE.id).len(), 4);
        assert_eq!(renamed.worst(), Risky);
        let drops = renamed.findings(RULE.id).into_iter().filter(|it| it.severity == Safe);
        assert_eq!(drops.count(), 2);
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
        let before =
            schema([table("users", &["mail text"]).unique("users_mail_unique", &["mail"])]);
        let after =
            schema([table("users", &["email text"]).unique("users_email_unique", &["email"])]);
        let renamed = case(before, after).rename("column:public.users.mail=email");
        assert_eq!(renamed.says(RULE.id), Some(Risky));
        assert_eq!(renamed.says("unique.drop"), None);
        assert_eq!(renamed.says("unique.add"), None);
    }
}
