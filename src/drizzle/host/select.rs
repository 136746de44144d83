//! The query builder, as far as views need it: `select … from … join … where …` and set operations.
//!
//! Source: drizzle-orm `src/pg-core/query-builders/select.ts`, `src/selection-proxy.ts`.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

use indexmap::IndexMap;

use super::Session;
use super::casing_cache::CasingCache;
use super::column::Column;
use super::query::{Distinct, Join, Query, SetOperation};
use super::select_text;
use super::sql::{Aliased, Sql};
use super::support::{
    Outcome, argument, bound, call_property, display, downcast, elements, host, is_function,
    native, object,
};
use super::table::Table;
use super::view::View;
use crate::typescript::{Abrupt, Context, HostObject, Value};

/// `new QueryBuilder()`.
#[derive(Debug)]
struct QueryBuilder {
    session: Rc<Session>,
    casing: Rc<CasingCache>,
    with: Vec<Value>,
}

/// `.select(fields)` before `.from()`.
#[derive(Debug)]
struct SelectBuilder {
    session: Rc<Session>,
    casing: Rc<CasingCache>,
    with: Vec<Value>,
    distinct: Distinct,
    fields: Value,
}

/// A select.
#[derive(Debug)]
pub(super) struct Select {
    session: Rc<Session>,
    casing: Rc<CasingCache>,
    query: RefCell<Query>,
    is_written: Cell<bool>,
}

/// `.as('alias')` of a select, or `$with('alias').as(…)`.
#[derive(Debug)]
pub(super) struct Subquery {
    /// Its SQL.
    pub(super) sql: Value,
    /// Its alias.
    pub(super) alias: String,
    /// `WITH alias AS (…)`.
    pub(super) is_with: bool,
    fields: IndexMap<Rc<str>, Value>,
}

/// How a field looks from outside the query that selects it.
pub(super) struct Field;

impl Field {
    /// Through a subquery or a view: of an aliased expression only the alias is left.
    pub(super) fn through(field: &Value) -> Value {
        match downcast::<Aliased>(field) {
            Some(Aliased { sql, alias, .. }) => {
                host(Aliased { sql: sql.clone(), alias: alias.clone(), selected: true })
            }
            None => field.clone(),
        }
    }

    /// The same, and a column is then one of `alias`, be it in a nested selection. `replace_original`
    /// is what views do.
    pub(super) fn aliased(field: &Value, alias: &str, replace_original: bool) -> Value {
        Self::aliased_within(field, alias, replace_original, DEEPEST)
    }

    fn aliased_within(field: &Value, alias: &str, replace_original: bool, depth: u32) -> Value {
        if let Some(column) = downcast::<Column>(field) {
            let table = Rc::new(column.table.aliased(alias, replace_original));
            return Value::Host(Rc::new(column.of(&table)));
        }
        let nested = match (downcast::<Table>(field), field) {
            (Some(table), _) => table.columns.clone(),
            (None, Value::Object(cell)) if depth > 0 => cell.properties.borrow().clone(),
            _ => return Self::through(field),
        };
        object(nested.into_iter().map(|(key, field)| {
            (key, Self::aliased_within(&field, alias, replace_original, depth - 1))
        }))
    }
}

/// `new QueryBuilder()` as a value.
pub(super) fn query_builder(session: &Rc<Session>) -> Value {
    let casing = Rc::new(CasingCache::new(None, session.generation));
    host(QueryBuilder { session: session.clone(), casing, with: Vec::new() })
}

/// `QueryBuilder`, and the set operations as functions.
pub(super) fn functions(session: &Rc<Session>) -> IndexMap<Rc<str>, Value> {
    let mut members: IndexMap<Rc<str>, Value> = IndexMap::new();
    let made = session.clone();
    let builder = native("QueryBuilder", move |_, _, _| Ok(query_builder(&made)));
    members.insert("QueryBuilder".into(), builder);
    for &(name, _, _) in OPERATIONS {
        let function = native(name, move |_, arguments, context| {
            let mut left = argument(arguments, 0);
            for right in arguments.iter().skip(1) {
                let method = context.get(&left, name)?;
                left = context.call(&method, &left, std::slice::from_ref(right))?;
            }
            Ok(left)
        });
        members.insert(name.into(), function);
    }
    members
}

/// How deep a selection may nest.
pub(super) const DEEPEST: u32 = 32;

const OPERATIONS: &[(&str, &str, bool)] = &[
    ("union", "union", false),
    ("unionAll", "union", true),
    ("intersect", "intersect", false),
    ("intersectAll", "intersect", true),
    ("except", "except", false),
    ("exceptAll", "except", true),
];

const JOINS: &[(&str, &str, bool)] = &[
    ("leftJoin", "left", false),
    ("leftJoinLateral", "left", true),
    ("rightJoin", "right", false),
    ("innerJoin", "inner", false),
    ("innerJoinLateral", "inner", true),
    ("fullJoin", "full", false),
    ("crossJoin", "cross", false),
    ("crossJoinLateral", "cross", true),
];

impl HostObject for QueryBuilder {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn class(&self) -> &'static str {
        "PgQueryBuilder"
    }

    fn get(&self, this: &Rc<dyn HostObject>, key: &str, _: &mut dyn Context) -> Outcome {
        let methods = ["select", "selectDistinct", "selectDistinctOn", "with", "$with"];
        let method = methods.into_iter().find(|method| *method == key);
        Ok(method.map_or(Value::Undefined, |method| bound(this, method)))
    }

    fn call_method(
        &self,
        this: &Rc<dyn HostObject>,
        key: &str,
        arguments: &[Value],
        context: &mut dyn Context,
    ) -> Outcome {
        let (distinct, fields) = match key {
            "select" => (Distinct::No, argument(arguments, 0)),
            "selectDistinct" => (Distinct::Yes, argument(arguments, 0)),
            "selectDistinctOn" => {
                let on = argument(arguments, 0);
                let on = elements(&on).unwrap_or_else(|| vec![on]);
                (Distinct::On(on), argument(arguments, 1))
            }
            "with" => {
                return Ok(host(Self {
                    session: self.session.clone(),
                    casing: self.casing.clone(),
                    with: arguments.to_vec(),
                }));
            }
            "$with" => return Ok(self.with_builder(this, &argument(arguments, 0))),
            _ => return call_property(self, this, key, arguments, context),
        };
        // Only a plain select keeps the list of `with`.
        let with = if matches!(distinct, Distinct::No) { self.with.clone() } else { Vec::new() };
        let (session, casing) = (self.session.clone(), self.casing.clone());
        Ok(host(SelectBuilder { session, casing, with, distinct, fields }))
    }
}

impl QueryBuilder {
    fn with_builder(&self, this: &Rc<dyn HostObject>, alias: &Value) -> Value {
        let alias = display(&self.session, alias);
        let builder = Value::Host(this.clone());
        let make = native("as", move |_, arguments, context| {
            let mut query = argument(arguments, 0);
            if is_function(&query) {
                query = context.call(&query, &Value::Undefined, std::slice::from_ref(&builder))?;
            }
            subquery(&query, &alias, true, context)
        });
        object([(Rc::from("as"), make)])
    }
}

impl HostObject for SelectBuilder {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn class(&self) -> &'static str {
        "PgSelectBuilder"
    }

    fn get(&self, this: &Rc<dyn HostObject>, key: &str, _: &mut dyn Context) -> Outcome {
        Ok(if key == "from" { bound(this, "from") } else { Value::Undefined })
    }

    fn call_method(
        &self,
        this: &Rc<dyn HostObject>,
        key: &str,
        arguments: &[Value],
        context: &mut dyn Context,
    ) -> Outcome {
        if key != "from" {
            return call_property(self, this, key, arguments, context);
        }
        let table = argument(arguments, 0);
        let partial = super::truthy(&self.fields) != Some(false);
        let unknown = |context: &mut dyn Context| {
            Ok(context.derived("select", &[self.fields.clone(), table.clone()]))
        };
        let fields = if partial {
            match context.entries(&self.fields)? {
                Ok(fields) => fields.into_iter().collect(),
                Err(_) => return unknown(context),
            }
        } else if let Some(of) = downcast::<Table>(&table) {
            if of.unknown_columns.is_some() {
                return unknown(context);
            }
            of.columns.clone()
        } else if let Some(view) = downcast::<View>(&table) {
            view.own_fields().clone()
        } else if let Some(subquery) = downcast::<Subquery>(&table) {
            for (key, field) in &subquery.fields {
                if downcast::<Sql>(field).is_some() {
                    return Err(raw_field(key, context));
                }
            }
            subquery.fields.clone()
        } else if downcast::<Sql>(&table).is_some() {
            IndexMap::new()
        } else {
            return unknown(context);
        };
        let table_name = like_name(&table);
        let query = Query {
            with: self.with.clone(),
            distinct: self.distinct.clone(),
            fields,
            joins: Vec::new(),
            condition: Value::Undefined,
            having: Value::Undefined,
            group_by: Vec::new(),
            order_by: Vec::new(),
            limit: Value::Undefined,
            offset: Value::Undefined,
            operations: Vec::new(),
            partial,
            joined_names: usize::from(table_name.is_some()),
            table_name,
            table,
        };
        Ok(host(Select {
            session: self.session.clone(),
            casing: self.casing.clone(),
            query: RefCell::new(query),
            is_written: Cell::new(false),
        }))
    }
}

/// drizzle-orm's complaint about a field that has no alias.
pub(in crate::drizzle) fn raw_field(key: &str, context: &mut dyn Context) -> Abrupt {
    context.throw(&format!(
        "You tried to reference \"{key}\" field from a subquery, which is a raw SQL field, but it \
         doesn't have an alias declared. Please add an alias to the field using \".as('alias')\" method."
    ))
}

/// `getTableLikeName`: what joins call a table by.
fn like_name(table: &Value) -> Option<String> {
    if let Some(subquery) = downcast::<Subquery>(table) {
        return Some(subquery.alias.clone());
    }
    if let Some(view) = downcast::<View>(table) {
        return Some(view.name.clone());
    }
    let table = downcast::<Table>(table)?;
    let name = if table.core.is_alias { &table.core.name } else { &table.core.base_name };
    Some(name.clone())
}

fn subquery(query: &Value, alias: &str, is_with: bool, context: &mut dyn Context) -> Outcome {
    let Some(select) = downcast::<Select>(query) else {
        return Ok(context.derived("a subquery", std::slice::from_ref(query)));
    };
    let fields = select.query.borrow().fields.clone();
    let fields =
        fields.iter().map(|(key, field)| (key.clone(), Field::aliased(field, alias, false)));
    Ok(host(Subquery {
        sql: select.sql(context)?,
        alias: alias.to_owned(),
        is_with,
        fields: fields.collect(),
    }))
}

impl HostObject for Subquery {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn class(&self) -> &'static str {
        if self.is_with { "WithSubquery" } else { "Subquery" }
    }

    fn get(&self, _: &Rc<dyn HostObject>, key: &str, context: &mut dyn Context) -> Outcome {
        match self.fields.get(key) {
            Some(field) if downcast::<Sql>(field).is_some() => Err(raw_field(key, context)),
            Some(field) => Ok(field.clone()),
            None => Ok(Value::Undefined),
        }
    }

    fn entries(&self, _: &mut dyn Context) -> Vec<(Rc<str>, Value)> {
        self.fields.iter().map(|(key, field)| (key.clone(), field.clone())).collect()
    }
}

impl Select {
    /// The text of the query, as an SQL object.
    pub(super) fn sql(&self, context: &mut dyn Context) -> Outcome {
        // A query that is united with itself has no end.
        if self.is_written.replace(true) {
            return Err(context.throw("Maximum call stack size exceeded"));
        }
        let query = self.query.borrow().clone();
        let sql = select_text::select(&self.session, &self.casing, &query, context);
        self.is_written.set(false);
        sql
    }

    /// What it selects.
    pub(super) fn selected(&self) -> IndexMap<Rc<str>, Value> {
        self.query.borrow().fields.clone()
    }

    /// The fields as a callback sees them; `alias` leaves only the alias of an aliased expression.
    fn callback_fields(fields: &IndexMap<Rc<str>, Value>, alias: bool, depth: u32) -> Value {
        let shown = fields.iter().map(|(key, field)| {
            let field = match (downcast::<Aliased>(field), field) {
                (Some(aliased), _) if !alias && !aliased.selected => aliased.sql.clone(),
                (Some(_), _) => Field::through(field),
                (None, Value::Object(cell)) if depth > 0 => {
                    if let Some(unknown) = &*cell.doubt.borrow() {
                        return (key.clone(), Value::Unknown(unknown.clone()));
                    }
                    let nested = cell.properties.borrow().clone();
                    Self::callback_fields(&nested, alias, depth - 1)
                }
                (None, _) => field.clone(),
            };
            (key.clone(), field)
        });
        object(shown)
    }

    /// Whether two queries select fields of the same names in the same order.
    fn has_same_keys(&self, other: &Self) -> bool {
        self.query.borrow().fields.keys().eq(other.query.borrow().fields.keys())
    }

    fn apply(&self, value: &Value, alias: bool, context: &mut dyn Context) -> Outcome {
        if !is_function(value) {
            return Ok(value.clone());
        }
        let fields = Self::callback_fields(&self.query.borrow().fields, alias, DEEPEST);
        context.call(value, &Value::Undefined, &[fields])
    }

    fn listed(&self, arguments: &[Value], context: &mut dyn Context) -> Result<Vec<Value>, Abrupt> {
        match arguments.first() {
            Some(first) if is_function(first) => {
                let made = self.apply(first, true, context)?;
                Ok(elements(&made).unwrap_or_else(|| vec![made]))
            }
            _ => Ok(arguments.to_vec()),
        }
    }

    fn join(
        &self,
        kind: &'static str,
        lateral: bool,
        table: Value,
        on: &Value,
        context: &mut dyn Context,
    ) -> Result<(), Abrupt> {
        let name = like_name(&table);
        {
            let mut query = self.query.borrow_mut();
            if name.is_some() && query.joins.iter().any(|join| join.alias == name) {
                let name = name.unwrap_or_default();
                return Err(
                    context.throw(&format!("Alias \"{name}\" is already used in this query"))
                );
            }
            if !query.partial {
                if let (1, Some(base)) = (query.joined_names, query.table_name.clone()) {
                    let own = object(query.fields.drain(..));
                    query.fields.insert(base.into(), own);
                }
                let fields = if let Some(of) = downcast::<Table>(&table) {
                    Some(of.columns.clone())
                } else if let Some(view) = downcast::<View>(&table) {
                    Some(view.own_fields().clone())
                } else {
                    downcast::<Subquery>(&table).map(|subquery| subquery.fields.clone())
                };
                if let (Some(name), Some(fields)) = (&name, fields) {
                    query.fields.insert(name.as_str().into(), object(fields));
                }
            }
        }
        let on = self.apply(on, false, context)?;
        let mut query = self.query.borrow_mut();
        query.joined_names += usize::from(name.is_some());
        query.joins.push(Join { kind, lateral, table, alias: name, on });
        Ok(())
    }
}

const METHODS: &[&str] = &[
    "where",
    "having",
    "groupBy",
    "orderBy",
    "limit",
    "offset",
    "as",
    "getSQL",
    "$dynamic",
    "getSelectedFields",
    "$withCache",
];

impl HostObject for Select {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn class(&self) -> &'static str {
        "PgSelect"
    }

    fn get(&self, this: &Rc<dyn HostObject>, key: &str, context: &mut dyn Context) -> Outcome {
        let known = METHODS.iter().copied();
        let joins = JOINS.iter().map(|(name, _, _)| *name);
        let operations = OPERATIONS.iter().map(|(name, _, _)| *name);
        if let Some(method) = known.chain(joins).chain(operations).find(|method| *method == key) {
            return Ok(bound(this, method));
        }
        Ok(match key {
            "then" => Value::Undefined,
            _ => context.unknown(&format!("`{key}` of a query is not evaluated")),
        })
    }

    fn call_method(
        &self,
        this: &Rc<dyn HostObject>,
        key: &str,
        arguments: &[Value],
        context: &mut dyn Context,
    ) -> Outcome {
        let this_value = Value::Host(this.clone());
        let first = argument(arguments, 0);
        if let Some((_, kind, lateral)) = JOINS.iter().find(|(name, _, _)| *name == key) {
            if matches!(first, Value::Unknown(_)) {
                return Ok(context.derived(key, &[this_value, first, argument(arguments, 1)]));
            }
            self.join(kind, *lateral, first, &argument(arguments, 1), context)?;
            return Ok(this_value);
        }
        if let Some((_, kind, all)) = OPERATIONS.iter().find(|(name, _, _)| *name == key) {
            let mut right = first;
            if is_function(&right) {
                let operations = object(functions(&self.session));
                right = context.call(&right, &Value::Undefined, &[operations])?;
            }
            if downcast::<Self>(&right).is_some_and(|right| !self.has_same_keys(right)) {
                return Err(context.throw(
                    "Set operator error (union / intersect / except): selected fields are not the \
                     same or are in a different order",
                ));
            }
            self.query.borrow_mut().operations.push(SetOperation {
                kind,
                all: *all,
                right,
                order_by: Vec::new(),
                limit: Value::Undefined,
                offset: Value::Undefined,
            });
            return Ok(this_value);
        }
        match key {
            "where" => {
                let condition = self.apply(&first, false, context)?;
                self.query.borrow_mut().condition = condition;
            }
            "having" => {
                let condition = self.apply(&first, false, context)?;
                self.query.borrow_mut().having = condition;
            }
            "groupBy" => {
                let columns = self.listed(arguments, context)?;
                self.query.borrow_mut().group_by = columns;
            }
            "orderBy" => {
                let columns = self.listed(arguments, context)?;
                let mut query = self.query.borrow_mut();
                match query.operations.last_mut() {
                    Some(operation) => operation.order_by = columns,
                    None => query.order_by = columns,
                }
            }
            "limit" | "offset" => {
                let mut query = self.query.borrow_mut();
                let target = match (query.operations.is_empty(), key) {
                    (true, "limit") => &mut query.limit,
                    (true, _) => &mut query.offset,
                    (false, key) => match query.operations.last_mut() {
                        Some(operation) if key == "limit" => &mut operation.limit,
                        Some(operation) => &mut operation.offset,
                        None => return Ok(this_value),
                    },
                };
                *target = first;
            }
            "as" => {
                let alias = display(&self.session, &first);
                return subquery(&this_value, &alias, false, context);
            }
            "getSQL" => return self.sql(context),
            "getSelectedFields" => {
                return Ok(object(self.query.borrow().fields.clone()));
            }
            "$dynamic" | "$withCache" => {}
            _ => return call_property(self, this, key, arguments, context),
        }
        Ok(this_value)
    }
}
