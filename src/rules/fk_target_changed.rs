//! `fk.target_changed`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "fk.target_changed",
    severity: Severity::Dangerous,
    condition: "A foreign key refers to another table or column than before.",
    effect: "The same values now mean other rows; those that do not exist there stop it (23503).",
    remedy: "Add a second column for the new meaning, fill it, move the code, drop the old one.",
    postgres: "DROP and ADD: ACCESS EXCLUSIVE on both tables, full validation.",
    sources: &[],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let (table, before, after) = pairs::foreign_key(change, context)?;
    let names = context.names();
    if pairs::same_reference(names, table, before, after) {
        return None;
    }
    let same_start = names.columns_to_head(table, &before.columns_from) == after.columns_from;
    if !same_start {
        return Some(RULE.finding(format!(
            "{} of {table} starts from ({}) instead of ({}).",
            after.name,
            after.columns_from.join(", "),
            before.columns_from.join(", ")
        )));
    }
    Some(RULE.finding(format!(
        "{} refers to {}({}) instead of {}({}).",
        path(table, &after.columns_from.join(", ")),
        after.to,
        after.columns_to.join(", "),
        before.to,
        before.columns_to.join(", ")
    )))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_under_one_name_and_under_two() {
        let of = |name: &str, parent: &str| {
            schema([
                table("users", &["id uuid primary key"]),
                table("teams", &["id uuid primary key"]),
                table("funds", &["owner uuid"]).references(name, "owner", parent),
            ])
        };
        assert_eq!(case(of("fk", "users"), of("fk", "teams")).says(RULE.id), Some(Dangerous));
        assert_eq!(case(of("a", "users"), of("b", "teams")).says(RULE.id), Some(Dangerous));
        assert_eq!(case(of("a", "users"), of("b", "users")).says(RULE.id), None);
    }
}
