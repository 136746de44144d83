//! `fk.action.swap_window`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "fk.action.swap_window",
    severity: Severity::Risky,
    condition: "A foreign key changes under its name.",
    effect: "It is dropped and added: both tables are locked completely while every row is checked \
             again, and with drizzle-kit push there is a moment without it.",
    remedy: "Add the new one under another name as NOT VALID, validate it, drop the old one, rename.",
    postgres: "DROP and ADD in one statement: ACCESS EXCLUSIVE on both tables and a full validation; \
             drizzle-kit push runs two statements without a transaction (measured).",
    sources: &[],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::AlterForeignKey(it) = change else { return None };
    let Diff { before, after } = &it.what;
    let names = context.names();
    let same_actions = pairs::action(before.on_delete.as_ref())
        == pairs::action(after.on_delete.as_ref())
        && pairs::action(before.on_update.as_ref()) == pairs::action(after.on_update.as_ref());
    if same_actions && pairs::same_reference(names, &it.table, before, after) {
        return None;
    }
    Some(RULE.finding(format!("{} of {} is dropped and added again.", after.name, it.table)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Risky;

    #[test]
    fn fires_on_any_real_difference() {
        let of = |action: &str| {
            schema([
                table("funds", &["id uuid primary key"]),
                table("deals", &["fund_id uuid"]).foreign_key(
                    "fk",
                    &["fund_id"],
                    "funds",
                    &["id"],
                    action,
                ),
            ])
        };
        assert_eq!(case(of("no action"), of("restrict")).says(RULE.id), Some(Risky));
        let mut unsaid = of("no action");
        unsaid.tables[1].foreign_keys["fk"].on_delete = None;
        let spelled = case(unsaid, of("no action"));
        assert_eq!((spelled.judged().len(), spelled.says(RULE.id)), (1, None));
    }
}
