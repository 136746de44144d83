//! package.json: `exports`, `imports`, `main`, `workspaces`; pnpm-workspace.yaml.

use std::collections::HashMap;
use std::rc::Rc;

use serde_json::Value as Json;

use super::{Reader, Resolver, beside, join, probe};

/// A package.json of the state.
#[derive(Debug)]
pub(super) struct Package {
    /// Its directory.
    pub(super) directory: String,
    /// `name`
    pub(super) name: Option<String>,
    json: Json,
}

/// The packages of a workspace by name.
#[derive(Debug, Default)]
pub(super) struct Workspace {
    pub(super) packages: HashMap<String, Rc<Package>>,
}

/// Conditions in the order they are tried: what tsx gives Node for `require`, then what points to
/// source when the built files are not in git.
const CONDITIONS: &[&str] = &[
    "require",
    "node",
    "module-sync",
    "import",
    "default",
    "source",
    "development",
    "bun",
    "tsx",
    "types",
    "module",
    "workerd",
    "edge-light",
    "react-server",
    "browser",
];

/// Directories of built files.
const BUILT: &[&str] = &["dist", "build", "lib", "out", ".output", "esm", "cjs"];

impl Package {
    pub(super) fn new(directory: &str, json: Json) -> Self {
        let name = json.get("name").and_then(Json::as_str).map(str::to_owned);
        Self { directory: directory.to_owned(), name, json }
    }

    /// The file behind `name` + `subpath` (`""` or `/…`).
    pub(super) fn export(&self, reader: &Reader<'_>, subpath: &str) -> Option<Rc<str>> {
        let key = format!(".{subpath}");
        if let Some(exports) = self.json.get("exports") {
            let is_map = exports
                .as_object()
                .is_some_and(|map| map.keys().next().is_some_and(|first| first.starts_with('.')));
            let found = if is_map {
                self.mapped(reader, exports, &key)
            } else if subpath.is_empty() {
                self.first(reader, exports, "")
            } else {
                None
            };
            if found.is_some() {
                return found;
            }
        }
        if subpath.is_empty() {
            for field in ["main", "module", "source", "types", "typings"] {
                if let Some(target) = self.json.get(field).and_then(Json::as_str)
                    && let Some(path) = self.target(reader, target)
                {
                    return Some(path);
                }
            }
            return ["index", "src/index"]
                .iter()
                .find_map(|path| probe(reader, &beside(&self.directory, path)));
        }
        let rest = subpath.trim_start_matches('/');
        [rest.to_owned(), format!("src/{rest}")]
            .iter()
            .find_map(|path| probe(reader, &beside(&self.directory, path)))
    }

    /// The file behind `#name`.
    pub(super) fn import(&self, reader: &Reader<'_>, specifier: &str) -> Option<Rc<str>> {
        self.mapped(reader, self.json.get("imports")?, specifier)
    }

    /// An entry of `exports` or `imports`, by exact key or by the longest pattern.
    fn mapped(&self, reader: &Reader<'_>, map: &Json, key: &str) -> Option<Rc<str>> {
        let map = map.as_object()?;
        if let Some(exact) = map.get(key) {
            return self.first(reader, exact, "");
        }
        let mut best: Option<(usize, &str, &Json)> = None;
        for (pattern, target) in map {
            let Some((before, after)) = pattern.split_once('*') else { continue };
            let middle = key.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
            if let Some(middle) = middle
                && best.is_none_or(|(length, ..)| before.len() > length)
            {
                best = Some((before.len(), middle, target));
            }
        }
        let (_, middle, target) = best?;
        self.first(reader, target, middle)
    }

    /// The first target of a conditional entry that leads to a file.
    fn first(&self, reader: &Reader<'_>, target: &Json, star: &str) -> Option<Rc<str>> {
        match target {
            Json::String(target) => self.target(reader, &target.replace('*', star)),
            Json::Array(targets) => targets.iter().find_map(|t| self.first(reader, t, star)),
            Json::Object(conditions) => CONDITIONS
                .iter()
                .filter_map(|condition| conditions.get(*condition))
                .find_map(|target| self.first(reader, target, star)),
            _ => None,
        }
    }

    /// A target path, or the source it is built from.
    fn target(&self, reader: &Reader<'_>, target: &str) -> Option<Rc<str>> {
        let path = join(&self.directory, target)?;
        let is_declaration = [".d.ts", ".d.mts", ".d.cts"].iter().any(|end| path.ends_with(end));
        if !is_declaration && let Some(path) = probe(reader, &path) {
            return Some(path);
        }
        let inner = join("", target)?;
        let stem = [".d.ts", ".d.mts", ".d.cts", ".js", ".mjs", ".cjs"]
            .iter()
            .find_map(|end| inner.strip_suffix(end))
            .unwrap_or(&inner);
        let (first, rest) = stem.split_once('/')?;
        if !BUILT.contains(&first) {
            return None;
        }
        // `dist/esm/schema.js` may come from `src/schema.ts`.
        let mut rest = rest;
        loop {
            for root in ["src/", ""] {
                let candidate = beside(&self.directory, &format!("{root}{rest}"));
                if let Some(path) = probe(reader, &candidate) {
                    return Some(path);
                }
            }
            let (first, inner) = rest.split_once('/')?;
            if !BUILT.contains(&first) && first != "src" {
                return None;
            }
            rest = inner;
        }
    }

    /// The globs of its workspaces, as package.json or pnpm-workspace.yaml has them.
    pub(super) fn workspaces(&self, reader: &Reader<'_>) -> Vec<String> {
        let field = self.json.get("workspaces");
        let list =
            field.and_then(|field| field.as_array().or_else(|| field.get("packages")?.as_array()));
        let mut globs: Vec<String> =
            list.into_iter().flatten().filter_map(Json::as_str).map(str::to_owned).collect();
        let path = beside(&self.directory, "pnpm-workspace.yaml");
        if reader.exists(&path)
            && let Ok(Some(blob)) = reader.read(&path)
        {
            globs.extend(pnpm_packages(&String::from_utf8_lossy(&blob.bytes)));
        }
        globs
    }
}

/// The `packages` list of pnpm-workspace.yaml.
fn pnpm_packages(yaml: &str) -> Vec<String> {
    let mut packages = Vec::new();
    let mut inside = false;
    for line in yaml.lines() {
        let text = line.split(" #").next().unwrap_or(line).trim();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        if let Some(item) = text.strip_prefix('-') {
            if inside {
                packages.push(item.trim().trim_matches(['"', '\'']).to_owned());
            }
        } else if let Some(list) = text.strip_prefix("packages:") {
            inside = true;
            let list = list.trim().trim_start_matches('[').trim_end_matches(']');
            let items = list.split(',').map(|item| item.trim().trim_matches(['"', '\'']));
            packages.extend(items.filter(|item| !item.is_empty()).map(str::to_owned));
        } else if !line.starts_with([' ', '\t']) {
            inside = false;
        }
    }
    packages
}

/// How many directories a workspace glob may reach.
const MAX_DIRECTORIES: usize = 2_000;

impl Workspace {
    /// Finds the packages that the globs mean, below `root`.
    pub(super) fn new(
        resolver: &mut Resolver,
        reader: &Reader<'_>,
        root: &str,
        globs: &[String],
    ) -> Self {
        let mut packages = HashMap::new();
        let mut directories = Vec::new();
        for glob in globs.iter().filter(|glob| !glob.starts_with('!')) {
            let parts: Vec<&str> =
                glob.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
            expand(reader, root, &parts, &mut directories, 0);
        }
        for directory in directories {
            if let Some(package) = resolver.package(reader, &directory)
                && let Some(name) = &package.name
            {
                packages.entry(name.clone()).or_insert(package);
            }
        }
        Self { packages }
    }
}

fn expand(
    reader: &Reader<'_>,
    directory: &str,
    parts: &[&str],
    found: &mut Vec<String>,
    depth: u32,
) {
    if found.len() > MAX_DIRECTORIES || depth > 8 {
        return;
    }
    let Some((first, rest)) = parts.split_first() else {
        found.push(directory.to_owned());
        return;
    };
    if *first == "**" {
        expand(reader, directory, rest, found, depth + 1);
        for name in reader.directories(directory) {
            if name != "node_modules" && !name.starts_with('.') {
                expand(reader, &beside(directory, &name), parts, found, depth + 1);
            }
        }
        return;
    }
    let Some((before, after)) = first.split_once('*') else {
        expand(reader, &beside(directory, first), rest, found, depth + 1);
        return;
    };
    for name in reader.directories(directory) {
        let is_match = name.len() >= before.len() + after.len()
            && name.starts_with(before)
            && name.ends_with(after);
        if is_match && name != "node_modules" {
            expand(reader, &beside(directory, &name), rest, found, depth + 1);
        }
    }
}
