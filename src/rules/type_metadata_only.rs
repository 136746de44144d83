//! `type.metadata_only`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "type.metadata_only",
    severity: Severity::Safe,
    condition: "A column's type widens without touching the values.",
    effect: "Nothing happens to rows or indexes.",
    remedy: "Nothing has to be done.",
    postgres: "Catalog only, no scan (measured on PostgreSQL 12 to 18): varchar(n) to a longer varchar \
             or text, numeric(p,s) to more digits, timestamp to more fractional digits, cidr to inet.",
    sources: &["strong_migrations/safe", "drizzle-migration-lint/whitelist"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::AlterColumnType(it) = change else { return None };
    let conversion = context.conversion(it);
    let types = context.types(it);

    let serial = types.as_ref().map(|ty| ty.serial);
    if !conversion.is_metadata_only()
        || !serial.is_same()
        || !checks_on(it, context).is_empty()
        || context.work(it, &conversion) != crate::postgres::Work::Catalog
    {
        return None;
    }
    if types.is_same() || it.what.before.ty.replace(' ', "") == it.what.after.ty.replace(' ', "") {
        let message = format!("The type of {} is only spelled differently.", column_path(it));
        return Some(RULE.finding(message).because("PostgreSQL knows both spellings as one type"));
    }
    Some(
        RULE.finding(format!(
            "{} widens from {} to {}.",
            column_path(it),
            types.before,
            types.after
        ))
        .because("catalog only on PostgreSQL 12 to 18: no rewrite, no scan, no index build"),
    )
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Safe;

    fn changed(from: &str, to: &str) -> Case {
        let of = |ty: &str| schema([table("users", &["id uuid", &format!("name {ty}")])]);
        case(of(from), of(to))
    }

    #[test]
    fn widening_is_safe() {
        for (from, to) in [
            ("varchar(50)", "varchar(200)"),
            ("varchar(50)", "text"),
            ("numeric(10, 2)", "numeric(14, 2)"),
            ("timestamp (3)", "timestamp"),
            ("cidr", "inet"),
        ] {
            assert_eq!(changed(from, to).says(RULE.id), Some(Safe), "{from} to {to}");
        }
        assert_eq!(changed("varchar(50)", "text").worst(), Safe);
        assert_eq!(changed("numeric(10, 2)", "numeric(14, 2)").worst(), Safe);
        // PostgreSQL would do it at once, but drizzle-kit writes a type it cannot find.
        assert!(changed("cidr", "inet").says("kit.undefined_schema").is_some());
    }

    #[test]
    fn another_spelling_is_no_change() {
        let spelled = changed("numeric(10, 2)", "numeric(10,2)");
        assert_eq!(
            spelled.messages(RULE.id),
            ["The type of public.users.name is only spelled differently."]
        );
        assert_eq!(changed("timestamptz", "timestamp with time zone").says(RULE.id), Some(Safe));
    }

    #[test]
    fn narrowing_and_rewriting_are_not() {
        for (from, to) in
            [("varchar(50)", "varchar(20)"), ("integer", "bigint"), ("text", "varchar(9)")]
        {
            assert_eq!(changed(from, to).says(RULE.id), None, "{from} to {to}");
        }
    }
}
