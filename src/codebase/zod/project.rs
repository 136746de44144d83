//! The files in which Zod schemas stand, with those they import constants from.

use std::collections::BTreeMap;

use super::object::{Range, constants};
use crate::codebase::Resolve;
use crate::codebase::corpus::{Corpus, Outline};
use crate::codebase::lex::Tokens;
use crate::codebase::module::{Export, What};
use crate::codebase::source::Language;

/// How many imports are followed from a schema's file.
const MAX_DEPTH: usize = 6;

/// Files that see each other's constants.
pub(super) struct Project<'a> {
    files: BTreeMap<&'a str, File<'a>>,
}

struct File<'a> {
    outline: &'a Outline,
    tokens: Tokens<'a>,
    constants: BTreeMap<String, Range>,
    /// Where its imports lead, by their specifiers.
    targets: BTreeMap<&'a str, &'a str>,
}

impl<'a> Project<'a> {
    /// Reads the files that are `placed`, and what they import.
    pub(super) fn new(
        corpus: &'a Corpus<'_>,
        resolve: &Resolve<'_>,
        placed: impl Fn(&str) -> bool,
    ) -> Self {
        let code = corpus.texts().iter().filter(|text| text.source.language == Language::Code);
        let by_path: BTreeMap<&str, _> =
            code.map(|text| (text.source.path.as_str(), text)).collect();
        let has_zod = |bytes: &[u8]| memchr::memmem::find(bytes, b"z.").is_some();
        let mut level: Vec<&str> = by_path
            .iter()
            .filter(|(path, text)| {
                !text.source.is_test && placed(path) && text.bytes(corpus).is_some_and(has_zod)
            })
            .map(|(path, _)| *path)
            .collect();
        let mut files = BTreeMap::new();
        for _ in 0..=MAX_DEPTH {
            let mut next = Vec::new();
            for path in std::mem::take(&mut level) {
                let Some((key, text)) = by_path.get_key_value(path) else { continue };
                if files.contains_key(key) {
                    continue;
                }
                let Some(outline) = text.outline(corpus) else { continue };
                let module = &outline.module;
                let specifiers = module.imports.iter().map(|it| it.specifier.as_str());
                let exported = module.exports.values().filter_map(|it| match it {
                    Export::From(specifier, _) | Export::Namespace(specifier) => {
                        Some(specifier.as_str())
                    }
                    Export::Local(_) => None,
                });
                let stars = module.stars.iter().map(String::as_str);
                let mut targets = BTreeMap::new();
                for specifier in specifiers.chain(exported).chain(stars) {
                    let Some(target) = resolve(path, specifier) else { continue };
                    let Some((target, _)) = by_path.get_key_value(target.as_str()) else {
                        continue;
                    };
                    targets.insert(specifier, *target);
                    next.push(*target);
                }
                let tokens = outline.tokens(text.text(corpus));
                let constants = constants(&tokens);
                files.insert(*key, File { outline, tokens, constants, targets });
            }
            level = next;
        }
        Self { files }
    }

    /// One of its files.
    pub(super) fn at(&self, path: &str) -> Option<At<'_>> {
        let (path, file) = self.files.get_key_value(path)?;
        Some(At { project: self, path, file })
    }

    /// The paths of its files.
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().copied()
    }
}

/// A file of a project.
#[derive(Clone, Copy)]
pub(super) struct At<'p> {
    project: &'p Project<'p>,
    path: &'p str,
    file: &'p File<'p>,
}

impl<'p> At<'p> {
    pub(super) fn path(self) -> &'p str {
        self.path
    }

    pub(super) fn tokens(self) -> &'p Tokens<'p> {
        &self.file.tokens
    }

    pub(super) fn constants(self) -> &'p BTreeMap<String, Range> {
        &self.file.constants
    }

    /// Whether others can import a constant of this file.
    pub(super) fn exports(self, name: &str) -> bool {
        let mut exports = self.file.outline.module.exports.values();
        exports.any(|it| matches!(it, Export::Local(local) if local == name))
    }

    /// What a name means here: a constant of this file, or of one it is imported from.
    pub(super) fn find(self, name: &str) -> Option<(Self, Range)> {
        self.named(name, 0)
    }

    fn named(self, name: &str, depth: usize) -> Option<(Self, Range)> {
        if let Some(range) = self.file.constants.get(name) {
            return Some((self, *range));
        }
        if depth > MAX_DEPTH {
            return None;
        }
        let import = self.file.outline.module.imports.iter().find(|it| it.local == name)?;
        let What::Named(exported) = &import.what else { return None };
        self.leads(&import.specifier)?.exported(exported, depth + 1)
    }

    fn exported(self, name: &str, depth: usize) -> Option<(Self, Range)> {
        if depth > MAX_DEPTH {
            return None;
        }
        let module = &self.file.outline.module;
        match module.exports.get(name) {
            Some(Export::Local(local)) => self.named(local, depth + 1),
            Some(Export::From(specifier, name)) => self.leads(specifier)?.exported(name, depth + 1),
            Some(Export::Namespace(_)) => None,
            None => module
                .stars
                .iter()
                .find_map(|specifier| self.leads(specifier)?.exported(name, depth + 1)),
        }
    }

    fn leads(self, specifier: &str) -> Option<Self> {
        self.project.at(self.file.targets.get(specifier)?)
    }
}
