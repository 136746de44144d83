//! `column.order`

use super::prelude::*;
use crate::diff::Setting;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "column.order",
    severity: Severity::Safe,
    condition: "The columns of a table stand in another order in TypeScript.",
    effect: "Nothing happens in the database: its columns keep their order. Only INSERT and COPY without \
             column names, and SELECT *, depend on it, and they see the old one.",
    remedy: "Nothing has to be done.",
    postgres: "drizzle-kit generates no statement (measured); PostgreSQL cannot move a column.",
    sources: &["pg-schema-diff/ErrColumnOrderingChanged"],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let Change::ScopeChange(it) = change else { return None };
    let object = it.object.as_ref().filter(|_| it.setting == Setting::ColumnOrder)?;
    let order = it.value.after.clone().unwrap_or_default();
    Some(RULE.finding(format!("The columns of {object} stand in another order: {order}.")))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::ident::QualifiedName;
    use crate::rules::Executor;
    use crate::rules::Severity::Safe;
    use crate::schema::Object;

    #[test]
    fn another_order_is_safe_and_said() {
        let scope = |setting| {
            let funds = Object::table(&QualifiedName::public("funds"));
            Scope::of_object(setting, funds, "a, b".to_owned(), "b, a".to_owned())
        };
        let found = judged_setting(scope(Setting::ColumnOrder), &RULE, Executor::Unknown);
        assert_eq!(found.map(|it| it.severity), Some(Safe));
        assert_eq!(judged_setting(scope(Setting::Key), &RULE, Executor::Unknown), None);
    }
}
