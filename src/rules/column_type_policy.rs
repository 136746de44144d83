//! `column.type_policy`

use super::prelude::*;
use crate::postgres::{Base, SqlType};
use crate::schema::{Column, Schema};

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "column.type_policy",
    severity: Severity::Risky,
    condition: "A new column has a type for which PostgreSQL has a better one.",
    effect: "char(n) pads, money rounds by the server's locale, timestamp forgets the time zone, serial \
             leaves a sequence with grants of its own, a narrow integer or varchar has to be widened one \
             day.",
    remedy: "Use text (with a CHECK for the length), numeric, timestamptz, an identity column, bigint.",
    postgres: "Costs nothing on a new column; most later changes of the type rewrite the table under \
             ACCESS EXCLUSIVE.",
    sources: &[
        "squawk/prefer-bigint-over-int",
        "squawk/prefer-text-field",
        "squawk/prefer-timestamp-tz",
        "squawk/prefer-identity",
        "squawk/ban-char-field",
        "bytebase/COLUMN_TYPE_DISALLOW_LIST",
        "pgsafe/forbidden-column-type",
    ],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let (table, columns) = new_columns(change)?;
    let named = |column: &&Column| {
        let better = better(column, context.schemas.after)?;
        Some(format!("{} ({}; {better})", column.name, column.ty))
    };
    let found: Vec<String> = columns.iter().filter_map(named).collect();
    (!found.is_empty()).then(|| RULE.finding(format!("New in {table}: {}.", list(&found))))
}

/// What is better than the type of a column.
fn better(column: &Column, schema: &Schema) -> Option<&'static str> {
    let ty = SqlType::of(column, schema);
    if ty.serial {
        return Some("an identity column is better");
    }
    match ty.base {
        Base::Builtin("char" | "varchar") => Some("text is better"),
        Base::Builtin("timestamp") => Some("timestamptz is better"),
        Base::Builtin("smallint" | "integer") => Some("bigint is better"),
        Base::Other(name) if name == "money" => Some("numeric is better"),
        Base::Builtin(_) | Base::Enum(_) | Base::Other(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;

    #[test]
    fn names_the_better_type_of_new_columns() {
        let before = || schema([table("funds", &["id bigint", "code char(3)"])]);
        let with = |column: &str| {
            let after = schema([table("funds", &["id bigint", "code char(3)", column])]);
            case(before(), after).policy(RULE.id).messages(RULE.id)
        };
        assert_eq!(
            with("called_on timestamp"),
            ["New in public.funds: called_on (timestamp; timestamptz is better)."]
        );
        assert_eq!(with("fee money").len(), 1);
        assert_eq!(with("n serial").len(), 1);
        assert_eq!(with("note text").len(), 0);
        let new = case(schema([]), before()).policy(RULE.id);
        assert_eq!(new.messages(RULE.id), ["New in public.funds: code (char(3); text is better)."]);
    }
}
