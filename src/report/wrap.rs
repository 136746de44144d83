//! Lines of a bounded width, measured in characters.

/// Breaks prose at spaces so that no line is longer than `width` characters; a word that is longer
/// than a line of its own is cut. A `width` of zero counts as one.
pub fn prose(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let mut current = String::new();
        let mut length = 0;
        for word in paragraph.split_whitespace() {
            let word_length = word.chars().count();
            if length > 0 && length + 1 + word_length > width {
                lines.push(std::mem::take(&mut current));
                length = 0;
            }
            if length > 0 {
                current.push(' ');
                length += 1;
            }
            for c in word.chars() {
                if length == width {
                    lines.push(std::mem::take(&mut current));
                    length = 0;
                }
                current.push(c);
                length += 1;
            }
        }
        lines.push(current);
    }
    lines
}

/// Breaks SQL so that no line is longer than `width` characters: where it has line breaks of its own,
/// then at spaces outside quotes, and only what is left is cut. Continued lines are indented by two
/// more than the line they continue.
pub(crate) fn sql(text: &str, width: usize) -> Vec<String> {
    let width = width.max(16);
    let mut lines = Vec::new();
    for line in text.trim_end().split('\n') {
        let body = line.trim_start_matches(' ');
        let indent = (line.len() - body.len()).min(width / 2);
        let mut room = width - indent;
        let mut rest: Vec<char> = body.trim_end().chars().collect();
        let mut prefix = " ".repeat(indent);
        while rest.len() > room {
            let at = break_before(&rest, room);
            let tail = rest.split_off(at);
            push(&mut lines, &prefix, &rest);
            let skip = tail.iter().take_while(|c| **c == ' ').count();
            rest = tail.into_iter().skip(skip).collect();
            prefix = " ".repeat(indent + 2);
            room = width - indent - 2;
        }
        push(&mut lines, &prefix, &rest);
    }
    lines
}

fn push(lines: &mut Vec<String>, prefix: &str, body: &[char]) {
    let body: String = body.iter().collect();
    let line = format!("{prefix}{}", body.trim_end());
    lines.push(if line.trim().is_empty() { String::new() } else { line });
}

/// The place of the last space outside quotes at which at most `room` characters stay before it, or
/// `room` itself.
fn break_before(text: &[char], room: usize) -> usize {
    let mut quote = None;
    let mut at = None;
    for (index, c) in text.iter().enumerate().take(room + 1) {
        match quote {
            Some(open) if open == *c => quote = None,
            None if matches!(c, '\'' | '"') => quote = Some(*c),
            None if *c == ' ' && index > 0 => at = Some(index),
            Some(_) | None => {}
        }
    }
    at.unwrap_or(room)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breaks_prose_at_spaces() {
        assert_eq!(prose("its data is lost for ever", 12), ["its data is", "lost for", "ever"]);
        assert_eq!(prose("", 12), [""]);
        assert_eq!(prose("a\n\nb", 12), ["a", "", "b"]);
    }

    #[test]
    fn cuts_what_has_no_space_and_counts_characters() {
        assert_eq!(prose("öööööö ab", 4), ["öööö", "öö", "ab"]);
        assert_eq!(prose("ab öööööö", 4), ["ab", "öööö", "öö"]);
        assert_eq!(prose("abcdef", 0), ["a", "b", "c", "d", "e", "f"]);
    }

    #[test]
    fn breaks_sql_outside_quotes() {
        let statement = "ALTER TABLE \"funds\" ADD COLUMN \"vintage year\" integer;";
        assert_eq!(
            sql(statement, 36),
            ["ALTER TABLE \"funds\" ADD COLUMN", "  \"vintage year\" integer;"]
        );
    }

    #[test]
    fn keeps_the_lines_of_sql() {
        assert_eq!(
            sql("CREATE TABLE \"funds\" (\n    \"id\" serial\n);\n", 40),
            ["CREATE TABLE \"funds\" (", "    \"id\" serial", ");"]
        );
    }

    #[test]
    fn never_longer_than_asked() {
        let long = format!("SELECT '{}' FROM {}", "x y ".repeat(40), "z".repeat(100));
        for width in [16, 20, 41, 80] {
            assert!(sql(&long, width).iter().all(|line| line.chars().count() <= width));
            assert!(prose(&long, width).iter().all(|line| line.chars().count() <= width));
        }
    }
}
