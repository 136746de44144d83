//! `generated.from_plain`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "generated.from_plain",
    severity: Severity::Dangerous,
    condition: "A plain column becomes a generated one.",
    effect: "drizzle-kit drops the column with all its values and adds it again, in push without a \
             prompt.",
    remedy: "Add the generated column under another name, compare, move the code, drop the old \
             column.",
    postgres: "There is no ALTER for it (42601). drizzle-kit push 0.31 and 1.0-rc.4 run DROP COLUMN and \
             ADD COLUMN and exit with 0 (measured).",
    sources: &["drizzle-kit/generated"],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let Change::SetGenerated(it) = change else { return None };
    Some(RULE.finding(format!(
        "The values of {} are dropped: it becomes a generated column.",
        column_path(it)
    )))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_on_a_plain_column() {
        let of = |column: &str| schema([table("orders", &["a integer", column])]);
        let became = case(of("b integer"), of("b integer generated (a * 2)"));
        assert_eq!(became.says(RULE.id), Some(Dangerous));
        assert_eq!(case(of("b integer generated (a * 2)"), of("b integer")).says(RULE.id), None);
    }
}
