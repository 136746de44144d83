//! `mig.out_of_order`

use super::prelude::*;
use crate::migrations::What;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "mig.out_of_order",
    severity: Severity::Dangerous,
    condition: "A new migration is older than the newest one of the base.",
    effect: "drizzle-kit migrate never runs it where the newest has run, and says nothing: the code meets tables without the change.",
    remedy: "Delete it, bring the base in, and run drizzle-kit generate again, so that its time is the newest.",
    postgres: "drizzle-orm's migrator runs what has a when above the newest created_at in its table, nothing else.",
    sources: &["drizzle-orm/1221"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let What::OutOfOrder { tag, newest } = &context.event(change)?.what else { return None };
    context.may_migrate().then(|| {
        RULE.finding(format!(
            "{tag} is not newer than {newest}, which the base has: it never runs."
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::Executor;
    use crate::rules::Severity::Dangerous;
    use crate::rules::testing::migrations::*;

    #[test]
    fn fires_where_migrate_may_run_it() {
        let late = || {
            let what = What::OutOfOrder { tag: "0003_carry".into(), newest: "0003_region".into() };
            scene("migrations order").what(what)
        };
        assert_eq!(late().says(RULE.id), Some(Dangerous));
        assert_eq!(late().executor(Executor::Push).says(RULE.id), None);
    }
}
