//! The packages that schema files import, as host objects of the evaluator.
//!
//! Every class of drizzle-orm 0.45 that reaches a snapshot is modelled with its mutable state, because
//! sharing a builder between two tables shows in the result. What is not modelled is an unknown, never
//! a guess: it is reported where it reaches something that matters.

mod access;
mod buffer;
mod builder;
mod casing_cache;
mod column;
mod constraint;
mod encode;
mod enums;
mod functions;
mod node;
mod operators;
mod orm;
mod pg_core;
mod query;
mod render;
mod select;
mod select_text;
mod sql;
mod support;
mod table;
mod types;
mod view;
mod zod;
mod zod_parse;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;

use crate::drizzle::Generation;
use crate::ident::QualifiedName;
use crate::origin::Origin;
use crate::typescript::{Host, Unknown, Value};

pub(super) use access::{Policy, Role, SchemaObject, Sequence};
pub(super) use buffer::Buffer;
pub(super) use casing_cache::CasingCache;
pub(super) use column::Column;
pub(super) use constraint::{
    CheckBuilder, ForeignKeyBuilder, IndexBuilder, IndexKey, PrimaryKeyBuilder, UniqueBuilder,
};
pub(super) use enums::EnumObject;
pub(super) use orm::NOT_EVALUATED as RELATIONS;
pub(super) use render::{Mode, Renderer};
pub(super) use select::raw_field;
pub(super) use sql::Sql;
pub(super) use support::{array_index, display, downcast, truthy};
pub(super) use table::Table;
pub(super) use view::View;

/// What one evaluation remembers beside its values.
#[derive(Debug, Default)]
pub(super) struct Session {
    /// Whose names and arrays hold.
    pub(super) generation: Generation,
    /// Unknowns that were written into names, types or SQL, by their digest.
    unknowns: RefCell<BTreeMap<u64, Rc<Unknown>>>,
    /// Builders and tables that went into an unknown operation.
    lost: RefCell<Vec<Rc<Trace>>>,
    /// The digests of unknowns that are no part of a schema, whatever they are.
    inert: RefCell<HashSet<u64>>,
    /// Every table that `pgTable` made.
    tables: RefCell<Vec<Rc<Trace>>>,
}

/// What becomes of a column builder or a table.
///
/// Nobody can look inside an unknown. But what goes into one is asked for its digest, and that leaves
/// a trace: an exported unknown may be a table if an unexported table, or a builder that no table
/// took, went into an unknown.
#[derive(Debug)]
pub(super) struct Trace {
    /// Where it was written.
    pub(super) origin: Origin,
    /// The table, absent for builders.
    pub(super) table: Option<QualifiedName>,
    /// The builder is part of a table, the table is exported.
    pub(super) settled: Cell<bool>,
    seen: Cell<bool>,
}

impl Session {
    /// The session of a schema that is written for a line of versions.
    pub(super) fn of(generation: Generation) -> Self {
        Self { generation, ..Self::default() }
    }
}

impl Trace {
    /// A trace that starts here.
    pub(super) fn new(origin: Origin, table: Option<QualifiedName>) -> Rc<Self> {
        Rc::new(Self { origin, table, settled: Cell::new(false), seen: Cell::new(false) })
    }
}

impl Session {
    /// The text that stands for an unknown wherever text is needed. Equal sources give equal text, so
    /// that two states whose unknown part did not change compare equal.
    pub(super) fn placeholder(&self, unknown: &Rc<Unknown>) -> String {
        self.unknowns.borrow_mut().entry(unknown.source).or_insert_with(|| unknown.clone());
        format!("<unresolved {:016x}>", unknown.source)
    }

    /// The unknowns whose placeholders stand in a text.
    pub(super) fn unknowns_in(&self, text: &str) -> Vec<Rc<Unknown>> {
        let mut found = Vec::new();
        for part in text.split("<unresolved ").skip(1) {
            let digits = part.split('>').next().unwrap_or("");
            let Ok(source) = u64::from_str_radix(digits, 16) else { continue };
            found.extend(self.unknowns.borrow().get(&source).cloned());
        }
        found
    }

    /// The unknown of a digest that has a placeholder.
    pub(super) fn unknown(&self, source: u64) -> Option<Rc<Unknown>> {
        self.unknowns.borrow().get(&source).cloned()
    }

    /// Whether any placeholder was given out.
    pub(super) fn has_unknowns(&self) -> bool {
        !self.unknowns.borrow().is_empty()
    }

    /// Notes that something went into an unknown operation.
    fn lose(&self, trace: &Rc<Trace>) {
        if !trace.seen.replace(true) {
            self.lost.borrow_mut().push(trace.clone());
        }
    }

    /// Notes that an unknown is no part of a schema, and gives it back. What is taken from it may be.
    fn inert(&self, value: Value) -> Value {
        if let Value::Unknown(unknown) = &value {
            self.inert.borrow_mut().insert(unknown.source);
        }
        value
    }

    /// Whether an unknown is known to be no part of a schema.
    pub(super) fn is_inert(&self, unknown: &Unknown) -> bool {
        self.inert.borrow().contains(&unknown.source)
    }

    /// Notes a table that was made.
    fn made(&self, trace: &Rc<Trace>) {
        self.tables.borrow_mut().push(trace.clone());
    }

    /// Tables that were made and are not exported: their names and where they stand.
    pub(super) fn hidden(&self) -> Vec<(QualifiedName, Origin)> {
        let tables = self.tables.borrow();
        let hidden = tables.iter().filter(|trace| !trace.settled.get());
        hidden.filter_map(|trace| Some((trace.table.clone()?, trace.origin.clone()))).collect()
    }

    /// What went into unknowns and came out nowhere.
    pub(super) fn lost(&self) -> Vec<Rc<Trace>> {
        self.lost.borrow().iter().filter(|trace| !trace.settled.get()).cloned().collect()
    }
}

/// Drizzle's packages, and the few others that schema files lean on.
pub(super) struct Packages {
    session: Rc<Session>,
    made: RefCell<HashMap<String, Option<Value>>>,
    /// For drizzle configs: the folder drizzle-kit runs in. Paths are then known, with the repository
    /// as the root of the machine.
    working: Option<String>,
}

impl Packages {
    /// A fresh set for one evaluation.
    pub(super) fn new(session: Rc<Session>) -> Self {
        Self { session, made: RefCell::default(), working: None }
    }

    /// The packages of a drizzle config that runs in a folder.
    pub(super) fn for_config(working: &str) -> Self {
        let working = Some(format!("/{working}"));
        Self { session: Rc::default(), made: RefCell::default(), working }
    }
}

impl Host for Packages {
    fn module(&self, specifier: &str) -> Option<Value> {
        if let Some(made) = self.made.borrow().get(specifier) {
            return made.clone();
        }
        let session = &self.session;
        let module = match specifier {
            "drizzle-orm/pg-core" => Some(pg_core::module(session)),
            "drizzle-orm"
            | "drizzle-orm/sql"
            | "drizzle-orm/sql/sql"
            | "drizzle-orm/expressions" => Some(orm::module(session)),
            "drizzle-orm/relations" | "drizzle-orm/_relations" => Some(orm::relations(session)),
            "drizzle-orm/neon" => Some(access::neon(session)),
            "drizzle-orm/supabase" => Some(access::supabase(session)),
            "zod" | "zod/v3" | "zod/v4" | "zod/mini" => Some(zod::module(session)),
            "drizzle-orm/zod" | "drizzle-zod" => Some(zod::of_tables(session)),
            "drizzle-orm/typebox" | "drizzle-typebox" => {
                Some(orm::inert("drizzle-typebox", session))
            }
            "drizzle-orm/valibot" | "drizzle-valibot" => {
                Some(orm::inert("drizzle-valibot", session))
            }
            "drizzle-orm/arktype" | "drizzle-arktype" => {
                Some(orm::inert("drizzle-arktype", session))
            }
            "drizzle-orm/mysql-core" => Some(orm::inert("drizzle-orm/mysql-core", session)),
            "drizzle-orm/sqlite-core" => Some(orm::inert("drizzle-orm/sqlite-core", session)),
            "drizzle-orm/singlestore-core" => {
                Some(orm::inert("drizzle-orm/singlestore-core", session))
            }
            "drizzle-kit" => Some(orm::kit()),
            "path" | "node:path" => self.working.as_ref().map(|it| node::path(session, it)),
            "url" | "node:url" => self.working.as_ref().map(|_| node::url(session)),
            "module" | "node:module" => self.working.as_ref().map(|_| node::module(session)),
            _ => None,
        };
        self.made.borrow_mut().insert(specifier.to_owned(), module.clone());
        module
    }

    fn runtime(&self, path: &str, file: &str) -> Option<Value> {
        if path == "Buffer" {
            return Some(buffer::global());
        }
        node::runtime(&self.session, self.working.as_deref()?, path, file)
    }
}
