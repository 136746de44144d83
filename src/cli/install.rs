//! `install` and `uninstall`: the hooks, beside what is there already.

use std::path::Path;

use super::environment::Stream;
use super::session::Session;
use crate::error::{Error, Exit};
use crate::git::Remark;
use crate::git::hooks::{self, Action, Outcome, Step};
use crate::report::{Tone, Verbosity, clean_line, clean_lines};

/// Put the hooks into this repository, beside what is there already
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  drizzle-guard install
  drizzle-guard install --npm    also predb:push and postdb:push in package.json")]
pub(crate) struct InstallArgs {
    /// Also gate the scripts that run `drizzle-kit push`
    #[arg(long)]
    pub(crate) npm: bool,
}

/// Take the hooks out again, and put back what was there before
#[derive(Debug, clap::Args)]
pub(crate) struct UninstallArgs {}

/// Runs it.
pub(crate) fn install(args: &InstallArgs, session: &mut Session<'_>) -> Result<Exit, Error> {
    let program = &session.environment.program;
    if !program.is_absolute() {
        return Err(Error::internal("the system does not say where this program is"));
    }
    let repository = session.repository()?;
    let outcome = hooks::install(&repository, program)?;
    print(session, &outcome, repository.root())?;
    if args.npm {
        print(session, &hooks::install_scripts(&repository)?, repository.root())?;
    }
    if outcome.steps.is_empty() {
        return Err(Error::config("the hooks are not installed: see above"));
    }
    say(session, "Done. `drizzle-guard doctor` examines it, `drizzle-guard uninstall` undoes it.")?;
    Ok(Exit::Pass)
}

/// Runs it.
pub(crate) fn uninstall(_: &UninstallArgs, session: &mut Session<'_>) -> Result<Exit, Error> {
    let repository = session.repository()?;
    let outcome = hooks::uninstall(&repository)?;
    print(session, &outcome, repository.root())?;
    let done = if outcome.steps.is_empty() { "There was nothing to take out." } else { "Done." };
    say(session, done)?;
    Ok(Exit::Pass)
}

/// Writes what was done; `--quiet` keeps what has to be known.
fn print(session: &mut Session<'_>, outcome: &Outcome, root: Option<&Path>) -> Result<(), Error> {
    for step in &outcome.steps {
        say(session, &clean_line(&sentence(step, root)))?;
    }
    for Remark { warning, text, hint } in &outcome.remarks {
        let style = session.style(Stream::Stdout);
        if style.verbosity == Verbosity::Quiet && !warning {
            continue;
        }
        let (word, tone) = if *warning { ("warning", Tone::Warning) } else { ("note", Tone::Dim) };
        writeln!(session.out, "{}: {}", style.paint(tone, word), clean_lines(text))?;
        if let Some(hint) = hint {
            writeln!(session.out, "  hint: {}", clean_lines(hint))?;
        }
    }
    Ok(())
}

fn say(session: &mut Session<'_>, line: &str) -> Result<(), Error> {
    if session.style(Stream::Stdout).verbosity != Verbosity::Quiet {
        writeln!(session.out, "{line}")?;
    }
    Ok(())
}

/// What was done with one file.
fn sentence(step: &Step, root: Option<&Path>) -> String {
    let shown = |path: &Path| {
        let short = root.and_then(|root| path.strip_prefix(root).ok()).unwrap_or(path);
        short.display().to_string()
    };
    let path = shown(&step.path);
    match &step.action {
        Action::Created => format!("{path}: written"),
        Action::Chained(before) => {
            format!("{path}: written; it calls what was there, now {}", shown(before))
        }
        Action::Added => format!("{path}: a few lines added"),
        Action::Updated => format!("{path}: brought up to date"),
        Action::Unchanged => format!("{path}: is in place"),
        Action::Removed => format!("{path}: deleted"),
        Action::Restored => format!("{path}: what was there before is back"),
        Action::TakenOut => format!("{path}: our lines taken out"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_names_its_file_from_the_root() {
        let root = Path::new("/srv/funds");
        let path = root.join(".git/hooks/pre-push");
        let before = root.join(".git/hooks/pre-push.before-drizzle-guard");
        let step = Step { path: path.clone(), action: Action::Chained(before) };
        assert_eq!(
            sentence(&step, Some(root)),
            ".git/hooks/pre-push: written; it calls what was there, now \
             .git/hooks/pre-push.before-drizzle-guard"
        );
        let step = Step { path, action: Action::Created };
        assert_eq!(sentence(&step, None), "/srv/funds/.git/hooks/pre-push: written");
    }
}
