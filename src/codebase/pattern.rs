//! Patterns over paths, as git's ignore and attribute files write them.

/// A pattern of `.gitignore` or `.gitattributes`, with the folder of its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    /// The folder below which it holds, with a slash at its end; empty at the root.
    folder: String,
    text: String,
    /// It has a slash inside or in front: it begins at the folder, not anywhere below.
    is_anchored: bool,
    /// It ends with a slash: only folders, and what is in them.
    is_folder: bool,
    /// Nothing in it stands for something else.
    is_literal: bool,
}

impl Pattern {
    /// Reads a pattern as git does.
    pub(super) fn new(folder: &str, text: &str) -> Self {
        let is_folder = text.ends_with('/');
        let text = text.trim_end_matches('/');
        let is_anchored = text.contains('/');
        let folder = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let is_literal = !text.contains(['*', '?', '[', '\\']);
        let text = text.trim_start_matches('/').to_owned();
        Self { folder, text, is_anchored, is_folder, is_literal }
    }

    /// Whether it names a path itself; `is_folder` says what the path is.
    pub(super) fn names(&self, path: &str, is_folder: bool) -> bool {
        let Some(below) = path.strip_prefix(&self.folder) else { return false };
        if self.is_folder && !is_folder {
            return false;
        }
        let name = below.rsplit('/').next().unwrap_or(below);
        match (self.is_anchored, self.is_literal) {
            (true, true) => self.text == below,
            (true, false) => matches(&self.text, below),
            (false, true) => self.text == name,
            // Without a slash it is one part: every file is held against every such line.
            (false, false) => part(self.text.as_bytes(), name.as_bytes()),
        }
    }
}

/// Whether a path is a place, or below it: a file, a folder or a pattern.
pub(super) fn is_in(place: &str, path: &str) -> bool {
    let place = place.trim_start_matches("./").trim_end_matches('/');
    if !place.contains(['*', '?', '[']) {
        return path
            .strip_prefix(place)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    }
    let mut end = path.len();
    loop {
        if path.get(..end).is_some_and(|path| matches(place, path)) {
            return true;
        }
        match path.get(..end).and_then(|path| path.rfind('/')) {
            Some(slash) => end = slash,
            None => return false,
        }
    }
}

/// Whether a pattern matches a whole path: `*` and `?` within a part, `**` over parts, `[a-z]`.
pub(super) fn matches(pattern: &str, path: &str) -> bool {
    let pattern: Vec<&str> = pattern.split('/').collect();
    let path: Vec<&str> = path.split('/').collect();
    parts(&pattern, &path)
}

fn parts(pattern: &[&str], path: &[&str]) -> bool {
    let Some((first, rest)) = pattern.split_first() else { return path.is_empty() };
    if *first == "**" {
        // At the end it matches everything inside, not the folder itself.
        let least = usize::from(rest.is_empty());
        return (least..=path.len()).any(|skip| parts(rest, path.get(skip..).unwrap_or_default()));
    }
    let Some((name, below)) = path.split_first() else { return false };
    part(first.as_bytes(), name.as_bytes()) && parts(rest, below)
}

/// One part of a path. Backtracks to the last `*` only, so that it ends in time.
fn part(pattern: &[u8], name: &[u8]) -> bool {
    let (mut at, mut from) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while from < name.len() {
        let next = match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, from));
                at += 1;
                continue;
            }
            Some(b'?') => Some(at + 1),
            Some(b'[') => class(pattern, at, name[from]),
            Some(b'\\') => (pattern.get(at + 1) == name.get(from)).then_some(at + 2),
            Some(byte) => (Some(byte) == name.get(from)).then_some(at + 1),
            None => None,
        };
        match (next, star) {
            (Some(next), _) => {
                at = next;
                from += 1;
            }
            (None, Some((back, skipped))) => {
                at = back + 1;
                from = skipped + 1;
                star = Some((back, skipped + 1));
            }
            (None, None) => return false,
        }
    }
    pattern.get(at..).unwrap_or_default().iter().all(|byte| *byte == b'*')
}

/// The place after `[…]` when a byte is in it.
fn class(pattern: &[u8], open: usize, byte: u8) -> Option<usize> {
    let mut at = open + 1;
    let is_not = matches!(pattern.get(at), Some(b'!' | b'^'));
    if is_not {
        at += 1;
    }
    let start = at;
    let mut is_in = false;
    while let Some(first) = pattern.get(at) {
        if *first == b']' && at > start {
            return (is_in != is_not).then_some(at + 1);
        }
        match (pattern.get(at + 1), pattern.get(at + 2)) {
            (Some(b'-'), Some(last)) if *last != b']' => {
                is_in |= (*first..=*last).contains(&byte);
                at += 3;
            }
            _ => {
                is_in |= *first == byte;
                at += 1;
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_as_git_reads_them() {
        for (pattern, path, is_folder, expected) in [
            ("*.gen.ts", "server/api.gen.ts", false, true),
            ("*.gen.ts", "server/api.ts", false, false),
            ("/dist", "dist", true, true),
            ("/dist", "app/dist", true, false),
            ("cache/", "app/cache", true, true),
            ("cache/", "app/cache", false, false),
            ("docs/**", "docs/a/b.ts", false, true),
            ("docs/**", "docs", true, false),
            ("**/_archive/**", "a/_archive/b.ts", false, true),
            ("app/*/x.ts", "app/b/x.ts", false, true),
            ("app/*/x.ts", "app/b/c/x.ts", false, false),
            ("[a-c]?.sql", "b1.sql", false, true),
            ("[!a-c]?.sql", "b1.sql", false, false),
            ("*a*b*c", "xaybzc", false, true),
        ] {
            assert_eq!(
                Pattern::new("", pattern).names(path, is_folder),
                expected,
                "{pattern} {path}"
            );
        }
        assert!(Pattern::new("app", "*.log").names("app/x/a.log", false));
        assert!(!Pattern::new("app", "*.log").names("b/a.log", false));
    }

    #[test]
    fn places_are_files_folders_and_patterns() {
        for (place, path, expected) in [
            ("shared/schemas", "shared/schemas/a.ts", true),
            ("shared/schemas/", "shared/schemas/a.ts", true),
            ("shared/schemas", "shared/schemas.ts", false),
            ("shared/*validation*.ts", "shared/variance-validation.ts", true),
            ("packages/*/schemas", "packages/api/schemas/x/a.ts", true),
            ("packages/*/schemas", "packages/api/a.ts", false),
        ] {
            assert_eq!(is_in(place, path), expected, "{place} {path}");
        }
    }
}
