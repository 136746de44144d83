//! SQL in strings, template literals and `.sql` files, by a small tokenizer.
//!
//! Reads enough to answer one question: which table or column does this text name, and how sure is
//! that? It knows where tables stand (after `FROM`, `JOIN`, `INTO`, `UPDATE`, `TABLE` …) and their
//! aliases; it does not parse.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use super::Tier;

/// What is looked for, in the database's names.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a> {
    /// The schema of the table.
    pub(super) schema: &'a str,
    /// The table.
    pub(super) table: &'a str,
    /// The column; `None` when the table itself is looked for.
    pub(super) column: Option<&'a str>,
}

/// A table that a statement names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TableMention {
    schema: Option<String>,
    table: String,
}

impl TableMention {
    /// Whether it is this table.
    pub(super) fn is(&self, wanted: Wanted<'_>) -> bool {
        self.table == wanted.table && self.schema.as_deref().is_none_or(|it| it == wanted.schema)
    }
}

/// What a part of a statement does with the columns it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clause {
    /// `WHERE`, `ON`, `HAVING`.
    Compares,
    /// `ORDER BY`, `GROUP BY`.
    Sorts,
    /// Everything else.
    Other,
}

/// A place in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hit {
    /// First byte.
    pub(super) at: usize,
    /// How sure.
    pub(super) tier: Tier,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Word,
    Quoted,
    Literal,
    Punct,
}

#[derive(Debug, Clone, Copy)]
struct Token<'a> {
    kind: Kind,
    at: usize,
    text: &'a str,
}

impl Token<'_> {
    fn is(&self, keyword: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(keyword)
    }

    /// Whether it is this identifier: unquoted ones fold to lower case.
    fn names(&self, name: &str) -> bool {
        match self.kind {
            Kind::Word => self.text.to_ascii_lowercase() == name,
            Kind::Quoted => self.text == name,
            Kind::Literal | Kind::Punct => false,
        }
    }

    fn is_name(&self) -> bool {
        matches!(self.kind, Kind::Word | Kind::Quoted)
    }
}

/// Text read as SQL.
#[derive(Debug)]
pub(super) struct Sql<'a> {
    tokens: Vec<Token<'a>>,
}

/// Words that a table's name follows.
const BEFORE_TABLE: &[&str] =
    &["from", "join", "into", "update", "table", "only", "truncate", "references", "using", "copy"];
/// Words that end a table's name instead of being its alias.
const NO_ALIAS: &[&str] = &[
    "where",
    "set",
    "on",
    "using",
    "join",
    "left",
    "right",
    "inner",
    "outer",
    "full",
    "cross",
    "natural",
    "group",
    "order",
    "limit",
    "offset",
    "having",
    "union",
    "returning",
    "values",
    "select",
    "default",
    "as",
    "for",
    "fetch",
    "window",
    "except",
    "intersect",
    "add",
    "drop",
    "alter",
    "rename",
    "cascade",
    "restrict",
    "overriding",
    "lateral",
    "with",
    "if",
    "and",
    "or",
    "disable",
    "enable",
    "force",
    "to",
    "is",
    "do",
    "then",
    "end",
];

impl<'a> Sql<'a> {
    /// The tokens of a text; `${…}` in it are taken for parameters.
    pub(super) fn new(text: &'a str) -> Self {
        let bytes = text.as_bytes();
        let mut tokens = Vec::new();
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            let start = at;
            let (kind, content) = match byte {
                b'-' if bytes.get(at + 1) == Some(&b'-') => {
                    let rest = bytes.get(at..).unwrap_or_default();
                    at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                    continue;
                }
                b'/' if bytes.get(at + 1) == Some(&b'*') => {
                    let rest = bytes.get(at + 2..).unwrap_or_default();
                    at += memchr::memmem::find(rest, b"*/").map_or(rest.len() + 2, |end| end + 4);
                    continue;
                }
                b'\'' | b'"' => {
                    // In a JavaScript string the quotes may be escaped: \" and \'.
                    let rest = bytes.get(at + 1..).unwrap_or_default();
                    let end = memchr::memchr(*byte, rest).unwrap_or(rest.len());
                    at += end + 2;
                    let kind = if *byte == b'"' { Kind::Quoted } else { Kind::Literal };
                    let content = text.get(start + 1..start + 1 + end).unwrap_or("");
                    (kind, content.trim_end_matches('\\'))
                }
                byte if super::lex::is_word(*byte) && *byte != b'$' => {
                    while bytes.get(at).is_some_and(|byte| super::lex::is_word(*byte)) {
                        at += 1;
                    }
                    (Kind::Word, text.get(start..at).unwrap_or(""))
                }
                byte if byte.is_ascii_whitespace() || *byte == b'\\' => {
                    // `\n` written in a JavaScript string is white space, too.
                    at += if *byte == b'\\' { 2 } else { 1 };
                    continue;
                }
                _ => {
                    at += 1;
                    (Kind::Punct, text.get(start..at).unwrap_or(""))
                }
            };
            let at = if kind == Kind::Quoted { start + 1 } else { start };
            tokens.push(Token { kind, at, text: content });
        }
        Self { tokens }
    }

    /// Its statements, apart at the semicolons.
    pub(super) fn statements(self) -> Vec<Self> {
        let parts = self.tokens.split(|token| token.kind == Kind::Punct && token.text == ";");
        parts.filter(|part| !part.is_empty()).map(|part| Self { tokens: part.to_vec() }).collect()
    }

    /// Whether the text is SQL and not a sentence: it has the words of a statement in their order, or
    /// key words in capitals.
    pub(super) fn is_statement(&self) -> bool {
        const PAIRS: &[(&str, &str)] = &[
            ("select", "from"),
            ("insert", "into"),
            ("update", "set"),
            ("delete", "from"),
            ("alter", "table"),
            ("create", "table"),
            ("create", "index"),
            ("create", "view"),
            ("drop", "table"),
            ("truncate", "table"),
            ("truncate", "cascade"),
            ("join", "on"),
            ("on", "conflict"),
            ("copy", "from"),
        ];
        const CAPITALS: &[&str] = &["FROM", "JOIN", "WHERE", "INTO", "SET", "TRUNCATE", "UPDATE"];
        let first = self.tokens.first();
        let starts = [
            "select", "insert", "update", "delete", "alter", "create", "drop", "truncate", "with",
            "copy",
        ];
        let begins = first.is_some_and(|token| starts.iter().any(|word| token.is(word)));
        let shouted = self
            .tokens
            .iter()
            .any(|token| token.kind == Kind::Word && CAPITALS.contains(&token.text));
        if !begins && !shouted {
            return false;
        }
        PAIRS.iter().any(|(one, two)| {
            let one = self.tokens.iter().position(|token| token.is(one));
            one.is_some_and(|one| self.tokens.iter().skip(one + 1).any(|token| token.is(two)))
        }) || (shouted && self.tables().next().is_some())
    }

    /// Every table named where a table stands: the index of its name, its schema, and what it is
    /// called in the rest of the statement.
    fn tables(&self) -> impl Iterator<Item = (usize, Option<&Token<'a>>, &Token<'a>)> {
        let mut expects = false;
        let mut list = false;
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(token) = self.tokens.get(at) {
            if token.kind == Kind::Word && BEFORE_TABLE.iter().any(|word| token.is(word)) {
                expects = true;
                list = token.is("from")
                    || token.is("only")
                    || token.is("truncate")
                    || token.is("table");
                at += 1;
                continue;
            }
            let skipped = ["if", "exists", "not", "lateral"].iter().any(|word| token.is(word));
            if expects && skipped {
                at += 1;
                continue;
            }
            if expects && token.is_name() && !NO_ALIAS.iter().any(|word| token.is(word)) {
                let (schema, name) = match (self.tokens.get(at + 1), self.tokens.get(at + 2)) {
                    (Some(dot), Some(name)) if dot.text == "." && name.is_name() => {
                        (Some(token), at + 2)
                    }
                    _ => (None, at),
                };
                let mut alias = name + 1;
                if self.tokens.get(alias).is_some_and(|token| token.is("as")) {
                    alias += 1;
                }
                let named = self
                    .tokens
                    .get(alias)
                    .filter(|token| token.is_name() && !NO_ALIAS.iter().any(|word| token.is(word)));
                let called = named.or_else(|| self.tokens.get(name)).unwrap_or(token);
                found.push((name, schema, called));
                at = if named.is_some() { alias + 1 } else { name + 1 };
                expects = list && self.tokens.get(at).is_some_and(|token| token.text == ",");
                if expects {
                    at += 1;
                }
                continue;
            }
            expects = false;
            at += 1;
        }
        found.into_iter()
    }

    /// The tables it names where tables stand.
    pub(super) fn mentions(&self) -> Vec<TableMention> {
        let name = |token: &Token<'_>| match token.kind {
            Kind::Word => token.text.to_ascii_lowercase(),
            Kind::Quoted | Kind::Literal | Kind::Punct => token.text.to_owned(),
        };
        let mention = |(at, schema, _): (usize, Option<&Token<'a>>, &Token<'a>)| {
            let table = self.tokens.get(at).map(name).unwrap_or_default();
            TableMention { schema: schema.map(name), table }
        };
        self.tables().map(mention).collect()
    }

    /// Every `INSERT INTO table … ON CONFLICT (columns)`: where, the table, the columns; without a target
    /// there are none.
    pub(super) fn conflicts(&self) -> Vec<(usize, TableMention, BTreeSet<String>)> {
        let mut found = Vec::new();
        let tables: Vec<(usize, TableMention)> =
            self.tables().map(|(at, ..)| at).zip(self.mentions()).collect();
        for (at, pair) in self.tokens.windows(3).enumerate() {
            let [on, conflict, open] = pair else { continue };
            let has_target = open.text == "(";
            if !on.is("on") || !conflict.is("conflict") || !(has_target || open.is("do")) {
                continue;
            }
            let listed = self.tokens.iter().skip(at + 3);
            let listed = listed.take_while(|token| has_target && token.text != ")");
            let names = listed.filter(|token| token.is_name());
            let columns = names.map(|token| match token.kind {
                Kind::Quoted => token.text.to_owned(),
                Kind::Word | Kind::Literal | Kind::Punct => token.text.to_ascii_lowercase(),
            });
            let into = |(name, _): &&(usize, TableMention)| {
                let before = self.tokens.get(..*name).unwrap_or_default();
                *name < at && before.iter().rev().take(3).any(|token| token.is("into"))
            };
            if let Some((_, table)) = tables.iter().rev().find(into) {
                found.push((on.at, table.clone(), columns.collect()));
            }
        }
        found
    }

    /// Every column of a table that a clause compares (`WHERE`, `ON`, `HAVING`) or sorts by: where, its
    /// name, and whether it sorts. A column without a qualifier counts for every table.
    pub(super) fn conditions(&self, wanted: Wanted<'_>) -> Vec<(usize, String, bool)> {
        let tables: Vec<_> = self.tables().collect();
        let mut called: BTreeMap<String, bool> = BTreeMap::new();
        for (name, schema, alias) in &tables {
            let ours = self.is_table(*name, *schema, wanted);
            *called.entry(alias.text.to_ascii_lowercase()).or_insert(ours) |= ours;
        }
        if !called.values().any(|ours| *ours) {
            return Vec::new();
        }
        let mut found = Vec::new();
        let mut clause = Clause::Other;
        for (at, token) in self.tokens.iter().enumerate() {
            if let Some(now) = self.clause(at) {
                clause = now;
            }
            if clause == Clause::Other
                || !token.is_name()
                || self.tokens.get(at + 1).is_some_and(|it| it.text == "." || it.text == "(")
            {
                continue;
            }
            let before = at.checked_sub(1).and_then(|dot| self.tokens.get(dot));
            let qualifier = before
                .filter(|dot| dot.text == ".")
                .and_then(|_| at.checked_sub(2).and_then(|at| self.tokens.get(at)));
            let ours = match qualifier {
                Some(it) => called.get(&it.text.to_ascii_lowercase()).copied().unwrap_or(false),
                None => true,
            };
            if ours {
                let name = match token.kind {
                    Kind::Quoted => token.text.to_owned(),
                    Kind::Word | Kind::Literal | Kind::Punct => token.text.to_ascii_lowercase(),
                };
                found.push((token.at, name, clause == Clause::Sorts));
            }
        }
        found
    }

    /// In which clause the text ends.
    pub(super) fn clause_at_end(&self) -> Clause {
        let mut clauses = (0..self.tokens.len()).rev().filter_map(|at| self.clause(at));
        clauses.next().unwrap_or(Clause::Other)
    }

    /// The clause that a token begins.
    fn clause(&self, at: usize) -> Option<Clause> {
        const ENDS: &[&str] = &[
            "select",
            "set",
            "values",
            "returning",
            "from",
            "into",
            "limit",
            "offset",
            "join",
            "do",
            "update",
            "using",
            "conflict",
        ];
        let token = self.tokens.get(at)?;
        if token.kind != Kind::Word {
            return None;
        }
        let next = |word: &str| self.tokens.get(at + 1).is_some_and(|it| it.is(word));
        if ["where", "having"].iter().any(|word| token.is(word)) {
            return Some(Clause::Compares);
        }
        if token.is("on") {
            let other = ["conflict", "update", "delete"].iter().any(|word| next(word));
            return Some(if other { Clause::Other } else { Clause::Compares });
        }
        if token.is("by") {
            return Some(Clause::Sorts);
        }
        ENDS.iter().any(|word| token.is(word)).then_some(Clause::Other)
    }

    fn is_table(&self, name: usize, schema: Option<&Token<'a>>, wanted: Wanted<'_>) -> bool {
        let table = self.tokens.get(name).is_some_and(|token| token.names(wanted.table));
        table && schema.is_none_or(|schema| schema.names(wanted.schema))
    }

    /// Where the text names what is wanted. In a text that is no statement of its own (a fragment, a
    /// sentence) nothing is certain.
    pub(super) fn find(&self, wanted: Wanted<'_>, is_statement: bool) -> Vec<Hit> {
        let tables: Vec<_> = self.tables().collect();
        let mine: Vec<&(usize, Option<&Token<'a>>, &Token<'a>)> = tables
            .iter()
            .filter(|(name, schema, _)| self.is_table(*name, *schema, wanted))
            .collect();
        let Some(column) = wanted.column else {
            let tier = if is_statement { Tier::Certain } else { Tier::Possible };
            let hits = mine.iter().filter_map(|(name, ..)| self.tokens.get(*name));
            return hits.map(|token| Hit { at: token.at, tier }).collect();
        };
        // What the statement calls its tables: only ours, or only others?
        let mut called: BTreeMap<String, bool> = BTreeMap::new();
        for (name, schema, alias) in &tables {
            let ours = self.is_table(*name, *schema, wanted);
            *called.entry(alias.text.to_ascii_lowercase()).or_insert(ours) |= ours;
        }
        let others = tables.len() > mine.len();
        let mut hits = Vec::new();
        for (at, token) in self.tokens.iter().enumerate() {
            if !token.names(column) || tables.iter().any(|(name, ..)| *name == at) {
                continue;
            }
            let qualifier = match (at.checked_sub(2), at.checked_sub(1)) {
                (Some(two), Some(one)) if self.tokens.get(one).is_some_and(|t| t.text == ".") => {
                    self.tokens.get(two)
                }
                _ => None,
            };
            let is_alias =
                at.checked_sub(1).and_then(|at| self.tokens.get(at)).is_some_and(|t| t.is("as"));
            let tier = match qualifier {
                Some(qualifier) => match called.get(&qualifier.text.to_ascii_lowercase()) {
                    Some(true) if is_statement => Tier::Certain,
                    Some(true) => Tier::Likely,
                    Some(false) => continue,
                    None if qualifier.names(wanted.table) => Tier::Likely,
                    None => Tier::Possible,
                },
                None if is_alias || !is_statement || mine.is_empty() => Tier::Possible,
                None if others => Tier::Likely,
                None => Tier::Certain,
            };
            hits.push(Hit { at: token.at, tier });
        }
        hits
    }
}

/// `column IN ('a', 'b')`, when that is all a check says (besides `column IS NULL OR`): the column and
/// the values.
pub(super) fn in_list(check: &str) -> Option<(String, BTreeSet<String>)> {
    let sql = Sql::new(check);
    let round = |token: &&Token<'_>| token.kind != Kind::Punct || !"()[]".contains(token.text);
    let tokens: Vec<&Token<'_>> = sql.tokens.iter().filter(round).collect();
    let (column, mut at) = last_name(&tokens, 0)?;
    let is = |at: usize, words: &[&str]| {
        words.iter().enumerate().all(|(i, word)| tokens.get(at + i).is_some_and(|t| t.is(word)))
    };
    if is(at, &["is", "null", "or"]) {
        let (again, next) = last_name(&tokens, at + 3)?;
        if again != column {
            return None;
        }
        at = next;
    }
    at += match tokens.get(at) {
        Some(token) if token.is("in") => 1,
        Some(token) if token.text == "=" && is(at + 1, &["any", "array"]) => 3,
        _ => return None,
    };
    let mut values = BTreeSet::new();
    for token in tokens.get(at..)? {
        match token.kind {
            Kind::Literal => drop(values.insert(token.text.to_owned())),
            // Between values, and casts: `'a'::text`.
            Kind::Punct if token.text == "," || token.text == ":" => {}
            Kind::Word if ["text", "varchar", "character", "varying"].contains(&token.text) => {}
            _ => return None,
        }
    }
    (!values.is_empty()).then_some((column, values))
}

/// `a`, `t.a`, `s.t.a`: the last part, and where it ends.
fn last_name(tokens: &[&Token<'_>], at: usize) -> Option<(String, usize)> {
    let name = tokens.get(at).filter(|token| token.is_name())?;
    match tokens.get(at + 1) {
        Some(dot) if dot.text == "." => last_name(tokens, at + 2),
        _ => Some((name.text.to_owned(), at + 1)),
    }
}
