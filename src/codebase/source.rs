//! Which files are searched, and as what.

use crate::files::{EntryKind, Files, ReadError};

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

/// The files below the root, without what is excluded.
pub(super) fn walk(files: &dyn Files, exclude: &[String]) -> Result<Vec<Source>, ReadError> {
    let mut found = Vec::new();
    let mut folders = vec![String::new()];
    while let Some(folder) = folders.pop() {
        let Some(entries) = files.list(&folder)? else { continue };
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
                    if !entry.name.starts_with('.') && !SKIPPED.contains(&entry.name.as_str()) {
                        folders.push(path);
                    }
                }
                EntryKind::File => {
                    let Some(language) = language(&entry.name) else { continue };
                    found.push(Source { language, is_test: is_test(&path), path });
                }
                // A link's target is searched where it stands; a submodule is another repository.
                EntryKind::Symlink | EntryKind::Submodule => {}
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
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
