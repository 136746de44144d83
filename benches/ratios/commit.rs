//! The fast path: nothing of the schema is staged.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::{median, ratio, report, row};

const FILES: usize = 100_000;
const RUNS: usize = 41;

const FUNDS: &str = "import { pgTable, serial, text } from 'drizzle-orm/pg-core';\n\
    export const funds = pgTable('funds', { id: serial('id').primaryKey(), name: text('name') });\n";

/// Says where the schema is. Without it, a drizzle config is looked for in the folders of a monorepo.
const CONFIG: &str = "import { defineConfig } from 'drizzle-kit';\n\
    export default defineConfig({ dialect: 'postgresql', schema: './shared/db/schema' });\n";

pub(crate) fn run() {
    compare("with a drizzle.config.ts", Some(CONFIG));
    compare("without a drizzle config", None);
}

fn compare(what: &str, config: Option<&str>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    generate(folder.path(), config);
    let guard = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_drizzle-guard"));
        command.args(["hook", "pre-commit"]);
        command
    };
    let git = || {
        let mut command = Command::new("git");
        command.args(["diff", "--cached", "--quiet", "--", "shared/db/schema"]);
        command
    };
    let first = time(folder.path(), guard());
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    // Alternating, so that a busy moment of the machine meets both.
    for _ in 0..RUNS {
        ours.push(time(folder.path(), guard()));
        theirs.push(time(folder.path(), git()));
    }
    let (ours, theirs) = (median(ours), median(theirs));
    report(&format!("a commit without a schema change, {FILES} tracked files, {what}"));
    row("drizzle-guard hook pre-commit, the first time", first);
    row(&format!("drizzle-guard hook pre-commit, median of {RUNS}"), ours);
    row("git diff --cached --quiet -- shared/db/schema", theirs);
    ratio(ours, theirs);
}

fn time(folder: &Path, mut command: Command) -> Duration {
    command.current_dir(folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let start = Instant::now();
    let status = command.status().expect("it runs");
    let took = start.elapsed();
    assert!(status.success(), "{command:?} ends with {status}");
    took
}

/// A repository as a hook finds it: one commit, one file staged, the index's cache-tree valid (git
/// has just written it when it calls pre-commit). All files but the schema share one blob; nothing
/// is on disk, because neither side looks at the disk.
fn generate(folder: &Path, config: Option<&str>) {
    git(folder, &["init", "-q", "-b", "main"], "");
    git(folder, &["config", "user.name", "Bench"], "");
    git(folder, &["config", "user.email", "bench@example.com"], "");
    let blob = git(folder, &["hash-object", "-w", "--stdin"], "x\n");
    let schema = git(folder, &["hash-object", "-w", "--stdin"], FUNDS);
    let mut index = format!("100644 {schema}\tshared/db/schema/funds.ts\n");
    if let Some(config) = config {
        let config = git(folder, &["hash-object", "-w", "--stdin"], config);
        let _ = writeln!(index, "100644 {config}\tdrizzle.config.ts");
    }
    for number in 0..FILES - 2 {
        let path = format!("packages/{:03}/src/{:02}/file-{number}.ts", number % 400, number % 37);
        let _ = writeln!(index, "100644 {blob}\t{path}");
    }
    git(folder, &["update-index", "--add", "--index-info"], &index);
    let tree = git(folder, &["write-tree"], "");
    let commit = git(folder, &["commit-tree", "-m", "all files", &tree], "");
    git(folder, &["update-ref", "refs/heads/main", &commit], "");
    git(folder, &["repack", "-adq"], "");
    let staged = git(folder, &["hash-object", "-w", "--stdin"], "y\n");
    let line = format!("100644 {staged}\tpackages/000/src/00/file-0.ts\n");
    git(folder, &["update-index", "--index-info"], &line);
    git(folder, &["write-tree"], "");
}

fn git(folder: &Path, arguments: &[&str], input: &str) -> String {
    let mut child = Command::new("git")
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("git starts");
    // Dropped before the output is waited for, so that git sees the end of its input.
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("git reads");
    let output = child.wait_with_output().expect("git ends");
    assert!(output.status.success(), "git {arguments:?}");
    String::from_utf8(output.stdout).expect("oids are ASCII").trim().to_owned()
}
