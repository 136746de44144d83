//! `view.definition`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "view.definition",
    severity: Severity::Risky,
    condition: "The query of a view changes.",
    effect: "drizzle-kit push does not see it: the database keeps the old query. With migrate the \
             view is dropped and created again.",
    remedy: "Write the migration by hand: CREATE OR REPLACE VIEW.",
    postgres: "drizzle-kit push 0.31 reports no changes (measured).",
    sources: &["bytebase/SDLReplaceOperation"],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let Change::AlterView(it) = change else { return None };
    if it.before.definition == it.after.definition || it.after.is_existing {
        return None;
    }
    Some(RULE.finding(format!("The query of view {} changes.", it.after.name)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Risky;

    #[test]
    fn fires_on_another_query() {
        let of = |query: &str| with_view(query, |_| ());
        assert_eq!(case(of("select 1"), of("select 2")).says(RULE.id), Some(Risky));
        assert_eq!(case(of("select 1"), of("select 1")).says(RULE.id), None);
        assert_eq!(case(schema([]), of("select 1")).says(RULE.id), None);
    }
}
