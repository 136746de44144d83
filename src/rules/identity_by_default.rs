//! `identity.by_default`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "identity.by_default",
    severity: Severity::Safe,
    condition: "An identity changes from ALWAYS to BY DEFAULT.",
    effect: "Stated numbers are accepted from now on and may collide with generated ones later.",
    remedy: "Nothing has to be done; keep the sequence above stated numbers.",
    postgres: "Catalog only.",
    sources: &["postgresql/identity"],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    use crate::schema::IdentityKind::{Always, ByDefault};
    let Change::AlterIdentity(it) = change else { return None };
    let kinds = it.what.as_ref().map(|column| column.identity.as_ref().map(|it| it.kind));
    if (kinds.before, kinds.after) != (Some(Always), Some(ByDefault)) {
        return None;
    }
    Some(RULE.finding(format!("{} accepts stated numbers from now on.", column_path(it))))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Safe;

    #[test]
    fn is_safe() {
        let of = |column: &str| schema([table("orders", &[column])]);
        let (by_default, always) = ("id integer identity", "id integer identity always");
        assert_eq!(case(of(always), of(by_default)).worst(), Safe);
        assert_eq!(case(of(always), of(by_default)).says(RULE.id), Some(Safe));
        assert_eq!(case(of(by_default), of(always)).says(RULE.id), None);
    }
}
