//! `null.set`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "null.set",
    severity: Severity::Dangerous,
    condition: "A column becomes NOT NULL.",
    effect: "It fails on the first NULL (23502) after reading the whole table under a lock; writers \
             that leave the column out fail from then on.",
    remedy: "Add CHECK (column IS NOT NULL) NOT VALID, fill the NULLs in batches, validate it, then \
             set NOT NULL, which skips the scan; on PostgreSQL 18 add the NOT NULL constraint as NOT \
             VALID.",
    postgres: "ACCESS EXCLUSIVE and a full scan; skipped on PostgreSQL 12 and later when a validated \
             CHECK proves it (measured; a NOT VALID one does not).",
    sources: &[
        "atlas/MF104",
        "squawk/adding-not-nullable-field",
        "strong_migrations/change_column_null",
        "eugene/E2",
        "prisma/MadeOptionalFieldRequired",
    ],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::SetNotNull(it) = change else { return None };
    let column = column_path(it);
    let table = context.base_table(&it.table)?;
    let old = &it.what.before.name;
    let finding = RULE.finding(format!("{column} becomes NOT NULL."));
    if is_not_null(table, old) || it.what.before.identity.is_some() {
        return Some(
            finding
                .with_severity(Severity::Safe)
                .because("PostgreSQL keeps NULLs out of it already"),
        );
    }
    let meanwhile = context.table_meanwhile(&it.table)?;
    if let Some(check) =
        meanwhile.checks.values().find(|check| is_not_null_check(&check.value, old))
    {
        return Some(
            finding
                .with_severity(Severity::Safe)
                .because(format!("the check {} proves it", check.name)),
        );
    }
    if it.what.before.default.is_some() || it.what.after.default.is_some() {
        return Some(
            finding.because("the default fills new rows only; NULLs in existing rows stay"),
        );
    }
    Some(finding)
}

/// Whether a check is `column IS NOT NULL`, alone or joined to others by AND.
fn is_not_null_check(expression: &str, column: &str) -> bool {
    let plain = expression.replace(['"', '(', ')'], " ").to_ascii_lowercase();
    let column = column.to_ascii_lowercase();
    if plain.split_whitespace().any(|word| word == "or") {
        return false;
    }
    plain.split(" and ").any(|part| {
        let words: Vec<&str> = part.split([' ', '.']).filter(|word| !word.is_empty()).collect();
        matches!(words.as_slice(), [.., name, "is", "not", "null"] if *name == column)
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::{Dangerous, Safe};

    fn required(before: &str, after: &str) -> Case {
        case(schema([table("users", &[before])]), schema([table("users", &[after])]))
    }

    #[test]
    fn dangerous_with_and_without_default() {
        assert_eq!(required("n integer", "n integer not null").says(RULE.id), Some(Dangerous));
        assert_eq!(
            required("n integer", "n integer not null default 0").says(RULE.id),
            Some(Dangerous)
        );
        assert_eq!(required("n integer not null", "n integer").says(RULE.id), None);
    }

    #[test]
    fn safe_when_a_check_or_the_key_proves_it() {
        let users = |column: &str| table("users", &[column]);
        let check = |it: crate::diff::testing::TableBuilder| {
            it.check("n_set", "\"users\".\"n\" IS NOT NULL")
        };
        let proved =
            case(schema([check(users("n integer"))]), schema([check(users("n integer not null"))]));
        assert_eq!(proved.says(RULE.id), Some(Safe));
        let gone = case(schema([check(users("n integer"))]), schema([users("n integer not null")]));
        assert_eq!(gone.says(RULE.id), Some(Dangerous), "drizzle-kit drops the check before");
        let key = |it: crate::diff::testing::TableBuilder| it.key("users_n_pk", &["n"]);
        let keyed =
            case(schema([key(users("n integer"))]), schema([key(users("n integer not null"))]));
        assert_eq!(keyed.says(RULE.id), Some(Safe));
    }
}
