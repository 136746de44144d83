//! `type.no_auto_cast`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "type.no_auto_cast",
    severity: Severity::Dangerous,
    condition: "A column's type changes to one PostgreSQL does not convert to by itself.",
    effect: "drizzle-kit 0.31 writes no USING clause: the statement fails (42804). With one, every \
             value that does not read as the new type stops it.",
    remedy: "Convert with a function that tries, put the rows that fail aside, and write the USING \
             clause by hand.",
    postgres: "42804 without USING; 22P02 or 22007 per value with it; a full rewrite under ACCESS \
             EXCLUSIVE (measured on PostgreSQL 12 to 18).",
    sources: &["drizzle-orm/2751", "postgresql/42804"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::AlterColumnType(it) = change else { return None };
    let conversion = context.conversion(it);
    let types = context.types(it);

    let to_enum = matches!(types.after.base, crate::postgres::Base::Enum(_));
    let arrays = types.as_ref().map(|ty| ty.dimensions.min(1));
    if conversion.path != crate::postgres::Path::Using || to_enum || !arrays.is_same() {
        return None;
    }
    let finding = RULE.finding(format!(
        "{} cannot change from {} to {} without USING.",
        column_path(it),
        types.before,
        types.after
    ));
    Some(match conversion.can_fail {
        Some(why) => finding.because(format!("with USING it fails on {why}")),
        None => finding,
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn strings_do_not_convert_by_themselves() {
        let users = |ty: &str| schema([table("users", &[&format!("n {ty}")])]);
        for to in ["integer", "uuid", "boolean", "date", "jsonb"] {
            assert_eq!(case(users("text"), users(to)).says(RULE.id), Some(Dangerous), "{to}");
        }
        assert_eq!(case(users("integer"), users("text")).says(RULE.id), None);
        assert_eq!(case(users("integer"), users("uuid")).says(RULE.id), None);
    }
}
