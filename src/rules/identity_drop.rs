//! `identity.drop`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "identity.drop",
    severity: Severity::Dangerous,
    condition: "A column is no longer an identity.",
    effect: "Its sequence is dropped; every INSERT that leaves the column out fails (23502).",
    remedy: "Create a sequence and a default first, or deploy code that supplies the number.",
    postgres: "DROP IDENTITY drops the sequence; NOT NULL stays.",
    sources: &["pg-schema-diff/identity"],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let Change::DropIdentity(it) = change else { return None };
    Some(RULE.finding(format!("{} is no longer an identity column.", column_path(it))))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_on_a_dropped_identity() {
        let of = |column: &str| schema([table("orders", &[column])]);
        assert_eq!(
            case(of("id integer identity"), of("id integer not null")).says(RULE.id),
            Some(Dangerous)
        );
        assert_eq!(case(of("id integer not null"), of("id integer identity")).says(RULE.id), None);
    }
}
