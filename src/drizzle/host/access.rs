//! Schemas, sequences, roles and policies, and the ready-made ones of Neon and Supabase.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

use indexmap::IndexMap;

use super::Session;
use super::sql::{Name, Sql};
use super::support::{
    Namespace, Outcome, argument, array, bound, call_property, display, downcast, elements, host,
    native, object, option, string, truthy,
};
use super::{enums, table, types, view};
use crate::origin::Origin;
use crate::typescript::{Abrupt, Context, HostObject, Value};

/// `pgSchema(name)`.
#[derive(Debug)]
pub(in crate::drizzle) struct SchemaObject {
    session: Rc<Session>,
    /// Its name.
    pub(in crate::drizzle) name: String,
    /// Where it was written.
    pub(in crate::drizzle) origin: Origin,
}

/// `pgSchema` itself.
pub(super) fn schema(session: &Rc<Session>) -> Value {
    let session = session.clone();
    native("pgSchema", move |_, arguments, context| {
        let name = display(&session, &argument(arguments, 0));
        if name == "public" {
            return Err(context.throw(
                "You can't specify 'public' as schema name. Postgres is using public schema by \
                 default. If you want to use 'public' schema, just use pgTable() instead of \
                 creating a schema",
            ));
        }
        Ok(host(SchemaObject { session: session.clone(), name, origin: context.origin() }))
    })
}

const SCHEMA_METHODS: &[&str] =
    &["table", "view", "materializedView", "enum", "sequence", "getSQL", "shouldOmitSQLParens"];

impl HostObject for SchemaObject {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn class(&self) -> &'static str {
        "PgSchema"
    }

    fn get(&self, this: &Rc<dyn HostObject>, key: &str, _: &mut dyn Context) -> Outcome {
        let method = SCHEMA_METHODS.iter().find(|method| **method == key);
        Ok(match (method, key) {
            (Some(method), _) => bound(this, method),
            (None, "schemaName") => string(&self.name),
            (None, _) => Value::Undefined,
        })
    }

    fn call_method(
        &self,
        this: &Rc<dyn HostObject>,
        key: &str,
        arguments: &[Value],
        context: &mut dyn Context,
    ) -> Outcome {
        let schema = Some(self.name.clone());
        let name = argument(arguments, 0);
        match key {
            "table" => table::make(&self.session, &name, &name, arguments, schema, context),
            "view" => view::make(&self.session, arguments, schema, false, context),
            "materializedView" => view::make(&self.session, arguments, schema, true, context),
            "enum" => enums::make(&self.session, arguments, schema, context),
            "sequence" => Ok(sequence(&self.session, arguments, schema, context)),
            "getSQL" => Ok(Sql::of(vec![host(Name(self.name.as_str().into()))], context)),
            "shouldOmitSQLParens" => Ok(Value::Bool(true)),
            _ => call_property(self, this, key, arguments, context),
        }
    }
}

/// `pgSequence(name, options)`.
#[derive(Debug)]
pub(in crate::drizzle) struct Sequence {
    /// Its name.
    pub(in crate::drizzle) name: String,
    /// Its schema, absent for `public`.
    pub(in crate::drizzle) schema: Option<String>,
    /// Its options object, or undefined.
    pub(in crate::drizzle) options: Value,
    /// Where it was written.
    pub(in crate::drizzle) origin: Origin,
}

/// Makes a sequence in a schema.
pub(super) fn sequence(
    session: &Session,
    arguments: &[Value],
    schema: Option<String>,
    context: &dyn Context,
) -> Value {
    host(Sequence {
        name: display(session, &argument(arguments, 0)),
        schema,
        options: argument(arguments, 1),
        origin: context.origin(),
    })
}

/// `pgRole(name, config)`.
#[derive(Debug)]
pub(in crate::drizzle) struct Role {
    /// Its name.
    pub(in crate::drizzle) name: String,
    /// `createDb`, undefined when not said.
    pub(in crate::drizzle) creates_db: Value,
    /// `createRole`
    pub(in crate::drizzle) creates_roles: Value,
    /// `inherit`
    pub(in crate::drizzle) inherit: Value,
    /// `.existing()`
    pub(in crate::drizzle) existing: Cell<bool>,
    /// Where it was written.
    pub(in crate::drizzle) origin: Origin,
}

/// Makes a role.
pub(super) fn role(session: &Session, arguments: &[Value], context: &mut dyn Context) -> Outcome {
    let config = argument(arguments, 1);
    Ok(host(Role {
        name: display(session, &argument(arguments, 0)),
        creates_db: option(&config, "createDb", context)?,
        creates_roles: option(&config, "createRole", context)?,
        inherit: option(&config, "inherit", context)?,
        existing: Cell::new(false),
        origin: context.origin(),
    }))
}

/// `pgPolicy(name, config)`.
#[derive(Debug)]
pub(in crate::drizzle) struct Policy {
    /// Its name.
    pub(in crate::drizzle) name: String,
    /// `as`
    pub(in crate::drizzle) permissive: Value,
    /// `for`
    pub(in crate::drizzle) command: Value,
    /// `to`
    pub(in crate::drizzle) to: Value,
    /// `using`
    pub(in crate::drizzle) using: Value,
    /// `withCheck`
    pub(in crate::drizzle) with_check: Value,
    /// `.link(table)`, undefined when not linked.
    pub(in crate::drizzle) linked: RefCell<Value>,
    /// Where it was written.
    pub(in crate::drizzle) origin: Origin,
}

/// Makes a policy.
pub(super) fn policy(session: &Session, arguments: &[Value], context: &mut dyn Context) -> Outcome {
    let config = argument(arguments, 1);
    Ok(host(Policy {
        name: display(session, &argument(arguments, 0)),
        permissive: option(&config, "as", context)?,
        command: option(&config, "for", context)?,
        to: option(&config, "to", context)?,
        using: option(&config, "using", context)?,
        with_check: option(&config, "withCheck", context)?,
        linked: RefCell::new(Value::Undefined),
        origin: context.origin(),
    }))
}

impl HostObject for Sequence {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn class(&self) -> &'static str {
        "PgSequence"
    }

    fn get(&self, _: &Rc<dyn HostObject>, key: &str, _: &mut dyn Context) -> Outcome {
        Ok(match key {
            "seqName" => string(&self.name),
            "seqOptions" => self.options.clone(),
            "schema" => self.schema.as_ref().map_or(Value::Undefined, string),
            _ => Value::Undefined,
        })
    }
}

impl HostObject for Role {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn class(&self) -> &'static str {
        "PgRole"
    }

    fn get(&self, this: &Rc<dyn HostObject>, key: &str, _: &mut dyn Context) -> Outcome {
        Ok(match key {
            "name" => string(&self.name),
            "createDb" => self.creates_db.clone(),
            "createRole" => self.creates_roles.clone(),
            "inherit" => self.inherit.clone(),
            "existing" => bound(this, "existing"),
            _ => Value::Undefined,
        })
    }

    fn call_method(
        &self,
        this: &Rc<dyn HostObject>,
        key: &str,
        arguments: &[Value],
        context: &mut dyn Context,
    ) -> Outcome {
        if key != "existing" {
            return call_property(self, this, key, arguments, context);
        }
        self.existing.set(true);
        Ok(Value::Host(this.clone()))
    }
}

impl HostObject for Policy {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn class(&self) -> &'static str {
        "PgPolicy"
    }

    fn get(&self, this: &Rc<dyn HostObject>, key: &str, _: &mut dyn Context) -> Outcome {
        Ok(match key {
            "name" => string(&self.name),
            "as" => self.permissive.clone(),
            "for" => self.command.clone(),
            "to" => self.to.clone(),
            "using" => self.using.clone(),
            "withCheck" => self.with_check.clone(),
            "link" => bound(this, "link"),
            _ => Value::Undefined,
        })
    }

    fn call_method(
        &self,
        this: &Rc<dyn HostObject>,
        key: &str,
        arguments: &[Value],
        context: &mut dyn Context,
    ) -> Outcome {
        if key != "link" {
            return call_property(self, this, key, arguments, context);
        }
        *self.linked.borrow_mut() = argument(arguments, 0);
        Ok(Value::Host(this.clone()))
    }
}

/// A role that exists without Drizzle.
fn existing(name: &str) -> Value {
    host(Role {
        name: name.to_owned(),
        creates_db: Value::Undefined,
        creates_roles: Value::Undefined,
        inherit: Value::Undefined,
        existing: Cell::new(true),
        origin: Origin::new("drizzle-orm", 1, 1),
    })
}

/// `drizzle-orm/neon`.
pub(super) fn neon(session: &Rc<Session>) -> Value {
    let mut members: IndexMap<Rc<str>, Value> = IndexMap::new();
    members.insert("authenticatedRole".into(), existing("authenticated"));
    members.insert("anonymousRole".into(), existing("anonymous"));
    let auth_uid = |_: &Value, arguments: &[Value], context: &mut dyn Context| -> Outcome {
        let column = argument(arguments, 0);
        Ok(Sql::template(&["(select auth.user_id() = ", ")"], &[column], context))
    };
    members.insert("authUid".into(), native("authUid", auth_uid));
    let session = session.clone();
    let crud = native("crudPolicy", move |_, arguments, context| {
        crud_policy(&session, &argument(arguments, 0), context)
    });
    members.insert("crudPolicy".into(), crud);
    Namespace::value("drizzle-orm/neon", members)
}

fn crud_policy(session: &Session, options: &Value, context: &mut dyn Context) -> Outcome {
    let role = context.get(options, "role")?;
    let mut conditions = Vec::new();
    for key in ["read", "modify"] {
        conditions.push(match context.get(options, key)? {
            Value::Undefined => {
                return Err(context.throw(&format!("crudPolicy requires a {key} policy")));
            }
            Value::Bool(value) => Sql::text(if value { "true" } else { "false" }, context),
            Value::Null => Value::Undefined,
            condition => condition,
        });
    }
    let name_of = |role: &Value| match downcast::<Role>(role) {
        Some(role) => role.name.clone(),
        None => display(session, role),
    };
    let roles = match elements(&role) {
        Some(roles) => roles.iter().map(name_of).collect::<Vec<_>>().join("-"),
        None => name_of(&role),
    };
    let [read, modify] = conditions.as_slice() else { return Ok(array(Vec::new())) };
    let kinds = [
        ("select", read, true, false),
        ("insert", modify, false, true),
        ("update", modify, true, true),
        ("delete", modify, true, false),
    ];
    let mut policies = Vec::new();
    for (command, condition, using, check) in kinds {
        if truthy(condition) == Some(false) {
            continue;
        }
        let mut config: Vec<(Rc<str>, Value)> =
            vec![("for".into(), string(command)), ("to".into(), role.clone())];
        if using {
            config.push(("using".into(), condition.clone()));
        }
        if check {
            config.push(("withCheck".into(), condition.clone()));
        }
        let name = string(format!("crud-{roles}-policy-{command}"));
        policies.push(policy(session, &[name, object(config)], context)?);
    }
    Ok(array(policies))
}

/// `drizzle-orm/supabase`. Its tables are made when they are first read.
pub(super) fn supabase(session: &Rc<Session>) -> Value {
    let roles = [
        ("anonRole", "anon"),
        ("authenticatedRole", "authenticated"),
        ("serviceRole", "service_role"),
        ("postgresRole", "postgres_role"),
        ("supabaseAuthAdminRole", "supabase_auth_admin"),
    ];
    let roles = roles.into_iter().map(|(key, name)| (Rc::from(key), existing(name)));
    host(Supabase { session: session.clone(), made: RefCell::new(roles.collect()) })
}

/// The namespace of `drizzle-orm/supabase`.
#[derive(Debug)]
struct Supabase {
    session: Rc<Session>,
    made: RefCell<IndexMap<Rc<str>, Value>>,
}

impl Supabase {
    fn make(&self, key: &str, context: &mut dyn Context) -> Result<Option<Value>, Abrupt> {
        let columns: &[(&str, &str, &str)] = match key {
            "authUid" => return Ok(Some(Sql::text("(select auth.uid())", context))),
            "realtimeTopic" => return Ok(Some(Sql::text("realtime.topic()", context))),
            "authUsers" => &[
                ("id", "uuid", "primaryKey"),
                ("email", "varchar", ""),
                ("phone", "text", "unique"),
                ("emailConfirmedAt", "timestamp", "email_confirmed_at"),
                ("phoneConfirmedAt", "timestamp", "phone_confirmed_at"),
                ("lastSignInAt", "timestamp", "last_sign_in_at"),
                ("createdAt", "timestamp", "created_at"),
                ("updatedAt", "timestamp", "updated_at"),
            ],
            "realtimeMessages" => &[
                ("id", "bigserial", "primaryKey"),
                ("topic", "text", "notNull"),
                ("extension", "text", "notNull"),
            ],
            _ => return Ok(None),
        };
        let builders = types::builders(&self.session);
        let mut made: Vec<(Rc<str>, Value)> = Vec::new();
        for &(key, ty, extra) in columns {
            let function = builders.get(ty).cloned().unwrap_or(Value::Undefined);
            let options: Vec<(Rc<str>, Value)> = vec![
                ("withTimezone".into(), Value::Bool(true)),
                ("mode".into(), string(if ty == "bigserial" { "bigint" } else { "date" })),
                ("length".into(), Value::Number(255.0)),
            ];
            let options = object(options);
            let arguments = if ty == "timestamp" {
                vec![string(extra), options]
            } else if ty == "uuid" {
                Vec::new()
            } else {
                vec![options]
            };
            let mut column = context.call(&function, &Value::Undefined, &arguments)?;
            if ty != "timestamp" && !extra.is_empty() {
                let method = context.get(&column, extra)?;
                column = context.call(&method, &column, &[])?;
            }
            made.push((key.into(), column));
        }
        let (schema, name) = match key {
            "authUsers" => ("auth", "users"),
            _ => ("realtime", "messages"),
        };
        let name = string(name);
        let arguments = [name.clone(), object(made)];
        let schema = Some(schema.to_owned());
        table::make(&self.session, &name, &name, &arguments, schema, context).map(Some)
    }
}

impl HostObject for Supabase {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn class(&self) -> &'static str {
        "drizzle-orm/supabase"
    }

    fn get(&self, _: &Rc<dyn HostObject>, key: &str, context: &mut dyn Context) -> Outcome {
        let made = self.made.borrow().get(key).cloned();
        if let Some(made) = made {
            return Ok(made);
        }
        match self.make(key, context)? {
            Some(value) => {
                self.made.borrow_mut().insert(key.into(), value.clone());
                Ok(value)
            }
            None if key == "then" => Ok(Value::Undefined),
            None => {
                Ok(context.unknown(&format!("`{key}` of drizzle-orm/supabase is not evaluated")))
            }
        }
    }
}
