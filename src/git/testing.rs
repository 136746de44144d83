//! Throw-away repositories for tests, made with git itself and nothing of the machine's
//! configuration.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::repository::Repository;

/// A repository that is deleted with the value.
pub(crate) struct Scratch {
    #[expect(dead_code, reason = "dropping it deletes the folder")]
    folder: TempDir,
    root: PathBuf,
}

impl Scratch {
    /// An empty repository on branch `main`.
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().expect("a folder");
        let root = folder.path().canonicalize().expect("exists").join("work");
        fs::create_dir(&root).expect("a folder");
        let scratch = Self { folder, root };
        scratch.git(&["init", "-q", "-b", "main"]);
        scratch
    }

    /// A clone of this one, over the file transport, so that `--depth` and `--filter` apply.
    pub(crate) fn clone_with(&self, options: &[&str]) -> Self {
        let folder = TempDir::new().expect("a folder");
        let root = folder.path().canonicalize().expect("exists").join("clone");
        self.git(&["config", "uploadpack.allowFilter", "true"]);
        let url = format!("file://{}", self.root.display());
        let target = root.display().to_string();
        let clone = ["clone", "-q"];
        self.git(&[&clone, options, &[url.as_str(), target.as_str()]].concat());
        Self { folder, root }
    }

    /// Runs git here and gives its trimmed output; panics when it fails.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let output = hermetic(&self.root).args(arguments).output().expect("git runs");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {arguments:?}: {errors}");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// Writes a file, making its folders.
    pub(crate) fn write(&self, path: &str, content: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("below the root")).expect("a folder");
        fs::write(path, content).expect("writable");
    }

    /// Commits everything and gives the commit's oid.
    pub(crate) fn commit(&self, message: &str) -> String {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// A place in the worktree.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// The repository as the library sees it.
    pub(crate) fn open(&self) -> Repository {
        Repository::open_at(&self.root).expect("a repository")
    }
}

/// git without the machine's configuration, with a fixed identity.
fn hermetic(directory: &Path) -> Command {
    let mut command = Command::new("git");
    command.current_dir(directory);
    for (name, _) in
        std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("GIT_"))
    {
        command.env_remove(name);
    }
    command.envs([
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_AUTHOR_NAME", "Ana Ruiz"),
        ("GIT_AUTHOR_EMAIL", "ana@example.com"),
        ("GIT_COMMITTER_NAME", "Ana Ruiz"),
        ("GIT_COMMITTER_EMAIL", "ana@example.com"),
    ]);
    command
}
