//! TypeScript as tokens: comments dropped, strings and templates kept, types and JSX included.
//!
//! References are searched on tokens and not on the evaluator's tree, because that tree has no types
//! and no JSX, where most uses of a row's properties stand. A token stream also survives files that do
//! not parse. What it cannot tell apart (an apostrophe in JSX text) costs at most the rest of a line.

use std::sync::Arc;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name or keyword.
    Word,
    /// A number.
    Number,
    /// A string; the span is its content.
    String,
    /// A piece of a template literal between backquotes and `${…}`; may be empty.
    Template,
    /// Punctuation: one character, or `=>`, `?.`, `...`, `${`.
    Punct,
    /// A regular expression.
    Regex,
}

/// One token: a range of bytes of its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: u32,
    pub(super) end: u32,
}

/// A file's tokens, with their brackets matched.
#[derive(Debug)]
pub(super) struct Tokens<'a> {
    pub(super) text: &'a str,
    pub(super) list: Arc<Vec<Token>>,
    /// For an opening bracket or backquote the index of the closing one, and back; its own index
    /// where there is none.
    pairs: Arc<Vec<u32>>,
}

/// Tokens without their text.
pub(super) type Lexed = (Arc<Vec<Token>>, Arc<Vec<u32>>);

impl<'a> Tokens<'a> {
    /// The tokens of a file.
    pub(super) fn new(text: &'a str) -> Self {
        let mut lexer = Lexer { text, at: 0, list: Vec::new(), templates: Vec::new(), depth: 0 };
        lexer.run();
        let list = lexer.list;
        let pairs = Arc::new(pairs(text, &list));
        Self { text, list: Arc::new(list), pairs }
    }

    /// The same tokens over the same text once more.
    pub(super) fn again(text: &'a str, (list, pairs): Lexed) -> Self {
        Self { text, list, pairs }
    }

    /// What [`Tokens::again`] takes.
    pub(super) fn lexed(&self) -> Lexed {
        (self.list.clone(), self.pairs.clone())
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether a bracket has no other end. A file that parses has none such, but for what the lexer takes
    /// for a string in the text of JSX.
    pub(super) fn is_unbalanced(&self) -> bool {
        let alone = |(at, token): (usize, &Token)| {
            let text = self.text.get(token.start as usize..token.end as usize).unwrap_or("");
            let brackets = ["(", ")", "[", "]", "{", "}", "${", "`"];
            token.kind == Kind::Punct && brackets.contains(&text) && self.pair(at).is_none()
        };
        self.list.iter().enumerate().any(alone)
    }

    /// The text of a token; empty past either end.
    pub(super) fn get(&self, at: usize) -> &'a str {
        let Some(token) = self.list.get(at) else { return "" };
        self.text.get(token.start as usize..token.end as usize).unwrap_or("")
    }

    /// The kind of a token; punctuation past either end.
    pub(super) fn kind(&self, at: usize) -> Kind {
        self.list.get(at).map_or(Kind::Punct, |token| token.kind)
    }

    /// Whether a token is this name or keyword.
    pub(super) fn is_word(&self, at: usize, word: &str) -> bool {
        self.kind(at) == Kind::Word && self.get(at) == word
    }

    /// Whether a token is this punctuation.
    pub(super) fn is_punct(&self, at: usize, punct: &str) -> bool {
        self.kind(at) == Kind::Punct && self.get(at) == punct
    }

    /// Whether the token before is this punctuation.
    pub(super) fn follows_punct(&self, at: usize, punct: &str) -> bool {
        at.checked_sub(1).is_some_and(|before| self.is_punct(before, punct))
    }

    /// Whether the token is a property after `.` or `?.`.
    pub(super) fn is_property(&self, at: usize) -> bool {
        self.follows_punct(at, ".") || self.follows_punct(at, "?.")
    }

    /// The other end of a bracket pair; `None` when it has none.
    pub(super) fn pair(&self, at: usize) -> Option<usize> {
        self.pairs.get(at).map(|pair| *pair as usize).filter(|pair| *pair != at)
    }

    /// The innermost bracket that is open at a token.
    pub(super) fn opening(&self, at: usize) -> Option<usize> {
        let mut before = at;
        while let Some(previous) = before.checked_sub(1) {
            match self.pair(previous) {
                Some(open) if open < previous => before = open,
                Some(_) => return Some(previous),
                None => before = previous,
            }
        }
        None
    }

    /// The first byte of a token.
    pub(super) fn start(&self, at: usize) -> usize {
        self.list.get(at).map_or(0, |token| token.start as usize)
    }
}

fn pairs(text: &str, list: &[Token]) -> Vec<u32> {
    let mut pairs: Vec<u32> = (0..list.len()).filter_map(|at| u32::try_from(at).ok()).collect();
    let mut open: Vec<(usize, &str)> = Vec::new();
    for (at, token) in list.iter().enumerate() {
        if token.kind != Kind::Punct {
            continue;
        }
        let opens = match text.get(token.start as usize..token.end as usize).unwrap_or("") {
            "(" => ")",
            "[" => "]",
            "{" | "${" => "}",
            "`" if open.last().is_none_or(|(_, close)| *close != "`") => "`",
            close @ (")" | "]" | "}" | "`") => {
                // A bracket that closes nothing is skipped; one that closes an outer pair drops the
                // unclosed inner ones.
                if let Some(depth) = open.iter().rposition(|(_, wanted)| *wanted == close) {
                    let start = open.get(depth).map_or(at, |(start, _)| *start);
                    open.truncate(depth);
                    link(&mut pairs, start, at);
                }
                continue;
            }
            _ => continue,
        };
        open.push((at, opens));
    }
    pairs
}

fn link(pairs: &mut [u32], a: usize, b: usize) {
    if let (Ok(small_a), Ok(small_b)) = (u32::try_from(a), u32::try_from(b)) {
        if let Some(pair) = pairs.get_mut(a) {
            *pair = small_b;
        }
        if let Some(pair) = pairs.get_mut(b) {
            *pair = small_a;
        }
    }
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    list: Vec<Token>,
    /// For every open `${`: how many braces were open before it.
    templates: Vec<u32>,
    depth: u32,
}

/// Words after which a slash starts a regular expression.
const BEFORE_EXPRESSION: &[&str] = &[
    "return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "do", "else",
    "await", "yield",
];

impl Lexer<'_> {
    fn byte(&self, ahead: usize) -> u8 {
        self.text.as_bytes().get(self.at + ahead).copied().unwrap_or(0)
    }

    fn push(&mut self, kind: Kind, start: usize, end: usize) {
        if let (Ok(start), Ok(end)) = (u32::try_from(start), u32::try_from(end)) {
            self.list.push(Token { kind, start, end });
        }
    }

    fn punct(&mut self, length: usize) {
        self.push(Kind::Punct, self.at, self.at + length);
        self.at += length;
    }

    fn run(&mut self) {
        while self.at < self.text.len() {
            let start = self.at;
            match self.byte(0) {
                b'/' if self.byte(1) == b'/' => self.skip_line(),
                b'/' if self.byte(1) == b'*' => self.skip_comment(),
                b'/' if self.regex_may_start() => self.regex(),
                b'"' | b'\'' => self.string(),
                b'`' => {
                    self.punct(1);
                    self.template();
                }
                b'{' => {
                    self.depth += 1;
                    self.punct(1);
                }
                b'}' => {
                    let resumes = self.templates.last() == Some(&self.depth);
                    self.depth = self.depth.saturating_sub(1);
                    self.punct(1);
                    if resumes {
                        self.templates.pop();
                        self.template();
                    }
                }
                b'=' if self.byte(1) == b'>' => self.punct(2),
                b'?' if self.byte(1) == b'.' && !self.byte(2).is_ascii_digit() => self.punct(2),
                b'.' if self.byte(1) == b'.' && self.byte(2) == b'.' => self.punct(3),
                b'0'..=b'9' => {
                    self.take(|byte| is_word(byte) || byte == b'.');
                    self.push(Kind::Number, start, self.at);
                }
                byte if is_word(byte) => {
                    self.take(is_word);
                    self.push(Kind::Word, start, self.at);
                }
                byte if byte.is_ascii_whitespace() => self.at += 1,
                _ => self.punct(1),
            }
        }
    }

    fn take(&mut self, belongs: impl Fn(u8) -> bool) {
        while self.at < self.text.len() && belongs(self.byte(0)) {
            self.at += 1;
        }
    }

    fn skip_line(&mut self) {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    }

    fn skip_comment(&mut self) {
        let rest = self.text.as_bytes().get(self.at + 2..).unwrap_or_default();
        self.at += memchr::memmem::find(rest, b"*/").map_or(rest.len() + 2, |end| end + 4);
    }

    /// A slash divides after a value, and starts a regular expression elsewhere. `</` and `/>` are JSX.
    fn regex_may_start(&self) -> bool {
        if self.byte(1) == b'>' {
            return false;
        }
        let Some(last) = self.list.last() else { return true };
        let text = self.text.get(last.start as usize..last.end as usize).unwrap_or("");
        match last.kind {
            Kind::Word => BEFORE_EXPRESSION.contains(&text),
            Kind::Punct => !matches!(text, ")" | "]" | "}" | "`" | "<"),
            _ => false,
        }
    }

    fn regex(&mut self) {
        let start = self.at;
        let mut at = self.at + 1;
        let mut in_class = false;
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'\\' => at += 1,
                b'[' => in_class = true,
                b']' => in_class = false,
                b'/' if !in_class => {
                    self.at = at + 1;
                    self.take(is_word);
                    self.push(Kind::Regex, start, self.at);
                    return;
                }
                b'\n' => break,
                _ => {}
            }
            at += 1;
        }
        // No end on this line: it was a division after all.
        self.punct(1);
    }

    fn string(&mut self) {
        let quote = self.byte(0);
        let bytes = self.text.as_bytes();
        let mut at = self.at + 1;
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'\\' => at += 1,
                b'\n' => break,
                byte if *byte == quote => {
                    self.push(Kind::String, self.at + 1, at);
                    self.at = at + 1;
                    return;
                }
                _ => {}
            }
            at += 1;
        }
        // An apostrophe in JSX text.
        self.punct(1);
    }

    /// From inside a template literal to its end or to the next `${`.
    fn template(&mut self) {
        let start = self.at;
        let bytes = self.text.as_bytes();
        let mut at = self.at;
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'\\' => at += 1,
                b'`' => break,
                b'$' if bytes.get(at + 1) == Some(&b'{') => break,
                _ => {}
            }
            at += 1;
        }
        let at = at.min(self.text.len());
        self.push(Kind::Template, start, at);
        self.at = at;
        match self.byte(0) {
            b'`' => self.punct(1),
            b'$' => {
                self.depth += 1;
                self.templates.push(self.depth);
                self.punct(2);
            }
            _ => {}
        }
    }
}

/// Bytes of names; everything outside ASCII counts as one.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        let tokens = Tokens::new(text);
        (0..tokens.len()).map(|at| tokens.get(at)).collect()
    }

    #[test]
    fn comments_are_no_tokens() {
        assert_eq!(words("a // b\n/* c\n */ d"), ["a", "d"]);
        assert_eq!(words("a /* never ends"), ["a"]);
    }

    #[test]
    fn a_slash_divides_after_a_value() {
        assert_eq!(words("a / b / c"), ["a", "/", "b", "/", "c"]);
        assert_eq!(words("f(/a'b/g)"), ["f", "(", "/a'b/g", ")"]);
        assert_eq!(words("return /[/]/.test(x)")[1], "/[/]/");
    }

    #[test]
    fn templates_nest() {
        let text = "`a ${b ? `c ${d}` : {e: 1}} f`";
        let tokens = Tokens::new(text);
        let all: Vec<_> = (0..tokens.len()).map(|at| tokens.get(at)).collect();
        assert_eq!(all.first(), Some(&"`"));
        assert_eq!(tokens.pair(0), Some(tokens.len() - 1));
        assert_eq!(tokens.get(tokens.len() - 2), " f");
        assert!(all.contains(&"e") && all.contains(&"c "));
    }

    #[test]
    fn jsx_text_does_not_swallow_the_rest() {
        let text = "<p>Don't</p>;\nconst x = fund.name; <br/>";
        let all = words(text);
        assert!(all.windows(3).any(|w| w == ["fund", ".", "name"]), "{all:?}");
    }

    #[test]
    fn brackets_pair_up() {
        let tokens = Tokens::new("f({ a: [1, 2] })");
        assert_eq!(tokens.pair(1), Some(tokens.len() - 1));
        assert_eq!(tokens.pair(tokens.len() - 1), Some(1));
        assert_eq!(tokens.pair(0), None);
    }

    #[test]
    fn any_text_can_be_read() {
        for text in ["`${", "'\\", "/", "}", "`", "${a}", "é.ü", "\"\\\n", "`\\"] {
            let tokens = Tokens::new(text);
            assert!(tokens.len() <= text.len() + 2, "{text}");
        }
    }
}
