//! The search over all files of a state.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use aho_corasick::AhoCorasick;
use rayon::prelude::*;

use super::binding::{Bindings, Scope};
use super::code::{CodeFile, Place, find_word};
use super::corpus::{Corpus, Outline, Text};
use super::lex::{Kind, Tokens};
use super::module::Module;
use super::source::Language;
use super::sql::{Sql, Wanted};
use super::{Found, Options, Reference, TableNames, Target, Tier, Via};
use crate::files::Files;
use crate::origin::LineIndex;

/// Every reference to the targets in the files of a state. Files that cannot be read are named in
/// [`Found::unread`].
pub fn references(corpus: &Corpus<'_>, targets: &[Target], options: &Options<'_>) -> Found {
    if targets.is_empty() {
        return Found::default();
    }
    let tables = all_tables(targets, options.tables);
    let indexes: Vec<usize> = targets
        .iter()
        .map(|target| tables.iter().position(|table| *table == target.table).unwrap_or(0))
        .collect();
    let row_types = row_types(corpus.files(), targets);
    let words = Words::new(targets, &row_types);
    let makers = makers(targets, &row_types);

    let mut candidates: Vec<Candidate<'_>> = corpus
        .texts()
        .par_iter()
        .filter_map(|text| candidate(text, corpus, &words, makers.as_ref()))
        .collect();
    let modules = candidates.iter().filter_map(|candidate| {
        let outline = candidate.text.outline(corpus)?;
        Some((candidate.text.source.path.clone(), outline.module.clone()))
    });
    let mut bindings = Bindings::new(corpus.files(), options, &tables, modules.collect());
    candidates.retain(|candidate| !candidate.targets.is_empty());
    let scopes: Vec<Scope> = candidates
        .iter()
        .map(|candidate| match candidate.text.outline(corpus) {
            Some(outline) => bindings.scope(&candidate.text.source.path, &outline.members),
            None => Scope::default(),
        })
        .collect();

    let search = Search { targets, tables: &tables, indexes: &indexes, corpus };
    let found =
        candidates.par_iter().zip(&scopes).map(|(candidate, scope)| search.file(candidate, scope));
    let mut references: Vec<Reference> = found.flatten().collect();
    references.sort();
    let searched = corpus.texts().iter().filter(|text| !text.is_schema).count();
    Found { references, unread: corpus.unread(), broken: corpus.broken(), searched }
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

/// Names of row types that stand beside the definition of a table: whoever imports one of them works
/// with the table.
fn row_types(files: &dyn Files, targets: &[Target]) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (index, target) in targets.iter().enumerate() {
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

/// The names of the tables and of their row types: who uses them may hand rows to others.
fn makers(targets: &[Target], row_types: &[(usize, String)]) -> Option<AhoCorasick> {
    let columns = || targets.iter().filter(|target| target.column.is_some());
    let exports = columns().map(|target| target.table.export.as_str());
    let names: BTreeSet<&str> = exports
        .chain(row_types.iter().map(|(_, name)| name.as_str()))
        .filter(|name| !name.is_empty())
        // Remote procedures hand rows to clients that know nothing of the table.
        .chain(["rocedure"])
        .collect();
    columns().next()?;
    AhoCorasick::new(names).ok()
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
        let of_table = |index: &usize| targets.get(*index).is_some_and(|it| it.column.is_none());
        for (index, name) in row_types.iter().filter(|(index, _)| of_table(index)) {
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

/// A file in which a word stands, or, without targets, one that may hand rows to others.
struct Candidate<'a> {
    text: &'a Text,
    targets: Vec<usize>,
}

fn candidate<'a>(
    text: &'a Text,
    corpus: &Corpus<'_>,
    words: &Words,
    makers: Option<&AhoCorasick>,
) -> Option<Candidate<'a>> {
    let bytes = text.bytes(corpus)?;
    let targets = words.found(bytes);
    let hands_on = || {
        text.source.language == Language::Code
            && !text.source.is_test
            && makers.is_some_and(|makers| makers.is_match(bytes))
    };
    if targets.is_empty() && !hands_on() {
        return None;
    }
    // Made here, on as many threads as there are.
    text.outline(corpus);
    Some(Candidate { text, targets })
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
    Outline { module: Arc::new(module), members, lexed: tokens.lexed(), broken: None }
}

struct Search<'a> {
    targets: &'a [Target],
    tables: &'a [TableNames],
    /// For every target its table in `tables`.
    indexes: &'a [usize],
    corpus: &'a Corpus<'a>,
}

impl Search<'_> {
    fn file(&self, candidate: &Candidate<'_>, scope: &Scope) -> Vec<Reference> {
        let source = &candidate.text.source;
        let text = candidate.text.text(self.corpus);
        let code = candidate.text.outline(self.corpus).map(|outline| {
            CodeFile::new(outline.tokens(text), &outline.module, scope, self.tables)
        });
        let mut found = Vec::new();
        let lines = LineIndex::new(text);
        for index in &candidate.targets {
            let (Some(target), Some(table)) = (self.targets.get(*index), self.indexes.get(*index))
            else {
                continue;
            };
            let is_broken =
                candidate.text.outline(self.corpus).is_some_and(|it| it.broken.is_some());
            let places = match (&code, source.language) {
                (Some(code), _) => {
                    let mut places = match &target.column {
                        Some(column) => code.column(*table, column),
                        None => code.table(*table),
                    };
                    if is_broken {
                        places.extend(words_only(text, target));
                    }
                    places
                }
                (None, Language::Sql) => sql_file(text, target),
                (None, Language::Code | Language::Text) => words_only(text, target),
            };
            // What defines the tables is no use of them, but relations stand there too.
            let places = match &code {
                Some(code) if candidate.text.is_schema => in_relations(code, text, target, places),
                _ => strongest(places),
            };
            for (at, tier) in places {
                let (line, column) = lines.locate(text, u32::try_from(at).unwrap_or(u32::MAX));
                found.push(Reference {
                    target: *index,
                    is_test: source.is_test,
                    file: source.path.clone(),
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
