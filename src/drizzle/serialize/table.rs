//! Tables: columns, keys, constraints, indexes.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::super::host::{
    self, CheckBuilder, Column, ForeignKeyBuilder, IndexBuilder, IndexKey, Mode, PrimaryKeyBuilder,
    Table, UniqueBuilder, display, downcast, truthy,
};
use super::super::names;
use super::{Failure, Serializer, ordered, policy};
use crate::ident::QualifiedName;
use crate::origin::Origin;
use crate::schema::{
    self, AppDefault, Check, ForeignKey, Generated, Index, IndexColumn, Object, ObjectKind,
    PrimaryKey, Unique,
};
use crate::typescript::{Unknown, Value};

/// The third argument of `pgTable`, sorted.
#[derive(Default)]
struct Extra {
    indexes: Vec<Value>,
    checks: Vec<Value>,
    uniques: Vec<Value>,
    primary_keys: Vec<Value>,
    foreign_keys: Vec<Value>,
    policies: Vec<Value>,
    unknown: Vec<Rc<Unknown>>,
}

/// One foreign key before its columns are looked at.
struct Reference<'a> {
    name: Option<&'a str>,
    columns: Vec<Value>,
    foreign_columns: Vec<Value>,
    on_delete: Option<String>,
    on_update: Option<String>,
    origin: &'a Origin,
}

impl Serializer<'_> {
    /// All tables, each object once.
    pub(super) fn tables(&mut self, tables: &[(Rc<str>, Value)]) -> Result<(), Failure> {
        let mut seen: Vec<*const ()> = Vec::new();
        let mut indexes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (export, value) in tables {
            let (Value::Host(object), Some(table)) = (value, downcast::<Table>(value)) else {
                continue;
            };
            let address = Rc::as_ptr(object).cast::<()>();
            if seen.contains(&address) {
                continue;
            }
            seen.push(address);
            table.settle();
            let names = indexes.entry(table.core.schema_or_public().to_owned()).or_default();
            self.table(export, table, names)?;
        }
        Ok(())
    }

    fn table(
        &mut self,
        export: &Rc<str>,
        table: &Table,
        index_names: &mut BTreeSet<String>,
    ) -> Result<(), Failure> {
        let name = table.core.qualified();
        let mut extra = self.extra(table)?;
        // drizzle-kit calls it for every foreign key that leads to the table, too.
        let earlier = self.referred_to(table);
        if table.extra_leaves_traces() {
            for _ in 0..earlier {
                extra = self.extra(table)?;
            }
        }
        let mut made = schema::Table::new(name.clone());
        made.rls = table.rls.get();
        // A table object replaces an earlier one of the same name, and what was noted of it.
        if self.schema.tables.contains_key(&name) {
            self.schema.written.retain(|object, _| object.table_name().as_ref() != Some(&name));
        }
        self.written(Object::table(&name), &table.origin, Some(export));
        for value in table.columns.values() {
            if let Some(column) = downcast::<Column>(value) {
                let rewritten = column.rewritten(value, self.context);
                let rewritten = rewritten.map_err(|abrupt| self.at(abrupt, &column.origin))?;
                self.column(rewritten.as_ref().unwrap_or(column), &mut made)?;
            }
        }
        if let Some(unknown) = &table.unknown_columns {
            let text = self.session.placeholder(unknown);
            made.columns.insert(text.clone(), schema::Column::new(&text, &text));
        }
        for value in &extra.primary_keys {
            if let Some(key) = downcast::<PrimaryKeyBuilder>(value) {
                self.primary_key(key, &mut made)?;
            }
        }
        for value in &extra.uniques {
            if let Some(unique) = downcast::<UniqueBuilder>(value) {
                self.unique(unique, &mut made)?;
            }
        }
        self.foreign_keys(table, &extra, &mut made)?;
        // A key that leads to the table itself has changed columns before the indexes are looked at.
        if table.extra_leaves_traces() {
            for _ in earlier..self.referred_to(table) {
                self.extra(table)?;
            }
        }
        for value in &extra.indexes {
            if let Some(index) = downcast::<IndexBuilder>(value) {
                self.index(index, &mut made, index_names)?;
            }
        }
        for value in &extra.policies {
            let Some(policy) = downcast::<host::Policy>(value) else { continue };
            if made.policies.contains_key(&policy.name) {
                return Err(policy::duplicate(policy, &name));
            }
            let policy_made = self.policy(policy)?;
            let object = Object::in_table(ObjectKind::Policy, &name, &policy.name);
            self.written(object, &policy.origin, None);
            made.policies.insert(policy.name.clone(), policy_made);
        }
        for value in &extra.checks {
            if let Some(check) = downcast::<CheckBuilder>(value) {
                self.check(check, &mut made)?;
            }
        }
        for unknown in &extra.unknown {
            // Whatever it is, it stands in the table under a name that only equals itself.
            let text = self.session.placeholder(unknown);
            let object = Object::in_table(ObjectKind::Check, &name, &text);
            self.written(object, &unknown.origin, None);
            made.checks.insert(text.clone(), Check { name: text.clone(), value: text });
        }
        made.columns = ordered(made.columns);
        self.schema.tables.insert(name, made);
        Ok(())
    }

    /// How many foreign keys led to the table so far.
    fn referred_to(&self, table: &Table) -> usize {
        self.referred.get(&std::ptr::from_ref(table)).copied().unwrap_or(0)
    }

    /// Calls the third argument of `pgTable` and sorts what it gives; what is no builder is ignored.
    fn extra(&mut self, table: &Table) -> Result<Extra, Failure> {
        let mut extra = Extra::default();
        let given = table.extra(self.context).map_err(|abrupt| self.at(abrupt, &table.origin))?;
        let mut values = Vec::new();
        match &given {
            Value::Undefined if matches!(table.extra_config, Value::Undefined) => {}
            Value::Undefined | Value::Null => {
                let abrupt = self.context.throw("Cannot convert undefined or null to object");
                return Err(self.at(abrupt, &table.origin));
            }
            Value::Unknown(unknown) => extra.unknown.push(unknown.clone()),
            Value::Array(items) => {
                for item in items.borrow().iter() {
                    match item {
                        Value::Array(nested) => values.extend(nested.borrow().iter().cloned()),
                        item => values.push(item.clone()),
                    }
                }
            }
            object => match self.context.entries(object)? {
                Ok(entries) => values.extend(entries.into_iter().map(|(_, value)| value)),
                Err(unknown) => extra.unknown.push(unknown),
            },
        }
        for value in values {
            if let Value::Unknown(unknown) = &value {
                extra.unknown.push(unknown.clone());
                continue;
            }
            // Nothing here follows what a program does with a builder's own properties.
            if let Some((key, written)) = self.context.written(&value).into_iter().next() {
                let why = format!("`{key}` is written on an index or constraint");
                let unknown = self.context.unknown(&why);
                if let Value::Unknown(unknown) = self.context.derived(&key, &[unknown, written]) {
                    extra.unknown.push(unknown);
                }
            }
            let into = if downcast::<IndexBuilder>(&value).is_some() {
                &mut extra.indexes
            } else if downcast::<CheckBuilder>(&value).is_some() {
                &mut extra.checks
            } else if downcast::<UniqueBuilder>(&value).is_some() {
                &mut extra.uniques
            } else if downcast::<PrimaryKeyBuilder>(&value).is_some() {
                &mut extra.primary_keys
            } else if downcast::<ForeignKeyBuilder>(&value).is_some() {
                &mut extra.foreign_keys
            } else if downcast::<host::Policy>(&value).is_some() {
                &mut extra.policies
            } else {
                continue;
            };
            into.push(value);
        }
        Ok(extra)
    }

    fn column(&mut self, column: &Column, table: &mut schema::Table) -> Result<(), Failure> {
        let name = column.cased(self.casing);
        let object = Object::column(&table.name, &name);
        let made = schema::Column {
            name: name.clone(),
            ty: column.sql_type.to_string(),
            type_schema: column.type_schema(true),
            primary_key: column.primary,
            not_null: column.not_null,
            generated: self.generated(column)?,
            identity: self.identity(column, &name, &table.name)?,
            default: self.default(column, false)?,
            app_default: AppDefault(column.app_default),
        };
        self.written(object.clone(), &column.origin, Some(&column.key));
        if let Some(written) = self.schema.written.get_mut(&object) {
            written.class = Some(column.class_name);
        }
        if column.is_unique {
            let given = match &column.unique_name {
                Some(given) => given.clone(),
                None => names::unique_column(self.session.generation, &table.name.name, &name),
            };
            let object = Object::in_table(ObjectKind::Unique, &table.name, &given);
            let nulls_not_distinct = match &column.unique_nulls {
                Value::Unknown(_) => self.flag(&column.unique_nulls, &object),
                nulls => display(self.session, nulls) == "not distinct",
            };
            let unique = Unique { name: given, columns: vec![name.clone()], nulls_not_distinct };
            self.add_unique(unique, table, &column.origin)?;
        }
        table.columns.insert(name, made);
        Ok(())
    }

    /// `GENERATED ALWAYS AS`.
    pub(super) fn generated(&mut self, column: &Column) -> Result<Option<Generated>, Failure> {
        let Some(given) = &column.generated else { return Ok(None) };
        let expression = match given {
            Value::String(text) => text.to_string(),
            Value::Function(_) | Value::Native(_) => {
                let made = self.context.call(given, &Value::Undefined, &[]);
                let made = made.map_err(|abrupt| self.at(abrupt, &column.origin))?;
                self.render(&made, Mode::Qualified)?
            }
            Value::Host(_) | Value::Unknown(_) => self.render(given, Mode::Qualified)?,
            _ => {
                let message = "generatedAlwaysAs needs an SQL expression or a string".to_owned();
                return Err(Failure::Kit(column.origin.clone(), message));
            }
        };
        Ok(Some(Generated { expression }))
    }

    fn primary_key(
        &mut self,
        key: &PrimaryKeyBuilder,
        table: &mut schema::Table,
    ) -> Result<(), Failure> {
        let columns = self.names(&key.columns, &key.origin)?;
        let originals: Vec<_> = columns.iter().map(|(original, _)| original.as_str()).collect();
        let mut name = match &key.name {
            Some(name) => name.clone(),
            None => names::primary_key(self.session.generation, &table.name.name, &originals),
        };
        self.rename(&mut name, &columns);
        let columns = columns.into_iter().map(|(_, cased)| cased).collect();
        let object = Object::in_table(ObjectKind::PrimaryKey, &table.name, &name);
        self.written(object, &key.origin, None);
        table.primary_keys.insert(name.clone(), PrimaryKey { name, columns });
        Ok(())
    }

    fn unique(&mut self, unique: &UniqueBuilder, table: &mut schema::Table) -> Result<(), Failure> {
        let columns = self.names(&unique.columns, &unique.origin)?;
        // The default name is made of the names before casing, unlike every other.
        let originals: Vec<_> = columns.iter().map(|(original, _)| original.as_str()).collect();
        let name = match &unique.name {
            Some(name) => name.clone(),
            None => names::unique(&table.name.name, &originals),
        };
        let made = Unique {
            name,
            columns: columns.into_iter().map(|(_, cased)| cased).collect(),
            nulls_not_distinct: unique.nulls_not_distinct.get(),
        };
        self.add_unique(made, table, &unique.origin)
    }

    fn add_unique(
        &mut self,
        unique: Unique,
        table: &mut schema::Table,
        origin: &Origin,
    ) -> Result<(), Failure> {
        if let Some(existing) = table.uniques.get(&unique.name) {
            let message = format!(
                "We've found duplicated unique constraint names in {} table. The unique constraint {} on \
                 the {} columns is conflicting with a unique constraint name already defined for {} columns",
                table.name.name,
                unique.name,
                unique.columns.join(","),
                existing.columns.join(",")
            );
            return Err(Failure::Kit(origin.clone(), message));
        }
        let object = Object::in_table(ObjectKind::Unique, &table.name, &unique.name);
        self.written(object, origin, None);
        table.uniques.insert(unique.name.clone(), unique);
        Ok(())
    }

    /// The names of columns before and after casing.
    fn names(
        &mut self,
        columns: &[Value],
        origin: &Origin,
    ) -> Result<Vec<(String, String)>, Failure> {
        let mut names = Vec::new();
        for value in columns {
            if let Some(column) = downcast::<Column>(value) {
                names.push((column.name.clone(), column.cased(self.casing)));
            } else if let Value::Unknown(unknown) = value {
                let text = self.session.placeholder(unknown);
                names.push((text.clone(), text));
            } else {
                let message = "Cannot read properties of undefined (reading 'name'): \
                               a constraint is on a column that its table does not have";
                return Err(Failure::Kit(origin.clone(), message.to_owned()));
            }
        }
        Ok(names)
    }

    /// drizzle-kit cases the name of a key column by column: the first place where the uncased name
    /// stands, be it in the table's name.
    fn rename(&self, name: &mut String, columns: &[(String, String)]) {
        if self.casing.is_none() {
            return;
        }
        for (original, cased) in columns {
            *name = name.replacen(original.as_str(), cased, 1);
        }
    }

    fn foreign_keys(
        &mut self,
        table: &Table,
        extra: &Extra,
        made: &mut schema::Table,
    ) -> Result<(), Failure> {
        for reference in &table.references {
            let column = table.columns.get(&reference.key).cloned().unwrap_or(Value::Undefined);
            let foreign = self.context.call(&reference.thunk, &Value::Undefined, &[]);
            let foreign = foreign.map_err(|abrupt| self.at(abrupt, &reference.origin))?;
            let reference = Reference {
                name: None,
                columns: vec![column],
                foreign_columns: vec![foreign],
                on_delete: Some(reference.on_delete.clone()),
                on_update: Some(reference.on_update.clone()),
                origin: &reference.origin,
            };
            self.foreign_key(&reference, made)?;
        }
        for value in &extra.foreign_keys {
            let Some(key) = downcast::<ForeignKeyBuilder>(value) else { continue };
            let ends = key.ends(self.context).map_err(|abrupt| self.at(abrupt, &key.origin))?;
            let reference = Reference {
                name: ends.name.as_deref(),
                columns: ends.columns,
                foreign_columns: ends.foreign_columns,
                on_delete: key.on_delete.borrow().clone(),
                on_update: key.on_update.borrow().clone(),
                origin: &key.origin,
            };
            self.foreign_key(&reference, made)?;
        }
        Ok(())
    }

    fn foreign_key(
        &mut self,
        reference: &Reference<'_>,
        table: &mut schema::Table,
    ) -> Result<(), Failure> {
        let columns = self.names(&reference.columns, reference.origin)?;
        let foreign = self.names(&reference.foreign_columns, reference.origin)?;
        let Some(value) = reference.foreign_columns.first() else {
            let message = "a foreign key needs at least one referenced column".to_owned();
            return Err(Failure::Kit(reference.origin.clone(), message));
        };
        let to = match downcast::<Column>(value) {
            Some(column) => {
                if let Some(table) = column.table.object() {
                    *self.referred.entry(Rc::as_ptr(&table)).or_default() += 1;
                }
                column.table.qualified()
            }
            None => QualifiedName::public(display(self.session, value)),
        };
        let default_name = || {
            let originals = |of: &'_ [(String, String)]| -> Vec<String> {
                of.iter().map(|(original, _)| original.clone()).collect()
            };
            let (from, foreign) = (originals(&columns), originals(&foreign));
            let (from, foreign): (Vec<_>, Vec<_>) = (
                from.iter().map(String::as_str).collect(),
                foreign.iter().map(String::as_str).collect(),
            );
            let (generation, table) = (self.session.generation, &table.name.name);
            names::foreign_key(generation, table, &from, &to.name, &foreign)
        };
        let mut name = reference.name.map_or_else(default_name, str::to_owned);
        self.rename(&mut name, &columns);
        self.rename(&mut name, &foreign);
        let object = Object::in_table(ObjectKind::ForeignKey, &table.name, &name);
        self.written(object, reference.origin, None);
        let made = ForeignKey {
            name: name.clone(),
            table_from: table.name.name.clone(),
            columns_from: columns.into_iter().map(|(_, cased)| cased).collect(),
            to,
            columns_to: foreign.into_iter().map(|(_, cased)| cased).collect(),
            on_delete: reference.on_delete.clone(),
            on_update: reference.on_update.clone(),
        };
        table.foreign_keys.insert(name, made);
        Ok(())
    }

    fn index(
        &mut self,
        index: &IndexBuilder,
        table: &mut schema::Table,
        names: &mut BTreeSet<String>,
    ) -> Result<(), Failure> {
        let mut columns = Vec::new();
        let mut parts = Vec::new();
        for entry in &index.entries {
            let op_class = match &entry.op_class() {
                Value::Undefined => None,
                given => Some(display(self.session, given)),
            };
            let (expression, is_expression) = match &entry.key {
                IndexKey::Unknown(value) => (display(self.session, value), false),
                IndexKey::Expression(sql) => (self.render(sql, Mode::Index)?, true),
                IndexKey::Column(value) => {
                    let column = downcast::<Column>(value);
                    let vector = column.is_some_and(|column| column.class_name == "PgVector");
                    let name = column.map(|column| column.cased(self.casing)).unwrap_or_default();
                    if vector && op_class.is_none() {
                        return Err(vector_without_op_class(index, &table.name, &name));
                    }
                    (name, false)
                }
            };
            if is_expression && matches!(index.name, Value::Undefined) {
                let message = format!(
                    "Please specify an index name in {} table that has \"{expression}\" expression. We can \
                     generate index names for indexes on columns only; for expressions in indexes, you \
                     need to specify the name yourself.",
                    table.name.name
                );
                return Err(Failure::Kit(index.origin.clone(), message));
            }
            parts.push(if is_expression { String::new() } else { expression.clone() });
            columns.push(IndexColumn {
                expression,
                is_expression,
                asc: entry.is_ascending(),
                nulls: Some(entry.nulls().to_owned()),
                opclass: op_class,
            });
        }
        let name = index.given_name().unwrap_or_else(|| {
            let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
            names::index(&table.name.name, &parts)
        });
        if !names.insert(name.clone()) {
            let message = format!(
                "We've found duplicated index name across {} schema. Please rename your index in either \
                 the {} table or the table with the duplicated index name",
                table.name.schema, table.name.name
            );
            return Err(Failure::Kit(index.origin.clone(), message));
        }
        let predicate = index.predicate.borrow().clone();
        let predicate = match truthy(&predicate) {
            Some(false) => None,
            _ => Some(self.render(&predicate, Mode::Qualified)?),
        };
        let with = index.with.borrow().clone();
        let object = Object::in_table(ObjectKind::Index, &table.name, &name);
        self.written(object, &index.origin, None);
        let made = Index {
            name: name.clone(),
            columns,
            unique: index.unique,
            predicate,
            concurrently: index.concurrently.get(),
            method: index.method.clone(),
            with: self.options(&with)?.unwrap_or_default(),
        };
        table.indexes.insert(name, made);
        Ok(())
    }

    fn check(&mut self, check: &CheckBuilder, table: &mut schema::Table) -> Result<(), Failure> {
        if table.checks.contains_key(&check.name) {
            let message = format!(
                "We've found duplicated check constraint name across {} schema in {}. Please rename your \
                 check constraint in either the {} table or the table with the duplicated check contraint \
                 name",
                table.name.schema, table.name.name, table.name.name
            );
            return Err(Failure::Kit(check.origin.clone(), message));
        }
        let value = match self.render(&check.value, Mode::Qualified) {
            Err(Failure::Abrupt(abrupt)) => return Err(self.at(abrupt, &check.origin)),
            value => value?,
        };
        let object = Object::in_table(ObjectKind::Check, &table.name, &check.name);
        self.written(object, &check.origin, None);
        table.checks.insert(check.name.clone(), Check { name: check.name.clone(), value });
        Ok(())
    }
}

fn vector_without_op_class(index: &IndexBuilder, table: &QualifiedName, column: &str) -> Failure {
    let message = format!(
        "You are specifying an index on the {column} column inside the {} table with the vector type \
         without specifying an operator class. Vector extension doesn't have a default operator class, \
         so you need to specify one of the available options: write .op(\"vector_l2_ops\") or another",
        table.name
    );
    Failure::Kit(index.origin.clone(), message)
}

#[cfg(test)]
mod tests {
    use indexmap::IndexMap;

    use super::*;

    #[test]
    fn integer_like_names_come_first() {
        let map: IndexMap<String, u8> = [("b", 1), ("2", 2), ("a", 3), ("1", 4)]
            .map(|(key, value)| (key.to_owned(), value))
            .into();
        let keys: Vec<_> = ordered(map).into_keys().collect();
        assert_eq!(keys, ["1", "2", "b", "a"]);
    }
}
