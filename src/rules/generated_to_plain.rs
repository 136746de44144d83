//! `generated.to_plain`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "generated.to_plain",
    severity: Severity::Risky,
    condition: "A generated column becomes a plain one.",
    effect: "Its values stay, but nobody computes them from now on.",
    remedy: "Deploy code that writes it first.",
    postgres: "DROP EXPRESSION keeps the values (13 and later); impossible for a VIRTUAL column on \
             PostgreSQL 18 (0A000, measured).",
    sources: &["postgresql/0A000"],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let Change::DropGenerated(it) = change else { return None };
    Some(RULE.finding(format!("{} is no longer computed.", column_path(it))))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Risky;

    #[test]
    fn risky_since_values_stay() {
        let of = |column: &str| schema([table("orders", &["a integer", column])]);
        let plain = case(of("b integer generated (a * 2)"), of("b integer"));
        assert_eq!(plain.says(RULE.id), Some(Risky));
        assert_eq!(case(of("b integer"), of("b integer generated (a * 2)")).says(RULE.id), None);
    }
}
