//! `column.required_set`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "column.required_set",
    severity: Severity::Risky,
    condition: "A new table lacks one of the columns that every table has to have, or such a column is \
             dropped.",
    effect: "Code and jobs that count on the column in every table fail for this one (42703).",
    remedy: "Add the columns that `required-columns` names to the table.",
    postgres: "A convention of the project; PostgreSQL knows nothing of it.",
    sources: &["bytebase/COLUMN_REQUIRED", "pgsafe/require-columns"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let required = &context.settings.required_columns;
    if let Change::CreateTable(table) = change {
        let lacks = |name: &&String| !table.columns.contains_key(*name);
        let missing: Vec<&String> = required.iter().filter(lacks).collect();
        return (!missing.is_empty())
            .then(|| RULE.finding(format!("New table {} lacks {}.", table.name, list(&missing))));
    }
    let Change::DropColumn(it) = change else { return None };
    required
        .contains(&it.what.name)
        .then(|| RULE.finding(format!("{} loses {}.", it.table, it.what.name)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Risky;

    #[test]
    fn a_new_table_has_every_required_column() {
        let says = |before, after| {
            let case = case(before, after).policy(RULE.id).required_column("created_at");
            case.says(RULE.id)
        };
        let funds = |columns: &[&str]| schema([table("funds", columns)]);
        let full = || funds(&["id uuid", "created_at timestamptz"]);
        assert_eq!(says(schema([]), funds(&["id uuid"])), Some(Risky));
        assert_eq!(says(schema([]), full()), None);
        assert_eq!(says(full(), funds(&["id uuid"])), Some(Risky));
        assert_eq!(says(funds(&["id uuid"]), funds(&["id uuid", "name text"])), None);
    }
}
