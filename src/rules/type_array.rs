//! `type.array`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "type.array",
    severity: Severity::Dangerous,
    condition: "A column changes between a single value and an array.",
    effect: "drizzle-kit's statement fails (42804); an array that becomes text stores {a,b}.",
    remedy: "Write the expression by hand: USING ARRAY[column], or the element you mean.",
    postgres: "Scalar to array: 42804 without USING ARRAY[…], and text as an array literal fails per \
             value (22P02). Array to text runs by itself and changes the meaning (measured).",
    sources: &["prisma/MadeScalarFieldIntoArrayField"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::AlterColumnType(it) = change else { return None };
    let types = context.types(it);
    if types.as_ref().map(|ty| ty.dimensions.min(1)).is_same() {
        return None;
    }
    Some(RULE.finding(format!(
        "{} changes from {} to {}.",
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
    fn fires_in_both_directions() {
        let users = |ty: &str| schema([table("users", &[&format!("tags {ty}")])]);
        assert_eq!(case(users("text"), users("text[]")).says(RULE.id), Some(Dangerous));
        assert_eq!(case(users("text[]"), users("text")).says(RULE.id), Some(Dangerous));
        assert_eq!(case(users("varchar(5)[]"), users("varchar(9)[]")).says(RULE.id), None);
    }
}
