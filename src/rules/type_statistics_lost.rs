//! `type.statistics_lost`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "type.statistics_lost",
    severity: Severity::Risky,
    condition: "A type change deletes the column's statistics.",
    effect: "Until ANALYZE has run the planner guesses, and queries on the column may choose bad \
             plans.",
    remedy: "Run ANALYZE on the column as the next step.",
    postgres: "Measured on PostgreSQL 12 to 18, also for changes of the catalog only.",
    sources: &["pg-schema-diff/IMPACTS_DATABASE_PERFORMANCE"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::AlterColumnType(it) = change else { return None };
    let conversion = context.conversion(it);
    let types = context.types(it);

    if types.is_same() || conversion.path == crate::postgres::Path::Impossible {
        return None;
    }
    let finding = RULE.finding(format!("{} loses its statistics.", column_path(it)));
    let remedy = format!(
        "Run ANALYZE {} ({}) as the next step.",
        it.table.quoted_short(),
        crate::ident::quote(&it.what.after.name)
    );
    let finding = Finding { remedy, ..finding };
    Some(if conversion.is_metadata_only() {
        finding.with_severity(Severity::Safe)
    } else {
        finding
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::{Risky, Safe};

    #[test]
    fn names_the_statement() {
        let users = |ty: &str| schema([table("users", &[&format!("n {ty}")])]);
        let found = case(users("integer"), users("bigint")).findings(RULE.id);
        assert_eq!(found[0].severity, Risky);
        assert_eq!(found[0].remedy, "Run ANALYZE \"users\" (\"n\") as the next step.");
        assert_eq!(case(users("varchar(2)"), users("varchar(5)")).says(RULE.id), Some(Safe));
        assert_eq!(case(users("integer"), users("integer not null")).says(RULE.id), None);
    }
}
