//! `table.drop.cascade`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "table.drop.cascade",
    severity: Severity::Dangerous,
    condition: "A table is dropped although other objects refer to it; drizzle-kit writes CASCADE.",
    effect: "Foreign keys of other tables and views on it disappear with it, without a prompt.",
    remedy: "Drop the dependents first, by name, so that one nobody knew of stops the migration; \
             never CASCADE.",
    postgres: "DROP TABLE … CASCADE removes foreign keys of other tables, views and policies with a \
             NOTICE only, under ACCESS EXCLUSIVE on each of them. drizzle-kit 0.31 then fails on its \
             own DROP CONSTRAINT (42704) and leaves the rest undone.",
    sources: &["bytebase/STATEMENT_DISALLOW_RM_TBL_CASCADE"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::DropTable(table) = change else { return None };
    let base = context.schemas.before;
    let keys = dependents::referencing(base, &table.name);
    let keys = keys.filter(|(other, _)| !context.is_dropped(other, &[]));
    let mut gone: Vec<String> =
        keys.map(|(other, key)| format!("the foreign key {} of {other}", key.name)).collect();
    gone.extend(
        dependents::viewing(base, &table.name).map(|view| format!("the view {}", view.name)),
    );
    if gone.is_empty() {
        return None;
    }
    Some(RULE.finding(format!("Dropping {} takes {} with it.", table.name, list(&gone))))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn names_the_foreign_keys_that_go_with_it() {
        let deals = || table("deals", &["id uuid", "fund_id uuid"]);
        let before = schema([
            table("funds", &["id uuid primary key"]),
            deals().references("deals_fund_fk", "fund_id", "funds"),
        ]);
        let found = case(before, schema([deals()])).messages(RULE.id);
        assert_eq!(
            found,
            ["Dropping public.funds takes the foreign key deals_fund_fk of public.deals with it."]
        );
    }

    #[test]
    fn silent_when_nothing_refers_to_it_or_all_goes() {
        let funds = || table("funds", &["id uuid primary key"]);
        assert_eq!(case(schema([funds()]), schema([])).says(RULE.id), None);
        let deals = table("deals", &["fund_id uuid"]).references("fk", "fund_id", "funds");
        let all_gone = case(schema([funds(), deals]), schema([]));
        assert_eq!(all_gone.says(RULE.id), None);
        assert_eq!(all_gone.worst(), Dangerous);
    }
}
