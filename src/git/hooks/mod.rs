//! The two hooks: putting them beside what is there already, taking them out byte for byte, and
//! saying what is wrong with them.
//!
//! | what is there | what is done |
//! |---|---|
//! | nothing | the hook file is written |
//! | a hook in `.git/hooks` | it is renamed to `<hook>.before-drizzle-guard` and called by ours |
//! | a committed folder (`core.hooksPath`) | a few lines at the top of the shell script |
//! | husky | the same in `.husky/<hook>` |
//! | lefthook | a command in `lefthook.yml` |
//!
//! And on request the gate around `npm run db:push`, in `package.json`.
//!
//! The functions change files and say what they did; they print nothing.

mod doctor;
mod lefthook;
mod npm;
mod place;
mod script;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::error::Error;
use super::pushed::Remark;
use super::repository::Repository;
pub use doctor::{Symptom, doctor};
use place::{Kind, Place, places};
use script::{Program, Removed};

/// A hook of git.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hook {
    /// Before a commit: reports.
    PreCommit,
    /// Before a push: stops.
    PrePush,
}

/// Both hooks.
pub const HOOKS: [Hook; 2] = [Hook::PreCommit, Hook::PrePush];

impl Hook {
    /// As git calls it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PreCommit => "pre-commit",
            Self::PrePush => "pre-push",
        }
    }
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcome {
    /// Every file that is ours or has something of ours, in order.
    pub steps: Vec<Step>,
    /// What the user has to know or do.
    pub remarks: Vec<Remark>,
}

/// What was done with one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The file.
    pub path: PathBuf,
    /// What was done.
    pub action: Action,
}

/// What was done with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// It was written; there was none.
    Created,
    /// It was written, and calls the one that was there, which now has this name.
    Chained(PathBuf),
    /// Some lines were added to it.
    Added,
    /// What was there of an older version was replaced.
    Updated,
    /// It was as it should be.
    Unchanged,
    /// It was deleted.
    Removed,
    /// The one that was there before is back.
    Restored,
    /// Our lines were taken out.
    TakenOut,
}

/// What the hook that was there before is called.
const BEFORE: &str = ".before-drizzle-guard";

/// Puts both hooks into the repository. `program` is the path of this program, absolute.
pub fn install(repository: &Repository, program: &Path) -> Result<Outcome, Error> {
    let mut outcome = Outcome::default();
    let places = places(repository, &mut outcome.remarks)?;
    record(repository, program)?;
    for place in &places {
        match &place.kind {
            Kind::Lefthook => install_lefthook(place, &mut outcome)?,
            Kind::Own | Kind::Shared | Kind::Husky => {
                make_folder(repository, &place.path)?;
                for hook in HOOKS {
                    let step = install_hook(place, hook, program)?;
                    outcome.steps.push(step);
                }
            }
        }
    }
    Ok(outcome)
}

/// Takes everything out that [`install`] put in, in all places where it may have been put.
pub fn uninstall(repository: &Repository) -> Result<Outcome, Error> {
    let mut outcome = Outcome::default();
    for place in place::everywhere(repository)? {
        if place.kind == Kind::Lefthook {
            let text = read(&place.path)?.unwrap_or_default();
            if let Some(without) = lefthook::remove(&text) {
                // Written when there was none, it is not left behind empty.
                let action = put_back(&place.path, &without, !without.is_empty())?;
                outcome.steps.push(Step { path: place.path.clone(), action });
            }
            continue;
        }
        for hook in HOOKS {
            outcome.steps.extend(uninstall_hook(&place.path.join(hook.name()))?);
        }
    }
    uninstall_scripts(repository, &mut outcome)?;
    let folder = repository.private_dir();
    for made in read(&folder.join("folders"))?.unwrap_or_default().lines().rev() {
        // Only when it is empty: what others put there since is theirs.
        let _ = fs::remove_dir(made);
    }
    match fs::remove_dir_all(&folder) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(source) => return Err(Error::Io { path: folder, source }),
    }
    Ok(outcome)
}

/// Puts the gate around the package scripts that run `drizzle-kit push`.
pub fn install_scripts(repository: &Repository) -> Result<Outcome, Error> {
    let mut outcome = Outcome::default();
    let Some(root) = repository.root() else { return Ok(outcome) };
    let mut without = 0;
    for path in packages(root)? {
        let text = read(&path)?.unwrap_or_default();
        let action = match npm::add(&text) {
            npm::Edit::Changed(text) => {
                write(&path, &text, false)?;
                Action::Added
            }
            npm::Edit::Unchanged => Action::Unchanged,
            npm::Edit::NoPush => {
                without += 1;
                continue;
            }
            npm::Edit::Unreadable(why) => {
                outcome.remarks.push(Remark {
                    warning: true,
                    text: format!("{} is left alone: {why}", path.display()),
                    hint: None,
                });
                continue;
            }
        };
        outcome.steps.push(Step { path, action });
    }
    if outcome.steps.is_empty() {
        outcome.remarks.push(Remark {
            warning: true,
            text: format!(
                "none of {without} package.json files has a script that runs `drizzle-kit push`"
            ),
            hint: Some("write one: \"db:push\": \"drizzle-kit push\"".to_owned()),
        });
    } else if root.join(".yarnrc.yml").exists() {
        outcome.remarks.push(Remark {
            warning: true,
            text: "yarn 2 and later run no `pre` and `post` scripts".to_owned(),
            hint: Some("call the two scripts in the push script itself".to_owned()),
        });
    }
    Ok(outcome)
}

/// How deep a package.json is looked for in a monorepo.
const PACKAGES_DEPTH: usize = 3;

/// The package.json files of the working tree, the root's first.
fn packages(root: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut found = Vec::new();
    let mut folders = vec![(root.to_path_buf(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        let package = folder.join("package.json");
        if package.is_file() {
            found.push(package);
        }
        if depth == PACKAGES_DEPTH {
            continue;
        }
        let entries = fs::read_dir(&folder).map_err(|source| io_error(&folder, source))?;
        for entry in entries.flatten() {
            let name = entry.file_name();
            let skipped = name == "node_modules" || name.to_string_lossy().starts_with('.');
            if !skipped && entry.file_type().is_ok_and(|it| it.is_dir()) {
                folders.push((entry.path(), depth + 1));
            }
        }
    }
    found.sort_by_key(|path| (path.components().count(), path.clone()));
    Ok(found)
}

/// Takes the gate out of the package scripts.
fn uninstall_scripts(repository: &Repository, outcome: &mut Outcome) -> Result<(), Error> {
    let Some(root) = repository.root() else { return Ok(()) };
    for path in packages(root)? {
        let text = read(&path)?.unwrap_or_default();
        if let npm::Edit::Changed(text) = npm::remove(&text) {
            write(&path, &text, false)?;
            outcome.steps.push(Step { path, action: Action::TakenOut });
        }
    }
    Ok(())
}

fn install_hook(place: &Place, hook: Hook, program: &Path) -> Result<Step, Error> {
    let path = place.path.join(hook.name());
    let found = read(&path)?;
    let step = |action| Ok(Step { path: path.clone(), action });
    let shared = place.kind != Kind::Own;
    let program =
        if shared { Program::Recorded } else { Program::At(program.display().to_string()) };
    let whole = script::whole(hook, &program);
    match found {
        None if shared => {
            write(&path, &script::block_file(hook), true)?;
            step(Action::Created)
        }
        None => {
            write(&path, &whole, true)?;
            step(Action::Created)
        }
        Some(text) if script::version(&text).is_some() => {
            if text == whole && is_executable(&path) {
                return step(Action::Unchanged);
            }
            write(&path, &whole, true)?;
            step(Action::Updated)
        }
        // husky runs its files with `sh`, whatever their first line and mode.
        Some(text)
            if script::block_version(&text).is_some()
                || place.kind == Kind::Husky
                || (shared && script::is_shell(&text) && is_executable(&path)) =>
        {
            let with = script::insert(hook, &text);
            if with == text {
                return step(Action::Unchanged);
            }
            write(&path, &with, false)?;
            let old = script::block_version(&text).is_some();
            step(if old { Action::Updated } else { Action::Added })
        }
        Some(_) => {
            let before = beside(&path);
            if before.symlink_metadata().is_ok() {
                let message = format!(
                    "{} is there already, beside a hook that is not ours: put one of them away",
                    before.display()
                );
                return Err(Error::Io { path, source: io::Error::other(message) });
            }
            fs::rename(&path, &before).map_err(|source| io_error(&path, source))?;
            write(&path, &whole, true)?;
            step(Action::Chained(before))
        }
    }
}

fn uninstall_hook(path: &Path) -> Result<Option<Step>, Error> {
    let Some(text) = read(path)? else { return Ok(None) };
    let step = |action| Ok(Some(Step { path: path.to_owned(), action }));
    if script::version(&text).is_some() {
        let before = beside(path);
        if before.symlink_metadata().is_ok() {
            fs::rename(&before, path).map_err(|source| io_error(path, source))?;
            return step(Action::Restored);
        }
        fs::remove_file(path).map_err(|source| io_error(path, source))?;
        return step(Action::Removed);
    }
    match script::remove(&text) {
        Some(Removed::File) => step(put_back(path, "", false)?),
        Some(Removed::Script(script)) => step(put_back(path, &script, true)?),
        None => Ok(None),
    }
}

fn install_lefthook(place: &Place, outcome: &mut Outcome) -> Result<(), Error> {
    let path = place.path.clone();
    let text = read(&path)?.unwrap_or_default();
    let with = HOOKS.iter().try_fold(text.clone(), |text, hook| lefthook::insert(&text, *hook));
    let remark = |text: String, hint: String| Remark { warning: true, text, hint: Some(hint) };
    let yaml = path.extension().is_some_and(|it| it == "yml" || it == "yaml");
    match with.filter(|_| yaml) {
        Some(with) if with == text => {
            outcome.steps.push(Step { path: path.clone(), action: Action::Unchanged });
        }
        Some(with) => {
            write(&path, &with, false)?;
            outcome.steps.push(Step { path: path.clone(), action: Action::Added });
            outcome.remarks.push(Remark {
                warning: false,
                text:
                    "lefthook writes git's hooks from its configuration, and calls drizzle-guard \
                       from the PATH"
                        .to_owned(),
                hint: Some("run `lefthook install`".to_owned()),
            });
        }
        None => outcome.remarks.push(remark(
            format!("{} is laid out in a way that is not edited for you", path.display()),
            format!("add to it:\n{}", lefthook::by_hand()),
        )),
    }
    Ok(())
}

/// Remembers in this clone where the program is, for hooks that are shared with other clones.
fn record(repository: &Repository, program: &Path) -> Result<(), Error> {
    let folder = repository.private_dir();
    fs::create_dir_all(&folder).map_err(|source| io_error(&folder, source))?;
    write(&folder.join("binary"), &format!("{}\n", program.display()), false)
}

/// Makes a folder for hooks, and remembers which were made.
fn make_folder(repository: &Repository, folder: &Path) -> Result<(), Error> {
    let missing: Vec<&Path> = folder.ancestors().take_while(|it| !it.exists()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    fs::create_dir_all(folder).map_err(|source| io_error(folder, source))?;
    let list = repository.private_dir().join("folders");
    let mut text = read(&list)?.unwrap_or_default();
    for made in missing.iter().rev() {
        text.push_str(&made.display().to_string());
        text.push('\n');
    }
    write(&list, &text, false)
}

/// Where the hook goes that was there before.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(BEFORE);
    path.with_file_name(name)
}

/// Writes a text back, or deletes the file.
fn put_back(path: &Path, text: &str, keep: bool) -> Result<Action, Error> {
    if keep {
        write(path, text, false)?;
        return Ok(Action::TakenOut);
    }
    fs::remove_file(path).map_err(|source| io_error(path, source))?;
    Ok(Action::Removed)
}

/// The text of a file, `None` when there is none. A hook that is not UTF-8 (a program) is kept as it
/// is: what stands for the bytes that are not is never written back, because such a file is renamed.
fn read(path: &Path) -> Result<Option<String>, Error> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(_) => "not text".to_owned(),
        })),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            // A link to nothing is something that was there.
            Ok(path.symlink_metadata().is_ok().then(String::new))
        }
        Err(source) => Err(io_error(path, source)),
    }
}

/// Writes a file, keeping its mode; a new hook may be executed.
fn write(path: &Path, text: &str, executable: bool) -> Result<(), Error> {
    fs::write(path, text).map_err(|source| io_error(path, source))?;
    if executable { make_executable(path) } else { Ok(()) }
}

#[cfg(unix)]
fn make_executable(path: &Path) -> Result<(), Error> {
    use std::os::unix::fs::PermissionsExt;
    let failed = |source| io_error(path, source);
    let mut permissions = fs::metadata(path).map_err(failed)?.permissions();
    // Whoever may read it may run it, as git's own templates have it.
    let mode = permissions.mode();
    permissions.set_mode(mode | ((mode & 0o444) >> 2));
    fs::set_permissions(path, permissions).map_err(failed)
}

#[cfg(not(unix))]
fn make_executable(_: &Path) -> Result<(), Error> {
    Ok(())
}

#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).is_ok_and(|it| it.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(path: &Path) -> bool {
    path.exists()
}

fn io_error(path: &Path, source: io::Error) -> Error {
    Error::Io { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests;
