//! The text of hooks, as pure functions: a whole file of ours, or a block in somebody else's script.

use super::Hook;

/// The version in every text we write; raised when the text changes, so that an old one is found.
pub(super) const VERSION: u32 = 1;

const PRE_COMMIT: &str = include_str!("../../../hooks/pre-commit");
const PRE_PUSH: &str = include_str!("../../../hooks/pre-push");

/// What the hook files have instead of the program's path.
const PLACE: &str = "'drizzle-guard, where it was installed'";

/// How a hook that is shared with others finds the program: where it was installed in this clone.
const RECORDED: &str =
    "$(cat \"$(git rev-parse --git-common-dir)/drizzle-guard/binary\" 2>/dev/null || :)";

/// The line that a whole file of ours has, up to the version.
const STAMP: &str = "# drizzle-guard hook ";

const BLOCK_START: &str = "# >>> drizzle-guard hook ";
const BLOCK_END: &str = "# <<< drizzle-guard hook <<<\n";

/// In a block's first line: the file was made for the block.
const NEW_FILE: &str = ", in a file of its own";
/// In a block's first line: the line before it had no end.
const NO_NEWLINE: &str = ", after a line without end";

/// Where the hook looks for the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Program {
    /// At this path, else on the `PATH`.
    At(String),
    /// Where this clone recorded it, else on the `PATH`.
    Recorded,
}

/// A whole hook file.
pub(super) fn whole(hook: Hook, program: &Program) -> String {
    let text = match hook {
        Hook::PreCommit => PRE_COMMIT,
        Hook::PrePush => PRE_PUSH,
    };
    let path = match program {
        Program::At(path) => format!("'{}'", path.replace('\'', r"'\''")),
        Program::Recorded => RECORDED.to_owned(),
    };
    text.replace(PLACE, &path)
}

/// The version of a whole file of ours, `None` when the text is somebody else's.
pub(super) fn version(text: &str) -> Option<u32> {
    let stamp = text.lines().take(5).find_map(|line| line.strip_prefix(STAMP))?;
    stamp.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// The version of our block in a script.
pub(super) fn block_version(text: &str) -> Option<u32> {
    let (_, rest) = text.split_once(BLOCK_START)?;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// Our lines for a shell script; they leave standard input for the lines after them as it was.
fn block(hook: Hook, flag: &str) -> String {
    let find = format!(
        "drizzle_guard={RECORDED}\n\
         [ -x \"$drizzle_guard\" ] || drizzle_guard=$(command -v drizzle-guard) || drizzle_guard=\n"
    );
    let run = match hook {
        Hook::PreCommit => {
            "if [ -n \"$drizzle_guard\" ]; then\n  \
               \"$drizzle_guard\" hook pre-commit || exit\n\
             else\n  \
               echo \"drizzle-guard: not found, so this commit is not checked; the push will be.\" >&2\n\
             fi\n"
        }
        Hook::PrePush => {
            "if [ -z \"$drizzle_guard\" ]; then\n  \
               echo \"drizzle-guard: not found, so the push is stopped. Install it, or push with --no-verify.\" >&2\n  \
               exit 1\n\
             fi\n\
             drizzle_guard_refs=$(cat && echo .) || exit\n\
             drizzle_guard_refs=${drizzle_guard_refs%.}\n\
             printf %s \"$drizzle_guard_refs\" | \"$drizzle_guard\" hook pre-push \"$@\" || exit\n\
             if [ -n \"$drizzle_guard_refs\" ]; then\n\
             exec <<DRIZZLE_GUARD_REFS\n\
             ${drizzle_guard_refs%?}\n\
             DRIZZLE_GUARD_REFS\n\
             else exec </dev/null; fi\n"
        }
    };
    format!("{BLOCK_START}{VERSION}{flag} >>>\n{find}{run}{BLOCK_END}")
}

/// A script of nothing but our block.
pub(super) fn block_file(hook: Hook) -> String {
    format!("#!/bin/sh\n{}", block(hook, NEW_FILE))
}

/// The script with our block in it: before everything that may leave the script, after what has to
/// be first (the interpreter's line, husky's preamble). A block that is there already is replaced.
pub(super) fn insert(hook: Hook, script: &str) -> String {
    let script = match remove(script) {
        Some(Removed::Script(without)) => without,
        Some(Removed::File) => return block_file(hook),
        None => script.to_owned(),
    };
    let mut at = 0;
    let mut from = 0;
    for line in script.split_inclusive('\n') {
        from += line.len();
        let preamble = line.contains("/husky.sh\"") || line.contains("/husky.sh'");
        if (from == line.len() && line.starts_with("#!")) || preamble {
            at = from;
        }
    }
    let (head, tail) = script.split_at(at);
    if head.is_empty() || head.ends_with('\n') {
        format!("{head}{}{tail}", block(hook, ""))
    } else {
        format!("{head}\n{}{tail}", block(hook, NO_NEWLINE))
    }
}

/// What is left of a script without our block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Removed {
    /// The script, byte for byte as it was.
    Script(String),
    /// Nothing: the file was made for the block.
    File,
}

/// Takes our block out; `None` when there is none.
pub(super) fn remove(script: &str) -> Option<Removed> {
    let start = script.find(BLOCK_START)?;
    let end = start + script.get(start..)?.find(BLOCK_END)? + BLOCK_END.len();
    let (head, tail) = (script.get(..start)?, script.get(end..)?);
    let header = script.get(start..)?.lines().next()?;
    if header.contains(NEW_FILE) && head == "#!/bin/sh\n" && tail.is_empty() {
        return Some(Removed::File);
    }
    let joined = header.contains(NO_NEWLINE);
    let head = if joined { head.strip_suffix('\n').unwrap_or(head) } else { head };
    Some(Removed::Script(format!("{head}{tail}")))
}

/// Whether a script is for a POSIX shell, so that our lines can stand in it.
pub(super) fn is_shell(script: &str) -> bool {
    let Some(first) = script.lines().next().and_then(|line| line.strip_prefix("#!")) else {
        return false;
    };
    let mut words = first.split_whitespace().map(|word| word.rsplit('/').next().unwrap_or(word));
    let program = match words.next() {
        Some("env") => words.find(|word| !word.starts_with('-')),
        program => program,
    };
    matches!(program, Some("sh" | "bash" | "dash" | "ash" | "ksh" | "zsh"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOOKS: [Hook; 2] = [Hook::PreCommit, Hook::PrePush];

    #[test]
    fn every_text_has_its_version() {
        for hook in HOOKS {
            for program in [Program::At("/opt/it's/drizzle-guard".into()), Program::Recorded] {
                let text = whole(hook, &program);
                assert_eq!(version(&text), Some(VERSION));
                assert!(!text.contains(PLACE), "{text}");
            }
            assert_eq!(block_version(&block_file(hook)), Some(VERSION));
            assert_eq!(version(&block_file(hook)), None);
        }
        assert_eq!(version("#!/bin/sh\nnpm test\n"), None);
    }

    #[test]
    fn the_path_is_quoted() {
        let text = whole(Hook::PrePush, &Program::At("/opt/it's/drizzle-guard".into()));
        assert!(text.contains(r"guard='/opt/it'\''s/drizzle-guard'"), "{text}");
    }

    #[test]
    fn the_block_comes_before_anything_that_may_leave() {
        let husky8 = "#!/usr/bin/env sh\n. \"$(dirname -- \"$0\")/_/husky.sh\"\n\nexec npm test\n";
        let text = insert(Hook::PrePush, husky8);
        let (block, exec) =
            (text.find(BLOCK_START).expect("in"), text.find("exec npm").expect("in"));
        assert!(text.find("husky.sh").expect("in") < block && block < exec, "{text}");
        assert!(insert(Hook::PrePush, "npm test\n").starts_with(BLOCK_START));
        assert!(insert(Hook::PrePush, "#!/bin/sh\nexit 0\n").starts_with("#!/bin/sh\n# >>>"));
    }

    #[test]
    fn an_old_block_is_replaced() {
        let now = insert(Hook::PrePush, "npm test\n");
        let old = now.replace("hook 1 >>>", "hook 0 >>>");
        assert_eq!(block_version(&old), Some(0));
        assert_eq!(insert(Hook::PrePush, &old), now);
        let own = block_file(Hook::PrePush);
        assert_eq!(insert(Hook::PrePush, &own), own);
    }

    #[test]
    fn a_file_of_its_own_is_taken_away_unless_somebody_added_to_it() {
        let own = block_file(Hook::PreCommit);
        assert_eq!(remove(&own), Some(Removed::File));
        let more = format!("{own}npm test\n");
        assert_eq!(remove(&more), Some(Removed::Script("#!/bin/sh\nnpm test\n".into())));
        assert_eq!(remove("npm test\n"), None);
    }

    #[test]
    fn shells_are_recognised() {
        for first in
            ["#!/bin/sh", "#! /bin/bash -e", "#!/usr/bin/env zsh", "#!/usr/bin/env -S sh -e"]
        {
            assert!(is_shell(&format!("{first}\nnpm test\n")), "{first}");
        }
        for first in ["#!/usr/bin/env node", "#!/usr/bin/python3", "npm test", ""] {
            assert!(!is_shell(first), "{first}");
        }
    }

    proptest! {
        #[test]
        fn what_is_put_in_comes_out(script in "(#![a-z/]{0,9}\n?)?([a-z. \"/$]{0,12}(/husky.sh\")?\n){0,4}[a-z]{0,3}") {
            for hook in HOOKS {
                let with = insert(hook, &script);
                prop_assert_eq!(remove(&with), Some(Removed::Script(script.clone())));
                prop_assert_eq!(insert(hook, &with), with);
            }
        }
    }
}
