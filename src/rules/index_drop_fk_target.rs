//! `index.drop.fk_target`

use super::prelude::*;
use crate::schema::{Table, Unique};

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "index.drop.fk_target",
    severity: Severity::Dangerous,
    condition: "What keeps the target of a foreign key unique is dropped while the foreign key is there.",
    effect: "The statement fails (2BP01), and nothing after it runs.",
    remedy: "Move the foreign key to another key first.",
    postgres: "2BP01: other objects depend on it (measured on PostgreSQL 12 to 18). A foreign key hangs on the \
             oldest unique index over its columns, be there a primary key beside it (measured on 15). drizzle-kit \
             drops unique constraints before foreign keys, and indexes and primary keys after them.",
    sources: &["postgresql/2BP01"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    if let Change::RenameColumn(it) = change {
        return made_again(it, context);
    }
    let (table, columns) = if let Change::DropIndex(it) = change
        && it.what.unique
    {
        (&it.table, it.what.columns.iter().map(|key| key.expression.clone()).collect::<Vec<_>>())
    } else if let Change::DropUnique(it) = change {
        (&it.table, it.what.columns.clone())
    } else if let Change::AlterUnique(it) = change {
        (&it.table, it.what.before.columns.clone())
    } else if let Change::AlterIndex(it) = change
        && it.what.before.unique
    {
        let keys = it.what.before.columns.iter().map(|key| key.expression.clone());
        (&it.table, keys.collect())
    } else if let Change::DropPrimaryKey(it) = change {
        (&it.table, it.what.columns.clone())
    } else {
        return None;
    };
    let unique = matches!(change, Change::DropUnique(_) | Change::AlterUnique(_));
    if unique && let Some((other, key)) = still_there(table, &columns, context) {
        return Some(RULE.finding(format!(
            "{} of {other} refers to {table}({}) while the constraint is dropped.",
            key.name,
            columns.join(", ")
        )));
    }
    if unique {
        return None;
    }
    let head = context.head_table(table)?;
    let new = context.names().columns_to_head(&head.name, &columns);
    let same = |set: &[String]| set.len() == new.len() && set.iter().all(|it| new.contains(it));
    let mut keys = dependents::foreign_keys(context.schemas.after);
    let (other, key) = keys.find(|(_, key)| key.to == head.name && same(&key.columns_to))?;
    let finding = RULE.finding(format!(
        "{} of {other} refers to {}({}).",
        key.name,
        head.name,
        new.join(", ")
    ));
    let is_index = matches!(change, Change::DropIndex(_) | Change::AlterIndex(_));
    Some(match constraint_on(context.base_table(table)?, &columns).filter(|_| is_index) {
        // Which of the two came first is nowhere in a schema.
        Some(name) => finding.with_severity(Severity::Risky).because(format!(
            "{name} has the same columns: the foreign key hangs on what was there first, and drizzle-kit \
             creates an index after it; where {name} was added later, the statement fails"
        )),
        None => finding,
    })
}

/// A primary key or unique constraint of exactly these columns.
fn constraint_on(table: &Table, columns: &[String]) -> Option<String> {
    let same = |set: &[&str]| {
        set.len() == columns.len() && set.iter().all(|it| columns.iter().any(|column| column == it))
    };
    if same(&table.primary_key_columns()) {
        return Some("the primary key".to_owned());
    }
    let mut uniques = table.uniques.values();
    let same = |it: &&Unique| same(&it.columns.iter().map(String::as_str).collect::<Vec<_>>());
    uniques.find(same).map(|it| it.name.clone())
}

/// drizzle-kit makes the unique constraints of a renamed column again.
fn made_again(change: &crate::diff::ColumnChange, context: &Context<'_>) -> Option<Finding> {
    let table = context.base_table(&change.table)?;
    let dropped = |name: &String| {
        context.statements.iter().any(|statement| {
            statement.kind == "delete_unique_constraint"
                && statement.object.name == *name
                && statement.object.table_name().as_ref() == Some(&change.table)
        })
    };
    let uniques = table.uniques.values().filter(|unique| {
        unique.columns.contains(&change.what.before.name) && dropped(&unique.name)
    });
    let mut needed = uniques
        .filter_map(|unique| Some((unique, still_there(&table.name, &unique.columns, context)?)));
    if let Some((unique, (other, key))) = needed.next() {
        return Some(RULE.finding(format!(
            "drizzle-kit drops {} to make it again with the new name of its column, while {} of {other} \
             refers to it.",
            unique.name, key.name
        )));
    }
    // A primary key is made again after the foreign keys.
    let primary =
        table.primary_keys.values().find(|it| it.columns.contains(&change.what.before.name))?;
    let head = context.head_table(&change.table)?;
    let made = context.statements.iter().any(|it| {
        it.kind == "alter_composite_pk" && it.object.table_name().as_ref() == Some(&head.name)
    });
    let columns = context.names().columns_to_head(&head.name, &primary.columns);
    let same =
        |set: &[String]| set.len() == columns.len() && set.iter().all(|it| columns.contains(it));
    let mut keys = dependents::foreign_keys(context.schemas.after);
    let (other, key) =
        keys.find(|(_, key)| made && key.to == head.name && same(&key.columns_to))?;
    Some(RULE.finding(format!(
        "drizzle-kit drops {} to make it again with the new name of its column, while {} of {other} refers \
         to it.",
        primary.name, key.name
    )))
}

/// A foreign key of the base that refers to these columns when drizzle-kit drops unique constraints: before
/// that it drops tables only.
fn still_there<'a>(
    table: &QualifiedName,
    columns: &[String],
    context: &Context<'a>,
) -> Option<(&'a QualifiedName, &'a crate::schema::ForeignKey)> {
    let base = &context.base_table(table)?.name;
    let same =
        |set: &[String]| set.len() == columns.len() && set.iter().all(|it| columns.contains(it));
    let mut keys = dependents::foreign_keys(context.schemas.before);
    keys.find(|(other, key)| {
        key.to == *base && same(&key.columns_to) && !context.is_dropped(other, &[])
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::{Dangerous, Risky};

    #[test]
    fn fires_while_the_foreign_key_stays() {
        let funds = || table("funds", &["id uuid primary key", "code text"]);
        let deals = || table("deals", &["code text"]);
        let keyed = || deals().foreign_key("fk", &["code"], "funds", &["code"], "restrict");
        let before = || schema([funds().unique("u", &["code"]), keyed()]);
        assert_eq!(case(before(), schema([funds(), keyed()])).says(RULE.id), Some(Dangerous));
        // drizzle-kit drops the foreign key only afterwards, a whole table before.
        assert_eq!(case(before(), schema([funds(), deals()])).says(RULE.id), Some(Dangerous));
        assert_eq!(case(before(), schema([funds()])).says(RULE.id), None);
    }

    #[test]
    fn a_new_name_drops_it_all_the_same() {
        let of = |name: &str| {
            let deals = table("deals", &["code text"]);
            let funds = table("funds", &["code text"]).unique(name, &["code"]);
            schema([funds, deals.foreign_key("fk", &["code"], "funds", &["code"], "restrict")])
        };
        assert_eq!(
            case(of("funds_code_key"), of("funds_code_unique")).says(RULE.id),
            Some(Dangerous)
        );
    }

    #[test]
    fn a_renamed_column_has_its_constraint_made_again() {
        let of = |column: &str| {
            let deals = table("deals", &["code text"]);
            let funds = table("funds", &[&format!("{column} text")]).unique("u", &[column]);
            schema([funds, deals.foreign_key("fk", &["code"], "funds", &[column], "restrict")])
        };
        let renamed = case(of("code"), of("number")).rename("column:public.funds.code=number");
        assert_eq!(renamed.says(RULE.id), Some(Dangerous));
    }

    #[test]
    fn a_key_of_the_same_columns_may_hold_the_foreign_key() {
        let funds = || table("funds", &["code text primary key"]);
        let deals = table("deals", &["code text"]);
        let deals = deals.foreign_key("fk", &["code"], "funds", &["code"], "restrict");
        let before = schema([funds().unique_index("u", &["code"]), deals.clone()]);
        assert_eq!(case(before, schema([funds(), deals])).says(RULE.id), Some(Risky));
    }

    #[test]
    fn a_unique_index_is_dropped_after_the_foreign_key() {
        let funds = || table("funds", &["code text"]);
        let deals = || table("deals", &["code text"]);
        let keyed = || deals().foreign_key("fk", &["code"], "funds", &["code"], "restrict");
        let before = || schema([funds().unique_index("u", &["code"]), keyed()]);
        assert_eq!(case(before(), schema([funds(), deals()])).says(RULE.id), None);
        assert_eq!(case(before(), schema([funds(), keyed()])).says(RULE.id), Some(Dangerous));
    }
}
