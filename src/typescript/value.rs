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
#[derive(Clone)]
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
#[derive(Default)]
pub struct ObjectCell {
    /// Own properties. Integer-like keys come first, ascending (ECMA-262 section 10.1.11): insert
    /// with [`ObjectCell::set`], which keeps that order. A property with a getter is `undefined`
    /// here: read through [`Context::get`] and [`Context::entries`].
    pub properties: RefCell<IndexMap<Rc<str>, Value>>,
    /// The prototype: methods and getters of a class instance.
    pub prototype: RefCell<Option<Value>>,
    /// Getters and setters by key.
    pub accessors: RefCell<Vec<(Rc<str>, Accessor)>>,
    /// Where properties were written, newest last.
    pub places: RefCell<Vec<(Rc<str>, Place)>>,
    /// Why nobody knows which properties there are: something was written under a key that is not
    /// known.
    pub doubt: RefCell<Option<Rc<Unknown>>>,
    /// With `doubt`: the only keys that may be there beside the known ones; absent when it may be any.
    pub possible: RefCell<Option<Vec<Rc<str>>>>,
}

/// A getter, a setter or both.
#[derive(Debug, Clone, Default)]
pub struct Accessor {
    /// `get`
    pub get: Option<Value>,
    /// `set`
    pub set: Option<Value>,
}

/// A place in a module of an evaluation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    /// The module's number in the evaluation.
    pub module: u32,
    /// Byte offset.
    pub at: u32,
}

impl ObjectCell {
    /// Writes an own property and keeps JavaScript's order: array indexes first, ascending, then
    /// strings as they were inserted.
    pub fn set(&self, key: Rc<str>, value: Value) {
        set_ordered(&mut self.properties.borrow_mut(), key, value);
    }

    /// Why nobody knows whether there is a property of that key; `None` when there is none.
    pub(crate) fn doubt_of(&self, key: &str) -> Option<Rc<Unknown>> {
        let possible = self.possible.borrow();
        let may_be = possible.as_ref().is_none_or(|keys| keys.iter().any(|it| &**it == key));
        self.doubt.borrow().clone().filter(|_| may_be)
    }

    /// Says that some of `keys` may be there.
    pub(crate) fn may_have(&self, keys: Vec<Rc<str>>, unknown: Rc<Unknown>) {
        self.possible.replace(Some(keys));
        self.doubt.replace(Some(unknown));
    }

    /// An own property, getters aside.
    pub fn own(&self, key: &str) -> Option<Value> {
        self.properties.borrow().get(key).cloned()
    }
}

/// Inserts in JavaScript's property order.
pub(crate) fn set_ordered(properties: &mut IndexMap<Rc<str>, Value>, key: Rc<str>, value: Value) {
    if let Some(slot) = properties.get_mut(&key) {
        *slot = value;
        return;
    }
    match array_index(&key) {
        None => {
            properties.insert(key, value);
        }
        Some(index) => {
            let at = properties
                .keys()
                .position(|other| array_index(other).is_none_or(|other| other > index))
                .unwrap_or(properties.len());
            properties.shift_insert(at, key, value);
        }
    }
}

/// The number behind a canonical array index (`"0"`, `"17"`, not `"017"`).
pub(crate) fn array_index(key: &str) -> Option<u32> {
    let bytes = key.as_bytes();
    let is_index = match bytes {
        [b'0'] => true,
        [first, ..] => first.is_ascii_digit() && *first != b'0' && bytes.len() <= 10,
        [] => false,
    };
    if !is_index || !bytes.iter().all(u8::is_ascii_digit) {
        return None;
    }
    key.parse().ok().filter(|index| *index != u32::MAX)
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

impl Native {
    /// A native function, as a value.
    #[expect(clippy::new_ret_no_self, reason = "natives are only ever used as values")]
    pub fn new(
        name: &str,
        run: impl Fn(&Value, &[Value], &mut dyn Context) -> Result<Value, Abrupt> + 'static,
    ) -> Value {
        let (name, run) = (Rc::from(name), Box::new(run));
        Value::Native(Rc::new(Self { name, run, properties: RefCell::default() }))
    }
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
    /// For an environment variable that is taken as not set where the code asks for it.
    pub absence: Option<Rc<super::variables::Absence>>,
}

impl Unknown {
    /// An unknown with its cause; `source` is a digest of that.
    pub(crate) fn new(why: impl Into<Rc<str>>, origin: Origin, source: u64) -> Self {
        Self { why: why.into(), origin, source, absence: None }
    }
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
    /// Writes a property of any value, as `object.key = value` would.
    fn set(&mut self, object: &Value, key: &str, value: Value) -> Result<(), Abrupt>;
    /// What the program wrote on a host object: `column.getSQLType = …`. Reading `object.key` gives it
    /// already; the host decides what else it changes.
    fn written(&self, object: &Value) -> Entries;
    /// `object.key(…)`, without making a function value of built-in methods.
    fn call_method(
        &mut self,
        object: &Value,
        key: &str,
        arguments: &[Value],
    ) -> Result<Value, Abrupt>;
    /// A built-in function (`Object.keys`, with `this` undefined) or method (`slice`).
    fn call_builtin(
        &mut self,
        this: &Value,
        name: &str,
        arguments: &[Value],
    ) -> Result<Value, Abrupt>;
    /// Own enumerable properties in JavaScript's order, getters called: what a spread or
    /// `Object.entries` sees. The inner error is the unknown that stands for all of them.
    fn entries(&mut self, object: &Value) -> Result<Known<Entries>, Abrupt>;
    /// What iterating over a value gives: arrays, strings, maps, sets.
    fn elements(&mut self, iterable: &Value) -> Result<Known<Vec<Value>>, Abrupt>;
    /// A new array, counted against the budget.
    fn array(&mut self, elements: Vec<Value>) -> Result<Value, Abrupt>;
    /// A new plain object, counted against the budget.
    fn object(&mut self, properties: Vec<(Rc<str>, Value)>) -> Result<Value, Abrupt>;
    /// A new string, counted against the budget.
    fn text(&mut self, text: &str) -> Result<Value, Abrupt>;
    /// `String(value)`: a string, or an unknown.
    fn to_text(&mut self, value: &Value) -> Result<Value, Abrupt>;
    /// Where a property of an object literal (or of one it was spread from) was written: its key.
    fn property_origin(&self, object: &Value, key: &str) -> Option<Origin>;
    /// Set while statements run of which nobody knows whether they run (a branch under an unknown
    /// condition). A host that changes an object that already exists should then make what it changes
    /// unknown instead.
    fn doubt(&self) -> Option<Rc<Unknown>>;
    /// An export of a module of this evaluation: what `namespace.key` reads.
    fn module_member(&mut self, module: u32, key: &str) -> Result<Value, Abrupt>;
    /// The file that a specifier means in another file; `None` for packages and what is missing.
    fn resolve(&mut self, from: &str, specifier: &str) -> Option<Rc<str>>;
    /// The names a module exports, in the order of its exports object.
    fn module_keys(&mut self, module: u32) -> Result<Known<Vec<Rc<str>>>, Abrupt>;
}

/// Properties with their keys, in order.
pub type Entries = Vec<(Rc<str>, Value)>;

/// Something that is known, or the unknown that stands in its place.
pub type Known<T> = Result<T, Rc<Unknown>>;

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
    /// Whether `typeof` is `"function"`.
    fn is_callable(&self) -> bool {
        false
    }
    /// Own enumerable properties, for spreads and `Object.keys`.
    fn entries(&self, context: &mut dyn Context) -> Vec<(Rc<str>, Value)> {
        let _ = context;
        Vec::new()
    }
    /// What tells this object from others of its class, for the digests of unknown values made from
    /// it. The default knows the class only.
    fn digest(&self) -> u64 {
        super::digest::of_text(self.class())
    }
}

/// The packages a host knows: `drizzle-orm`, `drizzle-orm/pg-core`, `zod`.
pub trait Host {
    /// The namespace object of a package, made once for an evaluation and then the same; `None` for a
    /// package the host does not know (its imports are then unknown).
    fn module(&self, specifier: &str) -> Option<Value>;
    /// What the host knows of the runtime in a file: `__dirname`, `import.meta.url`, `process.cwd`,
    /// `URL`. By default nothing, because none of it may reach a schema.
    fn runtime(&self, path: &str, file: &str) -> Option<Value> {
        let _ = (path, file);
        None
    }
}

/// Keys only: values may be cyclic.
impl Debug for ObjectCell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.properties.try_borrow() {
            Ok(properties) => f.debug_set().entries(properties.keys()).finish(),
            Err(_) => f.write_str("{…}"),
        }
    }
}

/// Containers are not descended into: values may be cyclic.
impl Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Undefined => f.write_str("undefined"),
            Self::Null => f.write_str("null"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Number(number) => f.write_str(&crate::number::js_number_text(*number)),
            Self::BigInt(number) => write!(f, "{number}n"),
            Self::String(text) => write!(f, "{text:?}"),
            Self::Symbol(text) => write!(f, "Symbol({text:?})"),
            Self::Date(time) => write!(f, "Date({time})"),
            Self::Array(elements) => match elements.try_borrow() {
                Ok(elements) => write!(f, "[{} elements]", elements.len()),
                Err(_) => f.write_str("[…]"),
            },
            Self::Object(object) => object.fmt(f),
            Self::Function(function) => write!(f, "function {}", function.name().unwrap_or("")),
            Self::Native(native) => native.fmt(f),
            Self::Host(host) => write!(f, "[{}]", host.class()),
            Self::Unknown(unknown) => write!(f, "unknown({})", unknown.why),
        }
    }
}

impl Debug for Native {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "[native {}]", self.name)
    }
}
