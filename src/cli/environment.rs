//! The process's surroundings, read once. Nothing else in the crate asks the environment.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use super::args::ColorChoice;
use crate::error::Error;
use crate::policy::FLAG_VARIABLE;

/// What surrounds the process: its variables, its directory, and which streams are terminals.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    variables: BTreeMap<String, String>,
    /// The directory the process was started in.
    pub directory: PathBuf,
    /// The running program's own path; empty when the system does not say.
    pub program: PathBuf,
    /// Which streams are terminals.
    pub terminal: Terminals,
}

/// Which of the two output streams are terminals.
#[derive(Debug, Clone, Copy, Default)]
pub struct Terminals {
    /// Standard output.
    pub stdout: bool,
    /// Standard error.
    pub stderr: bool,
}

/// One of the two output streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

impl Environment {
    /// The surroundings of this process. A variable that is not Unicode does not count as set.
    pub fn of_process() -> Self {
        let unicode = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        Self {
            variables: std::env::vars_os().filter_map(unicode).collect(),
            directory: std::env::current_dir().unwrap_or_else(|_| PathBuf::from(".")),
            program: std::env::current_exe().unwrap_or_default(),
            terminal: Terminals {
                stdout: std::io::stdout().is_terminal(),
                stderr: std::io::stderr().is_terminal(),
            },
        }
    }

    /// Goes to another directory, as `git -C` does before it looks at anything: relative paths of
    /// other arguments, and the repository that is found, start there.
    pub(crate) fn enter(&mut self, directory: &Path) -> Result<(), Error> {
        let at = self.directory.join(directory);
        std::env::set_current_dir(&at)
            .map_err(|error| Error::usage(format!("cannot change to {}: {error}", at.display())))?;
        self.directory = at;
        Ok(())
    }

    /// Surroundings made of these variables, in no terminal.
    pub fn of(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        Self { variables: variables.into_iter().collect(), ..Self::default() }
    }

    /// A variable; an empty one does not count as set.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Whether a stream may carry colours: `--color`, then `NO_COLOR` (no-color.org), then
    /// `TERM=dumb`, then whether it is a terminal.
    pub(crate) fn color(&self, choice: ColorChoice, stream: Stream) -> bool {
        match choice {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => {
                let terminal = match stream {
                    Stream::Stdout => self.terminal.stdout,
                    Stream::Stderr => self.terminal.stderr,
                };
                terminal
                    && self.variable("NO_COLOR").is_none()
                    && self.variable("TERM") != Some("dumb")
            }
        }
    }

    /// The acknowledgement flag for programs that cannot pass `-c`.
    pub fn acknowledgement(&self) -> Option<&str> {
        self.variable(FLAG_VARIABLE)
    }

    /// What pre-commit and prek hand over instead of git's lines: the remote's commit, the pushed one.
    pub fn framework_range(&self) -> Option<(&str, &str)> {
        Some((self.variable("PRE_COMMIT_FROM_REF")?, self.variable("PRE_COMMIT_TO_REF")?))
    }

    /// Where GitHub Actions collects a job's summary.
    pub fn step_summary(&self) -> Option<PathBuf> {
        self.variable("GITHUB_STEP_SUMMARY").map(PathBuf::from)
    }

    /// Whether a stream is a terminal.
    #[cfg(feature = "database")]
    pub(crate) fn is_terminal(&self, stream: Stream) -> bool {
        match stream {
            Stream::Stdout => self.terminal.stdout,
            Stream::Stderr => self.terminal.stderr,
        }
    }

    /// Whether this is a build server: every one known sets `CI`.
    pub fn is_ci(&self) -> bool {
        self.variable("CI").is_some_and(|value| value != "false" && value != "0")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(variables: &[(&str, &str)]) -> Environment {
        Environment::of(variables.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())))
    }

    #[test]
    fn colour_follows_the_flag_then_the_environment_then_the_terminal() {
        let mut env = environment(&[]);
        assert!(!env.color(ColorChoice::Auto, Stream::Stdout));
        assert!(env.color(ColorChoice::Always, Stream::Stdout));
        env.terminal.stdout = true;
        assert!(env.color(ColorChoice::Auto, Stream::Stdout));
        assert!(!env.color(ColorChoice::Auto, Stream::Stderr));
        assert!(!env.color(ColorChoice::Never, Stream::Stdout));
        for (name, value) in [("NO_COLOR", "1"), ("TERM", "dumb")] {
            let mut env = environment(&[(name, value)]);
            env.terminal.stdout = true;
            assert!(!env.color(ColorChoice::Auto, Stream::Stdout), "{name}");
            assert!(env.color(ColorChoice::Always, Stream::Stdout), "{name}");
        }
        let mut env = environment(&[("NO_COLOR", "")]);
        env.terminal.stdout = true;
        assert!(env.color(ColorChoice::Auto, Stream::Stdout));
    }

    #[test]
    fn an_empty_variable_is_not_set() {
        let env = environment(&[("DRIZZLE_GUARD_ACK", "dg1:fe533e9d6666")]);
        assert_eq!(env.acknowledgement(), Some("dg1:fe533e9d6666"));
        assert_eq!(environment(&[("DRIZZLE_GUARD_ACK", "")]).acknowledgement(), None);
    }

    #[test]
    fn a_framework_hands_over_both_ends_or_nothing() {
        let both = environment(&[("PRE_COMMIT_FROM_REF", "a"), ("PRE_COMMIT_TO_REF", "b")]);
        assert_eq!(both.framework_range(), Some(("a", "b")));
        assert_eq!(environment(&[("PRE_COMMIT_TO_REF", "b")]).framework_range(), None);
    }

    #[test]
    fn ci_can_be_denied() {
        assert!(environment(&[("CI", "true")]).is_ci());
        assert!(!environment(&[("CI", "false")]).is_ci());
        assert!(!environment(&[]).is_ci());
    }
}
