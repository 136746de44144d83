//! `type.can_fail`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "type.can_fail",
    severity: Severity::Dangerous,
    condition: "A column's type narrows: values that do not fit stop the change.",
    effect: "The statement reads the whole table under a lock and then fails on the first value that \
             does not fit; with drizzle-kit push what ran before it stays.",
    remedy: "Count the values that do not fit first; keep the type and add a CHECK instead.",
    postgres: "22001 (string too long) or 22003 (out of range) after a full rewrite under ACCESS \
             EXCLUSIVE. text to varchar(n) rewrites, it does not only scan.",
    sources: &["prisma/RiskyCast", "skeema/unsafe"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::AlterColumnType(it) = change else { return None };
    let conversion = context.conversion(it);
    let types = context.types(it);

    if conversion.path != crate::postgres::Path::Automatic {
        return None;
    }
    let why = conversion.can_fail.as_ref()?;
    let (column, table) = (column_path(it), &it.table);
    let finding = RULE.finding(format!(
        "{column} narrows from {} to {}; it fails on {why}.",
        types.before, types.after
    ));
    let effect = format!(
        "All rows of {table} are read under ACCESS EXCLUSIVE; the first of the {why} stops it."
    );
    Some(Finding { effect, ..finding })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn narrowing_can_fail() {
        let users = |ty: &str| schema([table("users", &[&format!("n {ty}")])]);
        for (from, to) in [
            ("varchar(50)", "varchar(20)"),
            ("text", "varchar(20)"),
            ("bigint", "integer"),
            ("numeric(12, 2)", "numeric(10, 2)"),
        ] {
            assert_eq!(
                case(users(from), users(to)).says(RULE.id),
                Some(Dangerous),
                "{from} to {to}"
            );
        }
        assert_eq!(case(users("varchar(20)"), users("varchar(50)")).says(RULE.id), None);
    }

    #[test]
    fn labels_that_fit_cannot_fail() {
        let before = with_enum("status", &["draft", "open"], [table("t", &["s status enum"])]);
        let mut after = schema([table("t", &["s varchar(10)"])]);
        after.enums = before.enums.clone();
        assert_eq!(case(before.clone(), after).says(RULE.id), None);
        let after = schema([table("t", &["s varchar(4)"])]);
        assert_eq!(case(before, after).says(RULE.id), Some(Dangerous));
    }
}
