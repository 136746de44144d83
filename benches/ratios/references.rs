//! A dropped column in a repository of 10,000 TypeScript files: who still uses it.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::{median, ratio, report, row};

const FILES: usize = 10_000;
const RUNS: usize = 15;
/// One file in so many works with the table, and one of so many of these uses the column.
const IMPORTS: usize = 20;
const USES: usize = 4;

pub(crate) fn run() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let bytes = generate(folder.path());
    let guard = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_drizzle-guard"));
        command.args(["check", "--format", "json", "--base", "main", "--head", "dropped"]);
        command
    };
    let git = || {
        let mut command = Command::new("git");
        command.args(["grep", "-l", "-w", "-F", "vintageYear", "dropped"]);
        command
    };
    let expected = FILES / IMPORTS / USES;
    let found = guard().current_dir(folder.path()).output().expect("it runs").stdout;
    let found: serde_json::Value = serde_json::from_slice(&found).expect("it is JSON");
    let references = found["changes"][0]["references"].as_array().expect("a list");
    let certain = references.iter().filter(|it| it["tier"] == "certain").count();
    assert_eq!(certain, expected, "{references:?}");
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    // Alternating, so that a busy moment of the machine meets both.
    for _ in 0..RUNS {
        ours.push(time(folder.path(), guard()));
        theirs.push(time(folder.path(), git()));
    }
    let (ours, theirs) = (median(ours), median(theirs));
    let megabytes = bytes / 1024 / 1024;
    report(&format!(
        "a dropped column, {FILES} TypeScript files, {megabytes} MB, {expected} of them use it"
    ));
    row(&format!("drizzle-guard check, median of {RUNS}"), ours);
    row("git grep -l -w of its key", theirs);
    ratio(ours, theirs);
}

fn time(folder: &Path, mut command: Command) -> Duration {
    command.current_dir(folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let start = Instant::now();
    let status = command.status().expect("it runs");
    let took = start.elapsed();
    assert!(status.code().is_some_and(|code| code < 2), "{command:?} ends with {status}");
    took
}

/// Two commits, `main` and `dropped`, packed as after a clone; returns the bytes of the files.
fn generate(folder: &Path) -> usize {
    git(folder, &["init", "-q", "--bare"], "");
    let mut stream = String::new();
    let mut bytes = 0;
    let mut file = |stream: &mut String, path: &str, text: &str| {
        bytes += text.len();
        let _ = write!(stream, "M 100644 inline {path}\ndata {}\n{text}\n", text.len());
    };
    let commit = |stream: &mut String, branch: &str| {
        let _ = write!(
            stream,
            "commit refs/heads/{branch}\ncommitter Bench <bench@example.com> 1764000000 +0000\n\
             data 3\nall\n"
        );
    };
    commit(&mut stream, "main");
    let column = "  vintageYear: integer('vintage_year'),\n";
    file(&mut stream, "shared/db/schema/funds.ts", &schema(column));
    let config = "{\"compilerOptions\": {\"paths\": {\"@db/*\": [\"./shared/db/*\"]}}}";
    file(&mut stream, "tsconfig.json", config);
    for number in 0..FILES {
        let path = format!("server/area-{:03}/module-{number}.ts", number % 211);
        file(&mut stream, &path, &module(number));
    }
    commit(&mut stream, "dropped");
    stream.push_str("from refs/heads/main\n");
    file(&mut stream, "shared/db/schema/funds.ts", &schema(""));
    git(folder, &["fast-import", "--quiet"], &stream);
    git(folder, &["repack", "-adq"], "");
    bytes
}

fn schema(column: &str) -> String {
    format!(
        "import {{ integer, pgTable, serial, text }} from 'drizzle-orm/pg-core';\n\
         export const funds = pgTable('funds', {{\n  id: serial('id').primaryKey(),\n  \
         name: text('name').notNull(),\n{column}}});\n\
         export type Fund = typeof funds.$inferSelect;\n"
    )
}

/// A module of some sixty lines, each different.
fn module(number: usize) -> String {
    let mut text = String::new();
    let imports = number.is_multiple_of(IMPORTS);
    if imports {
        text.push_str("import { db } from '../db';\nimport { funds } from '@db/schema/funds';\n");
    }
    let other = number / 2;
    let _ = writeln!(
        text,
        "import {{ round{other} }} from '../area-{:03}/module-{other}';\n",
        other % 211
    );
    for part in 0..6 {
        let _ = write!(
            text,
            "/** The carry of part {part} in waterfall {number}. */
export function round{part}of{number}(amount: number, rate = {part}.{number}): number {{
  const hurdle = amount * rate - {number};
  if (hurdle < 0) {{
    return `area ${{amount}} of {number}`.length;
  }}
  const steps = [hurdle, amount, {part}].map((step) => step * {number});
  return steps.reduce((sum, step) => sum + step, 0) / ({part} + 1);
}}

"
        );
    }
    let _ = writeln!(
        text,
        "export const round{number} = (value: number) => round0of{number}(value) + {number};"
    );
    if imports {
        let column = if number.is_multiple_of(IMPORTS * USES) { "vintageYear" } else { "name" };
        let _ = writeln!(
            text,
            "export const load = () => db.select({{ value: funds.{column} }}).from(funds);"
        );
    }
    text
}

fn git(folder: &Path, arguments: &[&str], input: &str) {
    let mut child = Command::new("git")
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("git starts");
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("git reads");
    assert!(child.wait().expect("git ends").success(), "git {arguments:?}");
}
