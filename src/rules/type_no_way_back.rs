//! `type.no_way_back`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "type.no_way_back",
    severity: Severity::Dangerous,
    condition: "A type change that runs forward cannot be undone by another type change.",
    effect: "A rollback with ALTER TYPE fails or leaves other values than before.",
    remedy: "Keep the old column, or a copy of it, until the change has proved itself.",
    postgres: "Measured: bigint to double precision, numeric to real, timestamp to time and others; the \
             way back fails (42846) or rounds.",
    sources: &[],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::AlterColumnType(it) = change else { return None };
    let conversion = context.conversion(it);
    let types = context.types(it);

    let runs =
        matches!(conversion.path, crate::postgres::Path::Automatic | crate::postgres::Path::Using);
    if !conversion.no_way_back || !runs {
        return None;
    }
    Some(RULE.finding(format!(
        "{}: no ALTER TYPE leads from {} back to the values it had as {}.",
        column_path(it),
        types.after,
        types.before
    )))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_where_the_way_back_is_closed() {
        let users = |ty: &str| schema([table("users", &[&format!("n {ty}")])]);
        assert_eq!(case(users("timestamp"), users("time")).says(RULE.id), Some(Dangerous));
        assert_eq!(case(users("integer"), users("bigint")).says(RULE.id), None);
        assert_eq!(case(users("integer"), users("text")).says(RULE.id), None);
    }
}
