//! Row-level security policies and roles.

use std::rc::Rc;

use super::super::host::{self, Mode, Table, display, downcast, truthy};
use super::{Failure, Serializer};
use crate::ident::QualifiedName;
use crate::schema::{Object, ObjectKind, Policy, Role};
use crate::typescript::Value;

impl Serializer<'_> {
    /// A policy as a table holds it.
    pub(super) fn policy(&mut self, policy: &host::Policy) -> Result<Policy, Failure> {
        let mut to = Vec::new();
        let mut name = |value: &Value| match (downcast::<host::Role>(value), value) {
            (Some(role), _) => to.push(role.name.clone()),
            (None, Value::String(_) | Value::Unknown(_)) => to.push(display(self.session, value)),
            // drizzle-kit leaves out what is neither a name nor a role.
            (None, _) => {}
        };
        match &policy.to {
            missing if truthy(missing) == Some(false) => to.push("public".to_owned()),
            Value::Array(roles) => roles.borrow().iter().for_each(&mut name),
            role => name(role),
        }
        to.sort_by(|a, b| a.encode_utf16().cmp(b.encode_utf16()));
        let word = |value: &Value, default: &str| match value {
            Value::Undefined | Value::Null => default.to_owned(),
            Value::Unknown(unknown) => self.session.placeholder(unknown),
            value => display(self.session, value).to_uppercase(),
        };
        let (permissive, command) =
            (word(&policy.permissive, "PERMISSIVE"), word(&policy.command, "ALL"));
        Ok(Policy {
            name: policy.name.clone(),
            permissive,
            command,
            to,
            using: self.condition(&policy.using)?,
            with_check: self.condition(&policy.with_check)?,
            on: None,
            schema: None,
        })
    }

    /// What is no SQL is no condition: drizzle-kit leaves it out without a word.
    fn condition(&mut self, value: &Value) -> Result<Option<String>, Failure> {
        let is_sql = downcast::<host::Sql>(value).is_some() || matches!(value, Value::Unknown(_));
        if is_sql { self.render(value, Mode::Qualified).map(Some) } else { Ok(None) }
    }

    /// Exported policies: they belong to the table they are linked to.
    pub(super) fn policies(&mut self, policies: &[(Rc<str>, Value)]) -> Result<(), Failure> {
        for (export, value) in policies {
            let Some(policy) = downcast::<host::Policy>(value) else { continue };
            let linked = policy.linked.borrow().clone();
            if let Value::Unknown(unknown) = &linked {
                super::unresolved::note(&mut self.schema, unknown, policy.name.clone());
                continue;
            }
            let Some(table) = downcast::<Table>(&linked) else {
                let message = format!(
                    "policy \"{}\" is linked to no table, so drizzle-kit skips it",
                    policy.name
                );
                self.warnings.push((Some(policy.origin.clone()), message));
                continue;
            };
            let name = table.core.qualified();
            let mut made = self.policy(policy)?;
            let holder = self.schema.tables.get_mut(&name);
            let taken = self.schema.policies.contains_key(&policy.name);
            if taken || holder.as_ref().is_some_and(|it| it.policies.contains_key(&policy.name)) {
                return Err(duplicate(policy, &name));
            }
            let object = Object::in_table(ObjectKind::Policy, &name, &policy.name);
            if let Some(table) = holder {
                table.policies.insert(policy.name.clone(), made);
            } else {
                made.on = Some(name.quoted());
                made.schema = Some(name.schema.clone());
                self.schema.policies.insert(policy.name.clone(), made);
            }
            self.written(object, &policy.origin, Some(export));
        }
        Ok(())
    }

    /// Exported roles that Drizzle manages.
    pub(super) fn roles(&mut self, roles: &[(Rc<str>, Value)]) {
        for (export, value) in roles {
            let Some(role) = downcast::<host::Role>(value) else { continue };
            if role.existing.get() {
                continue;
            }
            let object = Object::global(ObjectKind::Role, &role.name);
            let made = Role {
                name: role.name.clone(),
                create_db: self.flag(&role.creates_db, &object),
                create_role: self.flag(&role.creates_roles, &object),
                inherit: matches!(role.inherit, Value::Undefined)
                    || self.flag(&role.inherit, &object),
            };
            self.written(object, &role.origin, Some(export));
            self.schema.roles.insert(role.name.clone(), made);
        }
    }
}

/// drizzle-kit's refusal of two policies of one name.
pub(super) fn duplicate(policy: &host::Policy, table: &QualifiedName) -> Failure {
    let message = format!(
        "We've found duplicated policy name across {table} table. Please rename one of the policies \
         with {} name",
        policy.name
    );
    Failure::Kit(policy.origin.clone(), message)
}
