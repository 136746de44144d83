//! `code.relations`

use super::prelude::*;
use crate::codebase::Via;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "code.relations",
    severity: Severity::Dangerous,
    condition: "`relations(…)` or `defineRelations(…)` name a table or column that goes.",
    effect: "It does not compile; as JavaScript, every relational query fails at the first use.",
    remedy: "Change the relations in the same commit.",
    postgres: "Relations are no part of the database: PostgreSQL does not stop the change.",
    sources: &["drizzle-orm/relations"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    used(
        &RULE,
        change,
        context,
        |object| format!("Relations still name {object}."),
        |it| it.via == Via::Relation,
    )
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_on_a_relation() {
        let found = column_dropped().with_code(used("db/relations.ts", Via::Relation), RULE.id);
        assert_eq!(found.map(|it| it.severity), Some(Dangerous));
        assert_eq!(column_dropped().with_code(used("src/q.ts", Via::Code), RULE.id), None);
    }
}
