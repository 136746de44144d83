//! `enum.default_removed`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "enum.default_removed",
    severity: Severity::Dangerous,
    condition: "A removed value of an enum is the default of a column.",
    effect: "Building the type again fails on the default (22P02 or 42804); when the \
             default goes in the same change, it still pins the old type (2BP01).",
    remedy: "Set another default first, in a migration of its own.",
    postgres: "42804: default cannot be cast automatically; the default pins the old type (measured).",
    sources: &["drizzle-orm/4295"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::DropEnumValue { value, enumeration } = change else { return None };
    let of = |schema| users_of_enum(schema, &enumeration.before);
    let mut users = of(context.schemas.before);
    let (table, column) =
        users.find(|(_, column)| default_label(column).as_ref() == Some(value))?;
    Some(RULE.finding(format!("'{value}' is the default of {}.", path(table, &column.name))))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_when_the_default_goes() {
        let of = |values: &[&str], default: &str| {
            with_enum(
                "status",
                values,
                [table("t", &[&format!("s status enum default '{default}'")])],
            )
        };
        assert_eq!(case(of(&["a", "b"], "b"), of(&["a"], "a")).says(RULE.id), Some(Dangerous));
        assert_eq!(case(of(&["a", "b"], "a"), of(&["a"], "a")).says(RULE.id), None);
    }
}
