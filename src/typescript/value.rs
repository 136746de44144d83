//! What an expression evaluates to, and how host libraries take part.
//!
//! Values are JavaScript's, with two additions: [`Value::Host`] is an object that a host library made
//! (a column builder, a table, a piece of SQL), and [`Value::Unknown`] is what nobody can know without
//! running the program. Unknown is loud: it keeps why and where, and a digest of everything that was
//! done with it.

use std::any::Any;
use std::cell::RefCell;
use std::fmt::Debug;
use std::rc::Rc;

use indexmap::IndexMap;

use crate::origin::Origin;

/// A JavaScript value.
#[derive(Debug, Clone)]
pub enum Value {
    /// `undefined`
    Undefined,
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number.
    Number(f64),
    /// A BigInt; what does not fit is unknown.
    BigInt(i128),
    /// A string.
    String(Rc<str>),
    /// A symbol, by identity and description.
    Symbol(Rc<str>),
    /// A `Date`, in milliseconds since 1970 (UTC); not a number when invalid.
    Date(f64),
    /// An array.
    Array(Rc<RefCell<Vec<Value>>>),
    /// A plain object, a class instance, a module namespace.
    Object(Rc<ObjectCell>),
    /// A function written in TypeScript, or a class.
    Function(Rc<super::Function>),
    /// A built-in or host function.
    Native(Rc<Native>),
    /// An object that a host library made.
    Host(Rc<dyn HostObject>),
    /// Not known without running the program.
    Unknown(Rc<Unknown>),
}

/// A plain object: properties in JavaScript's order.
#[derive(Debug, Default)]
pub struct ObjectCell {
    /// Own properties. Integer-like keys come first, ascending (ECMA-262 section 10.1.11): insert
    /// with [`ObjectCell::set`], which keeps that order.
    pub properties: RefCell<IndexMap<Rc<str>, Value>>,
    /// The prototype: methods and getters of a class instance.
    pub prototype: RefCell<Option<Value>>,
}

/// A function of the engine or of a host library.
pub struct Native {
    /// Its name, for messages.
    pub name: Rc<str>,
    /// What it does: `this`, arguments, the running evaluation.
    #[expect(clippy::type_complexity, reason = "one function type, written once")]
    pub run: Box<dyn Fn(&Value, &[Value], &mut dyn Context) -> Result<Value, Abrupt>>,
    /// Properties on the function itself: `sql.raw`, `z.string`.
    pub properties: RefCell<IndexMap<Rc<str>, Value>>,
}

/// Why a value cannot be known.
#[derive(Debug, Clone)]
pub struct Unknown {
    /// A sentence fragment: "`process.env.TIER` is only known at run time".
    pub why: Rc<str>,
    /// Where the innermost cause is.
    pub origin: Origin,
    /// A digest of the cause and of every operation applied to it since (source text of the operation
    /// and digests of its other operands). Equal digests stand for equal, if unknown, values.
    pub source: u64,
}

/// Evaluation that does not end in a value.
#[derive(Debug, Clone)]
pub enum Abrupt {
    /// `throw`: the value, and where. drizzle-kit would fail at this place.
    Throw(Value, Origin),
    /// A budget (steps, depth, memory) is used up; the whole state is unresolved.
    Budget(Origin, &'static str),
}

/// What a host object or function may ask of the running evaluation.
pub trait Context {
    /// Calls any callable value. Calling an unknown gives an unknown.
    fn call(&mut self, callee: &Value, this: &Value, arguments: &[Value]) -> Result<Value, Abrupt>;
    /// Reads a property of any value, as `object.key` would.
    fn get(&mut self, object: &Value, key: &str) -> Result<Value, Abrupt>;
    /// Where the expression stands that is being evaluated.
    fn origin(&self) -> Origin;
    /// The first `limit` characters of its source, on one line, for messages and digests.
    fn source(&self) -> String;
    /// An unknown caused here and now.
    fn unknown(&mut self, why: &str) -> Value;
    /// An unknown that comes of doing `what` with operands of which at least one is unknown.
    fn derived(&mut self, what: &str, operands: &[Value]) -> Value;
    /// A `throw new Error(message)` at this place.
    fn throw(&mut self, message: &str) -> Abrupt;
    /// Counts work done outside the evaluator against the budget.
    fn step(&mut self, count: u32) -> Result<(), Abrupt>;
}

/// An object of a host library. All state is behind `Rc`/`RefCell`: identity is the `Rc`'s address,
/// as JavaScript's is the object's.
pub trait HostObject: Debug {
    /// For downcasting.
    fn as_any(&self) -> &dyn Any;
    /// The class name, for messages: `PgTable`.
    fn class(&self) -> &str;
    /// `object.key`. A property the class does not have is `Undefined`; one it has but that is not
    /// modelled is an unknown.
    fn get(
        &self,
        this: &Rc<dyn HostObject>,
        key: &str,
        context: &mut dyn Context,
    ) -> Result<Value, Abrupt>;
    /// `object.key = value`; the default refuses by making nothing of it.
    fn set(&self, key: &str, value: Value, context: &mut dyn Context) -> Result<(), Abrupt> {
        let _ = (key, value, context);
        Ok(())
    }
    /// `object.key(…)`. The default reads the property and calls it.
    fn call_method(
        &self,
        this: &Rc<dyn HostObject>,
        key: &str,
        arguments: &[Value],
        context: &mut dyn Context,
    ) -> Result<Value, Abrupt> {
        let callee = self.get(this, key, context)?;
        context.call(&callee, &Value::Host(this.clone()), arguments)
    }
    /// `object(…)`; `None` when it is not callable.
    fn call(
        &self,
        this: &Rc<dyn HostObject>,
        arguments: &[Value],
        context: &mut dyn Context,
    ) -> Option<Result<Value, Abrupt>> {
        let _ = (this, arguments, context);
        None
    }
    /// Own enumerable properties, for spreads and `Object.keys`.
    fn entries(&self, context: &mut dyn Context) -> Vec<(Rc<str>, Value)> {
        let _ = context;
        Vec::new()
    }
}

/// The packages a host knows: `drizzle-orm`, `drizzle-orm/pg-core`, `zod`.
pub trait Host {
    /// The namespace object of a package, made once for an evaluation and then the same; `None` for a
    /// package the host does not know (its imports are then unknown).
    fn module(&self, specifier: &str) -> Option<Value>;
}

impl Debug for Native {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "[native {}]", self.name)
    }
}
