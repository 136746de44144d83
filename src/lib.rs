//! drizzle-guard judges the change of a Drizzle schema before it reaches PostgreSQL.
//!
//! ```text
//!  a commit, the index, the worktree, a snapshot file, a live database      (states)
//!                              │
//!  git         Files           │  an immutable set of files
//!                              ▼
//!  typescript  Module → Graph → Value     swc's tree → imports → static evaluation; knows no SQL
//!                              ▼
//!  drizzle     Value → Schema             pgTable, columns, constraints … as PostgreSQL objects
//!                              ▼
//!  schema      Diff<Schema>               the model: pure data
//!                              ▼
//!  diff        Vec<Change>                what is different
//!                              ▼
//!  migrations  Vec<Event>                 what drizzle-kit's folder says beside it
//!                 ┌────────────┼────────────┐
//!  rules  Finding       kit  Statement      plan  Plan
//!                 └────────────┼────────────┘
//!  policy      Verdict                    configuration and acknowledgements
//!                              ▼
//!  report      text · json · sarif · …    bytes on a writer
//! ```
//!
//! A module uses only modules above it in this list; `tests/layering.rs` holds them to it. The file
//! to open first is `check`.

pub mod delta;
pub mod files;
pub mod ident;
pub mod number;
pub mod origin;

pub mod git;
pub mod typescript;

pub mod schema;

pub mod drizzle;

pub mod diff;

pub mod postgres;

pub mod statistics;

pub mod kit;

pub mod codebase;

pub mod migrations;

pub mod rules;

pub mod plan;

pub mod policy;

pub mod report;

pub mod error;

pub mod check;

pub mod database;

pub mod cli;
