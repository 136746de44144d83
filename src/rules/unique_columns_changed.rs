//! `unique.columns_changed`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "unique.columns_changed",
    severity: Severity::Dangerous,
    condition: "The columns of a unique constraint or unique index change under its name.",
    effect: "Between the drop and the add nothing keeps rows unique; more columns allow rows that \
             were duplicates, fewer columns fail on existing rows (23505).",
    remedy: "Build the new index concurrently under another name, swap both in one transaction.",
    postgres: "drizzle-kit drops and adds it; drizzle-kit push uses no transaction.",
    sources: &["prisma/PrimaryKeyChange"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let (table, name, before, after) = if let Change::AlterUnique(it) = change {
        (
            &it.table,
            &it.what.after.name,
            it.what.before.columns.clone(),
            it.what.after.columns.clone(),
        )
    } else if let Change::AlterIndex(it) = change
        && it.what.before.unique
        && it.what.after.unique
    {
        let keys = |index: &crate::schema::Index| {
            index.columns.iter().map(|key| key.expression.clone()).collect::<Vec<_>>()
        };
        (&it.table, &it.what.after.name, keys(&it.what.before), keys(&it.what.after))
    } else {
        return None;
    };
    let before = context.names().columns_to_head(table, &before);
    if before == after {
        return None;
    }
    let finding = RULE.finding(format!(
        "{name} of {table} changes from ({}) to ({}).",
        before.join(", "),
        after.join(", ")
    ));
    if before.len() == after.len() && before.iter().all(|it| after.contains(it)) {
        let proof = "the same columns in another order: the same rows are unique";
        return Some(finding.with_severity(Severity::Risky).because(proof));
    }
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::{Dangerous, Risky};

    #[test]
    fn fires_on_other_columns() {
        let users = || table("users", &["a text", "b text"]);
        let of = |columns: &[&str]| schema([users().unique("u", columns)]);
        assert_eq!(case(of(&["a"]), of(&["a", "b"])).says(RULE.id), Some(Dangerous));
        assert_eq!(case(of(&["a", "b"]), of(&["b", "a"])).says(RULE.id), Some(Risky));
        let index = |columns: &[&str]| schema([users().unique_index("u", columns)]);
        assert_eq!(case(index(&["a"]), index(&["b"])).says(RULE.id), Some(Dangerous));
    }

    #[test]
    fn a_renamed_column_is_the_same_column() {
        let before = schema([table("users", &["mail text"]).unique("u", &["mail"])]);
        let after = schema([table("users", &["email text"]).unique("u", &["email"])]);
        let renamed = case(before, after).rename("column:public.users.mail=email");
        assert_eq!(renamed.says(RULE.id), None);
    }
}
