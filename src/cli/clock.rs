//! The time of day, read in one place.

use std::time::{SystemTime, UNIX_EPOCH};

use super::environment::Environment;
use crate::policy::{Date, timestamp};

impl Environment {
    /// Seconds since 1970; a clock before that counts as 1970.
    #[expect(clippy::unused_self, reason = "the time is one of the surroundings")]
    pub(crate) fn seconds(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
    }

    /// Today, in UTC.
    pub(crate) fn today(&self) -> Date {
        Date::from_unix_seconds(self.seconds())
    }

    /// Now, as RFC 3339 in UTC.
    pub(crate) fn now(&self) -> String {
        timestamp(self.seconds())
    }
}
