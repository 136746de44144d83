//! Drizzle's objects → [`Schema`], as drizzle-kit's `generatePgSnapshot` does it.
//!
//! Source: drizzle-kit `src/serializer/pgSerializer.ts`, `pgImports.ts`.

mod default;
mod identity;
mod policy;
mod table;
mod unresolved;
mod view;

use std::collections::HashMap;
use std::rc::Rc;

use indexmap::IndexMap;
use serde_json::{Map, Value as Json};

use super::Casing;
use super::host::{
    CasingCache, EnumObject, Mode, Policy, Renderer, Role, SchemaObject, Sequence, Session, Sql,
    Table, View, array_index, display, downcast, truthy,
};
use super::json;
use crate::ident::QualifiedName;
use crate::origin::Origin;
use crate::schema::{Enum, Object, ObjectKind, Schema, Written};
use crate::typescript::{Abrupt, Context, Value};

/// What schema files export, in drizzle-kit's order: the exported name and the value.
#[derive(Debug, Default)]
pub(super) struct Exports {
    tables: Vec<(Rc<str>, Value)>,
    enums: Vec<(Rc<str>, Value)>,
    schemas: Vec<(Rc<str>, Value)>,
    sequences: Vec<(Rc<str>, Value)>,
    roles: Vec<(Rc<str>, Value)>,
    policies: Vec<(Rc<str>, Value)>,
    views: Vec<(Rc<str>, Value)>,
    materialized_views: Vec<(Rc<str>, Value)>,
}

impl Exports {
    /// Sorts one exported value into its kind; what is none of Drizzle's is left out.
    pub(super) fn add(&mut self, name: &Rc<str>, value: &Value) {
        let into = if downcast::<EnumObject>(value).is_some() {
            &mut self.enums
        } else if downcast::<Table>(value).is_some() {
            &mut self.tables
        } else if downcast::<SchemaObject>(value).is_some() {
            &mut self.schemas
        } else if let Some(view) = downcast::<View>(value) {
            if view.materialized { &mut self.materialized_views } else { &mut self.views }
        } else if downcast::<Sequence>(value).is_some() {
            &mut self.sequences
        } else if downcast::<Role>(value).is_some() {
            &mut self.roles
        } else if downcast::<Policy>(value).is_some() {
            &mut self.policies
        } else {
            return;
        };
        into.push((name.clone(), value.clone()));
    }
}

/// Why there is no schema.
#[derive(Debug)]
pub(super) enum Failure {
    /// The evaluation ended.
    Abrupt(Abrupt),
    /// drizzle-kit would refuse this.
    Kit(Origin, String),
}

impl From<Abrupt> for Failure {
    fn from(abrupt: Abrupt) -> Self {
        Self::Abrupt(abrupt)
    }
}

/// What drizzle-kit would only warn about, and where.
pub(super) type Warnings = Vec<(Option<Origin>, String)>;

/// Makes one schema of exports.
pub(super) struct Serializer<'a> {
    session: &'a Session,
    casing: Option<Casing>,
    cache: CasingCache,
    context: &'a mut dyn Context,
    schema: Schema,
    warnings: Warnings,
    /// How many foreign keys led to a table so far.
    referred: HashMap<*const Table, usize>,
    /// What the evaluation gives for a place while it is in no module.
    outside: Origin,
}

impl<'a> Serializer<'a> {
    /// The schema of what was exported, and what drizzle-kit would only warn about.
    pub(super) fn run(
        exports: &Exports,
        session: &'a Session,
        casing: Option<Casing>,
        context: &'a mut dyn Context,
    ) -> Result<(Schema, Warnings), Failure> {
        let outside = context.origin();
        let mut this = Self {
            session,
            casing,
            cache: CasingCache::new(casing, session.generation),
            context,
            schema: Schema::default(),
            warnings: Vec::new(),
            referred: HashMap::new(),
            outside,
        };
        this.tables(&exports.tables)?;
        this.policies(&exports.policies)?;
        this.sequences(&exports.sequences)?;
        this.roles(&exports.roles);
        for (name, value) in exports.views.iter().chain(&exports.materialized_views) {
            if let Some(view) = downcast::<View>(value) {
                this.view(name, view)?;
            }
        }
        this.enums(&exports.enums)?;
        this.schemas(&exports.schemas);
        unresolved::collect(&mut this.schema, session);
        unresolved::place(&mut this.schema, &this.outside);
        Ok((this.schema, this.warnings))
    }

    fn enums(&mut self, enums: &[(Rc<str>, Value)]) -> Result<(), Failure> {
        for (export, value) in enums {
            let Some(of) = downcast::<EnumObject>(value) else { continue };
            let name = QualifiedName::new(of.schema.clone().unwrap_or_default(), &of.name);
            let mut values = Vec::new();
            for value in &of.values {
                match value {
                    Value::String(_) | Value::Unknown(_) => {
                        values.push(display(self.session, value));
                    }
                    _ => {
                        let message = format!("enum \"{name}\" has a value that is no string");
                        return Err(Failure::Kit(of.origin.clone(), message));
                    }
                }
            }
            let object = Object::in_schema(ObjectKind::Enum, &name);
            self.written(object, &of.origin, Some(export));
            // A later enum of the same name silently replaces the values of the first.
            self.schema.enums.insert(name.clone(), Enum { name, values });
        }
        Ok(())
    }

    fn schemas(&mut self, schemas: &[(Rc<str>, Value)]) {
        for (export, value) in schemas {
            let Some(schema) = downcast::<SchemaObject>(value) else { continue };
            let object = Object::global(ObjectKind::Schema, &schema.name);
            self.written(object, &schema.origin, Some(export));
            self.schema.schemas.insert(schema.name.clone(), ());
        }
    }

    /// An SQL object as text; what is no SQL makes drizzle-kit fail.
    fn render(&mut self, value: &Value, mode: Mode) -> Result<String, Failure> {
        if let Value::Unknown(unknown) = value {
            return Ok(self.session.placeholder(unknown));
        }
        match downcast::<Sql>(value) {
            Some(sql) => {
                let text = Renderer::render(sql, self.session, &self.cache, mode, self.context);
                text.map_err(|abrupt| self.at(abrupt, &sql.origin))
            }
            None => Err(self.context.throw("an SQL expression is expected: write sql`…`").into()),
        }
    }

    /// Serialization runs outside of any module: what it throws is placed where its cause was written.
    fn at(&self, abrupt: Abrupt, origin: &Origin) -> Failure {
        Failure::Abrupt(match abrupt {
            Abrupt::Throw(value, at) if at == self.outside => Abrupt::Throw(value, origin.clone()),
            other => other,
        })
    }

    /// Notes where an object was written.
    fn written(&mut self, object: Object, origin: &Origin, key: Option<&str>) {
        let key = key.map(str::to_owned);
        let written = Written { origin: origin.clone(), key, class: None };
        self.schema.written.insert(object, written);
    }

    /// A boolean option; an unknown one is noted for what it affects and taken for `false`.
    fn flag(&mut self, value: &Value, affects: &Object) -> bool {
        match (truthy(value), value) {
            (None, Value::Unknown(unknown)) => {
                unresolved::note(&mut self.schema, unknown, affects.to_string());
                false
            }
            (known, _) => known.unwrap_or(false),
        }
    }

    /// Options as the snapshot holds them.
    fn options(&mut self, value: &Value) -> Result<Option<Map<String, Json>>, Failure> {
        Ok(match json::to_json(self.session, value, self.context)? {
            Some(Json::Object(map)) => Some(map),
            Some(Json::String(text)) if matches!(value, Value::Unknown(_)) => {
                Some([(text, Json::Null)].into_iter().collect())
            }
            _ => None,
        })
    }
}

/// JavaScript's property order for a map of the snapshot.
fn ordered<V>(map: IndexMap<String, V>) -> IndexMap<String, V> {
    if map.keys().all(|key| array_index(key).is_none()) {
        return map;
    }
    let (mut numbers, rest): (Vec<_>, Vec<_>) =
        map.into_iter().partition(|(key, _)| array_index(key).is_some());
    numbers.sort_by_key(|(key, _)| array_index(key));
    numbers.into_iter().chain(rest).collect()
}
