//! What drizzle-kit would do: the statements of `drizzle-kit generate`, to the letter, in its order,
//! faults included.

use crate::schema::Object;

/// One entry of drizzle-kit's `sqlStatements`, with what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// drizzle-kit's own name for it: `alter_table_drop_column`.
    pub kind: &'static str,
    /// The object it is about, named as in the state in which it exists (the head's name after a rename).
    pub object: Object,
    /// The SQL exactly as drizzle-kit prints it, trailing newline and all.
    pub sql: String,
}
