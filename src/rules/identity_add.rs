//! `identity.add`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "identity.add",
    severity: Severity::Risky,
    condition: "An existing column becomes an identity column.",
    effect: "Its sequence starts at 1 and collides with existing numbers (23505); a nullable column \
             stops it (55000).",
    remedy: "Set NOT NULL first; add the identity with START WITH one more than the largest number.",
    postgres: "55000 unless the column is NOT NULL.",
    sources: &["postgresql/55000"],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let Change::SetIdentity(it) = change else { return None };
    if it.what.before.ty.contains("serial") {
        return None;
    }
    let finding = RULE.finding(format!("{} becomes an identity column.", column_path(it)));
    Some(if it.what.before.not_null {
        finding
    } else {
        finding.because("it may be NULL until now: it fails (55000)")
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Risky;

    #[test]
    fn fires_on_a_plain_column() {
        let of = |column: &str| schema([table("orders", &[column])]);
        assert_eq!(
            case(of("id integer not null"), of("id integer identity")).says(RULE.id),
            Some(Risky)
        );
        assert_eq!(case(of("id serial not null"), of("id integer identity")).says(RULE.id), None);
    }
}
