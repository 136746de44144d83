//! What is different between two schemas, as typed changes.

mod apply;
mod change;
mod compare;
pub mod dependents;
mod invert;
mod names;
mod rename;
mod scope;
mod settle;
pub mod suspect;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub use apply::apply;
pub use change::{Change, ColumnChange, InTable, Kind};
pub use compare::compare;
pub use invert::invert;
pub use names::Names;
pub use rename::{ParseRenameError, Rename, RenameKind};
pub use scope::{Scope, Setting, of_code, of_locations};
