//! What a change risks. One file a rule; the table *kind of change → rules* is here.

mod rule;

pub use rule::{Context, Evidence, Executor, Finding, Rule, Settings, Severity};
