//! `table.rename.suspected`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "table.rename.suspected",
    severity: Severity::Dangerous,
    condition: "A table is dropped and a similar one is created.",
    effect: "If it was meant as a rename, drizzle-kit drops the old table with all its rows and \
             creates an empty one.",
    remedy: "Say what was meant: state the rename, or acknowledge the drop.",
    postgres: "DROP TABLE and CREATE TABLE; no row is carried over. ALTER TABLE … RENAME TO would keep \
             them all.",
    sources: &["drizzle-kit/rename-prompt", "prisma/11296"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::DropTable(table) = change else { return None };
    let it = context.suspected_tables().iter().find(|it| it.from == table.name)?;
    let message =
        format!("{} looks renamed to {}, but would be dropped and created empty.", it.from, it.to);
    let remedy = format!(
        "If it was a rename, say so: --rename table:{0}={1}. If not, acknowledge the drop of {0}.",
        it.from, it.to
    );
    let finding = Finding { remedy, ..RULE.finding(message) };
    Some(it.evidence.iter().fold(finding, Finding::because))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn asks_about_a_similar_table_and_says_how_to_settle_it() {
        let columns = ["id uuid", "name text", "vintage integer"];
        let before = schema([table("funds", &columns)]);
        let after = schema([table("fund_vehicles", &columns)]);
        let found = case(before.clone(), after.clone()).findings(RULE.id);
        assert_eq!((found.len(), found[0].severity), (1, Dangerous));
        assert!(found[0].remedy.contains("--rename table:public.funds=public.fund_vehicles"));
        assert!(found[0].evidence.iter().any(|it| it == "3 of 3 columns are the same"));
        let stated = case(before, after).rename("table:public.funds=public.fund_vehicles");
        assert_eq!(stated.says(RULE.id), None);
    }

    #[test]
    fn silent_about_another_table() {
        let before = schema([table("funds", &["id uuid", "vintage integer"])]);
        let after = schema([table("tags", &["id uuid", "label text"])]);
        assert_eq!(case(before, after).says(RULE.id), None);
    }
}
