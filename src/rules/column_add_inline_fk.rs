//! `column.add.inline_fk`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "column.add.inline_fk",
    severity: Severity::Risky,
    condition: "A column is added together with a foreign key on it.",
    effect: "The table is locked completely, the referenced one against writes; with a default every \
             row is checked as well.",
    remedy: "Add the column, index it concurrently, add the foreign key as NOT VALID and validate it \
             in a transaction of its own.",
    postgres: "ACCESS EXCLUSIVE on the table, SHARE ROW EXCLUSIVE on the referenced one; rows are \
             checked only when the column has a default (measured on PostgreSQL 12 to 18).",
    sources: &["squawk/adding-foreign-key-constraint", "strong_migrations/add_reference"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::AddColumn(it) = change else { return None };
    let key = context.changes.iter().find_map(|other| {
        let Change::AddForeignKey(key) = other else { return None };
        let own = key.what.columns_from.contains(&it.what.name);
        (key.table == it.table && own).then_some(&key.what)
    })?;
    if context.is_new(&key.to) {
        return Some(
            RULE.finding(format!(
                "{} is added with a foreign key to {}.",
                path(&it.table, &it.what.name),
                key.to
            ))
            .with_severity(Severity::Safe)
            .because(format!("{} is new and empty: there is nothing to check or block", key.to)),
        );
    }
    Some(RULE.finding(format!(
        "{} is added with a foreign key to {}: writes to {} wait.",
        path(&it.table, &it.what.name),
        key.to,
        key.to
    )))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::{Risky, Safe};

    #[test]
    fn fires_and_is_safe_for_a_new_parent() {
        let funds = || table("funds", &["id uuid primary key"]);
        let deals = || table("deals", &["id uuid"]);
        let after =
            || table("deals", &["id uuid", "fund_id uuid"]).references("fk", "fund_id", "funds");
        let existing = case(schema([funds(), deals()]), schema([funds(), after()]));
        assert_eq!(existing.says(RULE.id), Some(Risky));
        let new = case(schema([deals()]), schema([funds(), after()]));
        assert_eq!(new.says(RULE.id), Some(Safe));
        let plain = schema([table("deals", &["id uuid", "fund_id uuid"])]);
        assert_eq!(case(schema([deals()]), plain).says(RULE.id), None);
    }
}
