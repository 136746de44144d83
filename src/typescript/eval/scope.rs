//! Scopes and bindings.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::function::Function;
use crate::typescript::graph::Record;
use crate::typescript::syntax::Name;
use crate::typescript::value::Value;

/// What a name stands for.
#[derive(Debug, Clone)]
pub(crate) enum Binding {
    /// Not declared here.
    Absent,
    /// Declared, not yet initialised: reading it throws.
    Uninitialised,
    /// A value; the flag is "constant".
    Value(Value, bool),
    /// An imported binding: index into the module's imports.
    Import(u32),
}

/// A scope inside a module. The module's own bindings are in its [`Record`].
#[derive(Debug)]
pub(crate) struct Scope {
    pub(crate) record: Rc<Record>,
    pub(crate) parent: Option<Rc<Scope>>,
    pub(crate) bindings: RefCell<Vec<(Name, Binding)>>,
    /// Set on the scope of a function that is not an arrow.
    pub(crate) activation: Option<Activation>,
    /// Whether the evaluation holds on to it because a function does.
    pub(crate) is_kept: Cell<bool>,
}

/// What a call brings besides its arguments.
#[derive(Debug)]
pub(crate) struct Activation {
    pub(crate) this: RefCell<Value>,
    /// The function that runs: its class and home object answer `super`.
    pub(crate) function: Rc<Function>,
    /// `arguments`
    pub(crate) arguments: Vec<Value>,
}

impl Scope {
    /// The outermost scope of a module.
    pub(crate) fn root(record: Rc<Record>) -> Rc<Self> {
        Rc::new(Self {
            record,
            parent: None,
            bindings: RefCell::default(),
            activation: None,
            is_kept: Cell::new(false),
        })
    }

    /// A scope inside `parent`.
    pub(crate) fn inside(parent: &Rc<Self>) -> Rc<Self> {
        Rc::new(Self {
            record: parent.record.clone(),
            parent: Some(parent.clone()),
            bindings: RefCell::default(),
            activation: None,
            is_kept: Cell::new(false),
        })
    }

    /// The scope of a call.
    pub(crate) fn call(parent: &Rc<Self>, activation: Option<Activation>) -> Rc<Self> {
        Rc::new(Self {
            record: parent.record.clone(),
            parent: Some(parent.clone()),
            bindings: RefCell::default(),
            activation,
            is_kept: Cell::new(false),
        })
    }

    /// Declares a name, or sets it when it is declared here already.
    pub(crate) fn declare(&self, name: Name, binding: Binding) {
        if self.parent.is_none() {
            if let Some(slot) = self.record.bindings.borrow_mut().get_mut(name.0 as usize) {
                *slot = binding;
            }
            return;
        }
        let mut bindings = self.bindings.borrow_mut();
        match bindings.iter_mut().find(|(other, _)| *other == name) {
            Some((_, slot)) => *slot = binding,
            None => bindings.push((name, binding)),
        }
    }

    /// The binding of a name declared in exactly this scope.
    pub(crate) fn own(&self, name: Name) -> Binding {
        if self.parent.is_none() {
            let bindings = self.record.bindings.borrow();
            return bindings.get(name.0 as usize).cloned().unwrap_or(Binding::Absent);
        }
        let bindings = self.bindings.borrow();
        let found = bindings.iter().find(|(other, _)| *other == name);
        found.map_or(Binding::Absent, |(_, binding)| binding.clone())
    }

    /// The binding a name has here, and the scope that declares it.
    pub(crate) fn find(self: &Rc<Self>, name: Name) -> Option<(Rc<Self>, Binding)> {
        let mut scope = self;
        loop {
            match scope.own(name) {
                Binding::Absent => scope = scope.parent.as_ref()?,
                binding => return Some((scope.clone(), binding)),
            }
        }
    }

    /// The value of a name, if it is a plain initialised binding: the common case, without clones of
    /// scopes.
    pub(crate) fn lookup(&self, name: Name) -> Binding {
        let mut scope = self;
        loop {
            match scope.own(name) {
                Binding::Absent => match &scope.parent {
                    Some(parent) => scope = parent,
                    None => return Binding::Absent,
                },
                binding => return binding,
            }
        }
    }

    /// The innermost activation: the call that `this` and `super` belong to.
    pub(crate) fn activation(&self) -> Option<&Activation> {
        let mut scope = self;
        loop {
            if let Some(activation) = &scope.activation {
                return Some(activation);
            }
            scope = scope.parent.as_ref()?;
        }
    }
}
