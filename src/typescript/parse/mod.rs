//! Text → [`Module`]. The only folder that names swc: its tree is lowered here, at once, into ours.

mod early;
mod expression;
mod function;
mod module;
mod nesting;
mod statement;

pub(super) use module::DEFAULT_BINDING;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use swc_common::{BytePos, Spanned};
use swc_ecma_ast::EsVersion;
use swc_ecma_parser::{EsSyntax, Lexer, Parser, StringInput, Syntax, TsSyntax};

use super::syntax::{Block, Export, Import, Module, Name, Request, Span};
use crate::files::Blob;
use crate::origin::LineIndex;

/// Larger files are refused: nobody writes a schema of that size by hand, and the parser's memory is a
/// multiple of its input.
pub const MAX_BYTES: usize = 5 * 1024 * 1024;

/// How deep the lowered tree may be.
const MAX_DEPTH: u32 = 3_000;

/// How a file is read, by its extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// `.ts`, `.mts`, `.cts`
    TypeScript,
    /// `.tsx`
    Tsx,
    /// `.js`, `.mjs`, `.cjs`, `.jsx`
    JavaScript,
    /// `.json`
    Json,
}

impl Language {
    /// The language of a file name; `None` for anything that is not code.
    pub fn of(path: &str) -> Option<Self> {
        let name = path.rsplit('/').next().unwrap_or(path);
        match name.rsplit_once('.')?.1 {
            "ts" | "mts" | "cts" => Some(Self::TypeScript),
            "tsx" => Some(Self::Tsx),
            "js" | "mjs" | "cjs" | "jsx" => Some(Self::JavaScript),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}

/// Why a file could not be parsed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ParseError {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// A lower-case fragment.
    pub message: String,
}

impl ParseError {
    fn new(message: impl Into<String>) -> Self {
        Self { line: 1, column: 1, message: message.into() }
    }

    fn at(text: &str, offset: u32, message: impl Into<String>) -> Self {
        let (line, column) = LineIndex::new(text).locate(text, offset);
        Self { line, column, message: message.into() }
    }
}

/// Parses one file. Call it on a thread with a large stack (see [`super::on_large_stack`]): the
/// parser recurses with the nesting of its input.
pub fn parse(bytes: &[u8], language: Language) -> Result<Module, ParseError> {
    if bytes.len() > MAX_BYTES {
        let size = bytes.len().div_ceil(1024 * 1024);
        return Err(ParseError::new(format!(
            "the file has {size} MB; files over {} MB are not read as code",
            MAX_BYTES / 1024 / 1024
        )));
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text),
        Err(error) => {
            let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let line = memchr::memchr_iter(b'\n', before).count() + 1;
            return Err(ParseError {
                line: u32::try_from(line).unwrap_or(u32::MAX),
                column: 1,
                message: "the file is not UTF-8; save it as UTF-8".to_owned(),
            });
        }
    };
    if language == Language::Json {
        return parse_json(text);
    }
    nesting::check(text)?;
    let syntax = match language {
        Language::JavaScript => {
            Syntax::Es(EsSyntax { jsx: true, decorators: true, ..EsSyntax::default() })
        }
        language => Syntax::Typescript(TsSyntax {
            tsx: language == Language::Tsx,
            decorators: true,
            no_early_errors: true,
            ..TsSyntax::default()
        }),
    };
    let end = u32::try_from(text.len()).unwrap_or(u32::MAX - 1) + 1;
    let input = StringInput::new(text, BytePos(1), BytePos(end));
    let mut parser = Parser::new_from(Lexer::new(syntax, EsVersion::EsNext, input, None));
    let program = parser.parse_program();
    let first = match (&program, parser.take_errors().into_iter().next()) {
        (Err(error), _) => Some(error.clone()),
        // What the parser forgives, esbuild mostly forgives too: early errors such as a duplicate
        // declaration do not stop a file from loading, but a broken token does.
        (Ok(_), _) => None,
    };
    if let Some(error) = first {
        let message = error.kind().msg();
        return Err(ParseError::at(text, offset(error.span().lo), lower_case(&message)));
    }
    let program = program.map_err(|error| ParseError::new(error.kind().msg()))?;
    let mut lowering = Lowering::new(text, language);
    let module = lowering.program(program);
    match lowering.refused {
        Some((span, message)) => Err(ParseError::at(text, span.lo, message)),
        None => Ok(module),
    }
}

/// Parsed files by content: both sides of a comparison share almost all of theirs.
#[derive(Debug, Default)]
pub struct ParseCache {
    parsed: Mutex<HashMap<(Arc<str>, Language), Parsed>>,
}

type Parsed = Result<Arc<Module>, ParseError>;

impl ParseCache {
    /// Parses a blob, or gives what an earlier call made of it.
    pub fn parse(&self, blob: &Blob, language: Language) -> Parsed {
        let key = (blob.id.clone(), language);
        let lock = |parsed: &Mutex<HashMap<_, Parsed>>| {
            parsed.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned()
        };
        if let Some(known) = lock(&self.parsed) {
            return known;
        }
        let result = parse(&blob.bytes, language).map(Arc::new);
        let mut parsed = self.parsed.lock().unwrap_or_else(PoisonError::into_inner);
        parsed.insert(key, result.clone());
        result
    }
}

/// JSON as a module: the data becomes the default export's expression.
fn parse_json(text: &str) -> Result<Module, ParseError> {
    let value: serde_json::Value = serde_json::from_str(text).map_err(|error| ParseError {
        line: u32::try_from(error.line()).unwrap_or(u32::MAX),
        column: u32::try_from(error.column()).unwrap_or(u32::MAX),
        message: format!("the file is not JSON: {error}"),
    })?;
    let mut lowering = Lowering::new(text, Language::Json);
    Ok(lowering.json(&value))
}

/// swc's messages start with a capital letter; ours are fragments.
fn lower_case(message: &str) -> String {
    let mut characters = message.chars();
    match (characters.next(), characters.clone().next()) {
        (Some(first), Some(second)) if first.is_uppercase() && second.is_lowercase() => {
            first.to_lowercase().chain(characters).collect()
        }
        _ => message.to_owned(),
    }
}

fn offset(position: BytePos) -> u32 {
    position.0.saturating_sub(1)
}

fn span_of(node: &impl Spanned) -> Span {
    Span { lo: offset(node.span_lo()), hi: offset(node.span_hi()) }
}

/// The state of one lowering.
struct Lowering<'t> {
    text: &'t str,
    language: Language,
    names: Vec<Arc<str>>,
    index: HashMap<Arc<str>, Name>,
    /// Identifiers seen where a value is meant: an import that is not among them is dropped.
    used: HashSet<Name>,
    requests: Vec<Request>,
    imports: Vec<Import>,
    exports: Vec<Export>,
    stars: Vec<u32>,
    /// `var`s of the functions being lowered, innermost last.
    vars: Vec<Vec<Name>>,
    depth: u32,
    /// Why the file is not accepted although it parses, and where.
    refused: Option<(Span, String)>,
    is_esm: bool,
    uses_commonjs: bool,
}

impl<'t> Lowering<'t> {
    fn new(text: &'t str, language: Language) -> Self {
        Self {
            text,
            language,
            names: Vec::new(),
            index: HashMap::new(),
            used: HashSet::new(),
            requests: Vec::new(),
            imports: Vec::new(),
            exports: Vec::new(),
            stars: Vec::new(),
            vars: vec![Vec::new()],
            depth: 0,
            refused: None,
            is_esm: false,
            uses_commonjs: false,
        }
    }

    /// Interns a text.
    fn name(&mut self, text: &str) -> Name {
        if let Some(name) = self.index.get(text) {
            return *name;
        }
        let name = Name(u32::try_from(self.names.len()).unwrap_or(u32::MAX));
        let shared: Arc<str> = text.into();
        self.names.push(shared.clone());
        self.index.insert(shared, name);
        name
    }

    fn finish(&mut self, body: Block) -> Module {
        // TypeScript's rule as esbuild applies it: an import whose names are used only as types is
        // not an import. JavaScript files keep theirs.
        let mut imports = std::mem::take(&mut self.imports);
        if self.language != Language::JavaScript {
            imports.retain(|import| self.used.contains(&import.local));
        }
        for import in &imports {
            if let Some(request) = self.requests.get_mut(import.request as usize) {
                request.is_needed = true;
            }
        }
        let exports = std::mem::take(&mut self.exports);
        self.refuse_twice(early::exported_twice(&exports), "exported");
        let is_commonjs = self.uses_commonjs && !self.is_esm;
        Module {
            text: self.text.into(),
            names: std::mem::take(&mut self.names),
            requests: std::mem::take(&mut self.requests),
            imports,
            exports,
            stars: std::mem::take(&mut self.stars),
            body,
            vars: self.vars.pop().unwrap_or_default(),
            is_commonjs,
        }
    }

    /// Refuses the file for a name that is declared or exported twice.
    fn refuse_twice(&mut self, twice: Option<(Name, Span)>, what: &str) {
        if let (Some((name, span)), None) = (twice, &self.refused) {
            let name = self.names.get(name.0 as usize).map_or("", |name| &**name);
            self.refused = Some((span, format!("`{name}` is {what} twice")));
        }
    }

    /// Runs one level of recursion unless the tree is too deep.
    fn deeper<T>(&mut self, span: Span, work: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= MAX_DEPTH {
            let why =
                || (span, format!("expressions are nested more than {MAX_DEPTH} levels deep"));
            self.refused.get_or_insert_with(why);
            return None;
        }
        self.depth += 1;
        let result = work(self);
        self.depth -= 1;
        Some(result)
    }
}
