//! `column.pk_int_overflow`

use super::prelude::*;
use crate::postgres::{Base, SqlType};

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "column.pk_int_overflow",
    severity: Severity::Risky,
    condition: "A new primary key is a 32-bit (or shorter) number.",
    effect: "After 2 147 483 647 values every insert fails (22003, or 2200H from the sequence).",
    remedy: "Use bigint with an identity for new tables.",
    postgres: "Widening it later rewrites the table and every table with a foreign key to it, under \
             ACCESS EXCLUSIVE.",
    sources: &[
        "pgsafe/prefer-bigint-primary-key",
        "skeema/pk-type",
        "bytebase/INDEX_PRIMARY_KEY_TYPE_ALLOWLIST",
    ],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let (table, key): (&QualifiedName, Vec<&str>) = if let Change::CreateTable(table) = change {
        (&table.name, table.primary_key_columns())
    } else if let Change::AddPrimaryKey(it) = change {
        (&it.table, it.what.columns.iter().map(String::as_str).collect())
    } else {
        return None;
    };
    let [name] = *key else { return None };
    let column = context.schemas.after.column(table, name)?;
    let base = SqlType::of(column, context.schemas.after).base;
    let short = matches!(base, Base::Builtin("smallint" | "integer"));
    let refers = context
        .schemas
        .after
        .table(table)?
        .foreign_keys
        .values()
        .any(|it| it.columns_from.iter().any(|from| from == name));
    (short && !refers)
        .then(|| RULE.finding(format!("The primary key {} is {}.", path(table, name), column.ty)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Risky;

    #[test]
    fn fires_on_a_short_key_of_its_own() {
        let created = |column: &str| {
            case(schema([]), schema([table("funds", &[column])])).policy(RULE.id).says(RULE.id)
        };
        assert_eq!(created("id integer primary key"), Some(Risky));
        assert_eq!(created("id serial primary key"), Some(Risky));
        assert_eq!(created("id bigint primary key"), None);
        assert_eq!(created("id uuid primary key"), None);
        let keyless = schema([table("funds", &["id integer not null"])]);
        let keyed = schema([table("funds", &["id integer not null"]).key("funds_pk", &["id"])]);
        assert_eq!(case(keyless, keyed).policy(RULE.id).says(RULE.id), Some(Risky));
    }

    #[test]
    fn silent_where_another_table_numbers_the_rows() {
        let details = table("details", &["fund_id integer primary key"]);
        let details = details.references("details_fund_fk", "fund_id", "funds");
        let case = case(schema([]), schema([details])).policy(RULE.id);
        assert_eq!(case.says(RULE.id), None);
    }
}
