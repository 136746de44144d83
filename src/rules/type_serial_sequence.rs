//! `type.serial_sequence`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "type.serial_sequence",
    severity: Severity::Dangerous,
    condition: "A serial column changes to a wider integer, or a column becomes or stops being serial.",
    effect: "The sequence of a serial column stays an integer sequence: inserts fail (2200H) at \
             2147483647 although the column is bigint. serial is no type PostgreSQL can change to.",
    remedy: "ALTER SEQUENCE … AS bigint together with the column; for a column that becomes serial \
             create the sequence and the default by hand.",
    postgres: "Measured on PostgreSQL 12 to 18: after serial to bigint the sequence is still an integer \
             one; identity columns follow the type. SET DATA TYPE serial fails (42704).",
    sources: &[],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::AlterColumnType(it) = change else { return None };
    let conversion = context.conversion(it);
    let types = context.types(it);

    let column = column_path(it);
    let wider = matches!(
        (types.before.scalar(), types.after.scalar()),
        (Some("smallint"), Some("integer" | "bigint")) | (Some("integer"), Some("bigint"))
    );
    let message = match (types.before.serial, types.after.serial) {
        (true, _) if wider => format!(
            "The sequence of {column} stays {} while the column becomes {}.",
            types.before, types.after
        ),
        (false, true) => format!(
            "{column} becomes {}, which PostgreSQL refuses as a type to change to.",
            it.what.after.ty
        ),
        (true, false) if conversion.is_metadata_only() => {
            let message = format!(
                "{column} is no longer serial, but keeps its sequence and default in the database."
            );
            return Some(RULE.finding(message).with_severity(Severity::Safe));
        }
        (true | false, true | false) => return None,
    };
    Some(RULE.finding(message))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::{Dangerous, Safe};

    #[test]
    fn fires_when_a_serial_widens_or_appears() {
        let users = |ty: &str| schema([table("users", &[&format!("n {ty} not null")])]);
        assert_eq!(case(users("serial"), users("bigserial")).says(RULE.id), Some(Dangerous));
        assert_eq!(case(users("serial"), users("bigint")).says(RULE.id), Some(Dangerous));
        assert_eq!(case(users("integer"), users("serial")).says(RULE.id), Some(Dangerous));
        assert_eq!(case(users("serial"), users("integer")).says(RULE.id), Some(Safe));
        assert_eq!(case(users("integer"), users("bigint")).says(RULE.id), None);
    }
}
