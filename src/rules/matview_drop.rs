//! `matview.drop`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "matview.drop",
    severity: Severity::Risky,
    condition: "A materialized view is dropped, or dropped and created again.",
    effect: "Its rows are gone until it is refreshed, and so are its indexes and grants.",
    remedy: "Create the new one under another name, refresh it, swap the names.",
    postgres: "DROP MATERIALIZED VIEW: ACCESS EXCLUSIVE on it; what depends on it stops it (2BP01).",
    sources: &["drizzle-kit/drop-view-prompt", "pg-schema-diff/DELETES_DATA"],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let name = if let Change::DropView(view) = change {
        (view.materialized && !view.is_existing).then_some(&view.name)
    } else if let Change::AlterView(it) = change {
        let rebuilt = it.before.definition != it.after.definition || !it.after.materialized;
        (it.before.materialized && rebuilt && !it.after.is_existing).then_some(&it.after.name)
    } else {
        None
    }?;
    Some(RULE.finding(format!("The rows of materialized view {name} are dropped.")))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Risky;

    #[test]
    fn fires_on_drop_and_on_another_query() {
        let of = |query: &str| with_view(query, |view| view.materialized = true);
        assert_eq!(case(of("select 1"), schema([])).says(RULE.id), Some(Risky));
        assert_eq!(case(of("select 1"), of("select 2")).says(RULE.id), Some(Risky));
        assert_eq!(case(with_view("select 1", |_| ()), schema([])).says(RULE.id), None);
    }
}
