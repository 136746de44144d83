//! A file's imports, exports and type declarations, read from its tokens.

use std::collections::BTreeMap;

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
}

/// The outline of one file.
#[derive(Debug, Clone, Default)]
pub(super) struct Module {
    pub(super) imports: Vec<Import>,
    pub(super) exports: BTreeMap<String, Export>,
    pub(super) stars: Vec<String>,
    pub(super) declared: BTreeMap<String, Declared>,
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
        module
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
            "const" | "let" | "var" => derived_schema(tokens, name_at + 1, &mut declared),
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

/// `{ a, b as c, type d }` as (imported or local name, bound or exported name).
fn specifiers(tokens: &Tokens<'_>, open: usize, close: usize) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut at = open + 1;
    while at < close {
        let is_end =
            |at: usize| at >= close || tokens.is_punct(at, ",") || tokens.is_word(at, "as");
        if tokens.is_word(at, "type") && !is_end(at + 1) {
            at += 1;
        }
        if matches!(tokens.kind(at), Kind::Word | Kind::String) {
            let name = tokens.get(at).to_owned();
            let bound = if tokens.is_word(at + 1, "as") {
                at += 2;
                tokens.get(at).to_owned()
            } else {
                name.clone()
            };
            found.push((name, bound));
        }
        at += 1;
    }
    found
}

/// `{ a, b: c }` as (property, bound name); deeper patterns are left out.
fn destructured(tokens: &Tokens<'_>, open: usize, close: usize) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut at = open + 1;
    while at < close {
        if tokens.kind(at) == Kind::Word {
            let name = tokens.get(at).to_owned();
            if tokens.is_punct(at + 1, ":") && tokens.kind(at + 2) == Kind::Word {
                found.push((name, tokens.get(at + 2).to_owned()));
                at += 3;
                continue;
            }
            found.push((name.clone(), name));
        }
        at = tokens.pair(at).filter(|end| *end > at).unwrap_or(at) + 1;
    }
    found
}

/// The end of a declaration without looking at line breaks: a semicolon, or the next word that starts
/// one.
fn end_of_statement(tokens: &Tokens<'_>, start: usize) -> usize {
    let mut at = start;
    while at < tokens.len() {
        if tokens.is_punct(at, ";") {
            return at + 1;
        }
        let starts = tokens.kind(at) == Kind::Word && STARTS.contains(&tokens.get(at));
        if starts && !tokens.is_property(at) && begins_line(tokens, at) {
            return at;
        }
        at = tokens.pair(at).filter(|close| *close > at).unwrap_or(at) + 1;
    }
    at
}

fn begins_line(tokens: &Tokens<'_>, at: usize) -> bool {
    let Some(before) = at.checked_sub(1).and_then(|before| tokens.list.get(before)) else {
        return true;
    };
    let between = tokens.text.get(before.end as usize..tokens.start(at)).unwrap_or("");
    between.contains('\n')
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

#[cfg(test)]
mod tests {
    use super::*;

    fn module(text: &str) -> Module {
        Module::new(&Tokens::new(text))
    }

    fn locals(text: &str) -> Vec<(String, What)> {
        module(text).imports.into_iter().map(|import| (import.local, import.what)).collect()
    }

    fn named(local: &str, name: &str) -> (String, What) {
        (local.to_owned(), What::Named(name.to_owned()))
    }

    #[test]
    fn imports_in_every_form() {
        let text = "import db, { funds as f, type Fund } from './schema';\nimport type { X } from 'x'\nimport './side'";
        assert_eq!(
            locals(text),
            [named("db", "default"), named("f", "funds"), named("Fund", "Fund"), named("X", "X")]
        );
        assert_eq!(locals("import * as schema from '@shared/schema'")[0].1, What::Namespace);
        let later = "async function f() { const { funds, users: u } = await import('./schema'); }";
        assert_eq!(locals(later), [named("funds", "funds"), named("u", "users")]);
        assert_eq!(locals("const s = require('./schema')")[0].1, What::Namespace);
        assert_eq!(locals("const x = import.meta.url"), []);
    }

    #[test]
    fn exports_in_every_form() {
        let text = "export * from './a';\nexport * as b from './b';\nexport { c as d } from './c';\n\
                    const e = 1; export { e };\nexport const f = 2\nexport type G = string\nexport default e;";
        let module = module(text);
        assert_eq!(module.stars, ["./a"]);
        assert_eq!(module.exports["b"], Export::Namespace("./b".to_owned()));
        assert_eq!(module.exports["d"], Export::From("./c".to_owned(), "c".to_owned()));
        assert_eq!(module.exports["default"], Export::Local("e".to_owned()));
        assert!(["e", "f", "G"].iter().all(|name| module.exports.contains_key(*name)));
    }

    #[test]
    fn types_say_what_they_are_made_of() {
        let text = "export type Fund = typeof funds.$inferSelect;\n\
                    export type Lean = Pick<Fund, 'id'> & { extra: Other }\n\
                    export const insertFund = createInsertSchema(funds).omit({ id: true });\n\
                    type New = z.infer<typeof insertFund>";
        let module = module(text);
        assert_eq!(module.declared["Fund"].of_values, ["funds.$inferSelect"]);
        assert_eq!(module.declared["Lean"].of_types, ["Pick", "Fund", "Other"]);
        assert_eq!(module.declared["insertFund"].of_values, ["funds"]);
        assert_eq!(module.declared["New"].of_values, ["insertFund"]);
    }

    #[test]
    fn any_text_can_be_read() {
        for text in [
            "import",
            "import {",
            "export",
            "export {",
            "export * as",
            "type",
            "import x = require(",
            "= import('x')",
        ] {
            assert!(module(text).stars.is_empty());
        }
    }
}
