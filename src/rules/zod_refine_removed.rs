//! `zod.refine_removed`

use super::prelude::*;
use crate::codebase::Via;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "zod.refine_removed",
    severity: Severity::Risky,
    condition: "drizzle-zod is given a refinement, or `.omit` or `.pick`, of a column that goes.",
    effect: "It does not compile; as JavaScript, the key is ignored, or Zod throws when the \
             module is loaded.",
    remedy: "Take the key out in the same commit.",
    postgres: "PostgreSQL knows nothing of it.",
    sources: &["drizzle-zod/createInsertSchema"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    used(
        &RULE,
        change,
        context,
        |object| format!("drizzle-zod is still told about {object}."),
        |it| it.via == Via::Refinement,
    )
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Risky;

    #[test]
    fn fires_on_a_refinement() {
        let found =
            column_dropped().with_code(used("shared/schemas/a.ts", Via::Refinement), RULE.id);
        assert_eq!(found.map(|it| it.severity), Some(Risky));
        assert_eq!(column_dropped().with_code(used("src/q.ts", Via::Code), RULE.id), None);
    }
}
