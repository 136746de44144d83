//! What is different between two schemas, as typed changes.

mod change;
mod rename;

pub use change::{Change, ColumnChange, InTable, Kind};
pub use rename::{ParseRenameError, Rename, RenameKind};
