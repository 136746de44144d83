//! `code.relations_only`

use super::prelude::*;
use crate::diff::Setting;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "code.relations_only",
    severity: Severity::Safe,
    condition: "`relations(…)` changes: what relational queries may join.",
    effect: "Nothing happens in the database: relations are no foreign keys.",
    remedy: "Nothing has to be done; declare a foreign key where PostgreSQL should keep the relation.",
    postgres: "drizzle-kit generates no statement.",
    sources: &["drizzle-orm/relations"],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let Change::ScopeChange(it) = change else { return None };
    if it.setting != Setting::Relations {
        return None;
    }
    let names = it.value.after.as_ref().or(it.value.before.as_ref())?;
    Some(RULE.finding(format!("Relations change: {names}.")))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Safe;

    #[test]
    fn relations_are_no_part_of_the_database() {
        let found = judged_scope(Setting::Relations, &RULE);
        assert_eq!(found.map(|it| it.severity), Some(Safe));
        assert_eq!(judged_scope(Setting::Casing, &RULE), None);
    }
}
