//! Who applies the schema, as the repository itself shows: its package scripts, what they run, and
//! its build and deployment files.
//!
//! Only what all of them agree on is believed. A repository with `drizzle-kit push` in one script
//! and `drizzle-kit migrate` in another may use either on any database, so both are judged.

use std::collections::BTreeSet;

use crate::files::{EntryKind, Files, ReadError};
use crate::origin::{LineIndex, Origin};
use crate::rules::Executor;

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// Where `drizzle-kit push` is run.
    pub(super) push: Vec<Origin>,
    /// Where `drizzle-kit migrate`, or drizzle-orm's migrator, is run.
    pub(super) migrate: Vec<Origin>,
}

/// Files at the root that build or deploy.
const FILES: &[&str] = &[
    ".gitlab-ci.yml",
    "bitbucket-pipelines.yml",
    "azure-pipelines.yml",
    "Jenkinsfile",
    "Makefile",
    "justfile",
    "Taskfile.yml",
    "Dockerfile",
    "docker-compose.yml",
    "docker-compose.yaml",
    "compose.yml",
    "compose.yaml",
    "docker-entrypoint.sh",
    "entrypoint.sh",
    "start.sh",
    "Procfile",
    "vercel.json",
    "railway.json",
    "railway.toml",
    "fly.toml",
    "nixpacks.toml",
    "render.yaml",
];

/// Folders whose files all do.
const FOLDERS: &[&str] = &[".github/workflows", ".circleci", ".buildkite"];

/// Files in the folder of a package that do.
const BESIDE_PACKAGE: &[&str] =
    &["Dockerfile", "docker-entrypoint.sh", "entrypoint.sh", "start.sh", "vercel.json", "fly.toml"];

impl Found {
    /// What all places agree on. A journal is made for migrate, so with one, push alone is not
    /// believed.
    pub(super) fn executor(&self, has_journal: bool) -> Executor {
        match (self.push.is_empty(), self.migrate.is_empty()) {
            (false, true) if !has_journal => Executor::Push,
            (true, false) => Executor::Migrate,
            _ => Executor::Unknown,
        }
    }
}

/// Looks through a state. `configs` are its drizzle configs: the packages around them count.
pub(super) fn find<'a>(
    files: &dyn Files,
    configs: impl Iterator<Item = &'a str>,
) -> Result<Found, ReadError> {
    let mut folders: BTreeSet<&str> = BTreeSet::from([""]);
    for config in configs {
        let mut folder = config;
        while let Some((parent, _)) = folder.rsplit_once('/') {
            folders.insert(parent);
            folder = parent;
        }
    }
    let mut found = Found::default();
    let mut paths: Vec<String> = FILES.iter().map(ToString::to_string).collect();
    for folder in FOLDERS {
        let entries = files.list(folder)?.unwrap_or_default();
        let entries = entries.into_iter().filter(|entry| entry.kind == EntryKind::File);
        paths.extend(entries.map(|entry| format!("{folder}/{}", entry.name)));
    }
    for folder in folders {
        let inside = |name: &str| {
            if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
        };
        if !folder.is_empty() {
            paths.extend(BESIDE_PACKAGE.iter().map(|name| inside(name)));
        }
        paths.push(inside("package.json"));
        scripts(files, folder, &inside("package.json"), &mut found)?;
    }
    for path in paths {
        let Some(blob) = files.read(&path)? else { continue };
        let text = String::from_utf8_lossy(&blob.bytes);
        commands(&path, &text, &mut found);
    }
    Ok(found)
}

/// Every `drizzle-kit push` and `drizzle-kit migrate` in a text; comments of a `#` do not count.
fn commands(path: &str, text: &str, found: &mut Found) {
    if !text.contains("drizzle-kit") {
        return;
    }
    let lines = LineIndex::new(text);
    for (at, _) in text.match_indices("drizzle-kit") {
        let line = text.get(..at).unwrap_or_default().rsplit('\n').next().unwrap_or_default();
        if line.trim_start().starts_with('#') || line.contains(" #") {
            continue;
        }
        let rest = text.get(at + "drizzle-kit".len()..).unwrap_or_default();
        let rest = rest.split('\n').next().unwrap_or_default();
        // `drizzle-kit@0.31 --config x push`, `["drizzle-kit", "migrate"]`
        let mut words = rest
            .split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',' | ';' | '&' | '|'))
            .filter(|word| !word.is_empty());
        let Some(command) = words.find_map(Command::of) else { continue };
        let (line, column) = lines.locate(text, u32::try_from(at).unwrap_or(u32::MAX));
        let place = Origin::new(path, line, column);
        match command {
            Command::Push => found.push.push(place),
            Command::Migrate => found.migrate.push(place),
            Command::Other => {}
        }
    }
}

/// A command of drizzle-kit.
#[derive(Clone, Copy)]
enum Command {
    Push,
    Migrate,
    Other,
}

impl Command {
    fn of(word: &str) -> Option<Self> {
        match word {
            "push" | "push:pg" => Some(Self::Push),
            "migrate" => Some(Self::Migrate),
            "generate" | "generate:pg" | "studio" | "check" | "check:pg" | "up" | "up:pg"
            | "pull" | "introspect" | "introspect:pg" | "drop" | "export" => Some(Self::Other),
            _ => None,
        }
    }
}

/// What the files that a package's scripts run do: a call of drizzle-orm's migrator.
fn scripts(
    files: &dyn Files,
    folder: &str,
    package: &str,
    found: &mut Found,
) -> Result<(), ReadError> {
    let Some(blob) = files.read(package)? else { return Ok(()) };
    let Ok(json) = serde_json::from_slice::<serde_json::Value>(&blob.bytes) else {
        return Ok(());
    };
    let scripts = json.get("scripts").and_then(|it| it.as_object());
    let scripts = scripts.into_iter().flatten().filter_map(|(_, script)| script.as_str());
    let mut seen = BTreeSet::new();
    for word in scripts.flat_map(str::split_whitespace) {
        let word = word.trim_matches(['"', '\'']).trim_start_matches("./");
        let runs = [".ts", ".mts", ".js", ".mjs", ".cjs"].iter().any(|end| word.ends_with(end));
        if !runs || word.starts_with(['/', '.', '-']) || !seen.insert(word.to_owned()) {
            continue;
        }
        let path = if folder.is_empty() { word.to_owned() } else { format!("{folder}/{word}") };
        let Some(blob) = files.read(&path)? else { continue };
        let text = String::from_utf8_lossy(&blob.bytes);
        let imports = text.match_indices("/migrator").find(|(at, _)| {
            let line = text.get(..*at).unwrap_or_default().rsplit('\n').next();
            line.is_some_and(|line| line.contains("drizzle-orm/"))
        });
        if let (Some((at, _)), true) = (imports, text.contains("migrate(")) {
            let at = u32::try_from(at).unwrap_or(u32::MAX);
            let (line, _) = LineIndex::new(&text).locate(&text, at);
            found.migrate.push(Origin::new(path.as_str(), line, 1));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::MemoryFiles;

    fn of(files: &[(&str, &str)]) -> Found {
        let files = MemoryFiles::new(files.iter().copied());
        find(&files, ["packages/db/drizzle.config.ts"].into_iter()).expect("readable")
    }

    fn executor(files: &[(&str, &str)]) -> Executor {
        of(files).executor(false)
    }

    const PUSH: (&str, &str) =
        ("package.json", "{\n\"scripts\": {\n\"db:push\": \"npx drizzle-kit push --force\"\n}}");
    const MIGRATE: (&str, &str) =
        (".github/workflows/deploy.yml", "steps:\n  - run: pnpm drizzle-kit migrate\n");

    #[test]
    fn what_all_places_agree_on_is_believed() {
        assert_eq!(executor(&[PUSH]), Executor::Push);
        assert_eq!(executor(&[MIGRATE]), Executor::Migrate);
        assert_eq!(executor(&[PUSH, MIGRATE]), Executor::Unknown);
        assert_eq!(executor(&[("package.json", "{}")]), Executor::Unknown);
        assert_eq!(of(&[PUSH]).executor(true), Executor::Unknown);
    }

    #[test]
    fn the_place_is_told() {
        assert_eq!(of(&[PUSH]).push, [Origin::new("package.json", 3, 17)]);
        assert_eq!(of(&[MIGRATE]).migrate[0].to_string(), ".github/workflows/deploy.yml:2:15");
    }

    #[test]
    fn other_commands_and_comments_are_nothing() {
        for text in [
            "run: drizzle-kit generate && push",
            "# drizzle-kit push\n",
            "run: true # not drizzle-kit push",
            "drizzle-kit studio",
            "\"drizzle-kit\": \"^0.31\"",
        ] {
            assert_eq!(of(&[(".gitlab-ci.yml", text)]), Found::default(), "{text}");
        }
        let dashed = "run: drizzle-kit --config x.ts push";
        assert_eq!(executor(&[(".gitlab-ci.yml", dashed)]), Executor::Push);
    }

    #[test]
    fn a_script_that_calls_the_migrator_is_read() {
        let package = ("packages/db/package.json", "{\"scripts\": {\"up\": \"tsx src/up.ts\"}}");
        let code = "import { migrate } from \"drizzle-orm/node-postgres/migrator\";\n\
                    await migrate(db, { migrationsFolder: \"drizzle\" });\n";
        let script = ("packages/db/src/up.ts", code);
        assert_eq!(executor(&[package, script]), Executor::Migrate);
        assert_eq!(executor(&[package, ("packages/db/src/up.ts", "seed()")]), Executor::Unknown);
    }
}
