//! `generated.expression`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "generated.expression",
    severity: Severity::Risky,
    condition: "The expression of a generated column changes.",
    effect: "drizzle-kit push does not see it; drizzle-kit generate drops the column and adds it \
             again: every row is written, and its indexes and constraints are lost.",
    remedy: "ALTER COLUMN … SET EXPRESSION on PostgreSQL 17 and later; before that a new column \
             beside the old one.",
    postgres: "SET EXPRESSION rewrites (17 and later); DROP and ADD COLUMN rewrite and lose dependents \
             (measured).",
    sources: &["drizzle-kit/generated"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::AlterGenerated(it) = change else { return None };
    let finding = RULE.finding(format!("The expression of {} changes.", column_path(it)));
    let table = context.base_table(&it.table)?;
    let lost = dependents::of_column(context.schemas.before, table, &it.what.before.name);
    let lost: Vec<String> = lost.iter().filter(|it| it.own).map(ToString::to_string).collect();
    if lost.is_empty() {
        return Some(finding);
    }
    let proof = format!("{} is lost with the old column", list(&lost));
    Some(finding.with_severity(Severity::Dangerous).because(proof))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::{Dangerous, Risky};

    #[test]
    fn dangerous_when_something_hangs_on_it() {
        let orders = |expression: &str| {
            table("orders", &["a integer", &format!("b integer generated {expression}")])
        };
        let plain = case(schema([orders("a * 2")]), schema([orders("a * 3")]));
        assert_eq!(plain.says(RULE.id), Some(Risky));
        let indexed = |expression: &str| schema([orders(expression).index("i", &["b"])]);
        assert_eq!(case(indexed("a * 2"), indexed("a * 3")).says(RULE.id), Some(Dangerous));
        assert_eq!(case(indexed("a * 2"), indexed("a * 2")).says(RULE.id), None);
        let plain = schema([table("orders", &["a integer"])]);
        assert_eq!(case(plain, schema([orders("a * 2")])).says(RULE.id), None);
    }
}
