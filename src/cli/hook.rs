//! `hook`: what the two git hooks call.

use super::args::Source;
use super::open::Opened;
use super::session::Session;
use crate::check::{self, Fork, Input, Occasion, Push as Target};
use crate::delta::Diff;
use crate::error::{Error, Exit};
use crate::git::{self, Gate, Handed, Memory, Push, Repository, State};
use crate::policy::{self, CONFIG_FILE, Config, FlagUse, PreCommit};
use crate::report::{Moment, Note, NoteLevel, Report, Verdict};

/// What git's hooks call
#[derive(Debug, clap::Args)]
#[command(disable_help_subcommand = true)]
pub(crate) struct Args {
    /// Which hook it is.
    #[command(subcommand)]
    pub(crate) hook: Hook,
}

/// The hooks.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Hook {
    /// Report on what is staged; lets the commit through by default
    PreCommit,
    /// Judge what is pushed; reads git's ref lines on standard input
    PrePush(PrePush),
}

/// What git passes to pre-push.
#[derive(Debug, clap::Args)]
pub(crate) struct PrePush {
    /// The remote's name, or its URL when it has no name
    pub(crate) remote: Option<String>,
    /// The remote's URL
    pub(crate) url: Option<String>,
}

/// Runs it.
pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<Exit, Error> {
    match &args.hook {
        Hook::PreCommit => pre_commit(session),
        Hook::PrePush(args) => pre_push(args, session),
    }
}

/// Reports on what is staged. Only a configuration that says `pre-commit = "block"` stops a commit,
/// also one that cannot be evaluated: half a change is often committed.
fn pre_commit(session: &mut Session<'_>) -> Result<Exit, Error> {
    let repository = session.repository()?;
    let states = Diff::new(State::Revision("HEAD".to_owned()), State::Index);
    match judged(session, &repository, &states, Occasion::Commit) {
        Ok(None) => Ok(Exit::Pass),
        Ok(Some((mut report, config))) => {
            let stops = config.pre_commit == PreCommit::Block;
            report.moment = if stops { Moment::Decides } else { Moment::Announces };
            let exit = session.print_in_hook(&report)?;
            Ok(if stops { exit } else { Exit::Pass })
        }
        Err(error) if stops_commits(&repository) => Err(error),
        Err(error) => {
            session.warn(&error);
            Ok(Exit::Pass)
        }
    }
}

/// Whether the staged configuration stops commits. One that cannot be read was not decided on.
fn stops_commits(repository: &Repository) -> bool {
    let staged = repository.resolve(&State::Index).ok();
    let config = staged.and_then(|it| Config::read(&*it.files, CONFIG_FILE).ok());
    config.is_some_and(|config| config.pre_commit == PreCommit::Block)
}

/// Judges every ref of a push. The exit code is the worst of them.
fn pre_push(args: &PrePush, session: &mut Session<'_>) -> Result<Exit, Error> {
    let mut lines = String::new();
    session
        .input
        .read_to_string(&mut lines)
        .map_err(|error| Error::repository(format!("cannot read git's ref lines: {error}")))?;
    let remote = args.remote.clone().unwrap_or_default();
    let push = Push {
        url: args.url.clone().unwrap_or_else(|| remote.clone()),
        remote,
        updates: git::parse_ref_updates(&lines)?,
        handed: session.environment.variable("PRE_COMMIT").map(|_| Handed {
            from: session.environment.variable("PRE_COMMIT_FROM_REF").map(str::to_owned),
            to: session.environment.variable("PRE_COMMIT_TO_REF").map(str::to_owned),
            remote_branch: session
                .environment
                .variable("PRE_COMMIT_REMOTE_BRANCH")
                .map(str::to_owned),
        }),
    };
    if push.updates.is_empty() && push.handed.is_none() {
        return Ok(Exit::Pass);
    }
    let repository = session.repository()?;
    let (ranges, remarks) = push.ranges(&repository)?;
    for remark in &remarks {
        session.remark(remark);
    }
    let mut worst = Exit::Pass;
    for range in &ranges {
        let target = Target { remote: &push.remote, url: &push.url, refs: &range.refs };
        let exit = match judged(session, &repository, &range.states(), Occasion::Push(target)) {
            Ok(None) => Exit::Pass,
            Ok(Some((mut report, _))) => {
                if range.is_forced(&repository)? {
                    report.direct = true;
                    report.notes.push(taken_away(&range.refs));
                }
                log_flags(session, &repository, &report, &target);
                session.print_in_hook(&report)?
            }
            // The other refs are judged all the same: one message must not hide another.
            Err(error) => {
                session.tell(&error);
                error.exit()
            }
        };
        worst = worst.max(exit);
    }
    Ok(worst)
}

/// Says of a push that is no fast-forward, and which git lets through only when forced, what it does.
fn taken_away(refs: &[String]) -> Note {
    Note {
        level: NoteLevel::Info,
        text: format!(
            "the push takes commits away from {}: what only they have counts as dropped",
            refs.join(", ")
        ),
        hint: None,
    }
}

/// Judges one range; `None` when nothing that matters has changed.
fn judged(
    session: &Session<'_>,
    repository: &Repository,
    states: &Diff<State>,
    occasion: Occasion<'_>,
) -> Result<Option<(Report, policy::Config)>, Error> {
    let mut memory = Memory::open(repository, MEMORY_KEY);
    let sides = match git::gate(repository, states.as_ref(), Some(&memory))? {
        Gate::Unchanged(_) => return Ok(None),
        Gate::Changed(sides) => sides,
    };
    let inputs = sides.map(Input::from);
    let opened = Opened::of(repository.clone());
    let ancestors = opened.ancestors_of(&inputs.before);
    let options = session.options_for(&Source::default())?;
    let comparison = check::compare(inputs, Fork::None, || ancestors, &options)?;
    // A hook that cannot write its memory is slower the next time, no more.
    for trace in [&comparison.traces.before, &comparison.traces.after].into_iter().flatten() {
        let _ = memory.remember(trace.clone());
    }
    let git_dir = repository.git_dir().to_owned();
    let variable = session.environment.acknowledgement();
    let flags = || policy::flags(&git_dir, variable);
    let report = check::judge(&comparison, occasion, session.environment.today(), flags)?;
    // Files were touched, and nothing came of it: no word is needed.
    let silent =
        report.changes.is_empty() && report.unresolved.is_empty() && report.notes.is_empty();
    Ok((!silent).then_some((report, comparison.config)))
}

/// What decides a hook's evaluation besides the files.
const MEMORY_KEY: &str = concat!("drizzle-guard ", env!("CARGO_PKG_VERSION"));

/// Writes down what the flag let through; the file `.git/drizzle-guard/log.jsonl` is for the person
/// who pushed, so failing to write it stops nothing.
fn log_flags(session: &Session<'_>, repository: &Repository, report: &Report, push: &Target<'_>) {
    let by_flag = |change: &&crate::report::JudgedChange| {
        change.acknowledged.as_ref().is_some_and(|by| by.by == "flag")
    };
    let changes: Vec<String> =
        report.changes.iter().filter(by_flag).map(|change| change.fingerprint.clone()).collect();
    if changes.is_empty() || report.verdict == Verdict::Block {
        return;
    }
    let at = session.environment.now();
    let by = repository.identity();
    let entry = FlagUse {
        at: &at,
        by: by.as_deref(),
        remote: Some(push.remote),
        refs: push.refs,
        head: &report.head.id,
        changes: &changes,
    };
    let _ = policy::log(&repository.private_dir(), &entry);
}
