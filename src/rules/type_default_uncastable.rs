//! `type.default_uncastable`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "type.default_uncastable",
    severity: Severity::Risky,
    condition: "A column with a default changes to a type its default does not convert to.",
    effect: "The statement fails (42804: default for column cannot be cast automatically).",
    remedy: "Drop the default, change the type, set the default again, in one transaction.",
    postgres: "42804, also with USING, which does not apply to the default (measured on PostgreSQL 12 \
             to 18).",
    sources: &["drizzle-orm/4295", "postgresql/42804"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::AlterColumnType(it) = change else { return None };
    let conversion = context.conversion(it);
    let types = context.types(it);

    let default = default_text(&it.what.before)?;
    let swaps_enum = matches!(types.after.base, crate::postgres::Base::Enum(_));
    if conversion.path != crate::postgres::Path::Using && !swaps_enum {
        return None;
    }
    let dropped = context.also(it, |other| matches!(other, Change::DropDefault(_)));
    let finding = RULE.finding(format!(
        "The default {default} of {} cannot be cast from {} to {}.",
        column_path(it),
        types.before,
        types.after
    ));
    Some(if dropped {
        finding.because("the default is dropped, but drizzle-kit does so after the type")
    } else {
        finding
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Risky;

    #[test]
    fn fires_when_the_default_needs_a_cast() {
        let users = |column: &str| schema([table("users", &[column])]);
        let with = case(users("n text default '1'"), users("n integer default 1"));
        assert_eq!(with.says(RULE.id), Some(Risky));
        assert_eq!(case(users("n text"), users("n integer")).says(RULE.id), None);
        let wider = case(users("n integer default 1"), users("n bigint default 1"));
        assert_eq!(wider.says(RULE.id), None);
    }
}
