//! `code.column_ref`

use super::prelude::*;
use crate::codebase::Via;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "code.column_ref",
    severity: Severity::Dangerous,
    condition: "A column that is dropped or renamed is still used in the TypeScript code.",
    effect: "The code does not compile, or fails when it runs (42703).",
    remedy: "Take the column out of the code first, deploy that, then drop it.",
    postgres: "Nothing stops DROP COLUMN because a client uses the column; the next statement that \
             names it fails with 42703.",
    sources: &["drizzle-guard/references"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    if !matches!(change, Change::DropColumn(_) | Change::RenameColumn(_)) {
        return None;
    }
    used(
        &RULE,
        change,
        context,
        |object| format!("{object} is still used in the code."),
        |it| matches!(it.via, Via::Code | Via::Condition) && !is_seed(it),
    )
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_on_a_use_in_the_program() {
        let found =
            column_dropped().with_code(used("src/q.ts", Via::Code), RULE.id).expect("a finding");
        assert_eq!(found.severity, Dangerous);
        assert_eq!(found.evidence, ["1 use in 1 file, first at src/q.ts:3:5: funds.code"]);
        assert_eq!(column_dropped().with_code(used("tests/q.ts", Via::Code), RULE.id), None);
        assert_eq!(column_dropped().with_code(Uses::default(), RULE.id), None);
    }
}
