//! The committed file: JSON of version 1, a line for each table and each index, sorted by name.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::{IndexStatistics, Statistics, TableStatistics, Version};
use crate::ident::QualifiedName;

/// Where the file is, from the repository's root.
pub const FILE: &str = ".drizzle-guard/stats.json";

/// The version that is written and read.
const VERSION: u64 = 1;

/// Why a file says nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// Not what `drizzle-guard stats` writes.
    #[error("it cannot be read: {0}")]
    Unreadable(String),
    /// Of another version.
    #[error("it is of version {0}, and this drizzle-guard reads version {VERSION}")]
    Version(u64),
}

/// What every version of the file has.
#[derive(Deserialize)]
struct Versioned {
    version: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "version")]
    _version: u64,
    taken: String,
    postgres: String,
    counting_since: Option<String>,
    replicas: u64,
    tables: Vec<TableEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TableEntry {
    schema: String,
    table: String,
    rows: Option<u64>,
    bytes: u64,
    index_bytes: u64,
    indexes: Vec<IndexEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IndexEntry {
    index: String,
    bytes: u64,
    scans: Option<u64>,
}

impl Statistics {
    /// Reads the text of a file.
    ///
    /// # Errors
    /// When it is no such file, is of another version, or names something twice.
    pub fn parse(text: &str) -> Result<Self, Broken> {
        let unreadable = |error: serde_json::Error| Broken::Unreadable(error.to_string());
        let Versioned { version } = serde_json::from_str(text).map_err(unreadable)?;
        if version != VERSION {
            return Err(Broken::Version(version));
        }
        let file: File = serde_json::from_str(text).map_err(unreadable)?;
        let postgres = parse_version(&file.postgres).ok_or_else(|| {
            Broken::Unreadable(format!("`{}` is no version of PostgreSQL", file.postgres))
        })?;
        let mut tables = BTreeMap::new();
        for it in file.tables {
            let name = QualifiedName::new(it.schema, it.table);
            let table = TableStatistics {
                rows: it.rows,
                bytes: it.bytes,
                index_bytes: it.index_bytes,
                indexes: it
                    .indexes
                    .into_iter()
                    .map(|IndexEntry { index, bytes, scans }| {
                        (index, IndexStatistics { bytes, scans })
                    })
                    .collect(),
            };
            // Of two, nobody knows which is meant.
            if tables.insert(name.clone(), table).is_some() {
                return Err(Broken::Unreadable(format!("{name} is in it twice")));
            }
        }
        let (taken, counting_since) = (file.taken, file.counting_since);
        Ok(Self { taken, postgres, counting_since, replicas: file.replicas, tables })
    }

    /// The text of the file.
    pub fn to_json(&self) -> String {
        let mut text = format!(
            "{{\n  \"version\": {VERSION},\n  \"taken\": {},\n  \"postgres\": {},\n  \"counting_since\": {},\n  \
             \"replicas\": {},\n  \"tables\": [",
            json(self.taken.as_str()),
            json(self.postgres.to_string()),
            json(self.counting_since.as_deref()),
            self.replicas,
        );
        let tables: Vec<String> =
            self.tables.iter().map(|(name, table)| table_entry(name, table)).collect();
        text += &tables.join(",");
        text += if tables.is_empty() { "]\n}\n" } else { "\n  ]\n}\n" };
        text
    }
}

fn table_entry(name: &QualifiedName, table: &TableStatistics) -> String {
    let indexes: Vec<String> = table
        .indexes
        .iter()
        .map(|(name, it)| {
            let (index, scans) = (json(name.as_str()), json(it.scans));
            format!("\n      {{\"index\": {index}, \"bytes\": {}, \"scans\": {scans}}}", it.bytes)
        })
        .collect();
    format!(
        "\n    {{\"schema\": {}, \"table\": {}, \"rows\": {}, \"bytes\": {}, \"index_bytes\": {}, \"indexes\": [{}{}]}}",
        json(name.schema.as_str()),
        json(name.name.as_str()),
        json(table.rows),
        table.bytes,
        table.index_bytes,
        indexes.join(","),
        if indexes.is_empty() { "" } else { "\n    " },
    )
}

/// A value as JSON writes it.
fn json(value: impl Into<Value>) -> String {
    value.into().to_string()
}

/// Reads `15.8`.
fn parse_version(text: &str) -> Option<Version> {
    let (major, minor) = text.split_once('.')?;
    let major = major.parse().ok().filter(|major| (9..=40).contains(major))?;
    Some(Version { major, minor: minor.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statistics() -> Statistics {
        let indexes = BTreeMap::from([
            ("funds_pkey".to_owned(), IndexStatistics { bytes: 16_384, scans: Some(12) }),
            ("funds_by_code".to_owned(), IndexStatistics { bytes: 8_192, scans: None }),
        ]);
        let funds =
            TableStatistics { rows: Some(1_200), bytes: 98_304, index_bytes: 24_576, indexes };
        Statistics {
            taken: "2026-11-20T09:10:00Z".to_owned(),
            postgres: Version { major: 15, minor: 8 },
            counting_since: Some("2026-10-01T00:00:00Z".to_owned()),
            replicas: 0,
            tables: BTreeMap::from([
                (QualifiedName::public("funds"), funds),
                (QualifiedName::new("audit", "\"log"), TableStatistics::default()),
            ]),
        }
    }

    #[test]
    fn a_line_for_each_table_and_index_in_the_order_of_their_names() {
        insta::assert_snapshot!(statistics().to_json(), @r#"
        {
          "version": 1,
          "taken": "2026-11-20T09:10:00Z",
          "postgres": "15.8",
          "counting_since": "2026-10-01T00:00:00Z",
          "replicas": 0,
          "tables": [
            {"schema": "audit", "table": "\"log", "rows": null, "bytes": 0, "index_bytes": 0, "indexes": []},
            {"schema": "public", "table": "funds", "rows": 1200, "bytes": 98304, "index_bytes": 24576, "indexes": [
              {"index": "funds_by_code", "bytes": 8192, "scans": null},
              {"index": "funds_pkey", "bytes": 16384, "scans": 12}
            ]}
          ]
        }
        "#);
    }

    #[test]
    fn what_is_written_is_read() {
        assert_eq!(Statistics::parse(&statistics().to_json()), Ok(statistics()));
        let none = Statistics { tables: BTreeMap::new(), counting_since: None, ..statistics() };
        assert_eq!(Statistics::parse(&none.to_json()), Ok(none));
    }

    fn refused(text: &str) -> String {
        Statistics::parse(text).expect_err("it is broken").to_string()
    }

    #[test]
    fn a_broken_file_says_what_is_wrong() {
        let text = statistics().to_json();
        assert_eq!(
            refused(&text.replace("\"version\": 1", "\"version\": 7")),
            "it is of version 7, and this drizzle-guard reads version 1"
        );
        // Another version may look otherwise.
        assert!(refused("{\"version\": 2}").starts_with("it is of version 2"));
        for broken in ["", "[]", "{", "{\"version\": 1}", "\u{0}", "{\"version\": -1}"] {
            assert!(refused(broken).starts_with("it cannot be read: "), "{broken}");
        }
        for (from, to) in [
            ("\"rows\": 1200", "\"rows\": -1"),
            ("\"rows\": 1200", "\"rows\": 1.5"),
            ("\"rows\": 1200", "\"row\": 1200"),
            ("\"15.8\"", "\"fifteen\""),
            ("\"15.8\"", "\"0.0\""),
            ("\"schema\": \"audit\"", "\"schema\": 3"),
        ] {
            let said = refused(&text.replace(from, to));
            assert!(said.starts_with("it cannot be read: "), "{to}: {said}");
        }
        let twice = text.replace("\"schema\": \"audit\"", "\"schema\": \"public\"");
        let twice = twice.replace("\\\"log", "funds");
        assert_eq!(refused(&twice), "it cannot be read: public.funds is in it twice");
    }
}
