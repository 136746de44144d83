//! `type.silent_loss`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "type.silent_loss",
    severity: Severity::Dangerous,
    condition: "A column's type changes to one that cannot hold all its values, and PostgreSQL changes \
             them without a word.",
    effect: "Values are rounded, cut or merged; no error, no prompt, and no way to get them back.",
    remedy: "Count what would change first (count(*) where v <> v::new::old); keep the old column for \
             the retention time.",
    postgres: "The assignment cast rounds or cuts; drizzle-kit 0.31 push applies it without a prompt \
             (its check for type changes never fires on PostgreSQL).",
    sources: &["prisma/RiskyCast"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::AlterColumnType(it) = change else { return None };
    let conversion = context.conversion(it);
    let types = context.types(it);

    let what = conversion.loses.as_ref()?;
    let column = column_path(it);
    let finding =
        RULE.finding(format!("{column} changes from {} to {}: {what}.", types.before, types.after));
    let remedy = format!(
        "Count the rows of {} that would change first (where {1} <> {1}::new_type::old_type); keep the old \
         column for the retention time.",
        it.table,
        crate::ident::quote(&it.what.before.name)
    );
    Some(Finding { remedy, ..finding })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn rounding_and_cutting_are_loss() {
        let users = |ty: &str| schema([table("users", &[&format!("n {ty}")])]);
        for (from, to) in [
            ("numeric(10, 2)", "numeric(10, 1)"),
            ("double precision", "integer"),
            ("bigint", "double precision"),
            ("timestamp", "date"),
            ("timestamp with time zone", "time"),
            ("json", "jsonb"),
            ("inet", "cidr"),
        ] {
            assert_eq!(
                case(users(from), users(to)).says(RULE.id),
                Some(Dangerous),
                "{from} to {to}"
            );
        }
        assert_eq!(case(users("integer"), users("bigint")).says(RULE.id), None);
    }

    #[test]
    fn the_message_says_what_is_lost() {
        let users = |ty: &str| schema([table("users", &[&format!("n {ty}")])]);
        let found = case(users("numeric(10, 4)"), users("numeric(10, 2)")).messages(RULE.id);
        assert_eq!(
            found,
            [
                "public.users.n changes from numeric(10,4) to numeric(10,2): fractions are rounded to 2 digits \
              (1.1255 becomes 1.13)."
            ]
        );
    }
}
