//! `mig.raw_sql`

use super::prelude::*;
use crate::migrations::Act;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "mig.raw_sql",
    severity: Severity::Risky,
    condition: "A migration has code whose statements cannot be read: EXECUTE, another language, no PostgreSQL.",
    effect: "What it does is not known, so it is not judged.",
    remedy: "Write the statements out, or read them and acknowledge that you did.",
    postgres: "None: it depends on the code.",
    sources: &["strong_migrations/execute", "pgsafe/unchecked-do-block"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let (effect, around) = context.by_hand(change)?;
    match effect.act {
        Act::Opaque => Some(RULE.finding(format!("{} runs code that cannot be read.", around.tag))),
        Act::Unreadable => {
            Some(RULE.finding(format!("{} has SQL that PostgreSQL does not read.", around.tag)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::Severity::Risky;
    use crate::rules::testing::migrations::*;

    #[test]
    fn fires_on_what_cannot_be_read() {
        let dynamic = "DO $$ BEGIN EXECUTE 'DROP TABLE ' || 'funds'; END $$";
        assert_eq!(statement(dynamic).says(RULE.id), Some(Risky));
        assert_eq!(statement("ALTER TABLE funds DRPO name").says(RULE.id), Some(Risky));
    }

    #[test]
    fn a_block_of_plain_statements_is_read() {
        let guarded =
            "DO $$ BEGIN TRUNCATE funds; EXCEPTION WHEN undefined_table THEN null; END $$";
        assert_eq!(statement(guarded).says(RULE.id), None);
        assert!(statement(guarded).says("table.truncate").is_some());
    }
}
