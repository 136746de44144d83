//! A tree-walking evaluator for the part of JavaScript that describes data.
//!
//! It never guesses. What cannot be known without running the program is [`Value::Unknown`], and every
//! operation on an unknown gives an unknown that remembers the cause. The rules where JavaScript would
//! have to choose:
//!
//! - `unknown ? a : b`, `unknown && a`, `unknown ?? a`: unknown; both sides are evaluated *in doubt*.
//! - `if (unknown)`, `switch (unknown)`, loops over unknowns: the bodies run in doubt. While in doubt,
//!   whatever is written (variables, properties, elements) becomes unknown, and what is thrown is
//!   dropped. A function that may return there returns an unknown.
//! - A branch that always throws (or exits) is taken to be not taken: a configuration that throws when
//!   `DATABASE_URL` is missing is normal.
//! - Calling an unknown does not throw and does not change its arguments: schema files hand their
//!   tables to `createInsertSchema(table)` all the time. Inside `try`, the handler then runs in doubt.

mod alternatives;
pub(crate) mod binary;
mod call;
mod context;
mod convert;
mod doubt;
mod enumerate;
mod expression;
pub(crate) mod function;
mod loops;
mod member;
mod pattern;
pub(crate) mod scope;
pub(crate) mod statement;

pub(crate) use binary::{power, same_object, utf16_order};
pub(crate) use convert::{number_of_text, to_uint32};
pub(crate) use member::{FROZEN, char_at, symbol_description, utf16_len};

use std::collections::HashMap;
use std::rc::Rc;

use indexmap::IndexMap;

use super::Error;
use super::digest::{self, Digest};
use super::graph::{Graph, Record};
use super::parse::ParseCache;
use super::syntax::Span;
use super::value::{Abrupt, Host, ObjectCell, Place, Unknown, Value};
use super::variables::{Environment, Variables};
use crate::files::Files;
use crate::origin::Origin;
use scope::{Binding, Scope};

/// What an evaluation may spend. Counted, never timed: the same input gives the same result on every
/// machine.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Expressions and statements evaluated, and work of built-ins.
    pub steps: u64,
    /// Nesting of expressions and calls.
    pub depth: u32,
    /// Elements, properties and sixteen bytes of text each.
    pub memory: u64,
}

impl Default for Limits {
    /// A schema of a hundred tables takes about fifty thousand steps.
    fn default() -> Self {
        Self { steps: 5_000_000, depth: 4_000, memory: 8_000_000 }
    }
}

/// One evaluation of one state. Values live as long as it does: when it is dropped, objects are
/// emptied, so that cycles are no leak and depth no stack overflow.
pub struct Evaluation<'a> {
    pub(super) graph: Graph<'a>,
    pub(super) host: &'a dyn Host,
    pub(super) environment: Environment,
    limits: Limits,
    steps: u64,
    memory: u64,
    depth: u32,
    pub(super) globals: HashMap<Rc<str>, Value>,
    pub(super) namespaces: HashMap<u32, Value>,
    pub(super) host_modules: HashMap<Rc<str>, Option<Value>>,
    heap: Vec<Value>,
    scopes: Vec<Rc<Scope>>,
    /// Where the expression stands that is being evaluated, and its extent.
    pub(super) here: Place,
    pub(super) extent: Span,
    pub(crate) doubt: Option<Rc<Unknown>>,
    pub(super) doubt_depth: u32,
    /// How often an unknown was called: whether a `try` block may have thrown.
    pub(super) unknown_calls: u64,
    pub(super) symbols: u32,
    /// The raw texts of tagged templates, by the address of their (kept) array of cooked texts.
    pub(super) raw_texts: HashMap<usize, Rc<std::cell::RefCell<Vec<Value>>>>,
    /// Arrays of which nobody knows the elements, by address; the heap keeps them.
    pub(super) poisoned_arrays: HashMap<usize, Rc<Unknown>>,
    /// What the program wrote on objects of a host, by address; the heap keeps them.
    pub(super) written_on_hosts: HashMap<usize, IndexMap<Rc<str>, Value>>,
}

impl<'a> Evaluation<'a> {
    /// An evaluation of the modules in `files`, with the packages `host` knows. Run it on a thread with
    /// a large stack: [`super::on_large_stack`].
    pub fn new(
        files: &'a dyn Files,
        host: &'a dyn Host,
        cache: &'a ParseCache,
        limits: Limits,
    ) -> Self {
        Self {
            graph: Graph::new(files, cache),
            host,
            environment: Environment::default(),
            limits,
            steps: 0,
            memory: 0,
            depth: 0,
            globals: HashMap::new(),
            namespaces: HashMap::new(),
            host_modules: HashMap::new(),
            heap: Vec::new(),
            scopes: Vec::new(),
            here: Place::default(),
            extent: Span::default(),
            doubt: None,
            doubt_depth: 0,
            unknown_calls: 0,
            symbols: 0,
            raw_texts: HashMap::new(),
            poisoned_arrays: HashMap::new(),
            written_on_hosts: HashMap::new(),
        }
    }

    /// The same with what is known of the environment variables; without it, nothing is.
    pub fn with_variables(mut self, variables: Variables) -> Self {
        self.environment = Environment::new(variables);
        self
    }

    /// The environment variables whose absence was taken for granted and decided something, by name,
    /// and where each was first read; none unless [`Others::Unset`](super::Others::Unset) holds.
    pub fn taken_as_unset(&self) -> Vec<(String, Origin)> {
        self.environment.relied_on()
    }

    /// Steps spent so far.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    // Budgets.

    pub(crate) fn spend(&mut self, count: u64) -> Result<(), Abrupt> {
        self.steps = self.steps.saturating_add(count);
        if self.steps > self.limits.steps {
            return Err(Abrupt::Budget(self.origin_here(), "steps"));
        }
        Ok(())
    }

    pub(super) fn enter(&mut self, span: Span, module: u32) -> Result<(), Abrupt> {
        self.steps += 1;
        self.depth += 1;
        if self.depth > self.limits.depth || self.steps > self.limits.steps {
            let place = Place { module, at: span.lo };
            let what = if self.steps > self.limits.steps { "steps" } else { "depth of calls" };
            self.depth -= 1;
            return Err(Abrupt::Budget(self.origin_at(place), what));
        }
        Ok(())
    }

    pub(super) fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    pub(crate) fn charge(&mut self, units: u64) -> Result<(), Abrupt> {
        self.memory = self.memory.saturating_add(units);
        if self.memory > self.limits.memory {
            return Err(Abrupt::Budget(self.origin_here(), "memory"));
        }
        Ok(())
    }

    /// Takes a new heap value into the evaluation's keeping.
    pub(crate) fn allocated(&mut self, value: Value) -> Result<Value, Abrupt> {
        self.charge(4)?;
        self.heap.push(value.clone());
        Ok(value)
    }

    /// Keeps a value alive until the end.
    pub(crate) fn keep(&mut self, value: &Value) {
        self.heap.push(value.clone());
    }

    /// Counts a level of recursion of a built-in.
    pub(crate) fn enter_native(&mut self) -> Result<(), Abrupt> {
        self.depth += 1;
        if self.depth > self.limits.depth {
            self.depth -= 1;
            return Err(Abrupt::Budget(self.origin_here(), "depth of calls"));
        }
        Ok(())
    }

    pub(crate) fn leave_native(&mut self) {
        self.leave();
    }

    pub(super) fn keep_scope(&mut self, scope: &Rc<Scope>) {
        let mut scope = scope;
        while !scope.is_kept.replace(true) {
            self.scopes.push(scope.clone());
            match &scope.parent {
                Some(parent) => scope = parent,
                None => break,
            }
        }
    }

    pub(crate) fn new_array(&mut self, elements: Vec<Value>) -> Result<Value, Abrupt> {
        self.charge(elements.len() as u64)?;
        self.allocated(Value::Array(Rc::new(elements.into())))
    }

    pub(crate) fn new_object(&mut self, prototype: Option<Value>) -> Result<Value, Abrupt> {
        let object = ObjectCell { prototype: prototype.into(), ..ObjectCell::default() };
        self.allocated(Value::Object(Rc::new(object)))
    }

    pub(crate) fn new_text(&mut self, text: &str) -> Result<Value, Abrupt> {
        self.charge(text.len() as u64 / 16 + 1)?;
        Ok(Value::String(text.into()))
    }

    // Places.

    pub(crate) fn record(&self, module: u32) -> Option<&Rc<Record>> {
        self.graph.records.get(module as usize)
    }

    pub(crate) fn origin_at(&self, place: Place) -> Origin {
        match self.record(place.module) {
            Some(record) => record.origin(place.at),
            None => Origin::new("", 1, 1),
        }
    }

    pub(crate) fn origin_here(&self) -> Origin {
        self.origin_at(self.here)
    }

    fn source_here(&self) -> &str {
        self.record(self.here.module).map_or("", |record| record.module.source(self.extent))
    }

    // Unknowns and errors.

    pub(crate) fn unknown_from(why: &str, origin: Origin, source: u64) -> Value {
        Value::Unknown(Rc::new(Unknown::new(why, origin, source)))
    }

    /// An unknown whose cause is the expression being evaluated.
    pub(crate) fn unknown_here(&self, why: &str) -> Value {
        let source = Digest::new(why).source(self.source_here()).finish();
        Self::unknown_from(why, self.origin_here(), source)
    }

    /// Something that only the running program knows: `process.env.TIER`.
    pub(crate) fn runtime(&self, path: &str) -> Value {
        if let Some(known) = self.host.runtime(path, &self.origin_here().file) {
            return known;
        }
        let why = format!("`{path}` is only known at run time");
        let origin = self.origin_here();
        let stated = self.environment.read(path, &why, &origin);
        stated.unwrap_or_else(|| Self::unknown_from(&why, origin, digest::of_text(path)))
    }

    /// An unknown that comes of doing `what` with `operands`.
    pub(crate) fn derive(&self, what: &str, operands: &[Value]) -> Value {
        Value::Unknown(self.derive_unknown(what, operands))
    }

    pub(crate) fn derive_unknown(&self, what: &str, operands: &[Value]) -> Rc<Unknown> {
        let source = digest::of_operation(what, operands);
        Rc::new(match digest::first_unknown(operands) {
            Some(cause) => Unknown::new(cause.why.clone(), cause.origin.clone(), source),
            None => Unknown::new(what, self.origin_here(), source),
        })
    }

    pub(crate) fn throw_error(&mut self, class: &str, message: &str) -> Abrupt {
        let origin = self.origin_here();
        match self.new_error(class, message) {
            Ok(error) => Abrupt::Throw(error, origin),
            Err(abrupt) => abrupt,
        }
    }

    pub(crate) fn type_error(&mut self, message: &str) -> Abrupt {
        self.throw_error("TypeError", message)
    }

    /// An error object of a built-in class.
    pub(crate) fn new_error(&mut self, class: &str, message: &str) -> Result<Value, Abrupt> {
        let constructor = self.global(class).unwrap_or(Value::Undefined);
        let prototype = self.get_property(&constructor, "prototype").ok();
        let error = self.new_object(prototype)?;
        let text = self.new_text(message)?;
        Self::define(&error, "message", text);
        Ok(error)
    }

    /// What was thrown, as a message for people.
    pub(crate) fn thrown_message(&mut self, value: &Value) -> String {
        let message = match value {
            Value::Object(_) => {
                let name = self.get_property(value, "name").unwrap_or(Value::Undefined);
                let message = self.get_property(value, "message").unwrap_or(Value::Undefined);
                match (name, message) {
                    (Value::String(name), Value::String(message)) => format!("{name}: {message}"),
                    (_, Value::String(message)) => message.to_string(),
                    _ => "an object".to_owned(),
                }
            }
            Value::Unknown(unknown) => unknown.why.to_string(),
            value => match self.text_of(value) {
                Ok(Value::String(text)) => text.to_string(),
                _ => "a value".to_owned(),
            },
        };
        message.chars().take(200).collect()
    }
}

impl Drop for Evaluation<'_> {
    fn drop(&mut self) {
        for record in &self.graph.records {
            for binding in record.bindings.borrow_mut().iter_mut() {
                *binding = Binding::Absent;
            }
        }
        self.globals.clear();
        self.namespaces.clear();
        for scope in &self.scopes {
            scope.bindings.borrow_mut().clear();
            if let Some(activation) = &scope.activation {
                activation.this.replace(Value::Undefined);
            }
        }
        // Newest first: what a value refers to is older and still held by the list, unless it was
        // written later, so that nothing nests while it is dropped; containers are emptied first.
        for value in self.heap.iter().rev() {
            match value {
                Value::Array(elements) => elements.borrow_mut().clear(),
                Value::Object(object) => empty(object),
                Value::Function(function) => empty(&function.properties),
                _ => {}
            }
        }
        self.raw_texts.clear();
        self.poisoned_arrays.clear();
        while self.heap.pop().is_some() {}
        while self.scopes.pop().is_some() {}
    }
}

fn empty(object: &ObjectCell) {
    object.properties.borrow_mut().clear();
    object.accessors.borrow_mut().clear();
    object.prototype.replace(None);
}

/// Reports of an evaluation that ended abruptly, as the error of a state.
pub(crate) fn error_of(evaluation: &mut Evaluation<'_>, abrupt: Abrupt) -> Error {
    match abrupt {
        Abrupt::Throw(value, origin) => {
            let message = evaluation.thrown_message(&value);
            Error::Throw { origin, message }
        }
        Abrupt::Budget(origin, what) => Error::Budget { origin, what },
    }
}
