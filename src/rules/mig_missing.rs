//! `mig.missing`

use super::Executor;
use super::prelude::*;
use crate::migrations::What;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "mig.missing",
    severity: Severity::Dangerous,
    condition: "The schema changed and no migration says so, or the journal names a file that is not there.",
    effect: "Code that is deployed with this schema runs against tables that were never changed: it fails with 42703 or 42P01.",
    remedy: "Run drizzle-kit generate and push the migration with the schema.",
    postgres: "42703: the column does not exist; 42P01: the relation does not exist.",
    sources: &["F3-nation/862", "abacus/20"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let event = context.event(change)?;
    if !context.may_migrate() {
        return None;
    }
    match &event.what {
        What::Missing { undone, kept } => {
            let finding = RULE.finding(format!("No migration does: {}.", list(undone)));
            if *kept || context.settings.executor == Executor::Migrate {
                return Some(finding);
            }
            let proof = "the migrations of the base do not say what its schema says either";
            Some(finding.with_severity(Severity::Risky).because(proof))
        }
        What::NoFile { tag } => {
            Some(RULE.finding(format!("The journal names {tag}, but there is no {tag}.sql.")))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::Executor;
    use crate::rules::Severity::{Dangerous, Risky};
    use crate::rules::testing::migrations::*;

    fn missing(kept: bool) -> Scene {
        scene("schema without its migration")
            .what(What::Missing { undone: vec!["add column public.funds.region".into()], kept })
    }

    #[test]
    fn fires_where_migrations_are_kept() {
        assert_eq!(missing(true).says(RULE.id), Some(Dangerous));
        assert_eq!(missing(false).says(RULE.id), Some(Risky));
        assert_eq!(missing(false).executor(Executor::Migrate).says(RULE.id), Some(Dangerous));
        assert_eq!(missing(true).executor(Executor::Push).says(RULE.id), None);
    }

    #[test]
    fn fires_on_a_file_that_is_not_there() {
        let scene = scene("migration file").what(What::NoFile { tag: "0003_carry".into() });
        assert_eq!(scene.says(RULE.id), Some(Dangerous));
    }
}
