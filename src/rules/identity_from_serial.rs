//! `identity.from_serial`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "identity.from_serial",
    severity: Severity::Dangerous,
    condition: "A serial column becomes an identity column.",
    effect: "The identity has a sequence of its own that starts at 1: inserts collide with existing \
             keys (23505). drizzle-kit 0.31 fails on the name of the sequence (42P07).",
    remedy: "Drop the default, add the identity with START WITH one more than the largest number, \
             drop the old sequence, in one transaction.",
    postgres: "Measured: 23505 on PostgreSQL 13 to 18, an internal error on 12; drizzle-kit 1.0-rc.4 \
             calls setval with is_called = false, and the first insert fails.",
    sources: &["drizzle-kit/identity"],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let Change::SetIdentity(it) = change else { return None };
    if !it.what.before.ty.contains("serial") {
        return None;
    }
    Some(RULE.finding(format!(
        "{} changes from {} to an identity column.",
        column_path(it),
        it.what.before.ty
    )))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_on_serial_only() {
        let of = |column: &str| schema([table("orders", &[column])]);
        let serial = case(of("id serial not null"), of("id integer identity"));
        assert_eq!(serial.says(RULE.id), Some(Dangerous));
        assert_eq!(case(of("id integer not null"), of("id integer identity")).says(RULE.id), None);
    }
}
