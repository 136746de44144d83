//! What was counted in the live database that a change is about, as evidence.

use serde::{Serialize, Serializer};

use super::judge::Judgement;
use super::rule::Severity;

/// One count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Measured {
    /// What was counted.
    pub what: Quantity,
    /// How many, or why nobody knows.
    #[serde(flatten, serialize_with = "count")]
    pub count: Result<u64, String>,
}

/// `{"count": 3}`, or `{"count": null, "why": "…"}`.
fn count<S: Serializer>(count: &Result<u64, String>, serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Written<'a> {
        count: Option<u64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        why: Option<&'a String>,
    }
    Written { count: count.as_ref().ok().copied(), why: count.as_ref().err() }.serialize(serializer)
}

/// What can be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Quantity {
    /// Rows of a table that is dropped.
    RowsDropped,
    /// Values, other than NULL, of a column that is dropped.
    ValuesDropped,
    /// Rows that `TRUNCATE … CASCADE` would take, in all the tables it reaches.
    RowsEmptied,
    /// Rows of a table that gets a NOT NULL column without a value for them.
    RowsWithoutValue,
    /// Rows with NULL where none may be.
    Nulls,
    /// Rows whose key an earlier row has.
    Duplicates,
    /// Rows that refer to nothing.
    Orphans,
    /// Rows that a check refuses.
    Violations,
    /// Values that do not fit into the new type.
    Unconvertible,
    /// Values that the new type changes.
    Altered,
    /// Rows with a label that goes.
    LabelsUsed,
}

impl Quantity {
    /// Whether none of it takes the danger away. What is dropped is missed by code, rows or not.
    const fn is_all_there_is(self) -> bool {
        !matches!(self, Self::RowsDropped | Self::ValuesDropped)
    }

    /// The rules that this count is evidence for.
    pub const fn rules(self) -> &'static [&'static str] {
        match self {
            Self::RowsDropped => &["table.drop"],
            Self::ValuesDropped => &["column.drop"],
            Self::RowsEmptied => &[
                "column.add.not_null_no_default",
                "column.add.serial_identity",
                "column.add.generated_stored",
            ],
            Self::RowsWithoutValue => &["column.add.not_null_no_default", "column.add.app_default"],
            Self::Nulls => &["null.set", "pk.add", "pk.change"],
            Self::Duplicates => &[
                "unique.add",
                "unique.columns_changed",
                "unique.nulls_not_distinct",
                "column.add.inline_unique",
                "type.unique_collapse",
                "pk.add",
                "pk.change",
            ],
            Self::Orphans => &["fk.add", "fk.target_changed", "column.add.inline_fk"],
            Self::Violations => &["check.add", "check.change", "column.add.inline_check"],
            Self::Unconvertible => &["type.can_fail", "type.using_truncation"],
            Self::Altered => &["type.silent_loss"],
            Self::LabelsUsed => &["enum.value.remove"],
        }
    }

    /// What it counts, in words: "rows with NULL".
    pub const fn counts(self) -> &'static str {
        match self {
            Self::RowsDropped => "rows of a table that is dropped",
            Self::ValuesDropped => "values of a column that is dropped",
            Self::RowsEmptied => "rows that TRUNCATE … CASCADE would take",
            Self::RowsWithoutValue => "rows without a value for a new column",
            Self::Nulls => "rows with NULL",
            Self::Duplicates => "rows with a key that another row has",
            Self::Orphans => "rows that refer to nothing",
            Self::Violations => "rows that violate a check",
            Self::Unconvertible => "values that do not fit",
            Self::Altered => "values that would change",
            Self::LabelsUsed => "rows with a label that goes",
        }
    }

    /// The count in words.
    fn says(self, count: u64) -> String {
        let rows = if count == 1 { "1 row".to_owned() } else { format!("{count} rows") };
        let values = if count == 1 { "1 value".to_owned() } else { format!("{count} values") };
        match self {
            Self::RowsDropped => format!("the table has {rows}"),
            Self::ValuesDropped => format!("the column has {values}"),
            Self::RowsEmptied => format!("TRUNCATE … CASCADE would take {rows}"),
            Self::RowsWithoutValue => format!("the table has {rows} without a value for it"),
            Self::Nulls => format!("{rows} with NULL"),
            Self::Duplicates => format!("{rows} with a key that another row has"),
            Self::Orphans if count == 1 => "1 row that refers to nothing".to_owned(),
            Self::Orphans => format!("{rows} that refer to nothing"),
            Self::Violations if count == 1 => "1 row that violates it".to_owned(),
            Self::Violations => format!("{rows} that violate it"),
            Self::Unconvertible if count == 1 => "1 value that does not fit".to_owned(),
            Self::Unconvertible => format!("{values} that do not fit"),
            Self::Altered => format!("{values} that would change"),
            Self::LabelsUsed => format!("{rows} with the label"),
        }
    }
}

impl Measured {
    /// A sentence for people: "counted in the database: 3 rows with NULL".
    pub fn text(&self) -> String {
        match &self.count {
            Ok(count) => format!("counted in the database: {}", self.what.says(*count)),
            Err(why) => {
                format!("not measured ({}): {why}", self.what.says(0).trim_start_matches("0 "))
            }
        }
    }
}

/// Adds what was counted to the findings it is about; a finding of which every count is zero is one
/// class milder, down to risky: rows may come before the push does.
pub fn weigh_measured(judgements: &mut [Judgement], measured: &[Vec<Measured>]) {
    for (judgement, measured) in judgements.iter_mut().zip(measured) {
        for finding in &mut judgement.findings {
            let about = measured.iter().filter(|it| it.what.rules().contains(&finding.rule));
            let mut none = None;
            for it in about {
                finding.evidence.push(it.text());
                if it.what.is_all_there_is() {
                    none = Some(none.unwrap_or(true) && it.count == Ok(0));
                }
            }
            if none == Some(true) && finding.severity == Severity::Dangerous {
                finding.severity = Severity::Risky;
                finding.evidence.push("one class milder, because there are none".to_owned());
            }
        }
        judgement.findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        if !measured.is_empty() {
            let worst = judgement.findings.first().map_or(Severity::Safe, |it| it.severity);
            judgement.severity = worst;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Finding;

    fn judged(count: Result<u64, String>) -> Judgement {
        let rule = crate::rules::ALL.iter().find(|rule| rule.id == "null.set").unwrap();
        let findings: Vec<Finding> = vec![rule.finding("public.funds.name becomes NOT NULL.")];
        let mut all =
            [Judgement { severity: Severity::Dangerous, findings, references: Vec::new() }];
        weigh_measured(&mut all, &[vec![Measured { what: Quantity::Nulls, count }]]);
        let [judgement] = all;
        judgement
    }

    #[test]
    fn none_is_milder_and_said() {
        let none = judged(Ok(0));
        assert_eq!(none.severity, Severity::Risky);
        assert_eq!(none.findings[0].evidence[0], "counted in the database: 0 rows with NULL");
    }

    #[test]
    fn what_is_dropped_is_no_milder_for_being_empty() {
        let rule = crate::rules::ALL.iter().find(|rule| rule.id == "column.drop").unwrap();
        let findings = vec![rule.finding("Column public.funds.name is dropped.")];
        let severity = Severity::Dangerous;
        let mut all = [Judgement { severity, findings, references: Vec::new() }];
        let none = Measured { what: Quantity::ValuesDropped, count: Ok(0) };
        weigh_measured(&mut all, &[vec![none]]);
        assert_eq!(all[0].severity, Severity::Dangerous);
        assert_eq!(
            all[0].findings[0].evidence,
            ["counted in the database: the column has 0 values"]
        );
    }

    #[test]
    fn some_and_unknown_are_not_milder() {
        let some = judged(Ok(1));
        assert_eq!(some.severity, Severity::Dangerous);
        assert_eq!(some.findings[0].evidence, ["counted in the database: 1 row with NULL"]);
        let unknown = judged(Err("it took longer than 5 s".to_owned()));
        assert_eq!(unknown.severity, Severity::Dangerous);
        assert_eq!(
            unknown.findings[0].evidence,
            ["not measured (rows with NULL): it took longer than 5 s"]
        );
    }

    #[test]
    fn every_rule_it_names_exists() {
        use Quantity::{
            Altered, Duplicates, LabelsUsed, Nulls, Orphans, RowsDropped, RowsEmptied,
            RowsWithoutValue, Unconvertible, ValuesDropped, Violations,
        };
        for what in [
            RowsDropped,
            ValuesDropped,
            RowsEmptied,
            RowsWithoutValue,
            Nulls,
            Duplicates,
            Orphans,
            Violations,
            Unconvertible,
            Altered,
            LabelsUsed,
        ] {
            for id in what.rules() {
                assert!(crate::rules::ALL.iter().any(|rule| rule.id == *id), "{id}");
            }
        }
    }

    #[test]
    fn json_says_how_many_or_why_not() {
        let json =
            |count| serde_json::to_string(&Measured { what: Quantity::Nulls, count }).unwrap();
        assert_eq!(json(Ok(3)), r#"{"what":"nulls","count":3}"#);
        assert_eq!(json(Err("late".into())), r#"{"what":"nulls","count":null,"why":"late"}"#);
    }
}
