//! `table.drop`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "table.drop",
    severity: Severity::Dangerous,
    condition: "A table is dropped.",
    effect: "All its rows are lost, with its indexes, policies, triggers, grants, comments and owned \
             sequences; running code that still names it fails (42P01).",
    remedy: "Stop reading and writing it in one release; move it to a trash schema in the next (ALTER \
             TABLE … SET SCHEMA); drop it for good after the retention time.",
    postgres: "ACCESS EXCLUSIVE on the table and on every table its foreign keys refer to; catalog \
             only. Fails with 2BP01 while a foreign key or view refers to it, unless CASCADE is \
             written.",
    sources: &[
        "atlas/DS102",
        "squawk/ban-drop-table",
        "pg-schema-diff/DELETES_DATA",
        "prisma/NonEmptyTableDrop",
    ],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::DropTable(table) = change else { return None };
    if context.schemas.after.hidden.contains_key(&table.name) {
        // `table.unexported` says what has happened.
        return None;
    }
    let finding = RULE.finding(format!("Table {} is dropped with all its rows.", table.name));
    let effect = format!(
        "The rows of {} are lost ({} columns), with its indexes, policies, triggers, grants and owned \
         sequences; running code that still names it fails (42P01).",
        table.name,
        table.columns.len()
    );
    let remedy = format!(
        "Stop reading and writing {0} in one release, move it to a trash schema in the next (ALTER TABLE \
         {1} SET SCHEMA …), drop it for good after the retention time.",
        table.name,
        table.name.quoted_short()
    );
    Some(Finding { effect, remedy, ..finding })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_on_a_dropped_table_only() {
        let both = schema([table("funds", &["id uuid"]), table("notes", &["id uuid"])]);
        let one = schema([table("funds", &["id uuid"])]);
        let dropped = case(both.clone(), one.clone());
        assert_eq!(dropped.says(RULE.id), Some(Dangerous));
        assert_eq!(dropped.messages(RULE.id), ["Table public.notes is dropped with all its rows."]);
        assert_eq!(case(one, both).says(RULE.id), None);
    }
}
