//! `mig.keyword_optional`

use super::prelude::*;
use crate::migrations::{Act, Manner};

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "mig.keyword_optional",
    severity: Severity::Dangerous,
    condition: "A hand-written statement drops a column without the word COLUMN.",
    effect: "The column goes with its values, and whoever searches the migrations for DROP COLUMN does not find it.",
    remedy: "Write DROP COLUMN, and drop it the way a column is dropped: last, after the code let go of it.",
    postgres: "ALTER TABLE t DROP c is ALTER TABLE t DROP COLUMN c.",
    sources: &["nextly/204"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let (effect, around) = context.by_hand(change)?;
    let short = effect.act == Act::DropColumn && effect.is(Manner::WithoutKeyword);
    short.then(|| RULE.finding(format!("{} drops {}.{}.", around.tag, effect.on, effect.name)))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::Severity::Dangerous;
    use crate::rules::testing::migrations::*;

    #[test]
    fn fires_on_the_short_form() {
        assert_eq!(statement("alter table funds drop \"name\"").says(RULE.id), Some(Dangerous));
        assert_eq!(statement("ALTER TABLE funds DROP COLUMN name").says(RULE.id), None);
        assert_eq!(statement("ALTER TABLE funds DROP CONSTRAINT name").says(RULE.id), None);
    }
}
