//! `fk.no_index`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "fk.no_index",
    severity: Severity::Risky,
    condition: "The columns of a new foreign key have no index.",
    effect: "Every DELETE or UPDATE of a referenced row reads the whole referencing table and holds \
             its locks meanwhile.",
    remedy: "CREATE INDEX CONCURRENTLY on the columns before the foreign key.",
    postgres: "PostgreSQL indexes the referenced side only.",
    sources: &["splinter/0001_unindexed_foreign_keys", "eugene/E15"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::AddForeignKey(it) = change else { return None };
    let head = context.schemas.after.table(&it.table)?;
    if pairs::renamed(change, context).is_some()
        || covering_index(head, &it.what.columns_from).is_some()
    {
        return None;
    }
    Some(RULE.finding(format!(
        "No index leads with {}({}).",
        it.table,
        it.what.columns_from.join(", ")
    )))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Risky;

    #[test]
    fn fires_without_an_index() {
        let funds = || table("funds", &["id uuid primary key"]);
        let deals = || table("deals", &["fund_id uuid", "n integer"]);
        let keyed = || deals().references("fk", "fund_id", "funds");
        let before = || schema([funds(), deals()]);
        assert_eq!(case(before(), schema([funds(), keyed()])).says(RULE.id), Some(Risky));
        let indexed = case(before(), schema([funds(), keyed().index("i", &["fund_id", "n"])]));
        assert_eq!(indexed.says(RULE.id), None);
        let second = case(before(), schema([funds(), keyed().index("i", &["n", "fund_id"])]));
        assert_eq!(second.says(RULE.id), Some(Risky));
    }
}
