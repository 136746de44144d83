//! A repository with a remote, made with git itself and nothing of the machine's configuration.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_drizzle-guard");

/// A table, one column a line: its key, and how it is made.
const COLUMNS: [(&str, &str); 3] = [
    ("id", "integer(\"id\").primaryKey()"),
    ("name", "text(\"name\").notNull()"),
    ("legacyCode", "text(\"legacy_code\")"),
];

/// What a command said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    /// Both streams.
    pub(crate) text: String,
}

impl Said {
    #[track_caller]
    pub(crate) fn passes(self) -> Self {
        assert_eq!(self.code, Some(0), "{}", self.text);
        self
    }

    #[track_caller]
    pub(crate) fn fails(self) -> Self {
        assert_ne!(self.code, Some(0), "{}", self.text);
        self
    }

    #[track_caller]
    pub(crate) fn says(self, words: &str) -> Self {
        assert!(self.text.contains(words), "{words:?} is not in:\n{}", self.text);
        self
    }

    #[track_caller]
    pub(crate) fn says_nothing_of(self, words: &str) -> Self {
        assert!(!self.text.contains(words), "{words:?} is in:\n{}", self.text);
        self
    }
}

/// A worktree, beside it a bare repository that is its `origin`.
pub(crate) struct Work {
    folder: TempDir,
    root: PathBuf,
}

impl Work {
    /// An empty repository on `main`, with an empty remote and no hooks.
    pub(crate) fn bare() -> Self {
        let folder = TempDir::new().expect("a folder");
        let root = folder.path().canonicalize().expect("there").join("work");
        fs::create_dir(&root).expect("a folder");
        let work = Self { folder, root };
        work.git("init -q -b main").passes();
        work.git("init -q --bare -b main ../remote.git").passes();
        work.git("remote add origin ../remote.git").passes();
        work
    }

    /// With `funds` committed and pushed, and the hooks installed.
    pub(crate) fn new() -> Self {
        let work = Self::bare();
        work.schema(&["id", "name", "legacyCode"]);
        work.commit("Describe funds");
        work.git("push -q -u origin main").passes();
        work.guard("install").passes();
        work
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.root.with_file_name(name)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("below the root")).expect("a folder");
        fs::write(path, text).expect("writable");
    }

    pub(crate) fn write_hook(&self, path: &str, text: &str) {
        self.write(path, text);
        executable(&self.path(path));
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_default()
    }

    /// Writes the schema: `funds` with some of its columns.
    pub(crate) fn schema(&self, keys: &[&str]) {
        self.schema_of("funds", keys);
    }

    pub(crate) fn schema_of(&self, table: &str, keys: &[&str]) {
        let columns: String = COLUMNS
            .iter()
            .filter(|(key, _)| keys.contains(key))
            .map(|(key, made)| format!("  {key}: {made},\n"))
            .collect();
        let text = format!(
            "import {{ integer, pgTable, text }} from \"drizzle-orm/pg-core\";\n\n\
             export const {table} = pgTable(\"{table}\", {{\n{columns}}});\n"
        );
        self.write(&format!("shared/db/schema/{table}.ts"), &text);
    }

    /// Commits a schema without `legacyCode`.
    pub(crate) fn drop_column(&self) {
        self.schema(&["id", "name"]);
        self.commit("Drop the legacy code");
    }

    /// Commits everything, the hooks not asked.
    pub(crate) fn commit(&self, message: &str) -> String {
        self.git("add -A").passes();
        self.run("git", &["commit", "-q", "--no-verify", "--allow-empty", "-m", message]).passes();
        self.oid("HEAD")
    }

    pub(crate) fn oid(&self, revision: &str) -> String {
        self.git(&format!("rev-parse {revision}")).passes().text.trim().to_owned()
    }

    /// Where the remote has a ref.
    pub(crate) fn pushed(&self, reference: &str) -> Option<String> {
        let text = self.git(&format!("ls-remote origin {reference}")).passes().text;
        text.split_whitespace().next().map(str::to_owned)
    }

    pub(crate) fn git(&self, arguments: &str) -> Said {
        self.run("git", &arguments.split(' ').collect::<Vec<_>>())
    }

    pub(crate) fn guard(&self, arguments: &str) -> Said {
        self.run(PROGRAM, &arguments.split(' ').collect::<Vec<_>>())
    }

    /// Acknowledges what a push of `HEAD` would change, and commits that.
    pub(crate) fn acknowledge(&self) {
        let change = self.fingerprint();
        let reason = "unused since v4.2, readers removed in #812";
        self.run(PROGRAM, &["ack", &change, "--reason", reason]).passes();
        self.commit("Acknowledge it");
    }

    /// The short fingerprint of the one dangerous change between the remote's main and `HEAD`.
    pub(crate) fn fingerprint(&self) -> String {
        let said = self.guard("check --base origin/main --head HEAD");
        let at = said.text.find("dg1:").unwrap_or_else(|| panic!("no change: {}", said.text));
        said.text[at..].chars().take(16).collect()
    }

    pub(crate) fn run(&self, program: &str, arguments: &[&str]) -> Said {
        self.run_with(&self.root, program, arguments, &[])
    }

    pub(crate) fn run_with(
        &self,
        directory: &Path,
        program: &str,
        arguments: &[&str],
        variables: &[(&str, &str)],
    ) -> Said {
        let mut command = self.command(directory, program);
        command.args(arguments).envs(variables.iter().copied());
        said(command.output().expect("it runs"))
    }

    fn command(&self, directory: &Path, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(directory).stdin(Stdio::null());
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            let ours = ["GIT_", "DRIZZLE_GUARD_", "PRE_COMMIT", "HUSKY", "LEFTHOOK"];
            if ours.iter().any(|start| text.starts_with(start)) {
                command.env_remove(&name);
            }
        }
        command.envs([
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_AUTHOR_NAME", "Ana Ruiz"),
            ("GIT_AUTHOR_EMAIL", "ana@example.com"),
            ("GIT_COMMITTER_NAME", "Ana Ruiz"),
            ("GIT_COMMITTER_EMAIL", "ana@example.com"),
            ("GIT_MERGE_AUTOEDIT", "no"),
        ]);
        command.env("HOME", self.folder.path());
        command
    }
}

fn said(output: Output) -> Said {
    let text = [output.stdout, output.stderr].concat();
    Said { code: output.status.code(), text: String::from_utf8_lossy(&text).into_owned() }
}

#[cfg(unix)]
pub(crate) fn executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("ours");
}

#[cfg(not(unix))]
pub(crate) fn executable(_: &Path) {}
