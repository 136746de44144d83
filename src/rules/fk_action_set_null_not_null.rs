//! `fk.action.set_null_not_null`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "fk.action.set_null_not_null",
    severity: Severity::Dangerous,
    condition: "A foreign key says SET NULL on a column that is NOT NULL.",
    effect: "PostgreSQL accepts it, and every delete of a referenced row fails (23502).",
    remedy: "Make the column nullable, or choose another action.",
    postgres: "Accepted on PostgreSQL 12 to 18; 23502 at the first delete of a parent (measured).",
    sources: &[],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let keys: Vec<(&QualifiedName, &crate::schema::ForeignKey)> = if let Change::CreateTable(it) =
        change
    {
        it.foreign_keys.values().map(|key| (&it.name, key)).collect()
    } else if let Change::AddForeignKey(it) = change {
        vec![(&it.table, &it.what)]
    } else if let Change::AlterForeignKey(it) = change {
        vec![(&it.table, &it.what.after)]
    } else if let Change::SetNotNull(it) = change {
        let head = context.schemas.after.table(&it.table)?;
        let own = |key: &&crate::schema::ForeignKey| key.columns_from.contains(&it.what.after.name);
        head.foreign_keys.values().filter(own).map(|key| (&head.name, key)).collect()
    } else {
        return None;
    };
    keys.into_iter().find_map(|(table, key)| {
        let head = context.schemas.after.table(table)?;
        let sets_null = |action: Option<&String>| pairs::action(action) == "set null";
        if !sets_null(key.on_delete.as_ref()) && !sets_null(key.on_update.as_ref()) {
            return None;
        }
        let column = key.columns_from.iter().find(|column| is_not_null(head, column))?;
        Some(RULE.finding(format!(
            "{} is NOT NULL, but {} sets it to NULL.",
            path(table, column),
            key.name
        )))
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_wherever_both_meet() {
        let funds = || table("funds", &["id uuid primary key"]);
        let deals = |column: &str, action: &str| {
            table("deals", &["id uuid primary key", column]).foreign_key(
                "fk",
                &["fund_id"],
                "funds",
                &["id"],
                action,
            )
        };
        let required = || schema([funds(), deals("fund_id uuid not null", "set null")]);
        assert_eq!(case(schema([funds()]), required()).says(RULE.id), Some(Dangerous));
        let nullable = schema([funds(), deals("fund_id uuid", "set null")]);
        assert_eq!(case(nullable.clone(), required()).says(RULE.id), Some(Dangerous));
        let cascade = schema([funds(), deals("fund_id uuid not null", "cascade")]);
        assert_eq!(case(cascade, required()).says(RULE.id), Some(Dangerous));
        assert_eq!(case(schema([funds()]), nullable).says(RULE.id), None);
    }
}
