//! Where the values in one file come from: which tables' rows a variable may hold.
//!
//! Not a type checker: a variable's tables are those that its type, the expression it is made of, or the
//! call whose callback it is a parameter of, name. What has a type that names none holds none.

use std::collections::{BTreeMap, BTreeSet};

use super::binding::{Meaning, Scope};
use super::lex::{Kind, Tokens};
use super::module::{Function, end_of_expression, end_of_type};

/// What is known of a value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct From {
    /// The tables whose rows it may be, or be made of.
    pub(super) tables: BTreeSet<usize>,
    /// Whether it is known to be nothing else.
    pub(super) is_known: bool,
}

impl From {
    /// Whether it holds rows of a table; `None` when nobody knows.
    pub(super) fn holds(&self, table: usize) -> Option<bool> {
        if self.tables.contains(&table) {
            return Some(true);
        }
        (self.is_known || !self.tables.is_empty()).then_some(false)
    }

    fn join(&mut self, other: &Self) {
        self.tables.extend(other.tables.iter().copied());
        self.is_known |= other.is_known;
    }
}

/// The variables of a file.
#[derive(Debug, Default)]
pub(super) struct Flow {
    /// By name, in the order of their declarations: where, and what they hold.
    variables: BTreeMap<String, Vec<(usize, From)>>,
    by_export: BTreeMap<String, Option<usize>>,
}

/// What clients of remote procedures call.
const REMOTE: &[&str] = &[
    "useQuery",
    "useSuspenseQuery",
    "useInfiniteQuery",
    "useSuspenseInfiniteQuery",
    "useMutation",
    "query",
    "mutate",
    "mutateAsync",
    "fetch",
    "prefetch",
    "ensureData",
    "getData",
    "setData",
    "queryOptions",
    "mutationOptions",
];

/// Types that say nothing.
const VAGUE: &[&str] = &["any", "unknown", "object", "Record", "never"];

impl Flow {
    /// Reads a file's declarations in their order.
    pub(super) fn new(tokens: &Tokens<'_>, scope: &Scope, exports: &[&str]) -> Self {
        let mut by_export: BTreeMap<String, Option<usize>> = BTreeMap::new();
        for (index, export) in exports.iter().enumerate() {
            let known = by_export.entry((*export).to_owned());
            known.and_modify(|it| *it = None).or_insert(Some(index));
        }
        let mut flow = Self { variables: BTreeMap::new(), by_export };
        for at in 0..tokens.len() {
            match tokens.get(at) {
                "const" | "let" | "var" if tokens.kind(at) == Kind::Word => {
                    flow.declaration(tokens, scope, at + 1);
                }
                "(" => flow.parameters(tokens, scope, at),
                "=>" if tokens.kind(at - 1) == Kind::Word => {
                    let from = flow.callback(tokens, scope, at - 1);
                    flow.bind(tokens.get(at - 1), at - 1, from);
                }
                _ => {}
            }
        }
        flow
    }

    fn bind(&mut self, name: &str, at: usize, from: From) {
        self.variables.entry(name.to_owned()).or_default().push((at, from));
    }

    /// `const x: T = …`, `const { a, b: c } = …`, `for (const x of …)`.
    fn declaration(&mut self, tokens: &Tokens<'_>, scope: &Scope, start: usize) {
        let mut at = tokens.pair(start).filter(|close| *close > start).unwrap_or(start) + 1;
        let mut typed = None;
        if tokens.is_punct(at, ":") {
            let end = end_of_type(tokens, at + 1, true);
            typed = Some(Self::of_type(tokens, scope, at + 1, end));
            at = end;
        }
        let is_value = tokens.is_punct(at, "=") || tokens.is_word(at, "of");
        let from = match typed {
            Some(from) if from.is_known || !from.tables.is_empty() => from,
            _ if is_value => {
                let end = end_of_expression(tokens, at + 1);
                // A function holds nothing; its parameters are read where they stand.
                match Function::read(tokens, at + 1, true) {
                    Some(_) => From::default(),
                    None => self.of_value(tokens, scope, at + 1, end),
                }
            }
            _ => From::default(),
        };
        self.pattern(tokens, start, &from);
    }

    /// Binds the names of a pattern: `x`, `{ a, b: c }`, `[a, b]`.
    fn pattern(&mut self, tokens: &Tokens<'_>, start: usize, from: &From) {
        let Some(close) = tokens.pair(start).filter(|close| *close > start) else {
            if tokens.kind(start) == Kind::Word {
                self.bind(tokens.get(start), start, from.clone());
            }
            return;
        };
        for at in start + 1..close {
            let is_name = tokens.kind(at) == Kind::Word
                && !tokens.is_property(at)
                && !tokens.is_punct(at + 1, ":");
            if is_name {
                self.bind(tokens.get(at), at, from.clone());
            }
        }
    }

    /// The parameters between brackets, when a function's body or arrow follows.
    fn parameters(&mut self, tokens: &Tokens<'_>, scope: &Scope, open: usize) {
        let Some(close) = tokens.pair(open).filter(|close| *close > open) else { return };
        let mut end = close + 1;
        if tokens.is_punct(end, ":") {
            end = end_of_type(tokens, end + 1, false);
        }
        let is_arrow = tokens.is_punct(end, "=>");
        let is_body = tokens.is_punct(end, "{")
            && open.checked_sub(1).is_some_and(|before| {
                let word = tokens.get(before);
                !["if", "while", "for", "switch", "with"].contains(&word)
            });
        if !is_arrow && !is_body {
            return;
        }
        let mut at = open + 1;
        while at < close {
            let name = if tokens.is_punct(at, "...") { at + 1 } else { at };
            let mut after = tokens.pair(name).filter(|it| *it > name).unwrap_or(name) + 1;
            if tokens.is_punct(after, "?") {
                after += 1;
            }
            let from = if tokens.is_punct(after, ":") {
                let end = end_of_type(tokens, after + 1, true);
                let from = Self::of_type(tokens, scope, after + 1, end);
                after = end;
                from
            } else if is_arrow {
                self.callback(tokens, scope, open)
            } else {
                From::default()
            };
            self.pattern(tokens, name, &from);
            // A default, and the comma.
            while after < close && !tokens.is_punct(after, ",") {
                after = tokens.pair(after).filter(|it| *it > after).unwrap_or(after) + 1;
            }
            at = after + 1;
        }
    }

    /// What a callback is given: rows of what it is a callback of, `rows.map((row) => …)`.
    fn callback(&self, tokens: &Tokens<'_>, scope: &Scope, arrow: usize) -> From {
        // `findMany({ where: (fund, { eq }) => … })` is a callback of the call, too.
        let mut call = tokens.opening(arrow);
        for _ in 0..3 {
            let outer = call.filter(|open| !tokens.is_punct(*open, "("));
            call = outer.map_or(call, |open| tokens.opening(open));
        }
        let Some(call) = call.filter(|open| tokens.is_punct(*open, "(")) else {
            return From::default();
        };
        let first = start_of_chain(tokens, call);
        self.of_value(tokens, scope, first, call)
    }

    /// What a type names.
    fn of_type(tokens: &Tokens<'_>, scope: &Scope, from: usize, to: usize) -> From {
        let mut found = From { tables: BTreeSet::new(), is_known: true };
        for at in from..to {
            if tokens.kind(at) != Kind::Word || tokens.is_punct(at + 1, ":") {
                continue;
            }
            let name = tokens.get(at);
            if VAGUE.contains(&name) {
                found.is_known = false;
            }
            let meaning = if tokens.is_property(at) && at >= 2 {
                scope.get(&format!("{}.{name}", tokens.get(at - 2)))
            } else {
                scope.get(name)
            };
            found.tables.extend(meaning.into_iter().flat_map(Meaning::tables));
        }
        found.is_known |= !found.tables.is_empty();
        found
    }

    /// What an expression names.
    pub(super) fn of_value(
        &self,
        tokens: &Tokens<'_>,
        scope: &Scope,
        from: usize,
        to: usize,
    ) -> From {
        let mut found = From::default();
        for at in from..to {
            if tokens.kind(at) != Kind::Word {
                continue;
            }
            let name = tokens.get(at);
            if tokens.is_property(at) {
                if at >= 2 && tokens.is_word(at - 2, "query") {
                    found.tables.extend(self.by_export.get(name).copied().flatten());
                } else if tokens.is_punct(at + 1, "(") || tokens.is_punct(at + 1, "<") {
                    let method = scope.methods.get(name);
                    found.tables.extend(method.into_iter().flat_map(|it| &it.gives));
                    // `api.fund.byId.useQuery(…)`
                    if REMOTE.contains(&name) && at >= 4 && tokens.is_property(at - 2) {
                        let (router, procedure) = (tokens.get(at - 4), tokens.get(at - 2));
                        found.tables.extend(scope.procedure(router, procedure));
                    }
                }
                if at >= 2
                    && let Some(meaning) = scope.get(&format!("{}.{name}", tokens.get(at - 2)))
                {
                    found.tables.extend(meaning.tables());
                }
                continue;
            }
            // What a known method gives does not depend on all that its object can do.
            let calls = (tokens.is_punct(at + 1, ".") || tokens.is_punct(at + 1, "?."))
                && tokens.is_punct(at + 3, "(")
                && scope.methods.contains_key(tokens.get(at + 2));
            if calls || tokens.is_punct(at + 1, ":") {
                continue;
            }
            if let Some(variable) = self.variable(name, at) {
                found.join(variable);
            } else if let Some(meaning) = scope.get(name) {
                found.tables.extend(meaning.tables());
            }
        }
        found
    }

    /// Whether a word is a variable that holds rows of one table and nothing else.
    pub(super) fn is_row_of(&self, tokens: &Tokens<'_>, at: usize, table: usize) -> bool {
        !tokens.is_property(at)
            && self
                .variable(tokens.get(at), at)
                .is_some_and(|from| from.tables.len() == 1 && from.tables.contains(&table))
    }

    /// The variable that a name means at a token: the last one declared before it.
    fn variable(&self, name: &str, at: usize) -> Option<&From> {
        let declared = self.variables.get(name)?;
        let before = declared.iter().rev().find(|(place, _)| *place < at);
        before.or_else(|| declared.first()).map(|(_, from)| from)
    }

    /// What holds the property at a token: `row` of `row.key`, `(await load()).rows[0]` of its `.key`.
    pub(super) fn object_of(&self, tokens: &Tokens<'_>, scope: &Scope, property: usize) -> From {
        let first = start_of_chain(tokens, property);
        if tokens.is_word(first, "this") && first + 2 == property {
            return From { tables: BTreeSet::new(), is_known: true };
        }
        self.of_value(tokens, scope, first, property)
    }

    /// What a destructuring pattern or an object literal around a key belongs to.
    pub(super) fn literal_of(&self, tokens: &Tokens<'_>, scope: &Scope, key: usize) -> From {
        let mut inner = key;
        // Given to a function that is known: to one that hands on what it gets, perhaps.
        let mut is_given = false;
        for _ in 0..6 {
            let Some(open) = tokens.opening(inner) else { break };
            let Some(close) = tokens.pair(open) else { break };
            if tokens.is_punct(open, "(") {
                let first = start_of_chain(tokens, open);
                if first < open {
                    if is_word_of(tokens, first, &["z"]) {
                        return From { tables: BTreeSet::new(), is_known: true };
                    }
                    let from = self.taken_by(tokens, scope, first, open);
                    if !from.tables.is_empty() {
                        return from;
                    }
                    is_given |= from.is_known;
                }
            } else if tokens.is_punct(open, "{") {
                let declares = is_word_of(tokens, open.wrapping_sub(1), &["const", "let", "var"]);
                if declares && tokens.is_punct(close + 1, "=") {
                    let end = end_of_expression(tokens, close + 2);
                    return self.of_value(tokens, scope, close + 2, end);
                }
                if let Some(from) = Self::typed(tokens, scope, open) {
                    return from;
                }
                let is_parameter = tokens.opening(open).is_some_and(|it| tokens.is_punct(it, "("))
                    && tokens.is_punct(close + 1, ":");
                if is_parameter {
                    let end = end_of_type(tokens, close + 2, true);
                    return Self::of_type(tokens, scope, close + 2, end);
                }
                if is_type_body(tokens, open) {
                    return From { tables: BTreeSet::new(), is_known: true };
                }
            } else if tokens.is_punct(open, "`") {
                break;
            }
            inner = open;
        }
        From { tables: BTreeSet::new(), is_known: is_given }
    }

    /// What the function called at a bracket takes: rows, when its parameters say so. Drizzle's own
    /// methods take rows of the tables before them in the chain.
    fn taken_by(&self, tokens: &Tokens<'_>, scope: &Scope, first: usize, open: usize) -> From {
        let Some(name) = open.checked_sub(1).filter(|at| tokens.kind(*at) == Kind::Word) else {
            return self.of_value(tokens, scope, first, open);
        };
        let known = |tables: &BTreeSet<usize>| From { tables: tables.clone(), is_known: true };
        let word = tokens.get(name);
        if tokens.is_property(name) {
            match scope.methods.get(word) {
                Some(method) => known(&method.takes),
                None => self.of_value(tokens, scope, first, open),
            }
        } else {
            match scope.get(word).and_then(|meaning| meaning.takes.as_ref()) {
                Some(takes) => known(takes),
                None => self.of_value(tokens, scope, first, open),
            }
        }
    }

    /// `const x: T = {`, `{…} satisfies T`, `{…} as T`.
    fn typed(tokens: &Tokens<'_>, scope: &Scope, open: usize) -> Option<From> {
        let close = tokens.pair(open)?;
        if is_word_of(tokens, close + 1, &["satisfies", "as"]) {
            let end = end_of_expression(tokens, close + 2);
            return Some(Self::of_type(tokens, scope, close + 2, end));
        }
        let equals = open.checked_sub(1).filter(|at| tokens.is_punct(*at, "="))?;
        let mut at = equals;
        while at > 0 && equals - at < 40 {
            at -= 1;
            if let Some(before) = tokens.pair(at).filter(|before| *before < at) {
                at = before;
            } else if is_word_of(tokens, at, &["const", "let", "var"]) {
                let colon = at + 2;
                return tokens
                    .is_punct(colon, ":")
                    .then(|| Self::of_type(tokens, scope, colon + 1, equals))
                    .filter(|from| from.is_known);
            } else if tokens.is_punct(at, ";") {
                return None;
            }
        }
        None
    }
}

fn is_word_of(tokens: &Tokens<'_>, at: usize, words: &[&str]) -> bool {
    tokens.kind(at) == Kind::Word && words.contains(&tokens.get(at))
}

/// Whether a brace opens the members of an interface or of a type.
fn is_type_body(tokens: &Tokens<'_>, open: usize) -> bool {
    let mut at = open;
    for _ in 0..30 {
        let Some(before) = at.checked_sub(1) else { return false };
        at = tokens.pair(before).filter(|it| *it < before).unwrap_or(before);
        if is_word_of(tokens, at, &["interface", "type"]) {
            return true;
        }
        if [";", "}", "(", ")", ":"].iter().any(|it| tokens.is_punct(at, it)) {
            return false;
        }
    }
    false
}

/// The first token of the expression that ends before a token: `a` of `a.b(c)[0].d`.
pub(super) fn start_of_chain(tokens: &Tokens<'_>, end: usize) -> usize {
    let mut at = end;
    while let Some(before) = at.checked_sub(1) {
        let is_link = [".", "?.", "!"].iter().any(|it| tokens.is_punct(before, it));
        if is_link {
            at = before;
            continue;
        }
        // A value stands before a link or a bracket, or right at the end.
        let expects =
            at == end || [".", "?.", "!", "(", "[", "`"].iter().any(|it| tokens.is_punct(at, it));
        if !expects {
            break;
        }
        match tokens.pair(before).filter(|open| *open < before) {
            Some(open) if !tokens.is_punct(open, "{") => at = open,
            None if tokens.is_punct(before, ">") => {
                let Some(open) = open_angle(tokens, before) else { break };
                at = open;
                if let Some(name) = open.checked_sub(1).filter(|it| tokens.kind(*it) == Kind::Word)
                {
                    at = name;
                }
            }
            None if tokens.kind(before) == Kind::Word => {
                let is_keyword = [
                    "return", "await", "typeof", "case", "in", "of", "new", "yield", "throw",
                    "else",
                ];
                if is_keyword.contains(&tokens.get(before)) {
                    break;
                }
                at = before;
            }
            Some(_) | None => break,
        }
    }
    at
}

fn open_angle(tokens: &Tokens<'_>, close: usize) -> Option<usize> {
    let mut depth = 0_u32;
    for at in (close.saturating_sub(30)..=close).rev() {
        if tokens.is_punct(at, ">") {
            depth += 1;
        } else if tokens.is_punct(at, "<") {
            depth -= 1;
            if depth == 0 {
                return Some(at);
            }
        }
    }
    None
}
