//! `column.recreate`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "column.recreate",
    severity: Severity::Dangerous,
    condition: "drizzle-kit drops a column and adds it again under its name.",
    effect: "All values of the column are lost, with its indexes, constraints, grants and comment; \
             push does it without a prompt. A row on which the new expression fails stops it (22003, 22P02).",
    remedy: "Add the new column under another name, copy the values, swap the names, drop the old one.",
    postgres: "DROP COLUMN and ADD COLUMN: ACCESS EXCLUSIVE; a stored generated column rewrites the \
             table. drizzle-kit 0.31 does it for every change from or to a generated expression \
             (measured).",
    sources: &["prisma/DropAndRecreateColumn", "prisma/DropAndRecreateRequiredColumn"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let it = if let Change::SetGenerated(it) = change {
        it
    } else if let Change::AlterGenerated(it) = change {
        it
    } else if let Change::AlterColumnType(it) = change {
        it
    } else {
        return None;
    };
    if !context.recreates(it) {
        return None;
    }
    let mut finding = RULE.finding(format!("{} is dropped and added again.", column_path(it)));
    if it.what.after.not_null {
        finding = finding
            .because("it is NOT NULL: a row for which the expression is NULL stops it (23502)");
    }
    if let Some(why) = context.made_too_late(&it.table, &it.what.after) {
        finding = finding.because(why);
    }
    let computed = it.what.before.generated.is_some() && it.what.after.generated.is_some();
    if computed {
        let proof = "its values are computed anew from the other columns";
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
    fn fires_where_drizzle_kit_drops_and_adds() {
        let of = |column: &str| schema([table("orders", &["a integer", column])]);
        let became = case(of("b integer"), of("b integer generated (a * 2)"));
        assert_eq!(became.says(RULE.id), Some(Dangerous));
        let another = case(of("b integer generated (a * 3)"), of("b integer generated (a * 2)"));
        assert_eq!(another.says(RULE.id), Some(Risky));
        let required = case(of("b integer"), of("b integer not null generated (a * 2)"));
        assert!(required.findings(RULE.id)[0].evidence[0].contains("23502"));
        assert_eq!(case(of("b integer"), of("b bigint")).says(RULE.id), None);
        let with = |columns: &[&str]| schema([table("orders", columns)]);
        let late = case(with(&["b integer"]), with(&["b integer generated (a * 2)", "a integer"]));
        assert!(late.findings(RULE.id)[0].evidence[0].contains("adds a, which"));
    }
}
