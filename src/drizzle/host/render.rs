//! SQL objects → text, as drizzle-orm's `SQL.buildQueryFromSourceParams` and `PgDialect` write it.

use super::Session;
use super::access::SchemaObject;
use super::casing_cache::CasingCache;
use super::column::Column;
use super::encode::{encode, local_date};
use super::enums::EnumObject;
use super::select::{Select, Subquery};
use super::sql::{Aliased, Chunk, Name, NoName, Param, Placeholder, Sql, Text};
use super::support::{display, downcast, is_function};
use super::table::Table;
use super::view::View;
use crate::drizzle::json;
use crate::ident::{quote, quote_literal};
use crate::typescript::{Abrupt, Context, Value};

/// Where an SQL text goes, which decides how it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::drizzle) enum Mode {
    /// Checks, predicates, generated columns, policies, views: columns with their table.
    Qualified,
    /// Index expressions: columns without their table.
    Index,
    /// `.default(sql)`: no column, name or parameter at all.
    Default,
}

/// Writes one SQL text.
pub(in crate::drizzle) struct Renderer<'a> {
    session: &'a Session,
    casing: &'a CasingCache,
    mode: Mode,
    context: &'a mut dyn Context,
    out: String,
    parameters: usize,
    depth: u32,
}

/// How deep SQL may nest; what goes on for ever in JavaScript ends there as well.
const DEEPEST: u32 = 1_000;

/// drizzle-kit's message for a default that is more than text.
const NO_PARAMETERS: &str = "we don't support params for `sql` default values";

/// What escaping a name says to `undefined`.
const NO_NAME: &str = "Cannot read properties of undefined (reading 'replace'): the SQL names a column of a \
                       view over several tables, or of one of two tables of the same name";

impl<'a> Renderer<'a> {
    /// The text of an SQL object.
    pub(in crate::drizzle) fn render(
        sql: &Sql,
        session: &'a Session,
        casing: &'a CasingCache,
        mode: Mode,
        context: &'a mut dyn Context,
    ) -> Result<String, Abrupt> {
        let mut renderer =
            Self { session, casing, mode, context, out: String::new(), parameters: 0, depth: 0 };
        renderer.sql(sql, false)?;
        Ok(renderer.out)
    }

    fn sql(&mut self, sql: &Sql, inline: bool) -> Result<(), Abrupt> {
        let inline = inline || sql.inline.get();
        let chunks = sql.chunks.borrow().clone();
        for chunk in &chunks {
            match chunk {
                Chunk::Text(text) => self.out.push_str(text),
                Chunk::Name(name) => self.name(name)?,
                Chunk::Item(value) => self.value(value, inline)?,
            }
        }
        Ok(())
    }

    fn value(&mut self, value: &Value, inline: bool) -> Result<(), Abrupt> {
        self.context.step(1)?;
        if self.depth == DEEPEST {
            return Err(self.context.throw("Maximum call stack size exceeded"));
        }
        self.depth += 1;
        let written = self.nested(value, inline);
        self.depth -= 1;
        written
    }

    fn nested(&mut self, value: &Value, inline: bool) -> Result<(), Abrupt> {
        match value {
            Value::Undefined => Ok(()),
            Value::Unknown(unknown) => {
                self.out.push_str(&self.session.placeholder(unknown));
                Ok(())
            }
            Value::Array(items) => {
                self.out.push('(');
                let items = items.borrow().clone();
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        self.out.push_str(", ");
                    }
                    self.value(item, inline)?;
                }
                self.out.push(')');
                Ok(())
            }
            Value::Host(_) => self.host(value, inline),
            Value::Object(_) => {
                let get = self.context.get(value, "getSQL")?;
                if is_function(&get) {
                    let sql = self.context.call(&get, value, &[])?;
                    return self.wrapped(&sql, inline);
                }
                self.parameter(value, inline)
            }
            _ => self.parameter(value, inline),
        }
    }

    fn host(&mut self, value: &Value, inline: bool) -> Result<(), Abrupt> {
        if let Some(sql) = downcast::<Sql>(value) {
            return self.sql(sql, inline);
        }
        if let Some(Name(name)) = downcast(value) {
            return self.name(name);
        }
        if downcast::<NoName>(value).is_some() {
            return self.unnamed();
        }
        if let Some(Text(text)) = downcast(value) {
            self.out.push_str(text);
            return Ok(());
        }
        if let Some(column) = downcast::<Column>(value) {
            return self.column(column);
        }
        if let Some(table) = downcast::<Table>(value) {
            let core = &table.core;
            let schema = if core.is_alias { None } else { core.schema.as_deref() };
            return self.qualified(schema, &core.name);
        }
        if let Some(view) = downcast::<View>(value) {
            return self.qualified(view.schema.as_deref(), &view.name);
        }
        if let Some(Aliased { alias, .. }) = downcast(value) {
            return self.name(&display(self.session, alias));
        }
        if let Some(of) = downcast::<EnumObject>(value) {
            return self.qualified(of.schema.as_deref(), &of.name);
        }
        if let Some(schema) = downcast::<SchemaObject>(value) {
            return self.name(&schema.name);
        }
        if let Some(subquery) = downcast::<Subquery>(value) {
            if subquery.is_with {
                return self.name(&subquery.alias);
            }
            self.wrapped(&subquery.sql, inline)?;
            self.out.push(' ');
            return self.name(&subquery.alias);
        }
        if let Some(select) = downcast::<Select>(value) {
            let sql = select.sql(self.context)?;
            return self.wrapped(&sql, inline);
        }
        if let Some(parameter) = downcast::<Param>(value) {
            return self.bound(parameter, inline);
        }
        if downcast::<Placeholder>(value).is_some() {
            return self.number();
        }
        self.parameter(value, inline)
    }

    fn wrapped(&mut self, sql: &Value, inline: bool) -> Result<(), Abrupt> {
        self.out.push('(');
        self.value(sql, inline)?;
        self.out.push(')');
        Ok(())
    }

    fn column(&mut self, column: &Column) -> Result<(), Abrupt> {
        let Some(name) = self.casing.name(column) else { return self.unnamed() };
        if self.mode == Mode::Index {
            return self.name(&name);
        }
        let table = &column.table;
        let schema = if table.is_alias { None } else { table.schema.as_deref() };
        self.qualified(schema, &table.name)?;
        self.out.push('.');
        self.name(&name)
    }

    fn qualified(&mut self, schema: Option<&str>, name: &str) -> Result<(), Abrupt> {
        if let Some(schema) = schema {
            self.name(schema)?;
            self.out.push('.');
        }
        self.name(name)
    }

    fn name(&mut self, name: &str) -> Result<(), Abrupt> {
        self.refuse_in_default()?;
        self.out.push_str(&quote(name));
        Ok(())
    }

    /// `undefined` where a name should be.
    fn unnamed(&mut self) -> Result<(), Abrupt> {
        self.refuse_in_default()?;
        Err(self.context.throw(NO_NAME))
    }

    fn refuse_in_default(&mut self) -> Result<(), Abrupt> {
        if self.mode == Mode::Default {
            return Err(self.context.throw(NO_PARAMETERS));
        }
        Ok(())
    }

    fn number(&mut self) -> Result<(), Abrupt> {
        self.refuse_in_default()?;
        self.parameters += 1;
        self.out.push('$');
        self.out.push_str(&self.parameters.to_string());
        Ok(())
    }

    /// A value bound to a column: the column encodes it first.
    fn bound(&mut self, parameter: &Param, inline: bool) -> Result<(), Abrupt> {
        let encoded = match downcast::<Column>(&parameter.encoder) {
            Some(column) if !matches!(parameter.value, Value::Null) => {
                encode(column, &parameter.value, self.session, self.context)?
            }
            _ => parameter.value.clone(),
        };
        if let Some(sql) = downcast::<Sql>(&encoded) {
            return self.sql(sql, inline);
        }
        self.parameter(&encoded, inline)
    }

    fn parameter(&mut self, value: &Value, inline: bool) -> Result<(), Abrupt> {
        if !inline {
            return self.number();
        }
        let text = match value {
            Value::Unknown(unknown) => self.session.placeholder(unknown),
            Value::Null => "null".to_owned(),
            Value::Number(_) | Value::Bool(_) => display(self.session, value),
            Value::String(text) => {
                self.refuse_in_default()?;
                quote_literal(text)
            }
            Value::Date(time) => {
                if json::iso_date(value).is_none() {
                    return Err(self.context.throw("Invalid time value"));
                }
                self.session.placeholder(&local_date(*time, self.context))
            }
            Value::Array(_) => {
                self.refuse_in_default()?;
                quote_literal(&display(self.session, value))
            }
            Value::Object(_) => {
                self.refuse_in_default()?;
                quote_literal(&json::stringify(self.session, value, self.context)?)
            }
            _ => return Err(self.context.throw("Unexpected param value in SQL")),
        };
        self.out.push_str(&text);
        Ok(())
    }
}
