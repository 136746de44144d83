//! The order in which the schema's own modules run.
//!
//! Builders are mutable and may be shared by the tables of several modules: the table that takes one
//! first names it, and its unique constraint, for all. So the modules whose exports will be asked for,
//! and those they import that import Drizzle or pass on what others export, run as Node runs them: what
//! a module imports runs before it, in the order of its imports. Other modules run when they are read.

use super::{Record, State, Target, Thrown};
use crate::typescript::eval::Evaluation;
use crate::typescript::syntax::ExportSource;
use crate::typescript::value::{Abrupt, Unknown};

impl Record {
    /// Whether the module is a part of the schema: its exports will be asked for, it imports Drizzle, or
    /// it passes on what others export.
    fn is_part(&self) -> bool {
        let module = &self.module;
        let mut sources = module.exports.iter().map(|export| &export.source);
        self.is_announced.get()
            || !module.stars.is_empty()
            || sources.any(|source| !matches!(source, ExportSource::Local(_)))
            || module.requests.iter().any(|request| request.specifier.starts_with("drizzle-orm"))
    }

    /// Whether what a request asks for is there. While a module's requests run, a function of it may be
    /// called by a module that imports it in a cycle: what comes later in its imports is not there yet.
    pub(super) fn has_loaded(&self, request: u32) -> bool {
        request < self.loaded.get()
    }
}

impl Evaluation<'_> {
    /// Says which files [`Evaluation::exports`] will be asked for. A file that cannot be loaded is an
    /// error there, not here.
    pub fn announce(&mut self, paths: &[String]) {
        for path in paths {
            if let Ok(id) = self.graph.load(path) {
                self.announce_module(id);
            }
        }
    }

    /// A module and those it re-exports.
    fn announce_module(&mut self, id: u32) {
        let Some(record) = self.record(id).cloned() else { return };
        if record.is_announced.replace(true) {
            return;
        }
        let module = &record.module;
        let named = module.exports.iter().filter_map(|export| match export.source {
            ExportSource::From(request, _) => Some(request),
            ExportSource::Local(name) => {
                module.imports.iter().find(|import| import.local == name).map(|it| it.request)
            }
            ExportSource::Namespace(_) => None,
        });
        for request in module.stars.iter().copied().chain(named) {
            if let Target::Module(target) = self.target(&record, request) {
                self.announce_module(target);
            }
        }
    }

    /// Evaluates what has to run before a module: what it loads without names, and modules that are part
    /// of the schema when it is one itself.
    pub(super) fn run_first(&mut self, record: &Record) -> Result<(), Abrupt> {
        let result = self.run_requests(record);
        record.loaded.set(u32::MAX);
        result
    }

    fn run_requests(&mut self, record: &Record) -> Result<(), Abrupt> {
        for (index, request) in record.module.requests.iter().enumerate() {
            let is_schema = request.is_needed && record.is_part();
            if !request.is_bare && !is_schema {
                continue;
            }
            let index = u32::try_from(index).unwrap_or(u32::MAX);
            record.loaded.set(index);
            if let Target::Module(id) = self.target(record, index)
                && (request.is_bare || self.record(id).is_some_and(|record| record.is_part()))
            {
                self.ensure_evaluated(id)?;
            }
        }
        Ok(())
    }

    /// The exception that reading a name of a module that is not loaded yet throws: esbuild keeps each
    /// imported module in a variable, which is undefined until then.
    pub(super) fn check_loaded(
        &mut self,
        record: &Record,
        request: u32,
        key: &str,
    ) -> Result<(), Abrupt> {
        if record.has_loaded(request) {
            return Ok(());
        }
        let message = format!("cannot read properties of undefined (reading '{key}')");
        Err(self.throw_error("TypeError", &message))
    }

    /// The exception that ended a module early, if it is why a value is unknown.
    pub fn stopped_by(&self, unknown: &Unknown) -> Option<Thrown> {
        let is_cause = |record: &&std::rc::Rc<Record>| {
            record.failure().is_some_and(|failure| failure.source == unknown.source)
        };
        self.graph.records.iter().find(is_cause)?.thrown.borrow().clone()
    }

    /// The first exception that ended an announced module early. drizzle-kit fails there.
    pub fn stopped(&self) -> Option<Thrown> {
        let failed = self.graph.records.iter().filter(|record| record.state.get() == State::Failed);
        failed
            .filter(|record| record.is_announced.get())
            .find_map(|record| record.thrown.borrow().clone())
    }
}
