//! Columns of tables and views, as objects that schema files can hold and pass around.

use std::any::Any;
use std::cell::RefCell;
use std::rc::{Rc, Weak};

use super::Session;
use super::enums::EnumObject;
use super::support::{
    Outcome, argument, array, bound, call_property, digest, display, downcast, object, of_value,
    string,
};
use super::table::Table;
use crate::drizzle::Casing;
use crate::ident::QualifiedName;
use crate::origin::Origin;
use crate::typescript::{Abrupt, Context, HostObject, Unknown, Value};

/// What a column knows of its table.
#[derive(Debug, Clone)]
pub(in crate::drizzle) struct TableCore {
    /// The name, or the alias.
    pub(in crate::drizzle) name: String,
    /// The schema, absent for `public`.
    pub(in crate::drizzle) schema: Option<String>,
    /// The name before `alias()`.
    pub(in crate::drizzle) original_name: String,
    /// The name before a `pgTableCreator` changed it.
    pub(in crate::drizzle) base_name: String,
    /// How keys become names in a table of 1.x's `snakeCase` or `camelCase`.
    pub(super) casing: Option<Casing>,
    /// Made by `alias()`, or the table side of a view's column.
    pub(in crate::drizzle) is_alias: bool,
    /// The table object itself, while it lives.
    pub(super) table: RefCell<Option<Weak<Table>>>,
}

impl TableCore {
    /// A table of that name.
    pub(super) fn new(name: String, base_name: String, schema: Option<String>) -> Self {
        Self {
            original_name: name.clone(),
            name,
            base_name,
            schema,
            casing: None,
            is_alias: false,
            table: RefCell::new(None),
        }
    }

    /// The same under an alias; `replace_original` is what views do.
    pub(super) fn aliased(&self, alias: &str, replace_original: bool) -> Self {
        let mut core = self.clone();
        alias.clone_into(&mut core.name);
        if replace_original {
            alias.clone_into(&mut core.original_name);
        }
        core.is_alias = true;
        core
    }

    /// The table object itself, while it lives.
    pub(in crate::drizzle) fn object(&self) -> Option<Rc<Table>> {
        self.table.borrow().as_ref().and_then(Weak::upgrade)
    }

    /// Schema and name.
    pub(in crate::drizzle) fn qualified(&self) -> QualifiedName {
        QualifiedName::new(self.schema.clone().unwrap_or_default(), &self.name)
    }

    /// The schema as drizzle-kit's keys have it.
    pub(in crate::drizzle) fn schema_or_public(&self) -> &str {
        self.schema.as_deref().unwrap_or("public")
    }
}

/// `GENERATED … AS IDENTITY`, as given to the builder.
#[derive(Debug, Clone)]
pub(in crate::drizzle) struct Identity {
    /// Always, or by default.
    pub(in crate::drizzle) always: bool,
    /// The sequence's name, or undefined.
    pub(in crate::drizzle) name: Value,
    /// The options object, or undefined.
    pub(in crate::drizzle) options: Value,
}

/// How a column stands in the next index that takes it: `.desc()`, `.nullsFirst()`, `.op()`.
#[derive(Debug, Clone)]
pub(super) struct IndexConfig {
    pub(super) order: &'static str,
    pub(super) nulls: &'static str,
    pub(super) op_class: Value,
}

/// An index configuration and the default it falls back to. `onOnly` shares the two, so that a later
/// `.desc()` changes the default as well.
#[derive(Debug, Clone)]
pub(super) struct IndexCell {
    current: RefCell<Rc<RefCell<IndexConfig>>>,
    default: Rc<RefCell<IndexConfig>>,
}

impl IndexConfig {
    /// As it is when nobody has said anything.
    pub(super) fn fresh() -> Self {
        Self { order: "asc", nulls: "last", op_class: Value::Undefined }
    }

    fn is_fresh(&self) -> bool {
        (self.order, self.nulls) == ("asc", "last") && matches!(self.op_class, Value::Undefined)
    }

    /// A column's cell at the start.
    pub(super) fn cell() -> IndexCell {
        IndexCell {
            current: RefCell::new(Rc::new(RefCell::new(Self::fresh()))),
            default: Rc::new(RefCell::new(Self::fresh())),
        }
    }
}

impl IndexCell {
    /// Whether an index that takes it now would not find it as the first one did.
    pub(super) fn is_used(&self) -> bool {
        let current = self.current.borrow();
        Rc::ptr_eq(&current, &self.default)
            || !current.borrow().is_fresh()
            || !self.default.borrow().is_fresh()
    }

    /// Takes the configuration for an index and resets it, as `on` and `using` do; `share` is `onOnly`.
    pub(super) fn take(&self, share: bool) -> Rc<RefCell<IndexConfig>> {
        let next = if share {
            self.default.clone()
        } else {
            Rc::new(RefCell::new(self.default.borrow().clone()))
        };
        self.current.replace(next)
    }
}

/// A column.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "these are Drizzle's own independent flags")]
pub(in crate::drizzle) struct Column {
    pub(super) session: Rc<Session>,
    /// Its table.
    pub(in crate::drizzle) table: Rc<TableCore>,
    /// Its property key.
    pub(in crate::drizzle) key: Rc<str>,
    /// Its name before casing.
    pub(in crate::drizzle) name: String,
    /// Whether the name is the property key, and so subject to casing.
    pub(in crate::drizzle) key_as_name: bool,
    /// `.notNull()`
    pub(in crate::drizzle) not_null: bool,
    /// `.default(…)`, undefined when there is none.
    pub(in crate::drizzle) default: Value,
    /// `$default` and the like.
    pub(in crate::drizzle) app_default: bool,
    /// `.primaryKey()`
    pub(in crate::drizzle) primary: bool,
    /// `.unique()`
    pub(in crate::drizzle) is_unique: bool,
    /// The name of that constraint.
    pub(in crate::drizzle) unique_name: Option<String>,
    /// Its `nulls` option.
    pub(in crate::drizzle) unique_nulls: Value,
    /// `.generatedAlwaysAs(…)`
    pub(in crate::drizzle) generated: Option<Value>,
    /// `.generated…AsIdentity(…)`
    pub(in crate::drizzle) identity: Option<Identity>,
    /// The class name in Drizzle: `PgVector`.
    pub(in crate::drizzle) class_name: &'static str,
    /// The SQL type.
    pub(in crate::drizzle) sql_type: Rc<str>,
    /// The enum function of an enum column.
    pub(super) enumeration: Option<Value>,
    /// What `customType` was given.
    pub(super) custom: Option<Value>,
    /// The column that an array is of.
    pub(super) base: Option<Rc<Column>>,
    /// For columns of the third argument of `pgTable`.
    pub(super) index: Option<IndexCell>,
    /// Where its builder was written.
    pub(in crate::drizzle) origin: Origin,
}

/// What a snapshot is made of, beside the SQL type. A program that writes one of these on a column has
/// a column that nobody can know.
const READ_BY_SNAPSHOT: &[&str] = &[
    "name",
    "keyAsName",
    "primary",
    "notNull",
    "default",
    "hasDefault",
    "isUnique",
    "uniqueName",
    "uniqueType",
    "generated",
    "generatedIdentity",
    "columnType",
    "enumValues",
    "enum",
    "baseColumn",
    "table",
    "length",
    "dimensions",
    "config",
];

impl Column {
    /// The column as drizzle-kit finds it when the program wrote on it: `column.getSQLType = …` gives
    /// another type. `None` when nothing that matters was written.
    pub(in crate::drizzle) fn rewritten(
        &self,
        this: &Value,
        context: &mut dyn Context,
    ) -> Result<Option<Self>, Abrupt> {
        let mut sql_type = None;
        for (key, value) in context.written(this) {
            if READ_BY_SNAPSHOT.contains(&&*key) {
                let unknown = context.unknown(&format!("`{key}` is written on this column"));
                let Value::Unknown(unknown) = context.derived(&key, &[unknown, value]) else {
                    continue;
                };
                let unknown = Unknown { origin: self.origin.clone(), ..(*unknown).clone() };
                sql_type = Some(self.session.placeholder(&Rc::new(unknown)));
                break;
            }
            if &*key == "getSQLType" {
                let text = context.call(&value, this, &[])?;
                sql_type = Some(display(&self.session, &text));
            }
        }
        Ok(sql_type.map(|text| Self { sql_type: text.into(), ..self.clone() }))
    }

    /// The column of a table that this one, of a view or an alias, shows.
    pub(in crate::drizzle) fn shown(&self) -> Option<Value> {
        let table = self.table.table.borrow().as_ref().and_then(Weak::upgrade)?;
        table.columns.get(&self.key).cloned()
    }

    /// The name in the database.
    pub(in crate::drizzle) fn cased(&self, casing: Option<Casing>) -> String {
        match casing {
            Some(casing) if self.key_as_name => casing.apply(&self.name),
            _ => self.name.clone(),
        }
    }

    /// The schema of its enum type; object-form enums and built-in types have none. `through_arrays`
    /// is how tables look at it, views do not.
    pub(in crate::drizzle) fn type_schema(&self, through_arrays: bool) -> Option<String> {
        let mut column = self;
        while let (true, Some(base)) = (through_arrays, &column.base) {
            column = base;
        }
        let of = downcast::<EnumObject>(column.enumeration.as_ref()?)?;
        (!of.object_form).then(|| of.schema.clone().unwrap_or_else(|| "public".to_owned()))
    }

    /// The same column of an aliased table.
    pub(super) fn of(&self, table: &Rc<TableCore>) -> Self {
        Self { table: table.clone(), ..self.clone() }
    }

    fn is_extra(&self) -> bool {
        self.index.is_some()
    }

    fn data_type(&self) -> &'static str {
        match self.class_name {
            "PgArray" | "PgVector" | "PgHalfVector" | "PgLine" | "PgPointTuple" | "PgGeometry" => {
                "array"
            }
            "PgInteger" | "PgSmallInt" | "PgBigInt53" | "PgBigSerial53" | "PgSerial"
            | "PgSmallSerial" | "PgReal" | "PgDoublePrecision" | "PgNumericNumber" => "number",
            "PgBigInt64" | "PgBigSerial64" | "PgNumericBigInt" => "bigint",
            "PgBoolean" => "boolean",
            "PgJson" | "PgJsonb" | "PgPointObject" | "PgLineABC" | "PgGeometryObject" => "json",
            "PgTimestamp" | "PgDate" => "date",
            "PgCustomColumn" => "custom",
            _ => "string",
        }
    }

    fn enum_values(&self) -> Value {
        match self.enumeration.as_ref().and_then(downcast::<EnumObject>) {
            Some(of) => array(of.values.clone()),
            None => Value::Undefined,
        }
    }
}

const INDEX_METHODS: &[&str] = &["asc", "desc", "nullsFirst", "nullsLast", "op"];
const METHODS: &[&str] = &["getSQLType", "getSQL", "mapFromDriverValue", "mapToDriverValue"];

impl HostObject for Column {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn class(&self) -> &'static str {
        if self.is_extra() { "ExtraConfigColumn" } else { "PgColumn" }
    }

    fn get(&self, this: &Rc<dyn HostObject>, key: &str, context: &mut dyn Context) -> Outcome {
        if let Some(method) = METHODS.iter().find(|method| **method == key) {
            return Ok(bound(this, method));
        }
        if let (true, Some(method)) =
            (self.is_extra(), INDEX_METHODS.iter().find(|method| **method == key))
        {
            return Ok(bound(this, method));
        }
        Ok(match key {
            "name" => match self.session.unknowns_in(&self.name).into_iter().next() {
                Some(unknown) => Value::Unknown(unknown),
                None => string(&self.name),
            },
            "keyAsName" => Value::Bool(self.key_as_name),
            "notNull" => Value::Bool(self.not_null),
            "primary" => Value::Bool(self.primary),
            "default" => self.default.clone(),
            "hasDefault" => {
                let serial = self.sql_type.ends_with("serial");
                let defaults = !matches!(self.default, Value::Undefined) || self.app_default;
                Value::Bool(defaults || serial || self.identity.is_some())
            }
            "isUnique" => Value::Bool(self.is_unique),
            "uniqueName" => self.unique_name.as_ref().map_or(Value::Undefined, string),
            "columnType" => string(self.class_name),
            "dataType" => string(self.data_type()),
            "enumValues" => self.enum_values(),
            "enum" => self.enumeration.clone().unwrap_or(Value::Undefined),
            "baseColumn" => match &self.base {
                Some(base) => Value::Host(base.clone()),
                None => Value::Undefined,
            },
            "table" => match self.table.object() {
                Some(table) if !self.table.is_alias => Value::Host(table),
                _ => context.unknown("the table of this column is not evaluated"),
            },
            "generated" | "generatedIdentity" | "config" | "length" | "dimensions"
            | "precision" | "scale" | "withTimezone" | "size" | "defaultFn" | "onUpdateFn"
            | "uniqueType" | "_" | "indexConfig" | "defaultConfig" => {
                context.unknown(&format!("`{key}` of a column is not evaluated"))
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
        if let Some(index) = &self.index {
            let config = index.current.borrow().clone();
            let mut config = config.borrow_mut();
            match key {
                "asc" | "desc" => config.order = if key == "asc" { "asc" } else { "desc" },
                "nullsFirst" => config.nulls = "first",
                "nullsLast" => config.nulls = "last",
                "op" => config.op_class = argument(arguments, 0),
                "getSQLType" => {
                    return Err(context.throw("Maximum call stack size exceeded"));
                }
                _ => {
                    drop(config);
                    return call_property(self, this, key, arguments, context);
                }
            }
            return Ok(Value::Host(this.clone()));
        }
        match key {
            "getSQLType" => Ok(match self.session.unknowns_in(&self.sql_type).into_iter().next() {
                Some(unknown) => Value::Unknown(unknown),
                None => string(&*self.sql_type),
            }),
            "getSQL" => Ok(super::sql::Sql::of(vec![Value::Host(this.clone())], context)),
            "mapFromDriverValue" | "mapToDriverValue" => {
                Ok(context.derived(&format!("{key} of a column"), arguments))
            }
            _ => call_property(self, this, key, arguments, context),
        }
    }

    fn entries(&self, _: &mut dyn Context) -> Vec<(Rc<str>, Value)> {
        vec![
            ("name".into(), string(&self.name)),
            ("keyAsName".into(), Value::Bool(self.key_as_name)),
        ]
    }

    fn digest(&self) -> u64 {
        let flags = format!("{} {} {:x}", self.not_null, self.primary, of_value(&self.default));
        digest([self.table.name.as_str(), &self.name, &self.sql_type, &flags])
    }
}

/// The columns of a table or view as a plain object.
pub(super) fn record<'a>(columns: impl Iterator<Item = (&'a Rc<str>, &'a Value)>) -> Value {
    object(columns.map(|(key, column)| (key.clone(), column.clone())))
}
