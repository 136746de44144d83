//! `fk.cascade_graph`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "fk.cascade_graph",
    severity: Severity::Dangerous,
    condition: "A delete reaches a critical table through cascades that it did not reach before.",
    effect: "One DELETE somewhere up the chain removes rows of the critical table, transitively and \
             without a message.",
    remedy: "Use RESTRICT on the way to the critical table; delete explicitly.",
    postgres: "Cascades run inside the statement that deletes the parent.",
    sources: &[],
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

    let names = context.names();
    keys.into_iter().find_map(|(_, key)| {
        if pairs::action(key.on_delete.as_ref()) != "cascade" {
            return None;
        }
        let base = names.table_to_base(&key.to);
        let before = dependents::reach_of_delete(context.schemas.before, &base);
        let before: Vec<QualifiedName> = before.iter().map(|it| names.table_to_head(it)).collect();
        let after = dependents::reach_of_delete(context.schemas.after, &key.to);
        let mut new = after.iter().filter(|it| !before.contains(it) && context.is_critical(it));
        let critical = new.next()?;
        Some(RULE.finding(format!(
            "A delete from {} now reaches the critical table {critical} ({}).",
            key.to, key.name
        )))
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_on_a_new_reach_to_a_critical_table() {
        let of = |action: &str| {
            schema([
                table("users", &["id uuid primary key"]),
                table("funds", &["id uuid primary key", "user_id uuid"]).foreign_key(
                    "fk",
                    &["user_id"],
                    "users",
                    &["id"],
                    action,
                ),
            ])
        };
        let changed = || case(of("restrict"), of("cascade"));
        assert_eq!(changed().critical("funds").says(RULE.id), Some(Dangerous));
        assert_eq!(changed().says(RULE.id), None);
        assert_eq!(case(of("cascade"), of("restrict")).critical("funds").says(RULE.id), None);
    }
}
