//! `table.critical`

use super::prelude::*;

/// The card and its check. It is the modifier itself: what it raises is raised in [`super::judge`].
pub(super) static RULE: Rule = Rule {
    id: "table.critical",
    severity: Severity::Safe,
    condition: "A change touches a table that the configuration calls critical.",
    effect: "What is risky on another table is dangerous on this one, and stops the push.",
    remedy: "Take the safer way that the other hazards name; have somebody else read the change.",
    postgres: "Locks that are short on a small table are an outage on a busy one.",
    sources: &["bytebase/environment-tiers"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let table = super::judge::critical_table(change, context)?;
    Some(RULE.finding(format!("{table} is critical: what is risky elsewhere is dangerous here.")))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::{Dangerous, Risky};

    #[test]
    fn raises_what_touches_a_critical_table() {
        let columns = ["id uuid primary key", "code text"];
        let indexed = || schema([table("funds", &columns).index("by_code", &["code"])]);
        let plain = || schema([table("funds", &columns)]);
        assert_eq!(case(plain(), indexed()).says("index.add"), Some(Risky));
        assert_eq!(case(plain(), indexed()).says(RULE.id), None);
        let critical = case(plain(), indexed()).critical("funds");
        assert_eq!(critical.says("index.add"), Some(Dangerous));
        assert_eq!(critical.messages(RULE.id).len(), 1);
    }
}
