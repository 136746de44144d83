//! `pgEnum`: a function with a name and values.

use std::any::Any;
use std::rc::Rc;

use super::Session;
use super::builder::{ColumnBuilder, SqlType};
use super::support::{Outcome, argument, array, digest, display, host, native, string, unknown};
use crate::origin::Origin;
use crate::typescript::{Abrupt, Context, HostObject, Value};

/// What `pgEnum(name, values)` gives.
#[derive(Debug)]
pub(in crate::drizzle) struct EnumObject {
    session: Rc<Session>,
    /// The type's name.
    pub(in crate::drizzle) name: String,
    /// Its labels; an unknown among them makes the enum unresolved.
    pub(in crate::drizzle) values: Vec<Value>,
    /// Its schema, absent for `public`.
    pub(in crate::drizzle) schema: Option<String>,
    /// Made from an object: its columns do not say which schema the type is in.
    pub(in crate::drizzle) object_form: bool,
    /// Where it was written.
    pub(in crate::drizzle) origin: Origin,
}

/// `pgEnum` itself, and `schema.enum`.
pub(super) fn function(session: &Rc<Session>) -> Value {
    let session = session.clone();
    native("pgEnum", move |_, arguments, context| make(&session, arguments, None, context))
}

/// Makes an enum in a schema.
pub(super) fn make(
    session: &Rc<Session>,
    arguments: &[Value],
    schema: Option<String>,
    context: &mut dyn Context,
) -> Outcome {
    let (name, input) = (argument(arguments, 0), argument(arguments, 1));
    let (values, object_form) = match &input {
        Value::Array(items) => (items.borrow().clone(), false),
        Value::Unknown(_) => (vec![input.clone()], false),
        Value::Undefined | Value::Null => {
            return Err(context.throw("pgEnum needs an array or an object of values"));
        }
        object => match context.entries(object)? {
            Ok(entries) => (entries.into_iter().map(|(_, value)| value).collect(), true),
            Err(unknown) => (vec![Value::Unknown(unknown)], true),
        },
    };
    Ok(host(EnumObject {
        session: session.clone(),
        name: display(session, &name),
        values,
        schema,
        object_form,
        origin: context.origin(),
    }))
}

impl HostObject for EnumObject {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn class(&self) -> &'static str {
        "PgEnum"
    }

    fn is_callable(&self) -> bool {
        true
    }

    fn get(&self, _: &Rc<dyn HostObject>, key: &str, context: &mut dyn Context) -> Outcome {
        Ok(match key {
            "enumName" => string(&self.name),
            "enumValues" => match self.values.as_slice() {
                // The one unknown is the whole list.
                [only] if unknown(only).is_some() => only.clone(),
                values => array(values.to_vec()),
            },
            "schema" => self.schema.as_ref().map_or(Value::Undefined, string),
            "name" | "length" | "call" | "apply" | "bind" => {
                context.unknown(&format!("`{key}` of a pgEnum is not evaluated"))
            }
            _ => Value::Undefined,
        })
    }

    fn call(
        &self,
        this: &Rc<dyn HostObject>,
        arguments: &[Value],
        context: &mut dyn Context,
    ) -> Option<Result<Value, Abrupt>> {
        let name = match arguments.first() {
            None | Some(Value::Undefined | Value::Null) => String::new(),
            Some(name) => display(&self.session, name),
        };
        let ty = SqlType::Enum { of: Value::Host(this.clone()) };
        let class = if self.object_form { "PgEnumObjectColumn" } else { "PgEnumColumn" };
        Some(Ok(ColumnBuilder::new(&self.session, name, class, ty, context).value()))
    }

    fn entries(&self, _: &mut dyn Context) -> Vec<(Rc<str>, Value)> {
        vec![
            ("enumName".into(), string(&self.name)),
            ("enumValues".into(), array(self.values.clone())),
            ("schema".into(), self.schema.as_ref().map_or(Value::Undefined, string)),
        ]
    }

    fn digest(&self) -> u64 {
        let values = self.values.iter().map(|value| display(&self.session, value));
        digest(std::iter::once(self.name.clone()).chain(values))
    }
}
