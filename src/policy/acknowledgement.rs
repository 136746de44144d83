//! Acknowledgements: one committed file each, `.drizzle-guard/acks/<12 hex>.toml`.
//!
//! A file rather than a line in a ledger, so that two branches that both acknowledge something merge
//! without a conflict; committed rather than typed, so that it survives amend, rebase, squash and
//! cherry-pick, and reviewers and CI see it.

use std::fmt::Write as _;
use std::sync::Arc;

use serde::Deserialize;
use toml::Spanned;

use super::config::Limits;
use super::date::{Date, timestamp};
use super::error::Error;
use crate::files::{EntryKind, Files};
use crate::rules::Severity;

/// The folder of the acknowledgement files.
pub const ACK_FOLDER: &str = ".drizzle-guard/acks";

/// What every fingerprint starts with.
const PREFIX: &str = "dg1:";

/// How many hexadecimal digits a fingerprint has.
const DIGITS: usize = 64;

/// How many of them are shown, and needed at least to name a change.
pub const SHORT: usize = 12;

/// One change that somebody said yes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acknowledgement {
    /// The change's fingerprint, `dg1:` and 64 digits.
    pub change: String,
    /// The change in words, for the reviewer.
    pub summary: String,
    /// The hazards that were seen.
    pub rules: Vec<String>,
    /// The severity that was seen.
    pub severity: Severity,
    /// Who said yes: `Name <mail>`.
    pub by: String,
    /// When, RFC 3339.
    pub at: String,
    /// The last day on which it holds.
    pub expires: Date,
    /// Why.
    pub reason: String,
    /// Where the drafted migration is, if it was kept.
    pub plan: Option<String>,
    /// Where the data was copied to, if it was.
    pub backup: Option<String>,
    /// Who else said yes: `Name <mail>` each.
    pub approvals: Vec<String>,
    /// Where the decision is written down.
    pub decision: Option<String>,
}

/// An acknowledgement file of a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AckFile {
    /// Its path from the repository's root.
    pub path: String,
    /// Its blob id.
    pub id: Arc<str>,
    /// Its text.
    text: String,
}

/// The acknowledgement files of a state, in the order of their names.
pub fn ack_files(files: &dyn Files) -> Result<Vec<AckFile>, Error> {
    let mut found = Vec::new();
    for entry in files.list(ACK_FOLDER)?.unwrap_or_default() {
        let is_toml = std::path::Path::new(&entry.name).extension().is_some_and(|it| it == "toml");
        if entry.kind != EntryKind::File || !is_toml {
            continue;
        }
        let path = format!("{ACK_FOLDER}/{}", entry.name);
        let Some(blob) = files.read(&path)? else { continue };
        let text = String::from_utf8_lossy(&blob.bytes).into_owned();
        found.push(AckFile { path, id: blob.id, text });
    }
    Ok(found)
}

impl AckFile {
    /// Reads the file.
    pub fn parse(&self) -> Result<Acknowledgement, Error> {
        Acknowledgement::parse(&self.path, &self.text)
    }
}

/// What somebody says yes to, before it is dated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft<'a> {
    /// The change's fingerprint, `dg1:` and 64 digits.
    pub change: &'a str,
    /// The change in words.
    pub summary: String,
    /// The rules of its hazards, without those that are only `safe`.
    pub rules: Vec<String>,
    /// The worst of its hazards.
    pub severity: Severity,
    /// Who says yes: `Name <mail>`.
    pub by: &'a str,
    /// Why.
    pub reason: &'a str,
}

impl Acknowledgement {
    /// An acknowledgement made at a moment, which holds as long as the configuration says; why not,
    /// when the reason is none.
    pub fn draft(draft: Draft<'_>, unix_seconds: i64, limits: Limits) -> Result<Self, String> {
        check_reason(draft.reason)?;
        let today = Date::from_unix_seconds(unix_seconds);
        Ok(Self {
            change: draft.change.to_owned(),
            summary: draft.summary,
            rules: draft.rules,
            severity: draft.severity,
            by: draft.by.to_owned(),
            at: timestamp(unix_seconds),
            expires: today.plus_days(i64::from(limits.default_days)),
            reason: draft.reason.trim().to_owned(),
            plan: None,
            backup: None,
            approvals: Vec::new(),
            decision: None,
        })
    }

    /// Where the acknowledgement of a change belongs.
    pub fn path_of(fingerprint: &str) -> String {
        let digits = fingerprint.strip_prefix(PREFIX).unwrap_or(fingerprint);
        format!("{ACK_FOLDER}/{}.toml", digits.get(..SHORT).unwrap_or(digits))
    }

    /// Reads the text of an acknowledgement file. Every key but `plan`, `backup`, `approvals` and
    /// `decision` must be there, and nothing else; the name must be that of the change.
    pub fn parse(path: &str, text: &str) -> Result<Self, Error> {
        let raw: Raw = toml::from_str(text).map_err(|error| Error::toml(path, text, &error))?;
        let wrong = |offset: usize, why: String| Error::at(path, text, offset, why);
        if *raw.version.get_ref() != 1 {
            let why = "`version` is not 1: a newer drizzle-guard wrote this file".to_owned();
            return Err(wrong(raw.version.span().start, why));
        }
        let change = raw.change.get_ref();
        let digits = match change.strip_prefix(PREFIX) {
            Some(digits) if is_lower_hex(digits) && digits.len() == DIGITS => digits,
            _ => {
                let why = "`change` is a whole fingerprint: `dg1:` and 64 hexadecimal digits";
                return Err(wrong(raw.change.span().start, why.to_owned()));
            }
        };
        if !is_named_for(path, digits) {
            let right = Self::path_of(change);
            let why = format!("the acknowledgement of {change} belongs into {right}");
            return Err(wrong(raw.change.span().start, why));
        }
        if let Err(why) = check_reason(raw.reason.get_ref()) {
            return Err(wrong(raw.reason.span().start, why));
        }
        if raw.by.get_ref().trim().is_empty() {
            return Err(wrong(raw.by.span().start, "`by` is empty".to_owned()));
        }
        let day = |value: &Spanned<toml::Value>, name: &str| {
            let text = match value.get_ref() {
                toml::Value::String(text) => text.clone(),
                toml::Value::Datetime(datetime) => datetime.to_string(),
                _ => String::new(),
            };
            let why =
                |_| wrong(value.span().start, format!("`{name}` is a date, e.g. \"2026-12-06\""));
            text.parse::<Date>().map(|date| (text, date)).map_err(why)
        };
        let (at, _) = day(&raw.at, "at")?;
        let (_, expires) = day(&raw.expires, "expires")?;
        Ok(Self {
            at,
            expires,
            change: raw.change.into_inner(),
            summary: raw.summary,
            rules: raw.rules,
            severity: raw.severity,
            by: raw.by.into_inner(),
            reason: raw.reason.into_inner(),
            plan: raw.plan,
            backup: raw.backup,
            approvals: raw.approvals,
            decision: raw.decision,
        })
    }

    /// The file's text; [`Acknowledgement::parse`] reads it back.
    pub fn to_toml(&self) -> String {
        let string = |text: &str| toml::Value::from(text).to_string();
        let array = |texts: &[String]| {
            let texts: Vec<String> = texts.iter().map(|text| string(text)).collect();
            format!("[{}]", texts.join(", "))
        };
        let severity = match self.severity {
            Severity::Safe => "safe",
            Severity::Risky => "risky",
            Severity::Dangerous => "dangerous",
        };
        let mut rows = vec![
            ("version", "1".to_owned()),
            ("change", string(&self.change)),
            ("summary", string(&self.summary)),
            ("rules", array(&self.rules)),
            ("severity", string(severity)),
            ("by", string(&self.by)),
            ("at", string(&self.at)),
            ("expires", string(&self.expires.to_string())),
            ("reason", string(&self.reason)),
        ];
        for (key, value) in
            [("plan", &self.plan), ("backup", &self.backup), ("decision", &self.decision)]
        {
            rows.extend(value.as_ref().map(|value| (key, string(value))));
        }
        if !self.approvals.is_empty() {
            rows.push(("approvals", array(&self.approvals)));
        }
        let mut text = String::new();
        for (key, value) in rows {
            // Writing to a string does not fail.
            let _ = writeln!(text, "{key:<9} = {value}");
        }
        text
    }

    /// Why it does not hold on a day, whatever it is for; `None` when it does.
    pub fn outdated(&self, today: Date, limits: Limits) -> Option<String> {
        if today > self.expires {
            return Some(format!("it expired on {}", self.expires));
        }
        let at: Date = self.at.parse().ok()?;
        // The clocks of two machines, and their time zones, may differ by a day.
        if at.days_since(today) > 1 {
            return Some(format!("it is from the future ({at})"));
        }
        let days = self.expires.days_since(at);
        let most = i64::from(limits.max_days);
        (days > most).then(|| format!("it holds for {days} days, and {most} are allowed"))
    }

    /// Who approved besides the author.
    pub fn other_approvals(&self) -> impl Iterator<Item = &str> {
        let author = person(&self.by);
        let others = self.approvals.iter().filter(move |it| {
            let it = person(it);
            !it.is_empty() && it != author
        });
        others.map(String::as_str)
    }
}

/// What identifies a person: the mail address, else the name.
fn person(text: &str) -> String {
    let mail =
        text.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(mail, _)| mail);
    mail.unwrap_or(text).trim().to_lowercase()
}

/// Why a reason is none: it is missing, or says nothing that a reviewer could judge.
pub fn check_reason(reason: &str) -> Result<(), String> {
    /// Letters that a sentence has at least; a script of syllables or words needs half of them.
    const LEAST_LETTERS: usize = 8;
    /// Different ones among them.
    const LEAST_DIFFERENT: usize = 4;
    /// Words that stand where a reason should be.
    const EMPTY_WORDS: &[&str] = &[
        "a",
        "ack",
        "acknowledge",
        "acknowledged",
        "and",
        "asap",
        "bar",
        "because",
        "can",
        "change",
        "cleanup",
        "fine",
        "fix",
        "fixme",
        "foo",
        "go",
        "good",
        "i",
        "intended",
        "is",
        "it",
        "just",
        "know",
        "later",
        "lgtm",
        "me",
        "n",
        "na",
        "needed",
        "no",
        "none",
        "ok",
        "okay",
        "on",
        "please",
        "reason",
        "reasons",
        "says",
        "so",
        "some",
        "sure",
        "tbd",
        "temp",
        "test",
        "testing",
        "that",
        "the",
        "this",
        "tmp",
        "to",
        "todo",
        "trust",
        "want",
        "whatever",
        "why",
        "wip",
        "works",
        "xxx",
        "yes",
        "meant",
    ];
    let say = "`reason` is what a reviewer needs to judge the change, e.g. \"unused since v4.2, \
               readers removed in #812\"";
    let letters: Vec<char> = reason.chars().filter(|c| c.is_alphabetic()).collect();
    let weight: usize = letters.iter().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
    let mut different = letters.clone();
    different.sort_unstable();
    different.dedup();
    let mut words = reason
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase);
    let enough = weight >= LEAST_LETTERS && different.len() >= LEAST_DIFFERENT;
    if enough && words.any(|word| !EMPTY_WORDS.contains(&word.as_str())) {
        Ok(())
    } else {
        Err(format!("{say}; {reason:?} says nothing"))
    }
}

/// Whether a file's name is that of a change: 12 or more of its digits, with the `dg1-` that older
/// versions wrote or without.
fn is_named_for(path: &str, digits: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.strip_suffix(".toml").unwrap_or(name);
    let stem = stem.strip_prefix("dg1-").unwrap_or(stem);
    stem.len() >= SHORT && digits.starts_with(stem)
}

fn is_lower_hex(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// The digits of a name for a change: `dg1:fe533e9d6666` or `fe533e9d6666`, 12 digits or more.
pub fn digits_of(text: &str) -> Option<String> {
    let digits = text.strip_prefix(PREFIX).unwrap_or(text).to_ascii_lowercase();
    let length = (SHORT..=DIGITS).contains(&digits.len());
    (length && is_lower_hex(&digits)).then_some(digits)
}

/// The changes of some that a name means, as their places.
pub(super) fn named<'a>(
    digits: &str,
    fingerprints: impl IntoIterator<Item = &'a str>,
) -> Vec<usize> {
    let means = |fingerprint: &str| {
        fingerprint.strip_prefix(PREFIX).is_some_and(|whole| whole.starts_with(digits))
    };
    let places = fingerprints.into_iter().enumerate();
    places.filter(|(_, fingerprint)| means(fingerprint)).map(|(at, _)| at).collect()
}

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    version: Spanned<u32>,
    change: Spanned<String>,
    summary: String,
    rules: Vec<String>,
    severity: Severity,
    by: Spanned<String>,
    at: Spanned<toml::Value>,
    expires: Spanned<toml::Value>,
    reason: Spanned<String>,
    plan: Option<String>,
    backup: Option<String>,
    #[serde(default)]
    approvals: Vec<String>,
    decision: Option<String>,
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::files::MemoryFiles;

    pub(crate) fn sample() -> Acknowledgement {
        Acknowledgement {
            change: format!("dg1:fe533e9d6666{}", "0".repeat(52)),
            summary: "column.drop public.funds.legacy_code text".to_owned(),
            rules: vec!["column.drop".to_owned()],
            severity: Severity::Dangerous,
            by: "Ana Ruiz <ana@example.com>".to_owned(),
            at: "2026-11-22T09:10:00Z".to_owned(),
            expires: "2026-12-06".parse().expect("a date"),
            reason: "unused since v4.2, \"readers\" removed in #812".to_owned(),
            plan: None,
            backup: None,
            approvals: Vec::new(),
            decision: None,
        }
    }

    const PATH: &str = ".drizzle-guard/acks/fe533e9d6666.toml";

    #[test]
    fn reads_what_it_writes() {
        let mut full = sample();
        full.plan = Some(".drizzle-guard/plans/fe533e9d6666/".to_owned());
        full.backup = Some("drizzle_guard.bk_fe533e9d_funds_legacy_code".to_owned());
        full.approvals = vec!["Bo Lind <bo@example.com>".to_owned()];
        full.decision = Some("DECISIONS.md#drop-legacy-code".to_owned());
        for ack in [sample(), full] {
            assert_eq!(Acknowledgement::path_of(&ack.change), PATH);
            assert_eq!(Acknowledgement::parse(PATH, &ack.to_toml()), Ok(ack));
        }
    }

    #[test]
    fn a_draft_is_dated() {
        let whole = sample();
        let draft = Draft {
            change: &whole.change,
            summary: whole.summary.clone(),
            rules: whole.rules.clone(),
            severity: whole.severity,
            by: &whole.by,
            reason: &whole.reason,
        };
        let made = Acknowledgement::draft(draft.clone(), 1_795_338_600, Limits::default());
        assert_eq!(made, Ok(sample()));
        let empty = Acknowledgement::draft(Draft { reason: "todo", ..draft }, 0, Limits::default());
        assert!(empty.is_err());
    }

    #[test]
    fn the_file_reads_well() {
        insta::assert_snapshot!(sample().to_toml(), @r#"
        version   = 1
        change    = "dg1:fe533e9d66660000000000000000000000000000000000000000000000000000"
        summary   = "column.drop public.funds.legacy_code text"
        rules     = ["column.drop"]
        severity  = "dangerous"
        by        = "Ana Ruiz <ana@example.com>"
        at        = "2026-11-22T09:10:00Z"
        expires   = "2026-12-06"
        reason    = 'unused since v4.2, "readers" removed in #812'
        "#);
    }

    #[test]
    fn toml_dates_are_dates_too() {
        let text = sample().to_toml().replace("\"2026-12-06\"", "2026-12-06");
        assert_eq!(Acknowledgement::parse(PATH, &text), Ok(sample()));
    }

    #[test]
    fn the_older_name_is_read() {
        let text = sample().to_toml();
        for name in ["dg1-fe533e9d6666.toml", "fe533e9d666600.toml"] {
            let path = format!("{ACK_FOLDER}/{name}");
            assert!(Acknowledgement::parse(&path, &text).is_ok(), "{path}");
        }
    }

    #[test]
    fn errors_name_the_line() {
        let good = sample().to_toml();
        for (from, to, line, word) in [
            ("version   = 1", "version   = 2", 1, "newer"),
            ("6660000", "666000", 2, "64 hexadecimal"),
            ("dg1:fe5", "dg1:FE5", 2, "64 hexadecimal"),
            ("dg1:fe5", "dg1:ae5", 2, "belongs into .drizzle-guard/acks/ae533e9d6666.toml"),
            ("\"dangerous\"", "\"bad\"", 5, "risky"),
            ("2026-12-06", "soon", 8, "is a date"),
            ("'unused since v4.2, \"readers\" removed in #812'", "\"todo\"", 9, "`reason`"),
            ("reason  ", "cause", 9, "unknown field `cause`"),
            ("Ana Ruiz <ana@example.com>", " ", 6, "`by` is empty"),
        ] {
            let text = good.replace(from, to);
            assert_ne!(text, good);
            let error = Acknowledgement::parse(PATH, &text).expect_err("refused").to_string();
            assert!(error.starts_with(&format!("{PATH}:{line}:")), "{error}");
            assert!(error.contains(word), "{error}");
        }
        let error = Acknowledgement::parse(PATH, "version = 1\n").expect_err("refused").to_string();
        assert!(error.contains("missing field"), "{error}");
    }

    #[test]
    fn a_reason_is_a_reason() {
        for reason in [
            "unused since v4.2, readers removed in #812",
            "never written by any release",
            "moved to scenarios",
            "no rows in production",
            "已迁移到新表",
        ] {
            assert_eq!(check_reason(reason), Ok(()), "{reason}");
        }
        for reason in [
            "",
            " ",
            "-",
            "x",
            "todo",
            "because",
            "TODO: fixme later",
            "ok ok ok ok ok",
            "xxxxxxxxxx",
            "1234567890",
            "just testing",
            "I want to",
        ] {
            assert!(check_reason(reason).is_err(), "{reason}");
        }
    }

    #[test]
    fn holds_until_it_expires() {
        let day = |text: &str| text.parse::<Date>().expect("a date");
        let outdated = |ack: &Acknowledgement, today| ack.outdated(day(today), Limits::default());
        let ack = sample();
        assert_eq!(outdated(&ack, "2026-11-22"), None);
        assert_eq!(outdated(&ack, "2026-12-06"), None);
        assert_eq!(outdated(&ack, "2026-11-21"), None);
        assert_eq!(outdated(&ack, "2026-12-07").as_deref(), Some("it expired on 2026-12-06"));
        assert!(outdated(&ack, "2026-11-20").is_some(), "written in the future");
        let long = Acknowledgement { expires: day("2026-12-23"), ..sample() };
        let why = outdated(&long, "2026-11-22");
        assert_eq!(why.as_deref(), Some("it holds for 31 days, and 30 are allowed"));
    }

    #[test]
    fn approvals_are_other_people() {
        let approvals = ["ANA RUIZ <Ana@Example.com>", " ", "Bo Lind <bo@example.com>"];
        let ack = Acknowledgement { approvals: approvals.map(str::to_owned).into(), ..sample() };
        assert_eq!(ack.other_approvals().collect::<Vec<_>>(), ["Bo Lind <bo@example.com>"]);
    }

    #[test]
    fn only_toml_files_are_acknowledgements() {
        let text = sample().to_toml();
        let files = MemoryFiles::new([
            (PATH, text.as_str()),
            (".drizzle-guard/acks/README.md", "about"),
            (".drizzle-guard/acks/old/fe533e9d6666.toml", "deeper"),
        ]);
        let found = ack_files(&files).expect("readable");
        assert_eq!(found.iter().map(|file| file.path.as_str()).collect::<Vec<_>>(), [PATH]);
        assert_eq!(found[0].parse(), Ok(sample()));
        assert_eq!(ack_files(&MemoryFiles::default()), Ok(Vec::new()));
    }

    #[test]
    fn names_are_twelve_digits_or_more() {
        assert_eq!(digits_of("dg1:FE533E9D6666").as_deref(), Some("fe533e9d6666"));
        assert_eq!(digits_of("fe533e9d6666").as_deref(), Some("fe533e9d6666"));
        for text in ["fe533e9d666", "dg1:", "true", "fe533e9d666g", &"0".repeat(65)] {
            assert_eq!(digits_of(text), None, "{text}");
        }
        let all = ["dg1:aaaaaaaaaaaa00", "dg1:aaaaaaaaaaaa11"];
        assert_eq!(named("aaaaaaaaaaaa", all), [0, 1]);
        assert_eq!(named("aaaaaaaaaaaa1", all), [1]);
    }
}
