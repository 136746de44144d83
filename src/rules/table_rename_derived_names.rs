//! `table.rename.derived_names`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "table.rename.derived_names",
    severity: Severity::Risky,
    condition: "A renamed table has keys, indexes or sequences that are named after it.",
    effect: "Their old names stay in the database while Drizzle expects new ones: the next comparison \
             is not empty, and drizzle-kit drops and creates them again.",
    remedy: "Rename the constraints, indexes and sequences in the same migration.",
    postgres: "ALTER TABLE … RENAME leaves the names of constraints, indexes and sequences as they are \
             (measured on PostgreSQL 12 to 18).",
    sources: &[],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::RenameTable(name) = change else { return None };
    let old = &name.before.name;
    let table = context.base_table(&name.after)?;
    let mut kept = Vec::new();
    if table.columns.values().any(|column| column.primary_key) {
        kept.push(format!("{old}_pkey"));
    }
    let serial = table.columns.values().filter(|column| column.ty.contains("serial"));
    kept.extend(serial.map(|column| format!("{old}_{}_seq", column.name)));
    let identity = table.columns.values().filter_map(|column| column.identity.as_ref());
    let named = identity.map(|it| &it.name).chain(table.uniques.keys());
    let named = named.chain(table.foreign_keys.keys()).chain(table.indexes.keys());
    let named = named.chain(table.primary_keys.keys()).chain(table.checks.keys());
    kept.extend(named.filter(|it| it.starts_with(&format!("{old}_"))).cloned());
    if kept.is_empty() {
        return None;
    }
    Some(RULE.finding(format!(
        "{} keep the name of {} after the rename.",
        list(&kept),
        name.before
    )))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Risky;

    #[test]
    fn names_what_keeps_the_old_name() {
        let before = schema([table("users", &["id serial primary key", "mail text"])
            .unique("users_mail_unique", &["mail"])]);
        let after = schema([table("people", &["id serial primary key", "mail text"])
            .unique("people_mail_unique", &["mail"])]);
        let renamed = case(before, after).rename("table:public.users=public.people");
        assert_eq!(renamed.says(RULE.id), Some(Risky));
        assert_eq!(
            renamed.messages(RULE.id),
            [
                "users_pkey, users_id_seq and users_mail_unique keep the name of public.users after the rename."
            ]
        );
    }

    #[test]
    fn silent_when_nothing_is_named_after_it() {
        let before = schema([table("users", &["id uuid"])]);
        let after = schema([table("people", &["id uuid"])]);
        assert_eq!(
            case(before, after).rename("table:public.users=public.people").says(RULE.id),
            None
        );
    }
}
