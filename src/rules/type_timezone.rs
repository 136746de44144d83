//! `type.timezone`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "type.timezone",
    severity: Severity::Dangerous,
    condition: "A column changes between timestamp with and without time zone.",
    effect: "Every value is read in the time zone of the session that runs it: in another zone than \
             the values were meant in they all shift.",
    remedy: "Write the zone out: USING column AT TIME ZONE 'UTC'.",
    postgres: "The values are converted with the session's TimeZone; a rewrite, except in a UTC session \
             on PostgreSQL 12 and later, where only the indexes are built again (measured).",
    sources: &["squawk/changing-column-type", "strong_migrations/change_column"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::AlterColumnType(it) = change else { return None };
    let conversion = context.conversion(it);
    let types = context.types(it);

    let scalar = types.as_ref().map(|ty| ty.element().scalar());
    let zoned = matches!(
        (scalar.before, scalar.after),
        (Some("timestamp"), Some("timestamptz")) | (Some("timestamptz"), Some("timestamp"))
    );
    if !zoned || conversion.path == crate::postgres::Path::Impossible {
        return None;
    }
    let finding = RULE.finding(format!(
        "{} changes from {} to {}: the session's time zone decides the values.",
        column_path(it),
        types.before,
        types.after
    ));
    let remedy = format!(
        "Write the zone out: ALTER COLUMN {0} TYPE {1} USING {0} AT TIME ZONE 'UTC'.",
        crate::ident::quote(&it.what.after.name),
        types.after
    );
    Some(Finding { remedy, ..finding })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_in_both_directions() {
        let users = |ty: &str| schema([table("users", &[&format!("at {ty}")])]);
        let (plain, zoned) = ("timestamp", "timestamp with time zone");
        assert_eq!(case(users(plain), users(zoned)).says(RULE.id), Some(Dangerous));
        assert_eq!(case(users(zoned), users(plain)).says(RULE.id), Some(Dangerous));
        assert_eq!(case(users("date"), users(plain)).says(RULE.id), None);
    }
}
