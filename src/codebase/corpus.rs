//! The files of a state that are searched, each read and taken apart at most once.

use std::sync::{Arc, OnceLock};

use super::lex::{Lexed, Tokens};
use super::module::Module;
use super::search::outline;
use super::source::{Language, MAX_BYTES, Source, is_generated, walk};
use crate::files::{Files, ReadError};
use crate::typescript;

/// The files of one state.
pub struct Corpus<'a> {
    files: &'a dyn Files,
    texts: Vec<Text>,
}

/// One file.
pub(super) struct Text {
    pub(super) source: Source,
    /// Whether tables are defined in it: it is judged, not searched.
    pub(super) is_schema: bool,
    content: OnceLock<Content>,
    outline: OnceLock<Outline>,
}

enum Content {
    Bytes(Arc<[u8]>),
    /// Nobody wrote it, or it is no text.
    Nothing,
    Unread(String),
}

/// What a file of TypeScript is made of.
pub(super) struct Outline {
    pub(super) module: Arc<Module>,
    /// What is taken from namespaces: `ns.name`.
    pub(super) members: Vec<(String, String)>,
    pub(super) lexed: Lexed,
    /// Why it does not parse.
    pub(super) broken: Option<String>,
}

impl Outline {
    /// The tokens, over the text they were made of.
    pub(super) fn tokens<'t>(&self, text: &'t str) -> Tokens<'t> {
        Tokens::again(text, self.lexed.clone())
    }
}

impl<'a> Corpus<'a> {
    /// Lists the files; `schema` are those in which tables are defined.
    ///
    /// # Errors
    /// When a directory cannot be listed.
    pub fn new(files: &'a dyn Files, schema: &[String]) -> Result<Self, ReadError> {
        let mut texts: Vec<Text> =
            walk(files, schema)?.into_iter().map(|source| Text::new(source, false)).collect();
        let defines = schema.iter().filter_map(|path| Source::of(path));
        texts.extend(defines.map(|source| Text::new(source, true)));
        Ok(Self { files, texts })
    }

    pub(super) fn files(&self) -> &'a dyn Files {
        self.files
    }

    pub(super) fn texts(&self) -> &[Text] {
        &self.texts
    }

    /// Files that were taken apart and do not parse, and why.
    pub(super) fn broken(&self) -> Vec<(String, String)> {
        let why = |text: &Text| {
            let why = text.outline.get()?.broken.clone()?;
            Some((text.source.path.clone(), why))
        };
        self.texts.iter().filter_map(why).collect()
    }

    /// Files that could not be read, and why.
    pub(super) fn unread(&self) -> Vec<(String, String)> {
        let why = |text: &Text| match text.content.get() {
            Some(Content::Unread(why)) => Some((text.source.path.clone(), why.clone())),
            _ => None,
        };
        self.texts.iter().filter_map(why).collect()
    }
}

impl Text {
    fn new(source: Source, is_schema: bool) -> Self {
        Self { source, is_schema, content: OnceLock::new(), outline: OnceLock::new() }
    }

    /// The bytes; `None` when the file cannot be read, was written by a program, or is no text.
    pub(super) fn bytes(&self, corpus: &Corpus<'_>) -> Option<&[u8]> {
        let content = self.content.get_or_init(|| match corpus.files.read(&self.source.path) {
            Ok(Some(blob)) if blob.bytes.len() > MAX_BYTES || is_generated(&blob.bytes) => {
                Content::Nothing
            }
            Ok(Some(blob)) => Content::Bytes(blob.bytes),
            Ok(None) => Content::Nothing,
            Err(error) => Content::Unread(error.why),
        });
        match content {
            Content::Bytes(bytes) => Some(bytes),
            Content::Nothing | Content::Unread(_) => None,
        }
    }

    /// The text; what is not UTF-8 is left out from there on.
    pub(super) fn text(&self, corpus: &Corpus<'_>) -> &str {
        let bytes = self.bytes(corpus).unwrap_or_default();
        match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => std::str::from_utf8(bytes.get(..error.valid_up_to()).unwrap_or_default())
                .unwrap_or(""),
        }
    }

    /// What it is made of, when it is TypeScript or JavaScript.
    pub(super) fn outline(&self, corpus: &Corpus<'_>) -> Option<&Outline> {
        (self.source.language == Language::Code).then(|| {
            self.outline.get_or_init(|| {
                let mut outline = outline(self.text(corpus));
                if outline.tokens(self.text(corpus)).is_unbalanced() {
                    outline.broken = self.parse_error(corpus);
                }
                outline
            })
        })
    }

    /// What the parser says of a file whose brackets do not match.
    fn parse_error(&self, corpus: &Corpus<'_>) -> Option<String> {
        let language = typescript::Language::of(&self.source.path)?;
        let bytes = self.bytes(corpus)?;
        let parsed = typescript::on_large_stack(|| typescript::parse(bytes, language).map(drop));
        parsed.ok()?.err().map(|error| format!("line {}: {error}", error.line))
    }
}
