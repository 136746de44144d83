//! `index.predicate_change`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "index.predicate_change",
    severity: Severity::Risky,
    condition: "The predicate, an expression, the operator class or the method of an index changes.",
    effect: "drizzle-kit push does not see it and leaves the old index; once changed, queries that do \
             not imply the new predicate lose it, and ON CONFLICT may no longer find it (42P10).",
    remedy: "Create the new one under another name concurrently, look at the plans, drop the old one.",
    postgres: "drizzle-kit push leaves predicate, operator class and expressions out of its comparison \
             (measured).",
    sources: &["drizzle-kit/limitations"],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let Change::AlterIndex(it) = change else { return None };
    let Diff { before, after } = &it.what;
    let expressions = |index: &crate::schema::Index| {
        let keys = index.columns.iter().filter(|key| key.is_expression);
        keys.map(|key| key.expression.clone()).collect::<Vec<_>>()
    };
    let classes = |index: &crate::schema::Index| {
        index.columns.iter().map(|key| key.opclass.clone()).collect::<Vec<_>>()
    };
    let what = if before.predicate != after.predicate {
        "predicate"
    } else if before.method != after.method {
        "method"
    } else if expressions(before) != expressions(after) {
        "expression"
    } else if before.columns.len() == after.columns.len() && classes(before) != classes(after) {
        "operator class"
    } else {
        return None;
    };
    Some(RULE.finding(format!("The {what} of index {} of {} changes.", after.name, it.table)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Risky;

    #[test]
    fn names_what_changes() {
        let users = || table("users", &["mail text"]).index("i", &["mail"]);
        let partial = users().edit_index("i", |it| it.predicate = Some("mail <> ''".to_owned()));
        let changed = case(schema([users()]), schema([partial]));
        assert_eq!(
            changed.messages(RULE.id),
            ["The predicate of index i of public.users changes."]
        );
        assert_eq!(changed.says(RULE.id), Some(Risky));
        let unique = users().edit_index("i", |it| it.unique = true);
        assert_eq!(case(schema([users()]), schema([unique])).says(RULE.id), None);
    }
}
