//! `type.custom`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "type.custom",
    severity: Severity::Risky,
    condition: "A column changes from or to a type that nobody has measured.",
    effect: "Whether it runs, rewrites the table or changes values is not known.",
    remedy: "Try it on a copy first; convert through a new column.",
    postgres: "Unknown: the type is neither PostgreSQL's own nor a known extension's.",
    sources: &[],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::AlterColumnType(it) = change else { return None };
    let conversion = context.conversion(it);
    let types = context.types(it);

    if conversion.path != crate::postgres::Path::Unknown {
        return None;
    }
    Some(RULE.finding(format!(
        "{} changes from {} to {}; what that does is not known.",
        column_path(it),
        types.before,
        types.after
    )))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Risky;

    #[test]
    fn an_unknown_type_is_never_safe() {
        let users = |ty: &str| schema([table("users", &[&format!("n {ty}")])]);
        assert_eq!(case(users("text"), users("email_address")).says(RULE.id), Some(Risky));
        assert_eq!(case(users("text"), users("varchar")).says(RULE.id), None);
    }
}
