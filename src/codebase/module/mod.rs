//! A file's imports, exports and type declarations, read from its tokens.

mod extent;
mod names;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use extent::{end_of_angles, end_of_statement};
pub(super) use extent::{end_of_expression, end_of_type};
use names::{destructured, specifiers};

use super::lex::{Kind, Tokens};

/// What an import binding takes from its module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    /// A named export; `default` for the default one.
    Named(String),
    /// Everything, as an object.
    Namespace,
}

/// One imported binding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Import {
    pub(super) local: String,
    pub(super) specifier: String,
    pub(super) what: What,
}

/// Where an exported name comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Export {
    Local(String),
    From(String, String),
    Namespace(String),
}

/// What a type or value declared at the top level is made of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Declared {
    /// `typeof X` and `createInsertSchema(X)`.
    pub(super) of_values: Vec<String>,
    /// Other names in a type.
    pub(super) of_types: Vec<String>,
    /// What a function works with whose result has no type of its own, or a constant is made of.
    pub(super) body: Body,
    /// For a function, what its parameters' types are made of; the rest is what it gives.
    pub(super) takes: Option<Box<Declared>>,
    /// Whether it is a value and no type: it is made of rows, but it is not their type.
    pub(super) is_value: bool,
}

/// What the body of a function names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Body {
    /// Names of the file's top level.
    pub(super) names: BTreeSet<String>,
    /// Methods that are called.
    pub(super) calls: BTreeSet<String>,
    /// Tables of relational queries: `query.funds`.
    pub(super) queries: BTreeSet<String>,
}

/// The outline of one file.
#[derive(Debug, Clone, Default)]
pub(super) struct Module {
    pub(super) imports: Vec<Import>,
    pub(super) exports: BTreeMap<String, Export>,
    pub(super) stars: Vec<String>,
    pub(super) declared: BTreeMap<String, Declared>,
    /// Methods and other functions inside something, by their names.
    pub(super) methods: Vec<(String, Declared)>,
    /// Procedures of a remote interface (tRPC and its kin): the router's name, the procedure's, and what it is
    /// made of.
    pub(super) procedures: Vec<(String, String, Declared)>,
    /// Token ranges of import and re-export statements: names in them are bindings, not uses.
    pub(super) statements: Vec<(usize, usize)>,
}

/// Words that start a statement at the top level.
const STARTS: &[&str] = &[
    "export",
    "import",
    "type",
    "interface",
    "const",
    "let",
    "var",
    "function",
    "class",
    "declare",
    "async",
    "enum",
    "abstract",
    "namespace",
];

impl Module {
    /// Reads a file's outline.
    pub(super) fn new(tokens: &Tokens<'_>) -> Self {
        let mut module = Self::default();
        let mut at = 0;
        while at < tokens.len() {
            at = module.statement(tokens, at);
        }
        module.loaded_later(tokens);
        module.inner_functions(tokens);
        module.remote(tokens);
        module.keep_known();
        module
    }

    /// Forgets the names in bodies that the file neither imports nor declares.
    fn keep_known(&mut self) {
        let mut known: BTreeSet<String> = self.declared.keys().cloned().collect();
        known.extend(self.imports.iter().map(|import| import.local.clone()));
        let methods = self.methods.iter_mut().map(|(_, declared)| declared);
        let procedures = self.procedures.iter_mut().map(|(_, _, declared)| declared);
        for declared in self.declared.values_mut().chain(methods).chain(procedures) {
            declared.body.names.retain(|name| known.contains(name));
            declared.of_types.retain(|name| known.contains(name));
            if let Some(takes) = &mut declared.takes {
                takes.of_types.retain(|name| known.contains(name));
            }
        }
    }

    /// `one: procedure.input(…).query(async (…) => …)` in `const fundRouter = router({ … })`.
    fn remote(&mut self, tokens: &Tokens<'_>) {
        for at in 2..tokens.len() {
            let ends = tokens.is_property(at)
                && tokens.is_punct(at + 1, "(")
                && ["query", "mutation", "subscription"].contains(&tokens.get(at));
            if !ends {
                continue;
            }
            // Back over the chain to the key.
            let first = super::flow::start_of_chain(tokens, at);
            let Some(key) = first.checked_sub(2).filter(|_| tokens.follows_punct(first, ":"))
            else {
                continue;
            };
            let Some(close) = tokens.pair(at + 1).filter(|close| *close > at) else { continue };
            if tokens.kind(key) != Kind::Word {
                continue;
            }
            let body = Body::read(tokens, at + 2, close);
            let declared = Declared { body, is_value: true, ..Declared::default() };
            let router = owner(tokens, key).unwrap_or_default().to_owned();
            self.procedures.push((router, tokens.get(key).to_owned(), declared));
        }
    }

    /// Methods of classes, interfaces and objects, and functions that are properties or constants inside
    /// others.
    fn inner_functions(&mut self, tokens: &Tokens<'_>) {
        for at in 0..tokens.len() {
            if tokens.kind(at) != Kind::Word || tokens.is_property(at) {
                continue;
            }
            let name = tokens.get(at);
            if CONTROL.contains(&name) || (at > 0 && tokens.is_word(at - 1, "function")) {
                continue;
            }
            let function = if tokens.is_punct(at + 1, "(") || tokens.is_punct(at + 1, "<") {
                // `name(…) {`, `name(…): T {`, and in an interface `name(…): T;`
                Function::read(tokens, at + 1, false)
            } else if (tokens.is_punct(at + 1, ":") || tokens.is_punct(at + 1, "="))
                && !tokens.is_punct(at + 2, "=")
            {
                Function::read(tokens, at + 2, true)
            } else {
                None
            };
            if let Some(function) = function {
                self.methods.push((name.to_owned(), function.declared(tokens)));
            }
        }
    }

    /// Whether a token stands in an import or a re-export.
    pub(super) fn in_statement(&self, at: usize) -> bool {
        self.statements.iter().any(|(from, to)| (*from..*to).contains(&at))
    }

    /// Reads what starts at a token of the top level; returns the token to go on with.
    fn statement(&mut self, tokens: &Tokens<'_>, at: usize) -> usize {
        if let Some(close) = tokens.pair(at).filter(|close| *close > at) {
            return close + 1;
        }
        if tokens.kind(at) != Kind::Word {
            return at + 1;
        }
        match tokens.get(at) {
            "import" => self.import(tokens, at),
            "export" => self.export(tokens, at),
            "type" | "interface" | "const" | "let" | "var" | "function" | "class" | "enum"
            | "async" | "abstract" | "declare" => self.declaration(tokens, at, false),
            _ => at + 1,
        }
    }

    fn import(&mut self, tokens: &Tokens<'_>, start: usize) -> usize {
        let mut at = start + 1;
        if tokens.kind(at) == Kind::String {
            self.statements.push((start, at + 1));
            return at + 1;
        }
        if tokens.is_word(at, "type")
            && !tokens.is_word(at + 1, "from")
            && !tokens.is_punct(at + 1, ",")
        {
            at += 1;
        }
        let mut bindings = Vec::new();
        while at < tokens.len() {
            if tokens.is_word(at, "from") && tokens.kind(at + 1) == Kind::String {
                let specifier = tokens.get(at + 1).to_owned();
                for (local, what) in bindings {
                    self.imports.push(Import { local, specifier: specifier.clone(), what });
                }
                self.statements.push((start, at + 2));
                return at + 2;
            }
            if tokens.is_punct(at, "{") {
                let close = tokens.pair(at).unwrap_or(at);
                for (name, local) in specifiers(tokens, at, close) {
                    bindings.push((local, What::Named(name)));
                }
                at = close + 1;
            } else if tokens.is_punct(at, "*") && tokens.is_word(at + 1, "as") {
                bindings.push((tokens.get(at + 2).to_owned(), What::Namespace));
                at += 3;
            } else if tokens.kind(at) == Kind::Word {
                // `import x = require("…")`
                if tokens.is_punct(at + 1, "=") && tokens.is_word(at + 2, "require") {
                    let specifier = tokens.get(at + 4).to_owned();
                    let local = tokens.get(at).to_owned();
                    self.imports.push(Import { local, specifier, what: What::Namespace });
                    self.statements.push((start, at + 6));
                    return at + 6;
                }
                bindings.push((tokens.get(at).to_owned(), What::Named("default".to_owned())));
                at += 1;
            } else if tokens.is_punct(at, ",") {
                at += 1;
            } else {
                // `import(…)` and `import.meta` are expressions.
                return start + 1;
            }
        }
        at
    }

    fn export(&mut self, tokens: &Tokens<'_>, start: usize) -> usize {
        let mut at = start + 1;
        if tokens.is_word(at, "type")
            && (tokens.is_punct(at + 1, "{") || tokens.is_punct(at + 1, "*"))
        {
            at += 1;
        }
        if tokens.is_punct(at, "*") {
            let named = tokens.is_word(at + 1, "as").then(|| tokens.get(at + 2).to_owned());
            let from = if named.is_some() { at + 3 } else { at + 1 };
            if !tokens.is_word(from, "from") || tokens.kind(from + 1) != Kind::String {
                return at + 1;
            }
            let specifier = tokens.get(from + 1).to_owned();
            match named {
                Some(name) => drop(self.exports.insert(name, Export::Namespace(specifier))),
                None => self.stars.push(specifier),
            }
            self.statements.push((start, from + 2));
            return from + 2;
        }
        if tokens.is_punct(at, "{") {
            let close = tokens.pair(at).unwrap_or(at);
            let from = tokens.is_word(close + 1, "from") && tokens.kind(close + 2) == Kind::String;
            for (name, exported) in specifiers(tokens, at, close) {
                let source = if from {
                    Export::From(tokens.get(close + 2).to_owned(), name)
                } else {
                    Export::Local(name)
                };
                self.exports.insert(exported, source);
            }
            let end = if from { close + 3 } else { close + 1 };
            self.statements.push((start, end));
            return end;
        }
        if tokens.is_word(at, "default") {
            let name = tokens.get(at + 1);
            if tokens.kind(at + 1) == Kind::Word && !STARTS.contains(&name) {
                self.exports.insert("default".to_owned(), Export::Local(name.to_owned()));
            }
            return at + 1;
        }
        self.declaration(tokens, at, true)
    }

    /// `type X = …`, `interface X { … }`, `const X = …`; other declarations only by name.
    fn declaration(&mut self, tokens: &Tokens<'_>, start: usize, exported: bool) -> usize {
        let mut at = start;
        while ["declare", "async", "abstract"].contains(&tokens.get(at)) {
            at += 1;
        }
        let keyword = tokens.get(at);
        let name_at = if tokens.is_word(at + 1, "enum") || tokens.is_punct(at + 1, "*") {
            at + 2
        } else {
            at + 1
        };
        if tokens.kind(name_at) != Kind::Word || !STARTS.contains(&keyword) {
            return start + 1;
        }
        let name = tokens.get(name_at).to_owned();
        if exported {
            self.exports.insert(name.clone(), Export::Local(name.clone()));
        }
        let mut declared = Declared::default();
        let end = end_of_statement(tokens, name_at + 1);
        match keyword {
            "type" | "interface" => mentions(tokens, name_at + 1, end, &mut declared),
            "const" | "let" | "var" => {
                declared = value(tokens, name_at + 1, end);
                derived_schema(tokens, name_at + 1, &mut declared);
                declared.is_value &= declared.of_values.is_empty();
            }
            "function" => {
                if let Some(function) = Function::read(tokens, name_at + 1, false) {
                    declared = function.declared(tokens);
                }
                self.declared.insert(name, declared);
                return name_at + 1;
            }
            // A body is no statement of the top level.
            _ => return name_at + 1,
        }
        self.declared.insert(name, declared);
        end.max(name_at + 1)
    }

    /// `const { a, b: c } = await import("…")` and `= require("…")`, anywhere.
    fn loaded_later(&mut self, tokens: &Tokens<'_>) {
        for at in 0..tokens.len() {
            let loads = (tokens.is_word(at, "import") || tokens.is_word(at, "require"))
                && tokens.is_punct(at + 1, "(")
                && tokens.kind(at + 2) == Kind::String
                && tokens.is_punct(at + 3, ")");
            if !loads {
                continue;
            }
            let specifier = tokens.get(at + 2).to_owned();
            let mut before = at;
            while before > 0
                && (tokens.is_word(before - 1, "await") || tokens.is_punct(before - 1, "("))
            {
                before -= 1;
            }
            if before < 2 || !tokens.is_punct(before - 1, "=") {
                continue;
            }
            let target = before - 2;
            if tokens.is_punct(target, "}") {
                let Some(open) = tokens.pair(target) else { continue };
                for (name, local) in destructured(tokens, open, target) {
                    let specifier = specifier.clone();
                    self.imports.push(Import { local, specifier, what: What::Named(name) });
                }
                self.statements.push((open, target + 1));
            } else if tokens.kind(target) == Kind::Word {
                let local = tokens.get(target).to_owned();
                self.imports.push(Import { local, specifier, what: What::Namespace });
            }
        }
    }
}

/// The constant, or the key, whose value a property stands in.
fn owner<'a>(tokens: &Tokens<'a>, key: usize) -> Option<&'a str> {
    let mut inner = tokens.opening(key)?;
    for _ in 0..3 {
        let first = super::flow::start_of_chain(tokens, inner);
        let before = first.checked_sub(1)?;
        if tokens.is_punct(before, "=") || tokens.is_punct(before, ":") {
            return before.checked_sub(1).map(|name| tokens.get(name));
        }
        inner = tokens.opening(inner)?;
    }
    None
}

/// Words before a bracket that is no parameter list.
const CONTROL: &[&str] = &[
    "if",
    "for",
    "while",
    "switch",
    "catch",
    "return",
    "await",
    "typeof",
    "new",
    "super",
    "import",
    "constructor",
    "with",
    "do",
    "else",
    "case",
];

/// A function: the tokens of its parameters, of its result's type and of its body.
#[derive(Debug, Clone, Copy)]
pub(super) struct Function {
    parameters: (usize, usize),
    result: Option<(usize, usize)>,
    body: (usize, usize),
}

impl Function {
    /// Reads what starts at a token: `<T>(…): R {…}`, and as a value `async (…): R => …`, `x => …` or
    /// `async function (…) {…}`.
    pub(super) fn read(tokens: &Tokens<'_>, start: usize, is_value: bool) -> Option<Self> {
        let mut at = start;
        if is_value && tokens.is_word(at, "async") {
            at += 1;
        }
        let mut is_arrow = is_value;
        if is_value && tokens.is_word(at, "function") {
            is_arrow = false;
            at += 1;
            if tokens.kind(at) == Kind::Word {
                at += 1;
            }
        }
        if is_arrow && tokens.kind(at) == Kind::Word && tokens.is_punct(at + 1, "=>") {
            let body = Self::body(tokens, at + 2);
            return Some(Self { parameters: (at, at + 1), result: None, body });
        }
        if tokens.is_punct(at, "<") {
            at = end_of_angles(tokens, at)?;
        }
        let close = tokens.pair(at).filter(|close| *close > at && tokens.is_punct(at, "("))?;
        let parameters = (at + 1, close);
        let mut end = close + 1;
        let mut result = None;
        if tokens.is_punct(end, ":") {
            let from = end + 1;
            end = end_of_type(tokens, from, is_arrow);
            result = Some((from, end));
        }
        if is_arrow {
            if !tokens.is_punct(end, "=>") {
                return None;
            }
            return Some(Self { parameters, result, body: Self::body(tokens, end + 1) });
        }
        match tokens.pair(end).filter(|close| *close > end && tokens.is_punct(end, "{")) {
            Some(close) => Some(Self { parameters, result, body: (end + 1, close) }),
            // A signature: its result has a type.
            None if result.is_some() => Some(Self { parameters, result, body: (end, end) }),
            None => None,
        }
    }

    fn body(tokens: &Tokens<'_>, start: usize) -> (usize, usize) {
        match tokens.pair(start).filter(|close| *close > start) {
            Some(close) if tokens.is_punct(start, "{") => (start + 1, close),
            _ => (start, end_of_expression(tokens, start)),
        }
    }

    /// The tokens of its body: statements, or the expression of an arrow.
    pub(super) fn body_range(self) -> (usize, usize) {
        self.body
    }

    fn declared(self, tokens: &Tokens<'_>) -> Declared {
        let mut takes = Declared::default();
        mentions(tokens, self.parameters.0, self.parameters.1, &mut takes);
        let takes = Some(Box::new(takes));
        let mut declared = Declared { takes, is_value: true, ..Declared::default() };
        match self.result {
            Some((from, to)) => mentions(tokens, from, to, &mut declared),
            None => declared.body = Body::read(tokens, self.body.0, self.body.1),
        }
        declared
    }
}

impl Body {
    /// What a range of tokens names.
    pub(super) fn read(tokens: &Tokens<'_>, from: usize, to: usize) -> Self {
        let mut body = Self::default();
        for at in from..to {
            if tokens.kind(at) != Kind::Word {
                continue;
            }
            let name = tokens.get(at);
            if !tokens.is_property(at) {
                body.names.insert(name.to_owned());
            } else if at >= 2 && tokens.is_word(at - 2, "query") {
                body.queries.insert(name.to_owned());
            } else if tokens.is_punct(at + 1, "(") {
                body.calls.insert(name.to_owned());
            }
        }
        body
    }
}

/// What a constant is: a function, something with a type, or the value of an expression. An object's or
/// a class's methods are known by their own names.
fn value(tokens: &Tokens<'_>, start: usize, end: usize) -> Declared {
    let mut declared = Declared { is_value: true, ..Declared::default() };
    let mut at = start;
    if tokens.is_punct(at, ":") {
        at = end_of_type(tokens, at + 1, true);
        mentions(tokens, start + 1, at, &mut declared);
        return declared;
    }
    if !tokens.is_punct(at, "=") {
        return declared;
    }
    if let Some(function) = Function::read(tokens, at + 1, true) {
        return function.declared(tokens);
    }
    if !tokens.is_punct(at + 1, "{") && !tokens.is_word(at + 1, "new") {
        declared.body = Body::read(tokens, at + 1, end);
    }
    declared
}

fn mentions(tokens: &Tokens<'_>, start: usize, end: usize, declared: &mut Declared) {
    for at in start..end {
        if tokens.kind(at) != Kind::Word || tokens.is_property(at) || tokens.is_punct(at + 1, ":") {
            continue;
        }
        let name = tokens.get(at);
        if at > start && tokens.is_word(at - 1, "typeof") {
            // `typeof schema.funds`
            let path = if tokens.is_punct(at + 1, ".") {
                format!("{name}.{}", tokens.get(at + 2))
            } else {
                name.to_owned()
            };
            declared.of_values.push(path);
        } else {
            declared.of_types.push(name.to_owned());
        }
    }
}

/// drizzle-zod and its kin: `= createInsertSchema(funds, …)`.
fn derived_schema(tokens: &Tokens<'_>, start: usize, declared: &mut Declared) {
    const MAKERS: &[&str] = &["createInsertSchema", "createSelectSchema", "createUpdateSchema"];
    for at in start..start + 40 {
        if tokens.is_punct(at, ";") {
            return;
        }
        if MAKERS.contains(&tokens.get(at)) && tokens.is_punct(at + 1, "(") {
            declared.of_values.push(tokens.get(at + 2).to_owned());
            return;
        }
    }
}
