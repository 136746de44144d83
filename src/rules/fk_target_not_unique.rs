//! `fk.target_not_unique`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "fk.target_not_unique",
    severity: Severity::Dangerous,
    condition: "A foreign key refers to columns that nothing keeps unique.",
    effect: "The statement fails (42830), and nothing after it runs.",
    remedy: "Add a unique constraint on the referenced columns first; a partial unique index is not \
             enough.",
    postgres: "42830, also when the only unique index is partial (measured on PostgreSQL 12 to 18).",
    sources: &["skeema/fk-parent", "postgresql/42830"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let keys: Vec<(&QualifiedName, &crate::schema::ForeignKey)> =
        if let Change::CreateTable(it) = change {
            it.foreign_keys.values().map(|key| (&it.name, key)).collect()
        } else if let Change::AddForeignKey(it) = change {
            vec![(&it.table, &it.what)]
        } else if let Change::AlterForeignKey(it) = change {
            vec![(&it.table, &it.what.after)]
        } else {
            return None;
        };

    keys.into_iter().find_map(|(_, key)| {
        let parent = context.schemas.after.table(&key.to)?;
        let is_set = |set: &[String]| {
            set.len() == key.columns_to.len() && set.iter().all(|it| key.columns_to.contains(it))
        };
        if unique_sets(parent).iter().any(|(_, set)| is_set(set)) {
            return None;
        }
        Some(RULE.finding(format!(
            "{} refers to {}({}), which is not unique.",
            key.name,
            key.to,
            key.columns_to.join(", ")
        )))
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_without_a_unique_target() {
        let deals = || {
            table("deals", &["code text"]).foreign_key(
                "fk",
                &["code"],
                "funds",
                &["code"],
                "restrict",
            )
        };
        let funds = || table("funds", &["id uuid primary key", "code text"]);
        let added = |funds: crate::diff::testing::TableBuilder| {
            case(schema([funds.clone()]), schema([funds, deals()])).says(RULE.id)
        };
        assert_eq!(added(funds()), Some(Dangerous));
        assert_eq!(added(funds().unique("u", &["code"])), None);
        let partial = funds().unique_index("u", &["code"]);
        let partial =
            partial.edit_index("u", |it| it.predicate = Some("id is not null".to_owned()));
        assert_eq!(added(partial), Some(Dangerous));
    }
}
