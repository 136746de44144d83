//! `rls.policy_exists_off`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "rls.policy_exists_off",
    severity: Severity::Dangerous,
    condition: "A policy is created on a table that is not in the schema, so that nothing enables \
             row-level security there.",
    effect: "While row-level security is off, the policy is ignored and every role with grants reads \
             all rows.",
    remedy: "Enable it in a custom migration: ALTER TABLE … ENABLE ROW LEVEL SECURITY.",
    postgres: "Policies of a table without row-level security are stored and not applied. drizzle-kit \
             0.31 enables it for the tables of the schema only, not for `.link()`ed ones.",
    sources: &["splinter/0007_policy_exists_rls_disabled"],
    check,
};

/// Schemas of hosted services whose tables come with row-level security enabled.
const HOSTED: &[&str] = &["auth", "realtime", "storage"];

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let Change::CreatePolicy(it) = change else { return None };
    if !it.table.name.is_empty() {
        return None;
    }
    let table = policy_table(&it.table, &it.what);
    let finding = RULE.finding(format!(
        "Policy {} is created on {table}, where nothing here enables row-level security.",
        it.what.name
    ));
    let schema = table.split('.').next().unwrap_or_default();
    if HOSTED.contains(&schema) {
        let proof = format!("the tables of {schema} come with row-level security enabled");
        return Some(finding.with_severity(Severity::Safe).because(proof));
    }
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::{Dangerous, Safe};
    use crate::schema::{Policy, Schema};

    fn linked(on: &str) -> Schema {
        let mut schema = schema([]);
        let policy = Policy {
            name: "own".to_owned(),
            permissive: "PERMISSIVE".to_owned(),
            command: "ALL".to_owned(),
            to: vec!["public".to_owned()],
            using: Some("owner = 1".to_owned()),
            with_check: None,
            on: Some(on.to_owned()),
            schema: None,
        };
        schema.policies.insert("own".to_owned(), policy);
        schema
    }

    #[test]
    fn fires_on_a_linked_policy() {
        let says = |on: &str| case(schema([]), linked(on)).says(RULE.id);
        assert_eq!(says("\"public\".\"ledgers\""), Some(Dangerous));
        assert_eq!(says("\"realtime\".\"messages\""), Some(Safe));
        let own = schema([table("funds", &["id uuid"]).policy("own", "true")]);
        assert_eq!(case(schema([table("funds", &["id uuid"])]), own).says(RULE.id), None);
    }
}
