//! What a rule's file needs.

pub(super) use super::facts::*;
pub(super) use super::pairs::{self, policy_table, renamed_policy};
pub(super) use super::rule::{Context, Finding, Rule, Severity};
pub(super) use crate::delta::Diff;
pub(super) use crate::diff::{Change, dependents};
pub(super) use crate::ident::QualifiedName;
