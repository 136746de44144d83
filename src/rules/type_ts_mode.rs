//! `type.ts_mode`

use super::prelude::*;
use crate::diff::Setting;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "type.ts_mode",
    severity: Severity::Safe,
    condition: "Only what TypeScript reads from a column changes (`mode`); its type in the database \
             stays.",
    effect: "Nothing happens in the database; code gets values of another JavaScript type.",
    remedy: "Look at the code that reads and writes the column, and at what it sends as JSON.",
    postgres: "drizzle-kit generates no statement (measured).",
    sources: &["drizzle-orm/column-modes"],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let Change::ScopeChange(it) = change else { return None };
    let Diff { before: Some(before), after: Some(after) } = &it.value else { return None };
    let object = it.object.as_ref().filter(|_| it.setting == Setting::Mode)?;
    let finding =
        RULE.finding(format!("{object} is a {after} in TypeScript instead of a {before}."));
    let narrows = matches!(after.as_str(), "PgBigInt53" | "PgBigSerial53" | "PgNumericNumber");
    Some(if narrows {
        finding.because("a JavaScript number is exact up to 9 007 199 254 740 991 only")
    } else {
        finding
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::ident::QualifiedName;
    use crate::rules::Executor;
    use crate::rules::Severity::Safe;
    use crate::schema::Object;

    #[test]
    fn another_mode_is_safe_for_the_database() {
        let scope = |setting| {
            let size = Object::column(&QualifiedName::public("funds"), "size");
            Scope::of_object(setting, size, "PgBigInt64".to_owned(), "PgBigInt53".to_owned())
        };
        let found =
            judged_setting(scope(Setting::Mode), &RULE, Executor::Unknown).expect("a finding");
        assert_eq!(found.severity, Safe);
        assert_eq!(found.evidence.len(), 1);
        assert_eq!(judged_setting(scope(Setting::Key), &RULE, Executor::Unknown), None);
    }
}
