//! The references in one TypeScript or JavaScript file.

use std::collections::BTreeSet;

use super::binding::Scope;
use super::flow::{Flow, From};
use super::lex::{Kind, Tokens};
use super::literal::{Literal, literals};
use super::module::Module;
use super::sql::{Sql, TableMention, Wanted};
use super::{ColumnNames, TableNames, Tier};

/// A file that is being searched.
pub(super) struct CodeFile<'a> {
    pub(super) tokens: Tokens<'a>,
    pub(super) module: &'a Module,
    pub(super) scope: &'a Scope,
    pub(super) tables: &'a [TableNames],
    /// Bound names that are declared again somewhere in the file: a use may mean the other one.
    ambiguous: Vec<&'a str>,
    statements: Vec<Statement>,
    pub(super) flow: Flow,
}

/// One literal that may be SQL.
struct Statement {
    literal: Literal,
    /// Whether it is a whole statement, not a fragment or a sentence.
    complete: bool,
    /// The tables it names where tables stand.
    tables: Vec<TableMention>,
}

/// A place in the file: byte and tier.
pub(super) type Place = (usize, Tier);

impl<'a> CodeFile<'a> {
    /// Prepares a file whose names are known.
    pub(super) fn new(
        tokens: Tokens<'a>,
        module: &'a Module,
        scope: &'a Scope,
        tables: &'a [TableNames],
    ) -> Self {
        let names = scope.names.iter().filter(|(_, meaning)| meaning.table.is_some());
        let ambiguous = names
            .map(|(name, _)| name.split('.').next().unwrap_or(name))
            .filter(|name| declared_again(&tokens, module, name))
            .collect();
        let statements = literals(&tokens, scope, tables).into_iter().map(|literal| {
            let sql = Sql::new(&literal.text);
            let (is_statement, tables) = (sql.is_statement(), sql.mentions());
            Statement { literal, complete: is_statement, tables }
        });
        let statements = statements.collect();
        let exports: Vec<&str> = tables.iter().map(|table| table.export.as_str()).collect();
        let flow = Flow::new(&tokens, scope, &exports);
        Self { tokens, module, scope, tables, ambiguous, statements, flow }
    }

    /// Whether the file works with a table or its rows in Drizzle. Rows of SQL text have the columns'
    /// names for keys, not the properties'.
    fn works_with(&self, table: usize) -> bool {
        self.scope.works_with(table) || self.queries(table).next().is_some()
    }

    /// Whether a statement in the file names the table.
    fn has_sql_of(&self, table: usize) -> bool {
        let Some(names) = self.tables.get(table) else { return false };
        let wanted = wanted(names, None);
        let mut statements = self.statements.iter().filter(|statement| statement.complete);
        statements.any(|statement| statement.tables.iter().any(|it| it.is(wanted)))
    }

    /// Relational queries: the token of the table's name in `db.query.<table>`.
    fn queries(&self, table: usize) -> impl Iterator<Item = usize> + '_ {
        let export = self.tables.get(table).map_or("", |names| names.export.as_str());
        let tokens = &self.tokens;
        (2..tokens.len()).filter(move |at| {
            tokens.is_word(*at, export)
                && tokens.is_property(*at)
                && tokens.is_word(at - 2, "query")
        })
    }

    /// Uses of a table.
    pub(super) fn table(&self, table: usize) -> Vec<Place> {
        let Some(names) = self.tables.get(table) else { return Vec::new() };
        let tokens = &self.tokens;
        let mut found = Vec::new();
        for at in 0..tokens.len() {
            let word = tokens.get(at);
            match tokens.kind(at) {
                Kind::Word => {
                    if let Some(bound) = self.bound(at) {
                        if bound.table == table {
                            found.push((tokens.start(at), bound.tier));
                        }
                    } else if let Some(tier) = self.row_type(at, table) {
                        found.push((tokens.start(at), tier));
                    } else if word == names.export {
                        let is_query =
                            at >= 2 && tokens.is_property(at) && tokens.is_word(at - 2, "query");
                        let tier = if is_query { Tier::Certain } else { Tier::Possible };
                        found.push((tokens.start(at), tier));
                    } else if word == names.name.name {
                        found.push((tokens.start(at), Tier::Possible));
                    }
                }
                Kind::String | Kind::Template if !self.module.in_statement(at) => {
                    let words = [names.export.as_str(), names.name.name.as_str()];
                    if let Some(at_byte) = words.iter().find_map(|name| find_word(word, name)) {
                        found.push((tokens.start(at) + at_byte, Tier::Possible));
                    }
                }
                Kind::String | Kind::Template | Kind::Number | Kind::Punct | Kind::Regex => {}
            }
        }
        self.sql(wanted(names, None), Tier::Possible, &mut found);
        found
    }

    /// A type of the table's rows, used or imported.
    fn row_type(&self, at: usize, table: usize) -> Option<Tier> {
        if self.tokens.is_property(at) || self.is_key(at) {
            return None;
        }
        let meaning = self.scope.get(self.tokens.get(at))?;
        if meaning.rows.contains(&table) {
            return Some(Tier::Certain);
        }
        meaning.mentions.contains(&table).then_some(Tier::Likely)
    }

    /// Uses of a column.
    pub(super) fn column(&self, table: usize, column: &ColumnNames) -> Vec<Place> {
        let Some(names) = self.tables.get(table) else { return Vec::new() };
        let usual = if self.works_with(table) { Tier::Likely } else { Tier::Possible };
        let has_sql = self.has_sql_of(table);
        let tokens = &self.tokens;
        let is_string = |at: usize| tokens.kind(at) == Kind::String;
        let is_named =
            (0..tokens.len()).any(|at| is_string(at) && tokens.get(at) == names.name.name);
        let mut found = Vec::new();
        let key = column.key.as_deref();
        let name = column.name.as_deref();
        for at in 0..tokens.len() {
            let text = tokens.get(at);
            match tokens.kind(at) {
                Kind::Word if key == Some(text) => {
                    if let Some(tier) = self.key(at, table, usual) {
                        found.push((tokens.start(at), tier));
                    }
                }
                // A row of raw SQL: `row.vintage_year`.
                Kind::Word if name == Some(text) => {
                    let tier = if has_sql { Tier::Likely } else { Tier::Possible };
                    found.push((tokens.start(at), tier));
                }
                Kind::String if key == Some(text) || name == Some(text) => {
                    // `{ table: 'funds', column: 'vintage_year' }` names both.
                    let pair = if name == Some(text) && is_named { Tier::Likely } else { usual };
                    let tier = self.string(at, table).unwrap_or(pair);
                    found.push((tokens.start(at), tier));
                }
                Kind::String | Kind::Template if !self.module.in_statement(at) => {
                    let words = key.into_iter().chain(name);
                    for at_byte in words.filter_map(|word| find_word(text, word)) {
                        found.push((tokens.start(at) + at_byte, Tier::Possible));
                    }
                }
                _ => {}
            }
        }
        if let Some(name) = name {
            // A piece of a statement belongs to the statements around it.
            let piece = if has_sql { Tier::Likely } else { usual };
            self.sql(wanted(names, Some(name)), piece, &mut found);
        }
        found
    }

    /// A word that is the column's key; `None` when it belongs to something else for sure.
    fn key(&self, at: usize, table: usize, usual: Tier) -> Option<Tier> {
        let tokens = &self.tokens;
        if self.module.in_statement(at) {
            return Some(Tier::Possible);
        }
        if tokens.is_property(at) {
            let object = at.checked_sub(2)?;
            return match self.bound(object) {
                Some(bound) if bound.table == table => Some(bound.tier),
                // The column of another table.
                Some(bound) if bound.tier == Tier::Certain => None,
                _ => Some(held(&self.flow.object_of(tokens, self.scope, at), table, usual)),
            };
        }
        if self.is_key(at) {
            return match self.written_to(at) {
                Some(bound) if bound.table == table => Some(bound.tier),
                Some(bound) if bound.tier == Tier::Certain => None,
                _ if self.is_type_member(at) => Some(Tier::Possible),
                _ => Some(held(&self.flow.literal_of(tokens, self.scope, at), table, usual)),
            };
        }
        Some(Tier::Possible)
    }

    /// `key: string;`, `key?: T`: a member of a type, which has nothing to do with rows by itself.
    fn is_type_member(&self, at: usize) -> bool {
        const TYPES: &[&str] =
            &["string", "number", "boolean", "Date", "bigint", "unknown", "any", "null"];
        let tokens = &self.tokens;
        if tokens.is_punct(at + 1, "?") && tokens.is_punct(at + 2, ":") {
            return true;
        }
        let ends = [";", "|", "}", "["].iter().any(|punct| tokens.is_punct(at + 3, punct));
        tokens.is_punct(at + 1, ":") && TYPES.contains(&tokens.get(at + 2)) && ends
    }

    /// `'key'` as a property name of the table or of its row type.
    fn string(&self, at: usize, table: usize) -> Option<Tier> {
        let tokens = &self.tokens;
        if tokens.follows_punct(at, "[") && tokens.is_punct(at + 1, "]") {
            let mut object = at.checked_sub(2)?;
            if tokens.is_punct(object, "?.") {
                object = object.checked_sub(1)?;
            }
            return match self.bound(object) {
                Some(bound) if bound.table == table => Some(bound.tier),
                _ => self.row_type(object, table).filter(|tier| *tier == Tier::Certain).or_else(
                    || {
                        let open = at.checked_sub(1)?;
                        let from = self.flow.object_of(tokens, self.scope, open);
                        from.holds(table)
                            .map(|holds| if holds { Tier::Likely } else { Tier::Possible })
                    },
                ),
            };
        }
        // `Pick<Fund, 'id' | 'key'>`: back over the union to the type.
        let mut before = at;
        while let Some(two) = before.checked_sub(2) {
            if tokens.is_punct(before - 1, "|") && tokens.kind(two) == Kind::String {
                before = two;
            } else if tokens.is_punct(before - 1, "|") && tokens.is_punct(two, ",") {
                before -= 1;
            } else {
                break;
            }
        }
        let (row, picks) = (before.checked_sub(2)?, before.checked_sub(4)?);
        let is_pick = tokens.is_punct(before - 1, ",")
            && tokens.is_punct(before - 3, "<")
            && ["Pick", "Omit"].contains(&tokens.get(picks));
        (is_pick && self.row_type(row, table) == Some(Tier::Certain)).then_some(Tier::Certain)
    }

    /// Whether a word is a property of an object literal, type or pattern.
    fn is_key(&self, at: usize) -> bool {
        let tokens = &self.tokens;
        let opens = ["{", ",", ";", "(", "|"].iter().any(|punct| tokens.follows_punct(at, punct));
        let readonly = at > 0 && tokens.is_word(at - 1, "readonly");
        let line = at > 0
            && tokens
                .text
                .get(self.end(at - 1)..tokens.start(at))
                .is_some_and(|s| s.contains('\n'));
        if tokens.is_punct(at + 1, ":")
            || (tokens.is_punct(at + 1, "?") && tokens.is_punct(at + 2, ":"))
        {
            // `(key: string) =>` is a parameter.
            let is_parameter = tokens.opening(at).is_some_and(|open| tokens.is_punct(open, "("));
            return (opens || readonly || line) && !is_parameter;
        }
        // Shorthand: `{ a, key }`, `{ key = 1 }`.
        let shorthand = [",", "}", "="].iter().any(|punct| tokens.is_punct(at + 1, punct));
        shorthand
            && (tokens.follows_punct(at, "{") || tokens.follows_punct(at, ","))
            && self.in_braces(at)
    }

    fn end(&self, at: usize) -> usize {
        self.tokens.list.get(at).map_or(0, |token| token.end as usize)
    }

    /// Whether the innermost bracket around a token is a brace.
    fn in_braces(&self, at: usize) -> bool {
        self.tokens.opening(at).is_some_and(|open| self.tokens.is_punct(open, "{"))
    }

    /// The table that a key of an object literal is written to or asked of: `insert(t).values({ … })`,
    /// `update(t).set({ … })`, `query.t.findMany({ columns: { … } })`.
    fn written_to(&self, key: usize) -> Option<Bound> {
        let tokens = &self.tokens;
        let brace = tokens.opening(key).filter(|open| tokens.is_punct(*open, "{"))?;
        // What the object literal belongs to: `columns: {`, `set: {`, or the call itself.
        let (mut open, label) = if tokens.follows_punct(brace, ":") {
            let label = brace.checked_sub(2)?;
            (tokens.opening(label)?, Some(tokens.get(label)))
        } else {
            (brace, None)
        };
        if tokens.is_punct(open, "{") {
            open = tokens.opening(open)?;
        }
        while tokens.is_punct(open, "[") {
            open = tokens.opening(open)?;
        }
        if !tokens.is_punct(open, "(") {
            return None;
        }
        let method = open.checked_sub(1)?;
        match (tokens.get(method), label) {
            ("values" | "set", None) | ("onConflictDoUpdate", Some("set")) => {
                self.statement_table(method)
            }
            ("findFirst" | "findMany", Some("columns")) => {
                let table = self.query_table(method)?;
                Some(Bound { table, tier: Tier::Certain })
            }
            _ => None,
        }
    }

    /// From `.values` or `.set` back along the chain to `insert(t)` or `update(t)`.
    fn statement_table(&self, method: usize) -> Option<Bound> {
        let tokens = &self.tokens;
        let mut at = method;
        for _ in 0..8 {
            let close = at.checked_sub(2)?;
            if !tokens.is_property(at) || !tokens.is_punct(close, ")") {
                return None;
            }
            let open = tokens.pair(close)?;
            let name = open.checked_sub(1)?;
            if ["insert", "update"].contains(&tokens.get(name)) {
                return self.bound(close.checked_sub(1)?);
            }
            at = name;
        }
        None
    }

    /// Every conflict target: `onConflictDoUpdate({ target: [t.a, t.b] })` and `ON CONFLICT (a, b)`; one
    /// without columns for `onConflictDoNothing()` and `ON CONFLICT DO NOTHING`.
    pub(super) fn conflicts(&self) -> Vec<Conflict> {
        let tokens = &self.tokens;
        let mut found = Vec::new();
        for at in 0..tokens.len() {
            found.extend(self.any_conflict(at));
            let is_target = tokens.is_word(at, "target") && tokens.is_punct(at + 1, ":");
            let method = is_target.then(|| tokens.opening(at)).flatten().and_then(|brace| {
                let open = tokens.opening(brace).filter(|open| tokens.is_punct(*open, "("))?;
                open.checked_sub(1).map(|name| tokens.get(name))
            });
            if !method.is_some_and(|name| name.starts_with("onConflictDo")) {
                continue;
            }
            let (mut key, end) = match tokens.pair(at + 2).filter(|close| *close > at + 2) {
                Some(close) => (at + 3, close),
                None => (at + 2, at + 3),
            };
            let mut of = None;
            let mut keys = BTreeSet::new();
            while key < end {
                // `t.a`, `ns.t.a`
                let mut last = key;
                while tokens.is_punct(last + 1, ".") {
                    last += 2;
                }
                if let Some(bound) = last.checked_sub(2).and_then(|object| self.bound(object)) {
                    of = Some(bound.table);
                    keys.insert(tokens.get(last).to_owned());
                }
                key = last + 2;
            }
            if let Some(table) = of {
                found.push(Conflict {
                    at: tokens.start(at),
                    table: Named::Key(table),
                    columns: keys,
                });
            }
        }
        for statement in self.statements.iter().filter(|statement| statement.complete) {
            for (at, table, columns) in Sql::new(&statement.literal.text).conflicts() {
                let at = statement.literal.place(at);
                found.push(Conflict { at, table: Named::Sql(table), columns });
            }
        }
        found
    }

    /// `db.insert(table).values(…).onConflictDoNothing()`, at the method's name.
    fn any_conflict(&self, at: usize) -> Option<Conflict> {
        let tokens = &self.tokens;
        let is_empty = tokens.is_punct(at + 1, "(") && tokens.is_punct(at + 2, ")");
        if !is_empty || !tokens.is_word(at, "onConflictDoNothing") {
            return None;
        }
        let first = super::flow::start_of_chain(tokens, at + 1);
        let mut inserts = (first..at).filter(|it| {
            tokens.is_word(*it, "insert") && tokens.is_property(*it) && tokens.is_punct(it + 1, "(")
        });
        let close = tokens.pair(inserts.next()? + 1)?;
        let bound = self.bound(close.checked_sub(1)?)?;
        let (at, table) = (tokens.start(at), Named::Key(bound.table));
        Some(Conflict { at, table, columns: BTreeSet::new() })
    }

    /// The whole statements in the file's literals.
    pub(super) fn sql_statements(&self) -> impl Iterator<Item = (&Literal, Sql<'_>)> {
        let complete = self.statements.iter().filter(|statement| statement.complete);
        complete.map(|statement| (&statement.literal, Sql::new(&statement.literal.text)))
    }

    /// The table that a name is bound to.
    pub(super) fn table_of(&self, at: usize) -> Option<usize> {
        self.bound(at).map(|bound| bound.table)
    }

    /// The table of a relational query: at `findMany` of `db.query.funds.findMany`.
    pub(super) fn query_table(&self, method: usize) -> Option<usize> {
        let tokens = &self.tokens;
        let name = method.checked_sub(2)?;
        let is_query = ["findFirst", "findMany"].contains(&tokens.get(method))
            && tokens.is_property(name)
            && name >= 2
            && tokens.is_word(name - 2, "query");
        let called = |table: &TableNames| table.export == tokens.get(name);
        is_query.then(|| self.tables.iter().position(called))?
    }

    /// The table that a name (or `namespace.name`) is bound to.
    fn bound(&self, at: usize) -> Option<Bound> {
        let tokens = &self.tokens;
        if tokens.kind(at) != Kind::Word {
            return None;
        }
        let word = tokens.get(at);
        let (root, meaning) = if tokens.is_property(at) {
            let namespace = at.checked_sub(2)?;
            if tokens.is_property(namespace) {
                return None;
            }
            let root = tokens.get(namespace);
            (root, self.scope.get(&format!("{root}.{word}"))?)
        } else {
            let is_label = tokens.is_punct(at + 1, ":") && self.is_key(at);
            if is_label {
                return None;
            }
            (word, self.scope.get(word)?)
        };
        let table = meaning.table?;
        let doubtful = meaning.is_guess || self.ambiguous.contains(&root);
        Some(Bound { table, tier: if doubtful { Tier::Likely } else { Tier::Certain } })
    }

    fn sql(&self, wanted: Wanted<'_>, usual: Tier, found: &mut Vec<Place>) {
        let word = wanted.column.unwrap_or(wanted.table);
        for statement in &self.statements {
            let literal = &statement.literal;
            // Unquoted names fold to lower case.
            if !literal.text.to_ascii_lowercase().contains(&word.to_ascii_lowercase()) {
                continue;
            }
            // A whole statement about other tables does not name this one's column.
            let is_ours =
                statement.tables.iter().any(|it| it.is(Wanted { column: None, ..wanted }));
            let least = if statement.complete && !is_ours { Tier::Possible } else { usual };
            for hit in Sql::new(&literal.text).find(wanted, statement.complete) {
                found.push((literal.place(hit.at), hit.tier.max(least)));
            }
        }
    }
}

/// How sure a use of a value is, when that value holds rows of the table, or of others, or nobody knows.
fn held(from: &From, table: usize, usual: Tier) -> Tier {
    match from.holds(table) {
        Some(true) => Tier::Likely,
        Some(false) => Tier::Possible,
        None => usual,
    }
}

/// A conflict target.
#[derive(Debug)]
pub(super) struct Conflict {
    pub(super) at: usize,
    pub(super) table: Named,
    /// Property keys or column names, as the table is named; empty when it stands for every conflict.
    pub(super) columns: BTreeSet<String>,
}

/// How a conflict target names its table.
#[derive(Debug)]
pub(super) enum Named {
    /// In Drizzle: an index into the known tables; the columns are property keys.
    Key(usize),
    /// In SQL; the columns are names.
    Sql(TableMention),
}

/// A name's table, and how sure that is.
#[derive(Debug, Clone, Copy)]
struct Bound {
    table: usize,
    tier: Tier,
}

fn wanted<'a>(names: &'a TableNames, column: Option<&'a str>) -> Wanted<'a> {
    Wanted { schema: &names.name.schema, table: &names.name.name, column }
}

/// Whether a name that an import binds is declared in the file once more: by `const` and its kin, or
/// as a parameter.
fn declared_again(tokens: &Tokens<'_>, module: &Module, name: &str) -> bool {
    (0..tokens.len()).any(|at| {
        if !tokens.is_word(at, name) || tokens.is_property(at) || module.in_statement(at) {
            return false;
        }
        let after_keyword =
            at > 0 && ["const", "let", "var", "function", "class"].contains(&tokens.get(at - 1));
        after_keyword || tokens.is_punct(at + 1, "=>") || is_bound_in_pattern(tokens, at)
    })
}

/// `const { name } =`, `const [name] =`, `(a, name) =>`, `function f(name) {`.
fn is_bound_in_pattern(tokens: &Tokens<'_>, at: usize) -> bool {
    let ends =
        [",", "}", "]", ")", ":", "=", "?"].iter().any(|punct| tokens.is_punct(at + 1, punct));
    let starts = ["{", "[", "(", ",", ":"].iter().any(|punct| tokens.follows_punct(at, punct));
    if !ends || !starts {
        return false;
    }
    // `{ name: other }` binds the other name.
    if tokens.is_punct(at + 1, ":")
        && !tokens.follows_punct(at, "(")
        && !tokens.follows_punct(at, ",")
    {
        return false;
    }
    let mut inner = at;
    for _ in 0..6 {
        let Some(open) = tokens.opening(inner) else { return false };
        let Some(close) = tokens.pair(open) else { return false };
        if tokens.is_punct(open, "(") {
            // Parameters: an arrow or a body follows, perhaps after a return type.
            let next = tokens.get(close + 1);
            let is_call = open > 0
                && (tokens.kind(open - 1) == Kind::Word || tokens.is_punct(open - 1, ")"))
                && !tokens.is_word(open - 1, "async")
                && !is_function_name(tokens, open - 1);
            let typed = next == ":" && !is_call;
            return next == "=>" || (next == "{" && !is_control(tokens, open)) || typed;
        }
        let before = open.checked_sub(1);
        if before.is_some_and(|before| ["const", "let", "var"].contains(&tokens.get(before))) {
            return true;
        }
        inner = open;
    }
    false
}

fn is_function_name(tokens: &Tokens<'_>, at: usize) -> bool {
    at > 0 && (tokens.is_word(at - 1, "function") || tokens.is_word(at - 1, "async"))
}

fn is_control(tokens: &Tokens<'_>, open: usize) -> bool {
    open > 0 && ["if", "while", "for", "switch"].contains(&tokens.get(open - 1))
}

/// The first place of a whole word in a text.
pub(super) fn find_word(text: &str, word: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let is_part = |at: Option<usize>| {
        at.and_then(|at| bytes.get(at)).is_some_and(|byte| super::lex::is_word(*byte))
    };
    memchr::memmem::find_iter(bytes, word)
        .find(|at| !is_part(at.checked_sub(1)) && !is_part(at.checked_add(word.len())))
}
