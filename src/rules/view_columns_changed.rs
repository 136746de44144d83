//! `view.columns_changed`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "view.columns_changed",
    severity: Severity::Risky,
    condition: "A view loses, renames or retypes a column.",
    effect: "drizzle-kit drops the view and creates it again: views on it stop that (2BP01), and \
             grants and rules are lost.",
    remedy: "Do it in one transaction, and grant again.",
    postgres: "CREATE OR REPLACE VIEW can only add columns at the end (42P16, measured).",
    sources: &["postgresql/42P16"],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let Change::AlterView(it) = change else { return None };
    let mut columns = it.before.columns.values();
    let lost = columns.find(|column| {
        it.after.columns.get(&column.name).is_none_or(|after| after.ty != column.ty)
    })?;
    if it.after.columns.is_empty() || it.after.is_existing {
        return None;
    }
    Some(RULE.finding(format!("View {} loses or retypes its column {}.", it.after.name, lost.name)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Risky;

    #[test]
    fn fires_on_a_lost_column() {
        let with = |columns: &[&str]| {
            with_view("select 1", |view| {
                let built = table("x", columns).0.columns;
                view.columns = built;
            })
        };
        let lost = case(with(&["a text", "b text"]), with(&["a text"]));
        assert_eq!(lost.says(RULE.id), Some(Risky));
        assert_eq!(case(with(&["a text"]), with(&["a text", "b text"])).says(RULE.id), None);
    }
}
