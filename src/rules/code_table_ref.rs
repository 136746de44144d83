//! `code.table_ref`

use super::prelude::*;
use crate::codebase::Via;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "code.table_ref",
    severity: Severity::Dangerous,
    condition: "A table that is dropped, renamed or moved is still used in the TypeScript code.",
    effect: "The code does not compile, or fails when it runs (42P01).",
    remedy: "Take the table out of the code first, deploy that, then drop it.",
    postgres: "Nothing stops DROP TABLE because a client uses the table; the next statement that \
             names it fails with 42P01.",
    sources: &["drizzle-guard/references"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    if !matches!(change, Change::DropTable(_) | Change::RenameTable(_) | Change::MoveTable(_)) {
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
        let dropped = || case(schema([table("funds", &["id uuid"])]), schema([]));
        let used = |file| Uses { gone: vec![reference(file, Via::Code)], ..Uses::default() };
        let found = dropped().with_code(used("src/q.ts"), RULE.id);
        assert_eq!(found.map(|it| it.severity), Some(Dangerous));
        assert_eq!(dropped().with_code(used("src/q.test.ts"), RULE.id), None);
    }
}
