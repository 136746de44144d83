//! Refuses what would overflow the parser's stack, before it is parsed.
//!
//! The parser recurses for brackets, for operators and keywords that nest without brackets
//! (`!!!x`, `a => b => c`, `typeof typeof x`, `while (1) while (1)`) and for `else`. Each is counted;
//! strings and comments are not told apart from code, which only makes the count larger.
//! The limits leave a factor of two on the stack of [`super::super::on_large_stack`] in a debug build.

use super::ParseError;

/// Levels of brackets.
const MAX_NESTING: u32 = 2_000;

/// Operators and nesting keywords without a `;`, `,`, `{` or `}` between them.
const MAX_RUN: u32 = 30_000;

/// `<` and `:` in such a run: the parser tries type arguments and labels again and again, in time that
/// grows with the square of their number and worse.
const MAX_RETRIED: u32 = 1_000;

/// `else` keywords in one file, and `for` keywords without a brace between them: each may stand inside
/// the one before.
const MAX_ELSE: u32 = 5_000;

/// What a byte is to the count.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Other,
    Word,
    Open,
    Close,
    OpenBrace,
    CloseBrace,
    Separator,
    Operator,
    Retried,
}

const CLASSES: [Class; 256] = classes();

#[expect(clippy::cast_possible_truncation, reason = "below 256")]
const fn classes() -> [Class; 256] {
    let mut classes = [Class::Other; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'$' => Class::Word,
            b'(' | b'[' => Class::Open,
            b')' | b']' => Class::Close,
            b'{' => Class::OpenBrace,
            b'}' => Class::CloseBrace,
            b';' | b',' => Class::Separator,
            b'<' | b':' => Class::Retried,
            b'!' | b'~' | b'+' | b'-' | b'?' | b'>' | b'=' | b'*' | b'`' | b'|' | b'&' | b'/'
            | b'%' | b'^' | b'.' | b'@' => Class::Operator,
            _ => Class::Other,
        };
        byte += 1;
    }
    classes
}

/// Keywords that nest what follows them.
const KEYWORDS: &[&[u8]] = &[
    b"if",
    b"do",
    b"as",
    b"in",
    b"new",
    b"void",
    b"with",
    b"await",
    b"yield",
    b"while",
    b"class",
    b"keyof",
    b"infer",
    b"unique",
    b"typeof",
    b"delete",
    b"extends",
    b"readonly",
    b"satisfies",
    b"instanceof",
    b"async",
    b"abstract",
    b"asserts",
    b"is",
];

/// Refuses text that is nested too deeply to be parsed.
pub(super) fn check(text: &str) -> Result<(), ParseError> {
    let bytes = text.as_bytes();
    let (mut depth, mut run, mut retried) = (0_u32, 0_u32, 0_u32);
    let (mut elses, mut fors) = (0_u32, 0_u32);
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match CLASSES.get(usize::from(*byte)).copied().unwrap_or(Class::Other) {
            Class::Other => {}
            Class::Word => {
                let start = at;
                while bytes.get(at + 1).is_some_and(|next| {
                    CLASSES.get(usize::from(*next)).is_some_and(|class| *class == Class::Word)
                }) {
                    at += 1;
                }
                let word = bytes.get(start..=at).unwrap_or_default();
                if word == b"else" {
                    elses += 1;
                } else if word == b"for" {
                    fors += 1;
                } else if word.len() <= 10 && KEYWORDS.contains(&word) {
                    run += 1;
                }
            }
            Class::Open => depth += 1,
            Class::Close => depth = depth.saturating_sub(1),
            Class::OpenBrace => {
                depth += 1;
                (run, retried, fors) = (0, 0, 0);
            }
            Class::CloseBrace => {
                depth = depth.saturating_sub(1);
                (run, retried, fors) = (0, 0, 0);
            }
            Class::Separator => (run, retried) = (0, 0),
            Class::Operator => run += 1,
            Class::Retried => retried += 1,
        }
        let problem = if depth > MAX_NESTING {
            Some("brackets are nested more than 2000 levels deep")
        } else if run > MAX_RUN {
            Some("an expression has more than 30000 operators")
        } else if retried > MAX_RETRIED {
            Some("an expression has more than 1000 `<` or `:`")
        } else if elses > MAX_ELSE || fors > MAX_ELSE {
            Some("there are more than 5000 branches or loops")
        } else {
            None
        };
        if let Some(problem) = problem {
            return Err(ParseError::at(text, u32::try_from(at).unwrap_or(u32::MAX), problem));
        }
        at += 1;
    }
    Ok(())
}
