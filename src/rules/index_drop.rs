//! `index.drop`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "index.drop",
    severity: Severity::Risky,
    condition: "An index is removed.",
    effect: "Queries that used it read the whole table from then on.",
    remedy: "Look at pg_stat_user_indexes on every replica first, and keep the CREATE statement at \
             hand.",
    postgres: "Catalog only; the plan changes at the next execution.",
    sources: &["pg-schema-diff/INDEX_DROPPED", "bytebase/SDLDropOperation"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::DropIndex(it) = change else { return None };
    if pairs::renamed(change, context).is_some() {
        return None;
    }
    let columns: Vec<String> = it.what.columns.iter().map(|key| key.expression.clone()).collect();
    let finding = RULE.finding(format!("Index {} on {}({}) is dropped.", it.what.name, it.table, columns.join(", ")));
    if context.goes_with_a_column(&it.table, &it.what) {
        return Some(finding.with_severity(Severity::Safe).because("it goes with a column that is dropped"));
    }
    let head = context.head_table(&it.table)?;
    let new = context.names().columns_to_head(&head.name, &columns);
    let plain = it.what.columns.iter().all(|key| !key.is_expression) && it.what.method == "btree";
    // The same order of columns: another order serves other queries.
    let leads = |other: &crate::schema::Index| {
        other.predicate.is_none() && other.method == "btree" && leading_columns(other).starts_with(
            &new.iter().map(String::as_str).collect::<Vec<_>>(),
        )
    };
    if plain && let Some(other) = head.indexes.values().find(|other| leads(other)) {
        let proof = format!("{} begins with the same columns and serves the same queries", other.name);
        return Some(finding.with_severity(Severity::Safe).because(proof));
    }
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::{Risky, Safe};

    #[test]
    fn risky_unless_another_serves_the_same() {
        let users = || table("users", &["mail text", "name text"]);
        let indexed = || users().index("i", &["mail"]);
        assert_eq!(case(schema([indexed()]), schema([users()])).says(RULE.id), Some(Risky));
        let wider = users().index("j", &["mail", "name"]);
        assert_eq!(case(schema([indexed()]), schema([wider])).says(RULE.id), Some(Safe));
        let other = users().index("j", &["name", "mail"]);
        assert_eq!(case(schema([indexed()]), schema([other])).says(RULE.id), Some(Risky));
        let gone = case(schema([indexed()]), schema([table("users", &["name text"])]));
        assert_eq!(gone.says(RULE.id), Some(Safe));
        let lower = schema([users().index("i", &["lower(mail)"])]);
        let gone = case(lower, schema([table("users", &["name text"])]));
        assert_eq!(gone.says(RULE.id), Some(Safe));
    }
}
