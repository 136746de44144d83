//! SARIF 2.1.0 (OASIS), as code scanning reads it: one result a hazard, the rules with their help.

use std::fmt::Write as _;
use std::io;

use indexmap::IndexMap;
use serde_json::{Map, Value, json};

use super::words;
use super::{Hazard, JudgedChange, NoteLevel, Report, Style, Verdict};
use crate::origin::Origin;
use crate::rules::Severity;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/\
    sarif-schema-2.1.0.json";

/// Writes the report as one run.
pub(crate) fn write(report: &Report, _: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let mut rules = IndexMap::new();
    let mut results = Vec::new();
    for change in &report.changes {
        for hazard in &change.hazards {
            let index = index_of(&mut rules, hazard.rule, || rule_of(hazard));
            results.push(result_of(change, hazard, index));
        }
    }
    for place in report.newly_unresolved() {
        let rule = words::UNRESOLVED_RULE;
        let index = index_of(&mut rules, rule, unresolved_rule);
        let origin = Origin::new(place.file.as_str(), place.line, place.column);
        let logical: Vec<Value> =
            place.affects.iter().map(|name| json!({"fullyQualifiedName": name})).collect();
        results.push(json!({
            "ruleId": rule,
            "ruleIndex": index,
            "level": "error",
            "message": {"text": format!("{}; {}", place.why, words::UNRESOLVED_REMEDY)},
            "locations": [location(Some(&origin), logical)],
            "partialFingerprints": {
                "drizzleGuardUnresolved/v1": words::digest(&[&place.file, &place.why]),
            },
        }));
    }
    let notifications: Vec<Value> = report
        .notes
        .iter()
        .map(|note| {
            let level = match note.level {
                NoteLevel::Info => "note",
                NoteLevel::Warning => "warning",
                NoteLevel::Error => "error",
            };
            let hint = note.hint.as_ref().map(|hint| format!(": {hint}")).unwrap_or_default();
            json!({"level": level, "message": {"text": format!("{}{hint}", note.text)}})
        })
        .collect();
    let rules: Vec<Value> = rules.into_values().collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "drizzle-guard",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "invocations": [{
                "executionSuccessful": true,
                "toolExecutionNotifications": notifications,
            }],
            "columnKind": "unicodeCodePoints",
            "results": results,
            "properties": {
                "base": report.base,
                "head": report.head,
                "verdict": report.verdict,
                "blocked": report.verdict == Verdict::Block,
            },
        }],
    });
    super::json::write_value(&log, out)
}

fn index_of(rules: &mut IndexMap<String, Value>, id: &str, rule: impl FnOnce() -> Value) -> usize {
    let entry = rules.entry(id.to_owned());
    let index = entry.index();
    entry.or_insert_with(rule);
    index
}

fn rule_of(hazard: &Hazard) -> Value {
    json!({
        "id": hazard.rule,
        "shortDescription": {"text": hazard.rule},
        "fullDescription": {"text": hazard.effect},
        "help": {
            "text": format!("{}\n\n{}", hazard.effect, hazard.remedy),
            "markdown": format!("{}\n\n**Remedy:** {}", hazard.effect, hazard.remedy),
        },
        "defaultConfiguration": {"level": level(hazard.severity)},
        "properties": {"tags": ["drizzle", "postgresql"]},
    })
}

fn unresolved_rule() -> Value {
    json!({
        "id": words::UNRESOLVED_RULE,
        "shortDescription": {"text": "a part of the schema could not be evaluated"},
        "fullDescription": {"text": "What cannot be evaluated cannot be judged, so it is stopped."},
        "help": {"text": words::UNRESOLVED_REMEDY, "markdown": words::UNRESOLVED_REMEDY},
        "defaultConfiguration": {"level": "error"},
        "properties": {"tags": ["drizzle", "postgresql"]},
    })
}

fn result_of(change: &JudgedChange, hazard: &Hazard, index: usize) -> Value {
    let what = words::title(change);
    let text = format!("{what}: {}. {} {}", hazard.message, hazard.effect, hazard.remedy);
    let logical = || {
        vec![json!({
            "fullyQualifiedName": change.object.to_string(),
            "name": change.object.name,
        })]
    };
    let Places { here, other } = places(change);
    let mut result = Map::new();
    result.insert("ruleId".into(), json!(hazard.rule));
    result.insert("ruleIndex".into(), json!(index));
    result.insert("level".into(), json!(level(hazard.severity)));
    result.insert("message".into(), json!({"text": text}));
    result.insert("locations".into(), json!([location(here, logical())]));
    if let Some(other) = other {
        let mut related = location(Some(other), Vec::new());
        related["message"] = json!({"text": "before the change"});
        result.insert("relatedLocations".into(), json!([related]));
    }
    result.insert(
        "partialFingerprints".into(),
        json!({
            "drizzleGuardChange/v1": change.fingerprint,
            "drizzleGuardHazard/v1": words::digest(&[&change.fingerprint, hazard.rule]),
        }),
    );
    if let Some(by) = &change.acknowledged {
        let why = by.reason.clone().unwrap_or_else(|| by.source.clone());
        let suppression = json!({"kind": "external", "status": "accepted", "justification": why});
        result.insert("suppressions".into(), json!([suppression]));
    }
    result.insert(
        "properties".into(),
        json!({
            "fingerprint": change.fingerprint,
            "kind": change.kind,
            "severity": hazard.severity,
            "statements": change.statements,
            "evidence": hazard.evidence,
        }),
    );
    Value::Object(result)
}

/// The place of a result, and the other one when both states have it.
struct Places<'a> {
    here: Option<&'a Origin>,
    other: Option<&'a Origin>,
}

fn places(change: &JudgedChange) -> Places<'_> {
    match (&change.location.before, &change.location.after) {
        (Some(before), Some(after)) if before != after => {
            Places { here: Some(after), other: Some(before) }
        }
        (before, after) => Places { here: after.as_ref().or(before.as_ref()), other: None },
    }
}

fn location(origin: Option<&Origin>, logical: Vec<Value>) -> Value {
    let mut location = Map::new();
    if let Some(Origin { file, line, column }) = origin {
        location.insert(
            "physicalLocation".into(),
            json!({
                "artifactLocation": {"uri": uri(file), "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": (*line).max(1), "startColumn": (*column).max(1)},
            }),
        );
    }
    if !logical.is_empty() {
        location.insert("logicalLocations".into(), Value::Array(logical));
    }
    Value::Object(location)
}

/// A relative path as a relative URI (RFC 3986): everything but unreserved characters and `/` is
/// percent-encoded.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Dangerous => "error",
        Severity::Risky => "warning",
        Severity::Safe => "note",
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Format, fixture};
    use super::*;

    fn log(report: &Report) -> Value {
        serde_json::from_str(&fixture::written(report, Format::Sarif)).expect("it is JSON")
    }

    fn array<'a>(value: &'a Value, key: &str) -> &'a [Value] {
        value[key].as_array().unwrap_or_else(|| panic!("{key} is an array in {value}"))
    }

    /// What the published schema demands of everything that is written here: required properties,
    /// enumerations, indices that exist, relative URIs, positions from 1.
    fn check(log: &Value) {
        assert_eq!(log["version"], "2.1.0");
        let runs = array(log, "runs");
        assert_eq!(runs.len(), 1);
        let driver = &runs[0]["tool"]["driver"];
        assert!(driver["name"].is_string());
        let rules = array(driver, "rules");
        for rule in rules {
            assert!(rule["id"].is_string() && rule["shortDescription"]["text"].is_string());
            assert!(rule["help"]["text"].is_string() && rule["help"]["markdown"].is_string());
        }
        for result in array(&runs[0], "results") {
            assert!(result["message"]["text"].is_string());
            assert!(["error", "warning", "note"].contains(&result["level"].as_str().unwrap_or("")));
            let index = result["ruleIndex"].as_u64().and_then(|it| usize::try_from(it).ok());
            let rule = index.and_then(|index| rules.get(index)).expect("the rule exists");
            assert_eq!(rule["id"], result["ruleId"]);
            let prints = result["partialFingerprints"].as_object().expect("fingerprints");
            assert!(!prints.is_empty() && prints.values().all(Value::is_string));
            for location in array(result, "locations") {
                let Some(physical) = location.get("physicalLocation") else { continue };
                let uri = physical["artifactLocation"]["uri"].as_str().expect("a URI");
                assert!(!uri.starts_with('/') && uri.is_ascii() && !uri.contains(' '), "{uri}");
                assert!(physical["region"]["startLine"].as_u64() >= Some(1));
                assert!(physical["region"]["startColumn"].as_u64() >= Some(1));
            }
        }
        for invocation in array(&runs[0], "invocations") {
            assert!(invocation["executionSuccessful"].is_boolean());
        }
    }

    #[test]
    fn follows_the_published_schema() {
        check(&log(&fixture::blocked()));
        check(&log(&fixture::unchanged()));
        check(&log(&fixture::many(3)));
    }

    #[test]
    fn a_blocked_push() {
        insta::assert_snapshot!(fixture::written(&fixture::blocked(), Format::Sarif));
    }

    #[test]
    fn an_acknowledged_hazard_is_suppressed() {
        let log = log(&fixture::blocked());
        let results = array(&log["runs"][0], "results");
        let suppressed: Vec<&str> = results
            .iter()
            .filter(|result| result.get("suppressions").is_some())
            .filter_map(|result| result["ruleId"].as_str())
            .collect();
        assert_eq!(suppressed, ["type.silent_loss"]);
    }

    #[test]
    fn paths_are_relative_uris() {
        assert_eq!(uri("shared/db/schema/funds.ts"), "shared/db/schema/funds.ts");
        assert_eq!(uri("shared/db scheme/fönds#1.ts"), "shared/db%20scheme/f%C3%B6nds%231.ts");
    }
}
