//! A backtracking matcher for the part of JavaScript's regular expressions that names are made with:
//! characters, classes, groups, alternatives, quantifiers, anchors, word boundaries.
//!
//! Look-around, back references, named groups, `\p{…}` and the flags `m`, `s`, `u`, `v`, `y` are not
//! compiled: what uses them is unknown. Neither is text outside the Basic Multilingual Plane matched,
//! because JavaScript matches halves of such characters there.

/// Steps one search may take before its result is unknown.
const MAX_STEPS: u32 = 200_000;

/// How deep groups may nest, and how far one match may recurse.
const MAX_DEPTH: u32 = 2_000;

#[derive(Debug)]
enum Node {
    Set(Set),
    Start,
    End,
    Boundary(bool),
    Group(Option<usize>, Vec<Vec<Node>>),
    Repeat(Box<Node>, usize, usize, bool),
}

/// A set of characters: ranges, possibly negated.
#[derive(Debug, Default, Clone)]
struct Set {
    ranges: Vec<(char, char)>,
    is_negated: bool,
}

/// A compiled expression.
#[derive(Debug)]
pub(super) struct Program {
    alternatives: Vec<Vec<Node>>,
    groups: usize,
    ignores_case: bool,
}

/// Byte offsets of the match and its groups.
pub(super) type Captures = Vec<Option<(usize, usize)>>;

/// A search that took too many steps.
#[derive(Debug, Clone, Copy)]
pub(in crate::typescript::builtins) struct TooLong;

impl Program {
    /// Compiles a pattern; `None` when it uses what is not supported.
    pub(super) fn compile(source: &str, ignores_case: bool) -> Option<Self> {
        let characters: Vec<char> = source.chars().collect();
        let mut parser = Parser { characters, at: 0, groups: 0, depth: 0 };
        let alternatives = parser.alternatives()?;
        (parser.at == parser.characters.len()).then_some(Self {
            alternatives,
            groups: parser.groups,
            ignores_case,
        })
    }

    /// The first match at or after a byte offset.
    pub(super) fn find(&self, text: &str, from: usize) -> Result<Option<Captures>, TooLong> {
        if text.chars().any(|c| c.len_utf16() > 1) {
            return Err(TooLong);
        }
        let input: Vec<(usize, char)> = text.char_indices().collect();
        let first = input.partition_point(|(at, _)| *at < from);
        let mut matcher = Matcher {
            input: &input,
            end: text.len(),
            steps: 0,
            depth: 0,
            ignores_case: self.ignores_case,
        };
        for start in first..=input.len() {
            let mut captures = vec![None; self.groups + 1];
            let mut end = None;
            let found =
                matcher.any(&self.alternatives, start, &mut captures, &mut |_, at, _| {
                    end = Some(at);
                    Ok(true)
                })?;
            if let (true, Some(end)) = (found, end) {
                let offset = |at: usize| input.get(at).map_or(text.len(), |(offset, _)| *offset);
                let mut bytes: Captures = captures
                    .iter()
                    .map(|group| group.map(|(start, end)| (offset(start), offset(end))))
                    .collect();
                if let Some(whole) = bytes.first_mut() {
                    *whole = Some((offset(start), offset(end)));
                }
                return Ok(Some(bytes));
            }
        }
        Ok(None)
    }
}

struct Parser {
    characters: Vec<char>,
    at: usize,
    groups: usize,
    depth: u32,
}

impl Parser {
    fn peek(&self) -> Option<char> {
        self.characters.get(self.at).copied()
    }

    fn take(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    fn next(&mut self) -> Option<char> {
        let character = self.peek()?;
        self.at += 1;
        Some(character)
    }

    fn alternatives(&mut self) -> Option<Vec<Vec<Node>>> {
        self.depth += 1;
        if self.depth > 100 {
            return None;
        }
        let mut alternatives = vec![self.sequence()?];
        while self.take('|') {
            alternatives.push(self.sequence()?);
        }
        self.depth -= 1;
        Some(alternatives)
    }

    fn sequence(&mut self) -> Option<Vec<Node>> {
        let mut nodes = Vec::new();
        while let Some(character) = self.peek() {
            if matches!(character, '|' | ')') {
                break;
            }
            let node = self.atom()?;
            nodes.push(self.quantified(node)?);
        }
        Some(nodes)
    }

    fn atom(&mut self) -> Option<Node> {
        Some(match self.next()? {
            '^' => Node::Start,
            '$' => Node::End,
            '.' => {
                let ranges =
                    ['\n', '\r', '\u{2028}', '\u{2029}'].iter().map(|c| (*c, *c)).collect();
                Node::Set(Set { ranges, is_negated: true })
            }
            '(' => {
                let index = if self.take('?') {
                    if !self.take(':') {
                        return None;
                    }
                    None
                } else {
                    self.groups += 1;
                    Some(self.groups)
                };
                let alternatives = self.alternatives()?;
                if !self.take(')') {
                    return None;
                }
                Node::Group(index, alternatives)
            }
            '[' => Node::Set(self.class()?),
            '\\' => match self.peek()? {
                'b' => {
                    self.at += 1;
                    Node::Boundary(true)
                }
                'B' => {
                    self.at += 1;
                    Node::Boundary(false)
                }
                _ => Node::Set(self.escape()?),
            },
            '*' | '+' | '?' | '{' | '}' | ']' => return None,
            character => Node::Set(one(character)),
        })
    }

    fn quantified(&mut self, node: Node) -> Option<Node> {
        let (min, max) = match self.peek() {
            Some('*') => (0, usize::MAX),
            Some('+') => (1, usize::MAX),
            Some('?') => (0, 1),
            Some('{') => {
                self.at += 1;
                let min = self.number()?;
                let max = if self.take(',') {
                    if self.peek() == Some('}') { usize::MAX } else { self.number()? }
                } else {
                    min
                };
                if self.peek() != Some('}') {
                    return None;
                }
                (min, max)
            }
            _ => return Some(node),
        };
        self.at += 1;
        let is_greedy = !self.take('?');
        if matches!(node, Node::Start | Node::End | Node::Boundary(_)) {
            return None;
        }
        Some(Node::Repeat(Box::new(node), min, max, is_greedy))
    }

    fn number(&mut self) -> Option<usize> {
        let start = self.at;
        while self.peek().is_some_and(|c| c.is_ascii_digit()) {
            self.at += 1;
        }
        let digits: String = self.characters.get(start..self.at)?.iter().collect();
        digits.parse().ok().filter(|number| *number <= 1_000)
    }

    /// What follows a backslash.
    fn escape(&mut self) -> Option<Set> {
        let character = self.next()?;
        let class =
            |ranges: &[(char, char)], is_negated| Some(Set { ranges: ranges.to_vec(), is_negated });
        let digits = &[('0', '9')];
        let word = &[('a', 'z'), ('A', 'Z'), ('0', '9'), ('_', '_')];
        let space = &[
            ('\t', '\r'),
            (' ', ' '),
            ('\u{a0}', '\u{a0}'),
            ('\u{1680}', '\u{1680}'),
            ('\u{2000}', '\u{200a}'),
            ('\u{2028}', '\u{2029}'),
            ('\u{202f}', '\u{202f}'),
            ('\u{205f}', '\u{205f}'),
            ('\u{3000}', '\u{3000}'),
            ('\u{feff}', '\u{feff}'),
        ];
        match character {
            'd' => class(digits, false),
            'D' => class(digits, true),
            'w' => class(word, false),
            'W' => class(word, true),
            's' => class(space, false),
            'S' => class(space, true),
            'n' => Some(one('\n')),
            'r' => Some(one('\r')),
            't' => Some(one('\t')),
            'f' => Some(one('\u{c}')),
            'v' => Some(one('\u{b}')),
            'x' => self.hexadecimal(2),
            'u' => self.hexadecimal(4),
            character if character.is_ascii_alphanumeric() => None,
            character => Some(one(character)),
        }
    }

    fn hexadecimal(&mut self, length: usize) -> Option<Set> {
        let digits: String = self.characters.get(self.at..self.at + length)?.iter().collect();
        self.at += length;
        if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32).map(one)
    }

    fn class(&mut self) -> Option<Set> {
        let is_negated = self.take('^');
        let mut ranges = Vec::new();
        loop {
            let first = self.next()?;
            if first == ']' {
                return Some(Set { ranges, is_negated });
            }
            let from = self.class_atom(first)?;
            let is_range = self.peek() == Some('-')
                && self.characters.get(self.at + 1).is_some_and(|next| *next != ']');
            if !is_range {
                if from.is_negated {
                    return None;
                }
                ranges.extend(from.ranges);
                continue;
            }
            self.at += 1;
            let last = self.next()?;
            let to = self.class_atom(last)?;
            match (from.ranges.as_slice(), to.ranges.as_slice()) {
                ([(a, b)], [(c, d)]) if a == b && c == d && a <= c => ranges.push((*a, *c)),
                _ => return None,
            }
        }
    }

    fn class_atom(&mut self, first: char) -> Option<Set> {
        match first {
            '\\' if self.take('b') => Some(one('\u{8}')),
            '\\' => self.escape(),
            character => Some(one(character)),
        }
    }
}

fn one(character: char) -> Set {
    Set { ranges: vec![(character, character)], is_negated: false }
}

impl Set {
    fn contains(&self, character: char) -> bool {
        self.ranges.iter().any(|(low, high)| (*low..=*high).contains(&character))
    }

    fn accepts(&self, character: char, ignores_case: bool) -> bool {
        let found = self.contains(character)
            || (ignores_case
                && (self.contains(character.to_ascii_lowercase())
                    || self.contains(character.to_ascii_uppercase())));
        found != self.is_negated
    }
}

struct Matcher<'t> {
    input: &'t [(usize, char)],
    end: usize,
    steps: u32,
    depth: u32,
    ignores_case: bool,
}

type Groups = Vec<Option<(usize, usize)>>;
type Next<'n> = &'n mut dyn FnMut(&mut Matcher<'_>, usize, &mut Groups) -> Result<bool, TooLong>;

impl Matcher<'_> {
    fn is_word(&self, at: usize) -> bool {
        self.input.get(at).is_some_and(|(_, c)| c.is_ascii_alphanumeric() || *c == '_')
    }

    fn any(
        &mut self,
        alternatives: &[Vec<Node>],
        at: usize,
        groups: &mut Groups,
        next: Next<'_>,
    ) -> Result<bool, TooLong> {
        for sequence in alternatives {
            let saved = groups.clone();
            if self.all(sequence, at, groups, next)? {
                return Ok(true);
            }
            *groups = saved;
        }
        Ok(false)
    }

    fn all(
        &mut self,
        nodes: &[Node],
        at: usize,
        groups: &mut Groups,
        next: Next<'_>,
    ) -> Result<bool, TooLong> {
        self.steps += 1;
        self.depth += 1;
        if self.steps > MAX_STEPS || self.depth > MAX_DEPTH || self.end > 100_000 {
            return Err(TooLong);
        }
        let result = match nodes.split_first() {
            None => next(self, at, groups),
            Some((first, rest)) => self.one(first, at, groups, &mut |matcher, at, groups| {
                matcher.all(rest, at, groups, next)
            }),
        };
        self.depth -= 1;
        result
    }

    fn one(
        &mut self,
        node: &Node,
        at: usize,
        groups: &mut Groups,
        next: Next<'_>,
    ) -> Result<bool, TooLong> {
        match node {
            Node::Set(set) => match self.input.get(at) {
                Some((_, character)) if set.accepts(*character, self.ignores_case) => {
                    next(self, at + 1, groups)
                }
                _ => Ok(false),
            },
            Node::Start => {
                if at == 0 {
                    next(self, at, groups)
                } else {
                    Ok(false)
                }
            }
            Node::End => {
                if at == self.input.len() {
                    next(self, at, groups)
                } else {
                    Ok(false)
                }
            }
            Node::Boundary(wanted) => {
                let before = at.checked_sub(1).is_some_and(|before| self.is_word(before));
                if (before != self.is_word(at)) == *wanted {
                    next(self, at, groups)
                } else {
                    Ok(false)
                }
            }
            Node::Group(index, alternatives) => {
                self.any(alternatives, at, groups, &mut |matcher, end, groups| {
                    let Some(slot) = index.and_then(|index| groups.get_mut(index)) else {
                        return next(matcher, end, groups);
                    };
                    let saved = slot.replace((at, end));
                    let found = next(matcher, end, groups)?;
                    if !found && let Some(slot) = index.and_then(|index| groups.get_mut(index)) {
                        *slot = saved;
                    }
                    Ok(found)
                })
            }
            Node::Repeat(inner, min, max, is_greedy) => {
                self.repeat(inner, (*min, *max, *is_greedy), at, groups, next)
            }
        }
    }

    fn repeat(
        &mut self,
        inner: &Node,
        (min, max, is_greedy): (usize, usize, bool),
        at: usize,
        groups: &mut Groups,
        next: Next<'_>,
    ) -> Result<bool, TooLong> {
        self.steps += 1;
        self.depth += 1;
        if self.steps > MAX_STEPS || self.depth > MAX_DEPTH {
            return Err(TooLong);
        }
        if min == 0 && !is_greedy && next(self, at, groups)? {
            self.depth -= 1;
            return Ok(true);
        }
        if max > 0 {
            let less = (
                min.saturating_sub(1),
                max.saturating_sub(usize::from(max != usize::MAX)),
                is_greedy,
            );
            let found = self.one(inner, at, groups, &mut |matcher, end, groups| {
                // A turn that matches nothing would repeat for ever.
                if end == at && min == 0 {
                    return Ok(false);
                }
                matcher.repeat(inner, less, end, groups, next)
            })?;
            if found {
                self.depth -= 1;
                return Ok(true);
            }
        }
        let result = if min == 0 && is_greedy { next(self, at, groups) } else { Ok(false) };
        self.depth -= 1;
        result
    }
}
