//! `pgView` and `pgMaterializedView`.

use std::any::Any;
use std::cell::RefCell;
use std::rc::Rc;

use indexmap::IndexMap;

use super::Session;
use super::column::record;
use super::select::{self, Field, Select};
use super::sql::Sql;
use super::support::{
    Outcome, argument, bound, call_property, display, downcast, host, is_function, truthy,
};
use super::table;
use crate::origin::Origin;
use crate::typescript::{Abrupt, Context, HostObject, Value};

/// The options before `.as()`.
#[derive(Debug, Clone)]
struct Options {
    with: Value,
    using: Value,
    tablespace: Value,
    with_no_data: bool,
}

/// A view before `.as()` or `.existing()`; one that never gets there is ignored by drizzle-kit.
#[derive(Debug)]
struct ViewBuilder {
    session: Rc<Session>,
    name: String,
    schema: Option<String>,
    materialized: bool,
    /// The columns, for a view whose query is plain SQL.
    columns: Option<IndexMap<Rc<str>, Value>>,
    options: RefCell<Options>,
    origin: Origin,
}

/// A view.
#[derive(Debug)]
pub(in crate::drizzle) struct View {
    /// Its name.
    pub(in crate::drizzle) name: String,
    /// Its schema, absent for `public`.
    pub(in crate::drizzle) schema: Option<String>,
    /// What it selects, as the snapshot lists it.
    pub(in crate::drizzle) fields: IndexMap<Rc<str>, Value>,
    /// The same, as queries see it: columns of the view.
    own: IndexMap<Rc<str>, Value>,
    /// The query: SQL, an unknown, or undefined for `.existing()`.
    pub(in crate::drizzle) query: Value,
    /// `pgMaterializedView`
    pub(in crate::drizzle) materialized: bool,
    /// `.with()`, undefined when not said.
    pub(in crate::drizzle) with: Value,
    /// `.using()`
    pub(in crate::drizzle) using: Value,
    /// `.tablespace()`
    pub(in crate::drizzle) tablespace: Value,
    /// `.withNoData()`
    pub(in crate::drizzle) with_no_data: bool,
    /// Where it was written.
    pub(in crate::drizzle) origin: Origin,
}

/// Makes a view builder of the arguments of `pgView`.
pub(super) fn make(
    session: &Rc<Session>,
    arguments: &[Value],
    schema: Option<String>,
    materialized: bool,
    context: &mut dyn Context,
) -> Outcome {
    let origin = context.origin();
    let name = argument(arguments, 0);
    let selection = argument(arguments, 1);
    let columns = if truthy(&selection) == Some(false) {
        None
    } else {
        // As in Drizzle, a table is made for the columns; its schema is not the view's.
        let made = table::make(session, &name, &name, &[name.clone(), selection], None, context)?;
        downcast::<table::Table>(&made).map(|table| match &table.unknown_columns {
            None => table.columns.clone(),
            Some(unknown) => {
                [(Rc::from("*"), Value::Unknown(unknown.clone()))].into_iter().collect()
            }
        })
    };
    Ok(host(ViewBuilder {
        session: session.clone(),
        name: display(session, &name),
        schema,
        materialized,
        columns,
        options: RefCell::new(Options {
            with: Value::Undefined,
            using: Value::Undefined,
            tablespace: Value::Undefined,
            with_no_data: false,
        }),
        origin,
    }))
}

impl ViewBuilder {
    fn finish(&self, fields: IndexMap<Rc<str>, Value>, query: Value) -> Value {
        let options = self.options.borrow().clone();
        let existing = matches!(query, Value::Undefined);
        let own = fields
            .iter()
            .map(|(key, field)| (key.clone(), Field::aliased(field, &self.name, true)));
        host(View {
            name: self.name.clone(),
            schema: self.schema.clone(),
            own: own.collect(),
            fields,
            query,
            materialized: self.materialized,
            // A plain view that exists forgets its options, a materialized one keeps them.
            with: if existing && !self.materialized { Value::Undefined } else { options.with },
            using: options.using,
            tablespace: options.tablespace,
            with_no_data: options.with_no_data,
            origin: self.origin.clone(),
        })
    }

    fn query(&self, argument: Value, context: &mut dyn Context) -> Outcome {
        let mut query = argument;
        if let Some(columns) = &self.columns {
            if let Some(sql) = downcast::<Sql>(&query) {
                sql.inline.set(true);
            } else if !matches!(query, Value::Unknown(_)) {
                return Err(context.throw("query.inlineParams is not a function"));
            }
            return Ok(self.finish(columns.clone(), query));
        }
        if is_function(&query) {
            query =
                context.call(&query, &Value::Undefined, &[select::query_builder(&self.session)])?;
        }
        if let Some(select) = downcast::<Select>(&query) {
            let fields = select.selected();
            let sql = select.sql(context)?;
            if let Some(sql) = downcast::<Sql>(&sql) {
                sql.inline.set(true);
            }
            return Ok(self.finish(fields, sql));
        }
        let unknown = match query {
            Value::Unknown(_) => query,
            other => context.derived("the query of a view", &[other]),
        };
        let unknown = match unknown {
            Value::Unknown(_) => unknown,
            _ => context.unknown("the query of this view is not evaluated"),
        };
        let fields = [(Rc::from("*"), unknown.clone())].into_iter().collect();
        Ok(self.finish(fields, unknown))
    }
}

const METHODS: &[&str] = &["as", "existing", "with", "using", "tablespace", "withNoData"];

impl HostObject for ViewBuilder {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn class(&self) -> &'static str {
        if self.materialized { "PgMaterializedViewBuilder" } else { "PgViewBuilder" }
    }

    fn get(&self, this: &Rc<dyn HostObject>, key: &str, _: &mut dyn Context) -> Outcome {
        let method = METHODS.iter().find(|method| **method == key);
        Ok(method.map_or(Value::Undefined, |method| bound(this, method)))
    }

    fn call_method(
        &self,
        this: &Rc<dyn HostObject>,
        key: &str,
        arguments: &[Value],
        context: &mut dyn Context,
    ) -> Outcome {
        let first = argument(arguments, 0);
        match key {
            "as" => return self.query(first, context),
            "existing" => {
                let columns = self.columns.clone().unwrap_or_default();
                return Ok(self.finish(columns, Value::Undefined));
            }
            "with" => self.options.borrow_mut().with = first,
            "using" if self.materialized => self.options.borrow_mut().using = first,
            "tablespace" if self.materialized => self.options.borrow_mut().tablespace = first,
            "withNoData" if self.materialized => self.options.borrow_mut().with_no_data = true,
            _ => return call_property(self, this, key, arguments, context),
        }
        Ok(Value::Host(this.clone()))
    }
}

impl View {
    /// What it selects, as queries see it.
    pub(super) fn fields_object(&self) -> Value {
        record(self.own.iter())
    }

    /// The fields of the view for a query on it.
    pub(super) fn own_fields(&self) -> &IndexMap<Rc<str>, Value> {
        &self.own
    }
}

impl HostObject for View {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn class(&self) -> &'static str {
        if self.materialized { "PgMaterializedView" } else { "PgView" }
    }

    fn get(&self, this: &Rc<dyn HostObject>, key: &str, context: &mut dyn Context) -> Outcome {
        if let Some(field) = self.own.get(key) {
            return Ok(field.clone());
        }
        if let Some(unknown) = self.own.get("*") {
            return Ok(context.derived(&format!(".{key}"), std::slice::from_ref(unknown)));
        }
        Ok(match key {
            "getSQL" => bound(this, "getSQL"),
            "$inferSelect" | "_" => context.unknown("the type of a view is not evaluated"),
            _ => Value::Undefined,
        })
    }

    fn call_method(
        &self,
        this: &Rc<dyn HostObject>,
        key: &str,
        arguments: &[Value],
        context: &mut dyn Context,
    ) -> Result<Value, Abrupt> {
        if key == "getSQL" {
            return Ok(Sql::of(vec![Value::Host(this.clone())], context));
        }
        call_property(self, this, key, arguments, context)
    }
}
