//! `column.add.not_null_no_default`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "column.add.not_null_no_default",
    severity: Severity::Dangerous,
    condition: "A NOT NULL column without default is added to a table that exists.",
    effect: "It fails on any table with rows (23502); drizzle-kit push offers to empty the table \
             instead, and does so with --force, together with every table that refers to it.",
    remedy: "Add it nullable, give it a default, fill the old rows in batches, then set NOT NULL \
             through a validated CHECK.",
    postgres: "23502 on any non-empty table. drizzle-kit 0.31 push --force emits TRUNCATE TABLE … \
             CASCADE before the ADD COLUMN (measured: parent and child emptied).",
    sources: &["atlas/MF103", "squawk/adding-required-field", "prisma/AddedRequiredFieldToTable"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::AddColumn(it) = change else { return None };
    let column = &it.what;
    let filled =
        column.default.is_some() || column.generated.is_some() || column.identity.is_some();
    if !column.not_null || filled || column.app_default.0 || column.ty.contains("serial") {
        return None;
    }
    let finding = RULE.finding(format!(
        "{} is added as NOT NULL without a default.",
        path(&it.table, &column.name)
    ));
    if !context.may_push() {
        return Some(finding);
    }
    let effect =
        format!("It fails on any table with rows (23502); {}.", truncated(&it.table, context));
    Some(Finding { effect, ..finding })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    fn added() -> Case {
        let deals = || table("deals", &["fund_id uuid"]).references("fk", "fund_id", "funds");
        let notes = || table("notes", &["deal_id uuid"]).references("fk", "deal_id", "deals");
        let before = schema([table("funds", &["id uuid primary key"]), deals(), notes()]);
        let funds = table("funds", &["id uuid primary key", "size integer not null"]);
        case(before, schema([funds, deals(), notes()]))
    }

    #[test]
    fn names_every_table_that_push_would_empty() {
        let found = added().findings(RULE.id);
        assert_eq!((found.len(), found[0].severity), (1, Dangerous));
        assert!(
            found[0]
                .effect
                .contains("all rows of public.funds, public.deals and public.notes are lost"),
            "{}",
            found[0].effect
        );
    }

    #[test]
    fn migrate_does_not_truncate() {
        let found = added().executor(crate::rules::Executor::Migrate).findings(RULE.id);
        assert!(!found[0].effect.contains("TRUNCATE"));
    }

    #[test]
    fn silent_in_a_new_table() {
        let after = schema([table("funds", &["id uuid primary key", "size integer not null"])]);
        assert_eq!(case(schema([]), after).says(RULE.id), None);
    }
}
