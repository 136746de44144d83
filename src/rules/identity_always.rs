//! `identity.always`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "identity.always",
    severity: Severity::Dangerous,
    condition: "An identity changes from BY DEFAULT to ALWAYS.",
    effect: "Inserts that state the number fail (428C9): seeds, imports, upserts.",
    remedy: "Change the code first.",
    postgres: "428C9: cannot insert a non-DEFAULT value (measured).",
    sources: &["postgresql/428C9"],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    use crate::schema::IdentityKind::{Always, ByDefault};
    let Change::AlterIdentity(it) = change else { return None };
    let kinds = it.what.as_ref().map(|column| column.identity.as_ref().map(|it| it.kind));
    if (kinds.before, kinds.after) != (Some(ByDefault), Some(Always)) {
        return None;
    }
    Some(RULE.finding(format!("{} refuses stated numbers from now on.", column_path(it))))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_in_one_direction() {
        let of = |column: &str| schema([table("orders", &[column])]);
        let (by_default, always) = ("id integer identity", "id integer identity always");
        assert_eq!(case(of(by_default), of(always)).says(RULE.id), Some(Dangerous));
        assert_eq!(case(of(always), of(by_default)).says(RULE.id), None);
    }
}
