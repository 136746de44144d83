//! `fk.drop`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "fk.drop",
    severity: Severity::Dangerous,
    condition: "A foreign key is dropped.",
    effect: "Orphans become possible at once, and deletes of the parent no longer clean up or stop.",
    remedy: "Keep it; on PostgreSQL 18 make it NOT ENFORCED instead; watch for orphans.",
    postgres: "ACCESS EXCLUSIVE on both tables, catalog only (measured on PostgreSQL 12 to 18).",
    sources: &["atlas/CD101", "pgsafe/drop-constraint", "bytebase/SDLDropOperation"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::DropForeignKey(it) = change else { return None };
    if pairs::renamed(change, context).is_some() {
        return None;
    }
    let finding = RULE.finding(format!(
        "{}({}) need no longer exist in {}.",
        it.table,
        it.what.columns_from.join(", "),
        it.what.to
    ));
    if context.is_dropped(&it.table, &it.what.columns_from) {
        return Some(
            finding.with_severity(Severity::Safe).because("it goes with a column that is dropped"),
        );
    }
    if context.is_dropped(&it.what.to, &it.what.columns_to) {
        let proof = format!("what it refers to in {} is dropped", it.what.to);
        return Some(finding.with_severity(Severity::Safe).because(proof));
    }
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::{Dangerous, Safe};

    #[test]
    fn dangerous_unless_its_column_goes() {
        let funds = || table("funds", &["id uuid primary key"]);
        let deals = || table("deals", &["id uuid", "fund_id uuid"]);
        let keyed = || schema([funds(), deals().references("fk", "fund_id", "funds")]);
        assert_eq!(case(keyed(), schema([funds(), deals()])).says(RULE.id), Some(Dangerous));
        let gone = case(keyed(), schema([funds(), table("deals", &["id uuid"])]));
        assert_eq!(gone.says(RULE.id), Some(Safe));
        assert_eq!(gone.worst(), Dangerous);
    }

    #[test]
    fn a_renamed_key_is_not_dropped() {
        let funds = || table("funds", &["id uuid primary key"]);
        let deals = || table("deals", &["fund_id uuid"]);
        let keyed = |name: &str| schema([funds(), deals().references(name, "fund_id", "funds")]);
        assert_eq!(case(keyed("a"), keyed("b")).says(RULE.id), None);
    }
}
