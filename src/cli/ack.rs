//! `ack`: records that a change is meant.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::args::Comparison;
use super::open::Opened;
use super::session::Session;
use crate::check::{self, Content, Input, Occasion};
use crate::delta::Diff;
use crate::error::{Error, Exit};
use crate::files::Files;
use crate::git::{self, EmptyFiles, State};
use crate::policy::{self, ACK_FOLDER, Acknowledgement, Draft, Limits, Standing};
use crate::report::{JudgedChange, Report, clean_line, kind_name, short_fingerprint};
use crate::rules::Severity;

/// Record an acknowledgement of a change, one file a change
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    disable_help_subcommand = true,
    after_help = "\
Without --base and --head the change is looked for in what is staged, then in
what a push would send. The file is written below .drizzle-guard/acks/; commit
it with the change.

Examples:
  drizzle-guard ack dg1:fe533e9d6666 --reason \"unused since v4.2, see #812\"
  drizzle-guard ack list
  drizzle-guard ack prune"
)]
pub(crate) struct Args {
    /// The change's fingerprint, or its first 12 digits
    #[arg(value_name = "FINGERPRINT", required = true)]
    pub(crate) fingerprints: Vec<String>,
    /// Why it is meant; reviewers read it
    #[arg(long, value_name = "TEXT", required = true)]
    pub(crate) reason: Option<String>,
    /// The two states.
    #[command(flatten)]
    pub(crate) comparison: Comparison,
    /// What to do instead of recording one.
    #[command(subcommand)]
    pub(crate) command: Option<AckCommand>,
}

/// What else can be done with acknowledgements.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum AckCommand {
    /// List the acknowledgements, and say which still cover a change
    List(Comparison),
    /// Delete the acknowledgements that cover no change; history keeps them
    Prune(Comparison),
}

/// Runs it.
pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<Exit, Error> {
    match &args.command {
        None => record(args, session),
        Some(AckCommand::List(comparison)) => list(comparison, session),
        Some(AckCommand::Prune(comparison)) => prune(comparison, session),
    }
}

/// Where a change may be found.
struct Found {
    reports: Vec<Report>,
    /// How long an acknowledgement holds.
    limits: Limits,
    /// The oldest base: an acknowledgement that it has is spent.
    base: Input,
}

/// The stated comparison, else what is staged and what a push would send.
fn look(comparison: &Comparison, session: &Session<'_>) -> Result<Found, Error> {
    let mut opened = Opened::default();
    let mut comparisons = vec![comparison.clone()];
    if comparison.base.is_none() && comparison.head.is_none() {
        let range = git::outgoing(opened.get(session)?)?;
        comparisons.extend(range.map(|range| {
            let Diff { before, after } = range.states();
            Comparison { base: Some(before), head: Some(after), ..comparison.clone() }
        }));
    }
    let today = session.environment.today();
    let judge = |compared: &check::Comparison| {
        check::judge(compared, Occasion::Asked, today, || Ok(Vec::new()))
    };
    let first = session.compare(&mut opened, comparison)?;
    let mut found =
        Found { reports: vec![judge(&first)?], limits: first.config.limits, base: first.base };
    for comparison in comparisons.iter().skip(1) {
        let compared = session.compare(&mut opened, comparison)?;
        found.reports.push(judge(&compared)?);
        found.base = compared.base;
    }
    Ok(found)
}

impl Found {
    fn changes(&self) -> impl Iterator<Item = &JudgedChange> {
        self.reports.iter().flat_map(|report| &report.changes)
    }

    /// The acknowledgement files on disk and what they are worth.
    fn standings(&self, session: &Session<'_>) -> Result<Vec<Standing>, Error> {
        let disk = session.repository()?.resolve(&State::Worktree)?;
        let fingerprints: Vec<&str> = self.changes().map(|it| it.fingerprint.as_str()).collect();
        let base: &dyn Files = match &self.base.content {
            Content::Files(files) => &**files,
            Content::Migrations(_) | Content::Schema(_) => &EmptyFiles,
        };
        Ok(policy::survey(Diff::new(base, &*disk.files), &fingerprints)?)
    }
}

/// Writes one file for each fingerprint; all or none.
fn record(args: &Args, session: &mut Session<'_>) -> Result<Exit, Error> {
    let root = root(session)?;
    let reason = args.reason.as_deref().unwrap_or_default();
    policy::check_reason(reason).map_err(no_reason)?;
    let by = session.repository()?.identity().ok_or_else(|| {
        Error::config("git does not know who you are")
            .hint("git config user.name and user.email; an acknowledgement names its author")
    })?;
    let found = look(&args.comparison, session)?;
    let changes: Vec<&JudgedChange> = found.changes().collect();
    let mut files = BTreeMap::new();
    for fingerprint in &args.fingerprints {
        let change = find(fingerprint, &changes)?;
        let draft = Draft {
            change: &change.fingerprint,
            summary: summary(change),
            rules: rules(change),
            severity: change.severity,
            by: &by,
            reason,
        };
        let seconds = session.environment.seconds();
        let ack = Acknowledgement::draft(draft, seconds, found.limits).map_err(no_reason)?;
        files.insert(Acknowledgement::path_of(&change.fingerprint), ack);
    }
    for (path, ack) in &files {
        write(&root.join(path), &ack.to_toml())?;
        writeln!(session.out, "wrote {path}: {}", clean_line(&ack.summary))?;
    }
    let paths: Vec<&str> = files.keys().map(String::as_str).collect();
    writeln!(session.out, "commit it with the change: git add {}", paths.join(" "))?;
    Ok(Exit::Pass)
}

fn no_reason(why: String) -> Error {
    Error::usage(why).hint("a reviewer reads it: --reason \"unused since v4.2, see #812\"")
}

/// The change a fingerprint names.
fn find<'a>(fingerprint: &str, changes: &[&'a JudgedChange]) -> Result<&'a JudgedChange, Error> {
    let all = changes.iter().map(|change| change.fingerprint.as_str());
    let digits = policy::digits_of(fingerprint).ok_or_else(|| {
        Error::usage(format!("`{fingerprint}` is no fingerprint"))
            .hint("write it as the report shows it: dg1: and 12 digits or more")
    })?;
    let found: BTreeSet<&str> = all.filter(|it| it.starts_with(&format!("dg1:{digits}"))).collect();
    let mut found = found.into_iter();
    match (found.next(), found.next()) {
        (Some(one), None) => changes
            .iter()
            .find(|change| change.fingerprint == one)
            .copied()
            .ok_or_else(|| Error::internal("a change was lost")),
        (Some(_), Some(_)) => {
            Err(Error::usage(format!("`{fingerprint}` is short for several changes"))
                .hint("write more digits"))
        }
        (None, _) => {
            let listed: Vec<String> = changes
                .iter()
                .filter(|change| change.severity > Severity::Safe)
                .map(|change| {
                    format!("{} {}", short_fingerprint(&change.fingerprint), summary(change))
                })
                .collect();
            let hint = if listed.is_empty() {
                "there is no change that needs one; say where it is with --base and --head"
                    .to_owned()
            } else {
                format!("the changes are: {}", listed.join("; "))
            };
            Err(Error::usage(format!("no change has the fingerprint {fingerprint}")).hint(hint))
        }
    }
}

/// What the reviewer reads: the kind, the object and what it was.
fn summary(change: &JudgedChange) -> String {
    format!("{} {}", kind_name(change.kind), change.object)
}

/// The hazards that were seen.
fn rules(change: &JudgedChange) -> Vec<String> {
    let seen = change.hazards.iter().filter(|hazard| hazard.severity > Severity::Safe);
    let rules: BTreeSet<&str> = seen.map(|hazard| hazard.rule).collect();
    rules.into_iter().map(str::to_owned).collect()
}

/// Lists the files on disk and what each of them is good for.
fn list(comparison: &Comparison, session: &mut Session<'_>) -> Result<Exit, Error> {
    let found = look(comparison, session)?;
    let standings = found.standings(session)?;
    if standings.is_empty() {
        writeln!(session.out, "no acknowledgements in {ACK_FOLDER}")?;
    }
    let today = session.environment.today();
    for standing in standings {
        let line = match &standing.says {
            Err(error) => format!("broken: {error}"),
            Ok(ack) => {
                let worth = match ack.outdated(today, found.limits) {
                    Some(why) => why,
                    None if standing.spent => "spent: the remote has it already".to_owned(),
                    None if standing.present => format!("covers a change, until {}", ack.expires),
                    None => "covers no change that is staged or not pushed".to_owned(),
                };
                format!("{} ({}: {}): {worth}", ack.summary, ack.by, ack.reason)
            }
        };
        writeln!(session.out, "{}\n  {}", standing.file.path, clean_line(&line))?;
    }
    Ok(Exit::Pass)
}

/// Deletes the files that cover no change. What cannot be read may still be meant: its author decides.
fn prune(comparison: &Comparison, session: &mut Session<'_>) -> Result<Exit, Error> {
    let root = root(session)?;
    let standings = look(comparison, session)?.standings(session)?;
    let mut pruned = 0;
    for standing in standings {
        let Ok(ack) = standing.says else { continue };
        if standing.present && !standing.spent {
            continue;
        }
        let path = root.join(&standing.file.path);
        std::fs::remove_file(&path).map_err(|error| {
            Error::repository(format!("cannot delete {}: {error}", path.display()))
        })?;
        writeln!(session.out, "deleted {}: {}", standing.file.path, clean_line(&ack.summary))?;
        pruned += 1;
    }
    let files = if pruned == 1 { "file" } else { "files" };
    writeln!(session.out, "{pruned} {files} deleted; git's history keeps them")?;
    Ok(Exit::Pass)
}

fn root(session: &Session<'_>) -> Result<PathBuf, Error> {
    let root = session.repository()?.root().map(PathBuf::from);
    root.ok_or_else(|| {
        Error::usage("a bare repository has no files to write an acknowledgement to")
    })
}

fn write(path: &Path, text: &str) -> Result<(), Error> {
    let folder = path.parent().unwrap_or(path);
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(path, text))
        .map_err(|error| Error::repository(format!("cannot write {}: {error}", path.display())))
}
