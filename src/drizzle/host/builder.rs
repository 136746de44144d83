//! Column builders: mutable, shared, and read when a table is made of them.

use std::any::Any;
use std::cell::RefCell;
use std::rc::Rc;

use super::column::{Column, Identity, TableCore};
use super::enums::EnumObject;
use super::sql::Sql;
use super::support::{
    Outcome, argument, bound, call_property, digest, display, downcast, is_nullish, of_host,
    of_value, option, truthy,
};
use super::{Session, Trace};
use crate::drizzle::{Casing, Generation, names};
use crate::origin::Origin;
use crate::typescript::{Abrupt, Context, HostObject, Unknown, Value};

/// Where a builder's SQL type comes from.
#[derive(Debug, Clone)]
pub(super) enum SqlType {
    /// Known since the builder function ran.
    Text(Rc<str>),
    /// `customType`: asked for when a table is built.
    Custom {
        /// What `customType` was given.
        parameters: Value,
        /// What the builder function was given.
        config: Value,
    },
    /// `.array(size)` of another builder.
    Array {
        /// The builder it was called on.
        base: Value,
        /// The size, or undefined.
        size: Value,
    },
    /// A `pgEnum`'s column.
    Enum {
        /// The enum function.
        of: Value,
    },
}

impl SqlType {
    /// A type that is text already.
    pub(super) fn text(text: impl AsRef<str>) -> Self {
        Self::Text(Rc::from(text.as_ref()))
    }
}

/// `references(() => column, actions)`, not called yet.
#[derive(Debug, Clone)]
pub(in crate::drizzle) struct Reference {
    /// Gives the referenced column.
    pub(in crate::drizzle) thunk: Value,
    /// `ON UPDATE`.
    pub(in crate::drizzle) on_update: String,
    /// `ON DELETE`.
    pub(in crate::drizzle) on_delete: String,
    /// The property key of the referencing column.
    pub(in crate::drizzle) key: Rc<str>,
    /// Where it was written.
    pub(in crate::drizzle) origin: Origin,
}

/// The configuration that a builder carries from call to call.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "these are Drizzle's own independent flags")]
pub(super) struct Config {
    pub(super) name: String,
    pub(super) key_as_name: bool,
    pub(super) not_null: bool,
    pub(super) default: Value,
    pub(super) app_default: bool,
    pub(super) primary: bool,
    pub(super) is_unique: bool,
    pub(super) unique_name: Option<String>,
    pub(super) unique_nulls: Value,
    pub(super) generated: Option<Value>,
    pub(super) identity: Option<Identity>,
    pub(super) references: Vec<(Value, Value, Origin)>,
    /// `[]` for each dimension that `.array()` of 1.x gave it.
    pub(super) dimensions: String,
    /// It was changed in doubt.
    pub(super) doubt: Option<Rc<Unknown>>,
}

/// A column builder: what `text()` returns.
#[derive(Debug)]
pub(super) struct ColumnBuilder {
    session: Rc<Session>,
    pub(super) config: RefCell<Config>,
    class_name: &'static str,
    ty: SqlType,
    origin: Origin,
    trace: Rc<Trace>,
}

impl ColumnBuilder {
    /// A builder as its function makes it; an empty name means that the property key is the name.
    pub(super) fn new(
        session: &Rc<Session>,
        name: String,
        class_name: &'static str,
        ty: SqlType,
        context: &mut dyn Context,
    ) -> Self {
        Self::at(session, name, class_name, ty, context.origin())
    }

    fn at(
        session: &Rc<Session>,
        name: String,
        class_name: &'static str,
        ty: SqlType,
        origin: Origin,
    ) -> Self {
        let config = Config {
            key_as_name: name.is_empty(),
            name,
            not_null: false,
            default: Value::Undefined,
            app_default: false,
            primary: false,
            is_unique: false,
            unique_name: None,
            unique_nulls: Value::Undefined,
            generated: None,
            identity: None,
            references: Vec::new(),
            dimensions: String::new(),
            doubt: None,
        };
        Self {
            session: session.clone(),
            config: RefCell::new(config),
            class_name,
            ty,
            trace: Trace::new(origin.clone(), None),
            origin,
        }
    }

    /// The builder as a value.
    pub(super) fn value(self) -> Value {
        Value::Host(Rc::new(self))
    }

    /// `setName(key)`: the first table that uses a nameless builder names it for all.
    pub(super) fn set_name(&self, key: &str, casing: Option<Casing>) {
        let mut config = self.config.borrow_mut();
        if config.name.is_empty() {
            config.name = casing.map_or_else(|| key.to_owned(), |casing| casing.apply(key));
            config.key_as_name &= casing.is_none();
        }
    }

    /// `build(table)`: the column, with the builder's state of this moment copied into it.
    pub(super) fn build(
        &self,
        table: &Rc<TableCore>,
        key: &Rc<str>,
        context: &mut dyn Context,
    ) -> Result<Column, Abrupt> {
        self.trace.settled.set(true);
        let base = match &self.ty {
            SqlType::Array { base, .. } => match downcast::<Self>(base) {
                Some(base) => Some(Rc::new(base.build(table, key, context)?)),
                None => None,
            },
            _ => None,
        };
        // Nothing may be borrowed any more when `dataType` runs: it is the project's own code.
        let config = {
            let mut config = self.config.borrow_mut();
            // 0.x keeps the name in the builder: a second table that shares it gets the first one's.
            if config.unique_name.as_ref().is_none_or(String::is_empty) {
                let generation = self.session.generation;
                config.unique_name = (generation == Generation::Zero)
                    .then(|| names::unique_column(generation, &table.name, &config.name));
            }
            config.clone()
        };
        let sql_type = match &config.doubt {
            Some(doubt) => {
                let source = digest([format!("{:x} {:x}", doubt.source, self.digest())]);
                let doubt = Rc::new(Unknown { source, ..(**doubt).clone() });
                self.session.placeholder(&doubt).into()
            }
            None => {
                format!("{}{}", self.sql_type(base.as_deref(), context)?, config.dimensions).into()
            }
        };
        Ok(Column {
            session: self.session.clone(),
            table: table.clone(),
            key: key.clone(),
            name: config.name,
            key_as_name: config.key_as_name,
            not_null: config.not_null,
            default: config.default,
            app_default: config.app_default,
            primary: config.primary,
            is_unique: config.is_unique,
            unique_name: config.unique_name,
            unique_nulls: config.unique_nulls,
            generated: config.generated,
            identity: config.identity,
            class_name: self.class_name,
            sql_type,
            enumeration: match &self.ty {
                SqlType::Enum { of } => Some(of.clone()),
                _ => None,
            },
            custom: match &self.ty {
                SqlType::Custom { parameters, .. } => Some(parameters.clone()),
                _ => None,
            },
            base,
            index: None,
            origin: self.origin.clone(),
        })
    }

    /// The foreign keys of the column, built with the table.
    pub(super) fn references(
        &self,
        key: &Rc<str>,
        context: &mut dyn Context,
    ) -> Result<Vec<Reference>, Abrupt> {
        let references = self.config.borrow().references.clone();
        let mut built = Vec::new();
        for (thunk, actions, origin) in references {
            let mut action = |name: &str| -> Result<String, Abrupt> {
                let value = option(&actions, name, context)?;
                let missing = truthy(&value) == Some(false);
                Ok(if missing { "no action".to_owned() } else { display(&self.session, &value) })
            };
            let (on_update, on_delete) = (action("onUpdate")?, action("onDelete")?);
            built.push(Reference { thunk, on_update, on_delete, key: key.clone(), origin });
        }
        Ok(built)
    }

    fn sql_type(
        &self,
        base: Option<&Column>,
        context: &mut dyn Context,
    ) -> Result<Rc<str>, Abrupt> {
        match &self.ty {
            SqlType::Text(text) => Ok(text.clone()),
            SqlType::Enum { of } => {
                Ok(downcast::<EnumObject>(of)
                    .map_or_else(|| "".into(), |of| of.name.as_str().into()))
            }
            SqlType::Array { base: builder, size } => {
                let inner = match base {
                    Some(base) => base.sql_type.to_string(),
                    None => display(&self.session, builder),
                };
                let size = match size {
                    Value::Number(_) | Value::Unknown(_) => display(&self.session, size),
                    _ => String::new(),
                };
                Ok(format!("{inner}[{size}]").into())
            }
            SqlType::Custom { parameters, config } => {
                let data_type = context.get(parameters, "dataType")?;
                match context.call(&data_type, parameters, std::slice::from_ref(config))? {
                    Value::String(text) => Ok(text),
                    Value::Unknown(unknown) => Ok(self.session.placeholder(&unknown).into()),
                    _ => Err(context.throw("dataType() of a customType gave no string")),
                }
            }
        }
    }

    fn identity(
        &self,
        always: bool,
        options: &Value,
        context: &mut dyn Context,
    ) -> Result<(), Abrupt> {
        let mut identity = Identity { always, name: Value::Undefined, options: Value::Undefined };
        if truthy(options) != Some(false) {
            identity.name = context.get(options, "name")?;
            identity.options = options.clone();
        }
        let mut config = self.config.borrow_mut();
        config.identity = Some(identity);
        config.not_null = true;
        Ok(())
    }

    /// Whether a method changes what reaches the snapshot.
    fn changes(key: &str) -> bool {
        !matches!(key, "$type" | "array" | "$default" | "$defaultFn" | "$onUpdate" | "$onUpdateFn")
            && METHODS.contains(&key)
            || matches!(key, "defaultNow" | "defaultRandom")
            || IDENTITY_METHODS.contains(&key)
    }

    fn set_default(&self, value: Value) {
        self.config.borrow_mut().default = value;
    }

    fn has_default_now(&self) -> bool {
        let dated = ["PgTimestamp", "PgTimestampString", "PgTime", "PgDate", "PgDateString"];
        dated.contains(&self.class_name)
    }

    fn has_identity(&self) -> bool {
        ["PgInteger", "PgSmallInt", "PgBigInt53", "PgBigInt64"].contains(&self.class_name)
    }
}

/// What builds a column of a builder. A program that replaces it has a column that nobody can know.
const INSIDE: &[&str] = &[
    "build",
    "buildForeignKeys",
    "buildExtraConfigColumn",
    "config",
    "foreignKeyConfigs",
    "setName",
];

/// The methods of every builder.
const METHODS: &[&str] = &[
    "$type",
    "notNull",
    "default",
    "$default",
    "$defaultFn",
    "$onUpdate",
    "$onUpdateFn",
    "primaryKey",
    "unique",
    "references",
    "array",
    "generatedAlwaysAs",
    "setName",
];
const IDENTITY_METHODS: &[&str] = &["generatedAlwaysAsIdentity", "generatedByDefaultAsIdentity"];

impl HostObject for ColumnBuilder {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn class(&self) -> &'static str {
        "PgColumnBuilder"
    }

    fn get(&self, this: &Rc<dyn HostObject>, key: &str, context: &mut dyn Context) -> Outcome {
        if let Some(method) = METHODS.iter().find(|method| **method == key) {
            return Ok(bound(this, method));
        }
        if let Some(method) = IDENTITY_METHODS.iter().find(|method| **method == key) {
            return Ok(if self.has_identity() { bound(this, method) } else { Value::Undefined });
        }
        Ok(match key {
            "defaultNow" if self.has_default_now() => bound(this, "defaultNow"),
            "defaultRandom" if self.class_name == "PgUUID" => bound(this, "defaultRandom"),
            key if key == "_" || INSIDE.contains(&key) => {
                let inside = context.unknown("the inside of a column builder is not evaluated");
                // Who holds the configuration can write on it.
                if let ("config", Value::Unknown(unknown)) = (key, &inside) {
                    self.config.borrow_mut().doubt = Some(unknown.clone());
                }
                inside
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
        // In a branch of which nobody knows whether it runs, the builder becomes unknown as a whole.
        if let (true, Some(doubt)) = (Self::changes(key), context.doubt()) {
            self.config.borrow_mut().doubt = Some(doubt);
        }
        match key {
            "$type" => {}
            "notNull" => self.config.borrow_mut().not_null = true,
            "default" => self.set_default(argument(arguments, 0)),
            "$default" | "$defaultFn" | "$onUpdate" | "$onUpdateFn" => {
                self.config.borrow_mut().app_default = true;
            }
            "primaryKey" => {
                let mut config = self.config.borrow_mut();
                config.primary = true;
                config.not_null = true;
            }
            "unique" => {
                let nulls = option(&argument(arguments, 1), "nulls", context)?;
                let mut config = self.config.borrow_mut();
                config.is_unique = true;
                config.unique_name = match arguments.first() {
                    None | Some(Value::Undefined | Value::Null) => None,
                    Some(name) => Some(display(&self.session, name)),
                };
                config.unique_nulls = nulls;
            }
            "references" => {
                let reference = (argument(arguments, 0), argument(arguments, 1), context.origin());
                self.config.borrow_mut().references.push(reference);
            }
            "array" if self.session.generation == Generation::One => {
                self.config.borrow_mut().dimensions = match arguments.first() {
                    None | Some(Value::Undefined) => "[]".to_owned(),
                    Some(dimensions) => display(&self.session, dimensions),
                };
            }
            "array" => {
                let name = self.config.borrow().name.clone();
                let ty = SqlType::Array {
                    base: Value::Host(this.clone()),
                    size: argument(arguments, 0),
                };
                // The column starts where its innermost builder was written.
                let origin = self.origin.clone();
                let array = Self::at(&self.session, name, "PgArray", ty, origin);
                return Ok(array.value());
            }
            "generatedAlwaysAs" => {
                self.config.borrow_mut().generated = Some(argument(arguments, 0));
            }
            "setName" => self.set_name(&display(&self.session, &argument(arguments, 0)), None),
            "generatedAlwaysAsIdentity" if self.has_identity() => {
                self.identity(true, &argument(arguments, 0), context)?;
            }
            "generatedByDefaultAsIdentity" if self.has_identity() => {
                self.identity(false, &argument(arguments, 0), context)?;
            }
            "defaultNow" if self.has_default_now() => {
                self.set_default(Sql::text("now()", context));
            }
            "defaultRandom" if self.class_name == "PgUUID" => {
                self.set_default(Sql::text("gen_random_uuid()", context));
            }
            _ => return call_property(self, this, key, arguments, context),
        }
        Ok(Value::Host(this.clone()))
    }

    fn digest(&self) -> u64 {
        self.session.lose(&self.trace);
        let config = self.config.borrow();
        let ty = match &self.ty {
            SqlType::Text(text) => text.to_string(),
            SqlType::Array { base: Value::Host(base), size } => {
                format!("{:x}[{}]", of_host(base), display(&self.session, size))
            }
            SqlType::Array { size, .. } => display(&self.session, size),
            SqlType::Enum { of: Value::Host(of) } => format!("{:x}", of_host(of)),
            SqlType::Enum { .. } => String::new(),
            SqlType::Custom { config, .. } => format!("{:x}", of_value(config)),
        };
        let flags = format!(
            "{} {} {} {:x} {:x} {}",
            config.not_null,
            config.primary,
            config.is_unique,
            of_value(&config.default),
            config.generated.as_ref().map_or(0, of_value),
            config.references.len(),
        );
        digest([&config.name, self.class_name, &ty, &flags])
    }
}

/// The builder's column for a property of a columns object; a value that is no builder is an error as
/// in Drizzle, an unknown one gives an unknown column.
pub(super) fn column_of(
    session: &Rc<Session>,
    table: &Rc<TableCore>,
    key: &Rc<str>,
    value: &Value,
    context: &mut dyn Context,
) -> Result<(Column, Vec<Reference>), Abrupt> {
    if let Some(builder) = downcast::<ColumnBuilder>(value) {
        builder.set_name(key, table.casing);
        for (written, replacement) in context.written(value) {
            if !INSIDE.contains(&&*written) {
                continue;
            }
            let unknown = context.unknown(&format!("`{written}` is written on a column builder"));
            if let Value::Unknown(unknown) = context.derived(&written, &[unknown, replacement]) {
                builder.config.borrow_mut().doubt = Some(unknown);
            }
        }
        let column = builder.build(table, key, context)?;
        let references = builder.references(key, context)?;
        return Ok((column, references));
    }
    if let Value::Unknown(_) = value {
        let ty = SqlType::text(display(session, value));
        let builder = ColumnBuilder::new(session, String::new(), "Unknown", ty, context);
        builder.set_name(key, table.casing);
        return Ok((builder.build(table, key, context)?, Vec::new()));
    }
    let kind = if is_nullish(value) { "nothing" } else { "not a column builder" };
    Err(context.throw(&format!("column \"{key}\" of table \"{}\" is {kind}", table.name)))
}
