//! Configuration and acknowledgements: what lets a change through.

mod config;
mod date;
mod error;

pub use config::{CONFIG_FILE, Casing, Config, Limits, PreCommit, Profile, ProfileRule};
pub use date::{Date, ParseDateError};
pub use error::Error;
