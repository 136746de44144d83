//! Functions written in TypeScript, and classes.

use std::rc::Rc;
use std::sync::Arc;

use super::scope::{Activation, Binding, Scope};
use super::statement::Completion;
use super::{Evaluation, Place};
use crate::typescript::digest;
use crate::typescript::syntax::{
    Argument, Class, ClassMemberKind, Func, FuncBody, Key, Name, Span,
};
use crate::typescript::value::{Abrupt, Accessor, ObjectCell, Value};

/// A function written in TypeScript, or a class.
pub struct Function {
    pub(crate) code: Code,
    pub(crate) scope: Rc<Scope>,
    /// Own properties, `prototype` among them.
    pub(crate) properties: ObjectCell,
    /// For methods and constructors: the object that `super` starts from is its prototype.
    pub(crate) home: Option<Value>,
}

/// What a call runs.
pub(crate) enum Code {
    Function(Arc<Func>),
    Class { class: Arc<Class>, parent: Option<Value>, fields: Vec<(Rc<str>, Option<Rc<Function>>)> },
}

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "function {}", self.name().unwrap_or(""))
    }
}

impl Function {
    /// The name it was given where it was written.
    pub fn name(&self) -> Option<&str> {
        let name = match &self.code {
            Code::Function(function) => function.name?,
            Code::Class { class, .. } => class.name?,
        };
        Some(self.scope.record.module.name(name))
    }

    /// Its source text.
    pub fn source(&self) -> &str {
        self.scope.record.module.source(self.span())
    }

    pub(crate) fn span(&self) -> Span {
        match &self.code {
            Code::Function(function) => function.span,
            Code::Class { class, .. } => class.span,
        }
    }

    /// How many parameters it declares before the first default: `f.length`.
    pub fn arity(&self) -> usize {
        use crate::typescript::syntax::PatternKind;
        let params = match &self.code {
            Code::Function(function) => &function.params,
            Code::Class { class, .. } => match &class.constructor {
                Some(constructor) => &constructor.params,
                None => return 0,
            },
        };
        let required =
            |p: &&crate::typescript::syntax::Pattern| !matches!(p.kind, PatternKind::Default(..));
        params.iter().take_while(required).count()
    }

    pub(crate) fn is_class(&self) -> bool {
        matches!(self.code, Code::Class { .. })
    }
}

impl Evaluation<'_> {
    /// A function value that closes over `scope`.
    pub(crate) fn closure(
        &mut self,
        code: &Arc<Func>,
        scope: &Rc<Scope>,
        home: Option<Value>,
    ) -> Result<Value, Abrupt> {
        self.keep_scope(scope);
        let function = Rc::new(Function {
            code: Code::Function(code.clone()),
            scope: scope.clone(),
            properties: ObjectCell::default(),
            home,
        });
        self.allocated(Value::Function(function))
    }

    pub(super) fn call_function(
        &mut self,
        function: &Rc<Function>,
        this: &Value,
        arguments: &[Value],
    ) -> Result<Value, Abrupt> {
        match &function.code {
            Code::Function(code) => self.run(function, code, this, arguments),
            Code::Class { class, .. } => {
                let name = class.name.map_or("", |n| function.scope.record.module.name(n));
                Err(self.type_error(&format!(
                    "class constructor {name} cannot be invoked without 'new'"
                )))
            }
        }
    }

    /// Runs a function's body in a new scope.
    pub(super) fn run(
        &mut self,
        function: &Rc<Function>,
        code: &Arc<Func>,
        this: &Value,
        arguments: &[Value],
    ) -> Result<Value, Abrupt> {
        if code.is_deferred {
            let text = digest::Digest::new("deferred").source(function.source());
            let text = arguments.iter().fold(text, super::super::digest::Digest::value);
            return Ok(Self::unknown_from(
                "an async function or generator is not run",
                self.origin_at(Place { module: function.scope.record.id, at: code.span.lo }),
                text.finish(),
            ));
        }
        self.enter(code.span, function.scope.record.id)?;
        let activation = (!code.is_arrow).then(|| Activation {
            this: this.clone().into(),
            function: function.clone(),
            arguments: arguments.to_vec(),
        });
        let scope = Scope::call(&function.scope, activation);
        let here = self.here;
        let result = self.run_in(code, &scope, this, arguments);
        self.here = here;
        self.leave();
        result
    }

    fn run_in(
        &mut self,
        code: &Func,
        scope: &Rc<Scope>,
        this: &Value,
        arguments: &[Value],
    ) -> Result<Value, Abrupt> {
        for name in &code.vars {
            scope.declare(*name, Binding::Value(Value::Undefined, false));
        }
        for (index, parameter) in code.params.iter().enumerate() {
            let value = arguments.get(index).cloned().unwrap_or(Value::Undefined);
            self.bind(parameter, value, scope, Some(false))?;
        }
        if let Some(rest) = &code.rest {
            let values = arguments.get(code.params.len()..).unwrap_or_default().to_vec();
            let values = self.new_array(values)?;
            self.bind(rest, values, scope, Some(false))?;
        }
        for name in &code.fields {
            if let Binding::Value(value, _) = scope.own(*name) {
                let key = scope.record.key(*name);
                Self::define(this, &key, value);
            }
        }
        match &code.body {
            FuncBody::Expr(expr) => self.expr(expr, scope),
            FuncBody::Block(block) => match self.block_in(block, scope)? {
                Completion::Return(value) => Ok(value),
                Completion::Maybe(maybe) if maybe.returns => Ok(Value::Unknown(maybe.unknown)),
                _ => Ok(Value::Undefined),
            },
        }
    }

    /// `new callee(…)`
    pub(crate) fn construct(
        &mut self,
        callee: &Value,
        arguments: &[Value],
        target: &Value,
    ) -> Result<Value, Abrupt> {
        match callee {
            Value::Function(function) => {
                let prototype = self.prototype_of_function(target)?;
                match &function.code {
                    Code::Class { parent: Some(parent), .. } if !Self::is_plain(parent) => {
                        let parent = parent.clone();
                        self.construct_derived(function, &parent, arguments, target)
                    }
                    Code::Class { .. } => {
                        let this = self.new_object(Some(prototype))?;
                        let result = self.initialise(function, &this, arguments)?;
                        Ok(if matches!(result, Value::Object(_)) { result } else { this })
                    }
                    Code::Function(code) if code.is_arrow || code.is_method => {
                        Err(self.type_error("this function is not a constructor"))
                    }
                    Code::Function(code) => {
                        let this = self.new_object(Some(prototype))?;
                        let result = self.run(function, code, &this, arguments)?;
                        Ok(match result {
                            Value::Object(_)
                            | Value::Array(_)
                            | Value::Function(_)
                            | Value::Host(_)
                            | Value::Unknown(_) => result,
                            _ => this,
                        })
                    }
                }
            }
            Value::Native(native) => self.construct_native(native, arguments),
            Value::Host(host) => {
                // A host class: calling it constructs.
                match host.call(host, arguments, self) {
                    Some(result) => result,
                    None => Err(self.type_error(&format!("{} is not a constructor", host.class()))),
                }
            }
            Value::Unknown(_) => {
                let mut operands = vec![callee.clone()];
                operands.extend_from_slice(arguments);
                Ok(self.derive("new", &operands))
            }
            _ => Err(self.type_error("this value is not a constructor")),
        }
    }

    /// Whether a parent class is one that we made: its instances are plain objects.
    fn is_plain(parent: &Value) -> bool {
        matches!(parent, Value::Function(_))
    }

    /// A class that extends something built in, of the host, or unknown: the parent makes the object.
    fn construct_derived(
        &mut self,
        function: &Rc<Function>,
        parent: &Value,
        arguments: &[Value],
        target: &Value,
    ) -> Result<Value, Abrupt> {
        match parent {
            Value::Native(_) => {
                let this = self.construct(parent, arguments, parent)?;
                let Value::Object(object) = &this else {
                    return Ok(self.derive("a class that extends a built-in class", &[this]));
                };
                *object.prototype.borrow_mut() = Some(self.prototype_of_function(target)?);
                let result = self.initialise(function, &this, arguments)?;
                Ok(if matches!(result, Value::Object(_)) { result } else { this })
            }
            parent => {
                let mut operands = vec![parent.clone()];
                operands.extend_from_slice(arguments);
                Ok(self.derive(function.source(), &operands))
            }
        }
    }

    /// Runs field initialisers and constructors of a class on `this`, parents first.
    pub(super) fn initialise(
        &mut self,
        function: &Rc<Function>,
        this: &Value,
        arguments: &[Value],
    ) -> Result<Value, Abrupt> {
        let Code::Class { class, parent, .. } = &function.code else {
            if let Code::Function(code) = &function.code {
                return self.run(function, code, this, arguments);
            }
            return Ok(Value::Undefined);
        };
        let extends = matches!(parent, Some(Value::Function(_)));
        if let Some(constructor) = &class.constructor {
            if !extends {
                self.fields(function, this)?;
            }
            self.run(function, constructor, this, arguments)
        } else {
            if let Some(Value::Function(parent)) = parent {
                self.initialise(parent, this, arguments)?;
            }
            self.fields(function, this)?;
            Ok(Value::Undefined)
        }
    }

    /// Writes the instance fields of a class.
    fn fields(&mut self, function: &Rc<Function>, this: &Value) -> Result<(), Abrupt> {
        let Code::Class { fields, .. } = &function.code else { return Ok(()) };
        for (key, initialiser) in fields {
            let value = match initialiser {
                Some(initialiser) => self.call_function(initialiser, this, &[])?,
                None => Value::Undefined,
            };
            Self::define(this, key, value);
        }
        Ok(())
    }

    /// `super(…)`
    pub(super) fn super_call(
        &mut self,
        arguments: &[Argument],
        scope: &Rc<Scope>,
    ) -> Result<Value, Abrupt> {
        let arguments = match self.arguments(arguments, scope)? {
            Ok(arguments) => arguments,
            Err(unknown) => vec![Value::Unknown(unknown)],
        };
        let Some((this, function)) = scope
            .activation()
            .map(|activation| (activation.this.borrow().clone(), activation.function.clone()))
        else {
            return Err(self.type_error("'super' outside a class"));
        };
        if let Code::Class { parent: Some(Value::Function(parent)), .. } = &function.code {
            let parent = parent.clone();
            self.initialise(&parent, &this, &arguments)?;
            self.fields(&function, &this)?;
        }
        Ok(this)
    }

    /// A class value.
    pub(super) fn class(&mut self, class: &Arc<Class>, scope: &Rc<Scope>) -> Result<Value, Abrupt> {
        let scope = Scope::inside(scope);
        if let Some(name) = class.name {
            scope.declare(name, Binding::Uninitialised);
        }
        self.keep_scope(&scope);
        let parent = match &class.extends {
            Some(extends) => Some(self.expr(extends, &scope)?),
            None => None,
        };
        let parent_prototype = match &parent {
            Some(parent @ (Value::Function(_) | Value::Native(_))) => {
                Some(self.get_property(parent, "prototype")?)
            }
            _ => None,
        };
        let prototype = self.new_object(parent_prototype)?;
        // Statics and methods need the class; fields are collected first, keys in source order.
        let mut fields = Vec::new();
        let mut late = Vec::new();
        for member in &class.members {
            self.here = Place { module: scope.record.id, at: member.span.lo };
            match &member.kind {
                ClassMemberKind::Field(key, initialiser) => {
                    let Some(key) = self.member_key(key, &scope)? else { continue };
                    let home = Some(prototype.clone());
                    let initialiser = match initialiser {
                        Some(code) => match self.closure(code, &scope, home)? {
                            Value::Function(function) => Some(function),
                            _ => None,
                        },
                        None => None,
                    };
                    if member.is_static {
                        late.push((Some(key), initialiser));
                    } else {
                        fields.push((key, initialiser));
                    }
                }
                ClassMemberKind::Block(code) => {
                    if let Value::Function(function) = self.closure(code, &scope, None)? {
                        late.push((None, Some(function)));
                    }
                }
                _ => {}
            }
        }
        let function = Rc::new(Function {
            code: Code::Class { class: class.clone(), parent: parent.clone(), fields },
            scope: scope.clone(),
            properties: ObjectCell::default(),
            home: Some(prototype.clone()),
        });
        let value = self.allocated(Value::Function(function.clone()))?;
        if let Some(parent) = parent {
            *function.properties.prototype.borrow_mut() = Some(parent);
        }
        function.properties.set("prototype".into(), prototype.clone());
        Self::define(&prototype, "constructor", value.clone());
        if let Some(name) = class.name {
            scope.declare(name, Binding::Value(value.clone(), true));
        }
        for member in &class.members {
            let on = if member.is_static { &value } else { &prototype };
            let (key, code, which) = match &member.kind {
                ClassMemberKind::Method(key, code) => (key, code, 0),
                ClassMemberKind::Get(key, code) => (key, code, 1),
                ClassMemberKind::Set(key, code) => (key, code, 2),
                ClassMemberKind::Field(..) | ClassMemberKind::Block(_) => continue,
            };
            let Some(key) = self.member_key(key, &scope)? else { continue };
            let method = self.closure(code, &scope, Some(on.clone()))?;
            match which {
                0 => Self::define(on, &key, method),
                1 => Self::accessor(on, &key, Accessor { get: Some(method), set: None }),
                _ => Self::accessor(on, &key, Accessor { get: None, set: Some(method) }),
            }
        }
        for (key, initialiser) in late {
            let result = match &initialiser {
                Some(initialiser) => self.call_function(initialiser, &value, &[])?,
                None => Value::Undefined,
            };
            if let Some(key) = key {
                Self::define(&value, &key, result);
            }
        }
        Ok(value)
    }

    /// A key of a class member; `None` when it is not known (the member is then left out).
    fn member_key(&mut self, key: &Key, scope: &Rc<Scope>) -> Result<Option<Rc<str>>, Abrupt> {
        Ok(match key {
            Key::Name(name) => Some(scope.record.key(*name)),
            Key::Private(name) => Some(private_key(scope, *name)),
            Key::Computed(expr) => {
                let value = self.expr(expr, scope)?;
                self.property_key(&value)?.ok()
            }
        })
    }

    /// The prototype that instances of `constructor` get; made on first use for plain functions.
    pub(super) fn prototype_of_function(&mut self, constructor: &Value) -> Result<Value, Abrupt> {
        let Value::Function(function) = constructor else {
            return self.get_property(constructor, "prototype");
        };
        if let Some(prototype) = function.properties.own("prototype") {
            return Ok(prototype);
        }
        let prototype = self.new_object(None)?;
        Self::define(&prototype, "constructor", constructor.clone());
        function.properties.set("prototype".into(), prototype.clone());
        Ok(prototype)
    }
}

/// Private names live beside the others, under a key that no program can write and no enumeration shows.
pub(super) fn private_key(scope: &Scope, name: Name) -> Rc<str> {
    format!("\u{1}#{}", scope.record.module.name(name)).into()
}
