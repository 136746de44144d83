//! `run.after_ael`

use super::prelude::*;
use crate::migrations::Act;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "run.after_ael",
    severity: Severity::Risky,
    condition: "After a statement that locks a table against everybody, the same run does work that takes long.",
    effect: "drizzle-kit migrate runs all pending migrations in one transaction: the first table stays locked until the work on the other is done.",
    remedy: "Put the long work into a run of its own.",
    postgres: "Locks are held to the end of the transaction (measured on PostgreSQL 12 to 18).",
    sources: &["eugene/E4", "django/CREATE_INDEX_EXCLUSIVE"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let (effect, around) = context.by_hand(change)?;
    let long = matches!(
        effect.act,
        Act::Update | Act::Delete | Act::CreateIndex | Act::AddForeignKey | Act::ValidateConstraint
    );
    if !long || !around.existing || !context.may_migrate() {
        return None;
    }
    let on = effect.on.to_string();
    let mut locked: Vec<&String> = around.locked.iter().filter(|it| **it != on).collect();
    locked.dedup();
    (!locked.is_empty()).then(|| {
        RULE.finding(format!("{} works on {on} and keeps {} locked.", around.tag, list(&locked)))
    })
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::Executor;
    use crate::rules::Severity::Risky;
    use crate::rules::testing::migrations::*;

    #[test]
    fn fires_while_another_table_is_locked() {
        let locked = || {
            statement("UPDATE funds SET name = 'x' WHERE id = 1")
                .around(|it| it.locked.push("public.scenarios".into()))
        };
        assert_eq!(locked().says(RULE.id), Some(Risky));
        assert_eq!(locked().executor(Executor::Push).says(RULE.id), None);
        assert_eq!(statement("UPDATE funds SET name = 'x' WHERE id = 1").says(RULE.id), None);
    }
}
