//! What an imported name means: a table, a type of its rows, a namespace, or something else.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::lex::Tokens;
use super::module::{Declared, Export, Module, What};
use super::source::MAX_BYTES;
use super::{Options, TableNames};
use crate::files::Files;

/// How many re-exports and aliases are followed.
const MAX_DEPTH: u32 = 24;
/// A function's body costs as much of that as so many of them.
const BODY: u32 = 8;

/// What a name means.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Meaning {
    /// It is this table: an index into the known tables.
    pub(super) table: Option<usize>,
    /// It is a type or schema made directly of these tables' rows.
    pub(super) rows: BTreeSet<usize>,
    /// It is a type that mentions rows of these tables.
    pub(super) mentions: BTreeSet<usize>,
    /// It is a value made of rows of these tables, or a function that gives them.
    pub(super) gives: BTreeSet<usize>,
    /// It is a function that takes rows of these tables; `None` when it is no function.
    pub(super) takes: Option<BTreeSet<usize>>,
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
            && self.gives.is_empty()
            && self.takes.is_none()
            && self.namespace.is_none()
    }
}

/// What the names of one file mean.
#[derive(Debug, Clone, Default)]
pub(super) struct Scope {
    /// Bound names, with their meaning; those that mean nothing here are left out.
    pub(super) names: BTreeMap<String, Meaning>,
    /// The tables whose rows methods give or take, by the methods' names.
    pub(super) methods: Arc<Methods>,
    /// The same of remote procedures.
    pub(super) procedures: Arc<Procedures>,
}

/// The tables whose rows remote procedures give, by their names, each with its router's.
pub(super) type Procedures = BTreeMap<String, Vec<(String, BTreeSet<usize>)>>;

/// What methods do, by their names.
pub(super) type Methods = BTreeMap<String, Method>;

/// The tables whose rows the methods of one name give and take.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Method {
    pub(super) gives: BTreeSet<usize>,
    pub(super) takes: BTreeSet<usize>,
}

impl Meaning {
    /// Every table whose rows it is, gives or is made of.
    pub(super) fn tables(&self) -> impl Iterator<Item = usize> + '_ {
        let sets = self.rows.iter().chain(&self.mentions).chain(&self.gives);
        self.table.into_iter().chain(sets.copied())
    }
}

impl Scope {
    /// What a name means, or a member of a namespace.
    pub(super) fn get(&self, name: &str) -> Option<&Meaning> {
        self.names.get(name)
    }

    /// Whether the file works with the table: imports it, or a type of its rows.
    /// The tables whose rows a remote procedure gives: `fund.byId` of a client.
    pub(super) fn procedure(&self, router: &str, name: &str) -> impl Iterator<Item = usize> + '_ {
        let router = router.to_ascii_lowercase();
        let known = self.procedures.get(name).map_or(&[][..], Vec::as_slice);
        let mine = known.iter().filter(move |(owner, _)| owner.contains(&router));
        mine.flat_map(|(_, tables)| tables.iter().copied())
    }

    pub(super) fn works_with(&self, table: usize) -> bool {
        self.names.values().any(|meaning| {
            meaning.table == Some(table)
                || meaning.rows.contains(&table)
                || meaning.mentions.contains(&table)
        })
    }
}

/// How many methods of one name there are, and how many work with each table.
#[derive(Default)]
struct Counts {
    all: usize,
    gives: BTreeMap<usize, usize>,
    takes: BTreeMap<usize, usize>,
}

impl Counts {
    fn usual(self) -> Method {
        let most = |tables: BTreeMap<usize, usize>| {
            let most = tables.into_iter().filter(|(_, count)| count * 2 >= self.all);
            most.map(|(table, _)| table).collect()
        };
        Method { gives: most(self.gives), takes: most(self.takes) }
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
    locals: BTreeMap<(String, String), Meaning>,
    /// The tables whose rows methods give or take, by the methods' names.
    methods: Arc<Methods>,
    procedures: Arc<Procedures>,
    by_export: BTreeMap<&'a str, Vec<usize>>,
}

/// Methods of libraries and of everybody: their names say nothing.
const COMMON_METHODS: &[&str] = &[
    "all",
    "catch",
    "close",
    "create",
    "default",
    "delete",
    "each",
    "emit",
    "end",
    "entries",
    "equals",
    "error",
    "execute",
    "fetch",
    "filter",
    "find",
    "findFirst",
    "findMany",
    "findOne",
    "first",
    "flatMap",
    "forEach",
    "format",
    "from",
    "get",
    "getAll",
    "handle",
    "handler",
    "has",
    "includes",
    "info",
    "insert",
    "invoke",
    "join",
    "json",
    "keys",
    "list",
    "load",
    "log",
    "main",
    "map",
    "match",
    "next",
    "onChange",
    "onClick",
    "onConflictDoNothing",
    "onConflictDoUpdate",
    "onError",
    "onSubmit",
    "onSuccess",
    "open",
    "orderBy",
    "parse",
    "post",
    "process",
    "push",
    "put",
    "query",
    "queryFn",
    "reduce",
    "remove",
    "render",
    "replace",
    "request",
    "reset",
    "resolve",
    "returning",
    "run",
    "save",
    "select",
    "send",
    "set",
    "slice",
    "some",
    "sort",
    "start",
    "stop",
    "submit",
    "text",
    "then",
    "toJSON",
    "toString",
    "transaction",
    "transform",
    "update",
    "upsert",
    "use",
    "validate",
    "values",
    "warn",
    "where",
    "with",
    "write",
];

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
        let mut by_export: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, table) in tables.iter().enumerate() {
            by_export.entry(table.export.as_str()).or_default().push(index);
        }
        let (known, locals, methods, procedures) = Default::default();
        let mut bindings = Self {
            files,
            options,
            tables,
            by_place,
            modules,
            known,
            locals,
            methods,
            procedures,
            by_export,
        };
        // Twice, because methods call methods.
        for _ in 0..2 {
            bindings.methods = Arc::new(bindings.read_methods());
            bindings.known.clear();
            bindings.locals.clear();
        }
        bindings.procedures = Arc::new(bindings.read_procedures());
        bindings
    }

    fn read_procedures(&mut self) -> Procedures {
        let mut found = Procedures::new();
        for (file, module) in self.modules.clone() {
            // A router without a name is called like its file.
            let stem = file.rsplit('/').next().and_then(|name| name.split('.').next());
            for (router, name, declared) in &module.procedures {
                let meaning = self.made_of(&file, &module, name, declared, 0);
                let tables: BTreeSet<usize> = meaning.tables().collect();
                if tables.is_empty() {
                    continue;
                }
                let router = format!("{router} {}", stem.unwrap_or_default()).to_ascii_lowercase();
                found.entry(name.clone()).or_default().push((router, tables));
            }
        }
        found
    }

    /// A name counts for a table when at least half of the methods of that name work with it.
    fn read_methods(&mut self) -> Methods {
        let mut all: BTreeMap<String, Counts> = BTreeMap::new();
        let modules: Vec<(String, Arc<Module>)> = self
            .modules
            .iter()
            .filter(|(file, _)| !super::source::is_test(file))
            .map(|(file, module)| (file.clone(), module.clone()))
            .collect();
        for (file, module) in &modules {
            for (name, declared) in &module.methods {
                if name.len() < 4 || COMMON_METHODS.contains(&name.as_str()) {
                    continue;
                }
                let meaning = self.made_of(file, module, name, declared, 0);
                let counts = all.entry(name.clone()).or_default();
                counts.all += 1;
                for table in meaning.tables().collect::<BTreeSet<_>>() {
                    *counts.gives.entry(table).or_default() += 1;
                }
                for table in meaning.takes.into_iter().flatten() {
                    *counts.takes.entry(table).or_default() += 1;
                }
            }
        }
        all.into_iter().map(|(name, counts)| (name, counts.usual())).collect()
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
        Scope { names, methods: self.methods.clone(), procedures: self.procedures.clone() }
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
        let key = (file.to_owned(), name.to_owned());
        if let Some(meaning) = self.locals.get(&key) {
            return meaning.clone();
        }
        // Functions that call each other find this.
        self.locals.insert(key.clone(), Meaning::default());
        let meaning = self.made_of(file, module, name, declared, depth);
        self.locals.insert(key, meaning.clone());
        meaning
    }

    /// What a declaration is made of.
    fn made_of(
        &mut self,
        file: &str,
        module: &Module,
        name: &str,
        declared: &Declared,
        depth: u32,
    ) -> Meaning {
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
            meaning.gives.extend(of.gives);
        }
        for ty in &declared.of_types {
            let of = self.local_apart_from(file, module, name, ty, depth);
            // `InferSelectModel<typeof funds>` came by `typeof` already.
            meaning.mentions.extend(of.rows);
            meaning.mentions.extend(of.mentions);
            meaning.gives.extend(of.gives);
        }
        if declared.is_value {
            let given = std::mem::take(&mut meaning.mentions);
            meaning.gives.extend(std::mem::take(&mut meaning.rows).into_iter().chain(given));
        }
        if let Some(takes) = &declared.takes {
            let taken = self.made_of(file, module, name, takes, depth);
            meaning.takes = Some(taken.tables().collect());
        }
        for used in &declared.body.names {
            let of = self.local_apart_from(file, module, name, used, depth + BODY);
            meaning.gives.extend(of.tables());
        }
        for query in &declared.body.queries {
            if let Some([table]) = self.by_export.get(query.as_str()).map(Vec::as_slice) {
                meaning.gives.insert(*table);
            }
        }
        for call in &declared.body.calls {
            meaning.gives.extend(self.methods.get(call).into_iter().flat_map(|it| &it.gives));
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
