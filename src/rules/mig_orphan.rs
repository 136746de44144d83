//! `mig.orphan`

use super::prelude::*;
use crate::migrations::What;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "mig.orphan",
    severity: Severity::Risky,
    condition: "A migration does something else than the snapshot beside it says: less, more, or differently.",
    effect: "drizzle-kit believes the snapshot: what the SQL leaves out is never made, and what it does besides is unknown to the schema.",
    remedy: "Change the schema and generate again, or put the statements back; keep hand-written SQL to what the schema cannot say.",
    postgres: "None: every statement is valid, only the two no longer agree.",
    sources: &["kortix/4762", "chkit/141"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let message = match &context.event(change)?.what {
        What::Undone { tag, effects } => format!("{tag} does not do: {}.", list(effects)),
        What::Differs { tag, detail, effect } => format!(
            "{tag} does it differently: {effect} is `{}`, the snapshot says `{}`.",
            detail.after, detail.before
        ),
        What::Unlisted { path } => {
            format!("{path} is not in the journal, so drizzle-kit migrate never runs it.")
        }
        What::Statement { effect, around } if around.contradicts => {
            format!("{} does {} by hand; the schema says otherwise.", around.tag, effect.words())
        }
        _ => return None,
    };
    Some(RULE.finding(message))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::delta::Diff;
    use crate::rules::Severity::Risky;
    use crate::rules::testing::migrations::*;

    #[test]
    fn fires_when_they_disagree() {
        let less = What::Undone { tag: "0003_carry".into(), effects: vec!["x".into()] };
        let other = What::Differs {
            tag: "0003_carry".into(),
            detail: Diff::new("text".into(), "varchar(10)".into()),
            effect: "add column public.funds.carry".into(),
        };
        let unlisted = What::Unlisted { path: "drizzle/0003_carry.sql".into() };
        for what in [less, other, unlisted] {
            assert_eq!(scene("migration").what(what).says(RULE.id), Some(Risky));
        }
    }

    #[test]
    fn fires_on_a_statement_that_the_schema_contradicts() {
        let dropped = || statement("ALTER TABLE funds DROP COLUMN name");
        assert_eq!(dropped().says(RULE.id), Some(Risky));
        assert_eq!(dropped().around(|it| it.contradicts = false).says(RULE.id), None);
    }
}
