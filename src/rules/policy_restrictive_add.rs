//! `policy.restrictive_add`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "policy.restrictive_add",
    severity: Severity::Risky,
    condition: "A restrictive policy is added.",
    effect: "Rows that do not pass it disappear for every role it names; drizzle-kit push writes it \
             without its expressions, and then it restricts nothing.",
    remedy: "Test it with the role of the application; apply it with a migration, not with push.",
    postgres: "Restrictive policies are joined with AND (measured); drizzle-kit 0.31 push emits CREATE \
             POLICY without USING and WITH CHECK.",
    sources: &["pg-schema-diff/AUTHZ_UPDATE"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::CreatePolicy(it) = change else { return None };
    if !it.what.permissive.eq_ignore_ascii_case("restrictive") || renamed_policy(change, context) {
        return None;
    }
    let table = policy_table(&it.table, &it.what);
    let finding =
        RULE.finding(format!("Policy {} restricts {table} ({}).", it.what.name, it.what.command));
    let has_expression = it.what.using.is_some() || it.what.with_check.is_some();
    if has_expression && context.settings.executor == super::Executor::Push {
        let proof = "drizzle-kit push writes it without USING and WITH CHECK: it restricts nothing";
        return Some(finding.with_severity(Severity::Dangerous).because(proof));
    }
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::{Dangerous, Risky};

    fn added() -> Case {
        let funds = || table("funds", &["id uuid"]).policy("own", "id = auth.uid()");
        let two = funds().policy("office", "inside()");
        let two = two.edit_policy("office", |policy| policy.permissive = "RESTRICTIVE".to_owned());
        case(schema([funds()]), schema([two]))
    }

    #[test]
    fn fails_open_with_push() {
        assert_eq!(added().says(RULE.id), Some(Risky));
        assert_eq!(added().executor(crate::rules::Executor::Push).says(RULE.id), Some(Dangerous));
        assert_eq!(added().says("policy.permissive_add"), None);
        let permissive = |names: &[&str]| {
            let funds = table("funds", &["id uuid"]);
            schema([names.iter().fold(funds, |funds, name| funds.policy(name, "inside()"))])
        };
        let permissive = case(permissive(&["own"]), permissive(&["own", "office"]));
        assert_eq!(permissive.says(RULE.id), None);
    }
}
