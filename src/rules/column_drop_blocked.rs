//! `column.drop.blocked`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "column.drop.blocked",
    severity: Severity::Risky,
    condition: "A dropped column is used by a view, a policy, a generated column or a foreign key of \
             another table.",
    effect: "The statement fails and everything after it does not run; on PostgreSQL 12 to 14 a \
             generated column is silently dropped with it.",
    remedy: "Change or drop the dependent first, in the same transaction.",
    postgres: "2BP01 for views, policies and foreign keys on PostgreSQL 12 to 18; for generated columns \
             on 15 and later (measured).",
    sources: &["postgresql/2BP01"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::DropColumn(it) = change else { return None };
    let table = context.schemas.before.table(&it.table)?;
    let found = dependents::of_column(context.schemas.before, table, &it.what.name);
    let removed_before = |object: &crate::schema::Object| {
        // Columns are dropped in the order of the changes: a generated one may come too late.
        let earlier = context.changes.iter().take_while(|other| *other != change);
        let columns = earlier.filter(|other| matches!(other, Change::DropColumn(_)));
        let others = context.changes.iter().filter(|other| {
            matches!(
                other,
                Change::DropView(_) | Change::DropForeignKey(_) | Change::AlterForeignKey(_)
            )
        });
        columns.chain(others).any(|other| other.object() == *object)
    };
    let blocking: Vec<String> = found
        .iter()
        .filter(|found| {
            use crate::schema::ObjectKind::{Column, ForeignKey, Policy, View};
            matches!(found.object.kind, View | Policy | Column)
                || (found.object.kind == ForeignKey && !found.own)
        })
        .filter(|found| !removed_before(&found.object))
        .map(ToString::to_string)
        .collect();
    if blocking.is_empty() {
        return None;
    }
    Some(RULE.finding(format!(
        "Dropping {} fails while {} uses it.",
        path(&it.table, &it.what.name),
        list(&blocking)
    )))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Risky;

    #[test]
    fn names_the_policy_that_uses_it() {
        let before = table("funds", &["id uuid", "owner uuid"]).policy("own", "owner = auth.uid()");
        let after = table("funds", &["id uuid"]).policy("own", "true");
        let found = case(schema([before]), schema([after])).findings(RULE.id);
        assert_eq!((found.len(), found[0].severity), (1, Risky));
        assert_eq!(found[0].message, "Dropping public.funds.owner fails while policy own uses it.");
    }

    #[test]
    fn silent_when_the_dependent_goes_first() {
        let before = schema([
            table("funds", &["id uuid primary key", "code text"]).unique("u", &["code"]),
            table("deals", &["code text"]).foreign_key(
                "fk",
                &["code"],
                "funds",
                &["code"],
                "restrict",
            ),
        ]);
        let after =
            schema([table("funds", &["id uuid primary key"]), table("deals", &["code text"])]);
        assert_eq!(case(before, after).says(RULE.id), None);
    }
}
