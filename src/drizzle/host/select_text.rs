//! A select as SQL, to the letter of `PgDialect.buildSelectQuery`.

use std::rc::Rc;

use indexmap::IndexMap;

use super::Session;
use super::casing_cache::CasingCache;
use super::column::Column;
use super::query::{Distinct, Join, Query, SetOperation};
use super::select::{DEEPEST, Select, Subquery};
use super::sql::{Aliased, Chunk, NoName, Sql};
use super::support::{Outcome, display, downcast, host, truthy};
use super::table::Table;
use super::view::View;
use crate::typescript::{Abrupt, Context, Value};

/// The SQL object of a query.
pub(super) fn select(
    session: &Session,
    casing: &CasingCache,
    query: &Query,
    context: &mut dyn Context,
) -> Outcome {
    let mut fields = Vec::new();
    flatten(&query.fields, &mut Vec::new(), &mut fields);
    for (path, field) in &fields {
        check(query, path, field, context)?;
    }
    let mut chunks = with_list(query);
    chunks.push(Chunk::text("select"));
    match &query.distinct {
        Distinct::No => {}
        Distinct::Yes => chunks.push(Chunk::text(" distinct")),
        Distinct::On(columns) => {
            chunks.push(Chunk::text(" distinct on ("));
            join_into(&mut chunks, columns);
            chunks.push(Chunk::text(")"));
        }
    }
    chunks.push(Chunk::text(" "));
    let single = query.joins.is_empty();
    for (index, (_, field)) in fields.iter().enumerate() {
        if index > 0 {
            chunks.push(Chunk::text(", "));
        }
        selected(session, casing, &mut chunks, field, single, context);
    }
    chunks.push(Chunk::text(" from "));
    from(&mut chunks, &query.table);
    for join in &query.joins {
        joined(&mut chunks, join);
    }
    let mut clause = |text: &str, value: &Value| {
        if truthy(value) != Some(false) {
            chunks.push(Chunk::text(text));
            chunks.push(Chunk::Item(value.clone()));
        }
    };
    clause(" where ", &query.condition);
    let mut list = |text: &str, values: &[Value]| {
        if !values.is_empty() {
            chunks.push(Chunk::text(text));
            join_into(&mut chunks, values);
        }
    };
    list(" group by ", &query.group_by);
    if truthy(&query.having) != Some(false) {
        chunks.push(Chunk::text(" having "));
        chunks.push(Chunk::Item(query.having.clone()));
    }
    if !query.order_by.is_empty() {
        chunks.push(Chunk::text(" order by "));
        join_into(&mut chunks, &query.order_by);
    }
    limits(&mut chunks, &query.limit, &query.offset);
    let mut sql = Sql::from_chunks(chunks, context);
    for operation in &query.operations {
        sql = operate(sql, operation, context)?;
    }
    Ok(sql)
}

fn limits(chunks: &mut Vec<Chunk>, limit: &Value, offset: &Value) {
    let has_limit = match limit {
        Value::Number(number) => *number >= 0.0,
        Value::Null | Value::Host(_) | Value::Object(_) | Value::Unknown(_) => true,
        _ => false,
    };
    if has_limit {
        chunks.push(Chunk::text(" limit "));
        chunks.push(Chunk::Item(limit.clone()));
    }
    if truthy(offset) != Some(false) {
        chunks.push(Chunk::text(" offset "));
        chunks.push(Chunk::Item(offset.clone()));
    }
}

/// `orderSelectedFields`: nested objects and tables flattened, with the path for messages.
fn flatten(
    fields: &IndexMap<Rc<str>, Value>,
    path: &mut Vec<Rc<str>>,
    into: &mut Vec<(String, Value)>,
) {
    for (key, field) in fields {
        path.push(key.clone());
        if let Some(table) = downcast::<Table>(field) {
            flatten(&table.columns, path, into);
        } else if let (Value::Object(cell), true) = (field, path.len() < DEEPEST as usize) {
            if let Some(unknown) = &*cell.doubt.borrow() {
                into.push((path.join("->"), Value::Unknown(unknown.clone())));
            }
            flatten(&cell.properties.borrow(), path, into);
        } else {
            into.push((path.join("->"), field.clone()));
        }
        path.pop();
    }
}

/// A selected column must be of a table of the query.
fn check(
    query: &Query,
    path: &str,
    field: &Value,
    context: &mut dyn Context,
) -> Result<(), Abrupt> {
    let Some(column) = downcast::<Column>(field) else { return Ok(()) };
    let name = &column.table.name;
    let from = if let Some(table) = downcast::<Table>(&query.table) {
        Some(table.core.name.clone())
    } else if let Some(view) = downcast::<View>(&query.table) {
        Some(view.name.clone())
    } else {
        downcast::<Subquery>(&query.table).map(|subquery| subquery.alias.clone())
    };
    let joined = if column.table.is_alias { name } else { &column.table.base_name };
    if from.as_ref() == Some(name)
        || query.joins.iter().any(|join| join.alias.as_ref() == Some(joined))
    {
        return Ok(());
    }
    Err(context.throw(&format!(
        "Your \"{path}\" field references a column \"{name}\".\"{}\", but the table \"{name}\" is not \
         part of the query! Did you forget to join it?",
        column.name
    )))
}

fn with_list(query: &Query) -> Vec<Chunk> {
    let mut chunks = Vec::new();
    for (index, with) in query.with.iter().enumerate() {
        chunks.push(Chunk::text(if index == 0 { "with " } else { ", " }));
        match downcast::<Subquery>(with) {
            Some(subquery) => {
                chunks.push(Chunk::name(&subquery.alias));
                chunks.push(Chunk::text(" as ("));
                chunks.push(Chunk::Item(subquery.sql.clone()));
                chunks.push(Chunk::text(")"));
            }
            None => chunks.push(Chunk::Item(with.clone())),
        }
    }
    if !chunks.is_empty() {
        chunks.push(Chunk::text(" "));
    }
    chunks
}

fn join_into(chunks: &mut Vec<Chunk>, values: &[Value]) {
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            chunks.push(Chunk::text(", "));
        }
        chunks.push(Chunk::Item(value.clone()));
    }
}

/// One selected field. The query builder of a view has no `casing` of its own, so a column of a
/// single-table select is written without it.
fn selected(
    session: &Session,
    casing: &CasingCache,
    chunks: &mut Vec<Chunk>,
    field: &Value,
    single: bool,
    context: &mut dyn Context,
) {
    let column_name = |value: &Value| {
        if !single {
            return None;
        }
        downcast::<Column>(value).map(|column| match casing.name(column) {
            Some(name) => Chunk::name(name),
            None => Chunk::Item(host(NoName)),
        })
    };
    let aliased = downcast::<Aliased>(field);
    if let Some(Aliased { alias, selected: true, .. }) = aliased {
        chunks.push(Chunk::name(display(session, alias)));
        return;
    }
    let expression = aliased.map_or(field, |aliased| &aliased.sql);
    if let Some(sql) = downcast::<Sql>(expression) {
        let parts = sql.chunks.borrow().clone().into_iter().map(|chunk| match &chunk {
            Chunk::Item(value) => column_name(value).unwrap_or(chunk),
            Chunk::Text(_) | Chunk::Name(_) => chunk,
        });
        chunks.push(Chunk::Item(Sql::from_chunks(parts.collect(), context)));
    } else {
        chunks.push(column_name(expression).unwrap_or_else(|| Chunk::Item(expression.clone())));
    }
    if let Some(Aliased { alias, .. }) = aliased {
        chunks.push(Chunk::text(" as "));
        chunks.push(Chunk::name(display(session, alias)));
    }
}

fn from(chunks: &mut Vec<Chunk>, table: &Value) {
    match downcast::<Table>(table) {
        Some(of) if of.core.is_alias => {
            qualified(chunks, of.core.schema.as_deref(), &of.core.original_name);
            chunks.push(Chunk::text(" "));
            chunks.push(Chunk::name(&of.core.name));
        }
        _ => chunks.push(Chunk::Item(table.clone())),
    }
}

fn qualified(chunks: &mut Vec<Chunk>, schema: Option<&str>, name: &str) {
    if let Some(schema) = schema {
        chunks.push(Chunk::name(schema));
        chunks.push(Chunk::text("."));
    }
    chunks.push(Chunk::name(name));
}

fn joined(chunks: &mut Vec<Chunk>, join: &Join) {
    let lateral = if join.lateral { " lateral" } else { "" };
    chunks.push(Chunk::text(format!(" {} join{lateral} ", join.kind)));
    if let Some(table) = downcast::<Table>(&join.table) {
        qualified(chunks, table.core.schema.as_deref(), &table.core.original_name);
        if let (true, Some(alias)) = (table.core.name != table.core.original_name, &join.alias) {
            chunks.push(Chunk::text(" "));
            chunks.push(Chunk::name(alias));
        }
    } else if let Some(view) = downcast::<View>(&join.table) {
        qualified(chunks, view.schema.as_deref(), &view.name);
    } else {
        chunks.push(Chunk::Item(join.table.clone()));
    }
    if truthy(&join.on) != Some(false) {
        chunks.push(Chunk::text(" on "));
        chunks.push(Chunk::Item(join.on.clone()));
    }
}

fn operate(left: Value, operation: &SetOperation, context: &mut dyn Context) -> Outcome {
    let right = match downcast::<Select>(&operation.right) {
        Some(select) => select.sql(context)?,
        None => operation.right.clone(),
    };
    let all = if operation.all { "all " } else { "" };
    let mut chunks = vec![
        Chunk::text("("),
        Chunk::Item(left),
        Chunk::text(format!(") {} {all}(", operation.kind)),
        Chunk::Item(right),
        Chunk::text(")"),
    ];
    if !operation.order_by.is_empty() {
        chunks.push(Chunk::text(" order by "));
        // Inside a set operation a column is its bare, uncased name.
        let bare = |value: &Value| match (downcast::<Column>(value), downcast::<Sql>(value)) {
            (Some(column), _) => Chunk::name(&column.name),
            (None, Some(sql)) => {
                let parts = sql.chunks.borrow().clone().into_iter().map(|chunk| match &chunk {
                    Chunk::Item(value) => match downcast::<Column>(value) {
                        Some(column) => Chunk::name(&column.name),
                        None => chunk,
                    },
                    Chunk::Text(_) | Chunk::Name(_) => chunk,
                });
                Chunk::Item(Sql::from_chunks(parts.collect(), &*context))
            }
            (None, None) => Chunk::Item(value.clone()),
        };
        for (index, value) in operation.order_by.iter().enumerate() {
            if index > 0 {
                chunks.push(Chunk::text(", "));
            }
            chunks.push(bare(value));
        }
        chunks.push(Chunk::text(" "));
    }
    limits(&mut chunks, &operation.limit, &operation.offset);
    Ok(Sql::from_chunks(chunks, context))
}
