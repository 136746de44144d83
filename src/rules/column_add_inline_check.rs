//! `column.add.inline_check`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "column.add.inline_check",
    severity: Severity::Risky,
    condition: "A column is added together with a CHECK on it.",
    effect: "The whole table is read while nobody can read or write it, even when every value is \
             NULL.",
    remedy: "Add the column; add the CHECK as NOT VALID and validate it in a transaction of its own.",
    postgres: "A full scan under ACCESS EXCLUSIVE, even for a nullable column without default (measured \
             on PostgreSQL 12 to 18).",
    sources: &[],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::AddColumn(it) = change else { return None };
    let check = context.changes.iter().find_map(|other| {
        let Change::AddCheck(check) = other else { return None };
        let names = dependents::mentions(&check.what.value, &it.what.name);
        (check.table == it.table && names).then_some(&check.what.name)
    })?;
    Some(RULE.finding(format!(
        "{} is added with the check {check}: the table is scanned under ACCESS EXCLUSIVE.",
        path(&it.table, &it.what.name)
    )))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Risky;

    #[test]
    fn fires_when_both_come_together() {
        let before = schema([table("funds", &["id uuid"])]);
        let after = table("funds", &["id uuid", "size integer"])
            .check("size_positive", "\"funds\".\"size\" > 0");
        assert_eq!(case(before.clone(), schema([after])).says(RULE.id), Some(Risky));
        let other = table("funds", &["id uuid", "size integer"]).check("c", "id is not null");
        assert_eq!(case(before, schema([other])).says(RULE.id), None);
    }
}
