//! `{a,b}` and `{1..3}`, as the package brace-expansion expands them.

/// All patterns that braces stand for; itself when there are none.
pub(super) fn expand(pattern: &str) -> Vec<String> {
    let Some((before, inside, after)) = first_group(pattern) else {
        return vec![pattern.to_owned()];
    };
    let options: Vec<String> = match range(inside) {
        Some(range) => range,
        None => split(inside).iter().flat_map(|option| expand(option)).collect(),
    };
    let tails = expand(after);
    let pairs = options.iter().flat_map(|option| tails.iter().map(move |tail| (option, tail)));
    pairs.map(|(option, tail)| format!("{before}{option}{tail}")).collect()
}

/// The first pair of braces that is a list or a range. `${` opens nothing.
fn first_group(pattern: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    while let Some(found) = pattern.get(from..)?.find('{') {
        let open = from + found;
        from = open + 1;
        if pattern.get(..open)?.ends_with('$') {
            continue;
        }
        let Some(close) = closing(pattern.get(from..)?) else { continue };
        let inside = pattern.get(from..from + close)?;
        if split(inside).len() > 1 || range(inside).is_some() {
            return Some((pattern.get(..open)?, inside, pattern.get(from + close + 1..)?));
        }
    }
    None
}

/// Where the brace closes that is open at the start of the text.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_u32;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => return Some(at),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The parts between commas that are in no braces of their own.
fn split(text: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0_u32, 0);
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.extend(text.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.extend(text.get(start..));
    parts
}

/// `1..3`, `03..10`, `a..e`; at most a thousand values.
fn range(text: &str) -> Option<Vec<String>> {
    let (from, to) = text.split_once("..")?;
    if let (Ok(first), Ok(last)) = (from.parse::<i32>(), to.parse::<i32>()) {
        let padded = |text: &str| text.len() > 1 && text.trim_start_matches('-').starts_with('0');
        let width = if padded(from) || padded(to) { from.len().max(to.len()) } else { 0 };
        let step = if first <= last { 1 } else { -1 };
        let count = first.abs_diff(last).min(999);
        let numbers =
            (0..=count).map(|n| first.saturating_add(step * i32::try_from(n).unwrap_or(0)));
        return Some(numbers.map(|number| format!("{number:0width$}")).collect());
    }
    let (mut from, mut to) = (from.chars(), to.chars());
    let (first, last) = (from.next()?, to.next()?);
    if from.next().is_some() || to.next().is_some() || !first.is_ascii_alphabetic() {
        return None;
    }
    let letters = |from: char, to: char| (from..=to).map(String::from);
    Some(if first <= last {
        letters(first, last).collect()
    } else {
        letters(last, first).rev().collect()
    })
}
