//! `fk.action.set_default`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "fk.action.set_default",
    severity: Severity::Dangerous,
    condition: "A foreign key says SET DEFAULT.",
    effect: "A delete of a referenced row fails when the column has no default (23502) or when no row \
             with the default exists (23503).",
    remedy: "Make sure that the default row exists and cannot be deleted, or choose another action.",
    postgres: "Accepted by PostgreSQL, fails at the delete (measured on PostgreSQL 12 to 18).",
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

    keys.into_iter().find_map(|(table, key)| {
        let head = context.schemas.after.table(table)?;
        let sets_default = |action: Option<&String>| pairs::action(action) == "set default";
        if !sets_default(key.on_delete.as_ref()) && !sets_default(key.on_update.as_ref()) {
            return None;
        }
        let column = head.columns.get(key.columns_from.first()?)?;
        let what = path(table, &column.name);
        match default_text(column) {
            Some(default) => Some(
                RULE.finding(format!(
                    "{} sets {what} to {default}, which has to exist in {}.",
                    key.name, key.to
                ))
                .with_severity(Severity::Risky),
            ),
            None if is_not_null(head, &column.name) => Some(RULE.finding(format!(
                "{} sets {what} to its default, but it has none and is NOT NULL.",
                key.name
            ))),
            None => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::{Dangerous, Risky};

    #[test]
    fn fires_without_a_default() {
        let funds = || table("funds", &["id integer primary key"]);
        let deals = |column: &str| {
            table("deals", &["id integer primary key", column]).foreign_key(
                "fk",
                &["fund_id"],
                "funds",
                &["id"],
                "set default",
            )
        };
        let added =
            |column: &str| case(schema([funds()]), schema([funds(), deals(column)])).says(RULE.id);
        assert_eq!(added("fund_id integer not null"), Some(Dangerous));
        assert_eq!(added("fund_id integer not null default 1"), Some(Risky));
        assert_eq!(added("fund_id integer"), None);
    }
}
