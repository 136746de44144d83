//! `column.add.app_default`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "column.add.app_default",
    severity: Severity::Dangerous,
    condition: "A NOT NULL column is added whose default exists only in TypeScript.",
    effect: "PostgreSQL sees no default: it fails on any table with rows (23502), and SQL writers and \
             code that is not yet deployed fail for ever; drizzle-kit push --force empties the table \
             first.",
    remedy: "Give it a database default as well, or add it nullable, fill the old rows and set NOT \
             NULL last.",
    postgres: "$default, $defaultFn and $onUpdate run in the application; the column has no default in \
             the database.",
    sources: &["prisma/AddedRequiredFieldToTableWithPrismaLevelDefault"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::AddColumn(it) = change else { return None };
    let column = &it.what;
    let filled =
        column.default.is_some() || column.generated.is_some() || column.identity.is_some();
    if !column.not_null || filled || !column.app_default.0 || column.ty.contains("serial") {
        return None;
    }
    let finding = RULE.finding(format!(
        "{} is added as NOT NULL; its default exists only in TypeScript.",
        path(&it.table, &column.name)
    ));
    if !context.may_push() {
        return Some(finding);
    }
    let effect = format!(
        "PostgreSQL sees no default, so it fails on any table with rows (23502); {}.",
        truncated(&it.table, context)
    );
    Some(Finding { effect, ..finding })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn a_typescript_default_is_no_database_default() {
        let before = schema([table("users", &["id uuid"])]);
        let after = schema([table("users", &["id uuid", "ref text not null app-default"])]);
        let added = case(before, after);
        assert_eq!(added.says(RULE.id), Some(Dangerous));
        assert_eq!(added.says("column.add.not_null_no_default"), None);
        assert!(added.findings(RULE.id)[0].effect.contains("all rows of public.users are lost"));
    }

    #[test]
    fn silent_with_a_database_default() {
        let before = schema([table("users", &["id uuid"])]);
        let after =
            schema([table("users", &["id uuid", "ref text not null app-default default ''"])]);
        assert_eq!(case(before, after).says(RULE.id), None);
    }
}
