//! `table.drop.outbound_fk_lock`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "table.drop.outbound_fk_lock",
    severity: Severity::Risky,
    condition: "A dropped table or column has a foreign key to a table that stays.",
    effect: "The table it refers to is locked against reads and writes as well, until the transaction \
             ends.",
    remedy: "Drop each foreign key alone first, in a short transaction of its own with lock_timeout \
             set.",
    postgres: "DROP TABLE, DROP COLUMN and DROP CONSTRAINT of a foreign key take ACCESS EXCLUSIVE on \
             both tables (measured on PostgreSQL 12 to 18).",
    sources: &[
        "safe-pg-migrations/drop_table",
        "django-pg-zero-downtime/EXPLICIT_CONSTRAINTS_DROP",
    ],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let (table, column) = if let Change::DropTable(table) = change {
        (&table.name, None)
    } else if let Change::DropColumn(it) = change {
        (&it.table, Some(&it.what.name))
    } else {
        return None;
    };
    let keys = context.schemas.before.table(table)?.foreign_keys.values();
    let keys = keys.filter(|key| key.to != *table && !context.is_dropped(&key.to, &[]));
    let keys = keys.filter(|key| column.is_none_or(|column| key.columns_from.contains(column)));
    let mut parents: Vec<&QualifiedName> = keys.map(|key| &key.to).collect();
    parents.sort();
    parents.dedup();
    if parents.is_empty() {
        return None;
    }
    let what = column.map_or_else(|| table.to_string(), |column| path(table, column));
    Some(
        RULE.finding(format!(
            "Dropping {what} also locks {} with ACCESS EXCLUSIVE.",
            list(&parents)
        )),
    )
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Risky;

    #[test]
    fn fires_for_a_table_and_for_a_column() {
        let funds = || table("funds", &["id uuid primary key"]);
        let deals =
            || table("deals", &["id uuid", "fund_id uuid"]).references("fk", "fund_id", "funds");
        let without = case(schema([funds(), deals()]), schema([funds()]));
        assert_eq!(without.says(RULE.id), Some(Risky));
        let column =
            case(schema([funds(), deals()]), schema([funds(), table("deals", &["id uuid"])]));
        assert_eq!(
            column.messages(RULE.id),
            ["Dropping public.deals.fund_id also locks public.funds with ACCESS EXCLUSIVE."]
        );
    }

    #[test]
    fn silent_without_a_foreign_key() {
        let before = schema([table("notes", &["id uuid"])]);
        assert_eq!(case(before, schema([])).says(RULE.id), None);
    }
}
