//! `deploy.order`

use super::prelude::*;
use crate::diff::Kind;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "deploy.order",
    severity: Severity::Risky,
    condition: "A change needs the code and the database to be deployed in a certain order.",
    effect: "In another order running code fails in between (42703, 42P01).",
    remedy: "What is added: the database first. What goes: the code first. What is renamed: both, in \
             three steps.",
    postgres: "db.select().from(t) lists the columns of t by name, those included that the database \
             does not have yet or any more (measured).",
    sources: &["django/two-phase-removal", "strong_migrations/remove_column"],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let object = change.object();
    let kind = change.kind();
    let is = |kinds: &[Kind]| kinds.contains(&kind);
    let new = [Kind::AddColumn, Kind::CreateTable, Kind::CreateView, Kind::AddEnumValue];
    let gone = [Kind::DropColumn, Kind::DropTable, Kind::DropView];
    let renamed = [Kind::RenameColumn, Kind::RenameTable, Kind::MoveTable, Kind::RenameSchema];
    let (severity, first, then) = if is(&new) {
        (Severity::Safe, "the database", "the code that uses it")
    } else if is(&[Kind::DropNotNull]) {
        (Severity::Safe, "the code that reads NULL", "the database")
    } else if is(&[Kind::DropEnumValue]) {
        (Severity::Safe, "the code that does without it", "the database")
    } else if is(&gone) {
        (Severity::Risky, "the code that does without it", "the database")
    } else if is(&renamed) {
        (
            Severity::Risky,
            "a database with both names",
            "the code, and last the database without the old one",
        )
    } else {
        return None;
    };
    // It is not dropped, only no longer known.
    let is_existing = matches!(change, Change::DropView(view) if view.is_existing);
    if is_existing {
        return None;
    }
    let finding = RULE.finding(format!("{object} needs an order of deployment."));
    Some(Finding { severity, remedy: format!("First {first}, then {then}."), ..finding })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::{Risky, Safe};

    #[test]
    fn says_what_comes_first() {
        let one = || schema([table("funds", &["id uuid"])]);
        let two = || schema([table("funds", &["id uuid", "note text"])]);
        let added = case(one(), two());
        assert_eq!(added.says(RULE.id), Some(Safe));
        assert!(added.findings(RULE.id)[0].remedy.starts_with("First the database"));
        let dropped = case(two(), one());
        assert_eq!(dropped.says(RULE.id), Some(Risky));
        assert!(dropped.findings(RULE.id)[0].remedy.ends_with("then the database."));
        let indexed = schema([table("funds", &["id uuid"]).index("i", &["id"])]);
        assert_eq!(case(one(), indexed).says(RULE.id), None);
    }
}
