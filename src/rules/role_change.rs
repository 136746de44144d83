//! `role.change`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "role.change",
    severity: Severity::Dangerous,
    condition: "A role is created, dropped or altered.",
    effect: "Privileges of the whole database server change, not only of this schema.",
    remedy: "Manage roles where the server is managed; declare them with .existing() here.",
    postgres: "Roles belong to the cluster. DROP ROLE fails while the role owns or is granted anything \
             (2BP01).",
    sources: &["pg-schema-diff/AUTHZ_UPDATE"],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    if let Change::CreateRole(role) = change {
        let finding = RULE.finding(format!("Role {} is created.", role.name));
        if role.create_db || role.create_role {
            return Some(finding.because("it may create databases or roles"));
        }
        return Some(
            finding.with_severity(Severity::Risky).because("it has no privilege by itself"),
        );
    }
    if let Change::DropRole(role) = change {
        return Some(RULE.finding(format!("Role {} is dropped.", role.name)));
    }
    let Change::AlterRole(it) = change else { return None };
    Some(RULE.finding(format!("The attributes of role {} change.", it.after.name)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::{Dangerous, Risky};

    #[test]
    fn a_plain_new_role_is_risky_the_rest_dangerous() {
        let role = |create_db: bool| {
            let name = "analyst".to_owned();
            let mut it = schema([]);
            let role = crate::schema::Role {
                name: name.clone(),
                create_db,
                create_role: false,
                inherit: true,
            };
            it.roles.insert(name, role);
            it
        };
        assert_eq!(case(schema([]), role(false)).says(RULE.id), Some(Risky));
        assert_eq!(case(schema([]), role(true)).says(RULE.id), Some(Dangerous));
        assert_eq!(case(role(false), schema([])).says(RULE.id), Some(Dangerous));
        assert_eq!(case(role(false), role(true)).says(RULE.id), Some(Dangerous));
        assert_eq!(case(role(false), role(false)).says(RULE.id), None);
        let unrelated = schema([table("funds", &["id uuid"])]);
        assert_eq!(case(schema([]), unrelated).says(RULE.id), None);
    }
}
