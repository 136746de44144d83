//! `type.check_scan`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "type.check_scan",
    severity: Severity::Risky,
    condition: "A type widens without touching the values, but a CHECK mentions the column.",
    effect: "The whole table is read while nobody can read or write it.",
    remedy: "Drop the CHECK, change the type, add the CHECK as NOT VALID and validate it in a \
             transaction of its own.",
    postgres: "A full scan under ACCESS EXCLUSIVE, even for varchar to text (measured on PostgreSQL 12 \
             to 18).",
    sources: &["strong_migrations/change_column_constraint"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::AlterColumnType(it) = change else { return None };
    let conversion = context.conversion(it);
    let types = context.types(it);

    let checks = checks_on(it, context);
    if !conversion.is_metadata_only() || checks.is_empty() {
        return None;
    }
    Some(RULE.finding(format!(
        "{} widens from {} to {}, but {} has to be checked for every row.",
        column_path(it),
        types.before,
        types.after,
        list(&checks)
    )))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Risky;

    #[test]
    fn a_check_turns_widening_into_a_scan() {
        let users = |ty: &str| table("users", &[&format!("name {ty}")]);
        let checked = |ty: &str| schema([users(ty).check("name_set", "\"users\".\"name\" <> ''")]);
        assert_eq!(case(checked("varchar(5)"), checked("text")).says(RULE.id), Some(Risky));
        // drizzle-kit drops a check before it alters a column.
        assert_eq!(case(checked("varchar(5)"), schema([users("text")])).says(RULE.id), None);
        let plain = case(schema([users("varchar(5)")]), schema([users("text")]));
        assert_eq!(plain.says(RULE.id), None);
    }
}
