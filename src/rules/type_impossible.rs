//! `type.impossible`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "type.impossible",
    severity: Severity::Dangerous,
    condition: "A column's type changes to one PostgreSQL has no conversion to.",
    effect: "The statement fails (42804), with USING column::type as well (42846); nothing after it \
             runs.",
    remedy: "Add a new column, fill it with an explicit expression, move the code, drop the old one.",
    postgres: "42804 without USING, 42846 with it; 1370 of 2162 measured pairs of types have no cast at all.",
    sources: &["prisma/NotCastable", "postgresql/42846"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::AlterColumnType(it) = change else { return None };
    let conversion = context.conversion(it);
    let types = context.types(it);

    let counts = ["smallint", "integer", "bigint"].contains(&it.what.after.ty.as_str())
        || it.what.after.ty.contains("serial");
    if it.what.before.identity.is_some() && !counts {
        // drizzle-kit drops the identity only afterwards.
        return Some(RULE.finding(format!(
            "{} cannot change from {} to {} while it is an identity column (22023).",
            column_path(it),
            types.before,
            types.after
        )));
    }
    let enums = types.as_ref().map(|ty| matches!(ty.base, crate::postgres::Base::Enum(_)));
    let arrays = types.as_ref().map(|ty| ty.dimensions.min(1));
    if conversion.path != crate::postgres::Path::Impossible
        || (enums.before && enums.after)
        || !arrays.is_same()
    {
        return None;
    }
    Some(RULE.finding(format!(
        "{} cannot change from {} to {}: there is no cast.",
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
    fn some_pairs_have_no_cast() {
        let users = |ty: &str| schema([table("users", &[&format!("n {ty}")])]);
        for (from, to) in
            [("integer", "uuid"), ("serial", "uuid"), ("boolean", "timestamp"), ("uuid", "bigint")]
        {
            assert_eq!(
                case(users(from), users(to)).says(RULE.id),
                Some(Dangerous),
                "{from} to {to}"
            );
        }
        assert_eq!(case(users("text"), users("uuid")).says(RULE.id), None);
    }
}
