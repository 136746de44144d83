//! `pgTable`, `pgTableCreator` and the tables they make.

use std::any::Any;
use std::cell::Cell;
use std::rc::Rc;

use indexmap::IndexMap;

use super::builder::{Reference, column_of};
use super::column::{Column, IndexCell, IndexConfig, TableCore, record};
use super::support::{
    Namespace, Outcome, argument, bound, call_property, digest, display, downcast,
    in_property_order, is_function, native, object, of_host, truthy, unknown,
};
use super::types;
use super::{Session, Trace};
use crate::drizzle::{Casing, Generation};
use crate::origin::Origin;
use crate::typescript::{Context, HostObject, Unknown, Value};

/// A table.
#[derive(Debug)]
pub(in crate::drizzle) struct Table {
    session: Rc<Session>,
    /// Name, schema, alias.
    pub(in crate::drizzle) core: Rc<TableCore>,
    /// Columns by property key.
    pub(in crate::drizzle) columns: IndexMap<Rc<str>, Value>,
    /// The same columns as the third argument of `pgTable` sees them.
    extra_columns: Value,
    /// Inline foreign keys, in the order of their columns.
    pub(in crate::drizzle) references: Vec<Reference>,
    /// The third argument of `pgTable`, undefined when there is none.
    pub(in crate::drizzle) extra_config: Value,
    /// `.enableRLS()`
    pub(in crate::drizzle) rls: Rc<Cell<bool>>,
    /// The columns object could not be evaluated, or not all of it.
    pub(in crate::drizzle) unknown_columns: Option<Rc<Unknown>>,
    /// Where it was written.
    pub(in crate::drizzle) origin: Origin,
    trace: Rc<Trace>,
}

/// `pgTable` in a schema.
pub(super) fn function(session: &Rc<Session>, name: &'static str, schema: Option<String>) -> Value {
    let session = session.clone();
    native(name, move |_, arguments, context| {
        let table = argument(arguments, 0);
        make(&session, &table, &table, arguments, schema.clone(), context)
    })
}

/// `pgTableCreator(name => …)`.
pub(super) fn creator(session: &Rc<Session>) -> Value {
    let session = session.clone();
    native("pgTableCreator", move |_, arguments, _| {
        let customize = argument(arguments, 0);
        let session = session.clone();
        Ok(native("pgTable", move |_, arguments, context| {
            let base = argument(arguments, 0);
            let name = context.call(&customize, &Value::Undefined, std::slice::from_ref(&base))?;
            make(&session, &name, &base, arguments, None, context)
        }))
    })
}

/// 1.x's `snakeCase` and `camelCase`: tables that case the names of their columns.
pub(super) fn cased(session: &Rc<Session>, name: &'static str, casing: Casing) -> Value {
    let table = |is_rls: bool| {
        let session = session.clone();
        native("table", move |_, arguments, context| {
            let name = argument(arguments, 0);
            let named = (display(&session, &name), display(&session, &name));
            let mut core = TableCore::new(named.0, named.1, None);
            core.casing = Some(casing);
            let made = of_core(&session, core, arguments, context)?;
            enable_rls(&made, is_rls);
            Ok(made)
        })
    };
    let plain = table(false);
    if let Value::Native(native) = &plain {
        native.properties.borrow_mut().insert("withRLS".into(), table(true));
    }
    Namespace::value(name, IndexMap::from([(Rc::from("table"), plain)]))
}

/// `pgTable`, with 1.x's `pgTable.withRLS`.
pub(super) fn pg_table(session: &Rc<Session>) -> Value {
    let plain = function(session, "pgTable", None);
    if let (Generation::One, Value::Native(plain)) = (session.generation, &plain) {
        let session = session.clone();
        let with_rls = native("withRLS", move |_, arguments, context| {
            let name = argument(arguments, 0);
            let made = make(&session, &name, &name, arguments, None, context)?;
            enable_rls(&made, true);
            Ok(made)
        });
        plain.properties.borrow_mut().insert("withRLS".into(), with_rls);
    }
    plain
}

fn enable_rls(table: &Value, is_enabled: bool) {
    if let Some(table) = downcast::<Table>(table).filter(|_| is_enabled) {
        table.rls.set(true);
    }
}

/// Makes a table of a name, a base name and the other arguments of `pgTable`.
pub(super) fn make(
    session: &Rc<Session>,
    name: &Value,
    base_name: &Value,
    arguments: &[Value],
    schema: Option<String>,
    context: &mut dyn Context,
) -> Outcome {
    let core = TableCore::new(display(session, name), display(session, base_name), schema);
    of_core(session, core, arguments, context)
}

fn of_core(
    session: &Rc<Session>,
    core: TableCore,
    arguments: &[Value],
    context: &mut dyn Context,
) -> Outcome {
    let origin = context.origin();
    let core = Rc::new(core);
    let mut columns = argument(arguments, 1);
    if is_function(&columns) {
        let builders = object(types::of_callback(session));
        columns = context.call(&columns, &Value::Undefined, &[builders])?;
    }
    let mut table = Table {
        session: session.clone(),
        core: core.clone(),
        columns: IndexMap::new(),
        extra_columns: Value::Undefined,
        references: Vec::new(),
        extra_config: argument(arguments, 2),
        rls: Rc::default(),
        unknown_columns: unknown(&columns).cloned(),
        trace: Trace::new(origin.clone(), Some(core.qualified())),
        origin,
    };
    session.made(&table.trace);
    if truthy(&table.extra_config) == Some(false) {
        table.extra_config = Value::Undefined;
    }
    let listed = match &columns {
        Value::Undefined | Value::Null => {
            return Err(context.throw(&format!("table \"{}\" has no columns object", core.name)));
        }
        columns => context.entries(columns)?,
    };
    if let Err(unknown) = &listed {
        table.unknown_columns = Some(unknown.clone());
    }
    if let Ok(entries) = listed {
        let mut extra: IndexMap<Rc<str>, Value> = IndexMap::new();
        for (key, builder) in entries {
            let (mut column, references) = column_of(session, &core, &key, &builder, context)?;
            if let Some(written) = context.property_origin(&columns, &key) {
                column.origin = written;
            }
            // `buildExtraConfigColumn`: the same with an index configuration.
            let extra_column = Column { index: Some(IndexConfig::cell()), ..column.clone() };
            table.references.extend(references);
            table.columns.insert(key.clone(), Value::Host(Rc::new(column)));
            extra.insert(key, Value::Host(Rc::new(extra_column)));
        }
        table.columns = in_property_order(table.columns);
        table.extra_columns = object(in_property_order(extra));
    } else if let Some(unknown) = &table.unknown_columns {
        table.extra_columns = Value::Unknown(unknown.clone());
    }
    let table = Rc::new(table);
    core.table.replace(Some(Rc::downgrade(&table)));
    Ok(Value::Host(table))
}

impl Table {
    /// Calls the third argument of `pgTable` with the columns made for it.
    pub(in crate::drizzle) fn extra(&self, context: &mut dyn Context) -> Outcome {
        if matches!(self.extra_config, Value::Undefined) {
            return Ok(Value::Undefined);
        }
        let columns = std::slice::from_ref(&self.extra_columns);
        context.call(&self.extra_config, &Value::Undefined, columns)
    }

    /// Whether calling it again would make other indexes: `.desc()` and its like change the columns
    /// themselves, and not every index takes that back.
    pub(in crate::drizzle) fn extra_leaves_traces(&self) -> bool {
        let Value::Object(columns) = &self.extra_columns else { return false };
        let columns = columns.properties.borrow();
        let mut cells = columns.values().filter_map(|it| downcast::<Column>(it)?.index.as_ref());
        cells.any(IndexCell::is_used)
    }

    /// It is exported: nothing of it is lost in an unknown.
    pub(in crate::drizzle) fn settle(&self) {
        self.trace.settled.set(true);
    }

    /// The columns as a plain object.
    pub(super) fn columns_object(&self) -> Value {
        match &self.unknown_columns {
            Some(unknown) => Value::Unknown(unknown.clone()),
            None => record(self.columns.iter()),
        }
    }

    /// `alias(table, name)`.
    pub(super) fn aliased(&self, alias: &str) -> Value {
        let core = Rc::new(self.core.aliased(alias, false));
        let columns = self.columns.iter().map(|(key, value)| {
            let column = match downcast::<Column>(value) {
                Some(column) => Value::Host(Rc::new(column.of(&core))),
                None => value.clone(),
            };
            (key.clone(), column)
        });
        let table = Rc::new(Self {
            session: self.session.clone(),
            columns: columns.collect(),
            core: core.clone(),
            extra_columns: self.extra_columns.clone(),
            references: self.references.clone(),
            extra_config: self.extra_config.clone(),
            rls: self.rls.clone(),
            unknown_columns: self.unknown_columns.clone(),
            origin: self.origin.clone(),
            trace: Trace::new(self.origin.clone(), Some(core.qualified())),
        });
        core.table.replace(Some(Rc::downgrade(&table)));
        Value::Host(table)
    }
}

impl HostObject for Table {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn class(&self) -> &'static str {
        "PgTable"
    }

    fn get(&self, this: &Rc<dyn HostObject>, key: &str, context: &mut dyn Context) -> Outcome {
        // `enableRLS` is assigned last and hides a column of that name.
        if key == "enableRLS" {
            return Ok(bound(this, "enableRLS"));
        }
        if let Some(column) = self.columns.get(key) {
            return Ok(column.clone());
        }
        if let Some(unknown) = &self.unknown_columns {
            return Ok(context.derived(&format!(".{key}"), &[Value::Unknown(unknown.clone())]));
        }
        Ok(match key {
            "getSQL" => bound(this, "getSQL"),
            "_" | "$inferSelect" | "$inferInsert" => {
                context.unknown(&format!("`{key}` of a table exists only in types"))
            }
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
        match key {
            "enableRLS" => {
                self.rls.set(true);
                Ok(Value::Host(this.clone()))
            }
            "getSQL" => Ok(super::sql::Sql::of(vec![Value::Host(this.clone())], context)),
            _ => call_property(self, this, key, arguments, context),
        }
    }

    fn entries(&self, _: &mut dyn Context) -> Vec<(Rc<str>, Value)> {
        self.columns.iter().map(|(key, column)| (key.clone(), column.clone())).collect()
    }

    fn digest(&self) -> u64 {
        self.session.lose(&self.trace);
        let columns = self.columns.values().map(|column| match column {
            Value::Host(column) => format!("{:x}", of_host(column)),
            _ => String::new(),
        });
        let name = self.core.qualified().to_string();
        digest(std::iter::once(name).chain(columns))
    }
}
