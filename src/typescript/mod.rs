//! TypeScript without running it: files → modules → values. Knows no SQL.

mod value;

pub use value::{Abrupt, Context, Host, HostObject, Native, ObjectCell, Unknown, Value};

/// A function written in TypeScript.
#[derive(Debug)]
pub struct Function;
