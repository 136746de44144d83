//! Which files are searched, and as what.

use super::pattern::Pattern;
use crate::files::{Entry, EntryKind, Files, ReadError};

/// What a file is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    /// TypeScript or JavaScript.
    Code,
    /// SQL.
    Sql,
    /// Anything else that may name a column: only words are searched.
    Text,
}

/// A file to search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Source {
    pub(super) path: String,
    pub(super) language: Language,
    pub(super) is_test: bool,
}

impl Source {
    /// A file by its path; `None` when nobody would search it.
    pub(super) fn of(path: &str) -> Option<Self> {
        let name = path.rsplit('/').next().unwrap_or(path);
        let language = language(name)?;
        Some(Self { language, is_test: is_test(path), path: path.to_owned() })
    }
}

/// Folders that hold nothing anybody wrote for this program to run.
const SKIPPED: &[&str] = &[
    "node_modules",
    "dist",
    "build",
    "out",
    "coverage",
    "vendor",
    "target",
    "archive",
    "docs",
    "migrations",
    "generated",
    "__generated__",
    "__snapshots__",
    "storybook-static",
    "venv",
];

const CODE: &[&str] = &["ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs"];
const TEXT: &[&str] = &[
    "sh", "bash", "py", "rb", "go", "rs", "java", "kt", "php", "cs", "ex", "exs", "vue", "svelte",
    "astro", "graphql", "gql", "json", "yaml", "yml", "toml", "csv", "prisma", "dbml", "ps1", "r",
];
/// Written by a package manager or a compiler.
const GENERATED: &[&str] = &[
    "package-lock.json",
    "npm-shrinkwrap.json",
    "pnpm-lock.yaml",
    "composer.lock",
    "tsconfig.json",
];

/// Larger files are data or bundles.
pub(super) const MAX_BYTES: usize = 1024 * 1024;

/// The files below the root, without what is excluded, ignored, generated or vendored.
pub(super) fn walk(files: &dyn Files, exclude: &[String]) -> Result<Vec<Source>, ReadError> {
    let mut found = Vec::new();
    let mut folders = vec![(String::new(), Marks::default())];
    while let Some((folder, mut marks)) = folders.pop() {
        let Some(entries) = files.list(&folder)? else { continue };
        if holds_migrations(files, &folder, &entries)? {
            continue;
        }
        marks.read(files, &folder, &entries);
        for entry in entries {
            let path = if folder.is_empty() {
                entry.name.clone()
            } else {
                format!("{folder}/{}", entry.name)
            };
            if is_below(&path, exclude) {
                continue;
            }
            match entry.kind {
                EntryKind::Directory => {
                    let is_skipped =
                        entry.name.starts_with('.') || SKIPPED.contains(&entry.name.as_str());
                    if !is_skipped && !marks.leave_out(&path, true) {
                        folders.push((path, marks.clone()));
                    }
                }
                EntryKind::File => {
                    let Some(language) = language(&entry.name) else { continue };
                    if !marks.leave_out(&path, false) {
                        found.push(Source { language, is_test: is_test(&path), path });
                    }
                }
                // A link's target is searched where it stands; a submodule is another repository.
                EntryKind::Symlink | EntryKind::Submodule => {}
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

/// Whether drizzle-kit writes its migrations into a folder, wherever the configuration says that is: it has
/// a journal, or, from version 1 on, a folder for every migration. They are history, and no use.
fn holds_migrations(files: &dyn Files, folder: &str, entries: &[Entry]) -> Result<bool, ReadError> {
    let has = |name: &str, kind| entries.iter().any(|it| it.name == name && it.kind == kind);
    if has("migration.sql", EntryKind::File) && has("snapshot.json", EntryKind::File) {
        return Ok(true);
    }
    let meta = if folder.is_empty() { "meta".to_owned() } else { format!("{folder}/meta") };
    if !has("meta", EntryKind::Directory) {
        return Ok(false);
    }
    let inside = files.list(&meta)?.unwrap_or_default();
    Ok(inside.iter().any(|it| it.name == "_journal.json"))
}

/// What `.gitignore` and `.gitattributes` say, from the root down to a folder; the last word counts.
#[derive(Debug, Clone, Default)]
struct Marks {
    /// A pattern, and whether it leaves out.
    rules: Vec<(Pattern, bool)>,
}

impl Marks {
    fn read(&mut self, files: &dyn Files, folder: &str, entries: &[Entry]) {
        for name in [".gitignore", ".gitattributes"] {
            if !entries.iter().any(|entry| entry.name == name && entry.kind == EntryKind::File) {
                continue;
            }
            let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
            // What cannot be read leaves nothing out.
            let Ok(Some(blob)) = files.read(&path) else { continue };
            let text = String::from_utf8_lossy(&blob.bytes);
            let lines = text.lines().map(str::trim).filter(|line| !line.starts_with('#'));
            for line in lines.filter(|line| !line.is_empty()) {
                if name == ".gitignore" {
                    let (text, leaves_out) = match line.strip_prefix('!') {
                        Some(text) => (text, false),
                        None => (line, true),
                    };
                    self.rules.push((Pattern::new(folder, text), leaves_out));
                } else if let Some((pattern, leaves_out)) = marked(line) {
                    self.rules.push((Pattern::new(folder, pattern), leaves_out));
                }
            }
        }
    }

    fn leave_out(&self, path: &str, is_folder: bool) -> bool {
        let named = self.rules.iter().rev().find(|(pattern, _)| pattern.names(path, is_folder));
        named.is_some_and(|(_, leaves_out)| *leaves_out)
    }
}

/// The pattern of a line of `.gitattributes` that calls files generated or vendored, or takes that back.
fn marked(line: &str) -> Option<(&str, bool)> {
    let mut words = line.split_whitespace();
    let pattern = words.next()?;
    words.find_map(|word| {
        let (name, value) = word.split_once('=').unwrap_or((word, "true"));
        let is_off = name.starts_with('-') || name.starts_with('!') || value == "false";
        let name = name.trim_start_matches(['-', '!']);
        let is_mark = ["linguist-generated", "linguist-vendored"].contains(&name);
        is_mark.then_some((pattern, !is_off))
    })
}

fn is_below(path: &str, exclude: &[String]) -> bool {
    exclude.iter().any(|folder| {
        let folder = folder.trim_end_matches('/');
        path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

fn language(name: &str) -> Option<Language> {
    let (stem, extension) = name.rsplit_once('.')?;
    let variant = stem.rsplit_once('.').map_or("", |(_, variant)| variant);
    if GENERATED.contains(&name) || ["min", "bundle"].contains(&variant) {
        return None;
    }
    if CODE.contains(&extension) {
        return Some(Language::Code);
    }
    match extension {
        "sql" => Some(Language::Sql),
        extension if TEXT.contains(&extension) => Some(Language::Text),
        _ => None,
    }
}

/// Tests, fixtures and mocks, by the usual names.
pub(super) fn is_test(path: &str) -> bool {
    const FOLDERS: &[&str] = &[
        "test",
        "tests",
        "__tests__",
        "__mocks__",
        "mocks",
        "msw",
        "e2e",
        "fixtures",
        "__fixtures__",
        "cypress",
        "playwright",
        "spec",
        "testing",
        "test-utils",
    ];
    let mut parts = path.rsplit('/');
    let name = parts.next().unwrap_or(path);
    let marked = [".test.", ".spec.", ".e2e.", ".fixture.", ".mock.", "_test.", ".stories."];
    marked.iter().any(|mark| name.contains(mark)) || parts.any(|part| FOLDERS.contains(&part))
}

/// Whether a file says of itself that a program wrote it, or holds no text.
pub(super) fn is_generated(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(600)).unwrap_or_default();
    let says = |mark: &[u8]| memchr::memmem::find(head, mark).is_some();
    memchr::memchr(0, bytes.get(..bytes.len().min(8000)).unwrap_or_default()).is_some()
        || says(b"@generated")
        || says(b"DO NOT EDIT")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::MemoryFiles;

    #[test]
    fn what_nobody_wrote_is_left_out() {
        let names = [
            "server/a.ts",
            "node_modules/x/a.ts",
            "package-lock.json",
            "app/dist/b.js",
            "logo.png",
            "db/schema/funds.ts",
            "db/seed.sql",
            "tests/a.test.ts",
            ".github/x.yml",
            "db/schema2.ts",
        ];
        let files = MemoryFiles::new(names.map(|name| (name, "")));
        let found = walk(&files, &["db/schema".to_owned()]).expect("readable");
        let paths: Vec<_> = found.iter().map(|source| source.path.as_str()).collect();
        assert_eq!(paths, ["db/schema2.ts", "db/seed.sql", "server/a.ts", "tests/a.test.ts"]);
        assert_eq!(found.iter().filter(|source| source.is_test).count(), 1);
    }

    #[test]
    fn what_git_ignores_or_calls_generated_is_left_out() {
        let files = MemoryFiles::new([
            (".gitignore", "# local\nscratch/\n*.local.ts\n!keep.local.ts\n"),
            (
                ".gitattributes",
                "api/*.ts linguist-generated\nthird/** linguist-vendored=true\napi/own.ts -linguist-generated\n* text=auto\n",
            ),
            ("scratch/a.ts", ""),
            ("b.local.ts", ""),
            ("keep.local.ts", ""),
            ("api/types.ts", ""),
            ("api/own.ts", ""),
            ("third/x/c.ts", ""),
            ("app/.gitignore", "/only-here.ts"),
            ("app/only-here.ts", ""),
            ("app/d.ts", ""),
            ("only-here.ts", ""),
        ]);
        let found = walk(&files, &[]).expect("readable");
        let paths: Vec<_> = found.iter().map(|source| source.path.as_str()).collect();
        assert_eq!(paths, ["api/own.ts", "app/d.ts", "keep.local.ts", "only-here.ts"]);
    }

    #[test]
    fn migrations_are_no_use_wherever_they_are() {
        let files = MemoryFiles::new([
            ("apps/api/drizzle/meta/_journal.json", "{}"),
            ("apps/api/drizzle/meta/0000_snapshot.json", "{}"),
            ("apps/api/drizzle/0000_first.sql", ""),
            ("db/changes/20260101_first/migration.sql", ""),
            ("db/changes/20260101_first/snapshot.json", ""),
            ("apps/api/meta/tags.json", ""),
            ("apps/api/a.ts", ""),
        ]);
        let found = walk(&files, &[]).expect("readable");
        let paths: Vec<_> = found.iter().map(|source| source.path.as_str()).collect();
        assert_eq!(paths, ["apps/api/a.ts", "apps/api/meta/tags.json"]);
    }

    #[test]
    fn tests_are_known_by_their_names() {
        for path in ["a/__tests__/b.ts", "a/b.spec.tsx", "e2e/x.ts", "db/fixtures/funds.json"] {
            assert!(is_test(path), "{path}");
        }
        for path in ["server/latest.ts", "a/contest/b.ts", "server/testimonials.ts"] {
            assert!(!is_test(path), "{path}");
        }
    }

    #[test]
    fn generated_files_say_so() {
        assert!(is_generated(b"// Code generated by x. DO NOT EDIT.\n"));
        assert!(is_generated(b"\x00\x01"));
        assert!(!is_generated(b"export const x = 1;"));
    }
}
