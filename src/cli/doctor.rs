//! `doctor`: says what is wrong with the installation.

use super::environment::Stream;
use super::session::Session;
use crate::error::{Error, Exit};
use crate::git::hooks::{self, Symptom};
use crate::git::{Repository, State};
use crate::policy::{CONFIG_FILE, Config, ack_files};
use crate::report::{Tone, clean_lines};

/// Say what is wrong with hooks, configuration and acknowledgements
#[derive(Debug, clap::Args)]
#[command(after_help = "Exit code 0 when nothing is, 2 when a push could go unchecked.")]
pub(crate) struct Args {}

/// Runs it.
pub(crate) fn run(_: &Args, session: &mut Session<'_>) -> Result<Exit, Error> {
    let repository = session.repository()?;
    let mut symptoms = hooks::doctor(&repository, &session.environment.program)?;
    if repository.root().is_some() {
        symptoms.extend(files(&repository)?);
    }
    let style = session.style(Stream::Stdout);
    for Symptom { serious, text, hint } in &symptoms {
        let (word, tone) =
            if *serious { ("error", Tone::Danger) } else { ("warning", Tone::Warning) };
        writeln!(session.out, "{}: {}", style.paint(tone, word), clean_lines(text))?;
        writeln!(session.out, "  hint: {}", clean_lines(hint))?;
    }
    if symptoms.is_empty() && !session.common.quiet {
        writeln!(session.out, "Nothing is wrong.")?;
    }
    Ok(if symptoms.iter().any(|it| it.serious) { Exit::Usage } else { Exit::Pass })
}

/// What is wrong with the files on disk that a push would be judged by.
fn files(repository: &Repository) -> Result<Vec<Symptom>, Error> {
    let disk = repository.resolve(&State::Worktree)?;
    let symptom = |error: &crate::policy::Error, hint: &str| {
        let hint = error.hint().unwrap_or(hint).to_owned();
        Symptom { serious: true, text: error.to_string(), hint }
    };
    let mut symptoms = Vec::new();
    if let Err(error) = Config::read(&*disk.files, CONFIG_FILE) {
        symptoms.push(symptom(&error, "correct the file; every push is refused until then"));
    }
    for file in ack_files(&*disk.files)? {
        if let Err(error) = file.parse() {
            symptoms.push(symptom(&error, "correct the file, or delete it"));
        }
    }
    Ok(symptoms)
}
