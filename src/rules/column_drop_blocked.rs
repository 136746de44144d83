//! `column.drop.blocked`

use super::prelude::*;
use crate::schema::{Object, Table};

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "column.drop.blocked",
    severity: Severity::Risky,
    condition: "A column that is dropped, be it to be made again, is used by a view, a policy, a generated column or a foreign key of \
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
    let (table, column) = dropped(change, context)?;
    let found = dependents::of_column(context.schemas.before, table, column);
    let is_last = matches!(change, Change::DropColumn(_));
    let removed_before = |object: &Object| {
        // Columns are dropped in the order of the changes: a generated one may come too late. Before them
        // come those that are made again.
        let earlier = context.changes.iter().take_while(|other| *other != change);
        let mut columns = earlier.filter_map(|other| {
            let (table, column) = dropped(other, context)?;
            let counts = is_last || !matches!(other, Change::DropColumn(_));
            counts.then(|| Object::column(&table.name, column))
        });
        let goes = |other: &Change| {
            let goes = matches!(
                other,
                Change::DropView(_) | Change::DropForeignKey(_) | Change::AlterForeignKey(_)
            );
            // What is made anew has its old self dropped first.
            let redefined = matches!(other, Change::AlterView(view)
                if view.before.definition != view.after.definition);
            (goes && other.object() == *object)
                || (redefined && other.invert().object() == *object)
                || matches!(other, Change::DropTable(it) if object.table_name().as_ref() == Some(&it.name))
        };
        columns.any(|column| column == *object) || context.changes.iter().any(goes)
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
        path(&table.name, column),
        list(&blocking)
    )))
}

/// The column of the base that drizzle-kit drops for a change, if it does, be it to add it again.
fn dropped<'a>(change: &'a Change, context: &Context<'a>) -> Option<(&'a Table, &'a str)> {
    if let Change::DropColumn(it) = change {
        return Some((context.schemas.before.table(&it.table)?, &it.what.name));
    }
    let (Change::SetGenerated(it) | Change::AlterGenerated(it)) = change else { return None };
    let table = context.base_table(&it.table)?;
    context.recreates(it).then_some((table, it.what.before.name.as_str()))
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
    fn a_column_that_is_made_again_is_dropped_as_well() {
        let funds = |column: &str, policy: &str| {
            schema([table("funds", &["a integer", column]).policy("own", policy)])
        };
        let twice = || funds("b integer generated (a * 2)", "b > 0");
        let again = case(twice(), funds("b integer generated (a * 3)", "b > 0"));
        assert_eq!(
            again.messages(RULE.id),
            ["Dropping public.funds.b fails while policy own uses it."]
        );
        assert_eq!(case(funds("b integer", "b > 0"), twice()).says(RULE.id), Some(Risky));
        let unused = case(funds("b integer", "true"), funds("b integer generated (a * 2)", "true"));
        assert_eq!(unused.says(RULE.id), None);
    }

    #[test]
    fn silent_when_its_user_goes_with_its_table() {
        let funds = |columns: &[&str]| table("funds", columns).unique("u", &["code"]);
        let deals = table("deals", &["code text"]);
        let deals = deals.foreign_key("fk", &["code"], "funds", &["code"], "restrict");
        let before = schema([funds(&["id uuid primary key", "code text"]), deals]);
        let after = schema([table("funds", &["id uuid primary key"])]);
        assert_eq!(case(before, after).says(RULE.id), None);
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
