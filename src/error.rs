//! The edge error: what a command could not do, what to do about it, and the exit code it ends with.

use crate::files::ReadError;
use crate::git;
use crate::origin::Origin;
use crate::policy;
use crate::report::{Report, Verdict};
use crate::schema::snapshot::SnapshotError;

/// The exit codes of every command; a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Exit {
    /// Nothing to stop, or all of it acknowledged.
    Pass = 0,
    /// Blocked: at least one change needs an acknowledgement.
    Blocked = 1,
    /// Usage or configuration error.
    Usage = 2,
    /// The schema could not be read or evaluated: fails closed.
    Unreadable = 3,
}

/// Whose fault it is, and with that the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The command line is wrong.
    Usage,
    /// The configuration, an acknowledgement file or a drizzle config is wrong.
    Config,
    /// Git, a file or a database could not be read.
    Repository,
    /// The schema of the head could not be read or evaluated.
    Schema,
    /// A fault of drizzle-guard itself.
    Internal,
    /// Whoever read our output has gone; nobody is left to tell.
    BrokenPipe,
}

/// What a command could not do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// Whose fault.
    pub kind: ErrorKind,
    /// One sentence fragment, in lower case: "cannot read the index: …".
    pub message: String,
    /// What the user can do, each a sentence or a command.
    pub hints: Vec<String>,
    /// The place it is about, if there is one.
    pub origin: Option<Origin>,
}

impl Exit {
    /// The number.
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// What a report ends with. Where part of the schema could not be evaluated and that stops the
    /// push, no acknowledgement of the rest would let it through: that is said first.
    pub fn of(report: &Report) -> Self {
        match report.verdict {
            Verdict::Pass | Verdict::Warn => Self::Pass,
            Verdict::Block if report.newly_unresolved().next().is_some() => Self::Unreadable,
            Verdict::Block => Self::Blocked,
        }
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

impl Error {
    /// An error of a kind, with neither hints nor a place.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hints: Vec::new(), origin: None }
    }

    /// The command line is wrong.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Usage, message)
    }

    /// The configuration is wrong.
    pub fn config(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Config, message)
    }

    /// Something outside could not be read.
    pub fn repository(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Repository, message)
    }

    /// The schema could not be read.
    pub fn schema(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Schema, message)
    }

    /// A fault of our own.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Internal, message)
    }

    /// The same with one more hint.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// The same with every hint there is.
    pub fn hints(mut self, hints: impl IntoIterator<Item = String>) -> Self {
        self.hints.extend(hints);
        self
    }

    /// The same at a place.
    pub fn at(mut self, origin: Origin) -> Self {
        self.origin = Some(origin);
        self
    }

    /// The exit code it ends with; never [`Exit::Pass`], except when nobody is left to read it.
    pub fn exit(&self) -> Exit {
        match self.kind {
            ErrorKind::Usage | ErrorKind::Config => Exit::Usage,
            ErrorKind::Repository | ErrorKind::Schema | ErrorKind::Internal => Exit::Unreadable,
            ErrorKind::BrokenPipe => Exit::Pass,
        }
    }
}

/// An output that could not be written: a reader that has gone is not a failure of ours, a full disk is.
impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            return Self::new(ErrorKind::BrokenPipe, "the reader of the output has gone");
        }
        Self::repository(format!("cannot write the output: {error}"))
    }
}

/// What git could not give.
impl From<git::Error> for Error {
    fn from(error: git::Error) -> Self {
        Self::repository(error.to_string()).hints(error.hint())
    }
}

/// A snapshot file that is none.
impl From<SnapshotError> for Error {
    fn from(error: SnapshotError) -> Self {
        Self::schema(error.to_string())
    }
}

/// A file of a state that could not be read.
impl From<ReadError> for Error {
    fn from(error: ReadError) -> Self {
        Self::repository(error.to_string()).hints(error.hint)
    }
}

/// A configuration, an acknowledgement file or a flag that says what it may not.
impl From<policy::Error> for Error {
    fn from(error: policy::Error) -> Self {
        let hint = error.hint().map(str::to_owned);
        match error {
            policy::Error::File { origin, why } => Self::config(why).at(origin).hints(hint),
            policy::Error::Flag { why, .. } => Self::usage(why).hints(hint),
            policy::Error::Git(_) => Self::repository(error.to_string()).hints(hint),
            policy::Error::Read(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_exit_code() {
        assert_eq!(Error::usage("x").exit().code(), 2);
        assert_eq!(Error::config("x").exit().code(), 2);
        assert_eq!(Error::repository("x").exit().code(), 3);
        assert_eq!(Error::schema("x").exit().code(), 3);
        assert_eq!(Error::internal("x").exit().code(), 3);
    }

    #[test]
    fn a_gone_reader_is_quiet_and_a_full_disk_is_not() {
        let gone = std::io::Error::from(std::io::ErrorKind::BrokenPipe);
        assert_eq!(Error::from(gone).exit(), Exit::Pass);
        let full = std::io::Error::from(std::io::ErrorKind::StorageFull);
        assert_eq!(Error::from(full).exit(), Exit::Unreadable);
    }

    #[test]
    fn other_rooms_errors_keep_their_place_and_their_hint() {
        let origin = Origin::new("drizzle-guard.toml", 2, 1);
        let error: Error =
            policy::Error::File { origin: origin.clone(), why: "no such profile".into() }.into();
        assert_eq!((error.exit(), error.origin), (Exit::Usage, Some(origin)));
        let error: Error = policy::Error::Flag { why: "all".into(), hint: "dg1:…".into() }.into();
        assert_eq!((error.exit(), error.hints), (Exit::Usage, vec!["dg1:…".to_owned()]));
        let error: Error = git::Error::NoRepository.into();
        assert_eq!((error.exit(), error.hints.len()), (Exit::Unreadable, 1));
        let read = ReadError { path: "a.ts".into(), why: "it is missing".into(), hint: None };
        assert_eq!(Error::from(policy::Error::Read(read)).exit(), Exit::Unreadable);
    }

    #[test]
    fn carries_hints_and_a_place() {
        let error = Error::schema("`pgTable` is called with 1 argument")
            .at(Origin::new("shared/db/schema/funds.ts", 3, 7))
            .hint("give it its columns");
        assert_eq!(error.to_string(), "`pgTable` is called with 1 argument");
        assert_eq!(
            error.origin.map(|at| at.to_string()),
            Some("shared/db/schema/funds.ts:3:7".into())
        );
        assert_eq!(error.hints, ["give it its columns"]);
    }
}
