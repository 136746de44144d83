//! `type.rewrite`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "type.rewrite",
    severity: Severity::Risky,
    condition: "A column's type changes in a way that keeps the values but writes every row again.",
    effect: "The table can be neither read nor written until the whole table and all its indexes are \
             written.",
    remedy: "Add a column of the new type, keep it in step with a trigger, fill it in batches, swap \
             the names.",
    postgres: "ACCESS EXCLUSIVE, full rewrite and rebuild of every index on PostgreSQL 12 to 18 \
             (measured for integer to bigint, anything to text, enum to text). NaN in a numeric that \
             becomes an integer stops it (0A000).",
    sources: &[
        "squawk/changing-column-type",
        "strong_migrations/change_column",
        "eugene/E5",
        "bytebase/COLUMN_DISALLOW_CHANGE_TYPE",
    ],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::AlterColumnType(it) = change else { return None };
    let conversion = context.conversion(it);
    let types = context.types(it);

    if conversion.path != crate::postgres::Path::Automatic
        || conversion.work != crate::postgres::Work::Rewrite
        || conversion.can_fail.is_some()
        || conversion.loses.is_some()
    {
        return None;
    }
    let unless = match conversion.work_in_utc {
        Some(_) => ", unless the session's time zone is UTC",
        None => "",
    };
    Some(RULE.finding(format!(
        "{} changes from {} to {}: every row of {} is written again{unless}.",
        column_path(it),
        types.before,
        types.after,
        it.table
    )))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::{Dangerous, Risky};

    #[test]
    fn keeps_values_but_takes_its_time() {
        let users = |ty: &str| schema([table("users", &[&format!("n {ty}")])]);
        let wider = case(users("integer"), users("bigint"));
        assert_eq!((wider.says(RULE.id), wider.worst()), (Some(Risky), Risky));
        assert_eq!(
            case(users("integer"), users("bigint")).critical("users").says(RULE.id),
            Some(Dangerous)
        );
        assert_eq!(case(users("integer"), users("text")).says(RULE.id), Some(Risky));
        assert_eq!(case(users("bigint"), users("integer")).says(RULE.id), None);
        assert_eq!(case(users("varchar(5)"), users("text")).says(RULE.id), None);
    }
}
