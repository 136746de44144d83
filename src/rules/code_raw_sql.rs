//! `code.raw_sql`

use super::prelude::*;
use crate::codebase::Via;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "code.raw_sql",
    severity: Severity::Risky,
    condition: "SQL text in the code, or an .sql file, names a table or column that goes.",
    effect: "No compiler sees it: it fails when it runs (42703, 42P01).",
    remedy: "Search for the name, change the text, deploy that first.",
    postgres: "SQL text is parsed when it is sent.",
    sources: &["drizzle-guard/references"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    used(
        &RULE,
        change,
        context,
        |object| format!("{object} is named in SQL text."),
        |it| it.via == Via::Sql && !is_seed(it),
    )
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Risky;

    #[test]
    fn fires_on_sql_text() {
        let found = column_dropped().with_code(used("src/report.sql", Via::Sql), RULE.id);
        assert_eq!(found.map(|it| it.severity), Some(Risky));
        assert_eq!(column_dropped().with_code(used("src/q.ts", Via::Code), RULE.id), None);
    }
}
