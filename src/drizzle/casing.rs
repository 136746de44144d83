//! `casing`: how drizzle-kit turns a property key into a column name.
//!
//! Source of the rules: drizzle-orm `src/casing.ts`; only columns without an explicit name are
//! touched, tables, enums, indexes and schemas never.

use serde::{Deserialize, Serialize};

/// The `casing` of a drizzle configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Casing {
    /// `snake_case`
    #[serde(rename = "snake_case")]
    Snake,
    /// `camelCase`
    #[serde(rename = "camelCase")]
    Camel,
}

impl Casing {
    /// Reads drizzle's spelling: `snake_case`, `camelCase`.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "snake_case" => Some(Self::Snake),
            "camelCase" => Some(Self::Camel),
            _ => None,
        }
    }

    /// Drizzle's spelling.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Snake => "snake_case",
            Self::Camel => "camelCase",
        }
    }

    /// The column name for a property key.
    pub fn apply(self, key: &str) -> String {
        let words = words(key);
        match self {
            Self::Snake => words.join("_").to_ascii_lowercase(),
            Self::Camel => {
                let mut out = String::new();
                for (index, word) in words.iter().enumerate() {
                    let (first, rest) = word.split_at(word.len().min(1));
                    if index == 0 {
                        out.push_str(&word.to_ascii_lowercase());
                    } else {
                        out.push_str(&first.to_ascii_uppercase());
                        out.push_str(rest);
                    }
                }
                out
            }
        }
    }
}

/// The words of a key: the matches of `[\da-z]+|[A-Z]+(?![a-z])|[A-Z][\da-z]+` after apostrophes are
/// taken out. Everything else separates words and is dropped.
fn words(key: &str) -> Vec<String> {
    let text: Vec<char> = key.chars().filter(|c| *c != '\'' && *c != '\u{2019}').collect();
    let lower =
        |at: usize| text.get(at).is_some_and(|c| c.is_ascii_digit() || c.is_ascii_lowercase());
    let upper = |at: usize| text.get(at).is_some_and(char::is_ascii_uppercase);
    let letter = |at: usize| text.get(at).is_some_and(char::is_ascii_lowercase);
    let mut words = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let mut end = at;
        if lower(at) {
            while lower(end) {
                end += 1;
            }
        } else if upper(at) {
            while upper(end) {
                end += 1;
            }
            // The lookahead makes the run give back its last capital when a small letter follows;
            // a run of one then matches as capital and tail.
            if letter(end) {
                end -= 1;
            }
            if end == at {
                end = at + 1;
                while lower(end) {
                    end += 1;
                }
            }
        } else {
            at += 1;
            continue;
        }
        words.push(text.iter().skip(at).take(end - at).collect());
        at = end;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snake_case_splits_as_drizzle_does() {
        let cases = [
            ("fundName", "fund_name"),
            ("HTTPServer", "http_server"),
            ("URL2", "url_2"),
            ("aB1c2D", "a_b_1c2_d"),
            ("x1Y", "x1_y"),
            ("it_isOK", "it_is_ok"),
            ("user_name", "user_name"),
            ("with-dash", "with_dash"),
            ("don't", "dont"),
            ("日本", ""),
            ("ABc", "a_bc"),
            ("A1b", "a_1b"),
            ("irrPctV2", "irr_pct_v_2"),
        ];
        for (key, name) in cases {
            assert_eq!(Casing::Snake.apply(key), name, "{key}");
        }
    }

    #[test]
    fn camel_case_keeps_the_tail_of_a_word() {
        assert_eq!(Casing::Camel.apply("fund_name"), "fundName");
        assert_eq!(Casing::Camel.apply("HTTPServer"), "httpServer");
        assert_eq!(Casing::Camel.apply("carry_URL"), "carryURL");
    }
}
