//! What an imported name means: a table, a type of its rows, a namespace, or something else.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::lex::Tokens;
use super::module::{Export, Module, What};
use super::source::MAX_BYTES;
use super::{Options, TableNames};
use crate::files::Files;

/// How many re-exports and aliases are followed.
const MAX_DEPTH: u32 = 24;

/// What a name means.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Meaning {
    /// It is this table: an index into the known tables.
    pub(super) table: Option<usize>,
    /// It is a type or schema made directly of these tables' rows.
    pub(super) rows: BTreeSet<usize>,
    /// It is a type that mentions rows of these tables.
    pub(super) mentions: BTreeSet<usize>,
    /// It is the namespace of this file.
    pub(super) namespace: Option<String>,
    /// The table is only known by its name: the module was not found.
    pub(super) is_guess: bool,
}

impl Meaning {
    fn table(table: usize) -> Self {
        Self { table: Some(table), ..Self::default() }
    }

    fn is_nothing(&self) -> bool {
        self.table.is_none()
            && self.rows.is_empty()
            && self.mentions.is_empty()
            && self.namespace.is_none()
    }
}

/// What the names of one file mean.
#[derive(Debug, Clone, Default)]
pub(super) struct Scope {
    /// Bound names, with their meaning; those that mean nothing here are left out.
    pub(super) names: BTreeMap<String, Meaning>,
}

impl Scope {
    /// What a name means, or a member of a namespace.
    pub(super) fn get(&self, name: &str) -> Option<&Meaning> {
        self.names.get(name)
    }

    /// Whether the file works with the table: imports it, or a type of its rows.
    pub(super) fn works_with(&self, table: usize) -> bool {
        self.names.values().any(|meaning| {
            meaning.table == Some(table)
                || meaning.rows.contains(&table)
                || meaning.mentions.contains(&table)
        })
    }
}

/// Follows imports through the files of a state; remembers what it found.
pub(super) struct Bindings<'a> {
    files: &'a dyn Files,
    options: &'a Options<'a>,
    tables: &'a [TableNames],
    by_place: BTreeMap<(&'a str, &'a str), usize>,
    modules: BTreeMap<String, Arc<Module>>,
    known: BTreeMap<(String, String), Meaning>,
}

impl<'a> Bindings<'a> {
    /// `tables` are all that are known, the dropped ones too; `modules` those already read.
    pub(super) fn new(
        files: &'a dyn Files,
        options: &'a Options<'a>,
        tables: &'a [TableNames],
        modules: BTreeMap<String, Arc<Module>>,
    ) -> Self {
        let place = |(index, table): (usize, &'a TableNames)| {
            ((table.file.as_str(), table.export.as_str()), index)
        };
        let by_place = tables.iter().enumerate().map(place).collect();
        Self { files, options, tables, by_place, modules, known: BTreeMap::new() }
    }

    /// What the names of a file mean. `members` are the names taken from namespaces: `ns.name`.
    pub(super) fn scope(&mut self, file: &str, members: &[(String, String)]) -> Scope {
        let module = self.module(file);
        let mut names = BTreeMap::new();
        let locals = module.imports.iter().map(|import| import.local.clone());
        for name in locals.chain(module.declared.keys().cloned()) {
            let meaning = self.local(file, &module, &name, 0);
            if !meaning.is_nothing() {
                names.insert(name, meaning);
            }
        }
        for (namespace, member) in members {
            let Some(target) = names.get(namespace).and_then(|meaning| meaning.namespace.clone())
            else {
                continue;
            };
            let meaning = self.exported(&target, member, 0);
            if !meaning.is_nothing() {
                names.insert(format!("{namespace}.{member}"), meaning);
            }
        }
        names.retain(|_, meaning| meaning.namespace.is_none());
        Scope { names }
    }

    fn module(&mut self, file: &str) -> Arc<Module> {
        if let Some(module) = self.modules.get(file) {
            return module.clone();
        }
        let blob =
            self.files.read(file).ok().flatten().filter(|blob| blob.bytes.len() <= MAX_BYTES);
        let module = blob.map_or_else(Module::default, |blob| {
            Module::new(&Tokens::new(&String::from_utf8_lossy(&blob.bytes)))
        });
        let module = Arc::new(module);
        self.modules.insert(file.to_owned(), module.clone());
        module
    }

    /// What a file exports under a name.
    fn exported(&mut self, file: &str, name: &str, depth: u32) -> Meaning {
        if let Some(table) = self.by_place.get(&(file, name)) {
            return Meaning::table(*table);
        }
        let key = (file.to_owned(), name.to_owned());
        if let Some(meaning) = self.known.get(&key) {
            return meaning.clone();
        }
        if depth > MAX_DEPTH {
            return Meaning::default();
        }
        // A cycle of re-exports finds this.
        self.known.insert(key.clone(), Meaning::default());
        let module = self.module(file);
        let meaning = match module.exports.get(name) {
            Some(Export::Local(local)) => self.local(file, &module, local, depth + 1),
            Some(Export::From(specifier, name)) => self.from(file, specifier, name, depth + 1),
            Some(Export::Namespace(specifier)) => self.namespace(file, specifier),
            None => {
                let mut found = Meaning::default();
                for specifier in &module.stars {
                    found = self.from(file, specifier, name, depth + 1);
                    if !found.is_nothing() {
                        break;
                    }
                }
                found
            }
        };
        self.known.insert(key, meaning.clone());
        meaning
    }

    fn from(&mut self, file: &str, specifier: &str, name: &str, depth: u32) -> Meaning {
        match (self.options.resolve)(file, specifier) {
            Some(target) => self.exported(&target, name, depth),
            None => self.guess(specifier, name),
        }
    }

    fn namespace(&self, file: &str, specifier: &str) -> Meaning {
        Meaning { namespace: (self.options.resolve)(file, specifier), ..Meaning::default() }
    }

    /// A module that is not found (a package of the workspace, perhaps) but is called like a schema,
    /// and exports what only one table is called.
    fn guess(&self, specifier: &str, name: &str) -> Meaning {
        let schema = ["schema", "db", "database", "tables", "models"];
        let is_schema = specifier.split(['/', '-', '.', '@']).any(|part| schema.contains(&part));
        let mut called = self.tables.iter().enumerate().filter(|(_, table)| table.export == name);
        match (is_schema, called.next(), called.next()) {
            (true, Some((table, _)), None) => Meaning { is_guess: true, ..Meaning::table(table) },
            _ => Meaning::default(),
        }
    }

    /// What a name of a file's top level means.
    fn local(&mut self, file: &str, module: &Module, name: &str, depth: u32) -> Meaning {
        if let Some(table) = self.by_place.get(&(file, name)) {
            return Meaning::table(*table);
        }
        if depth > MAX_DEPTH {
            return Meaning::default();
        }
        if let Some(import) = module.imports.iter().find(|import| import.local == name) {
            return match &import.what {
                What::Named(exported) => self.from(file, &import.specifier, exported, depth + 1),
                What::Namespace => self.namespace(file, &import.specifier),
            };
        }
        let Some(declared) = module.declared.get(name) else { return Meaning::default() };
        let mut meaning = Meaning::default();
        for value in &declared.of_values {
            // `typeof funds.$inferSelect` or `typeof schema.funds.$inferSelect`
            let (first, member) = value.split_once('.').unwrap_or((value, ""));
            let mut of = self.local_apart_from(file, module, name, first, depth);
            if let Some(target) = of.namespace.take() {
                of = self.exported(&target, member, depth + 1);
            }
            meaning.rows.extend(of.table);
            meaning.rows.extend(of.rows);
            meaning.mentions.extend(of.mentions);
        }
        for ty in &declared.of_types {
            let of = self.local_apart_from(file, module, name, ty, depth);
            // `InferSelectModel<typeof funds>` came by `typeof` already.
            meaning.mentions.extend(of.rows);
            meaning.mentions.extend(of.mentions);
        }
        meaning
    }

    /// A type that mentions itself is not followed.
    fn local_apart_from(
        &mut self,
        file: &str,
        module: &Module,
        itself: &str,
        name: &str,
        depth: u32,
    ) -> Meaning {
        if name == itself { Meaning::default() } else { self.local(file, module, name, depth + 1) }
    }
}
