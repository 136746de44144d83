//! `pk.change`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "pk.change",
    severity: Severity::Dangerous,
    condition: "The columns of a primary key change.",
    effect: "Foreign keys to the old key stop it (2BP01), rows without a value or with the same values in \
             the new columns stop it (23502, 23505); between the drop and the add the table has no key; \
             rows are addressed differently from then on.",
    remedy: "Build the new key as a unique index concurrently, move the foreign keys, swap both keys \
             in one transaction.",
    postgres: "drizzle-kit 0.31 generate writes only a comment instead of the DROP for a .primaryKey() \
             column; the ADD then fails (42P16).",
    sources: &["prisma/PrimaryKeyChange"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let names = context.names();
    let (table, old, new) = if let Change::AlterPrimaryKey(it) = change {
        (&it.table, &it.what.before, &it.what.after)
    } else if let Change::AddPrimaryKey(it) = change {
        let old = context.changes.iter().find_map(|other| {
            let Change::DropPrimaryKey(old) = other else { return None };
            (names.table_to_head(&old.table) == it.table).then_some(&old.what)
        })?;
        (&it.table, old, &it.what)
    } else if let Change::DropPrimaryKey(it) = change {
        let head = names.table_to_head(&it.table);
        let (table, new) = context.changes.iter().find_map(|other| {
            let Change::AddPrimaryKey(new) = other else { return None };
            (new.table == head).then_some((&new.table, &new.what))
        })?;
        (table, &it.what, new)
    } else {
        return None;
    };
    let before = names.columns_to_head(table, &old.columns);
    let finding = RULE.finding(format!(
        "The primary key of {table} changes from ({}) to ({}).",
        before.join(", "),
        new.columns.join(", ")
    ));
    let same =
        before.len() == new.columns.len() && before.iter().all(|it| new.columns.contains(it));
    if same {
        let proof = "the same columns: only its name or the order of its columns changes";
        return Some(finding.with_severity(Severity::Risky).because(proof));
    }
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::{Dangerous, Risky};

    #[test]
    fn fires_on_other_columns() {
        let before = schema([table("users", &["id uuid primary key", "n integer not null"])]);
        let after = schema([table("users", &["id uuid not null", "n integer primary key"])]);
        assert_eq!(case(before.clone(), after).says(RULE.id), Some(Dangerous));
        let composite = schema([table("users", &["id uuid not null", "n integer not null"])
            .key("users_id_n_pk", &["id", "n"])]);
        let both = case(before.clone(), composite);

        assert_eq!((both.findings(RULE.id).len(), both.says(RULE.id)), (2, Some(Dangerous)));
        let named =
            schema([table("users", &["id uuid not null", "n integer not null"])
                .key("users_id_pk", &["id"])]);
        assert_eq!(case(before.clone(), named).says(RULE.id), Some(Risky));
        let keyless = schema([table("users", &["id uuid not null", "n integer not null"])]);
        assert_eq!(case(keyless, before).says(RULE.id), None);
    }
}
