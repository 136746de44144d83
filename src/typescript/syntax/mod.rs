//! The tree that everything above the parser works on: TypeScript without its types.
//!
//! Plain data, `Send` and `Sync`, with byte spans into [`Module::text`]. Names and string literals are
//! interned per module: a [`Name`] is an index into [`Module::names`]. Functions and classes are
//! shared (`Arc`), so that a value of the evaluator can hold on to its code.

mod operator;

use std::sync::Arc;

pub use operator::{AssignOp, BinaryOp, LogicalOp, UnaryOp};

/// A range of bytes in the module's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Span {
    /// First byte.
    pub lo: u32,
    /// One past the last byte.
    pub hi: u32,
}

/// An interned string: index into [`Module::names`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(pub u32);

/// One source file.
#[derive(Debug)]
pub struct Module {
    /// The text, without a byte order mark.
    pub text: Arc<str>,
    /// Every identifier, property key and string literal, once.
    pub names: Vec<Arc<str>>,
    /// Module specifiers in the order of their statements.
    pub requests: Vec<Request>,
    /// Imported bindings that are used as values (types and unused imports vanish, as in esbuild).
    pub imports: Vec<Import>,
    /// Own exports in source order.
    pub exports: Vec<Export>,
    /// `export * from`: indexes into `requests`, in statement order.
    pub stars: Vec<u32>,
    /// The top-level statements and what they declare.
    pub body: Block,
    /// `var`s hoisted to the top level.
    pub vars: Vec<Name>,
    /// Whether the file has `module.exports`, `exports.x` or `export =` and no `export`.
    pub is_commonjs: bool,
}

/// A module specifier in an import, re-export, `require` or `import()`.
#[derive(Debug, Clone)]
pub struct Request {
    /// The text between the quotes.
    pub specifier: Arc<str>,
    /// The specifier's place.
    pub span: Span,
    /// Whether the program loads it when it starts (an import that is only used for types is not).
    pub is_needed: bool,
    /// `import "./x"`: loaded for what it does.
    pub is_bare: bool,
}

/// One imported binding.
#[derive(Debug, Clone)]
pub struct Import {
    /// The name in this module.
    pub local: Name,
    /// Index into [`Module::requests`].
    pub request: u32,
    /// What is imported.
    pub what: Imported,
    /// The binding's place.
    pub span: Span,
}

/// What an import takes from its module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Imported {
    /// `import { x }`, also `import x` as `default`.
    Named(Name),
    /// `import * as x`
    Namespace,
    /// `import x = require("…")`
    Require,
}

/// One own export.
#[derive(Debug, Clone)]
pub struct Export {
    /// The exported name; `default` for the default export.
    pub name: Name,
    /// Where its value comes from.
    pub source: ExportSource,
    /// The place of the name, or of the declaration.
    pub span: Span,
}

/// Where an exported value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportSource {
    /// A binding of this module.
    Local(Name),
    /// `export { x as y } from`: request and the name there.
    From(u32, Name),
    /// `export * as ns from`.
    Namespace(u32),
}

/// Statements with a scope.
#[derive(Debug, Default)]
pub struct Block {
    /// The statements.
    pub statements: Vec<Stmt>,
    /// `let`, `const`, `class`, enum and function names declared directly in it.
    pub declared: Vec<(Name, Declared)>,
}

/// How a name is declared in a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Declared {
    /// `let`, `class`
    Let,
    /// `const`
    Const,
    /// A function: initialised when the block is entered.
    Function,
    /// A TypeScript enum or namespace: like `var`, several declarations merge.
    Merged,
}

/// A statement.
#[derive(Debug)]
pub struct Stmt {
    /// Its place.
    pub span: Span,
    /// What it is.
    pub kind: StmtKind,
}

/// Kinds of statements.
#[derive(Debug)]
pub enum StmtKind {
    /// An expression.
    Expr(Expr),
    /// `var`, `let`, `const`
    Var(VarKind, Vec<Declarator>),
    /// `function f() {}`
    Function(Name, Arc<Func>),
    /// `class C {}`
    Class(Name, Arc<Class>),
    /// `enum E {}`
    Enum(Arc<Enum>),
    /// `namespace N {}` with the names it exports.
    Namespace(Name, Block, Vec<(Name, Name)>),
    /// `export default expression`, also `export = expression` in CommonJS modules.
    ExportDefault(Name, Expr),
    /// `export = expression`
    ExportAssign(Expr),
    /// `return`
    Return(Option<Expr>),
    /// `if`
    If(Expr, Box<Stmt>, Option<Box<Stmt>>),
    /// `for (;;)`
    For(Box<For>),
    /// `for (… in …)`
    ForIn(Box<ForEach>),
    /// `for (… of …)`, also `for await`.
    ForOf(Box<ForEach>),
    /// `while`
    While(Expr, Box<Stmt>),
    /// `do … while`
    DoWhile(Box<Stmt>, Expr),
    /// `switch`
    Switch(Expr, Vec<Case>, Vec<(Name, Declared)>),
    /// `throw`
    Throw(Expr),
    /// `try`
    Try(Box<Try>),
    /// `{ … }`
    Block(Block),
    /// `label: …`
    Labeled(Name, Box<Stmt>),
    /// `break`
    Break(Option<Name>),
    /// `continue`
    Continue(Option<Name>),
    /// Nothing.
    Empty,
}

/// `for (init; test; update) body`
#[derive(Debug)]
pub struct For {
    /// A declaration or an expression statement.
    pub init: Option<Stmt>,
    /// The condition.
    pub test: Option<Expr>,
    /// After each turn.
    pub update: Option<Expr>,
    /// The body.
    pub body: Stmt,
}

/// `for (target of subject) body`
#[derive(Debug)]
pub struct ForEach {
    /// Declares a new binding per turn, or assigns (`None`).
    pub kind: Option<VarKind>,
    /// The target.
    pub target: Pattern,
    /// What is iterated.
    pub subject: Expr,
    /// The body.
    pub body: Stmt,
    /// `for await`
    pub is_await: bool,
}

/// One `case` or `default`.
#[derive(Debug)]
pub struct Case {
    /// `None` for `default`.
    pub test: Option<Expr>,
    /// Its statements.
    pub body: Vec<Stmt>,
}

/// `try`
#[derive(Debug)]
pub struct Try {
    /// The block.
    pub block: Block,
    /// `catch (pattern)`
    pub handler: Option<(Option<Pattern>, Block)>,
    /// `finally`
    pub finalizer: Option<Block>,
}

/// `var`, `let` or `const`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VarKind {
    /// `var`
    Var,
    /// `let`
    Let,
    /// `const`, `using`
    Const,
}

/// `pattern = init`
#[derive(Debug)]
pub struct Declarator {
    /// What is declared.
    pub target: Pattern,
    /// Its value.
    pub init: Option<Expr>,
}

/// A TypeScript enum.
#[derive(Debug)]
pub struct Enum {
    /// Its name.
    pub name: Name,
    /// Members with their initialisers.
    pub members: Vec<(Name, Option<Expr>, Span)>,
}

/// A binding or assignment pattern.
#[derive(Debug)]
pub struct Pattern {
    /// Its place.
    pub span: Span,
    /// What it is.
    pub kind: PatternKind,
}

/// Kinds of patterns.
#[derive(Debug)]
pub enum PatternKind {
    /// A name.
    Name(Name),
    /// `{ a, b: c, ...rest }`
    Object(Vec<(Key, Pattern)>, Option<Box<Pattern>>),
    /// `[a, , b, ...rest]`
    Array(Vec<Option<Pattern>>, Option<Box<Pattern>>),
    /// `pattern = value`
    Default(Box<Pattern>, Box<Expr>),
    /// An assignment target that is an expression: `a.b`, `a[b]`.
    Target(Box<Expr>),
}

/// A property name in a literal, class or pattern.
#[derive(Debug)]
pub enum Key {
    /// An identifier, string or number, as text.
    Name(Name),
    /// `[expression]`
    Computed(Box<Expr>),
    /// `#name`
    Private(Name),
}

/// An expression.
#[derive(Debug)]
pub struct Expr {
    /// Its place.
    pub span: Span,
    /// What it is.
    pub kind: ExprKind,
}

/// Kinds of expressions.
#[derive(Debug)]
pub enum ExprKind {
    /// A name.
    Ident(Name),
    /// `this`
    This,
    /// A string literal.
    String(Name),
    /// A number literal.
    Number(f64),
    /// A BigInt literal; `None` when it does not fit.
    BigInt(Option<i128>),
    /// `true`, `false`
    Bool(bool),
    /// `null`
    Null,
    /// A regular expression: pattern and flags.
    Regex(Name, Name),
    /// A template literal: the cooked texts, one more than expressions.
    Template(Vec<Name>, Vec<Expr>),
    /// A tagged template.
    Tagged(Box<Tagged>),
    /// An array literal; `None` is a hole.
    Array(Vec<Option<Argument>>),
    /// An object literal.
    Object(Vec<Property>),
    /// A function or arrow.
    Function(Arc<Func>),
    /// A class.
    Class(Arc<Class>),
    /// A unary operator.
    Unary(UnaryOp, Box<Expr>),
    /// `++x`, `x--`: by how much, whether it is a prefix, the target.
    Update(f64, bool, Box<Expr>),
    /// A binary operator that evaluates both sides.
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// `&&`, `||`, `??`
    Logical(LogicalOp, Box<Expr>, Box<Expr>),
    /// An assignment.
    Assign(AssignOp, Box<Pattern>, Box<Expr>),
    /// `a ? b : c`
    Conditional(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `a.b`, `a[b]`, `a?.b`
    Member(Box<Member>),
    /// `f(x)`, `f?.(x)`
    Call(Box<Call>),
    /// The end of an optional chain: what short-circuits inside is undefined here.
    Chain(Box<Expr>),
    /// `new C(x)`
    New(Box<Expr>, Vec<Argument>),
    /// `a, b`
    Sequence(Vec<Expr>),
    /// `super.x`, `super[x]`
    SuperMember(Key),
    /// `super(x)`
    SuperCall(Vec<Argument>),
    /// `import(x)`: the request when the specifier is a string literal.
    ImportCall(Option<u32>, Box<Expr>),
    /// `require("x")`
    Require(u32),
    /// `import.meta`
    ImportMeta,
    /// `await x`
    Await(Box<Expr>),
    /// What is never evaluated: JSX, `yield`, `new.target`.
    Opaque(&'static str),
}

/// An argument or array element.
#[derive(Debug)]
pub struct Argument {
    /// `...x`
    pub is_spread: bool,
    /// The expression.
    pub value: Expr,
}

/// `object.property`
#[derive(Debug)]
pub struct Member {
    /// The object.
    pub object: Expr,
    /// The property.
    pub property: Key,
    /// The property's place.
    pub span: Span,
    /// `?.`
    pub is_optional: bool,
}

/// `callee(arguments)`
#[derive(Debug)]
pub struct Call {
    /// The function.
    pub callee: Expr,
    /// The arguments.
    pub arguments: Vec<Argument>,
    /// `?.(`
    pub is_optional: bool,
}

/// ``tag`text ${expression}` ``
#[derive(Debug)]
pub struct Tagged {
    /// The function.
    pub tag: Expr,
    /// The texts with escapes resolved; `None` where an escape is invalid.
    pub cooked: Vec<Option<Name>>,
    /// The texts as written.
    pub raw: Vec<Name>,
    /// The expressions between them.
    pub expressions: Vec<Expr>,
}

/// A property of an object literal.
#[derive(Debug)]
pub struct Property {
    /// The key's place.
    pub span: Span,
    /// What it is.
    pub kind: PropertyKind,
}

/// Kinds of properties.
#[derive(Debug)]
pub enum PropertyKind {
    /// `key: value`, `key`, `key() {}`
    Value(Key, Expr),
    /// `get key() {}`
    Get(Key, Arc<Func>),
    /// `set key(x) {}`
    Set(Key, Arc<Func>),
    /// `...value`
    Spread(Expr),
}

/// A function.
#[derive(Debug)]
pub struct Func {
    /// Its place.
    pub span: Span,
    /// Its name, if it has one of its own.
    pub name: Option<Name>,
    /// The parameters, without the rest parameter.
    pub params: Vec<Pattern>,
    /// `...rest`
    pub rest: Option<Pattern>,
    /// The body.
    pub body: FuncBody,
    /// `var`s hoisted to it.
    pub vars: Vec<Name>,
    /// `=>`
    pub is_arrow: bool,
    /// `async` or a generator: never run.
    pub is_deferred: bool,
    /// A method, getter or setter: not constructible.
    pub is_method: bool,
    /// Parameters that are also properties (`constructor(readonly x)`).
    pub fields: Vec<Name>,
}

/// A function's body.
#[derive(Debug)]
pub enum FuncBody {
    /// `=> expression`
    Expr(Expr),
    /// `{ … }`
    Block(Block),
}

/// A class.
#[derive(Debug)]
pub struct Class {
    /// Its place.
    pub span: Span,
    /// Its name, if it has one of its own.
    pub name: Option<Name>,
    /// `extends`
    pub extends: Option<Expr>,
    /// `constructor`
    pub constructor: Option<Arc<Func>>,
    /// Methods, accessors, fields and static blocks in source order.
    pub members: Vec<ClassMember>,
}

/// A member of a class.
#[derive(Debug)]
pub struct ClassMember {
    /// The key's place.
    pub span: Span,
    /// `static`
    pub is_static: bool,
    /// What it is.
    pub kind: ClassMemberKind,
}

/// Kinds of class members.
#[derive(Debug)]
pub enum ClassMemberKind {
    /// A method.
    Method(Key, Arc<Func>),
    /// A getter.
    Get(Key, Arc<Func>),
    /// A setter.
    Set(Key, Arc<Func>),
    /// A field; its initialiser is a function without parameters.
    Field(Key, Option<Arc<Func>>),
    /// `static { … }`
    Block(Arc<Func>),
}

impl Module {
    /// The text of a name.
    pub fn name(&self, name: Name) -> &str {
        self.names.get(name.0 as usize).map_or("", |text| text)
    }

    /// The source text of a span.
    pub fn source(&self, span: Span) -> &str {
        self.text.get(span.lo as usize..span.hi as usize).unwrap_or("")
    }
}
