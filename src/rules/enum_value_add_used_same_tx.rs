//! `enum.value.add_used_same_tx`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "enum.value.add_used_same_tx",
    severity: Severity::Dangerous,
    condition: "A new value of an enum is also a default in the same comparison.",
    effect: "drizzle-kit migrate runs everything in one transaction, in which the new value cannot be \
             used: it fails (55P04).",
    remedy: "Add the value in one deployment, use it in the next.",
    postgres: "55P04: unsafe use of new value, on PostgreSQL 12 to 18 for a type that existed before \
             the transaction (measured).",
    sources: &["pgsafe/enum-value-used-in-transaction"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::AddEnumValue { value, enumeration } = change else { return None };
    if !context.may_migrate() {
        return None;
    }
    let names = context.names();
    let mut users = users_of_enum(context.schemas.after, &enumeration.after);
    let (table, column) = users.find(|(table, column)| {
        let base = context.schemas.before.column(&names.table_to_base(table), &column.name);
        default_label(column).as_ref() == Some(value)
            && base.is_none_or(|it| default_label(it).as_ref() != Some(value))
    })?;
    Some(RULE.finding(format!(
        "'{value}' is new and already the default of {}.",
        path(table, &column.name)
    )))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_when_a_default_uses_it() {
        let of = |values: &[&str], default: &str| {
            with_enum(
                "status",
                values,
                [table("t", &[&format!("s status enum default '{default}'")])],
            )
        };
        let used = || case(of(&["a"], "a"), of(&["a", "b"], "b"));
        assert_eq!(used().says(RULE.id), Some(Dangerous));
        assert_eq!(used().executor(crate::rules::Executor::Push).says(RULE.id), None);
        assert_eq!(case(of(&["a"], "a"), of(&["a", "b"], "a")).says(RULE.id), None);
    }
}
