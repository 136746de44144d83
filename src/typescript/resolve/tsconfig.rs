//! tsconfig.json: `baseUrl`, `paths`, `extends`.

use serde_json::Value as Json;

use super::{Reader, Resolver, beside, join, parent};

/// What matters of a tsconfig.json and everything it extends.
#[derive(Debug, Clone, Default)]
pub(super) struct TsConfig {
    /// `baseUrl`, as a path in the state.
    base: Option<String>,
    /// Patterns of `paths` with their targets as paths in the state.
    paths: Vec<(String, Vec<String>)>,
    /// What the projects it references say; a solution file has no `paths` of its own.
    references: Vec<TsConfig>,
}

/// How many files may extend each other.
const MAX_EXTENDS: u32 = 10;

/// Reads a tsconfig.json with what it extends.
pub(super) fn load(
    resolver: &mut Resolver,
    reader: &Reader<'_>,
    path: &str,
    depth: u32,
) -> Option<TsConfig> {
    if depth > MAX_EXTENDS {
        return None;
    }
    let json = reader.json(path)?;
    let directory = parent(path);
    let mut config = TsConfig::default();
    let extends = match json.get("extends") {
        Some(Json::String(one)) => vec![one.as_str()],
        Some(Json::Array(many)) => many.iter().filter_map(Json::as_str).collect(),
        _ => Vec::new(),
    };
    for extended in extends {
        let Some(path) = extended_path(resolver, reader, directory, extended) else { continue };
        if let Some(parent) = load(resolver, reader, &path, depth + 1) {
            config.base = parent.base.or(config.base);
            if !parent.paths.is_empty() {
                config.paths = parent.paths;
            }
        }
    }
    let options = json.get("compilerOptions");
    if let Some(base) = options.and_then(|o| o.get("baseUrl")).and_then(Json::as_str) {
        config.base = join(directory, base);
    }
    if let Some(paths) = options.and_then(|o| o.get("paths")).and_then(Json::as_object) {
        let root = match options.and_then(|o| o.get("baseUrl")) {
            Some(_) => config.base.clone(),
            // `paths` are relative to the file they stand in, unless an extended file has a `baseUrl`.
            None => config.base.clone().or_else(|| Some(directory.to_owned())),
        };
        let root = root.unwrap_or_default();
        config.paths = paths
            .iter()
            .map(|(pattern, targets)| {
                let targets = targets.as_array().into_iter().flatten().filter_map(Json::as_str);
                let targets = targets.filter_map(|target| join(&root, target)).collect();
                (pattern.clone(), targets)
            })
            .collect();
    }
    if config.paths.is_empty()
        && depth == 0
        && let Some(references) = json.get("references").and_then(Json::as_array)
    {
        for reference in references.iter().take(20) {
            let Some(path) = reference.get("path").and_then(Json::as_str) else { continue };
            let Some(path) = join(directory, path) else { continue };
            let is_file = reader.exists(&path);
            let path = if is_file { path } else { beside(&path, "tsconfig.json") };
            if reader.exists(&path) {
                config.references.extend(load(resolver, reader, &path, MAX_EXTENDS / 2));
            }
        }
    }
    Some(config)
}

fn extended_path(
    resolver: &mut Resolver,
    reader: &Reader<'_>,
    directory: &str,
    extended: &str,
) -> Option<String> {
    let base = if extended.starts_with('.') {
        join(directory, extended)?
    } else {
        let name = super::package_name(extended)?;
        let package = resolver.workspace_package(reader, directory, name)?;
        let rest = extended.get(name.len()..)?.trim_start_matches('/');
        beside(&package.directory, rest).trim_end_matches('/').to_owned()
    };
    let candidates = [base.clone(), format!("{base}.json"), beside(&base, "tsconfig.json")];
    candidates.into_iter().find(|path| reader.exists(path))
}

impl TsConfig {
    /// Paths a bare specifier may mean, best first.
    pub(super) fn candidates(&self, specifier: &str) -> Vec<String> {
        let mut candidates = Vec::new();
        // The longest prefix before the star wins; an exact pattern beats all.
        let mut best: Option<(usize, &str, &Vec<String>)> = None;
        for (pattern, targets) in &self.paths {
            let matched = match pattern.split_once('*') {
                None => (pattern == specifier).then_some((usize::MAX, "")),
                Some((before, after)) => specifier
                    .strip_prefix(before)
                    .and_then(|rest| rest.strip_suffix(after))
                    .map(|middle| (before.len(), middle)),
            };
            if let Some((length, middle)) = matched
                && best.is_none_or(|(other, ..)| length > other)
            {
                best = Some((length, middle, targets));
            }
        }
        if let Some((_, middle, targets)) = best {
            candidates.extend(targets.iter().map(|target| target.replacen('*', middle, 1)));
        }
        if let Some(base) = &self.base {
            candidates.extend(join(base, specifier));
        }
        for reference in &self.references {
            candidates.extend(reference.candidates(specifier));
        }
        candidates
    }
}

/// JSON with comments and trailing commas as plain JSON; strings are left alone.
pub(super) fn without_comments(text: &str) -> String {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut result = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    let mut in_string = false;
    while let Some(character) = characters.next() {
        if in_string {
            result.push(character);
            match character {
                '\\' => result.extend(characters.next()),
                '"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match (character, characters.peek()) {
            ('"', _) => {
                in_string = true;
                result.push('"');
            }
            ('/', Some('/')) => while characters.next_if(|c| *c != '\n').is_some() {},
            ('/', Some('*')) => {
                characters.next();
                let mut last = ' ';
                for next in characters.by_ref() {
                    if last == '*' && next == '/' {
                        break;
                    }
                    last = next;
                }
            }
            ('}' | ']', _) => {
                while result.ends_with(|c: char| c.is_whitespace() || c == ',') {
                    result.pop();
                }
                result.push(character);
            }
            _ => result.push(character),
        }
    }
    result
}
