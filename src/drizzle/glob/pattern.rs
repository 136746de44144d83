//! One part of a pattern, between two slashes, against one name.

/// A part of a pattern.
#[derive(Debug)]
pub(super) enum Part {
    /// `..`
    Parent,
    /// A name.
    Literal(String),
    /// `**`
    Globstar,
    /// Anything with wildcards.
    Magic(Pattern),
}

/// A part with wildcards.
#[derive(Debug)]
pub(super) struct Pattern {
    items: Vec<Item>,
    dots: bool,
}

#[derive(Debug, Clone)]
enum Item {
    Char(char),
    /// `?`
    Any,
    /// `*`
    Star,
    /// `[a-z]`, `[!a-z]`
    Class {
        negated: bool,
        ranges: Vec<(char, char)>,
    },
    /// `!(…)`, `?(…)`, `*(…)`, `+(…)`, `@(…)`
    Group {
        kind: char,
        options: Vec<Vec<Item>>,
    },
}

/// Whether a text has `!(`, `?(`, `*(`, `+(` or `@(`.
pub(super) fn has_extglob(text: &str) -> bool {
    ["!(", "?(", "*(", "+(", "@("].iter().any(|opening| text.contains(opening))
}

impl Part {
    /// Reads a part.
    pub(super) fn parse(text: &str) -> Self {
        match text {
            ".." => return Self::Parent,
            "**" => return Self::Globstar,
            _ => {}
        }
        if !text.contains(['*', '?', '[']) && !has_extglob(text) {
            return Self::Literal(text.to_owned());
        }
        let chars: Vec<char> = text.chars().collect();
        let (items, _) = items(&chars, 0, false);
        Self::Magic(Pattern { items, dots: text.starts_with('.') })
    }
}

impl Pattern {
    /// Whether a name matches. Names that start with a dot must be asked for.
    pub(super) fn matches(&self, name: &str) -> bool {
        if name.starts_with('.') && !self.dots {
            return false;
        }
        let name: Vec<char> = name.chars().collect();
        let mut steps = 100_000;
        ends(&self.items, &name, &mut steps)
    }
}

/// Reads items up to the end, or up to `|` or `)` inside a group.
fn items(chars: &[char], mut at: usize, in_group: bool) -> (Vec<Item>, usize) {
    let mut list = Vec::new();
    while let Some(&c) = chars.get(at) {
        if in_group && (c == '|' || c == ')') {
            break;
        }
        if matches!(c, '!' | '?' | '*' | '+' | '@')
            && chars.get(at + 1) == Some(&'(')
            && let Some((options, end)) = group(chars, at + 2)
        {
            list.push(Item::Group { kind: c, options });
            at = end;
            continue;
        }
        at += 1;
        match c {
            '*' => list.push(Item::Star),
            '?' => list.push(Item::Any),
            '[' => match class(chars, at) {
                Some((item, end)) => {
                    list.push(item);
                    at = end;
                }
                None => list.push(Item::Char('[')),
            },
            c => list.push(Item::Char(c)),
        }
    }
    (list, at)
}

/// The options of a group and where it ends; `None` when it is never closed.
fn group(chars: &[char], mut at: usize) -> Option<(Vec<Vec<Item>>, usize)> {
    let mut options = Vec::new();
    loop {
        let (option, end) = items(chars, at, true);
        options.push(option);
        match chars.get(end)? {
            '|' => at = end + 1,
            _ => return Some((options, end + 1)),
        }
    }
}

fn class(chars: &[char], mut at: usize) -> Option<(Item, usize)> {
    let negated = matches!(chars.get(at), Some('!' | '^'));
    at += usize::from(negated);
    let mut ranges = Vec::new();
    let mut is_first = true;
    loop {
        let c = *chars.get(at)?;
        if c == ']' && !is_first {
            return Some((Item::Class { negated, ranges }, at + 1));
        }
        is_first = false;
        match (chars.get(at + 1), chars.get(at + 2)) {
            (Some('-'), Some(&last)) if last != ']' => {
                ranges.push((c, last));
                at += 3;
            }
            _ => {
                ranges.push((c, c));
                at += 1;
            }
        }
    }
}

/// Whether the items match the whole text.
fn ends(items: &[Item], text: &[char], steps: &mut u32) -> bool {
    *steps = steps.saturating_sub(1);
    if *steps == 0 {
        return false;
    }
    let Some((item, rest)) = items.split_first() else { return text.is_empty() };
    match item {
        Item::Star => (0..=text.len()).any(|at| ends(rest, tail(text, at), steps)),
        Item::Group { kind: '!', options } => {
            let refused = options.iter().any(|option| ends(&chain(option, rest), text, steps));
            !refused && (0..=text.len()).any(|at| ends(rest, tail(text, at), steps))
        }
        Item::Group { kind, options } => {
            let optional = matches!(kind, '?' | '*');
            if optional && ends(rest, text, steps) {
                return true;
            }
            let repeats = matches!(kind, '*' | '+');
            options.iter().any(|option| {
                if ends(&chain(option, rest), text, steps) {
                    return true;
                }
                // An option that can match nothing must not repeat for ever.
                let again = Item::Group { kind: '*', options: options.clone() };
                repeats
                    && !option.is_empty()
                    && (1..text.len()).any(|at| {
                        let (head, tail) = text.split_at(at);
                        let next: Vec<_> =
                            std::iter::once(again.clone()).chain(rest.iter().cloned()).collect();
                        ends(option, head, steps) && ends(&next, tail, steps)
                    })
            })
        }
        single => match text.split_first() {
            Some((c, left)) => single.takes(*c) && ends(rest, left, steps),
            None => false,
        },
    }
}

impl Item {
    fn takes(&self, c: char) -> bool {
        match self {
            Self::Char(own) => *own == c,
            Self::Any => true,
            Self::Class { negated, ranges } => {
                ranges.iter().any(|(first, last)| (*first..=*last).contains(&c)) != *negated
            }
            Self::Star | Self::Group { .. } => false,
        }
    }
}

fn tail(text: &[char], at: usize) -> &[char] {
    text.get(at..).unwrap_or_default()
}

fn chain(first: &[Item], rest: &[Item]) -> Vec<Item> {
    first.iter().chain(rest).cloned().collect()
}
