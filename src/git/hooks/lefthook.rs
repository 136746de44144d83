//! Our commands in a `lefthook.yml`, as pure functions on its text.
//!
//! The file is edited as text, because a YAML writer would lose its comments and its layout. What is
//! not laid out as lefthook's documentation does it is left alone, and the user is told what to add.

use super::Hook;

const START: &str = "# >>> drizzle-guard hook 1 >>>";
const END: &str = "# <<< drizzle-guard hook <<<";

/// In the first line: the line before it had no end.
const NO_NEWLINE: &str = "# >>> drizzle-guard hook 1, after a line without end >>>";

/// Whether our command is there.
pub(super) fn contains(text: &str, hook: Hook) -> bool {
    text.contains(&format!("drizzle-guard hook {}", hook.name()))
}

/// Whether our command gets the pushed refs.
pub(super) fn passes_stdin(text: &str) -> bool {
    let mut lines = text.lines().skip_while(|line| !line.contains("drizzle-guard hook pre-push"));
    let Some(command) = lines.next() else { return false };
    let depth = indent(command);
    // The keys beside `run` follow it at its depth, or deeper inside a block text.
    lines
        .take_while(|line| line.trim().is_empty() || indent(line) >= depth)
        .any(|line| line.trim() == "use_stdin: true")
}

/// What to add by hand.
pub(super) fn by_hand() -> String {
    [Hook::PreCommit, Hook::PrePush].map(|hook| section(hook).join("\n")).join("\n")
}

/// The text with our command in it; `None` when it is not laid out as expected.
pub(super) fn insert(text: &str, hook: Hook) -> Option<String> {
    if contains(text, hook) {
        return Some(text.to_owned());
    }
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let key = format!("{}:", hook.name());
    let Some(at) = lines.iter().position(|line| line.starts_with(&key)) else {
        return Some(append(text, &section(hook)));
    };
    if bare_key(lines.get(at)?)? != hook.name() {
        return None;
    }
    let inside = |line: &&str| is_blank(line) || indent(line) > 0;
    let end = at + 1 + lines.get(at + 1..)?.iter().take_while(|line| inside(line)).count();
    let body = lines.get(at + 1..end)?;
    let depth = body.iter().find(|line| !is_blank(line)).map(|line| indent(line))?;
    let children =
        body.iter().enumerate().filter(|(_, line)| !is_blank(line) && indent(line) == depth);
    let mut lists = children
        .filter(|(_, line)| matches!(line.trim().split_once(':'), Some(("commands" | "jobs", _))));
    let (insert_at, added) = match lists.next() {
        Some((_, line)) if bare_key(line).is_none() => return None,
        Some((child, line)) => {
            let first = body.get(child + 1..)?.iter().find(|line| !is_blank(line))?;
            let (pad, item) = (indent(first), first.trim_start().starts_with("- "));
            let jobs = bare_key(line) == Some("jobs");
            // A list may stand at the depth of its key.
            if pad < depth || jobs != item || (pad == depth && !item) {
                return None;
            }
            (at + 1 + child + 1, if jobs { job(hook, pad) } else { command(hook, pad) })
        }
        None => {
            // Keys of our own before the others, at their depth.
            let mut added = vec![format!("{}commands:", pad(depth))];
            added.extend(command(hook, depth + 2));
            (at + 1, added)
        }
    };
    let head = lines.get(..insert_at)?.concat();
    let tail = lines.get(insert_at..)?.concat();
    if !head.ends_with('\n') {
        return None;
    }
    let depth = added.first().map_or(0, |line| indent(line));
    let marked = marked(&added, depth, START);
    Some(format!("{head}{marked}{tail}"))
}

/// The text as it was; `None` when nothing of ours is in it.
pub(super) fn remove(text: &str) -> Option<String> {
    let mut kept = String::new();
    let mut found = false;
    let mut inside = false;
    for line in text.split_inclusive('\n') {
        match line.trim() {
            START => (found, inside) = (true, true),
            NO_NEWLINE => {
                (found, inside) = (true, true);
                kept.truncate(kept.strip_suffix('\n').map_or(kept.len(), str::len));
            }
            END if inside => inside = false,
            _ if inside => {}
            _ => kept.push_str(line),
        }
    }
    // An unfinished block is not ours to guess at.
    (found && !inside).then_some(kept)
}

/// A whole section of the file.
fn section(hook: Hook) -> Vec<String> {
    let mut lines = vec![format!("{}:", hook.name()), "  commands:".to_owned()];
    lines.extend(command(hook, 4));
    lines
}

fn command(hook: Hook, depth: usize) -> Vec<String> {
    let mut lines = vec![format!("{}drizzle-guard:", pad(depth))];
    lines.extend(run(hook).iter().map(|line| format!("{}{line}", pad(depth + 2))));
    lines
}

fn job(hook: Hook, depth: usize) -> Vec<String> {
    let mut lines = vec![format!("{}- name: drizzle-guard", pad(depth))];
    lines.extend(run(hook).iter().map(|line| format!("{}{line}", pad(depth + 2))));
    lines
}

fn run(hook: Hook) -> &'static [&'static str] {
    match hook {
        Hook::PreCommit => &[
            "run: >-",
            "  if command -v drizzle-guard >/dev/null; then drizzle-guard hook pre-commit;",
            "  else echo 'drizzle-guard is not found, so this commit is not checked' >&2; fi",
        ],
        // The refs are on standard input, which lefthook passes on only when asked to.
        Hook::PrePush => &["run: drizzle-guard hook pre-push {0}", "use_stdin: true"],
    }
}

fn append(text: &str, lines: &[String]) -> String {
    if text.is_empty() || text.ends_with('\n') {
        return format!("{text}{}", marked(lines, 0, START));
    }
    format!("{text}\n{}", marked(lines, 0, NO_NEWLINE))
}

fn marked(lines: &[String], depth: usize, start: &str) -> String {
    let pad = pad(depth);
    format!("{pad}{start}\n{}\n{pad}{END}\n", lines.join("\n"))
}

fn pad(depth: usize) -> String {
    " ".repeat(depth)
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

fn is_blank(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with('#')
}

/// The key of a line that has nothing but a key.
fn bare_key(line: &str) -> Option<&str> {
    let (key, rest) = line.trim().split_once(':')?;
    let rest = rest.trim();
    (rest.is_empty() || rest.starts_with('#')).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Puts both in, checks that they come out again byte for byte, and gives the text between.
    fn both(text: &str) -> String {
        let one = insert(text, Hook::PreCommit).expect("laid out as expected");
        let with = insert(&one, Hook::PrePush).expect("laid out as expected");
        assert_eq!(insert(&with, Hook::PrePush).as_deref(), Some(with.as_str()), "idempotent");
        assert!(passes_stdin(&with), "{with}");
        assert_eq!(remove(&with).as_deref(), Some(text));
        with
    }

    #[test]
    fn a_section_of_its_own() {
        insta::assert_snapshot!(both("# ours\npre-commit-other:\n  x: 1\n"), @"
        # ours
        pre-commit-other:
          x: 1
        # >>> drizzle-guard hook 1 >>>
        pre-commit:
          commands:
            drizzle-guard:
              run: >-
                if command -v drizzle-guard >/dev/null; then drizzle-guard hook pre-commit;
                else echo 'drizzle-guard is not found, so this commit is not checked' >&2; fi
        # <<< drizzle-guard hook <<<
        # >>> drizzle-guard hook 1 >>>
        pre-push:
          commands:
            drizzle-guard:
              run: drizzle-guard hook pre-push {0}
              use_stdin: true
        # <<< drizzle-guard hook <<<
        ");
        both("");
        both("no-end: 1");
    }

    #[test]
    fn among_other_commands() {
        let text = "pre-push:\n  # all of them\n  commands:\n\n    test:\n      run: npm test\n\npre-commit:\n    parallel: true\n    commands:\n        lint:\n            run: npm run lint\n";
        let with = both(text);
        assert!(with.contains("  commands:\n    # >>> drizzle"), "{with}");
        assert!(with.contains("\n        drizzle-guard:\n          run: >-"), "{with}");
    }

    #[test]
    fn among_jobs() {
        let text = "pre-push:\n  jobs:\n    - run: npm test\npre-commit:\n  jobs:\n  - name: lint\n    run: npm run lint\n";
        let with = both(text);
        assert!(
            with.contains(
                "\n    - name: drizzle-guard\n      run: drizzle-guard hook pre-push {0}"
            ),
            "{with}"
        );
        assert!(with.contains("\n  - name: drizzle-guard\n    run: >-"), "{with}");
    }

    #[test]
    fn a_section_with_other_keys_only() {
        let with = both("pre-push:\n  parallel: true\n");
        assert!(
            with.contains(
                "pre-push:\n  # >>> drizzle-guard hook 1 >>>\n  commands:\n    drizzle-guard:"
            ),
            "{with}"
        );
    }

    #[test]
    fn another_layout_is_left_alone() {
        for text in [
            "pre-push: { commands: {} }\n",
            "pre-push:\n",
            "pre-push:\n  commands:\n",
            "pre-push:\n  commands: {}\n  x: 1\n",
        ] {
            assert_eq!(insert(text, Hook::PrePush), None, "{text:?}");
        }
        assert_eq!(remove("pre-push:\n  commands:\n"), None);
    }

    #[test]
    fn standard_input_has_to_be_passed() {
        let text = insert("", Hook::PrePush).expect("empty");
        assert!(passes_stdin(&text));
        assert!(!passes_stdin(&text.replace("use_stdin: true", "use_stdin: false")));
        assert!(!passes_stdin(
            "pre-push:\n  commands:\n    a:\n      run: drizzle-guard hook pre-push {0}\n    b:\n      run: x\n    c:\n      use_stdin: true\n"
        ));
    }
}
