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
    let finding = RULE.finding(format!(
        "Index {} on {}({}) is dropped.",
        it.what.name,
        it.table,
        columns.join(", ")
    ));
    Some(match pairs::nothing_missing(it, context) {
        Some(proof) => finding.with_severity(Severity::Safe).because(proof),
        None => finding,
    })
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
        let wider = case(schema([indexed()]), schema([wider]));
        assert_eq!(wider.says(RULE.id), Some(Safe));
        assert_eq!(wider.says("index.drop.nonconcurrent"), Some(Safe));
        let keyed = || users().key("users_mail_name_pk", &["mail", "name"]);
        let key = case(schema([keyed().index("i", &["mail"])]), schema([keyed()]));
        assert_eq!(key.worst(), Safe);
        assert_eq!(case(schema([users()]), schema([indexed()])).says(RULE.id), None);
        let other = users().index("j", &["name", "mail"]);
        assert_eq!(case(schema([indexed()]), schema([other])).says(RULE.id), Some(Risky));
        let gone = case(schema([indexed()]), schema([table("users", &["name text"])]));
        assert_eq!(gone.says(RULE.id), Some(Safe));
        let lower = schema([users().index("i", &["lower(mail)"])]);
        let gone = case(lower, schema([table("users", &["name text"])]));
        assert_eq!(gone.says(RULE.id), Some(Safe));
    }
}
