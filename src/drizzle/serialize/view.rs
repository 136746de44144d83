//! Views and materialized views.

use std::collections::BTreeSet;
use std::rc::Rc;

use indexmap::IndexMap;

use super::super::host::{Column, Mode, Sql, View, display, downcast, raw_field};
use super::{Failure, Serializer, ordered};
use crate::ident::QualifiedName;
use crate::schema::{self, Object, ObjectKind};
use crate::typescript::Value;

impl Serializer<'_> {
    /// Takes an exported view into the schema.
    pub(super) fn view(&mut self, export: &Rc<str>, view: &View) -> Result<(), Failure> {
        let name = QualifiedName::new(view.schema.clone().unwrap_or_default(), &view.name);
        if self.schema.views.contains_key(&name) {
            let message = format!(
                "We've found duplicated view name across {} schema. Please rename your view",
                name.schema
            );
            return Err(Failure::Kit(view.origin.clone(), message));
        }
        let mut columns = IndexMap::new();
        let mut uniques = BTreeSet::new();
        for (key, field) in &view.fields {
            if let Some(column) = downcast::<Column>(field) {
                // A view has no constraints, but drizzle-kit minds their names all the same.
                if let Some(unique) = column.unique_name.as_ref().filter(|_| column.is_unique)
                    && !uniques.insert(unique)
                {
                    let message = format!(
                        "We've found duplicated unique constraint names in {} table. The unique constraint \
                         {unique} on the {} column is conflicting with a unique constraint name already \
                         defined",
                        view.name, column.name
                    );
                    return Err(Failure::Kit(view.origin.clone(), message));
                }
                let shown = column.shown().unwrap_or_else(|| field.clone());
                let rewritten = column.rewritten(&shown, self.context);
                let rewritten = rewritten.map_err(|abrupt| self.at(abrupt, &view.origin))?;
                let made = self.view_column(rewritten.as_ref().unwrap_or(column), &name)?;
                columns.insert(made.name.clone(), made);
            } else if downcast::<Sql>(field).is_some() {
                let abrupt = raw_field(key, self.context);
                return Err(self.at(abrupt, &view.origin));
            }
        }
        let is_existing = matches!(view.query, Value::Undefined);
        let definition =
            if is_existing { None } else { Some(self.render(&view.query, Mode::Qualified)?) };
        let text = |value: &Value| match value {
            Value::Undefined => None,
            value => Some(display(self.session, value)),
        };
        let (tablespace, using) = (text(&view.tablespace), text(&view.using));
        let made = schema::View {
            name: name.clone(),
            columns: ordered(columns),
            definition,
            is_existing,
            materialized: view.materialized,
            with: self.options(&view.with)?,
            with_no_data: view.with_no_data.then_some(true),
            tablespace,
            using,
        };
        self.written(Object::in_schema(ObjectKind::View, &name), &view.origin, Some(export));
        self.schema.views.insert(name, made);
        Ok(())
    }

    /// A column of a view: never cased, its enum schema only seen outside of arrays.
    fn view_column(
        &mut self,
        column: &Column,
        view: &QualifiedName,
    ) -> Result<schema::Column, Failure> {
        let name = column.name.clone();
        Ok(schema::Column {
            ty: column.sql_type.to_string(),
            type_schema: column.type_schema(false),
            primary_key: column.primary,
            not_null: column.not_null,
            default: self.default(column, true)?,
            generated: self.generated(column)?,
            identity: self.identity(column, &name, view)?,
            app_default: schema::AppDefault(column.app_default),
            name,
        })
    }
}
