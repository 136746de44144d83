//! `deploy.order`

use serde::Serialize;

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

/// What is deployed first: the code, or the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Deployment {
    /// The database, then the code that uses what is new.
    DatabaseFirst,
    /// The code that does without what goes, or keeps what is asked of it, then the database.
    CodeFirst,
    /// A database with both, the code, and last the database without what was.
    DatabaseTwice,
    /// It does not matter: no statement of the code depends on it.
    AnyOrder,
}

impl Deployment {
    /// The order that a change needs.
    pub fn of(change: &Change) -> Self {
        if let Change::DropView(view) = change
            && view.is_existing
        {
            // It is not dropped, only no longer known.
            return Self::AnyOrder;
        }
        match change.kind() {
            Kind::CreateSchema
            | Kind::CreateEnum
            | Kind::AddEnumValue
            | Kind::CreateTable
            | Kind::AddColumn
            | Kind::SetDefault
            | Kind::SetIdentity
            | Kind::CreateSequence
            | Kind::CreateView
            | Kind::AlterView
            | Kind::CreateRole
            | Kind::DropCheck
            | Kind::DropForeignKey => Self::DatabaseFirst,
            Kind::DropSchema
            | Kind::DropEnum
            | Kind::DropEnumValue
            | Kind::DropTable
            | Kind::DropColumn
            | Kind::DropNotNull
            | Kind::DropDefault
            | Kind::DropIdentity
            | Kind::DropGenerated
            | Kind::DropSequence
            | Kind::DropView
            | Kind::DropRole
            | Kind::DropPrimaryKey
            | Kind::DropUnique
            // What is stored by the code that runs has to satisfy them already.
            | Kind::SetNotNull
            | Kind::SetGenerated
            | Kind::AlterGenerated
            | Kind::AlterIdentity
            | Kind::AddPrimaryKey
            | Kind::AddUnique
            | Kind::AddCheck
            | Kind::AlterCheck
            | Kind::AddForeignKey
            | Kind::AlterForeignKey
            | Kind::DropIndex
            | Kind::CreatePolicy
            | Kind::AlterPolicy
            | Kind::DropPolicy
            | Kind::EnableRls => Self::CodeFirst,
            Kind::RenameSchema
            | Kind::RenameEnum
            | Kind::RenameEnumValue
            | Kind::RenameTable
            | Kind::MoveTable
            | Kind::RenameColumn
            | Kind::AlterColumnType
            | Kind::AlterPrimaryKey
            | Kind::AlterUnique
            | Kind::AlterIndex => Self::DatabaseTwice,
            Kind::ReorderEnumValues
            | Kind::CreateIndex
            | Kind::AlterSequence
            | Kind::DisableRls
            | Kind::AlterRole
            | Kind::ScopeChange => Self::AnyOrder,
        }
    }

    /// The same as a sentence fragment: "code first, then the database".
    pub const fn words(self) -> &'static str {
        match self {
            Self::DatabaseFirst => "database first, then the code",
            Self::CodeFirst => "code first, then the database",
            Self::DatabaseTwice => {
                "database with both, then the code, then the database without the old one"
            }
            Self::AnyOrder => "in any order",
        }
    }
}

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let object = change.object();
    let kind = change.kind();
    let is = |kinds: &[Kind]| kinds.contains(&kind);
    let gone = [Kind::DropColumn, Kind::DropTable, Kind::DropView];
    let (severity, first, then) = match Deployment::of(change) {
        Deployment::DatabaseFirst
            if is(&[Kind::AddColumn, Kind::CreateTable, Kind::CreateView, Kind::AddEnumValue]) =>
        {
            (Severity::Safe, "the database", "the code that uses it")
        }
        Deployment::CodeFirst if kind == Kind::DropNotNull => {
            (Severity::Safe, "the code that reads NULL", "the database")
        }
        Deployment::CodeFirst if kind == Kind::DropEnumValue => {
            (Severity::Safe, "the code that does without it", "the database")
        }
        Deployment::CodeFirst if is(&gone) => {
            (Severity::Risky, "the code that does without it", "the database")
        }
        Deployment::DatabaseTwice
            if is(&[
                Kind::RenameColumn,
                Kind::RenameTable,
                Kind::MoveTable,
                Kind::RenameSchema,
            ]) =>
        {
            (
                Severity::Risky,
                "a database with both names",
                "the code, and last the database without the old one",
            )
        }
        // What is left breaks no statement of the code in either order; the report states it.
        _ => return None,
    };
    let finding = RULE.finding(format!("{object} needs an order of deployment."));
    Some(Finding { severity, remedy: format!("First {first}, then {then}."), ..finding })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::{Deployment, RULE};
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

    #[test]
    fn an_order_is_known_for_every_change() {
        let plain = schema([table("funds", &["id uuid", "code text"])]);
        let strict = schema([table("funds", &["id uuid", "code text not null"])]);
        let order = |before, after| {
            let changes = crate::diff::compare(crate::delta::Diff::new(before, after), &[]);
            changes.iter().map(Deployment::of).collect::<Vec<_>>()
        };
        assert_eq!(order(&plain, &strict), [Deployment::CodeFirst]);
        assert_eq!(order(&strict, &plain), [Deployment::CodeFirst]);
        assert_eq!(order(&schema([]), &plain), [Deployment::DatabaseFirst]);
        assert!(Deployment::CodeFirst.words().starts_with("code first"));
    }
}
