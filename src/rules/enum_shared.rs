//! `enum.shared`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "enum.shared",
    severity: Severity::Dangerous,
    condition: "An enum that several tables use is built again.",
    effect: "All of them are locked completely at the same time, and the locks are taken in an order \
             that may meet another transaction's: deadlock.",
    remedy: "Create the new type beside the old one and move one table at a time.",
    postgres: "ACCESS EXCLUSIVE on every table with a column of the type, to the end of the \
             transaction.",
    sources: &[],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let (Change::DropEnumValue { enumeration, .. } | Change::ReorderEnumValues(enumeration)) =
        change
    else {
        return None;
    };
    let users = users_of_enum(context.schemas.after, &enumeration.after);
    let mut tables: Vec<&QualifiedName> = users.map(|(table, _)| table).collect();
    tables.sort();
    tables.dedup();
    if tables.len() < 2 {
        return None;
    }
    Some(RULE.finding(format!("{} is used by {}.", enumeration.after.name, list(&tables))))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_from_two_tables_up() {
        let two = |values: &[&str]| {
            with_enum(
                "status",
                values,
                [table("a", &["s status enum"]), table("b", &["s status enum"])],
            )
        };
        let one = |values: &[&str]| with_enum("status", values, [table("a", &["s status enum"])]);
        assert_eq!(case(two(&["x", "y"]), two(&["x"])).says(RULE.id), Some(Dangerous));
        assert_eq!(case(one(&["x", "y"]), one(&["x"])).says(RULE.id), None);
    }
}
