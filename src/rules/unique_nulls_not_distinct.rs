//! `unique.nulls_not_distinct`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "unique.nulls_not_distinct",
    severity: Severity::Dangerous,
    condition: "NULLS NOT DISTINCT of a unique constraint is switched.",
    effect: "Switched on, it fails when several rows have NULL (23505); switched off, such rows \
             become possible.",
    remedy: "Count the rows with NULL first.",
    postgres: "PostgreSQL 15 and later, a syntax error before (42601); 23505 when several NULLs exist; \
             dropped and added, the index is built under ACCESS EXCLUSIVE (measured).",
    sources: &[],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::AlterUnique(it) = change else { return None };
    let flags = it.what.as_ref().map(|unique| unique.nulls_not_distinct);
    if flags.is_same() {
        return None;
    }
    let now = if flags.after { "now collide" } else { "no longer collide" };
    let finding =
        RULE.finding(format!("NULLs in {}({}) {now}.", it.table, it.what.after.columns.join(", ")));
    let base = context.base_table(&it.table)?;
    if it.what.before.columns.iter().all(|column| is_not_null(base, column)) {
        let proof = "none of its columns can be NULL; its index is built under a lock all the same";
        return Some(finding.with_severity(Severity::Risky).because(proof));
    }
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::{Dangerous, Risky};

    #[test]
    fn what_holds_no_null_only_takes_its_time() {
        let users = |column: &str, flag: bool| {
            let mut built = table("users", &[column]).unique("u", &["mail"]);
            built.0.uniques["u"].nulls_not_distinct = flag;
            schema([built])
        };
        let nullable = case(users("mail text", false), users("mail text", true));
        assert_eq!(nullable.says(RULE.id), Some(Dangerous));
        let required = case(users("mail text not null", false), users("mail text not null", true));
        assert_eq!(required.says(RULE.id), Some(Risky));
        let same = case(users("mail text", true), users("mail text", true));
        assert_eq!(same.says(RULE.id), None);
        let new = case(schema([table("users", &["mail text"])]), users("mail text", true));
        assert_eq!(new.says(RULE.id), None);
    }
}
