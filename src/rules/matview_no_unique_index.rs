//! `matview.no_unique_index`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "matview.no_unique_index",
    severity: Severity::Risky,
    condition: "A materialized view is created; Drizzle cannot declare an index on it.",
    effect: "Without a unique index it can only be refreshed while nobody reads it.",
    remedy: "Add `CREATE UNIQUE INDEX` on it to a custom migration (drizzle-kit generate --custom).",
    postgres: "REFRESH MATERIALIZED VIEW CONCURRENTLY fails without a unique index on plain columns \
             (55000); the plain REFRESH takes ACCESS EXCLUSIVE.",
    sources: &["postgresql/refresh-materialized-view"],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let Change::CreateView(view) = change else { return None };
    (view.materialized && !view.is_existing)
        .then(|| RULE.finding(format!("Materialized view {} has no unique index.", view.name)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Risky;

    #[test]
    fn fires_on_a_new_materialized_view() {
        let created = |materialized| {
            let after = with_view("select 1", |view| view.materialized = materialized);
            case(schema([]), after).policy(RULE.id).says(RULE.id)
        };
        assert_eq!(created(true), Some(Risky));
        assert_eq!(created(false), None);
    }
}
