//! How json-diff compares two lists of enum labels.
//!
//! It uses Python's difflib (Ratcliff and Obershelp): the longest common run, then the same to its
//! left and to its right. That is not a shortest edit script, so the choice of what counts as
//! "removed" is part of what drizzle-kit does.

/// One step from the old list to the new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step<'a> {
    /// In both.
    Same(&'a str),
    /// Only in the old list.
    Removed(&'a str),
    /// Only in the new list.
    Added(&'a str),
}

/// A run of equal labels: where it starts in the old list and in the new one, and how long it is.
#[derive(Clone, Copy)]
struct Run {
    old: usize,
    new: usize,
    length: usize,
}

/// The steps from `old` to `new`; between two common runs the removals come before the additions.
pub(super) fn steps<'a>(old: &'a [String], new: &'a [String]) -> Vec<Step<'a>> {
    let mut steps = Vec::new();
    collect(old, new, &mut steps);
    steps
}

fn collect<'a>(old: &'a [String], new: &'a [String], steps: &mut Vec<Step<'a>>) {
    let run = longest_run(old, new);
    if run.length == 0 {
        steps.extend(old.iter().map(|label| Step::Removed(label)));
        steps.extend(new.iter().map(|label| Step::Added(label)));
        return;
    }
    let (old_left, old_rest) = old.split_at(run.old);
    let (new_left, new_rest) = new.split_at(run.new);
    let (common, old_right) = old_rest.split_at(run.length);
    collect(old_left, new_left, steps);
    steps.extend(common.iter().map(|label| Step::Same(label)));
    collect(old_right, new_rest.split_at(run.length).1, steps);
}

/// The longest common run; of several the one that ends first in the old list, then in the new one.
fn longest_run(old: &[String], new: &[String]) -> Run {
    let mut best = Run { old: 0, new: 0, length: 0 };
    // The length of the run that ends at the old label before this one and at each new label.
    let mut ending = vec![0; new.len()];
    for (at, label) in old.iter().enumerate() {
        let mut diagonal = 0;
        for (to, candidate) in new.iter().enumerate() {
            let above = ending.get(to).copied().unwrap_or(0);
            let length = if label == candidate { diagonal + 1 } else { 0 };
            if let Some(slot) = ending.get_mut(to) {
                *slot = length;
            }
            if length > best.length {
                best = Run { old: at + 1 - length, new: to + 1 - length, length };
            }
            diagonal = above;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(text: &str) -> Vec<String> {
        text.chars().map(String::from).collect()
    }

    fn script(old: &str, new: &str) -> String {
        let (old, new) = (labels(old), labels(new));
        steps(&old, &new)
            .iter()
            .map(|step| match step {
                Step::Same(label) => format!("={label}"),
                Step::Removed(label) => format!("-{label}"),
                Step::Added(label) => format!("+{label}"),
            })
            .collect()
    }

    #[test]
    fn finds_what_was_inserted() {
        assert_eq!(script("abc", "axbc"), "=a+x=b=c");
        assert_eq!(script("", "ab"), "+a+b");
        assert_eq!(script("ab", ""), "-a-b");
        assert_eq!(script("abc", "abc"), "=a=b=c");
    }

    #[test]
    fn a_swap_is_an_addition_and_a_removal() {
        assert_eq!(script("ab", "ba"), "+b=a-b");
        assert_eq!(script("abcd", "acbd"), "=a+c=b-c=d");
    }

    #[test]
    fn a_replacement_removes_first() {
        assert_eq!(script("abc", "axc"), "=a-b+x=c");
    }

    #[test]
    fn the_longest_run_wins_over_an_earlier_one() {
        assert_eq!(script("axyz", "xyza"), "-a=x=y=z+a");
    }
}
