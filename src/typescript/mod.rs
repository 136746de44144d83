//! TypeScript without running it: files → modules → values. Knows no SQL.
//!
//! ```text
//! parse      text → syntax::Module        the only folder that names swc
//! resolve    specifier → file             tsconfig, package.json, workspaces
//! graph      files → modules              loaded on demand, evaluated when a binding is read
//! eval       modules → values             unknown is a value
//! ```

mod builtins;
mod digest;
mod eval;
mod graph;
mod parse;
mod resolve;
pub mod syntax;
mod value;
mod variables;

#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod tests;

pub use eval::function::Function;
pub use eval::{Evaluation, Limits};
pub use graph::Thrown;
pub use parse::{Language, MAX_BYTES, ParseCache, ParseError, parse};
pub use resolve::resolver;
pub use value::{
    Abrupt, Accessor, Context, Entries, Host, HostObject, Known, Native, ObjectCell, Place,
    Unknown, Value,
};

pub use variables::{Absence, Others, Variables};

use crate::files::ReadError;
use crate::origin::Origin;

/// Why a state cannot be evaluated at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A file could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// An entry file does not exist.
    #[error("{path}: the file does not exist")]
    NotFound {
        /// The path asked for.
        path: String,
    },
    /// An entry file is neither TypeScript, JavaScript nor JSON.
    #[error("{path}: the file is not TypeScript, JavaScript or JSON; drizzle-kit cannot load it")]
    NotCode {
        /// The path asked for.
        path: String,
    },
    /// A file cannot be parsed.
    #[error("{origin}: {message}")]
    Syntax {
        /// Where.
        origin: Origin,
        /// A lower-case fragment.
        message: String,
    },
    /// A relative import with nothing behind it.
    #[error("{origin}: `{specifier}` does not exist; drizzle-kit cannot load this file")]
    MissingImport {
        /// Where the specifier stands.
        origin: Origin,
        /// The specifier.
        specifier: String,
    },
    /// An exception: drizzle-kit fails there.
    #[error("{origin}: the program throws: {message}")]
    Throw {
        /// Where.
        origin: Origin,
        /// What was thrown.
        message: String,
    },
    /// A budget of the evaluation is used up.
    #[error("{origin}: the evaluation takes too many resources ({what})")]
    Budget {
        /// Where it was when it stopped.
        origin: Origin,
        /// `steps`, `memory`, `depth of calls`.
        what: &'static str,
    },
    /// The system gave no thread.
    #[error("cannot start a thread for the evaluation: {why}")]
    Thread {
        /// The system's message.
        why: String,
    },
}

/// Stack of the evaluation's thread. Only what is used is ever backed by memory.
const STACK: usize = 512 * 1024 * 1024;

/// Runs `work` on a thread with a stack large enough for the deepest evaluation the limits allow.
pub fn on_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> Result<T, Error> {
    std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().name("evaluation".to_owned()).stack_size(STACK);
        let thread = builder
            .spawn_scoped(scope, work)
            .map_err(|error| Error::Thread { why: error.to_string() })?;
        match thread.join() {
            Ok(result) => Ok(result),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}
