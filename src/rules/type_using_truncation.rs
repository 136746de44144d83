//! `type.using_truncation`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "type.using_truncation",
    severity: Severity::Dangerous,
    condition: "A column shrinks; a USING clause would cut the values instead of refusing them.",
    effect: "drizzle-kit 1.0 writes USING column::type into every type change: longer values are cut \
             silently.",
    remedy: "Count max(length(column)) first; never cast explicitly when a column shrinks; know the \
             major version of drizzle-kit that will run.",
    postgres: "Measured on PostgreSQL 12 to 18: plain ALTER varchar(50) to varchar(3) fails (22001); \
             with USING it stores the first three characters. drizzle-kit 1.0.0-rc.4 push did so \
             without a prompt.",
    sources: &[],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::AlterColumnType(it) = change else { return None };
    let conversion = context.conversion(it);
    let types = context.types(it);

    if !conversion.using_truncates || conversion.path != crate::postgres::Path::Automatic {
        return None;
    }
    Some(RULE.finding(format!(
        "{} shrinks from {} to {}: with an explicit USING, as drizzle-kit 1.0 writes it, values are cut.",
        column_path(it),
        types.before,
        types.after
    )))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_where_a_cast_would_cut() {
        let users = |ty: &str| schema([table("users", &[&format!("n {ty}")])]);
        assert_eq!(case(users("varchar(50)"), users("varchar(3)")).says(RULE.id), Some(Dangerous));
        assert_eq!(case(users("bigint"), users("integer")).says(RULE.id), None);
        assert_eq!(case(users("varchar(3)"), users("varchar(50)")).says(RULE.id), None);
    }
}
