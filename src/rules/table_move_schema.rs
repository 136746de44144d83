//! `table.move_schema`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "table.move_schema",
    severity: Severity::Dangerous,
    condition: "A table is moved to another schema.",
    effect: "Clients that name the old schema, or find the table through their search path, fail at \
             once (42P01); grants on the new schema may be missing.",
    remedy: "Move it, grant USAGE on the new schema, and leave an updatable view in the old one until \
             all code is deployed.",
    postgres: "ALTER TABLE … SET SCHEMA: ACCESS EXCLUSIVE, catalog only; owned sequences move too.",
    sources: &["drizzle-kit/move-prompt"],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let Change::MoveTable(name) = change else { return None };
    Some(RULE.finding(format!("Table {} is moved to {}.", name.before, name.after)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_on_a_stated_move() {
        let before = schema([table("users", &["id uuid"])]);
        let after = schema([table("crm.users", &["id uuid"])]);
        let moved = case(before.clone(), after).rename("table:public.users=crm.users");
        assert_eq!(moved.says(RULE.id), Some(Dangerous));
        let renamed = schema([table("people", &["id uuid"])]);
        let renamed = case(before, renamed).rename("table:public.users=public.people");
        assert_eq!(renamed.says(RULE.id), None);
    }
}
