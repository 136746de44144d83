//! `mig.rename_plus_alter`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "mig.rename_plus_alter",
    severity: Severity::Dangerous,
    condition: "A column is renamed and altered in one edit.",
    effect: "drizzle-kit 0.31 emits only the rename; its snapshot already holds the rest, so the \
             alteration is never made and nobody is told.",
    remedy: "Rename in one commit, alter in the next; check that the SQL holds both.",
    postgres: "drizzle-kit takes its final comparison from a snapshot without the column renames; the \
             other differences of a renamed column fall away.",
    sources: &["drizzle-kit/5499"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::RenameColumn(it) = change else { return None };
    let alters = |other: &Change| {
        matches!(
            other,
            Change::AlterColumnType(_)
                | Change::SetNotNull(_)
                | Change::DropNotNull(_)
                | Change::SetDefault(_)
                | Change::DropDefault(_)
                | Change::SetIdentity(_)
                | Change::DropIdentity(_)
                | Change::AlterIdentity(_)
                | Change::SetGenerated(_)
                | Change::DropGenerated(_)
                | Change::AlterGenerated(_)
        )
    };
    if !context.also(it, alters) {
        return None;
    }
    Some(RULE.finding(format!(
        "{} is renamed and altered at once; drizzle-kit would only rename it.",
        column_path(it)
    )))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_when_more_than_the_name_changes() {
        let before = schema([table("users", &["mail varchar(50)"])]);
        let longer = schema([table("users", &["email varchar(100)"])]);
        let renamed = case(before.clone(), longer).rename("column:public.users.mail=email");
        assert_eq!(renamed.says(RULE.id), Some(Dangerous));
        let same = schema([table("users", &["email varchar(50)"])]);
        let renamed = case(before, same).rename("column:public.users.mail=email");
        assert_eq!(renamed.says(RULE.id), None);
    }
}
