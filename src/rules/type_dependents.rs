//! `type.dependents`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "type.dependents",
    severity: Severity::Dangerous,
    condition: "The type of a column changes that a view, policy or generated column uses; for drizzle-kit \
                that of an array of a renamed enum does.",
    effect: "The statement fails (0A000) and nothing after it runs.",
    remedy: "Drop the dependent, change the type, create it again with its grants, in one \
             transaction.",
    postgres: "0A000 for views, rules and policies on PostgreSQL 12 to 18; for generated columns 42601 \
             up to 14 (measured).",
    sources: &["postgresql/0A000"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    if let Change::RenameEnum(name) = change {
        return arrays_of(&name.before, context);
    }
    let Change::AlterColumnType(it) = change else { return None };
    let conversion = context.conversion(it);
    let types = context.types(it);

    let table = context.base_table(&it.table)?;
    let uses = uses(table, &it.what.before.name, context);
    if uses.is_empty() || types.is_same() || conversion.path == crate::postgres::Path::Impossible {
        return None;
    }
    Some(RULE.finding(format!(
        "{} cannot change its type while {} uses it.",
        column_path(it),
        list(&uses)
    )))
}

/// drizzle-kit alters the arrays of a renamed enum, since their type has another name.
fn arrays_of(enumeration: &QualifiedName, context: &Context<'_>) -> Option<Finding> {
    let schema = context.schemas.before;
    let tables = schema.tables.values();
    let mut columns = tables.flat_map(|table| table.columns.values().map(move |it| (table, it)));
    columns.find_map(|(table, column)| {
        let ty = crate::postgres::SqlType::of(column, schema);
        let of_it = matches!(ty.base, crate::postgres::Base::Enum(name) if name == *enumeration);
        if !of_it || ty.dimensions == 0 {
            return None;
        }
        let uses = uses(table, &column.name, context);
        let column = path(&table.name, &column.name);
        (!uses.is_empty()).then(|| {
            RULE.finding(format!("{column} cannot change its type while {} uses it.", list(&uses)))
                .because("drizzle-kit takes an array of a renamed enum for another type")
        })
    })
}

/// What stands in the way of another type for a column of the base.
fn uses(table: &crate::schema::Table, column: &str, context: &Context<'_>) -> Vec<String> {
    let found = dependents::of_column(context.schemas.before, table, column);
    let is_dropped = |object: &crate::schema::Object| {
        let mut drops = context.changes.iter();
        drops.any(|other| matches!(other, Change::DropView(_)) && other.object() == *object)
    };
    found
        .iter()
        .filter(|found| {
            use crate::schema::ObjectKind::{Column, Policy, View};
            matches!(found.object.kind, View | Policy | Column) && !is_dropped(&found.object)
        })
        .map(ToString::to_string)
        .collect()
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

    #[test]
    fn an_array_of_a_renamed_enum_is_altered() {
        let of = |name: &str, ty: &str| {
            let funds = table("funds", &[&format!("tags {ty} enum")]);
            with_enum(name, &["a"], [funds.policy("own", "tags is not null")])
        };
        let rename = "enum:public.status=public.state";
        let array = case(of("status", "status[]"), of("state", "state[]")).rename(rename);
        assert_eq!(array.says(RULE.id), Some(Dangerous));
        let plain = case(of("status", "status"), of("state", "state")).rename(rename);
        assert_eq!(plain.says(RULE.id), None);
    }
}
