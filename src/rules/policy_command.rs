//! `policy.command`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "policy.command",
    severity: Severity::Dangerous,
    condition: "A policy is for another command.",
    effect: "Another command is allowed, or no longer held back; drizzle-kit drops and creates it, in \
             push without its expressions.",
    remedy: "Do it in one transaction.",
    postgres: "FOR cannot be altered; DROP and CREATE.",
    sources: &["pg-schema-diff/AUTHZ_UPDATE"],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let Change::AlterPolicy(it) = change else { return None };
    let Diff { before, after } = &it.what;
    if before.command.eq_ignore_ascii_case(&after.command) {
        return None;
    }
    Some(RULE.finding(format!(
        "Policy {} on {} is for {} instead of {}.",
        after.name,
        policy_table(&it.table, after),
        after.command,
        before.command
    )))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_on_another_command() {
        let of = |command: &str| {
            let command = command.to_owned();
            schema([table("funds", &["id uuid"])
                .policy("own", "x")
                .edit_policy("own", |it| it.command = command)])
        };
        assert_eq!(case(of("SELECT"), of("ALL")).says(RULE.id), Some(Dangerous));
        assert_eq!(case(of("SELECT"), of("SELECT")).says(RULE.id), None);
        let open = schema([table("funds", &["id uuid"])]);
        assert_eq!(case(open, of("SELECT")).says(RULE.id), None);
    }
}
