//! `a.localeCompare(b, 'en')` for paths.

use std::cmp::Ordering;

/// ASCII in the order of the root collation, letters apart (Unicode CLDR, as ICU has it).
const ORDER: &str = "_-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789";

/// Compares as JavaScript does for English: punctuation, digits, letters; capitals count only when
/// all else is equal, and come last.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    let primary = a.chars().map(weight).cmp(b.chars().map(weight));
    primary.then_with(|| a.chars().map(accent).cmp(b.chars().map(accent))).then_with(|| {
        let capitals = |text: &str| text.chars().map(char::is_uppercase).collect::<Vec<_>>();
        capitals(a).cmp(&capitals(b))
    })
}

/// The weight of a character; accented Latin letters weigh what their base letter does.
fn weight(c: char) -> u32 {
    let c = base(c).to_lowercase().next().unwrap_or(c);
    match ORDER.chars().position(|it| it == c) {
        Some(at) => u32::try_from(at).unwrap_or(0) + 1,
        None if c == ' ' => 0,
        None => 1_000 + u32::from(c),
    }
}

fn accent(c: char) -> bool {
    base(c) != c
}

/// The base letter of the accented letters of Latin-1.
fn base(c: char) -> char {
    match c {
        'à'..='å' | 'À'..='Å' => 'a',
        'ç' | 'Ç' => 'c',
        'è'..='ë' | 'È'..='Ë' => 'e',
        'ì'..='ï' | 'Ì'..='Ï' => 'i',
        'ñ' | 'Ñ' => 'n',
        'ò'..='ö' | 'Ò'..='Ö' => 'o',
        'ù'..='ü' | 'Ù'..='Ü' => 'u',
        'ý' | 'ÿ' | 'Ý' => 'y',
        c => c,
    }
}
