//! The acknowledgement on the push itself: `git -c drizzle-guard.ack=dg1:… push`.
//!
//! `git push` passes no flags of its own to hooks, but `-c` reaches them. libgit2 does not see it,
//! so git is asked; it also says where a value came from, and only the command line counts: a value
//! in a file would acknowledge for ever.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use serde::Serialize;

use super::acknowledgement::digits_of;
use super::error::Error;

/// The configuration key.
pub const FLAG_KEY: &str = "drizzle-guard.ack";

/// The environment variable, for programs that cannot pass `-c`.
pub const FLAG_VARIABLE: &str = "DRIZZLE_GUARD_ACK";

/// One value of the flag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// As typed.
    pub text: String,
    /// What it names.
    pub means: Meaning,
}

/// What a value of the flag names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    /// One change, by 12 or more digits.
    Change(String),
    /// All changes of the comparison together, by 12 or more digits of their common digest.
    Plan(String),
    /// Nothing: a word such as `true`, or too few digits.
    Nothing,
}

/// The values of the flag: those on git's command line (asked of git, which is started for it), then
/// those of [`FLAG_VARIABLE`], whose value the edge passes in.
pub fn flags(git_dir: &Path, variable: Option<&str>) -> Result<Vec<Flag>, Error> {
    let failed = |why: String| Error::Git(why);
    let output = Command::new("git")
        .arg("--git-dir")
        .arg(git_dir)
        .args(["config", "--show-scope", "-z", "--get-all", FLAG_KEY])
        .output()
        .map_err(|error| failed(error.to_string()))?;
    // git-config(1): 1 when the key is not there.
    if !output.status.success() && output.status.code() != Some(1) {
        return Err(failed(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
    }
    let mut values = scoped(&String::from_utf8_lossy(&output.stdout))?;
    values.extend(variable.map(str::to_owned));
    Ok(values.iter().flat_map(|value| parse_flags(value)).collect())
}

/// The values in git's answer, alternating with their scopes; an error for one from a file.
fn scoped(answer: &str) -> Result<Vec<String>, Error> {
    let mut parts = answer.split_terminator('\0');
    let mut values = Vec::new();
    while let (Some(scope), Some(value)) = (parts.next(), parts.next()) {
        if scope != "command" {
            return Err(permanent(scope));
        }
        values.push(value.to_owned());
    }
    Ok(values)
}

/// The error for the key in a configuration file.
pub(crate) fn permanent(scope: &str) -> Error {
    Error::Flag {
        why: format!(
            "{FLAG_KEY} is set in the {scope} git configuration, and a permanent acknowledgement \
             is no acknowledgement"
        ),
        hint: format!(
            "remove it with `git config --{scope} --unset-all {FLAG_KEY}`, and name the change on \
             the push: `git -c {FLAG_KEY}=dg1:… push`"
        ),
    }
}

/// The values in a text, separated by commas or blanks.
pub fn parse_flags(text: &str) -> Vec<Flag> {
    let values = text.split(|c: char| c == ',' || c.is_whitespace()).filter(|it| !it.is_empty());
    values
        .map(|value| {
            let digits = |text: &str, meaning: fn(String) -> Meaning| {
                digits_of(text).map_or(Meaning::Nothing, meaning)
            };
            let means = match value.strip_prefix("plan:") {
                Some(rest) => digits(rest, Meaning::Plan),
                None => digits(value, Meaning::Change),
            };
            Flag { text: value.to_owned(), means }
        })
        .collect()
}

/// One use of the flag, a line of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FlagUse<'a> {
    /// When, RFC 3339.
    pub at: &'a str,
    /// Who, `Name <mail>`.
    pub by: Option<&'a str>,
    /// The remote, for a push.
    pub remote: Option<&'a str>,
    /// The pushed refs.
    pub refs: &'a [String],
    /// The head's id.
    pub head: &'a str,
    /// The fingerprints that it let through.
    pub changes: &'a [String],
}

/// Appends a use of the flag to `log.jsonl` in the tool's folder of the git folder.
pub fn log(folder: &Path, entry: &FlagUse<'_>) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let mut line = serde_json::to_string(entry)?;
    line.push('\n');
    // One write, so that two hooks at once do not mix their lines.
    OpenOptions::new()
        .create(true)
        .append(true)
        .open(folder.join("log.jsonl"))?
        .write_all(line.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::testing::Scratch;

    fn meanings(text: &str) -> Vec<Meaning> {
        parse_flags(text).into_iter().map(|flag| flag.means).collect()
    }

    #[test]
    fn reads_digests_only() {
        let change = |digits: &str| Meaning::Change(digits.to_owned());
        assert_eq!(
            meanings("dg1:fe533e9d6666, 0A1B2C3D4E5F"),
            [change("fe533e9d6666"), change("0a1b2c3d4e5f")]
        );
        assert_eq!(meanings("plan:fe533e9d6666"), [Meaning::Plan("fe533e9d6666".to_owned())]);
        for word in ["true", "1", "yes", "all", "*", "dg1:", "dg1:fe533e9d666", "plan:all"] {
            assert_eq!(meanings(word), [Meaning::Nothing], "{word}");
        }
        assert_eq!(meanings(" , "), []);
    }

    #[test]
    fn only_the_command_line_counts() {
        let answer = "command\0dg1:fe533e9d6666\0command\0\0";
        assert_eq!(scoped(answer).expect("accepted"), ["dg1:fe533e9d6666", ""]);
        for scope in ["local", "global", "system", "worktree"] {
            let error =
                scoped(&format!("{scope}\0dg1:fe533e9d6666\0{answer}")).expect_err("refused");
            assert!(error.to_string().contains(scope), "{error}");
            assert!(error.hint().expect("a hint").contains("--unset-all drizzle-guard.ack"));
        }
    }

    #[test]
    fn asks_git() {
        let scratch = Scratch::new();
        let git_dir = scratch.path(".git");
        assert_eq!(flags(&git_dir, None), Ok(Vec::new()));
        assert_eq!(flags(&git_dir, Some("fe533e9d6666")).map(|flags| flags.len()), Ok(1));
        scratch.git(&["config", FLAG_KEY, "dg1:fe533e9d6666"]);
        assert!(matches!(flags(&git_dir, None), Err(Error::Flag { .. })));
    }

    #[test]
    fn every_use_is_one_line() {
        let scratch = Scratch::new();
        let folder = scratch.path(".git/drizzle-guard");
        let changes = ["dg1:fe533e9d6666".to_owned()];
        let entry = FlagUse {
            at: "2026-11-22T09:10:00Z",
            by: Some("Ana Ruiz <ana@example.com>"),
            remote: Some("origin"),
            refs: &["refs/heads/main".to_owned()],
            head: "abc",
            changes: &changes,
        };
        log(&folder, &entry).expect("writable");
        log(&folder, &entry).expect("writable");
        let text = std::fs::read_to_string(folder.join("log.jsonl")).expect("there");
        assert_eq!(text.lines().count(), 2);
        assert!(text.starts_with("{\"at\":\"2026-11-22T09:10:00Z\",\"by\":\"Ana"), "{text}");
    }
}
