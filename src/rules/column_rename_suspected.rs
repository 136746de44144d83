//! `column.rename.suspected`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "column.rename.suspected",
    severity: Severity::Dangerous,
    condition: "A column is dropped and a similar one is added to the same table.",
    effect: "If it was meant as a rename, its values are lost: drizzle-kit asks, without a terminal \
             it stops, and its first answer is drop and create.",
    remedy: "Say what was meant: state the rename, or acknowledge the drop.",
    postgres: "DROP COLUMN and ADD COLUMN are catalog only and instant; no value is carried over. \
             RENAME COLUMN would keep them all.",
    sources: &["drizzle-kit/rename-prompt", "prisma/8381"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::DropColumn(it) = change else { return None };
    let head = context.names().table_to_head(&it.table);
    let mut found = context.suspected_columns().iter();
    let pair = found.find(|pair| pair.table == head && pair.what.from == it.what.name)?;
    let (from, to) = (path(&it.table, &pair.what.from), path(&head, &pair.what.to));
    let remedy = format!(
        "If it was a rename, say so: --rename column:{head}.{}={}. If not, acknowledge the drop of {from}.",
        pair.what.from, pair.what.to
    );
    let message = format!("{from} looks renamed to {to}, but would be dropped and added empty.");
    let finding = Finding { remedy, ..RULE.finding(message) };
    Some(pair.what.evidence.iter().fold(finding, Finding::because))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn asks_with_evidence_and_the_flag_that_settles_it() {
        let before = schema([table("users", &["id uuid", "mail text not null"])]);
        let after = schema([table("users", &["id uuid", "email text not null"])]);
        let found = case(before.clone(), after.clone()).findings(RULE.id);
        assert_eq!((found.len(), found[0].severity), (1, Dangerous));
        assert!(found[0].remedy.contains("--rename column:public.users.mail=email"));
        assert!(found[0].evidence.iter().any(|it| it == "similar name: `mail` and `email`"));
        let stated = case(before, after).rename("column:public.users.mail=email");
        assert_eq!(stated.says(RULE.id), None);
    }

    #[test]
    fn silent_about_unrelated_columns() {
        let before = schema([table("users", &["id uuid", "age integer", "a text", "b text"])]);
        let after = schema([table("users", &["id uuid", "a text", "b text", "born date"])]);
        assert_eq!(case(before, after).says(RULE.id), None);
    }
}
