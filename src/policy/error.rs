//! What is wrong with the configuration, an acknowledgement or a flag.

use crate::files::ReadError;
use crate::origin::{LineIndex, Origin};

/// A configuration or usage error: exit code 2, except for [`Error::Read`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A file that says something it may not.
    #[error("{origin}: {why}")]
    File {
        /// The place.
        origin: Origin,
        /// What is wrong there, and what is allowed.
        why: String,
    },
    /// A value of the acknowledgement flag that is no acknowledgement.
    #[error("{why}")]
    Flag {
        /// What is wrong.
        why: String,
        /// What to type instead.
        hint: String,
    },
    /// git could not be asked for the flag.
    #[error("failed to ask git for the acknowledgement flag: {0}")]
    Git(String),
    /// A file of the state could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
}

impl Error {
    /// What the user can do about it.
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::Flag { hint, .. } => Some(hint),
            Self::Read(error) => error.hint.as_deref(),
            Self::File { .. } | Self::Git(_) => None,
        }
    }

    /// The place it is about, if there is one.
    pub fn origin(&self) -> Option<&Origin> {
        match self {
            Self::File { origin, .. } => Some(origin),
            Self::Flag { .. } | Self::Git(_) | Self::Read(_) => None,
        }
    }

    /// An error at a byte offset of a file.
    pub(super) fn at(file: &str, text: &str, offset: usize, why: impl Into<String>) -> Self {
        let offset = u32::try_from(offset).unwrap_or(u32::MAX);
        let (line, column) = LineIndex::new(text).locate(text, offset);
        Self::File { origin: Origin::new(file, line, column), why: why.into() }
    }

    /// What the TOML reader found.
    pub(super) fn toml(file: &str, text: &str, error: &toml::de::Error) -> Self {
        let offset = error.span().map_or(0, |span| span.start);
        // The reader's message may go on with the allowed names on lines of their own.
        let why = error.message().lines().map(str::trim).collect::<Vec<_>>().join(", ");
        Self::at(file, text, offset, why)
    }
}
