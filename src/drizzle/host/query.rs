//! What a select of the query builder is made of: plain data, printed by `select_text`.

use std::rc::Rc;

use indexmap::IndexMap;

use crate::typescript::Value;

/// What one `select` is made of.
#[derive(Debug, Clone)]
pub(super) struct Query {
    pub(super) with: Vec<Value>,
    pub(super) distinct: Distinct,
    pub(super) fields: IndexMap<Rc<str>, Value>,
    pub(super) table: Value,
    pub(super) joins: Vec<Join>,
    pub(super) condition: Value,
    pub(super) having: Value,
    pub(super) group_by: Vec<Value>,
    pub(super) order_by: Vec<Value>,
    pub(super) limit: Value,
    pub(super) offset: Value,
    pub(super) operations: Vec<SetOperation>,
    /// Fields were chosen, so joins add none.
    pub(super) partial: bool,
    /// What joins call the first table.
    pub(super) table_name: Option<String>,
    /// How many joined tables have a name.
    pub(super) joined_names: usize,
}

/// `distinct` or `distinct on (…)`.
#[derive(Debug, Clone)]
pub(super) enum Distinct {
    No,
    Yes,
    On(Vec<Value>),
}

/// A join.
#[derive(Debug, Clone)]
pub(super) struct Join {
    pub(super) kind: &'static str,
    pub(super) lateral: bool,
    pub(super) table: Value,
    pub(super) alias: Option<String>,
    pub(super) on: Value,
}

/// `union`, `intersect`, `except`.
#[derive(Debug, Clone)]
pub(super) struct SetOperation {
    pub(super) kind: &'static str,
    pub(super) all: bool,
    pub(super) right: Value,
    pub(super) order_by: Vec<Value>,
    pub(super) limit: Value,
    pub(super) offset: Value,
}
