//! Which file a module specifier means, inside one set of files.
//!
//! Follows tsx, which loads schema files for drizzle-kit: TypeScript extensions, `.js` written for
//! `.ts`, `paths` of tsconfig.json, `exports` and `imports` of package.json. Build output is not in git:
//! where a package points into `dist`, its source is looked for.

mod package;
mod tsconfig;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use serde_json::Value as Json;

use crate::files::{Blob, EntryKind, Files, ReadError};
use package::{Package, Workspace};
use tsconfig::TsConfig;

/// What a specifier means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Resolution {
    /// A file of this state.
    File(Rc<str>),
    /// A relative specifier with nothing behind it.
    Missing,
    /// A package that is not in this state.
    External,
}

/// Reads files and remembers which, the absent ones too.
pub(crate) struct Reader<'a> {
    files: &'a dyn Files,
    seen: RefCell<BTreeMap<String, Option<Arc<str>>>>,
    listed: RefCell<BTreeSet<String>>,
    failure: RefCell<Option<ReadError>>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(files: &'a dyn Files) -> Self {
        Self {
            files,
            seen: RefCell::default(),
            listed: RefCell::default(),
            failure: RefCell::default(),
        }
    }

    /// The first error a probe met: what was not found may be there.
    pub(crate) fn take_failure(&self) -> Option<ReadError> {
        self.failure.borrow_mut().take()
    }

    fn fail<T>(&self, error: ReadError) -> Option<T> {
        self.failure.borrow_mut().get_or_insert(error);
        None
    }

    pub(crate) fn id(&self, path: &str) -> Option<Arc<str>> {
        if let Some(id) = self.seen.borrow().get(path) {
            return id.clone();
        }
        let id = self.files.id(path).unwrap_or_else(|error| self.fail(error));
        self.seen.borrow_mut().insert(path.to_owned(), id.clone());
        id
    }

    pub(crate) fn exists(&self, path: &str) -> bool {
        self.id(path).is_some()
    }

    pub(crate) fn read(&self, path: &str) -> Result<Option<Blob>, ReadError> {
        if let Some(None) = self.seen.borrow().get(path) {
            return Ok(None);
        }
        let blob = self.files.read(path)?;
        let id = blob.as_ref().map(|blob| blob.id.clone());
        self.seen.borrow_mut().insert(path.to_owned(), id);
        Ok(blob)
    }

    /// A small configuration file as JSON with comments.
    fn json(&self, path: &str) -> Option<Json> {
        let blob = self.read(path).unwrap_or_else(|error| self.fail(error))?;
        let text = std::str::from_utf8(&blob.bytes).ok()?;
        serde_json::from_str(text)
            .or_else(|_| serde_json::from_str(&tsconfig::without_comments(text)))
            .ok()
    }

    fn directories(&self, directory: &str) -> Vec<String> {
        self.listed.borrow_mut().insert(directory.to_owned());
        let entries = self.files.list(directory).unwrap_or_else(|error| self.fail(error));
        let entries = entries.unwrap_or_default().into_iter();
        let directories = entries.filter(|entry| entry.kind == EntryKind::Directory);
        directories.map(|entry| entry.name).collect()
    }

    /// Every path asked for, with the blob found there.
    pub(crate) fn seen(&self) -> BTreeMap<String, Option<Arc<str>>> {
        self.seen.borrow().clone()
    }

    /// The directories that were listed.
    pub(crate) fn listed(&self) -> BTreeSet<String> {
        self.listed.borrow().clone()
    }
}

/// Extensions tried when a specifier has none, in order.
const EXTENSIONS: &[&str] =
    &[".ts", ".tsx", ".js", ".jsx", ".mts", ".cts", ".mjs", ".cjs", ".json"];

/// Resolves specifiers; remembers configuration files and results.
#[derive(Default)]
pub(crate) struct Resolver {
    configs: HashMap<String, Option<Rc<TsConfig>>>,
    packages: HashMap<String, Option<Rc<Package>>>,
    workspaces: HashMap<String, Rc<Workspace>>,
    results: HashMap<(String, String), Resolution>,
}

/// Resolves specifiers in the files of a state: `(importing file, specifier) → file`; `None` for
/// packages from elsewhere and for what is missing.
pub fn resolver(files: &dyn Files) -> impl Fn(&str, &str) -> Option<String> + '_ {
    let reader = Reader::new(files);
    let resolver = RefCell::new(Resolver::default());
    move |from, specifier| match resolver.borrow_mut().resolve(&reader, from, specifier) {
        Resolution::File(path) => Some(path.to_string()),
        Resolution::Missing | Resolution::External => None,
    }
}

impl Resolver {
    /// What `specifier` means in the file `from`.
    pub(crate) fn resolve(
        &mut self,
        reader: &Reader<'_>,
        from: &str,
        specifier: &str,
    ) -> Resolution {
        let directory = parent(from).to_owned();
        let key = (directory, specifier.to_owned());
        if let Some(known) = self.results.get(&key) {
            return known.clone();
        }
        let result = self.find(reader, &key.0, specifier);
        self.results.insert(key, result.clone());
        result
    }

    fn find(&mut self, reader: &Reader<'_>, directory: &str, specifier: &str) -> Resolution {
        let specifier = specifier.split(['?']).next().unwrap_or(specifier);
        if specifier.starts_with("./")
            || specifier.starts_with("../")
            || matches!(specifier, "." | "..")
        {
            let found = join(directory, specifier).and_then(|path| probe(reader, &path));
            return found.map_or(Resolution::Missing, Resolution::File);
        }
        if specifier.starts_with('/') {
            return Resolution::Missing;
        }
        if specifier.starts_with("node:") || specifier.is_empty() {
            return Resolution::External;
        }
        let found = self
            .by_config(reader, directory, specifier)
            .or_else(|| self.by_package(reader, directory, specifier));
        found.map_or(Resolution::External, Resolution::File)
    }

    /// `paths` and `baseUrl` of the nearest tsconfig.json, then of those above it.
    fn by_config(
        &mut self,
        reader: &Reader<'_>,
        directory: &str,
        specifier: &str,
    ) -> Option<Rc<str>> {
        for directory in ancestors(directory) {
            let Some(config) = self.config(reader, directory) else { continue };
            for candidate in config.candidates(specifier) {
                if let Some(path) = probe(reader, &candidate) {
                    return Some(path);
                }
            }
        }
        None
    }

    fn config(&mut self, reader: &Reader<'_>, directory: &str) -> Option<Rc<TsConfig>> {
        if let Some(known) = self.configs.get(directory) {
            return known.clone();
        }
        let mut config = None;
        for name in ["tsconfig.json", "jsconfig.json"] {
            let path = beside(directory, name);
            if reader.exists(&path) {
                config = tsconfig::load(self, reader, &path, 0).map(Rc::new);
                break;
            }
        }
        self.configs.insert(directory.to_owned(), config.clone());
        config
    }

    /// `#imports` and packages of the workspace.
    fn by_package(
        &mut self,
        reader: &Reader<'_>,
        directory: &str,
        specifier: &str,
    ) -> Option<Rc<str>> {
        if specifier.starts_with('#') {
            for directory in ancestors(directory) {
                if let Some(package) = self.package(reader, directory) {
                    return package.import(reader, specifier);
                }
            }
            return None;
        }
        let name = package_name(specifier)?;
        let rest = specifier.get(name.len()..).unwrap_or_default();
        let home = self.workspace_package(reader, directory, name)?;
        home.export(reader, rest)
    }

    /// A package of the workspace around `directory`, by name.
    fn workspace_package(
        &mut self,
        reader: &Reader<'_>,
        directory: &str,
        name: &str,
    ) -> Option<Rc<Package>> {
        for directory in ancestors(directory) {
            let Some(package) = self.package(reader, directory) else { continue };
            if package.name.as_deref() == Some(name) {
                return Some(package);
            }
            let globs = package.workspaces(reader);
            if globs.is_empty() {
                continue;
            }
            let workspace = if let Some(known) = self.workspaces.get(directory) {
                known.clone()
            } else {
                let workspace = Rc::new(Workspace::new(self, reader, directory, &globs));
                self.workspaces.insert(directory.to_owned(), workspace.clone());
                workspace
            };
            if let Some(package) = workspace.packages.get(name) {
                return Some(package.clone());
            }
        }
        None
    }

    fn package(&mut self, reader: &Reader<'_>, directory: &str) -> Option<Rc<Package>> {
        if let Some(known) = self.packages.get(directory) {
            return known.clone();
        }
        let path = beside(directory, "package.json");
        let package = reader.exists(&path).then(|| reader.json(&path)).flatten();
        let package = package.map(|json| Rc::new(Package::new(directory, json)));
        self.packages.insert(directory.to_owned(), package.clone());
        package
    }
}

/// The file behind a path without a known extension, with one, or a directory with an index.
pub(super) fn probe(reader: &Reader<'_>, path: &str) -> Option<Rc<str>> {
    let found = |path: String| reader.exists(&path).then(|| Rc::from(path));
    // `./x.js` is how NodeNext writes `./x.ts`.
    let swaps: &[(&str, &[&str])] = &[
        (".js", &[".ts", ".tsx", ".js", ".jsx"]),
        (".jsx", &[".tsx", ".jsx"]),
        (".mjs", &[".mts", ".mjs"]),
        (".cjs", &[".cts", ".cjs"]),
    ];
    for (written, real) in swaps {
        if let Some(stem) = path.strip_suffix(written) {
            for extension in *real {
                if let Some(path) = found(format!("{stem}{extension}")) {
                    return Some(path);
                }
            }
        }
    }
    if !path.is_empty()
        && let Some(path) = found(path.to_owned())
    {
        return Some(path);
    }
    if !path.is_empty() {
        for extension in EXTENSIONS {
            if let Some(path) = found(format!("{path}{extension}")) {
                return Some(path);
            }
        }
    }
    for extension in EXTENSIONS {
        if let Some(path) = found(beside(path, &format!("index{extension}"))) {
            return Some(path);
        }
    }
    None
}

/// `@scope/name` or `name` of a bare specifier.
fn package_name(specifier: &str) -> Option<&str> {
    let mut parts = specifier.match_indices('/').map(|(at, _)| at);
    let end = if specifier.starts_with('@') {
        parts.next()?;
        parts.next()
    } else {
        parts.next()
    };
    specifier.get(..end.unwrap_or(specifier.len()))
}

/// The directory of a path; `""` is the root.
pub(crate) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

/// A name in a directory.
pub(crate) fn beside(directory: &str, name: &str) -> String {
    if directory.is_empty() { name.to_owned() } else { format!("{directory}/{name}") }
}

/// A directory and those above it, ending with the root.
fn ancestors(directory: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(directory), |path| (!path.is_empty()).then(|| parent(path)))
}

/// Joins a relative path to a directory; `None` when it leaves the root.
pub(crate) fn join(directory: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = directory.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests;
