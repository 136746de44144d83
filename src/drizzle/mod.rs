//! Value → Schema: what Drizzle's objects mean for PostgreSQL.
//!
//! ```text
//! locate     drizzle-guard.toml, drizzle.config, defaults → where the schema files are
//! glob       `./db/*.ts` → files, as drizzle-kit finds them
//! host       drizzle-orm's packages as objects of the evaluator
//! serialize  exported objects → Schema, as drizzle-kit makes its snapshot
//! ```
//!
//! The measure is drizzle-kit 0.31 with drizzle-orm 0.45: the schema equals its snapshot, quirks
//! included, and what it refuses is an [`Error`].

mod casing;
mod config;
mod error;
mod evaluate;
mod glob;
mod host;
mod json;
mod locate;
mod migrations;
mod names;
mod read;
mod serialize;
mod version;

pub use casing::Casing;
pub use error::Error;
pub use locate::{Location, Overrides, locate};
pub use migrations::newest_snapshot;
pub use read::{Read, read, read_all};
pub use version::{Generation, Version};

#[cfg(test)]
mod tests;
