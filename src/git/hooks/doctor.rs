//! What is wrong with the hooks of a repository.

use std::path::Path;
use std::process::Command;

use super::place::{Kind, Place, configured, lefthook as lefthook_file, places};
use super::{HOOKS, Hook, lefthook, read, script};
use crate::git::error::Error;
use crate::git::repository::Repository;

/// The oldest git whose `git config` says where a value comes from (2.26, March 2020).
const OLDEST_GIT: (u32, u32) = (2, 26);

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symptom {
    /// Whether a push may go through unchecked because of it, or none at all.
    pub serious: bool,
    /// What is wrong, a sentence fragment.
    pub text: String,
    /// What to do.
    pub hint: String,
}

/// What is wrong with git, the hooks and the flag; nothing when all is well. `program` is the path of
/// this program.
pub fn doctor(repository: &Repository, program: &Path) -> Result<Vec<Symptom>, Error> {
    let mut symptoms = Vec::new();
    git_version(&mut symptoms);
    permanent_flag(repository, &mut symptoms);
    let Some(root) = repository.root() else { return Ok(symptoms) };
    match places(repository, &mut Vec::new()) {
        Ok(places) => {
            for place in &places {
                match place.kind {
                    Kind::Lefthook => check_lefthook(repository, place, &mut symptoms)?,
                    Kind::Own | Kind::Shared | Kind::Husky => {
                        for hook in HOOKS {
                            symptoms.extend(check_hook(place, hook, program)?);
                        }
                    }
                }
            }
        }
        Err(Error::Hooks { why, hint }) => {
            symptoms.push(Symptom { serious: true, text: why, hint });
        }
        Err(error) => return Err(error),
    }
    recorded(repository, &mut symptoms)?;
    pre_commit_framework(root, &mut symptoms)?;
    Ok(symptoms)
}

fn serious(text: impl Into<String>, hint: impl Into<String>) -> Symptom {
    Symptom { serious: true, text: text.into(), hint: hint.into() }
}

fn git_version(symptoms: &mut Vec<Symptom>) {
    let output = Command::new("git").arg("--version").output();
    let text =
        output.map(|it| String::from_utf8_lossy(&it.stdout).into_owned()).unwrap_or_default();
    // "git version 2.47.3", "git version 2.39.5 (Apple Git-154)"
    let mut numbers = text.split_whitespace().nth(2).unwrap_or("").split('.');
    let mut number = || numbers.next().and_then(|part| part.parse::<u32>().ok());
    match (number(), number()) {
        (Some(major), Some(minor)) if (major, minor) >= OLDEST_GIT => {}
        (Some(major), Some(minor)) => symptoms.push(serious(
            format!("git {major}.{minor} does not say where a configuration value comes from"),
            format!("update git to {}.{} or later", OLDEST_GIT.0, OLDEST_GIT.1),
        )),
        _ => symptoms.push(serious("git does not run", "put git on the PATH")),
    }
}

fn permanent_flag(repository: &Repository, symptoms: &mut Vec<Symptom>) {
    let set = repository.objects.git().config().and_then(|mut config| {
        let config = config.snapshot()?;
        let entry = config.get_entry("drizzle-guard.ack")?;
        Ok(format!("{:?}", entry.level()).to_lowercase())
    });
    // libgit2 reads files only, so whatever it finds is permanent.
    if let Ok(level) = set {
        symptoms.push(serious(
            format!(
                "drizzle-guard.ack is set in the {level} git configuration: a permanent \
                 acknowledgement is no acknowledgement"
            ),
            format!("git config --{level} --unset-all drizzle-guard.ack"),
        ));
    }
}

fn check_hook(place: &Place, hook: Hook, program: &Path) -> Result<Option<Symptom>, Error> {
    const INSTALL: &str = "drizzle-guard install";
    let path = place.path.join(hook.name());
    let shown = path.display();
    let Some(text) = read(&path)? else {
        return Ok(Some(serious(format!("there is no {shown}"), INSTALL)));
    };
    let whole = script::version(&text);
    let Some(version) = whole.or_else(|| script::block_version(&text)) else {
        return Ok(Some(serious(format!("{shown} does not call drizzle-guard"), INSTALL)));
    };
    if version != script::VERSION {
        return Ok(Some(serious(
            format!("{shown} is of another version of drizzle-guard"),
            INSTALL,
        )));
    }
    if place.kind != Kind::Husky && !super::is_executable(&path) {
        let hint = format!("chmod +x '{shown}'");
        return Ok(Some(serious(format!("{shown} is not executable, so git ignores it"), hint)));
    }
    if whole.is_some() && place.kind == Kind::Own {
        let now = script::whole(hook, &script::Program::At(program.display().to_string()));
        if text != now {
            let text = format!("{shown} calls another drizzle-guard, or was edited");
            return Ok(Some(Symptom { serious: false, text, hint: INSTALL.to_owned() }));
        }
    }
    Ok(None)
}

fn check_lefthook(
    repository: &Repository,
    place: &Place,
    symptoms: &mut Vec<Symptom>,
) -> Result<(), Error> {
    let shown = place.path.display();
    let text = read(&place.path)?.unwrap_or_default();
    if !lefthook::contains(&text, Hook::PrePush) {
        symptoms.push(serious(
            format!("{shown} does not call drizzle-guard before a push"),
            "drizzle-guard install",
        ));
        return Ok(());
    }
    if !lefthook::passes_stdin(&text) {
        symptoms.push(serious(
            format!("{shown} does not pass the pushed refs on: none of them is checked"),
            "add `use_stdin: true` to the command",
        ));
    }
    let hook = repository.common_dir().join("hooks").join(Hook::PrePush.name());
    let root = repository.root().unwrap_or(repository.common_dir());
    let elsewhere = configured(repository, root)?.is_some();
    if !elsewhere && !read(&hook)?.unwrap_or_default().contains("lefthook") {
        symptoms.push(serious("lefthook's own hooks are not in this clone", "lefthook install"));
    }
    Ok(())
}

/// Hooks that are shared look for the program where this clone recorded it.
fn recorded(repository: &Repository, symptoms: &mut Vec<Symptom>) -> Result<(), Error> {
    let Some(path) = read(&repository.private_dir().join("binary"))? else { return Ok(()) };
    let path = path.trim_end();
    if !Path::new(path).is_file() {
        let text = format!("{path}, which the hooks call, is gone");
        symptoms.push(serious(text, "install drizzle-guard again"));
    }
    Ok(())
}

fn pre_commit_framework(root: &Path, symptoms: &mut Vec<Symptom>) -> Result<(), Error> {
    for name in [".pre-commit-config.yaml", ".pre-commit-config.yml", "prek.toml"] {
        let text = read(&root.join(name))?.unwrap_or_default();
        // Inside the framework only one ref of a push is handed over; around it all of them are.
        if text.contains("drizzle-guard") && lefthook_file(root).is_none() {
            symptoms.push(Symptom {
                serious: false,
                text: format!(
                    "{name} calls drizzle-guard, but pre-commit and prek hand over only the first \
                     ref of a push"
                ),
                hint: "`drizzle-guard install` checks all of them; the entry may go".to_owned(),
            });
        }
    }
    Ok(())
}
