//! `fk.action.from_cascade`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "fk.action.from_cascade",
    severity: Severity::Dangerous,
    condition: "The action of a foreign key narrows from CASCADE or SET NULL.",
    effect: "Deletes of the parent that worked until now fail (23503), or leave what they used to \
             remove.",
    remedy: "Ship code that deletes or detaches the children first.",
    postgres: "23503 at run time; the constraint is dropped and added again under ACCESS EXCLUSIVE on \
             both tables.",
    sources: &[],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let (table, before, after) = pairs::foreign_key(change, context)?;
    let rank = |action: &str| match action {
        "cascade" => 2,
        "set null" | "set default" => 1,
        _ => 0,
    };
    let actions = [
        (
            "DELETE",
            pairs::action(before.on_delete.as_ref()),
            pairs::action(after.on_delete.as_ref()),
        ),
        (
            "UPDATE",
            pairs::action(before.on_update.as_ref()),
            pairs::action(after.on_update.as_ref()),
        ),
    ];
    let (verb, old, new) = actions.into_iter().find(|(_, old, new)| rank(old) > rank(new))?;
    Some(RULE.finding(format!(
        "On {verb} of a row of {}, {table} ({}) no longer answers with {} but with {}.",
        after.to,
        after.name,
        old.to_uppercase(),
        new.to_uppercase()
    )))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_when_a_cascade_ends() {
        let of = |action: &str| {
            schema([
                table("funds", &["id uuid primary key"]),
                table("deals", &["fund_id uuid"]).foreign_key(
                    "fk",
                    &["fund_id"],
                    "funds",
                    &["id"],
                    action,
                ),
            ])
        };
        assert_eq!(case(of("cascade"), of("restrict")).says(RULE.id), Some(Dangerous));
        assert_eq!(case(of("cascade"), of("set null")).says(RULE.id), Some(Dangerous));
        assert_eq!(case(of("restrict"), of("no action")).says(RULE.id), None);
    }
}
