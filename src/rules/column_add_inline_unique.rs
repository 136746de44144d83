//! `column.add.inline_unique`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "column.add.inline_unique",
    severity: Severity::Risky,
    condition: "A column is added together with a unique constraint or unique index on it.",
    effect: "The table cannot be written (with a constraint: nor read) while the index is built; with \
             one default for all rows the statement fails.",
    remedy: "Add the column; build the unique index concurrently and attach it as a constraint.",
    postgres: "ACCESS EXCLUSIVE while the index of a constraint is built, SHARE for a unique index; \
             23505 when two rows get the same value.",
    sources: &["squawk/disallowed-unique-constraint"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::AddColumn(it) = change else { return None };
    let own = |columns: &[String]| columns.contains(&it.what.name);
    let name = context.changes.iter().find_map(|other| {
        if let Change::AddUnique(unique) = other
            && unique.table == it.table
            && own(&unique.what.columns)
        {
            return Some(&unique.what.name);
        }
        if let Change::CreateIndex(index) = other
            && index.table == it.table
            && index.what.unique
            && index_mentions(&index.what, &it.what.name)
        {
            return Some(&index.what.name);
        }
        None
    })?;
    Some(RULE.finding(format!(
        "{} is added with {name}, whose index is built under a lock.",
        path(&it.table, &it.what.name)
    )))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Risky;

    #[test]
    fn fires_for_constraints_and_unique_indexes() {
        let before = || schema([table("funds", &["id uuid"])]);
        let funds = || table("funds", &["id uuid", "code text"]);
        let constraint = case(before(), schema([funds().unique("u", &["code"])]));
        assert_eq!(constraint.says(RULE.id), Some(Risky));
        let index = case(before(), schema([funds().unique_index("u", &["code"])]));
        assert_eq!(index.says(RULE.id), Some(Risky));
        let plain = case(before(), schema([funds().index("i", &["code"])]));
        assert_eq!(plain.says(RULE.id), None);
    }
}
