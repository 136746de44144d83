//! What a database said of its own size and use, as plain data: `drizzle-guard stats` writes it, and a
//! check without a database reads it. Holds no rows, no values, no host and no credentials.

mod file;

use std::collections::BTreeMap;

use crate::ident::QualifiedName;

pub use file::{Broken, FILE};

/// The statistics of one database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statistics {
    /// When they were taken, as RFC 3339 in UTC.
    pub taken: String,
    /// The server's version.
    pub postgres: Version,
    /// Since when scans are counted, as RFC 3339 in UTC; `None` when the server does not know.
    pub counting_since: Option<String>,
    /// How many replicas were connected; each counts its own scans.
    pub replicas: u64,
    /// The tables.
    pub tables: BTreeMap<QualifiedName, TableStatistics>,
}

/// The server's version: 15.8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version {
    /// 15.
    pub major: u32,
    /// 8.
    pub minor: u32,
}

/// One table with its partitions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TableStatistics {
    /// The planner's estimate; `None` for a table that was never analysed.
    pub rows: Option<u64>,
    /// What the rows take, with what is stored out of line.
    pub bytes: u64,
    /// What the indexes take.
    pub index_bytes: u64,
    /// The indexes, those of constraints among them.
    pub indexes: BTreeMap<String, IndexStatistics>,
}

/// One index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct IndexStatistics {
    /// What it takes.
    pub bytes: u64,
    /// How often it was scanned; `None` when the server does not count.
    pub scans: Option<u64>,
}

impl Version {
    /// From `server_version_num`.
    pub fn from_number(number: u32) -> Self {
        Self { major: number / 10_000, minor: number % 10_000 }
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

impl Statistics {
    /// The same with every number rounded to two digits, so that a file made of it changes only where
    /// something did. What is not zero does not become zero.
    #[must_use]
    pub fn rounded(mut self) -> Self {
        for table in self.tables.values_mut() {
            table.rows = table.rows.map(round);
            table.bytes = round(table.bytes);
            table.index_bytes = round(table.index_bytes);
            for index in table.indexes.values_mut() {
                index.bytes = round(index.bytes);
                index.scans = index.scans.map(round);
            }
        }
        self
    }
}

/// The nearest number with two digits and zeros after them.
fn round(number: u64) -> u64 {
    let digits = number.checked_ilog10().unwrap_or(0);
    let unit = 10_u64.pow(digits.saturating_sub(1));
    number.saturating_add(unit / 2) / unit * unit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_to_two_digits() {
        let pairs = [
            (0, 0),
            (1, 1),
            (99, 99),
            (100, 100),
            (104, 100),
            (105, 110),
            (999, 1000),
            (8192, 8200),
            (1_249_999, 1_200_000),
            (1_250_000, 1_300_000),
        ];
        for (number, rounded) in pairs {
            assert_eq!(round(number), rounded, "{number}");
        }
        assert_eq!(round(u64::MAX), 18_000_000_000_000_000_000);
    }

    #[test]
    fn reads_a_servers_version() {
        assert_eq!(Version::from_number(150_008).to_string(), "15.8");
        assert_eq!(Version::from_number(120_022).major, 12);
    }
}
