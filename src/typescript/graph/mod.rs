//! Modules of one state: loaded on demand, evaluated when a binding of theirs is first read.
//!
//! tsx runs a program's modules eagerly as CommonJS. Here an imported module is evaluated when one of
//! its bindings is needed, so that a schema file which takes a constant from an application module does
//! not run the application. What a module gives is the same, unless it changes objects of other modules
//! while it loads; `import "./x"` without names is therefore evaluated at once, and the schema's own
//! modules run in drizzle-kit's order (see `order.rs`).
//!
//! A module that cannot be loaded, or stops with an exception, makes its bindings unknown. The error of
//! a file that was asked for by path ([`Evaluation::exports`]) is the error of the state.

mod exports;
mod order;

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use crate::files::Files;
use crate::origin::{LineIndex, Origin};
use crate::typescript::Error;
use crate::typescript::digest::Digest;
use crate::typescript::eval::scope::{Binding, Scope};
use crate::typescript::eval::statement::Completion;
use crate::typescript::eval::{Evaluation, error_of};
use crate::typescript::parse::{Language, ParseCache};
use crate::typescript::resolve::{Reader, Resolution, Resolver};
use crate::typescript::syntax::{Imported, Module, Name};
use crate::typescript::value::{Abrupt, Entries, Place, Unknown, Value};

/// How far the evaluation of a module has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Running,
    Done,
    Failed,
}

/// A module of one evaluation.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) id: u32,
    pub(crate) path: Arc<str>,
    pub(crate) module: Arc<Module>,
    /// The module's names as property keys.
    keys: Vec<Rc<str>>,
    /// The top-level bindings, by name.
    pub(crate) bindings: RefCell<Vec<Binding>>,
    state: Cell<State>,
    /// How many of its requests have run. What a module in a cycle asks of the others is not there.
    loaded: Cell<u32>,
    /// Its exports will be asked for.
    is_announced: Cell<bool>,
    failure: RefCell<Option<Rc<Unknown>>>,
    thrown: RefCell<Option<Thrown>>,
    /// The value of `export =`.
    pub(crate) assigned: RefCell<Option<Value>>,
    /// The `module` object of a CommonJS module.
    commonjs: RefCell<Option<Value>>,
    targets: RefCell<HashMap<u32, Target>>,
    lines: OnceCell<LineIndex>,
    is_json: bool,
}

/// An exception that ended a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thrown {
    /// Where it was thrown.
    pub origin: Origin,
    /// What it says.
    pub message: String,
}

/// What a request of a module leads to.
#[derive(Debug, Clone)]
enum Target {
    Module(u32),
    Host(Value),
    Unknown(Rc<Unknown>),
    /// A relative import with nothing behind it.
    Missing(Rc<Unknown>),
}

impl Record {
    /// A name as a property key.
    pub(crate) fn key(&self, name: Name) -> Rc<str> {
        self.keys.get(name.0 as usize).cloned().unwrap_or_else(|| "".into())
    }

    pub(crate) fn origin(&self, at: u32) -> Origin {
        let lines = self.lines.get_or_init(|| LineIndex::new(&self.module.text));
        let (line, column) = lines.locate(&self.module.text, at);
        Origin { file: self.path.clone(), line, column }
    }

    /// Why what is not initialised never will be.
    pub(crate) fn failure(&self) -> Option<Rc<Unknown>> {
        self.failure.borrow().clone()
    }
}

/// The modules of one evaluation.
pub(crate) struct Graph<'a> {
    pub(crate) records: Vec<Rc<Record>>,
    by_path: HashMap<Rc<str>, Result<u32, Error>>,
    reader: Reader<'a>,
    resolver: Resolver,
    cache: &'a ParseCache,
}

impl<'a> Graph<'a> {
    pub(crate) fn new(files: &'a dyn Files, cache: &'a ParseCache) -> Self {
        Self {
            records: Vec::new(),
            by_path: HashMap::new(),
            reader: Reader::new(files),
            resolver: Resolver::default(),
            cache,
        }
    }

    /// Loads and parses a file once.
    fn load(&mut self, path: &str) -> Result<u32, Error> {
        if let Some(known) = self.by_path.get(path) {
            return known.clone();
        }
        let result = self.load_new(path);
        self.by_path.insert(path.into(), result.clone());
        result
    }

    fn load_new(&mut self, path: &str) -> Result<u32, Error> {
        let Some(language) = Language::of(path) else {
            return Err(Error::NotCode { path: path.to_owned() });
        };
        let blob = self.reader.read(path)?;
        let Some(blob) = blob else { return Err(Error::NotFound { path: path.to_owned() }) };
        let module = self.cache.parse(&blob, language).map_err(|error| Error::Syntax {
            origin: Origin::new(path, error.line, error.column),
            message: error.message,
        })?;
        let id = u32::try_from(self.records.len()).unwrap_or(u32::MAX);
        let keys: Vec<Rc<str>> = module.names.iter().map(|name| Rc::from(&**name)).collect();
        let bindings = vec![Binding::Absent; keys.len()];
        self.records.push(Rc::new(Record {
            id,
            path: path.into(),
            module,
            keys,
            bindings: bindings.into(),
            state: Cell::new(State::New),
            loaded: Cell::new(u32::MAX),
            is_announced: Cell::new(false),
            failure: RefCell::default(),
            thrown: RefCell::default(),
            assigned: RefCell::default(),
            commonjs: RefCell::default(),
            targets: RefCell::default(),
            lines: OnceCell::new(),
            is_json: language == Language::Json,
        }));
        Ok(id)
    }
}

impl Evaluation<'_> {
    /// Loads and evaluates a file and gives its exports in the order of drizzle-kit's exports object:
    /// own names sorted by bytes (`default` among them), then the targets of `export *` in statement
    /// order, each in its own order. `export *` from an unknown package gives an entry named `*`.
    ///
    /// A value that could not be evaluated is unknown; an exception that ended the file early is in
    /// [`Evaluation::thrown`].
    ///
    /// # Errors
    ///
    /// The file or a file it re-exports with `export *` is missing, cannot be parsed, or imports a
    /// relative path with nothing behind it (drizzle-kit fails there); a budget is used up.
    pub fn exports(&mut self, path: &str) -> Result<Entries, Error> {
        let id = self.graph.load(path)?;
        let mut seen = HashSet::new();
        self.check_entry(id, &mut seen)?;
        self.ensure_evaluated(id).map_err(|abrupt| error_of(self, abrupt))?;
        let names = self.names(id).map_err(|abrupt| error_of(self, abrupt))?;
        let mut exports = Vec::with_capacity(names.0.len());
        for name in names.0 {
            let value = match self.export(id, &name) {
                Ok(value) => value,
                Err(Abrupt::Throw(thrown, origin)) => {
                    let message = self.thrown_message(&thrown);
                    let source = Digest::new("export").text(path).text(&name).text(&message);
                    Self::unknown_from(&message, origin, source.finish())
                }
                Err(abrupt) => return Err(error_of(self, abrupt)),
            };
            exports.push((name, value));
        }
        exports.extend(names.1.into_iter().map(|unknown| ("*".into(), Value::Unknown(unknown))));
        if let Some(error) = self.graph.reader.take_failure() {
            return Err(Error::Read(error));
        }
        Ok(exports)
    }

    /// The exception that ended a module early, if any. drizzle-kit fails there.
    pub fn thrown(&self, path: &str) -> Option<Thrown> {
        let record = self.graph.records.iter().find(|record| &*record.path == path)?;
        record.thrown.borrow().clone()
    }

    /// The lowered tree of a file, loaded if need be.
    pub fn module(&mut self, path: &str) -> Result<Arc<Module>, Error> {
        let id = self.graph.load(path)?;
        match self.record(id) {
            Some(record) => Ok(record.module.clone()),
            None => Err(Error::NotFound { path: path.to_owned() }),
        }
    }

    /// Every file that was asked for so far, with its blob id; `None` for those that do not exist. The
    /// result of the evaluation depends on nothing else, and on [`Evaluation::directories_listed`].
    pub fn files_read(&self) -> BTreeMap<String, Option<Arc<str>>> {
        self.graph.reader.seen()
    }

    /// The directories whose names were listed to expand workspace globs.
    pub fn directories_listed(&self) -> BTreeSet<String> {
        self.graph.reader.listed()
    }

    /// The file a specifier means in another file; `None` for packages and what is missing.
    pub fn resolve(&mut self, from: &str, specifier: &str) -> Option<Rc<str>> {
        match self.graph.resolver.resolve(&self.graph.reader, from, specifier) {
            Resolution::File(path) => Some(path),
            Resolution::Missing | Resolution::External => None,
        }
    }

    /// Refuses entry files with imports that lead nowhere, and those they re-export.
    fn check_entry(&mut self, id: u32, seen: &mut HashSet<u32>) -> Result<(), Error> {
        let Some(record) = self.record(id).cloned() else { return Ok(()) };
        if !seen.insert(id) {
            return Ok(());
        }
        for (index, request) in record.module.requests.iter().enumerate() {
            let index = u32::try_from(index).unwrap_or(u32::MAX);
            if request.is_needed && matches!(self.target(&record, index), Target::Missing(_)) {
                return Err(Error::MissingImport {
                    origin: record.origin(request.span.lo),
                    specifier: request.specifier.to_string(),
                });
            }
        }
        for star in &record.module.stars {
            match self.target(&record, *star) {
                Target::Module(target) => self.check_entry(target, seen)?,
                Target::Unknown(_) => {
                    // A file that is there but cannot be loaded hides an unknown number of exports.
                    if let Some(error) = self.load_error(&record, *star) {
                        return Err(error);
                    }
                }
                Target::Host(_) | Target::Missing(_) => {}
            }
        }
        Ok(())
    }

    fn load_error(&mut self, record: &Record, request: u32) -> Option<Error> {
        let specifier = &record.module.requests.get(request as usize)?.specifier;
        let path = self.resolve(&record.path, specifier)?;
        self.graph.load(&path).err()
    }

    /// What a request leads to; found once.
    fn target(&mut self, record: &Record, request: u32) -> Target {
        if let Some(known) = record.targets.borrow().get(&request) {
            return known.clone();
        }
        let target = self.find_target(record, request);
        record.targets.borrow_mut().insert(request, target.clone());
        target
    }

    fn find_target(&mut self, record: &Record, request: u32) -> Target {
        let Some(request) = record.module.requests.get(request as usize) else {
            let unknown = Unknown::new("an import without a module", record.origin(0), 0);
            return Target::Unknown(Rc::new(unknown));
        };
        let specifier = &*request.specifier;
        if !specifier.starts_with('.')
            && let Some(module) = self.host_module(specifier)
        {
            return Target::Host(module);
        }
        let unknown = |why: String| {
            let source = Digest::new("import").text(specifier).finish();
            Rc::new(Unknown::new(why, record.origin(request.span.lo), source))
        };
        match self.graph.resolver.resolve(&self.graph.reader, &record.path, specifier) {
            Resolution::File(path) => match self.graph.load(&path) {
                Ok(id) => Target::Module(id),
                Err(error) => {
                    Target::Unknown(unknown(format!("`{specifier}` cannot be loaded: {error}")))
                }
            },
            Resolution::Missing => {
                Target::Missing(unknown(format!("`{specifier}` does not exist")))
            }
            Resolution::External => {
                Target::Unknown(unknown(format!("`{specifier}` is outside the repository")))
            }
        }
    }

    fn host_module(&mut self, specifier: &str) -> Option<Value> {
        if let Some(known) = self.host_modules.get(specifier) {
            return known.clone();
        }
        let module = self.host.module(specifier);
        self.host_modules.insert(specifier.into(), module.clone());
        module
    }

    /// Evaluates a module unless it was or is being evaluated.
    pub(crate) fn ensure_evaluated(&mut self, id: u32) -> Result<(), Abrupt> {
        let Some(record) = self.record(id).cloned() else { return Ok(()) };
        if record.state.get() != State::New {
            return Ok(());
        }
        record.state.set(State::Running);
        let saved = (self.here, self.extent);
        let result = self.without_doubt(|this| this.evaluate(&record));
        (self.here, self.extent) = saved;
        match result {
            Ok(()) => {
                record.state.set(State::Done);
                Ok(())
            }
            Err(Abrupt::Throw(value, origin)) => {
                let message = self.thrown_message(&value);
                let why = format!("the module stops before this: {message}");
                let source = Digest::new("stopped").text(&record.path).text(&message).finish();
                let unknown = Unknown::new(why, origin.clone(), source);
                *record.failure.borrow_mut() = Some(Rc::new(unknown));
                *record.thrown.borrow_mut() = Some(Thrown { origin, message });
                record.state.set(State::Failed);
                Ok(())
            }
            Err(abrupt) => Err(abrupt),
        }
    }

    fn evaluate(&mut self, record: &Rc<Record>) -> Result<(), Abrupt> {
        let scope = Scope::root(record.clone());
        let module = record.module.clone();
        for (index, import) in module.imports.iter().enumerate() {
            let index = u32::try_from(index).unwrap_or(u32::MAX);
            scope.declare(import.local, Binding::Import(index));
        }
        for name in &module.vars {
            scope.declare(*name, Binding::Value(Value::Undefined, false));
        }
        self.here = Place { module: record.id, at: 0 };
        // Functions are there before anything is imported, and the other names cannot be read yet.
        self.declare(&module.body.declared, &module.body.statements, &scope)?;
        self.run_first(record)?;
        self.here = Place { module: record.id, at: 0 };
        match self.statements(&module.body.statements, &scope)? {
            Completion::Normal
            | Completion::Return(_)
            | Completion::Break(_)
            | Completion::Continue(_)
            | Completion::Maybe(_) => Ok(()),
        }
    }

    /// The value of an imported binding.
    pub(crate) fn imported(&mut self, record: &Rc<Record>, index: u32) -> Result<Value, Abrupt> {
        let Some(import) = record.module.imports.get(index as usize) else {
            return Ok(Value::Undefined);
        };
        let target = self.target(record, import.request);
        match import.what {
            Imported::Namespace if !record.has_loaded(import.request) => Ok(Value::Undefined),
            Imported::Named(name) => {
                let key = record.key(name);
                self.check_loaded(record, import.request, &key)?;
                match target {
                    Target::Module(id) => self.export(id, &key),
                    target => self.taken(&target, &key),
                }
            }
            Imported::Namespace => match target {
                Target::Module(id) => self.namespace_of(id),
                Target::Host(module) => Ok(module),
                Target::Unknown(unknown) | Target::Missing(unknown) => Ok(Value::Unknown(unknown)),
            },
            Imported::Require => self.require(record, import.request),
        }
    }

    /// A name of a package or of something unknown.
    fn taken(&mut self, target: &Target, key: &Rc<str>) -> Result<Value, Abrupt> {
        match target {
            Target::Module(id) => self.export(*id, key),
            Target::Host(module) => match self.get_property(module, key)? {
                // A default import of a package that has none is the package (esModuleInterop).
                Value::Undefined if &**key == "default" => Ok(module.clone()),
                Value::Undefined => {
                    let why = format!("`{key}` of this package is not modelled");
                    Ok(self.unknown_here(&why))
                }
                value => Ok(value),
            },
            Target::Unknown(unknown) | Target::Missing(unknown) => {
                Ok(self.derive(key, &[Value::Unknown(unknown.clone())]))
            }
        }
    }

    /// `require("…")`
    pub(crate) fn require(&mut self, record: &Rc<Record>, request: u32) -> Result<Value, Abrupt> {
        match self.target(record, request) {
            Target::Module(id) => {
                self.ensure_evaluated(id)?;
                let Some(target) = self.record(id).cloned() else { return Ok(Value::Undefined) };
                if target.is_json {
                    return self.export(id, "default");
                }
                if let Some(value) = self.commonjs_exports(&target)? {
                    return Ok(value);
                }
                self.namespace_of(id)
            }
            Target::Host(module) => Ok(module),
            Target::Missing(unknown) => {
                let message = unknown.why.to_string();
                Err(self.throw_error("Error", &message))
            }
            Target::Unknown(unknown) => Ok(Value::Unknown(unknown)),
        }
    }

    /// The value of `module.exports` or `export =`, for modules that have it.
    fn commonjs_exports(&mut self, record: &Rc<Record>) -> Result<Option<Value>, Abrupt> {
        if let Some(value) = &*record.assigned.borrow() {
            return Ok(Some(value.clone()));
        }
        if !record.module.is_commonjs {
            return Ok(None);
        }
        match self.commonjs_name(record, "module")? {
            Some(module) => self.get_property(&module, "exports").map(Some),
            None => Ok(None),
        }
    }

    /// `module` and `exports` in a CommonJS module.
    pub(crate) fn commonjs_name(
        &mut self,
        record: &Rc<Record>,
        name: &str,
    ) -> Result<Option<Value>, Abrupt> {
        if !matches!(name, "module" | "exports") {
            return Ok(None);
        }
        let known = record.commonjs.borrow().clone();
        let module = if let Some(module) = known {
            module
        } else {
            let module = self.new_object(None)?;
            let exports = self.new_object(None)?;
            Self::define(&module, "exports", exports.clone());
            Self::define(&module, "\u{1}first", exports);
            record.commonjs.replace(Some(module.clone()));
            module
        };
        match name {
            "module" => Ok(Some(module)),
            // `exports` stays the first object, whatever becomes of `module.exports`.
            _ => self.get_property(&module, "\u{1}first").map(Some),
        }
    }
}
