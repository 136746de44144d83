//! Configuration and acknowledgements: what lets a change through.

mod acknowledgement;
mod config;
mod date;
mod decide;
mod error;
mod facets;
mod fingerprint;
mod flag;
mod receipt;

pub use acknowledgement::{
    ACK_FOLDER, AckFile, Acknowledgement, Draft, SHORT, ack_files, check_reason, digits_of,
};
pub use config::{
    CONFIG_FILE, Config, Limits, PreCommit, Profile, ProfileRule, Receipted, Thresholds,
};
pub use date::{Date, ParseDateError, timestamp};
pub use decide::{
    AcknowledgedBy, Answer, Asked, Circumstances, Consent, Decision, Standing, Verdict, decide,
    plan_digest, survey,
};
pub use error::Error;
pub use fingerprint::{Canonical, Fingerprint, canonical};
pub use flag::{FLAG_KEY, FLAG_VARIABLE, Flag, FlagUse, Meaning, flags, log, parse_flags};
pub use receipt::RECEIPT_FOLDER;
