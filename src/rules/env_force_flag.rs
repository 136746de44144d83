//! `env.force_flag`

use super::prelude::*;
use crate::diff::Setting;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "env.force_flag",
    severity: Severity::Dangerous,
    condition: "A script, a CI file or the drizzle config begins to run drizzle-kit push with --force, \
             says `strict: false`, or names a database that is not on this machine.",
    effect: "push truncates tables, drops columns and changes types there without a question.",
    remedy: "Keep --force for throw-away databases; apply migrations with drizzle-kit migrate, and take \
             the URL from the environment.",
    postgres: "push --force runs TRUNCATE … CASCADE before it adds a required column (measured).",
    sources: &["drizzle-kit/push-force"],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let Change::ScopeChange(it) = change else { return None };
    if it.setting != Setting::Force {
        return None;
    }
    let Some(after) = &it.value.after else {
        let gone = it.value.before.clone().unwrap_or_default();
        return Some(RULE.finding(format!("No longer: {gone}.")).with_severity(Severity::Safe));
    };
    Some(RULE.finding(format!("New: {after}.")))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Executor;
    use crate::rules::Severity::{Dangerous, Safe};

    #[test]
    fn fires_when_force_appears() {
        assert_eq!(judged_scope(Setting::Force, &RULE).map(|it| it.severity), Some(Dangerous));
        let gone = Scope::of_schema(Setting::Force, Some("push --force".to_owned()), None);
        let found = judged_setting(gone, &RULE, Executor::Unknown);
        assert_eq!(found.map(|it| it.severity), Some(Safe));
        assert_eq!(judged_scope(Setting::Casing, &RULE), None);
    }
}
