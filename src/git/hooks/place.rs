//! Where hooks are in a repository.

use std::path::{Path, PathBuf};

use git2::ConfigLevel;

use super::super::error::Error;
use super::super::pushed::Remark;
use super::super::repository::Repository;

/// A place for hooks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// The folder, or lefthook's configuration.
    pub(super) path: PathBuf,
    pub(super) kind: Kind,
}

/// Who else has to do with a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A folder of this clone alone.
    Own,
    /// A folder in the worktree, committed or to be.
    Shared,
    /// husky's folder.
    Husky,
    /// lefthook's configuration.
    Lefthook,
}

/// lefthook's configuration, in the order in which it looks.
const LEFTHOOK: &[&str] = &[
    "lefthook.yml",
    "lefthook.yaml",
    "lefthook.json",
    "lefthook.toml",
    ".lefthook.yml",
    ".lefthook.yaml",
    ".lefthook.json",
    ".lefthook.toml",
    ".config/lefthook.yml",
    ".config/lefthook.yaml",
    ".config/lefthook.json",
    ".config/lefthook.toml",
];

/// Where hooks belong in this repository, and what the user has to know of it.
pub(super) fn places(
    repository: &Repository,
    remarks: &mut Vec<Remark>,
) -> Result<Vec<Place>, Error> {
    let Some(root) = repository.root() else {
        return Err(Error::Hooks {
            why: "a bare repository has neither commits nor pushes of its own".to_owned(),
            hint: "install it in the clones, and run `drizzle-guard check` on the server"
                .to_owned(),
        });
    };
    if let Some(path) = lefthook(root) {
        return Ok(vec![Place { path, kind: Kind::Lefthook }]);
    }
    let effective = effective(repository, root)?;
    let husky = root.join(".husky");
    if effective.kind == Kind::Husky || !husky.is_dir() || effective.path == husky {
        return Ok(vec![effective]);
    }
    // husky's folder is committed, but this clone has not run husky: git looks elsewhere until then.
    remarks.push(Remark {
        warning: false,
        text: "husky is not active in this clone, so the hooks are in git's own folder too"
            .to_owned(),
        hint: None,
    });
    Ok(vec![Place { path: husky, kind: Kind::Husky }, effective])
}

/// Every place where something of ours may be.
pub(super) fn everywhere(repository: &Repository) -> Result<Vec<Place>, Error> {
    let own = Place { path: repository.common_dir().join("hooks"), kind: Kind::Own };
    let Some(root) = repository.root() else { return Ok(vec![own]) };
    let mut places = vec![own, Place { path: root.join(".husky"), kind: Kind::Husky }];
    places.extend(configured(repository, root)?.map(|(place, _)| place));
    places.extend(lefthook(root).map(|path| Place { path, kind: Kind::Lefthook }));
    let mut seen = Vec::new();
    places.retain(|place| {
        let new = !seen.contains(&place.path);
        seen.push(place.path.clone());
        new
    });
    Ok(places)
}

/// lefthook's configuration file, if there is one.
pub(super) fn lefthook(root: &Path) -> Option<PathBuf> {
    LEFTHOOK.iter().map(|name| root.join(name)).find(|path| path.is_file())
}

/// The folder that git uses, unless it is shared with other repositories.
fn effective(repository: &Repository, root: &Path) -> Result<Place, Error> {
    let Some((place, level)) = configured(repository, root)? else {
        return Ok(Place { path: repository.common_dir().join("hooks"), kind: Kind::Own });
    };
    let of_repository =
        matches!(level, ConfigLevel::Local | ConfigLevel::Worktree | ConfigLevel::App);
    if place.kind == Kind::Own && !of_repository {
        return Err(Error::Hooks {
            why: format!(
                "core.hooksPath sends the hooks of all your repositories to {}",
                place.path.display()
            ),
            hint: "give this one its own with `git config core.hooksPath .git/hooks`, or call \
                   `drizzle-guard hook pre-push \"$@\"` from the pre-push hook there"
                .to_owned(),
        });
    }
    Ok(place)
}

/// The folder that `core.hooksPath` names, and where it is set; `None` when it is not.
pub(super) fn configured(
    repository: &Repository,
    root: &Path,
) -> Result<Option<(Place, ConfigLevel)>, Error> {
    let git = repository.objects.git();
    let failed = |error| Error::git("read git's configuration", error);
    let mut config = git.config().map_err(failed)?;
    let config = config.snapshot().map_err(failed)?;
    let Ok(entry) = config.get_entry("core.hookspath") else { return Ok(None) };
    let level = entry.level();
    // git-config(1): a relative path starts where hooks run, and those run at the root.
    let path = root.join(config.get_path("core.hookspath").map_err(failed)?);
    let named = |path: &Path, name: &str| path.file_name().is_some_and(|it| it == name);
    if named(&path, "_") && path.parent().is_some_and(|above| named(above, ".husky")) {
        let path = path.parent().map_or_else(|| path.clone(), Path::to_owned);
        return Ok(Some((Place { path, kind: Kind::Husky }, level)));
    }
    let in_worktree = path.starts_with(root) && !path.starts_with(repository.common_dir());
    let kind = if in_worktree { Kind::Shared } else { Kind::Own };
    Ok(Some((Place { path, kind }, level)))
}
