//! `view.drop`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "view.drop",
    severity: Severity::Risky,
    condition: "A view is dropped.",
    effect: "Code that reads it fails (42P01); grants on it are lost.",
    remedy: "Stop reading it first.",
    postgres: "ACCESS EXCLUSIVE on the view only; 2BP01 while another view uses it.",
    sources: &["bytebase/SDLDropOperation"],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let Change::DropView(view) = change else { return None };
    if view.materialized || view.is_existing {
        return None;
    }
    Some(RULE.finding(format!("View {} is dropped.", view.name)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Risky;

    #[test]
    fn fires_on_plain_managed_views() {
        assert_eq!(case(with_view("select 1", |_| ()), schema([])).says(RULE.id), Some(Risky));
        let existing = with_view("select 1", |view| view.is_existing = true);
        assert_eq!(case(existing, schema([])).says(RULE.id), None);
    }
}
