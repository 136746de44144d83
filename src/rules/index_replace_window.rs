//! `index.replace_window`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "index.replace_window",
    severity: Severity::Risky,
    condition: "An index changes under its name.",
    effect: "drizzle-kit drops it and creates it: queries run without it until it is built, and \
             writes wait meanwhile.",
    remedy: "Create the new one concurrently under another name, drop the old one concurrently, \
             rename.",
    postgres: "DROP INDEX, then CREATE INDEX; no index in between (measured).",
    sources: &["pg-schema-diff/INDEX_BUILD"],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let Change::AlterIndex(it) = change else { return None };
    let finding = RULE.finding(format!(
        "Index {} of {} is dropped and built again.",
        it.what.after.name, it.table
    ));
    let same =
        crate::schema::Index { concurrently: it.what.after.concurrently, ..it.what.before.clone() };
    if same == it.what.after {
        return Some(
            finding.because("only CONCURRENTLY changes, which is no property of the index"),
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
    fn fires_under_one_name() {
        let users = || table("users", &["a text", "b text"]);
        let of = |columns: &[&str]| schema([users().index("i", columns)]);
        assert_eq!(case(of(&["a"]), of(&["b"])).says(RULE.id), Some(Risky));
        assert_eq!(case(of(&["a"]), of(&["a"])).says(RULE.id), None);
        assert_eq!(case(schema([users()]), of(&["a"])).says(RULE.id), None);
    }
}
