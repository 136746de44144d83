//! The edge error.
