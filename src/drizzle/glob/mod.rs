//! `schema: "./db/*.ts"` → files, as drizzle-kit finds them: glob 8 with minimatch 5, then one level of
//! every directory that matched.
//!
//! Source: drizzle-kit `prepareFilenames`; glob@8.1.0 (`glob.sync`, results sorted by
//! `localeCompare('en')`); the README of minimatch for the syntax.

mod braces;
mod collate;
mod pattern;

use indexmap::IndexSet;

use crate::files::{EntryKind, Files, ReadError};
use pattern::Part;

/// The files that patterns find, each once, in drizzle-kit's order. Patterns are relative to
/// `directory` (from the repository's root, `""` for the root itself).
pub(super) fn find(
    files: &dyn Files,
    directory: &str,
    patterns: &[String],
) -> Result<Vec<String>, ReadError> {
    let mut found = IndexSet::new();
    for pattern in patterns {
        for path in matches(files, directory, pattern)? {
            if files.id(&path)?.is_some() {
                found.insert(path);
                continue;
            }
            // One level only, in the order of the directory itself.
            for entry in files.list(&path)?.unwrap_or_default() {
                if entry.kind == EntryKind::File {
                    found.insert(join(&path, &entry.name));
                }
            }
        }
    }
    Ok(found.into_iter().collect())
}

/// Whether a pattern has anything to match with; without, it is a path.
pub(super) fn is_magic(pattern: &str) -> bool {
    pattern.contains(['*', '?', '[', '{']) || pattern::has_extglob(pattern)
}

/// The files and directories one pattern matches, sorted.
fn matches(files: &dyn Files, directory: &str, pattern: &str) -> Result<Vec<String>, ReadError> {
    let pattern = pattern.replace('\\', "/");
    let mut found = IndexSet::new();
    for pattern in braces::expand(&pattern) {
        // A leading slash is the root of the machine; people mean the repository's.
        let (start, rest) = match pattern.strip_prefix('/') {
            Some(rest) => ("", rest),
            None => (directory, pattern.as_str()),
        };
        let parts: Vec<_> =
            rest.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
        walk(files, start.to_owned(), &parts, &mut found)?;
    }
    let mut found: Vec<_> = found.into_iter().collect();
    found.sort_by(|a, b| collate::compare(a, b));
    Ok(found)
}

fn walk(
    files: &dyn Files,
    at: String,
    parts: &[&str],
    found: &mut IndexSet<String>,
) -> Result<(), ReadError> {
    let Some((part, rest)) = parts.split_first() else {
        if files.id(&at)?.is_some() || files.list(&at)?.is_some() {
            found.insert(at);
        }
        return Ok(());
    };
    match Part::parse(part) {
        Part::Parent => match at.rsplit_once('/') {
            Some((parent, _)) => walk(files, parent.to_owned(), rest, found),
            None if at.is_empty() => Ok(()),
            None => walk(files, String::new(), rest, found),
        },
        Part::Literal(name) => walk(files, join(&at, &name), rest, found),
        Part::Globstar => {
            // `**` alone at the end finds everything below, files and directories.
            let rest = if rest.is_empty() { &["*"][..] } else { rest };
            walk(files, at.clone(), rest, found)?;
            for entry in files.list(&at)?.unwrap_or_default() {
                if entry.kind == EntryKind::Directory && !entry.name.starts_with('.') {
                    walk(files, join(&at, &entry.name), parts, found)?;
                }
            }
            Ok(())
        }
        Part::Magic(pattern) => {
            for entry in files.list(&at)?.unwrap_or_default() {
                let is_end = rest.is_empty();
                let is_way = entry.kind == EntryKind::Directory;
                if (is_end || is_way) && pattern.matches(&entry.name) {
                    walk(files, join(&at, &entry.name), rest, found)?;
                }
            }
            Ok(())
        }
    }
}

/// `directory/name`, without a slash at the root.
pub(super) fn join(directory: &str, name: &str) -> String {
    if directory.is_empty() { name.to_owned() } else { format!("{directory}/{name}") }
}

/// A path without `.` and `..`, from the repository's root; `None` when it leaves the repository.
pub(super) fn normalize(directory: &str, path: &str) -> Option<String> {
    let path = path.replace('\\', "/");
    let mut parts: Vec<&str> = Vec::new();
    if !path.starts_with('/') {
        parts.extend(directory.split('/').filter(|part| !part.is_empty()));
    }
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests;
