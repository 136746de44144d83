//! `check.drop`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "check.drop",
    severity: Severity::Risky,
    condition: "A CHECK is removed.",
    effect: "Rows that it refused become possible; once there are some, it cannot be added again.",
    remedy: "Keep it, or write down where the rule is kept from now on.",
    postgres: "ACCESS EXCLUSIVE, catalog only.",
    sources: &["bytebase/SDLDropOperation", "pgsafe/drop-constraint"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::DropCheck(it) = change else { return None };
    if pairs::renamed(change, context).is_some() {
        return None;
    }
    let finding = RULE
        .finding(format!("Check {} of {} is dropped: {}.", it.what.name, it.table, it.what.value));
    let base = context.schemas.before.table(&it.table)?;
    let named = base.columns.keys().filter(|column| dependents::mentions(&it.what.value, column));
    let named: Vec<String> = named.cloned().collect();
    let gone = |column: &String| context.is_dropped(&it.table, std::slice::from_ref(column));
    if !named.is_empty() && named.iter().all(gone) {
        let proof = "it goes with the columns that are dropped";
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
    fn risky_unless_its_column_goes() {
        let funds = || table("funds", &["id uuid", "size integer"]);
        let checked = || schema([funds().check("c", "\"funds\".\"size\" > 0")]);
        assert_eq!(case(checked(), schema([funds()])).says(RULE.id), Some(Risky));
        let gone = schema([table("funds", &["id uuid"])]);
        assert_eq!(case(checked(), gone).says(RULE.id), Some(Safe));
        assert_eq!(case(checked(), checked()).says(RULE.id), None);
        assert_eq!(case(schema([funds()]), checked()).says(RULE.id), None);
    }
}
