//! GitLab's Code Quality report: a JSON array with one entry a hazard, as its documentation asks
//! (`description`, `check_name`, `fingerprint`, `severity`, `location.path`, `location.lines.begin`).

use std::io;

use serde::Serialize;

use super::words::{self, place};
use super::{Report, Style, json};
use crate::origin::Origin;
use crate::rules::Severity;

/// GitLab shows an entry only at a place; what has none stands in the file that decides.
const NO_PLACE: &str = "drizzle-guard.toml";

#[derive(Serialize)]
struct Entry<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
}

/// Writes every hazard that is not acknowledged, and every place that could not be evaluated.
pub(crate) fn write(report: &Report, _: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let mut entries = Vec::new();
    for change in report.changes.iter().filter(|change| change.acknowledged.is_none()) {
        for hazard in &change.hazards {
            let what = words::title(change);
            entries.push(Entry {
                description: format!("{what}: {}. {}", hazard.message, hazard.effect),
                check_name: hazard.rule,
                fingerprint: words::digest(&[&change.fingerprint, hazard.rule]),
                severity: match hazard.severity {
                    Severity::Dangerous if change.blocks => "blocker",
                    Severity::Dangerous => "critical",
                    Severity::Risky => "major",
                    Severity::Safe => "info",
                },
                location: location(place(&change.location)),
            });
        }
    }
    for place in report.newly_unresolved() {
        entries.push(Entry {
            description: format!("could not be evaluated: {}", place.why),
            check_name: words::UNRESOLVED_RULE,
            fingerprint: words::digest(&[&place.file, &place.why, &place.affects.join(",")]),
            severity: "blocker",
            location: Location { path: &place.file, lines: Lines { begin: place.line } },
        });
    }
    json::write_value(&entries, out)
}

fn location(origin: Option<&Origin>) -> Location<'_> {
    match origin {
        Some(Origin { file, line, .. }) => Location { path: file, lines: Lines { begin: *line } },
        None => Location { path: NO_PLACE, lines: Lines { begin: 1 } },
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    fn written(report: &Report) -> String {
        fixture::written(report, super::super::Format::Gitlab)
    }

    #[test]
    fn one_entry_a_hazard() {
        insta::assert_snapshot!(written(&fixture::blocked()), @r#"
        [
          {
            "description": "drop column public.funds.legacy_code: column `legacy_code` of `public.funds` is dropped. Its values are lost, and every running instance that still selects the column fails with 42703, because Drizzle names all columns.",
            "check_name": "column.drop",
            "fingerprint": "88d60c1f5909edbeca14a3ab589c3da96b6d480b628e2bcc9552d2c122d11794",
            "severity": "blocker",
            "location": {
              "path": "shared/db/schema/funds.ts",
              "lines": {
                "begin": 5
              }
            }
          },
          {
            "description": "create index public.monte_carlo_results.monte_carlo_results_run_idx: an index is built on `public.monte_carlo_results` without CONCURRENTLY. Writes to the table wait until the index is built.",
            "check_name": "index.add",
            "fingerprint": "c3d1e1462b6e14f8490e42f9eb325f5f3152e352bfab746f4a9632603a0392a5",
            "severity": "major",
            "location": {
              "path": "shared/db/schema/results.ts",
              "lines": {
                "begin": 31
              }
            }
          },
          {
            "description": "could not be evaluated: `process.env.DEFAULT_TIER` is only known at run time",
            "check_name": "parse.unknown",
            "fingerprint": "bcc9f487f6c35edbbac56b2d52d7047c82755e539a26d8e616678f037319b641",
            "severity": "blocker",
            "location": {
              "path": "shared/db/schema/scenarios.ts",
              "lines": {
                "begin": 14
              }
            }
          }
        ]
        "#);
    }

    #[test]
    fn nothing_changed_is_an_empty_array() {
        assert_eq!(written(&fixture::unchanged()), "[]\n");
    }

    #[test]
    fn what_has_no_place_still_has_a_path() {
        let mut report = fixture::warned();
        report.changes[0].location = super::super::Location { before: None, after: None };
        assert!(written(&report).contains("\"path\": \"drizzle-guard.toml\""));
    }

    #[test]
    fn a_moved_line_keeps_its_fingerprint() {
        let fingerprint = |report: &Report| {
            let entries: serde_json::Value =
                serde_json::from_str(&written(report)).expect("it is JSON");
            entries[0]["fingerprint"].clone()
        };
        let mut report = fixture::warned();
        let before = fingerprint(&report);
        if let Some(origin) = &mut report.changes[0].location.after {
            origin.line += 7;
        }
        assert_eq!(fingerprint(&report), before);
        report.changes[0].fingerprint = "dg1:other".into();
        assert_ne!(fingerprint(&report), before);
    }
}
