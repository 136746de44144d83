//! The search over all files of a state.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use aho_corasick::AhoCorasick;
use rayon::prelude::*;

use super::binding::{Bindings, Scope};
use super::code::{CodeFile, Place, find_word};
use super::lex::{Kind, Tokens};
use super::module::Module;
use super::source::{Language, MAX_BYTES, Source, is_generated, walk};
use super::sql::{Sql, Wanted};
use super::{Found, Options, Reference, TableNames, Target, Tier, Via};
use crate::files::{Files, ReadError};
use crate::origin::LineIndex;

/// Every reference to the targets in the files of a state. Files that cannot be read are named in
/// [`Found::unread`].
///
/// # Errors
/// When a directory cannot be listed.
pub fn references(
    files: &dyn Files,
    targets: &[Target],
    options: &Options<'_>,
) -> Result<Found, ReadError> {
    if targets.is_empty() {
        return Ok(Found::default());
    }
    let mut sources = walk(files, options.exclude)?;
    let searched = sources.len();
    sources.extend(options.exclude.iter().filter_map(|path| Source::of(path)));
    let tables = all_tables(targets, options.tables);
    let indexes: Vec<usize> = targets
        .iter()
        .map(|target| tables.iter().position(|table| *table == target.table).unwrap_or(0))
        .collect();
    let words = Words::new(targets, &row_types(files, targets));

    let mut unread = Vec::new();
    let mut candidates = Vec::new();
    let read: Vec<_> =
        sources.into_par_iter().map(|source| candidate(files, source, &words)).collect();
    for result in read {
        match result {
            Ok(Some(candidate)) => candidates.push(candidate),
            Ok(None) => {}
            Err(why) => unread.push(why),
        }
    }

    let modules = candidates.iter().filter_map(|candidate| {
        Some((candidate.source.path.clone(), candidate.outline.as_ref()?.module.clone()))
    });
    let modules: BTreeMap<String, Arc<Module>> = modules.collect();
    let mut bindings = Bindings::new(files, options, &tables, modules);
    let scopes: Vec<Scope> = candidates
        .iter()
        .map(|candidate| match &candidate.outline {
            Some(outline) => bindings.scope(&candidate.source.path, &outline.members),
            None => Scope::default(),
        })
        .collect();

    let exclude = options.exclude;
    let search = Search { targets, tables: &tables, indexes: &indexes, exclude };
    let found =
        candidates.par_iter().zip(&scopes).map(|(candidate, scope)| search.file(candidate, scope));
    let mut references: Vec<Reference> = found.flatten().collect();
    references.sort();
    Ok(Found { references, unread, searched })
}

/// The tables of the state and of the targets, each once.
fn all_tables(targets: &[Target], known: &[TableNames]) -> Vec<TableNames> {
    let mut tables: Vec<TableNames> = Vec::new();
    for table in targets.iter().map(|target| &target.table).chain(known) {
        if !tables.contains(table) {
            tables.push(table.clone());
        }
    }
    tables
}

/// Names of row types that stand beside the definition of a table that goes: whoever imports one of
/// them uses the table.
fn row_types(files: &dyn Files, targets: &[Target]) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (index, target) in targets.iter().enumerate().filter(|(_, target)| target.column.is_none())
    {
        let Ok(Some(blob)) = files.read(&target.table.file) else { continue };
        let text = String::from_utf8_lossy(&blob.bytes);
        let module = Module::new(&Tokens::new(&text));
        for (name, declared) in &module.declared {
            let root =
                |value: &String| value.split('.').next() == Some(target.table.export.as_str());
            if declared.of_values.iter().any(root) {
                found.push((index, name.clone()));
            }
        }
    }
    found
}

/// The words to look for, and which target each belongs to.
struct Words {
    automaton: Option<AhoCorasick>,
    lengths: Vec<usize>,
    targets: Vec<Vec<usize>>,
    count: usize,
}

impl Words {
    fn new(targets: &[Target], row_types: &[(usize, String)]) -> Self {
        let mut words: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, target) in targets.iter().enumerate() {
            let names: [Option<&str>; 2] = match &target.column {
                Some(column) => [column.key.as_deref(), column.name.as_deref()],
                None => [Some(&target.table.export), Some(&target.table.name.name)],
            };
            for name in names.into_iter().flatten().filter(|name| !name.is_empty()) {
                words.entry(name).or_default().push(index);
            }
        }
        for (index, name) in row_types {
            words.entry(name).or_default().push(*index);
        }
        Self {
            automaton: AhoCorasick::new(words.keys()).ok(),
            lengths: words.keys().map(|word| word.len()).collect(),
            targets: words.into_values().collect(),
            count: targets.len(),
        }
    }

    /// Which targets a text may refer to: one of their words stands in it.
    fn found(&self, bytes: &[u8]) -> Vec<usize> {
        // Without the automaton (too many words for it) every file is looked at.
        let Some(automaton) = &self.automaton else { return (0..self.count).collect() };
        let mut found = vec![false; self.count];
        for hit in automaton.find_overlapping_iter(bytes) {
            let pattern = hit.pattern().as_usize();
            let length = self.lengths.get(pattern).copied().unwrap_or(0);
            let start = hit.end() - length;
            let touches = |at: Option<usize>| {
                at.and_then(|at| bytes.get(at)).is_some_and(|byte| super::lex::is_word(*byte))
            };
            if touches(start.checked_sub(1)) || touches(Some(hit.end())) {
                continue;
            }
            for target in self.targets.get(pattern).into_iter().flatten() {
                if let Some(flag) = found.get_mut(*target) {
                    *flag = true;
                }
            }
        }
        found.iter().enumerate().filter(|(_, is)| **is).map(|(index, _)| index).collect()
    }
}

/// A file in which a word stands.
struct Candidate {
    source: Source,
    text: String,
    targets: Vec<usize>,
    outline: Option<Outline>,
}

pub(super) struct Outline {
    pub(super) module: Arc<Module>,
    /// What is taken from namespaces: `ns.name`.
    pub(super) members: Vec<(String, String)>,
}

fn candidate(
    files: &dyn Files,
    source: Source,
    words: &Words,
) -> Result<Option<Candidate>, (String, String)> {
    let blob = match files.read(&source.path) {
        Ok(Some(blob)) => blob,
        Ok(None) => return Ok(None),
        Err(error) => return Err((source.path, error.why)),
    };
    if blob.bytes.len() > MAX_BYTES {
        return Ok(None);
    }
    let targets = words.found(&blob.bytes);
    if targets.is_empty() || is_generated(&blob.bytes) {
        return Ok(None);
    }
    let text = String::from_utf8_lossy(&blob.bytes).into_owned();
    let outline = (source.language == Language::Code).then(|| outline(&text));
    Ok(Some(Candidate { source, text, targets, outline }))
}

pub(super) fn outline(text: &str) -> Outline {
    let tokens = Tokens::new(text);
    let module = Module::new(&tokens);
    // `import { schema }` may be a namespace, too.
    let bound: BTreeSet<&str> = module.imports.iter().map(|import| import.local.as_str()).collect();
    let mut members = Vec::new();
    for at in 2..tokens.len() {
        if tokens.kind(at) == Kind::Word
            && tokens.is_property(at)
            && bound.contains(tokens.get(at - 2))
        {
            members.push((tokens.get(at - 2).to_owned(), tokens.get(at).to_owned()));
        }
    }
    members.sort();
    members.dedup();
    Outline { module: Arc::new(module), members }
}

struct Search<'a> {
    targets: &'a [Target],
    tables: &'a [TableNames],
    /// For every target its table in `tables`.
    indexes: &'a [usize],
    /// The files of the schema.
    exclude: &'a [String],
}

impl Search<'_> {
    fn file(&self, candidate: &Candidate, scope: &Scope) -> Vec<Reference> {
        let text = candidate.text.as_str();
        let code = candidate
            .outline
            .as_ref()
            .map(|outline| CodeFile::new(Tokens::new(text), &outline.module, scope, self.tables));
        let mut found = Vec::new();
        let lines = LineIndex::new(text);
        for index in &candidate.targets {
            let (Some(target), Some(table)) = (self.targets.get(*index), self.indexes.get(*index))
            else {
                continue;
            };
            let places = match (&code, candidate.source.language) {
                (Some(code), _) => match &target.column {
                    Some(column) => code.column(*table, column),
                    None => code.table(*table),
                },
                (None, Language::Sql) => sql_file(text, target),
                (None, Language::Code | Language::Text) => words_only(text, target),
            };
            // What defines the tables is no use of them, but relations stand there too.
            let places = match &code {
                Some(code) if self.exclude.contains(&candidate.source.path) => {
                    in_relations(code, text, target, places)
                }
                _ => strongest(places),
            };
            for (at, tier) in places {
                let (line, column) = lines.locate(text, u32::try_from(at).unwrap_or(u32::MAX));
                found.push(Reference {
                    target: *index,
                    is_test: candidate.source.is_test,
                    file: candidate.source.path.clone(),
                    line,
                    column,
                    text: line_of(text, at).to_owned(),
                    tier,
                    via: match &code {
                        Some(code) => code.via(at),
                        None => Via::Sql,
                    },
                });
            }
        }
        found
    }
}

/// The places in a schema file that name the target in `relations(…)`: `deals.ownerId`, which is bound to
/// the table there by its own definition.
fn in_relations(
    code: &CodeFile<'_>,
    text: &str,
    target: &Target,
    places: Vec<Place>,
) -> Vec<Place> {
    let owner = format!("{}.", target.table.export);
    let names = |at: usize| {
        let is_column = target.column.is_some();
        let is_member = text.get(..at).is_some_and(|before| before.ends_with(&owner));
        is_member == is_column && code.via(at) == Via::Relation
    };
    let found: BTreeSet<usize> =
        places.into_iter().map(|(at, _)| at).filter(|at| names(*at)).collect();
    found.into_iter().map(|at| (at, Tier::Certain)).collect()
}

/// One reference a place, the surest; of the possible ones only the first, and none beside better ones.
fn strongest(places: Vec<Place>) -> Vec<Place> {
    let mut best: BTreeMap<usize, Tier> = BTreeMap::new();
    for (at, tier) in places {
        let known = best.entry(at).or_insert(tier);
        *known = (*known).max(tier);
    }
    if best.values().any(|tier| *tier > Tier::Possible) {
        return best.into_iter().filter(|(_, tier)| *tier > Tier::Possible).collect();
    }
    best.into_iter().take(1).collect()
}

fn sql_file(text: &str, target: &Target) -> Vec<Place> {
    let column = match &target.column {
        Some(column) => match &column.name {
            Some(name) => Some(name.as_str()),
            None => return Vec::new(),
        },
        None => None,
    };
    let table = &target.table.name;
    let wanted = Wanted { schema: &table.schema, table: &table.name, column };
    let mut found = Vec::new();
    for sql in Sql::new(text).statements() {
        found.extend(sql.find(wanted, true).into_iter().map(|hit| (hit.at, hit.tier)));
    }
    if found.is_empty() { words_only(text, target) } else { found }
}

/// The first place of any of the target's words.
fn words_only(text: &str, target: &Target) -> Vec<Place> {
    let words = match &target.column {
        Some(column) => [column.key.as_deref(), column.name.as_deref()],
        None => [Some(target.table.export.as_str()), Some(target.table.name.name.as_str())],
    };
    let first = words.into_iter().flatten().filter_map(|word| find_word(text, word)).min();
    first.map(|at| (at, Tier::Possible)).into_iter().collect()
}

pub(super) fn line_of(text: &str, at: usize) -> &str {
    let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
    let rest = text.get(start..).unwrap_or("");
    let line = rest.lines().next().unwrap_or("").trim();
    let end = line.floor_char_boundary(200);
    line.get(..end).unwrap_or(line)
}
