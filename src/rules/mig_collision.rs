//! `mig.collision`

use super::prelude::*;
use crate::migrations::What;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "mig.collision",
    severity: Severity::Dangerous,
    condition: "Two migrations have one number or name, two snapshots one parent, or the journal does not read.",
    effect: "drizzle-kit generate compares with only one of them or refuses; the change of the other is generated again or lost.",
    remedy: "Keep the one that is out, delete the other with its snapshot and journal entry, and run drizzle-kit generate again.",
    postgres: "None: drizzle-kit check finds it, the database does not.",
    sources: &["drizzle-kit/check"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let What::Collision { which } = &context.event(change)?.what else { return None };
    Some(RULE.finding(format!("{}.", capitalized(which))))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::Severity::Dangerous;
    use crate::rules::testing::migrations::*;

    #[test]
    fn fires_on_a_collision_alone() {
        let which = "0003_carry and 0003_region both have idx 3".to_owned();
        let scene = scene("migrations journal").what(What::Collision { which });
        assert_eq!(scene.says(RULE.id), Some(Dangerous));
        assert_eq!(statement("TRUNCATE funds").says(RULE.id), None);
    }
}
