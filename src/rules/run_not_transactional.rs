//! `run.not_transactional`

use super::prelude::*;
use crate::rules::Executor;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "run.not_transactional",
    severity: Severity::Dangerous,
    condition: "drizzle-kit push may apply a change that can fail half-way.",
    effect: "push runs statement by statement without a transaction and exits with 0: what ran before \
             the failure stays, and nobody is told.",
    remedy: "Apply it with drizzle-kit generate and migrate, which runs in a transaction; never push to \
             a database that others use.",
    postgres: "Removing an enum value that rows still have fails at the last of five statements (22P02) \
             and leaves the columns as text; dropping a referenced table leaves its foreign keys \
             dropped (measured).",
    sources: &["drizzle-kit/push"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    if !context.may_push() {
        return None;
    }
    let leaves = left_behind(change, context);
    let finding = match leaves {
        Some(leaves) => RULE.finding(format!(
            "If drizzle-kit push fails half-way, it leaves {leaves}, and exits with 0."
        )),
        // Known to push: whatever can fail on existing rows leaves a part of the other statements.
        None if context.settings.executor == Executor::Push
            && context.statements.len() > 1
            && may_fail(change)
            && !is_proven(change, context) =>
        {
            let count = context.statements.len();
            let message = format!(
                "If this one of {count} statements of drizzle-kit push fails, those before it stay applied."
            );
            RULE.finding(message).with_severity(Severity::Risky)
        }
        None => return None,
    };
    Some(finding)
}

/// What a failure half-way leaves, for the changes for which that was measured.
fn left_behind(change: &Change, context: &Context<'_>) -> Option<String> {
    if let Change::DropEnumValue { enumeration, .. } | Change::ReorderEnumValues(enumeration) =
        change
    {
        let users: Vec<String> = users_of_enum(context.schemas.after, &enumeration.after)
            .map(|(table, column)| path(table, &column.name))
            .collect();
        return (!users.is_empty()).then(|| format!("{} as text", list(&users)));
    }
    let Change::DropTable(table) = change else { return None };
    let inbound: Vec<String> = dependents::referencing(context.schemas.before, &table.name)
        .filter(|(other, _)| context.head_table(other).is_some())
        .map(|(other, key)| format!("{} of {other}", key.name))
        .collect();
    (!inbound.is_empty()).then(|| format!("{} dropped", list(&inbound)))
}

/// Whether the rule about the change itself knows that no row refuses it.
fn is_proven(change: &Change, context: &Context<'_>) -> bool {
    let rules = [&crate::rules::null_set::RULE, &crate::rules::unique_add::RULE];
    let found = rules.iter().filter_map(|rule| (rule.check)(change, context));
    found.into_iter().any(|finding| finding.severity == Severity::Safe)
}

/// Kinds of change that existing rows can refuse.
fn may_fail(change: &Change) -> bool {
    matches!(
        change.kind(),
        crate::diff::Kind::SetNotNull
            | crate::diff::Kind::AddUnique
            | crate::diff::Kind::AddCheck
            | crate::diff::Kind::AddForeignKey
            | crate::diff::Kind::AddPrimaryKey
    )
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Executor;
    use crate::rules::Severity::{Dangerous, Risky};

    #[test]
    fn an_enum_value_may_leave_text_behind() {
        let deals = || [table("deals", &["stage stage enum"])];
        let fewer = || {
            case(
                with_enum("stage", &["seed", "late"], deals()),
                with_enum("stage", &["seed"], deals()),
            )
        };
        assert_eq!(fewer().says(RULE.id), Some(Dangerous));
        assert!(fewer().messages(RULE.id)[0].contains("public.deals.stage as text"));
        assert_eq!(fewer().executor(Executor::Migrate).says(RULE.id), None);
    }

    #[test]
    fn only_who_pushes_is_told_of_every_failure() {
        let before = || schema([table("deals", &["a text", "b text"])]);
        let after = || schema([table("deals", &["a text not null", "b text not null"])]);
        assert_eq!(case(before(), after()).says(RULE.id), None);
        assert_eq!(case(before(), after()).executor(Executor::Push).says(RULE.id), Some(Risky));
        let checked = |columns: &[&str]| {
            let deals = table("deals", columns).check("a", "a is not null");
            schema([deals.check("b", "b is not null")])
        };
        let proven =
            case(checked(&["a text", "b text"]), checked(&["a text not null", "b text not null"]));
        assert_eq!(proven.executor(Executor::Push).says(RULE.id), None);
    }
}
