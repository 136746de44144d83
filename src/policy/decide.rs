//! The decision: which changes need an acknowledgement, and which have one.
//!
//! An acknowledgement file counts when all of these hold: it is *fresh* (in the head, and its
//! content not already in the base: one that was pushed before is spent, so it never covers a later
//! repetition of the same change); it names the whole fingerprint; it names every hazard that is
//! seen now, and no lesser severity; it has not expired. Every change needs its own.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::acknowledgement::{AckFile, Acknowledgement, SHORT, ack_files, named};
use super::config::{Config, Profile};
use super::date::Date;
use super::error::Error;
use super::flag::{FLAG_KEY, FLAG_VARIABLE, Flag, Meaning};
use super::receipt::Receipts;
use crate::delta::Diff;
use crate::files::Files;
use crate::git::Remark;
use crate::rules::Severity;

/// A judged change, as far as the policy looks at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked<'a> {
    /// `dg1:` and 64 digits.
    pub fingerprint: &'a str,
    /// The worst of its hazards.
    pub severity: Severity,
    /// The rules of its hazards, without those that are only `safe`.
    pub rules: Vec<&'a str>,
}

/// What the decision depends on besides the changes.
pub struct Circumstances<'a> {
    /// The files of both states, for the acknowledgements in them.
    pub files: Diff<&'a dyn Files>,
    /// The configuration of the head.
    pub config: &'a Config,
    /// The profile of this push: [`Config::profile_for`], or the configuration's own.
    pub profile: Profile,
    /// Today, in UTC.
    pub today: Date,
}

/// What came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The outcome.
    pub verdict: Verdict,
    /// What a change may be acknowledged with.
    pub consent: Consent,
    /// For every change, in their order.
    pub answers: Vec<Answer>,
    /// Things to tell.
    pub remarks: Vec<Remark>,
    /// Acknowledgements that name nothing of this comparison.
    pub unused: Vec<Remark>,
    /// The common digest of all changes that need an acknowledgement, for `plan:…`; `None` when none
    /// does.
    pub plan: Option<String>,
}

/// What the policy says of one change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It needs no acknowledgement.
    Free,
    /// It has one.
    Acknowledged(AcknowledgedBy),
    /// It needs one; why those that are there do not count, each a sentence.
    Needed(Vec<String>),
}

/// The outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Nothing to stop.
    Pass,
    /// Something to read, nothing that stops.
    Warn,
    /// At least one change needs an acknowledgement.
    Block,
}

/// How the policy lets a dangerous change through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Consent {
    /// The flag on the push, or a committed acknowledgement file.
    #[default]
    FlagOrFile,
    /// Only a committed acknowledgement file.
    File,
    /// The file and the flag.
    FileAndFlag,
}

/// How a change was acknowledged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AcknowledgedBy {
    /// `file` or `flag`.
    pub by: &'static str,
    /// The acknowledgement file's path, or the flag's value.
    pub source: String,
    /// The reason given, for a file.
    pub reason: Option<String>,
    /// Who, for a file.
    pub who: Option<String>,
}

/// Decides. `flags` is asked for the flag's values only when a change needs an acknowledgement,
/// because git has to be started for it; on git's own command line and in the environment they are
/// read by [`super::flags`].
pub fn decide(
    asked: &[Asked<'_>],
    circumstances: &Circumstances<'_>,
    flags: impl FnOnce() -> Result<Vec<Flag>, Error>,
) -> Result<Decision, Error> {
    let ledger = Ledger::read(circumstances.files)?;
    let needs = |change: &Asked<'_>| need(change.severity, circumstances);
    let needing: Vec<&Asked<'_>> = asked.iter().filter(|it| needs(it) != Need::Nothing).collect();
    let mut remarks = Vec::new();
    let flags = if needing.is_empty() {
        Flagged::default()
    } else {
        Flagged::read(&flags()?, asked, &needing, &mut remarks)?
    };
    let demands = |change: &Asked<'_>| circumstances.config.receipts.demands(change.severity);
    let receipts = if asked.iter().any(demands) {
        Receipts::read(circumstances.files)?
    } else {
        Receipts::default()
    };
    let answers: Vec<Answer> = asked
        .iter()
        .map(|change| {
            let need = needs(change);
            let answer = if need == Need::Nothing {
                Answer::Free
            } else {
                let flag = flags.for_change(change.fingerprint);
                ledger.answer(change, need, flag, circumstances)
            };
            if demands(change) { with_receipt(answer, change, &receipts) } else { answer }
        })
        .collect();
    // An acknowledgement of something that now needs none was for nothing, but it names what is
    // there; only one that names nothing of this comparison is a mistake.
    let known: BTreeSet<&str> = asked.iter().map(|change| change.fingerprint).collect();
    let unused = ledger.unused(&known);
    let blocked = answers.iter().any(|answer| matches!(answer, Answer::Needed(_)));
    let to_read = asked
        .iter()
        .zip(&answers)
        .any(|(change, answer)| change.severity >= Severity::Risky && *answer == Answer::Free);
    let verdict = if blocked {
        Verdict::Block
    } else if to_read {
        Verdict::Warn
    } else {
        Verdict::Pass
    };
    let consent = match circumstances.profile {
        Profile::Dev => Consent::FlagOrFile,
        Profile::Team => Consent::File,
        Profile::Production => Consent::FileAndFlag,
    };
    Ok(Decision { verdict, consent, answers, remarks, unused, plan: flags.plan })
}

/// The answer where the policy wants a receipt besides.
fn with_receipt(answer: Answer, change: &Asked<'_>, receipts: &Receipts) -> Answer {
    let objections = receipts.objections(change.fingerprint);
    match answer {
        answer if objections.is_empty() => answer,
        Answer::Needed(mut why) => {
            why.extend(objections);
            Answer::Needed(why)
        }
        Answer::Free | Answer::Acknowledged(_) => Answer::Needed(objections),
    }
}

/// An acknowledgement file of the head, and what it is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The file.
    pub file: AckFile,
    /// What it says; the error when it does not read.
    pub says: Result<Acknowledgement, Error>,
    /// Whether the base has it already, so that it counts no more.
    pub spent: bool,
    /// Whether the comparison contains the change that it names.
    pub present: bool,
}

/// Every acknowledgement file of the head, for `ack list` and `ack prune`: one that is spent, or
/// whose change is not in the comparison, covers nothing.
pub fn survey(files: Diff<&dyn Files>, fingerprints: &[&str]) -> Result<Vec<Standing>, Error> {
    let base: BTreeSet<Arc<str>> =
        ack_files(files.before)?.into_iter().map(|file| file.id).collect();
    let standing = |file: AckFile| {
        let says = file.parse();
        let present = says.as_ref().is_ok_and(|ack| fingerprints.contains(&ack.change.as_str()));
        Standing { says, present, spent: base.contains(&file.id), file }
    };
    Ok(ack_files(files.after)?.into_iter().map(standing).collect())
}

/// The common digest of some changes: of their fingerprints, sorted, a line each.
pub fn plan_digest<'a>(fingerprints: impl IntoIterator<Item = &'a str>) -> String {
    let sorted: BTreeSet<&str> = fingerprints.into_iter().collect();
    let mut hash = Sha256::new();
    hash.update("drizzle-guard plan v1\n");
    for fingerprint in sorted {
        hash.update(fingerprint);
        hash.update("\n");
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What a change of some severity needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    Nothing,
    FlagOrFile,
    File,
    FileAndFlag,
}

fn need(severity: Severity, circumstances: &Circumstances<'_>) -> Need {
    let strict = circumstances.config.strict;
    match (circumstances.profile, severity) {
        (_, Severity::Safe) => Need::Nothing,
        (Profile::Production, Severity::Dangerous) => Need::FileAndFlag,
        (Profile::Production, Severity::Risky) => Need::FlagOrFile,
        (_, Severity::Risky) if !strict => Need::Nothing,
        (Profile::Dev, _) => Need::FlagOrFile,
        (Profile::Team, _) => Need::File,
    }
}

/// The flag's values, checked against the changes.
#[derive(Default)]
struct Flagged {
    /// Fingerprint and the value that named it.
    changes: Vec<(String, String)>,
    /// The common digest.
    plan: Option<String>,
    /// The value that named all of them.
    all: Option<String>,
}

impl Flagged {
    fn read(
        flags: &[Flag],
        asked: &[Asked<'_>],
        needing: &[&Asked<'_>],
        remarks: &mut Vec<Remark>,
    ) -> Result<Self, Error> {
        let plan = plan_digest(needing.iter().map(|change| change.fingerprint));
        let mut found = Self::default();
        for flag in flags {
            match &flag.means {
                Meaning::Nothing => return Err(no_digest(flag, needing)),
                Meaning::Plan(digits) if plan.starts_with(digits) => {
                    found.all = Some(flag.text.clone());
                }
                Meaning::Plan(_) => remarks.push(unused_flag(flag)),
                Meaning::Change(digits) => {
                    let places = named(digits, asked.iter().map(|change| change.fingerprint));
                    match *places.as_slice() {
                        [] => remarks.push(unused_flag(flag)),
                        [at] => found.changes.extend(
                            asked.get(at).map(|it| (it.fingerprint.to_owned(), flag.text.clone())),
                        ),
                        _ => return Err(ambiguous(flag, asked, &places)),
                    }
                }
            }
        }
        found.plan = Some(plan);
        Ok(found)
    }

    fn for_change(&self, fingerprint: &str) -> Option<&str> {
        let own = self.changes.iter().find(|(change, _)| change == fingerprint);
        own.map(|(_, text)| text.as_str()).or(self.all.as_deref())
    }
}

/// A fingerprint as it is shown and typed.
fn short(fingerprint: &str) -> &str {
    fingerprint.get(.."dg1:".len() + SHORT).unwrap_or(fingerprint)
}

fn no_digest(flag: &Flag, needing: &[&Asked<'_>]) -> Error {
    let keys: Vec<String> =
        needing.iter().map(|it| format!("-c {FLAG_KEY}={}", short(it.fingerprint))).collect();
    Error::Flag {
        why: format!(
            "`{}` acknowledges nothing: name every change by its fingerprint, with 12 digits or more",
            flag.text
        ),
        hint: format!("git {} push", keys.join(" ")),
    }
}

fn ambiguous(flag: &Flag, asked: &[Asked<'_>], places: &[usize]) -> Error {
    let all: Vec<&str> =
        places.iter().filter_map(|at| asked.get(*at)).map(|it| it.fingerprint).collect();
    Error::Flag {
        why: format!("`{}` is short for {} changes", flag.text, all.len()),
        hint: format!("write more digits: {}", all.join(", ")),
    }
}

fn unused_flag(flag: &Flag) -> Remark {
    Remark {
        warning: true,
        text: format!("the flag `{}` names no change of this comparison", flag.text),
        hint: Some(format!("look where it comes from: git's -c {FLAG_KEY}, or {FLAG_VARIABLE}")),
    }
}

/// The acknowledgement files of both states.
struct Ledger {
    fresh: Vec<(AckFile, Acknowledgement)>,
    /// Those that the base has too; what they say no longer matters, so they need not be in order.
    spent: Vec<(AckFile, Acknowledgement)>,
    /// Whether the base has any files: against nothing, every file is fresh and none is a mistake.
    comparable: bool,
}

impl Ledger {
    fn read(files: Diff<&dyn Files>) -> Result<Self, Error> {
        let mut ledger = Self { fresh: Vec::new(), spent: Vec::new(), comparable: true };
        let head = ack_files(files.after)?;
        if head.is_empty() {
            return Ok(ledger);
        }
        let base: BTreeSet<Arc<str>> =
            ack_files(files.before)?.into_iter().map(|file| file.id).collect();
        ledger.comparable = files.before.list("")?.is_some();
        for file in head {
            if !base.contains(&file.id) {
                let ack = file.parse()?;
                ledger.fresh.push((file, ack));
            } else if let Ok(ack) = file.parse() {
                ledger.spent.push((file, ack));
            }
        }
        Ok(ledger)
    }

    fn answer(
        &self,
        change: &Asked<'_>,
        need: Need,
        flag: Option<&str>,
        circumstances: &Circumstances<'_>,
    ) -> Answer {
        let mut why = Vec::new();
        let mut file = None;
        for (source, ack) in of(&self.fresh, change) {
            match objections(ack, change, need, circumstances) {
                objections if objections.is_empty() => file = file.or(Some((source, ack))),
                objections => {
                    why.extend(objections.iter().map(|it| format!("{}: {it}", source.path)));
                }
            }
        }
        let by_file = |(source, ack): (&AckFile, &Acknowledgement)| AcknowledgedBy {
            by: "file",
            source: source.path.clone(),
            reason: Some(ack.reason.clone()),
            who: Some(ack.by.clone()),
        };
        let by_flag = |text: &str| AcknowledgedBy {
            by: "flag",
            source: text.to_owned(),
            reason: None,
            who: None,
        };
        let acknowledged = match (need, file, flag) {
            (Need::FlagOrFile | Need::File, Some(file), _)
            | (Need::FileAndFlag, Some(file), Some(_)) => Some(by_file(file)),
            (Need::FlagOrFile, None, Some(text)) => Some(by_flag(text)),
            _ => None,
        };
        if let Some(acknowledged) = acknowledged {
            return Answer::Acknowledged(acknowledged);
        }
        for (source, _) in of(&self.spent, change) {
            why.push(format!(
                "{}: the base has it already, so it is spent: acknowledge the repetition anew",
                source.path
            ));
        }
        match (need, file, flag) {
            (Need::File, None, Some(_)) => {
                why.push("the flag is not enough here: the policy wants a file".to_owned());
            }
            (Need::FileAndFlag, Some(_), None) => {
                why.push("the file is there, but the policy wants the flag on the push too".into());
            }
            (Need::FileAndFlag, None, Some(_)) => {
                why.push("the flag is there, but the policy wants a file too".to_owned());
            }
            _ => {}
        }
        Answer::Needed(why)
    }

    fn unused(&self, known: &BTreeSet<&str>) -> Vec<Remark> {
        if !self.comparable {
            return Vec::new();
        }
        let unknown = self.fresh.iter().filter(|(_, ack)| !known.contains(ack.change.as_str()));
        unknown
            .map(|(file, ack)| Remark {
                warning: true,
                text: format!(
                    "{} acknowledges {}, which this comparison does not contain",
                    file.path, ack.summary
                ),
                hint: Some("delete the file, or acknowledge the change as it is now".to_owned()),
            })
            .collect()
    }
}

/// The files among some that are about a change.
fn of<'a>(
    files: &'a [(AckFile, Acknowledgement)],
    change: &'a Asked<'_>,
) -> impl Iterator<Item = (&'a AckFile, &'a Acknowledgement)> {
    let own = files.iter().filter(|(_, ack)| ack.change == change.fingerprint);
    own.map(|(file, ack)| (file, ack))
}

/// Why a fresh acknowledgement of a change does not count.
fn objections(
    ack: &Acknowledgement,
    change: &Asked<'_>,
    need: Need,
    circumstances: &Circumstances<'_>,
) -> Vec<String> {
    let mut why = Vec::new();
    why.extend(ack.outdated(circumstances.today, circumstances.config.limits));
    let unseen: Vec<&str> = change
        .rules
        .iter()
        .copied()
        .filter(|rule| !ack.rules.iter().any(|seen| seen == rule))
        .collect();
    if !unseen.is_empty() {
        why.push(format!("it does not name {}, which is seen now", unseen.join(", ")));
    }
    if ack.severity < change.severity {
        why.push("it was given for a lesser severity".to_owned());
    }
    if need == Need::FileAndFlag {
        if ack.other_approvals().next().is_none() {
            why.push("the policy wants `approvals` by somebody other than its author".to_owned());
        }
        for (key, place) in [("plan", &ack.plan), ("decision", &ack.decision)] {
            let Some(place) = place else { continue };
            let path = place.split('#').next().unwrap_or(place).trim_end_matches('/');
            let files = circumstances.files.after;
            let there = files.id(path).is_ok_and(|id| id.is_some())
                || files.list(path).is_ok_and(|list| list.is_some());
            if !there {
                why.push(format!("its {key} {place} is not in what is pushed"));
            }
        }
    }
    why
}

#[cfg(test)]
#[path = "decide_tests.rs"]
mod tests;
