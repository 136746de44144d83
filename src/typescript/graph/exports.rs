//! What modules export, and where it comes from.

use std::collections::HashSet;
use std::rc::Rc;

use super::{Record, Target};
use crate::typescript::builtins::{NAMESPACE, Namespace};
use crate::typescript::eval::Evaluation;
use crate::typescript::eval::scope::Binding;
use crate::typescript::parse::DEFAULT_BINDING;
use crate::typescript::syntax::{ExportSource, Imported, Name};
use crate::typescript::value::{Abrupt, Known, Unknown, Value};

/// Export names, and what `export *` of unknown packages may add.
pub(super) type Names = (Vec<Rc<str>>, Vec<Rc<Unknown>>);

/// Where an exported name comes from in the end.
enum Found {
    Binding(u32, Name),
    Namespace(u32),
    Property(u32, Rc<str>),
    Value(Value),
}

impl Evaluation<'_> {
    pub(super) fn namespace_of(&mut self, id: u32) -> Result<Value, Abrupt> {
        if let Some(known) = self.namespaces.get(&id) {
            return Ok(known.clone());
        }
        let namespace = Value::Host(Rc::new(Namespace { module: id }));
        let namespace = self.allocated(namespace)?;
        self.namespaces.insert(id, namespace.clone());
        Ok(namespace)
    }

    /// The value a module exports under a name; `undefined` when it does not.
    pub(crate) fn export(&mut self, id: u32, key: &str) -> Result<Value, Abrupt> {
        self.spend(1)?;
        let mut visited = HashSet::new();
        match self.find_export(id, key, &mut visited)? {
            None => Ok(Value::Undefined),
            Some(Found::Value(value)) => Ok(value),
            Some(Found::Namespace(id)) => self.namespace_of(id),
            Some(Found::Property(id, key)) => {
                self.ensure_evaluated(id)?;
                let Some(record) = self.record(id).cloned() else { return Ok(Value::Undefined) };
                let exports = if record.is_json {
                    Some(self.export(id, "default")?)
                } else {
                    self.commonjs_exports(&record)?
                };
                let Some(exports) = exports else { return Ok(Value::Undefined) };
                if &*key == "default" && !record.is_json {
                    let marked = self.get_property(&exports, "__esModule")?;
                    return match Self::truthy(&marked) {
                        Ok(true) => self.get_property(&exports, "default"),
                        _ => Ok(exports),
                    };
                }
                if matches!(exports, Value::Undefined | Value::Null) {
                    return Ok(Value::Undefined);
                }
                self.get_property(&exports, &key)
            }
            Some(Found::Binding(id, name)) => {
                self.ensure_evaluated(id)?;
                let Some(record) = self.record(id).cloned() else { return Ok(Value::Undefined) };
                let binding = record.bindings.borrow().get(name.0 as usize).cloned();
                match binding.unwrap_or(Binding::Absent) {
                    Binding::Value(value, _) => Ok(value),
                    Binding::Import(index) => self.imported(&record, index),
                    Binding::Uninitialised => {
                        if let Some(unknown) = record.failure() {
                            Ok(Value::Unknown(unknown))
                        } else if record.module.name(name) == DEFAULT_BINDING {
                            // esbuild keeps it in a `var`, which a cycle may read too early.
                            Ok(Value::Undefined)
                        } else {
                            let message = format!(
                                "cannot access '{}' before initialization",
                                record.module.name(name)
                            );
                            Err(self.throw_error("ReferenceError", &message))
                        }
                    }
                    Binding::Absent => match record.failure() {
                        Some(unknown) => Ok(Value::Unknown(unknown)),
                        None => Ok(Value::Undefined),
                    },
                }
            }
        }
    }

    /// Where an exported name comes from, without evaluating anything.
    fn find_export(
        &mut self,
        id: u32,
        key: &str,
        visited: &mut HashSet<(u32, Rc<str>)>,
    ) -> Result<Option<Found>, Abrupt> {
        let Some(record) = self.record(id).cloned() else { return Ok(None) };
        if !visited.insert((id, key.into())) {
            return Ok(None);
        }
        let module = &record.module;
        if module.is_commonjs || (record.is_json && key != "default") {
            return Ok(Some(Found::Property(id, key.into())));
        }
        self.spend(1 + module.exports.len() as u64 / 8)?;
        let own = module.exports.iter().find(|export| module.name(export.name) == key);
        if let Some(export) = own {
            return match export.source {
                ExportSource::Local(name) => {
                    let import = module.imports.iter().find(|import| import.local == name);
                    match import.map(|import| (import.what, import.request)) {
                        Some((Imported::Named(name), request)) => {
                            self.find_in(&record, request, &record.key(name), visited)
                        }
                        _ => Ok(Some(Found::Binding(id, name))),
                    }
                }
                ExportSource::From(request, name) => {
                    self.find_in(&record, request, &record.key(name), visited)
                }
                ExportSource::Namespace(request) => Ok(Some(match self.target(&record, request) {
                    Target::Module(id) => Found::Namespace(id),
                    Target::Host(module) => Found::Value(module),
                    Target::Unknown(unknown) | Target::Missing(unknown) => {
                        Found::Value(Value::Unknown(unknown))
                    }
                })),
            };
        }
        if key == "default" {
            return Ok(None);
        }
        let mut unknown = None;
        for star in &module.stars {
            match self.target(&record, *star) {
                Target::Module(target) => {
                    if let Some(found) = self.find_export(target, key, visited)? {
                        return Ok(Some(found));
                    }
                }
                Target::Host(module) => {
                    let value = self.get_property(&module, key)?;
                    if !matches!(value, Value::Undefined) {
                        return Ok(Some(Found::Value(value)));
                    }
                }
                Target::Unknown(because) | Target::Missing(because) => unknown = Some(because),
            }
        }
        Ok(unknown.map(|unknown| Found::Value(self.derive(key, &[Value::Unknown(unknown)]))))
    }

    fn find_in(
        &mut self,
        record: &Rc<Record>,
        request: u32,
        key: &Rc<str>,
        visited: &mut HashSet<(u32, Rc<str>)>,
    ) -> Result<Option<Found>, Abrupt> {
        self.check_loaded(record, request, key)?;
        match self.target(record, request) {
            Target::Module(target) => self.find_export(target, key, visited),
            target => Ok(Some(Found::Value(self.taken(&target, key)?))),
        }
    }

    /// Export names in the order of the exports object.
    pub(crate) fn export_names(&mut self, id: u32) -> Result<Known<Vec<Rc<str>>>, Abrupt> {
        let (names, unknown) = self.names(id)?;
        Ok(match unknown.into_iter().next() {
            Some(unknown) => Err(unknown),
            None => Ok(names),
        })
    }

    /// Export names, and what `export *` of unknown packages may add.
    pub(super) fn names(&mut self, id: u32) -> Result<Names, Abrupt> {
        let mut names = Vec::new();
        let mut unknown = Vec::new();
        self.collect_names(id, &mut HashSet::new(), &mut names, &mut unknown)?;
        let mut seen = HashSet::new();
        names.retain(|name: &Rc<str>| seen.insert(name.clone()));
        Ok((names, unknown))
    }

    pub(super) fn collect_names(
        &mut self,
        id: u32,
        visited: &mut HashSet<u32>,
        names: &mut Vec<Rc<str>>,
        unknown: &mut Vec<Rc<Unknown>>,
    ) -> Result<(), Abrupt> {
        let Some(record) = self.record(id).cloned() else { return Ok(()) };
        let is_entry = visited.is_empty();
        if !visited.insert(id) {
            return Ok(());
        }
        if record.module.is_commonjs {
            self.ensure_evaluated(id)?;
            if let Some(exports) = self.commonjs_exports(&record)? {
                match self.own_keys(&exports)? {
                    Ok(keys) => names.extend(keys),
                    Err(because) => unknown.push(because),
                }
            }
            return Ok(());
        }
        let mut own: Vec<Rc<str>> =
            record.module.exports.iter().map(|export| record.key(export.name)).collect();
        own.sort_unstable();
        names.extend(own.into_iter().filter(|name| is_entry || &**name != "default"));
        for star in &record.module.stars {
            match self.target(&record, *star) {
                Target::Module(target) => self.collect_names(target, visited, names, unknown)?,
                Target::Host(module) => match self.own_keys(&module)? {
                    Ok(keys) => names.extend(keys.into_iter().filter(|key| &**key != "default")),
                    Err(because) => unknown.push(because),
                },
                Target::Unknown(because) | Target::Missing(because) => unknown.push(because),
            }
        }
        Ok(())
    }

    /// Whether a value is a module namespace.
    pub fn is_namespace(value: &Value) -> bool {
        matches!(value, Value::Host(host) if host.class() == NAMESPACE)
    }
}
