//! `mig.edited`

use super::prelude::*;
use crate::migrations::What;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "mig.edited",
    severity: Severity::Dangerous,
    condition: "A migration that is out already is edited, deleted, or given a newer time.",
    effect: "A database that has run it never looks at it again, so new databases and old ones differ; with a newer time it runs a second time and fails on what exists.",
    remedy: "Leave it as it is and write a new migration.",
    postgres: "drizzle-orm's migrator compares only the newest created_at with the journal's when; it stores the hash and never reads it.",
    sources: &["atlas/atlas.sum"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let message = match &context.event(change)?.what {
        What::Edited { tag } => format!("{tag} is out already, and its statements change."),
        What::Deleted { tag } => format!("{tag} is out already, and it is deleted."),
        What::RunsAgain { tag } => {
            format!("{tag} is out already; with its new time it runs a second time.")
        }
        _ => return None,
    };
    Some(RULE.finding(message))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::Severity::Dangerous;
    use crate::rules::testing::migrations::*;

    #[test]
    fn fires_on_what_is_out() {
        let tag = || "0002_region".to_owned();
        for what in [
            What::Edited { tag: tag() },
            What::Deleted { tag: tag() },
            What::RunsAgain { tag: tag() },
        ] {
            assert_eq!(scene("migration 0002_region").what(what).says(RULE.id), Some(Dangerous));
        }
        assert_eq!(scene("migration").what(What::NoFile { tag: tag() }).says(RULE.id), None);
    }
}
