//! `column.casing_flip`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "column.casing_flip",
    severity: Severity::Dangerous,
    condition: "Many columns changed between snake_case and camelCase at once.",
    effect: "Every column is dropped with its values and added empty; the cause is one setting, not \
             many renames.",
    remedy: "Put the casing option (drizzle.config, or drizzle({ casing })) back as it was, or write \
             the database names out.",
    postgres: "For drizzle-kit each column is a drop and an add, or one prompt each.",
    sources: &["drizzle-kit/casing"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    if let Change::ScopeChange(it) = change {
        if it.setting != crate::diff::Setting::Casing {
            return None;
        }
        let columns = context.casing_flip().map_or(0, |flip| flip.columns.len());
        return Some(
            RULE.finding(format!("{it}."))
                .with_severity(Severity::Safe)
                .because(format!("columns that are called otherwise by it: {columns}")),
        );
    }
    let flip = context.casing_flip()?;
    let (table, name) = if let Change::DropColumn(it) = change {
        (context.names().table_to_head(&it.table), &it.what.name)
    } else if let Change::RenameColumn(it) = change {
        (it.table.clone(), &it.what.before.name)
    } else {
        return None;
    };
    let (_, pair) = flip.columns.iter().find(|(of, pair)| *of == table && pair.before == *name)?;
    Some(
        RULE.finding(format!(
            "{} becomes {}: only its casing changed.",
            path(&table, name),
            pair.after
        ))
        .because(match flip.columns.len() {
            1 => "the casing option has changed".to_owned(),
            n => format!("the casing of {n} columns changed at once"),
        }),
    )
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn explains_the_one_cause() {
        let before = schema([table(
            "users",
            &["id uuid", "firstName text", "lastName text", "bornOn date"],
        )]);
        let after = schema([table(
            "users",
            &["id uuid", "first_name text", "last_name text", "born_on date"],
        )]);
        let found = case(before, after).findings(RULE.id);
        assert_eq!((found.len(), found[0].severity), (3, Dangerous));
        assert_eq!(found[0].evidence, ["the casing of 3 columns changed at once"]);
    }

    #[test]
    fn a_changed_setting_is_named() {
        let found = judged_scope(Setting::Casing, &RULE).expect("a finding");
        assert_eq!(found.message, "casing changes from nothing to x.");
        assert_eq!(judged_scope(Setting::Key, &RULE), None);
    }

    #[test]
    fn one_column_is_not_a_flip() {
        let before = schema([table("users", &["id uuid", "firstName text"])]);
        let after = schema([table("users", &["id uuid", "first_name text"])]);
        assert_eq!(case(before, after).says(RULE.id), None);
    }
}
