//! `fk.policy`

use super::prelude::*;
use crate::schema::ForeignKey;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "fk.policy",
    severity: Severity::Risky,
    condition: "A new foreign key starts from a column that may be NULL.",
    effect: "Rows without a parent are let through: NULL refers to nothing and is never checked. With \
             several columns one NULL is enough (MATCH SIMPLE).",
    remedy: "Make the column NOT NULL, or keep the optional relation in a table of its own.",
    postgres: "A foreign key with a NULL in it is satisfied without a look at the referenced table.",
    sources: &["pgsafe/forbid-nullable-fk", "skeema/has-fk", "bytebase/TABLE_NO_FOREIGN_KEY"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let (table, keys): (&QualifiedName, Vec<&ForeignKey>) = if let Change::CreateTable(it) = change
    {
        (&it.name, it.foreign_keys.values().collect())
    } else if let Change::AddForeignKey(it) = change {
        (&it.table, vec![&it.what])
    } else {
        return None;
    };
    let of = context.schemas.after.table(table)?;
    let nullable = |key: &&ForeignKey| key.columns_from.iter().any(|it| !is_not_null(of, it));
    let names: Vec<&str> = keys.into_iter().filter(nullable).map(|key| key.name.as_str()).collect();
    (!names.is_empty()).then(|| {
        RULE.finding(format!("Foreign keys of {table} that NULL passes: {}.", list(&names)))
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Risky;

    #[test]
    fn fires_on_a_nullable_reference() {
        let deals = |column: &str| {
            schema([table("deals", &[column]).references("deals_fund_fk", "fund_id", "funds")])
        };
        let created = |column: &str| case(schema([]), deals(column)).policy(RULE.id).says(RULE.id);
        assert_eq!(created("fund_id uuid"), Some(Risky));
        assert_eq!(created("fund_id uuid not null"), None);
        let before = schema([table("deals", &["fund_id uuid"])]);
        assert_eq!(case(before, deals("fund_id uuid")).policy(RULE.id).says(RULE.id), Some(Risky));
    }
}
