//! `unique.constraint_vs_index`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "unique.constraint_vs_index",
    severity: Severity::Risky,
    condition: "A unique constraint becomes a unique index, or the other way round.",
    effect: "drizzle-kit drops one and builds the other: a moment without either, and ON CONFLICT ON \
             CONSTRAINT and foreign keys need the constraint.",
    remedy: "ADD CONSTRAINT … UNIQUE USING INDEX turns an index into a constraint without building \
             it.",
    postgres: "A constraint that a foreign key uses cannot be dropped (2BP01, measured).",
    sources: &[],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let names = context.names();
    let same = |table: &QualifiedName, columns: &[String], head: &QualifiedName, new: &[String]| {
        names.table_to_head(table) == *head && names.columns_to_head(head, columns) == new
    };
    let keys = |index: &crate::schema::Index| {
        index.columns.iter().map(|key| key.expression.clone()).collect::<Vec<_>>()
    };
    let (new, old) = context.changes.iter().find_map(|other| {
        if let (Change::AddUnique(new), Change::DropIndex(old)) = (change, other)
            && old.what.unique
            && same(&old.table, &keys(&old.what), &new.table, &new.what.columns)
        {
            return Some((
                format!("unique constraint {}", new.what.name),
                format!("unique index {}", old.what.name),
            ));
        }
        if let (Change::CreateIndex(new), Change::DropUnique(old)) = (change, other)
            && new.what.unique
            && same(&old.table, &old.what.columns, &new.table, &keys(&new.what))
        {
            return Some((
                format!("unique index {}", new.what.name),
                format!("unique constraint {}", old.what.name),
            ));
        }
        None
    })?;
    Some(RULE.finding(format!("The {old} becomes the {new}.")))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Risky;

    #[test]
    fn fires_in_both_directions() {
        let users = || table("users", &["mail text"]);
        let constraint = || schema([users().unique("u", &["mail"])]);
        let index = || schema([users().unique_index("i", &["mail"])]);
        let swapped = case(constraint(), index());
        assert_eq!(
            swapped.messages(RULE.id),
            ["The unique constraint u becomes the unique index i."]
        );
        assert_eq!(swapped.worst(), Risky);
        assert_eq!(case(index(), constraint()).says(RULE.id), Some(Risky));
        assert_eq!(case(schema([users()]), index()).says(RULE.id), None);
    }
}
