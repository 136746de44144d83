//! `table.drop.naming_convention`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "table.drop.naming_convention",
    severity: Severity::Risky,
    condition: "A table is dropped that was not marked for it: its name does not end in `_del`, and it \
             is in no schema whose name ends in `trash`.",
    effect: "Nobody had the time between two releases to find out that the table is still used.",
    remedy: "Rename it to `…_del`, or move it to a trash schema, in one release; drop it in the next.",
    postgres: "ALTER TABLE … RENAME and SET SCHEMA: ACCESS EXCLUSIVE, catalog only, undone in a moment.",
    sources: &["bytebase/TABLE_DROP_NAMING_CONVENTION"],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let Change::DropTable(table) = change else { return None };
    let is_marked = table.name.name.ends_with("_del") || table.name.schema.ends_with("trash");
    if is_marked {
        return None;
    }
    Some(RULE.finding(format!("{} is dropped without having been marked for it.", table.name)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Risky;

    #[test]
    fn only_marked_tables_may_go() {
        let dropped = |name: &str| {
            case(schema([table(name, &["id uuid"])]), schema([])).policy(RULE.id).says(RULE.id)
        };
        assert_eq!(dropped("capital_calls"), Some(Risky));
        assert_eq!(dropped("capital_calls_del"), None);
        assert_eq!(dropped("trash.capital_calls"), None);
    }
}
