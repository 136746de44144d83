//! `table.force_recreate`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "table.force_recreate",
    severity: Severity::Dangerous,
    condition: "A table is dropped and a view takes its name in the same change.",
    effect: "The rows are lost, and code that still names the table reads the other one without an \
             error.",
    remedy: "Change the table in place, or keep the old one under another name until the new one has \
             been compared with it.",
    postgres: "DROP TABLE and then RENAME or CREATE under the same name: nothing is carried over, and \
             grants, policies and triggers are those of the new one.",
    sources: &["strong_migrations/create_table", "drizzle-kit/table_recreate"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::DropTable(table) = change else { return None };
    let view = context.schemas.after.views.get(&table.name)?;
    let kind = if view.materialized { "materialized view" } else { "view" };
    Some(RULE.finding(format!("{} is dropped, and a {kind} takes its name.", table.name)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_when_the_name_is_taken() {
        let viewed = case(schema([table("totals", &["id uuid"])]), with_view("select 1", |_| ()));
        assert_eq!(viewed.says(RULE.id), Some(Dangerous));
        let gone = case(schema([table("totals", &["id uuid"])]), schema([]));
        assert_eq!(gone.says(RULE.id), None);
    }
}
