//! Which drizzle-kit a repository uses, read from its package.json and lock file.

use serde_json::Value;

use super::glob::join;
use crate::files::{Files, ReadError};

/// A line of drizzle-kit's versions with its own names and its own arrays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Generation {
    /// 0.x: the measure of everything here is 0.31.
    #[default]
    Zero,
    /// 1.x: default names as PostgreSQL's own, `.array()` that keeps its builder, `snakeCase.table`.
    One,
}

/// A version of drizzle-kit, and who says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// As it is written: `1.0.0-beta.2`, `^0.31.4`.
    pub text: String,
    /// The package.json or lock file.
    pub file: String,
    /// The line it belongs to.
    pub generation: Generation,
}

/// The packages that tell, the first that is named decides.
const PACKAGES: &[&str] = &["drizzle-kit", "drizzle-orm"];

/// Lock files, by the package manager's own order of the names.
const LOCKS: &[&str] =
    &["package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock"];

/// The version that is installed for a directory: that of the nearest package.json that names
/// drizzle-kit or drizzle-orm. A range that does not tell (`latest`, `catalog:`) is looked up in the
/// lock file. `None` when nobody says.
pub(super) fn installed(files: &dyn Files, directory: &str) -> Result<Option<Version>, ReadError> {
    let mut folder = directory;
    loop {
        let file = join(folder, "package.json");
        if let Some(blob) = files.read(&file)?
            && let Ok(manifest) = serde_json::from_slice::<Value>(&blob.bytes)
            && let Some((package, range)) = wanted(&manifest)
        {
            return match generation(range) {
                Some(generation) => Ok(Some(Version { text: range.to_owned(), file, generation })),
                None => locked(files, folder, package),
            };
        }
        if folder.is_empty() {
            return Ok(None);
        }
        folder = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
    }
}

/// The package that a package.json names, and the range it asks for.
fn wanted(manifest: &Value) -> Option<(&'static str, &str)> {
    let sections = ["devDependencies", "dependencies", "peerDependencies", "optionalDependencies"];
    PACKAGES.iter().find_map(|package| {
        let range = |section: &&str| manifest.get(section)?.get(package)?.as_str();
        sections.iter().find_map(range).map(|range| (*package, range))
    })
}

/// The line that a range or version belongs to; `None` when it does not name a number.
fn generation(range: &str) -> Option<Generation> {
    let range = range.rsplit_once('@').map_or(range, |(_, version)| version);
    let number = range.trim_start_matches(|c: char| !c.is_ascii_digit());
    // `workspace:*`, `catalog:db2` and `file:../kit-2` name no version.
    let is_version = range.len() - number.len() <= 3 && !range.contains([':', '/']);
    let major: String = number.chars().take_while(char::is_ascii_digit).collect();
    match major.parse::<u32>().ok().filter(|_| is_version)? {
        0 => Some(Generation::Zero),
        _ => Some(Generation::One),
    }
}

/// The version in the nearest lock file.
fn locked(files: &dyn Files, directory: &str, package: &str) -> Result<Option<Version>, ReadError> {
    let mut folder = directory;
    loop {
        for name in LOCKS {
            let file = join(folder, name);
            let Some(blob) = files.read(&file)? else { continue };
            let found = version_in(&String::from_utf8_lossy(&blob.bytes), package);
            return Ok(found.and_then(|text| {
                let generation = generation(&text)?;
                Some(Version { text, file, generation })
            }));
        }
        if folder.is_empty() {
            return Ok(None);
        }
        folder = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
    }
}

/// The highest version of a package that a lock file names; it may name several in a monorepo.
///
/// The formats have in common that a version stands right behind the package's key: `kit@1.0.0` in
/// pnpm's and bun's, `"node_modules/kit": { "version": "1.0.0"` in npm's, `kit@^1.0.0:` and then
/// `version "1.0.0"` in yarn's.
fn version_in(lock: &str, package: &str) -> Option<String> {
    let mut highest: Option<(Vec<u32>, String)> = None;
    for (at, _) in lock.match_indices(package) {
        // `@scope/kit` is another package; `/kit` and `node_modules/kit` are not.
        let before = lock[..at].strip_suffix('/').unwrap_or(&lock[..at]);
        let starts_a_name = before.is_empty()
            || before.ends_with(['"', '\'', ' ', '\n'])
            || before.ends_with("node_modules");
        let rest = &lock[at + package.len()..];
        let near: String = rest.chars().take(400).collect();
        let version = match rest.chars().next() {
            Some('@') => version_at(&near[1..]).or_else(|| version_after(&near, '\n')),
            Some('/') => version_at(&near[1..]),
            Some('"') => version_after(&near, '{'),
            _ => None,
        };
        if let Some(version) = version.filter(|_| starts_a_name) {
            let numbers = version.split(['.', '-']).map_while(|part| part.parse().ok()).collect();
            if highest.as_ref().is_none_or(|(highest, _)| numbers > *highest) {
                highest = Some((numbers, version));
            }
        }
    }
    highest.map(|(_, version)| version)
}

/// A version right at the start of a text: digits and what belongs to them, with two dots.
fn version_at(text: &str) -> Option<String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+');
    let version: String = text.chars().take_while(|c| is_part(*c)).collect();
    let is_version = version.starts_with(|c: char| c.is_ascii_digit());
    (is_version && version.matches('.').count() >= 2).then_some(version)
}

/// The `version` entry behind the first `opening` of a text.
fn version_after(text: &str, opening: char) -> Option<String> {
    let (before, entry) = text.split_once(opening)?;
    if before.contains('}') || (opening == '{' && before.trim() != "\":") {
        return None;
    }
    let (_, rest) = entry.split_once("version")?;
    version_at(rest.trim_start_matches(['"', ':', ' ']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::MemoryFiles;

    fn of(files: &[(&str, &str)]) -> Option<(String, String, Generation)> {
        let found =
            installed(&MemoryFiles::new(files.iter().copied()), "apps/api").expect("readable");
        found.map(|it| (it.text, it.file, it.generation))
    }

    #[test]
    fn the_nearest_package_that_names_it_decides() {
        let root = ("package.json", r#"{"devDependencies": {"drizzle-kit": "^0.31.4"}}"#);
        let own = ("apps/api/package.json", r#"{"dependencies": {"drizzle-orm": "1.0.0-beta.9"}}"#);
        let other = ("apps/api/package.json", r#"{"dependencies": {"express": "5"}}"#);
        let zero = Some(("^0.31.4".to_owned(), root.0.to_owned(), Generation::Zero));
        assert_eq!(of(&[root]), zero);
        assert_eq!(of(&[root, other]), zero);
        let one = Some(("1.0.0-beta.9".to_owned(), own.0.to_owned(), Generation::One));
        assert_eq!(of(&[root, own]), one);
        assert_eq!(of(&[other]), None);
        assert_eq!(of(&[("package.json", "{")]), None);
    }

    #[test]
    fn ranges_tell_the_line_or_not() {
        for range in ["0.31.11", "^0.31", "~0.30.1", ">=0.28", "npm:drizzle-kit@0.31.1", "v0.31.0"]
        {
            assert_eq!(generation(range), Some(Generation::Zero), "{range}");
        }
        for range in ["1.0.0-rc.4", "^1.0.0-beta.1-fd5d1e8", "1", ">= 1.0.0"] {
            assert_eq!(generation(range), Some(Generation::One), "{range}");
        }
        for range in ["latest", "beta", "*", "catalog:", "catalog:db2", "workspace:^1", "file:../1"]
        {
            assert_eq!(generation(range), None, "{range}");
        }
    }

    #[test]
    fn a_range_that_does_not_tell_is_looked_up() {
        let manifest = ("package.json", r#"{"devDependencies": {"drizzle-kit": "beta"}}"#);
        let pnpm = "packages:\n\n  drizzle-kit@1.0.0-beta.2:\n    resolution: {}\n";
        let quoted = "importers:\n  .:\n    devDependencies:\n      drizzle-kit:\n        \
                      specifier: beta\n        version: 1.0.0-beta.2\npackages:\n  \
                      '@x/drizzle-kit@2.0.0': {}\n  /drizzle-kit@1.0.0-beta.2(react@19.0.0):\n";
        let npm = "{\"packages\": {\"\": {\"devDependencies\": {\"drizzle-kit\": \"beta\"}},\n\
                   \"node_modules/drizzle-kit\": {\n \"version\": \"1.0.0-beta.2\"}}}";
        let yarn = "drizzle-kit@beta:\n  version \"1.0.0-beta.2\"\n";
        let berry = "\"drizzle-kit@npm:beta\":\n  version: 1.0.0-beta.2\n";
        let bun = "{\"packages\": {\"drizzle-kit\": [\"drizzle-kit@1.0.0-beta.2\", \"\", {}]}}";
        for (name, text) in [
            ("pnpm-lock.yaml", pnpm),
            ("pnpm-lock.yaml", quoted),
            ("package-lock.json", npm),
            ("yarn.lock", yarn),
            ("yarn.lock", berry),
            ("bun.lock", bun),
        ] {
            let found = of(&[manifest, (name, text)]);
            let wanted = ("1.0.0-beta.2".to_owned(), name.to_owned(), Generation::One);
            assert_eq!(found, Some(wanted), "{text}");
        }
        assert_eq!(of(&[manifest]), None);
        assert_eq!(of(&[manifest, ("yarn.lock", "other@1:\n  version \"1.0.0\"\n")]), None);
        let several = "  drizzle-kit@0.31.4:\n\n  drizzle-kit@0.30.9:\n";
        let found = of(&[manifest, ("pnpm-lock.yaml", several)]).expect("a version");
        assert_eq!((found.0.as_str(), found.2), ("0.31.4", Generation::Zero));
    }
}
