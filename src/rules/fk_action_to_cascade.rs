//! `fk.action.to_cascade`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "fk.action.to_cascade",
    severity: Severity::Dangerous,
    condition: "The action of a foreign key widens.",
    effect: "One DELETE or UPDATE of the parent now changes rows that it was stopped by, or left \
             alone, before.",
    remedy: "List what one delete reaches from now on, and count the rows below the largest parents, \
             before it is applied.",
    postgres: "The constraint is dropped and added again: ACCESS EXCLUSIVE on both tables. drizzle-kit \
             applies it without a prompt (measured).",
    sources: &["bytebase/STATEMENT_DISALLOW_ON_DEL_CASCADE"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let (table, before, after) = pairs::foreign_key(change, context)?;
    let event = |old: Option<&String>, new: Option<&String>| {
        let (old, new) = (pairs::action(old).to_owned(), pairs::action(new).to_owned());
        (rank(&new) > rank(&old)).then_some((old, new))
    };
    let delete = event(before.on_delete.as_ref(), after.on_delete.as_ref());
    let update = event(before.on_update.as_ref(), after.on_update.as_ref());
    let (verb, (old, new)) =
        delete.map(|it| ("DELETE", it)).or_else(|| update.map(|it| ("UPDATE", it)))?;
    let finding = RULE.finding(format!(
        "On {verb} of a row of {}, {} rows of {table} ({}) instead of: {old}.",
        after.to,
        new.to_uppercase(),
        after.name
    ));
    if new != "cascade" {
        return Some(finding.with_severity(Severity::Risky));
    }
    if verb == "UPDATE" {
        return Some(finding);
    }
    let reach = dependents::reach_of_delete(context.schemas.after, &after.to);
    Some(finding.because(format!("a delete from {} now reaches {}", after.to, list(&reach))))
}

/// How much an action does to the rows of the referencing table.
fn rank(action: &str) -> u8 {
    match action {
        "cascade" => 2,
        "set null" | "set default" => 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::{Dangerous, Risky};

    fn changed(before: &str, after: &str) -> Case {
        let of = |action: &str| {
            schema([
                table("funds", &["id uuid primary key"]),
                table("deals", &["id uuid primary key", "fund_id uuid"]).foreign_key(
                    "fk",
                    &["fund_id"],
                    "funds",
                    &["id"],
                    action,
                ),
                table("notes", &["deal_id uuid"]).foreign_key(
                    "fk",
                    &["deal_id"],
                    "deals",
                    &["id"],
                    "cascade",
                ),
            ])
        };
        case(of(before), of(after))
    }

    #[test]
    fn cascade_is_dangerous_and_names_its_reach() {
        let found = changed("no action", "cascade").findings(RULE.id);
        assert_eq!((found.len(), found[0].severity), (1, Dangerous));
        assert_eq!(
            found[0].evidence,
            ["a delete from public.funds now reaches public.deals and public.notes"]
        );
        assert_eq!(changed("set null", "cascade").says(RULE.id), Some(Dangerous));
        assert_eq!(changed("restrict", "set null").says(RULE.id), Some(Risky));
    }

    #[test]
    fn narrowing_is_another_matter() {
        assert_eq!(changed("cascade", "restrict").says(RULE.id), None);
        assert_eq!(changed("no action", "restrict").says(RULE.id), None);
    }
}
