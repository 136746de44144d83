//! Text from a repository must not reach a terminal, a log or a comment as control sequences: file
//! names, identifiers and source lines are written by whoever is being judged.

use std::borrow::Cow;

/// Whether a character moves the cursor, changes colours, reorders text or is invisible: C0, DEL, C1,
/// bidirectional controls (Unicode UAX #9), zero-width characters, line separators, tags.
pub(crate) fn is_hostile(c: char) -> bool {
    matches!(c,
        '\u{00}'..='\u{1f}'
        | '\u{7f}'..='\u{9f}'
        | '\u{ad}'
        | '\u{61c}'
        | '\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}')
}

/// One line of text: every hostile character, line breaks included, is written as Rust would escape
/// it (`\u{202e}`, `\n`), so that two names that differ in one never look equal.
pub fn line(text: &str) -> Cow<'_, str> {
    clean(text, |_| false)
}

/// Text of several lines: line breaks stay, tabs become spaces, a carriage return before a line break
/// is dropped, all else is as in [`line`].
pub fn lines(text: &str) -> Cow<'_, str> {
    if text.contains(['\t', '\r']) {
        let text = text.replace("\r\n", "\n").replace('\t', "    ");
        return Cow::Owned(clean(&text, |c| c == '\n').into_owned());
    }
    clean(text, |c| c == '\n')
}

fn clean(text: &str, keep: impl Fn(char) -> bool) -> Cow<'_, str> {
    let hostile = |c: char| is_hostile(c) && !keep(c);
    if !text.contains(hostile) {
        return Cow::Borrowed(text);
    }
    let mut cleaned = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if hostile(c) {
            cleaned.extend(c.escape_default());
        } else {
            cleaned.push(c);
        }
    }
    Cow::Owned(cleaned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_not_copied() {
        assert!(matches!(line("shared/db/schema/fönds.ts"), Cow::Borrowed(_)));
        assert!(matches!(lines("a\nb"), Cow::Borrowed(_)));
    }

    #[test]
    fn escape_sequences_become_visible() {
        assert_eq!(line("\u{1b}[2Jfunds\u{9b}31m"), "\\u{1b}[2Jfunds\\u{9b}31m");
        assert_eq!(line("funds\u{202e}txt"), "funds\\u{202e}txt");
        assert_eq!(line("a\u{200b}b\u{feff}"), "a\\u{200b}b\\u{feff}");
        assert_eq!(line("a\nb\tc\r"), "a\\nb\\tc\\r");
    }

    #[test]
    fn lines_keep_their_breaks() {
        assert_eq!(lines("CREATE TABLE (\r\n\tid\n);"), "CREATE TABLE (\n    id\n);");
        assert_eq!(lines("a\rb\u{7}"), "a\\rb\\u{7}");
    }
}
