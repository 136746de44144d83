//! `unique.merged`

use super::prelude::*;
use crate::schema::{Object, Table};

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "unique.merged",
    severity: Severity::Risky,
    condition: "A primary key or unique constraint is dropped, be it to be made again, while another one has \
             the same columns.",
    effect: "Where both were made with the table they are one constraint: the statement fails, or takes \
             both away, and then a foreign key finds nothing unique to refer to.",
    remedy: "See with \\d what the database has. Declare such columns unique once.",
    postgres: "CREATE TABLE makes one constraint of a primary key and a unique constraint over the same \
             columns: the name that is not there fails with 42704, a foreign key after it with 42830, \
             and the one that is there cannot go while a foreign key needs it (2BP01) (measured).",
    sources: &["postgresql/42704", "postgresql/42830"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    if let Change::AddForeignKey(it) = change {
        return needs_what_may_be_gone(&it.table, &it.what, context);
    }
    if let Change::AlterForeignKey(it) = change {
        return needs_what_may_be_gone(&it.table, &it.what.after, context);
    }
    let object = change.object();
    let head = object.table_name()?;
    let base = context.base_table(&head)?;
    let pairs = dropped_twins(base, &head, context);
    // Beside a rename drizzle-kit makes again what has the old name in it: that is the rename's doing.
    let renames = matches!(change, Change::RenameColumn(_));
    let (name, other) = pairs.into_iter().find(|(name, _)| renames || is_about(change, name))?;
    Some(RULE.finding(format!(
        "{name} of {head} is dropped, and {other} has the same columns: made with the table, they are one."
    )))
}

fn is_about(change: &Change, name: &str) -> bool {
    use crate::schema::ObjectKind::{PrimaryKey, Unique};
    [change.object(), change.invert().object()]
        .iter()
        .any(|object| matches!(object.kind, PrimaryKey | Unique) && object.name == name)
}

/// The constraints of a table of the base that drizzle-kit drops, each with another one of the same columns.
fn dropped_twins(
    base: &Table,
    head: &QualifiedName,
    context: &Context<'_>,
) -> Vec<(String, String)> {
    let is_dropped = |name: &str| {
        context.statements.iter().any(|statement| {
            let drops = matches!(
                statement.kind,
                "delete_unique_constraint" | "delete_composite_pk" | "alter_composite_pk"
            );
            let within = |table: &QualifiedName| table == head || *table == base.name;
            drops
                && statement.object.name == name
                && Object::table_name(&statement.object).as_ref().is_some_and(within)
        })
    };
    let sets = constraints(base);
    let mut found = Vec::new();
    for (at, (name, columns)) in sets.iter().enumerate() {
        let mut others = sets.iter().enumerate().filter(|(other, _)| *other != at);
        if let Some((_, (other, _))) = others.find(|(_, (_, set))| set == columns)
            && is_dropped(name)
        {
            found.push((name.clone(), other.clone()));
        }
    }
    found
}

/// The primary key and the unique constraints of a table, with their columns; those that take NULLs as equal
/// are never one with others.
fn constraints(table: &Table) -> Vec<(String, Vec<String>)> {
    let key = table.primary_key_columns().into_iter().map(str::to_owned).collect::<Vec<_>>();
    let named = table.primary_keys.values().next().map(|key| key.name.clone());
    let name = named.unwrap_or_else(|| format!("{}_pkey", table.name.name));
    let key = (!key.is_empty()).then_some((name, key));
    let uniques = table.uniques.values().filter(|it| !it.nulls_not_distinct);
    key.into_iter().chain(uniques.map(|it| (it.name.clone(), it.columns.clone()))).collect()
}

/// A foreign key is made between what drizzle-kit drops and what it adds.
fn needs_what_may_be_gone(
    table: &QualifiedName,
    key: &crate::schema::ForeignKey,
    context: &Context<'_>,
) -> Option<Finding> {
    let base = context.base_table(&key.to)?;
    let twins = dropped_twins(base, &key.to, context);
    let names = context.names();
    let (name, other) = twins.into_iter().find(|(name, _)| {
        let columns = constraints(base).into_iter().find(|(it, _)| it == name);
        columns.is_some_and(|(_, columns)| {
            let columns = names.columns_to_head(&key.to, &columns);
            columns.len() == key.columns_to.len()
                && columns.iter().all(|it| key.columns_to.contains(it))
        })
    })?;
    Some(RULE.finding(format!(
        "{} of {table} refers to {}({}), which may be kept by nothing any more: {name} is dropped before it, \
         and made with the table, {other} goes with it (42830).",
        key.name,
        key.to,
        key.columns_to.join(", ")
    )))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Risky;

    #[test]
    fn fires_when_one_of_two_goes() {
        let funds = || table("funds", &["id uuid primary key", "code text"]);
        let twice = case(schema([funds().unique("u", &["id"])]), schema([funds()]));
        assert_eq!(twice.says(RULE.id), Some(Risky));
        assert_eq!(
            twice.messages(RULE.id),
            [
                "u of public.funds is dropped, and funds_pkey has the same columns: made with the table, they \
              are one."
            ]
        );
        let once = case(schema([funds().unique("u", &["code"])]), schema([funds()]));
        assert_eq!(once.says(RULE.id), None);
    }

    #[test]
    fn fires_on_a_rename_that_makes_it_again() {
        let funds = |column: &str| {
            let of_column = format!("{column} text");
            table("funds", &["id uuid", &of_column]).unique("u", &[column]).unique("v", &[column])
        };
        let renamed = case(schema([funds("code")]), schema([funds("ticker")]))
            .rename("column:public.funds.code=ticker");
        assert_eq!(renamed.says(RULE.id), Some(Risky));
    }

    #[test]
    fn a_new_foreign_key_may_find_neither() {
        let funds = || table("funds", &["id uuid primary key"]);
        let deals = || table("deals", &["fund_id uuid"]);
        let before = schema([funds().unique("u", &["id"]), deals()]);
        let keyed = || deals().references("fk", "fund_id", "funds");
        let found = case(before, schema([funds(), keyed()])).messages(RULE.id);
        assert!(found.iter().any(|it| it.contains("(42830)")), "{found:?}");
        let kept = case(schema([funds(), deals()]), schema([funds(), keyed()]));
        assert_eq!(kept.says(RULE.id), None);
    }
}
