//! `type.dependents`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "type.dependents",
    severity: Severity::Dangerous,
    condition: "The type of a column changes that a view, policy or generated column uses.",
    effect: "The statement fails (0A000) and nothing after it runs.",
    remedy: "Drop the dependent, change the type, create it again with its grants, in one \
             transaction.",
    postgres: "0A000 for views, rules and policies on PostgreSQL 12 to 18; for generated columns 42601 \
             up to 14 (measured).",
    sources: &["postgresql/0A000"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::AlterColumnType(it) = change else { return None };
    let conversion = context.conversion(it);
    let types = context.types(it);

    let table = context.base_table(&it.table)?;
    let found = dependents::of_column(context.schemas.before, table, &it.what.before.name);
    let is_dropped = |object: &crate::schema::Object| {
        let mut drops = context.changes.iter();
        drops.any(|other| matches!(other, Change::DropView(_)) && other.object() == *object)
    };
    let uses: Vec<String> = found
        .iter()
        .filter(|found| {
            use crate::schema::ObjectKind::{Column, Policy, View};
            matches!(found.object.kind, View | Policy | Column) && !is_dropped(&found.object)
        })
        .map(ToString::to_string)
        .collect();
    if uses.is_empty() || types.is_same() || conversion.path == crate::postgres::Path::Impossible {
        return None;
    }
    Some(RULE.finding(format!(
        "{} cannot change its type while {} uses it.",
        column_path(it),
        list(&uses)
    )))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn names_the_policy() {
        let funds = |ty: &str| table("funds", &[&format!("owner {ty}")]);
        let secured = |ty: &str| schema([funds(ty).policy("own", "owner = current_user")]);
        let found = case(secured("varchar(20)"), secured("varchar(40)"));
        assert_eq!(
            found.messages(RULE.id),
            ["public.funds.owner cannot change its type while policy own uses it."]
        );
        assert_eq!(found.worst(), Dangerous);
        let plain = case(schema([funds("varchar(20)")]), schema([funds("varchar(40)")]));
        assert_eq!(plain.says(RULE.id), None);
    }
}
