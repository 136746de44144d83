//! What stands in the third argument of `pgTable`: indexes, unique constraints, primary and foreign
//! keys, checks.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::Session;
use super::column::{Column, IndexConfig};
use super::sql::Sql;
use super::support::{
    Outcome, argument, bound, call_property, display, downcast, elements, host, is_function,
    is_nullish, native, truthy,
};
use crate::origin::Origin;
use crate::typescript::{Abrupt, Context, HostObject, Value};

/// One key of an index, taken when `.on()` ran.
#[derive(Debug, Clone)]
pub(in crate::drizzle) struct IndexEntry {
    /// What it is on.
    pub(in crate::drizzle) key: IndexKey,
    /// The configuration of its column, which a later index can still change.
    config: Rc<RefCell<IndexConfig>>,
}

impl IndexEntry {
    fn new(key: IndexKey, config: IndexConfig) -> Self {
        Self { key, config: Rc::new(RefCell::new(config)) }
    }

    /// Ascending.
    pub(in crate::drizzle) fn is_ascending(&self) -> bool {
        self.config.borrow().order == "asc"
    }

    /// `first` or `last`.
    pub(in crate::drizzle) fn nulls(&self) -> &'static str {
        self.config.borrow().nulls
    }

    /// `.op()`, undefined when not said.
    pub(in crate::drizzle) fn op_class(&self) -> Value {
        self.config.borrow().op_class.clone()
    }
}

/// What an index key is on.
#[derive(Debug, Clone)]
pub(in crate::drizzle) enum IndexKey {
    /// A column.
    Column(Value),
    /// An expression.
    Expression(Value),
    /// Nobody knows.
    Unknown(Value),
}

/// `index(name)` before `.on()`; one that never gets there is ignored by drizzle-kit.
#[derive(Debug)]
struct IndexOn {
    session: Rc<Session>,
    unique: bool,
    name: Value,
    origin: Origin,
}

/// An index.
#[derive(Debug)]
pub(in crate::drizzle) struct IndexBuilder {
    session: Rc<Session>,
    /// Its name, or undefined.
    pub(in crate::drizzle) name: Value,
    /// `uniqueIndex`
    pub(in crate::drizzle) unique: bool,
    /// Its keys.
    pub(in crate::drizzle) entries: Vec<IndexEntry>,
    /// `.using(method)`
    pub(in crate::drizzle) method: String,
    /// `.concurrently()`
    pub(in crate::drizzle) concurrently: Cell<bool>,
    /// `.where()`, undefined when not said.
    pub(in crate::drizzle) predicate: RefCell<Value>,
    /// `.with()`, undefined when not said.
    pub(in crate::drizzle) with: RefCell<Value>,
    /// Where it was written.
    pub(in crate::drizzle) origin: Origin,
}

/// `index` or `uniqueIndex`.
pub(super) fn index(session: &Rc<Session>, function: &'static str, unique: bool) -> Value {
    let session = session.clone();
    native(function, move |_, arguments, context| {
        let name = argument(arguments, 0);
        Ok(host(IndexOn { session: session.clone(), unique, name, origin: context.origin() }))
    })
}

const ON: &[&str] = &["on", "onOnly", "using"];

impl HostObject for IndexOn {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn class(&self) -> &'static str {
        "PgIndexBuilderOn"
    }

    fn get(&self, this: &Rc<dyn HostObject>, key: &str, _: &mut dyn Context) -> Outcome {
        let method = ON.iter().find(|method| **method == key);
        Ok(method.map_or(Value::Undefined, |method| bound(this, method)))
    }

    fn call_method(
        &self,
        this: &Rc<dyn HostObject>,
        key: &str,
        arguments: &[Value],
        context: &mut dyn Context,
    ) -> Outcome {
        let (method, columns) = match (key, arguments.split_first()) {
            ("using", Some((method, columns))) => (display(&self.session, method), columns),
            ("using", None) | ("on" | "onOnly", _) => ("btree".to_owned(), arguments),
            _ => return call_property(self, this, key, arguments, context),
        };
        let entries = columns.iter().map(|column| entry(column, key == "onOnly", context));
        Ok(host(IndexBuilder {
            session: self.session.clone(),
            name: self.name.clone(),
            unique: self.unique,
            entries: entries.collect::<Result<_, _>>()?,
            method,
            concurrently: Cell::new(false),
            predicate: RefCell::new(Value::Undefined),
            with: RefCell::new(Value::Undefined),
            origin: self.origin.clone(),
        }))
    }
}

fn entry(value: &Value, only: bool, context: &mut dyn Context) -> Result<IndexEntry, Abrupt> {
    let plain = |key| IndexEntry::new(key, IndexConfig::fresh());
    if downcast::<Sql>(value).is_some() {
        return Ok(plain(IndexKey::Expression(value.clone())));
    }
    if matches!(value, Value::Unknown(_)) {
        return Ok(plain(IndexKey::Unknown(value.clone())));
    }
    if is_nullish(value) {
        return Err(context.throw("an index is on a column that its table does not have"));
    }
    match downcast::<Column>(value) {
        Some(Column { index: Some(index), .. }) => {
            Ok(IndexEntry { key: IndexKey::Column(value.clone()), config: index.take(only) })
        }
        // A column of the table itself has no index configuration: `onOnly` takes what is missing
        // for descending, the others fail.
        Some(_) if only => {
            let config = IndexConfig { order: "desc", ..IndexConfig::fresh() };
            Ok(IndexEntry::new(IndexKey::Column(value.clone()), config))
        }
        _ => Err(context.throw(
            "\"undefined\" is not valid JSON (an index must be on the columns that the callback gets)",
        )),
    }
}

const INDEX_METHODS: &[&str] = &["concurrently", "with", "where"];

impl HostObject for IndexBuilder {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn class(&self) -> &'static str {
        "PgIndexBuilder"
    }

    fn get(&self, this: &Rc<dyn HostObject>, key: &str, context: &mut dyn Context) -> Outcome {
        let method = INDEX_METHODS.iter().find(|method| **method == key);
        Ok(match (method, key) {
            (Some(method), _) => bound(this, method),
            (None, "config") => {
                // Who asks for it may change it: from here on nobody knows this index.
                let inside = context.unknown("the inside of an index builder is not evaluated");
                context.set(&Value::Host(this.clone()), "config", inside.clone())?;
                inside
            }
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
        match key {
            "concurrently" => self.concurrently.set(true),
            "with" => *self.with.borrow_mut() = argument(arguments, 0),
            "where" => *self.predicate.borrow_mut() = argument(arguments, 0),
            _ => return call_property(self, this, key, arguments, context),
        }
        Ok(Value::Host(this.clone()))
    }
}

impl IndexBuilder {
    /// Its name if one was given that is not empty.
    pub(in crate::drizzle) fn given_name(&self) -> Option<String> {
        match truthy(&self.name) {
            Some(false) => None,
            _ => Some(display(&self.session, &self.name)),
        }
    }
}

/// `unique(name)` before `.on()`.
#[derive(Debug)]
struct UniqueOn {
    session: Rc<Session>,
    name: Value,
    origin: Origin,
}

/// A unique constraint of the table.
#[derive(Debug)]
pub(in crate::drizzle) struct UniqueBuilder {
    /// Its name, if one was given.
    pub(in crate::drizzle) name: Option<String>,
    /// Its columns.
    pub(in crate::drizzle) columns: Vec<Value>,
    /// `.nullsNotDistinct()`
    pub(in crate::drizzle) nulls_not_distinct: Cell<bool>,
    /// Where it was written.
    pub(in crate::drizzle) origin: Origin,
}

/// `unique`.
pub(super) fn unique(session: &Rc<Session>) -> Value {
    let session = session.clone();
    native("unique", move |_, arguments, context| {
        let name = argument(arguments, 0);
        Ok(host(UniqueOn { session: session.clone(), name, origin: context.origin() }))
    })
}

impl HostObject for UniqueOn {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn class(&self) -> &'static str {
        "PgUniqueOnConstraintBuilder"
    }

    fn get(&self, this: &Rc<dyn HostObject>, key: &str, _: &mut dyn Context) -> Outcome {
        Ok(if key == "on" { bound(this, "on") } else { Value::Undefined })
    }

    fn call_method(
        &self,
        this: &Rc<dyn HostObject>,
        key: &str,
        arguments: &[Value],
        context: &mut dyn Context,
    ) -> Outcome {
        if key != "on" {
            return call_property(self, this, key, arguments, context);
        }
        let name = (!is_nullish(&self.name)).then(|| display(&self.session, &self.name));
        Ok(host(UniqueBuilder {
            name,
            columns: arguments.to_vec(),
            nulls_not_distinct: Cell::new(false),
            origin: self.origin.clone(),
        }))
    }
}

impl HostObject for UniqueBuilder {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn class(&self) -> &'static str {
        "PgUniqueConstraintBuilder"
    }

    fn get(&self, this: &Rc<dyn HostObject>, key: &str, _: &mut dyn Context) -> Outcome {
        Ok(match key {
            "nullsNotDistinct" => bound(this, "nullsNotDistinct"),
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
        if key != "nullsNotDistinct" {
            return call_property(self, this, key, arguments, context);
        }
        self.nulls_not_distinct.set(true);
        Ok(Value::Host(this.clone()))
    }
}

/// A primary key of the table.
#[derive(Debug)]
pub(in crate::drizzle) struct PrimaryKeyBuilder {
    /// Its name, if one was given.
    pub(in crate::drizzle) name: Option<String>,
    /// Its columns: an array, or an unknown.
    pub(in crate::drizzle) columns: Vec<Value>,
    /// Where it was written.
    pub(in crate::drizzle) origin: Origin,
}

/// `primaryKey({ name, columns })`, or the deprecated `primaryKey(a, b)`.
pub(super) fn primary_key(session: &Rc<Session>) -> Value {
    let session = session.clone();
    native("primaryKey", move |_, arguments, context| {
        let first = argument(arguments, 0);
        let columns = context.get(&first, "columns")?;
        let (columns, name) = if matches!(first, Value::Unknown(_)) {
            (vec![first.clone()], Value::Undefined)
        } else if truthy(&columns) == Some(false) {
            (arguments.to_vec(), Value::Undefined)
        } else {
            (list(&columns), context.get(&first, "name")?)
        };
        let name = (!is_nullish(&name)).then(|| display(&session, &name));
        Ok(host(PrimaryKeyBuilder { name, columns, origin: context.origin() }))
    })
}

/// The columns of an array, or the one unknown that stands for them.
fn list(columns: &Value) -> Vec<Value> {
    elements(columns).unwrap_or_else(|| vec![columns.clone()])
}

/// A foreign key of the table.
#[derive(Debug)]
pub(in crate::drizzle) struct ForeignKeyBuilder {
    session: Rc<Session>,
    /// Gives `{ name, columns, foreignColumns }`: that object, or a function that returns it.
    config: Value,
    /// `.onDelete()`
    pub(in crate::drizzle) on_delete: RefCell<Option<String>>,
    /// `.onUpdate()`
    pub(in crate::drizzle) on_update: RefCell<Option<String>>,
    /// Where it was written.
    pub(in crate::drizzle) origin: Origin,
}

/// What a foreign key is between, looked at when the table is serialized.
#[derive(Debug)]
pub(in crate::drizzle) struct Ends {
    /// Its name, if one was given.
    pub(in crate::drizzle) name: Option<String>,
    /// Referencing columns.
    pub(in crate::drizzle) columns: Vec<Value>,
    /// Referenced columns.
    pub(in crate::drizzle) foreign_columns: Vec<Value>,
}

/// `foreignKey({ name, columns, foreignColumns })`.
pub(super) fn foreign_key(session: &Rc<Session>) -> Value {
    let session = session.clone();
    native("foreignKey", move |_, arguments, context| {
        Ok(ForeignKeyBuilder::value(&session, argument(arguments, 0), context))
    })
}

/// The class behind it: `new ForeignKeyBuilder(() => ({ … }), { onDelete, onUpdate })`.
pub(super) fn foreign_key_class(session: &Rc<Session>) -> Value {
    let session = session.clone();
    native("ForeignKeyBuilder", move |_, arguments, context| {
        let actions = argument(arguments, 1);
        let key = ForeignKeyBuilder::value(&session, argument(arguments, 0), context);
        if truthy(&actions) != Some(false)
            && let Some(key) = downcast::<ForeignKeyBuilder>(&key)
        {
            // Here, unlike with the methods, an action that is not given is none.
            for (name, target) in [("onUpdate", &key.on_update), ("onDelete", &key.on_delete)] {
                *target.borrow_mut() = match context.get(&actions, name)? {
                    Value::Undefined => None,
                    action => Some(display(&session, &action)),
                };
            }
        }
        Ok(key)
    })
}

impl ForeignKeyBuilder {
    fn value(session: &Rc<Session>, config: Value, context: &dyn Context) -> Value {
        host(Self {
            session: session.clone(),
            config,
            on_delete: RefCell::new(Some("no action".to_owned())),
            on_update: RefCell::new(Some("no action".to_owned())),
            origin: context.origin(),
        })
    }

    /// Name and columns.
    pub(in crate::drizzle) fn ends(&self, context: &mut dyn Context) -> Result<Ends, Abrupt> {
        let mut config = self.config.clone();
        if is_function(&config) {
            config = context.call(&config, &Value::Undefined, &[])?;
        }
        let name = context.get(&config, "name")?;
        let columns = context.get(&config, "columns")?;
        let foreign_columns = context.get(&config, "foreignColumns")?;
        Ok(Ends {
            name: (!is_nullish(&name)).then(|| display(&self.session, &name)),
            columns: list(&columns),
            foreign_columns: list(&foreign_columns),
        })
    }
}

const ACTIONS: &[&str] = &["onDelete", "onUpdate"];

impl HostObject for ForeignKeyBuilder {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn class(&self) -> &'static str {
        "PgForeignKeyBuilder"
    }

    fn get(&self, this: &Rc<dyn HostObject>, key: &str, _: &mut dyn Context) -> Outcome {
        let method = ACTIONS.iter().find(|method| **method == key);
        Ok(method.map_or(Value::Undefined, |method| bound(this, method)))
    }

    fn call_method(
        &self,
        this: &Rc<dyn HostObject>,
        key: &str,
        arguments: &[Value],
        context: &mut dyn Context,
    ) -> Outcome {
        let target = match key {
            "onDelete" => &self.on_delete,
            "onUpdate" => &self.on_update,
            _ => return call_property(self, this, key, arguments, context),
        };
        *target.borrow_mut() = Some(match argument(arguments, 0) {
            Value::Undefined => "no action".to_owned(),
            action => display(&self.session, &action),
        });
        Ok(Value::Host(this.clone()))
    }
}

/// A check constraint.
#[derive(Debug)]
pub(in crate::drizzle) struct CheckBuilder {
    /// Its name.
    pub(in crate::drizzle) name: String,
    /// Its condition.
    pub(in crate::drizzle) value: Value,
    /// Where it was written.
    pub(in crate::drizzle) origin: Origin,
}

/// `check(name, sql)`.
pub(super) fn check(session: &Rc<Session>) -> Value {
    let session = session.clone();
    native("check", move |_, arguments, context| {
        let name = display(&session, &argument(arguments, 0));
        Ok(host(CheckBuilder { name, value: argument(arguments, 1), origin: context.origin() }))
    })
}

macro_rules! closed {
    ($type:ty, $class:literal) => {
        impl HostObject for $type {
            fn as_any(&self) -> &dyn Any {
                self
            }

            fn class(&self) -> &'static str {
                $class
            }

            fn get(&self, _: &Rc<dyn HostObject>, key: &str, context: &mut dyn Context) -> Outcome {
                let _ = (key, context);
                Ok(Value::Undefined)
            }
        }
    };
}

closed!(PrimaryKeyBuilder, "PgPrimaryKeyBuilder");
closed!(CheckBuilder, "PgCheckBuilder");
