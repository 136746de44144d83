//! The source lines around a place, for a code frame.

use std::collections::BTreeMap;

use crate::origin::Origin;

/// Excerpts by the place they are about.
pub type Excerpts = BTreeMap<Origin, Excerpt>;

/// A few lines of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// The number of the first of [`Excerpt::lines`], from 1.
    pub first_line: u32,
    /// The lines, without their breaks.
    pub lines: Vec<String>,
}

impl Excerpt {
    /// The line of a place with one line before and after it; `None` when the text has no such line.
    pub fn around(text: &str, origin: &Origin) -> Option<Self> {
        let line = usize::try_from(origin.line).ok()?.checked_sub(1)?;
        let first = line.saturating_sub(1);
        let lines: Vec<String> =
            text.lines().skip(first).take(line - first + 2).map(str::to_owned).collect();
        let first_line = u32::try_from(first + 1).ok()?;
        (lines.len() > line - first).then_some(Self { first_line, lines })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "import { pgTable } from 'drizzle-orm/pg-core';\n\nexport const funds = 1;\n";

    #[test]
    fn takes_a_line_before_and_after() {
        let excerpt = Excerpt::around(TEXT, &Origin::new("funds.ts", 2, 1));
        let lines: Vec<String> = TEXT.lines().map(str::to_owned).collect();
        assert_eq!(excerpt, Some(Excerpt { first_line: 1, lines }));
    }

    #[test]
    fn stops_at_both_ends_of_the_file() {
        let at = |line| Excerpt::around(TEXT, &Origin::new("funds.ts", line, 1));
        assert_eq!(at(1).map(|excerpt| (excerpt.first_line, excerpt.lines.len())), Some((1, 2)));
        assert_eq!(at(3).map(|excerpt| (excerpt.first_line, excerpt.lines.len())), Some((2, 2)));
        assert_eq!(at(4), None);
        assert_eq!(at(0), None);
    }
}
