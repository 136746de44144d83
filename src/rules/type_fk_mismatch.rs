//! `type.fk_mismatch`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "type.fk_mismatch",
    severity: Severity::Risky,
    condition: "A foreign key's column is narrower than the column it refers to.",
    effect: "It works until the referenced table passes what the narrower column can hold; then \
             inserts fail (22003).",
    remedy: "Widen the referencing column first.",
    postgres: "PostgreSQL accepts it; 22003 when the parent passes 2147483647 (measured).",
    sources: &[],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let keys = keys_touched(change, context);
    let width = |table: &QualifiedName, column: &str| {
        let column = context.schemas.after.column(table, column)?;
        let ty = crate::postgres::SqlType::of(column, context.schemas.after);
        Some(match ty.scalar()? {
            "smallint" => 2,
            "integer" => 4,
            "bigint" => 8,
            _ => return None,
        })
    };
    keys.into_iter().find_map(|(table, key)| {
        let narrower = |from: &str, to: &str| {
            width(table, from).zip(width(&key.to, to)).is_some_and(|(a, b)| a < b)
        };
        let mut pairs = key.columns_from.iter().zip(&key.columns_to);
        let (from, to) = pairs.find(|(from, to)| narrower(from, to))?;
        Some(RULE.finding(format!(
            "{} is narrower than {}, which it refers to.",
            path(table, from),
            path(&key.to, to)
        )))
    })
}

/// The foreign keys of the head that a change adds, alters or changes a column of.
fn keys_touched<'a>(
    change: &'a Change,
    context: &Context<'a>,
) -> Vec<(&'a QualifiedName, &'a crate::schema::ForeignKey)> {
    if let Change::CreateTable(table) = change {
        return table.foreign_keys.values().map(|key| (&table.name, key)).collect();
    }
    if let Change::AddForeignKey(it) = change {
        return vec![(&it.table, &it.what)];
    }
    if let Change::AlterForeignKey(it) = change {
        return vec![(&it.table, &it.what.after)];
    }
    let Change::AlterColumnType(it) = change else { return Vec::new() };
    let name = &it.what.after.name;
    let keys = dependents::foreign_keys(context.schemas.after);
    keys.filter(|(table, key)| {
        (**table == it.table && key.columns_from.contains(name))
            || (key.to == it.table && key.columns_to.contains(name))
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Risky;

    #[test]
    fn fires_when_only_the_parent_widens() {
        let of = |parent: &str, child: &str| {
            schema([
                table("funds", &[&format!("id {parent} primary key")]),
                table("deals", &[&format!("fund_id {child}")]).references("fk", "fund_id", "funds"),
            ])
        };
        let parent = case(of("integer", "integer"), of("bigint", "integer"));
        assert_eq!(
            parent.messages(RULE.id),
            ["public.deals.fund_id is narrower than public.funds.id, which it refers to."]
        );
        assert_eq!(parent.says(RULE.id), Some(Risky));
        let both = case(of("integer", "integer"), of("bigint", "bigint"));
        assert_eq!(both.says(RULE.id), None);
    }
}
