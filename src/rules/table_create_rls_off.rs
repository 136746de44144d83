//! `table.create.rls_off`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "table.create.rls_off",
    severity: Severity::Risky,
    condition: "A new table has no row-level security, in a schema where the others have it.",
    effect: "Every role with a grant on it reads and writes all rows.",
    remedy: "Add .enableRLS() and the policies in the same change.",
    postgres: "Row-level security is off by default; policies without it are ignored.",
    sources: &["splinter/0013_rls_disabled_in_public"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::CreateTable(table) = change else { return None };
    let secured = |table: &crate::schema::Table| table.rls || !table.policies.is_empty();
    if secured(table) {
        return None;
    }
    let others = context.schemas.before.tables.values();
    let others: Vec<_> = others.filter(|it| it.name.schema == table.name.schema).collect();
    let with = others.iter().filter(|it| secured(it)).count();
    if with == 0 || with * 2 < others.len() {
        return None;
    }
    let message = format!("New table {} has no row-level security.", table.name);
    Some(RULE.finding(message).because(format!(
        "{with} of {} tables in schema {} have it",
        others.len(),
        table.name.schema
    )))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Risky;

    #[test]
    fn fires_where_the_others_have_it() {
        let funds = || table("funds", &["id uuid primary key"]).rls();
        let notes = table("notes", &["id uuid primary key"]);
        let added = case(schema([funds()]), schema([funds(), notes.clone()]));
        assert_eq!(added.says(RULE.id), Some(Risky));
        let with = case(schema([funds()]), schema([funds(), notes.rls()]));
        assert_eq!(with.says(RULE.id), None);
    }

    #[test]
    fn silent_where_nobody_uses_it() {
        let funds = || table("funds", &["id uuid primary key"]);
        let notes = table("notes", &["id uuid primary key"]);
        assert_eq!(case(schema([funds()]), schema([funds(), notes])).says(RULE.id), None);
    }
}
