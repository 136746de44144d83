//! Where types, expressions and declarations end, read from tokens.

use crate::codebase::lex::{Kind, Tokens};

/// Past the `>` that closes a `<`; `None` when what follows is no list of types.
pub(super) fn end_of_angles(tokens: &Tokens<'_>, open: usize) -> Option<usize> {
    let mut depth = 0_u32;
    for at in open..(open + 60).min(tokens.len()) {
        match tokens.get(at) {
            "<" => depth += 1,
            ">" => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            ";" => return None,
            _ => {}
        }
    }
    None
}

/// The end of a type: where a body, a value or the next member begins.
pub(in crate::codebase) fn end_of_type(
    tokens: &Tokens<'_>,
    start: usize,
    before_value: bool,
) -> usize {
    let mut at = start;
    while at < tokens.len() {
        if tokens.is_punct(at, "{") {
            // `{ a: string }` begins a type, `T {` a body.
            let begins = at == start
                || ["|", "&", "<", ",", ":", "("].iter().any(|it| tokens.follows_punct(at, it));
            if !begins {
                return at;
            }
        }
        let ends = [";", "=", ",", ")", "}"].iter().any(|it| tokens.is_punct(at, it));
        let in_angles = tokens.is_punct(at, ",") && angles_open(tokens, start, at);
        let is_arrow = tokens.is_punct(at, "=>");
        if is_arrow && !tokens.follows_punct(at, ")") {
            return at;
        }
        if is_arrow && before_value && !tokens.is_punct(start, "(") {
            return at;
        }
        if (ends && !in_angles)
            || (at > start
                && !before_value
                && begins_line(tokens, at)
                && !tokens.is_punct(at, "|")
                && !tokens.is_punct(at, "&")
                && !tokens.is_punct(at, ">")
                && !angles_open(tokens, start, at))
        {
            return at;
        }
        at = tokens.pair(at).filter(|close| *close > at).unwrap_or(at) + 1;
    }
    at
}

/// Whether a `<` between two tokens is not closed.
fn angles_open(tokens: &Tokens<'_>, from: usize, to: usize) -> bool {
    let count = |punct: &str| (from..to).filter(|at| tokens.is_punct(*at, punct)).count();
    count("<") > count(">")
}

/// The end of an expression: at a comma, a semicolon or a bracket that closes something before it, or
/// where a line begins that does not go on.
pub(in crate::codebase) fn end_of_expression(tokens: &Tokens<'_>, start: usize) -> usize {
    const GOES_ON: &[&str] = &[
        ".", "?.", "?", ":", "+", "-", "*", "/", "&", "|", "=", "<", ">", "=>", "(", "[", "`", "!",
        "%",
    ];
    let mut at = start;
    while at < tokens.len() {
        if [",", ";", ")", "]", "}"].iter().any(|it| tokens.is_punct(at, it)) {
            return at;
        }
        if at > start
            && begins_line(tokens, at)
            && !GOES_ON.contains(&tokens.get(at))
            && (tokens.kind(at - 1) != Kind::Punct
                || [")", "]", "}", "`"].contains(&tokens.get(at - 1)))
            && !["await", "return", "as", "satisfies", "in", "of", "instanceof"]
                .contains(&tokens.get(at - 1))
        {
            return at;
        }
        at = tokens.pair(at).filter(|close| *close > at).unwrap_or(at) + 1;
    }
    at
}

/// The end of a declaration without looking at line breaks: a semicolon, or the next word that starts
/// one.
pub(super) fn end_of_statement(tokens: &Tokens<'_>, start: usize) -> usize {
    let mut at = start;
    while at < tokens.len() {
        if tokens.is_punct(at, ";") {
            return at + 1;
        }
        let starts = tokens.kind(at) == Kind::Word && super::STARTS.contains(&tokens.get(at));
        if starts && !tokens.is_property(at) && begins_line(tokens, at) {
            return at;
        }
        at = tokens.pair(at).filter(|close| *close > at).unwrap_or(at) + 1;
    }
    at
}

fn begins_line(tokens: &Tokens<'_>, at: usize) -> bool {
    let Some(before) = at.checked_sub(1).and_then(|before| tokens.list.get(before)) else {
        return true;
    };
    let between = tokens.text.get(before.end as usize..tokens.start(at)).unwrap_or("");
    between.contains('\n')
}
