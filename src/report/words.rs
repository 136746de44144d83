//! The words that several formats share.

use serde_json::Value;

use super::{Counts, JudgedChange, Moment, Report, StateId, Verdict};
use crate::diff::Kind;
use crate::origin::Origin;
use crate::rules::Severity;

/// A kind as the interface spells it: `drop_column`.
pub fn kind_name(kind: Kind) -> String {
    kind.name()
}

/// A kind for people: "drop column", "enable row-level security".
pub fn kind_words(kind: Kind) -> String {
    kind.words()
}

/// What a change is, for people: "drop column public.funds.region". What is no change of the schema
/// is named after what it is about.
pub(crate) fn title(change: &JudgedChange) -> String {
    format!("{}{}", verb(change.kind), change.object)
}

/// What stands before the object in a title: "drop column ".
pub(crate) fn verb(kind: Kind) -> String {
    if kind == Kind::ScopeChange { String::new() } else { format!("{} ", kind_words(kind)) }
}

/// `dg1:` and the first 12 digits.
pub fn short_fingerprint(fingerprint: &str) -> &str {
    let end = fingerprint.find(':').map_or(0, |colon| colon + 1) + 12;
    fingerprint.get(..end).unwrap_or(fingerprint)
}

/// The severity as the text format heads a change with it.
pub(crate) fn severity_label(severity: Severity) -> &'static str {
    match severity {
        Severity::Dangerous => "DANGEROUS",
        Severity::Risky => "RISKY",
        Severity::Safe => "safe",
    }
}

/// The severity inside a sentence.
pub fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Dangerous => "dangerous",
        Severity::Risky => "risky",
        Severity::Safe => "safe",
    }
}

/// `HEAD (3f2a91c04d1e)`; the id is left out when the state already is that id, or has none.
pub(crate) fn state(state: &StateId) -> String {
    let id = shorten(&state.id);
    let name = shorten(&state.state);
    if id.is_empty() || id == name { name } else { format!("{name} ({id})") }
}

/// An oid or a digest cut to 12 digits; everything else as it is.
pub(crate) fn shorten(id: &str) -> String {
    let is_hex = id.len() >= 40 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hex { id.chars().take(12).collect() } else { id.to_owned() }
}

/// "1 change", "2 changes".
pub(crate) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// "1 dangerous, 2 risky, 3 safe changes".
pub(crate) fn tally(counts: Counts) -> String {
    let Counts { dangerous, risky, safe } = counts;
    let parts = [(dangerous, "dangerous"), (risky, "risky"), (safe, "safe")];
    let parts: Vec<String> =
        parts.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}")).collect();
    match dangerous + risky + safe {
        0 => "no schema changes".to_owned(),
        1 => format!("{} change", parts.join(", ")),
        _ => format!("{} changes", parts.join(", ")),
    }
}

/// The outcome in one sentence, the same in every format.
pub(crate) fn verdict(report: &Report) -> String {
    let unresolved = report.newly_unresolved().count();
    let blocking = report.blocking().count();
    let tally = tally(report.counts());
    match report.verdict {
        Verdict::Pass => format!("PASSED: {tally}"),
        Verdict::Warn => format!("PASSED WITH WARNINGS: {tally}"),
        Verdict::Block => {
            let mut reasons = Vec::new();
            if blocking > 0 {
                let needs = if blocking == 1 { "needs" } else { "need" };
                let changes = count(blocking, "change", "changes");
                reasons.push(format!("{changes} {needs} an acknowledgement"));
            }
            if unresolved > 0 {
                let places = count(unresolved, "place", "places");
                reasons.push(format!("{places} could not be evaluated"));
            }
            if reasons.is_empty() {
                reasons.push(tally);
            }
            let reasons = reasons.join(", ");
            match report.moment {
                Moment::Decides => format!("BLOCKED: {reasons}"),
                Moment::Announces => {
                    format!("the commit goes through, but a push would be BLOCKED: {reasons}")
                }
            }
        }
    }
}

/// What an altered object was and is, facet by facet: `type: numeric(20, 6) -> numeric(20, 2)`.
/// Nothing for what is created or dropped.
pub(crate) fn changed_facets(change: &JudgedChange) -> Vec<String> {
    let (Value::Object(before), Value::Object(after)) = (&change.before, &change.after) else {
        return Vec::new();
    };
    let added = after.keys().filter(|key| !before.contains_key(*key));
    let facet = |facets: &serde_json::Map<String, Value>, key: &str| match facets.get(key) {
        None | Some(Value::Null) => "none".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
    };
    before
        .keys()
        .chain(added)
        .filter(|key| before.get(*key) != after.get(*key))
        .map(|key| format!("{key}: {} -> {}", facet(before, key), facet(after, key)))
        .collect()
}

/// The rule a place that could not be evaluated is reported under where a format wants one.
pub(crate) const UNRESOLVED_RULE: &str = "parse.unknown";

/// A digest of several texts: what stays the same when a line moves.
pub(crate) fn digest(parts: &[&str]) -> String {
    crate::files::digest(parts.join("\n").as_bytes()).to_string()
}

/// What somebody can do about a place that could not be evaluated, in general.
pub const UNRESOLVED_REMEDY: &str = "write the value out in the schema file, or import it from a file \
    of this repository where it is a literal; an environment variable is stated under [env] in \
    drizzle-guard.toml";

/// The place people open: where it stands now, else where it stood.
pub(crate) fn place(location: &super::Location) -> Option<&Origin> {
    location.after.as_ref().or(location.before.as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_read_as_words() {
        assert_eq!(kind_name(Kind::ReorderEnumValues), "reorder_enum_values");
        assert_eq!(kind_words(Kind::DropColumn), "drop column");
        assert_eq!(kind_words(Kind::DisableRls), "disable row-level security");
    }

    #[test]
    fn fingerprints_are_cut_to_twelve_digits() {
        let full = "dg1:fe533e9d66669b4cbf9f1718bca1a16c826ee7e42c71c45b9bd3ddc015746cec";
        assert_eq!(short_fingerprint(full), "dg1:fe533e9d6666");
        assert_eq!(short_fingerprint("dg1:fe5"), "dg1:fe5");
    }

    #[test]
    fn states_name_their_id_once() {
        let oid = "3f2a91c04d1eaa00bb11cc22dd33ee44ff550066";
        let written =
            |name: &str, id: &str| state(&StateId { state: name.to_owned(), id: id.to_owned() });
        assert_eq!(written("HEAD", oid), "HEAD (3f2a91c04d1e)");
        assert_eq!(written(oid, oid), "3f2a91c04d1e");
        assert_eq!(written(":empty", ""), ":empty");
    }

    #[test]
    fn a_commit_that_goes_through_is_not_called_blocked() {
        let mut report = super::super::fixture::blocked();
        report.unresolved.clear();
        assert_eq!(verdict(&report), "BLOCKED: 1 change needs an acknowledgement");
        report.moment = Moment::Announces;
        assert_eq!(
            verdict(&report),
            "the commit goes through, but a push would be BLOCKED: 1 change needs an \
             acknowledgement"
        );
    }

    #[test]
    fn facets_say_what_was_and_is() {
        let mut change = super::super::fixture::dropped_column();
        assert_eq!(changed_facets(&change), Vec::<String>::new());
        change.before = serde_json::json!({"type": "text", "notNull": true, "default": "'x'"});
        change.after = serde_json::json!({"type": "text", "notNull": false, "unique": true});
        assert_eq!(
            changed_facets(&change),
            ["notNull: true -> false", "default: 'x' -> none", "unique: none -> true"]
        );
    }

    #[test]
    fn tallies_name_only_what_there_is() {
        let counts = |dangerous, risky, safe| tally(Counts { dangerous, risky, safe });
        assert_eq!(counts(0, 0, 0), "no schema changes");
        assert_eq!(counts(1, 0, 0), "1 dangerous change");
        assert_eq!(counts(2, 0, 3), "2 dangerous, 3 safe changes");
    }
}
