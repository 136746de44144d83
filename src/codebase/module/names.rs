//! Lists of names in braces.

use crate::codebase::lex::{Kind, Tokens};

/// `{ a, b as c, type d }` as (imported or local name, bound or exported name).
pub(super) fn specifiers(tokens: &Tokens<'_>, open: usize, close: usize) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut at = open + 1;
    while at < close {
        let is_end =
            |at: usize| at >= close || tokens.is_punct(at, ",") || tokens.is_word(at, "as");
        if tokens.is_word(at, "type") && !is_end(at + 1) {
            at += 1;
        }
        if matches!(tokens.kind(at), Kind::Word | Kind::String) {
            let name = tokens.get(at).to_owned();
            let bound = if tokens.is_word(at + 1, "as") {
                at += 2;
                tokens.get(at).to_owned()
            } else {
                name.clone()
            };
            found.push((name, bound));
        }
        at += 1;
    }
    found
}

/// `{ a, b: c }` as (property, bound name); deeper patterns are left out.
pub(super) fn destructured(
    tokens: &Tokens<'_>,
    open: usize,
    close: usize,
) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut at = open + 1;
    while at < close {
        if tokens.kind(at) == Kind::Word {
            let name = tokens.get(at).to_owned();
            if tokens.is_punct(at + 1, ":") && tokens.kind(at + 2) == Kind::Word {
                found.push((name, tokens.get(at + 2).to_owned()));
                at += 3;
                continue;
            }
            found.push((name.clone(), name));
        }
        at = tokens.pair(at).filter(|end| *end > at).unwrap_or(at) + 1;
    }
    found
}
