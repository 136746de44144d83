//! `type.dependents`

use super::prelude::*;
use crate::diff::ColumnChange;
use crate::postgres::SqlType;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "type.dependents",
    severity: Severity::Dangerous,
    condition: "The type of a column changes that a view, policy or generated column uses; for drizzle-kit \
                that of an array of a renamed enum does. Or a CHECK or index compares it in a way that the \
                new type may not know; or a policy or view that is new does.",
    effect: "The statement fails (0A000, 42883) and nothing after it runs.",
    remedy: "Drop the dependent, change the type, create it again with its grants, in one \
             transaction.",
    postgres: "0A000 for views, rules and policies on PostgreSQL 12 to 18; for generated columns 42601 \
             up to 14; 42883 where a CHECK or the \
             predicate or expression of an index has no operator for the new type (measured).",
    sources: &["postgresql/0A000"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    if let Change::RenameEnum(name) = change {
        return arrays_of(&name.before, context);
    }
    if let Change::CreatePolicy(it) = change {
        return new_policy(&it.table, &it.what, context);
    }
    if let Change::CreateView(it) = change {
        let text = it.definition.as_deref().unwrap_or_default();
        return new_user(
            context,
            text,
            |table| dependents::mentions(text, &table.name),
            || format!("view {}", it.name),
        );
    }
    let Change::AlterColumnType(it) = change else { return None };
    let conversion = context.conversion(it);
    let types = context.types(it);

    let table = context.base_table(&it.table)?;
    let uses = uses(table, &it.what.before.name, context);
    if types.is_same() {
        return None;
    }
    if uses.is_empty() {
        let runs = conversion.path != crate::postgres::Path::Impossible;
        return runs.then(|| compared(it, &types, context)).flatten();
    }
    Some(RULE.finding(format!(
        "{} cannot change its type while {} uses it.",
        column_path(it),
        list(&uses)
    )))
}

/// Checks, partial indexes and indexes over expressions are worked out anew with the new type, which may
/// have no such operator or function.
fn compared(it: &ColumnChange, types: &Diff<SqlType>, context: &Context<'_>) -> Option<Finding> {
    if family(&types.before).is_some() && family(&types.before) == family(&types.after) {
        return None;
    }
    let table = context.table_meanwhile(&it.table)?;
    let column = &it.what.before.name;
    let odd = odd_index(table, column).map(|index| format!("index {}", index.name));
    let checks = checks_on(it, context).into_iter().map(|name| format!("check {name}"));
    let users: Vec<String> = checks.chain(odd).collect();
    if users.is_empty() {
        return None;
    }
    let message = format!(
        "{} is used as {} by {}: where {} has no such operator or function, the statement fails (42883).",
        column_path(it),
        types.before,
        list(&users),
        types.after
    );
    Some(RULE.finding(message).with_severity(Severity::Risky))
}

fn new_policy(
    table: &QualifiedName,
    policy: &crate::schema::Policy,
    context: &Context<'_>,
) -> Option<Finding> {
    let text =
        [&policy.using, &policy.with_check].map(|it| it.as_deref().unwrap_or_default()).join(" ");
    let name = || format!("policy {} of {table}", policy.name);
    new_user(context, &text, |other| other == table, name)
}

/// An expression that is new beside another type of what it names: it may have been written for the old one.
fn new_user(
    context: &Context<'_>,
    text: &str,
    concerns: impl Fn(&QualifiedName) -> bool,
    name: impl Fn() -> String,
) -> Option<Finding> {
    context.changes.iter().find_map(|other| {
        let Change::AlterColumnType(it) = other else { return None };
        let types = context.types(it);
        let stays = family(&types.before).is_some() && family(&types.before) == family(&types.after);
        let names = concerns(&it.table) && dependents::mentions(text, &it.what.after.name);
        (names && !stays && !types.is_same()).then(|| {
            let message = format!(
                "{} is new and uses {}, which changes from {} to {}: where {} has no such operator or \
                 function, the statement fails (42883).",
                name(),
                column_path(it),
                types.before,
                types.after,
                types.after
            );
            RULE.finding(message).with_severity(Severity::Risky)
        })
    })
}

/// Types that are compared with each other, and with the same constants.
fn family(ty: &SqlType) -> Option<u8> {
    if ty.dimensions > 0 {
        return None;
    }
    match ty.scalar()? {
        "smallint" | "integer" | "bigint" | "numeric" | "real" | "double" => Some(0),
        "text" | "varchar" | "char" | "citext" => Some(1),
        "timestamp" | "timestamptz" | "date" => Some(2),
        _ => None,
    }
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
    use crate::rules::Severity::{Dangerous, Risky};

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
    fn a_new_policy_may_be_written_for_the_old_type() {
        let funds = |ty: &str| table("funds", &[&format!("n {ty}")]);
        let secured = |ty: &str| schema([funds(ty).policy("own", "n >= 0")]);
        let changed = case(schema([funds("integer")]), secured("text"));
        assert_eq!(changed.says(RULE.id), Some(Risky));
        assert_eq!(case(schema([funds("integer")]), secured("bigint")).says(RULE.id), None);
        let other = case(
            schema([table("funds", &["n integer", "m integer"])]),
            schema([table("funds", &["n integer", "m text"]).policy("own", "n >= 0")]),
        );
        assert_eq!(other.says(RULE.id), None);
    }

    #[test]
    fn a_policy_pins_an_enum_too() {
        let of = |ty: &str| {
            let funds =
                table("funds", &[&format!("kind {ty} enum")]).policy("p", "kind is not null");
            let mut schema = with_enum("kind", &["a"], [funds]);
            let other = with_enum("sort", &["a"], []);
            schema.enums.extend(other.enums);
            schema
        };
        assert_eq!(case(of("kind"), of("sort")).says(RULE.id), Some(Dangerous));
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

    #[test]
    fn a_check_is_worked_out_with_the_new_type() {
        let of = |ty: &str| schema([table("funds", &[&format!("n {ty}")]).check("c", "n >= 0")]);
        assert_eq!(case(of("integer"), of("text")).says(RULE.id), Some(Risky));
        assert_eq!(case(of("integer"), of("bigint")).says(RULE.id), None);
        let odd = |ty: &str| {
            schema([table("funds", &[&format!("n {ty}")])
                .index("i", &["n"])
                .edit_index("i", |it| it.predicate = Some("n > 0".to_owned()))])
        };
        assert_eq!(case(odd("integer"), odd("text")).says(RULE.id), Some(Risky));
    }
}
