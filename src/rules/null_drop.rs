//! `null.drop`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "null.drop",
    severity: Severity::Risky,
    condition: "A column is no longer NOT NULL.",
    effect: "Readers meet NULL where their types promise a value; it fails on a column of the primary \
             key (42P16).",
    remedy: "Change the code and its Zod schemas first.",
    postgres: "ACCESS EXCLUSIVE, catalog only; 42P16 on a primary key column.",
    sources: &["squawk/ban-drop-not-null"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::DropNotNull(it) = change else { return None };
    let finding = RULE.finding(format!("{} may be NULL from now on.", column_path(it)));
    let head = context.schemas.after.table(&it.table)?;
    if is_not_null(head, &it.what.after.name) || it.what.after.identity.is_some() {
        return Some(
            finding.because("it is still part of the primary key or an identity: it fails (42P16)"),
        );
    }
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Risky;

    #[test]
    fn risky_never_dangerous() {
        let users = |column: &str| schema([table("users", &[column])]);
        let dropped = case(users("n integer not null"), users("n integer"));
        assert_eq!((dropped.says(RULE.id), dropped.worst()), (Some(Risky), Risky));
        assert_eq!(case(users("n integer"), users("n integer not null")).says(RULE.id), None);
    }
}
