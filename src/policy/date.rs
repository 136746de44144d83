//! Days of the calendar, for acknowledgements that expire.

use std::fmt;
use std::str::FromStr;

/// A day of the Gregorian calendar, ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: i32,
    month: u8,
    day: u8,
}

impl Date {
    /// The day on which a number of seconds after 1970-01-01T00:00:00Z falls, in UTC.
    pub fn from_unix_seconds(seconds: i64) -> Self {
        Self::from_day_number(seconds.div_euclid(86_400))
    }

    /// The day a number of days later (earlier for a negative number).
    pub fn plus_days(self, days: i64) -> Self {
        Self::from_day_number(self.day_number() + days)
    }

    /// How many days `self` is after `other`.
    pub fn days_since(self, other: Self) -> i64 {
        self.day_number() - other.day_number()
    }

    /// Days after 1970-01-01. Years are counted from March, so that the leap day is the last one:
    /// the first day of a month is then a linear function of its number.
    fn day_number(self) -> i64 {
        let (month, day) = (i64::from(self.month), i64::from(self.day));
        let year = i64::from(self.year) - i64::from(month <= 2);
        let from_march = (month + 9) % 12;
        let in_year = (153 * from_march + 2) / 5 + day - 1;
        year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + in_year
            - 719_468
    }

    fn from_day_number(number: i64) -> Self {
        // 400 years have 146,097 days, always.
        let number = number + 719_468;
        let era = number.div_euclid(146_097);
        let in_era = number.rem_euclid(146_097);
        let of_era = (in_era - in_era / 1_460 + in_era / 36_524 - in_era / 146_096) / 365;
        let in_year = in_era - (365 * of_era + of_era / 4 - of_era / 100);
        let from_march = (5 * in_year + 2) / 153;
        let day = in_year - (153 * from_march + 2) / 5 + 1;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        let year = of_era + era * 400 + i64::from(month <= 2);
        Self {
            year: i32::try_from(year).unwrap_or(i32::MAX),
            month: u8::try_from(month).unwrap_or(1),
            day: u8::try_from(day).unwrap_or(1),
        }
    }
}

/// A moment as RFC 3339 writes it, in UTC: `2026-11-22T09:10:00Z`.
pub fn timestamp(unix_seconds: i64) -> String {
    let date = Date::from_unix_seconds(unix_seconds);
    let second = unix_seconds.rem_euclid(86_400);
    let (hour, minute) = (second / 3_600, second / 60 % 60);
    format!("{date}T{hour:02}:{minute:02}:{:02}Z", second % 60)
}

/// Not a day as `2026-11-22`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a date; write it as 2026-11-22")]
pub struct ParseDateError;

impl FromStr for Date {
    type Err = ParseDateError;

    /// Reads `2026-11-22`; a time after it (`T09:10:00Z`) is ignored.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let datetime: toml::value::Datetime = text.parse().map_err(|_| ParseDateError)?;
        let date = datetime.date.ok_or(ParseDateError)?;
        Ok(Self { year: i32::from(date.year), month: date.month, day: date.day })
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn date(text: &str) -> Date {
        text.parse().expect("a date")
    }

    #[test]
    fn counts_over_months_and_leap_days() {
        assert_eq!(date("2026-11-22").plus_days(14), date("2026-12-06"));
        assert_eq!(date("2028-02-28").plus_days(1), date("2028-02-29"));
        assert_eq!(date("2026-02-28").plus_days(1), date("2026-03-01"));
        assert_eq!(date("2000-03-01").days_since(date("2000-02-28")), 2);
        assert_eq!(date("1900-03-01").days_since(date("1900-02-28")), 1);
    }

    #[test]
    fn knows_the_unix_epoch() {
        assert_eq!(Date::from_unix_seconds(0), date("1970-01-01"));
        assert_eq!(Date::from_unix_seconds(-1), date("1969-12-31"));
        assert_eq!(Date::from_unix_seconds(1_795_345_800), date("2026-11-22"));
    }

    #[test]
    fn writes_moments() {
        assert_eq!(timestamp(0), "1970-01-01T00:00:00Z");
        assert_eq!(timestamp(1_795_345_800 + 86_399), "2026-11-23T11:09:59Z");
        assert_eq!(timestamp(-1), "1969-12-31T23:59:59Z");
    }

    #[test]
    fn reads_dates_and_times_only() {
        assert_eq!(date("2026-11-22T09:10:00Z"), date("2026-11-22"));
        for text in ["", "soon", "22.11.2026", "2026-13-01", "2026-02-30", "09:10:00"] {
            assert_eq!(text.parse::<Date>(), Err(ParseDateError), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_day_has_one_number(number in -1_000_000i64..2_000_000) {
            let date = Date::from_day_number(number);
            prop_assert_eq!(date.day_number(), number);
            prop_assert!(Date::from_day_number(number + 1) > date);
        }

        #[test]
        fn reads_what_it_writes(number in 0i64..100_000) {
            let date = Date::from_day_number(number);
            prop_assert_eq!(date.to_string().parse(), Ok(date));
        }
    }
}
