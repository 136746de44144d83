//! Code frames, drawn as rustc draws them.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::excerpt::Excerpt;
use super::sanitize;
use super::style::Style;
use crate::origin::Origin;
use crate::rules::Severity;

/// The frame of a place, line by line, without its path: the caller has already said it.
pub(crate) fn draw(
    excerpt: &Excerpt,
    origin: &Origin,
    severity: Severity,
    style: &Style,
    width: usize,
) -> Vec<String> {
    let mut source = String::new();
    let mut span = None;
    for (number, line) in (excerpt.first_line..).zip(&excerpt.lines) {
        if number == origin.line {
            span = Some(marked(line, origin.column, source.len()));
        }
        source.push_str(&sanitize::lines(line));
        source.push('\n');
    }
    let Some(span) = span else { return Vec::new() };
    let level = match severity {
        Severity::Dangerous => Level::ERROR,
        Severity::Risky => Level::WARNING,
        Severity::Safe => Level::NOTE,
    };
    let line_start = usize::try_from(excerpt.first_line).unwrap_or(1);
    let snippet = Snippet::source(source)
        .line_start(line_start)
        .fold(false)
        .annotation(AnnotationKind::Primary.span(span));
    let group = Group::with_level(level).element(snippet);
    let renderer = if style.color { Renderer::styled() } else { Renderer::plain() };
    let frame = renderer.term_width(width).render(&[group]);
    frame.lines().map(|line| line.trim_end().to_owned()).collect()
}

/// The byte range, in the cleaned source, of the word that starts at a column (from 1, in characters)
/// of a line that starts at byte `start`.
fn marked(line: &str, column: u32, start: usize) -> std::ops::Range<usize> {
    let skip = usize::try_from(column).unwrap_or(1).saturating_sub(1);
    let at = line.char_indices().nth(skip).map_or(line.len(), |(at, _)| at);
    let (before, from) = line.split_at(at);
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
    let end = match from.find(|c| !is_word(c)) {
        Some(0) | None => from.chars().next().map_or(0, char::len_utf8),
        Some(end) => end,
    };
    let word = from.get(..end).unwrap_or("");
    let from = start + sanitize::lines(before).len();
    from..from + sanitize::lines(word).len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(text: &str, line: u32, column: u32, width: usize) -> String {
        let origin = Origin::new("funds.ts", line, column);
        let excerpt = Excerpt::around(text, &origin).expect("the line is there");
        draw(&excerpt, &origin, Severity::Dangerous, &Style::default(), width).join("\n")
    }

    #[test]
    fn marks_the_word_at_the_column() {
        let text = "export const funds = pgTable('funds', {\n  id: serial('id'),\n});\n";
        insta::assert_snapshot!(frame(text, 2, 3, 76), @"
          |
        1 | export const funds = pgTable('funds', {
        2 |   id: serial('id'),
          |   ^^
        3 | });
          |
        ");
    }

    #[test]
    fn a_hostile_line_stays_one_line() {
        let text = "\tx: text('\u{1b}[2J'), y: text('y'),\n";
        insta::assert_snapshot!(frame(text, 1, 19, 76), @r"
          |
        1 |     x: text('\u{1b}[2J'), y: text('y'),
          |                           ^
        ");
    }

    #[test]
    fn a_long_line_is_cut_to_the_width() {
        let text = format!("{}note: text('note'),{}\n", " ".repeat(90), "x".repeat(200));
        let drawn = frame(&text, 1, 91, 60);
        assert!(drawn.contains("note"), "{drawn}");
        assert!(drawn.lines().all(|line| line.chars().count() <= 60), "{drawn}");
    }

    #[test]
    fn a_column_behind_the_line_does_not_panic() {
        assert!(frame("a\n", 1, 40, 60).contains("1 | a"));
    }
}
