//! Where the schema is: the command line, drizzle-guard.toml, a drizzle config, `shared/db/schema/`.

use std::collections::BTreeSet;

use super::config::{self, Settings};
use super::error::Error;
use super::glob;
use super::version::{self, Version};
use super::{Casing, evaluate};
use crate::files::{EntryKind, Files, ReadError};
use crate::typescript::{Language, ParseCache, Variables};

/// Where a schema is, and how drizzle-kit would look at it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Location {
    /// Paths, folders and globs of the schema files, from the repository's root.
    pub schema: Vec<String>,
    /// How keys become column names.
    pub casing: Option<Casing>,
    /// The drizzle config this comes from, from the repository's root.
    pub config: Option<String>,
    /// Where drizzle-kit writes migrations, from the repository's root.
    pub out: Option<String>,
    /// `schemaFilter` of the config; empty when it does not say.
    pub schema_filter: Vec<String>,
    /// `tablesFilter` of the config; empty when it does not say.
    pub tables_filter: Vec<String>,
    /// `extensionsFilters` of the config; empty when it does not say.
    pub extensions_filters: Vec<String>,
    /// Whether the config lets drizzle-kit manage roles.
    pub entities_roles: bool,
    /// Files that were read, or looked for, to find this: path and blob id, which is empty when there
    /// is no such file.
    pub consulted: Vec<(String, String)>,
    /// What the user should know about how it was found.
    pub warnings: Vec<String>,
    /// What is known of the environment in which drizzle-kit runs.
    pub variables: Variables,
    /// Which drizzle-kit the repository uses there; absent when nobody says.
    pub version: Option<Version>,
}

/// What was said on the command line or in drizzle-guard.toml.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Overrides {
    /// Paths, folders and globs of schema files, from the repository's root; empty when not said.
    pub schema: Vec<String>,
    /// Drizzle configs to read, from the repository's root; empty when not said.
    pub drizzle_config: Vec<String>,
    /// How keys become column names.
    pub casing: Option<Casing>,
    /// What is known of the environment in which drizzle-kit runs.
    pub variables: Variables,
}

/// The names a drizzle config may have, in drizzle-kit's order.
const NAMES: &[&str] = &[
    "drizzle.config.ts",
    "drizzle.config.js",
    "drizzle.config.json",
    "drizzle.config.mjs",
    "drizzle.config.mts",
    "drizzle.config.cjs",
    "drizzle.config.cts",
];

/// The folder that is taken when nobody says where the schema is.
const DEFAULT_FOLDER: &str = "shared/db/schema";

/// How deep drizzle configs are looked for in a monorepo: `services/funds/db/drizzle.config.ts`. Each
/// level more multiplies what a repository without any config costs.
const DEPTH: usize = 3;

/// How deep a package.json is looked for whose scripts name a drizzle config.
const SCRIPTS_DEPTH: usize = 2;

/// Finds the schemas of a state: one location for each drizzle config, or one without a config.
///
/// The order: `overrides.schema`; `overrides.drizzle_config`; the drizzle config at the root;
/// `shared/db/schema/`; the drizzle configs of a monorepo. Empty when there is none of them: whether
/// that is an empty schema or a mistake only the caller can tell.
pub fn locate(
    files: &dyn Files,
    overrides: &Overrides,
    cache: &ParseCache,
) -> Result<Vec<Location>, Error> {
    let mut locations = search_for(files, overrides, cache)?;
    for location in &mut locations {
        let beside = location.config.as_ref().or(location.schema.first());
        let directory = beside.and_then(|path| path.rsplit_once('/')).map_or("", |(it, _)| it);
        location.version = version::installed(files, directory)?;
    }
    Ok(locations)
}

fn search_for(
    files: &dyn Files,
    overrides: &Overrides,
    cache: &ParseCache,
) -> Result<Vec<Location>, Error> {
    if !overrides.schema.is_empty() {
        return Ok(vec![of_overrides(files, overrides, cache)?]);
    }
    if !overrides.drizzle_config.is_empty() {
        let mut locations = Vec::new();
        for path in &overrides.drizzle_config {
            let path =
                glob::normalize("", path).ok_or_else(|| Error::Outside { path: path.clone() })?;
            locations.push(of_config(files, &path, overrides, cache)?);
        }
        return Ok(locations);
    }
    let mut consulted = Vec::new();
    if let Some(path) = config_in(files, "", &mut consulted)? {
        let mut location = of_config(files, &path, overrides, cache)?;
        location.consulted.splice(0..0, consulted);
        return Ok(vec![location]);
    }
    let mut locations = if files.list(DEFAULT_FOLDER)?.is_some() {
        let schema = vec![DEFAULT_FOLDER.to_owned()];
        vec![Location { schema, ..stated(overrides) }]
    } else {
        in_monorepo(files, overrides, cache)?
    };
    for location in &mut locations {
        location.consulted.splice(0..0, consulted.iter().cloned());
    }
    Ok(locations)
}

/// What is stated of any location.
fn stated(overrides: &Overrides) -> Location {
    let (casing, variables) = (overrides.casing, overrides.variables.clone());
    Location { casing, variables, ..Location::default() }
}

/// Stated schema paths. The casing still is the drizzle config's when nobody states it.
fn of_overrides(
    files: &dyn Files,
    overrides: &Overrides,
    cache: &ParseCache,
) -> Result<Location, Error> {
    let mut location = stated(overrides);
    for path in &overrides.schema {
        let outside = || Error::Outside { path: path.clone() };
        location.schema.push(glob::normalize("", path).ok_or_else(outside)?);
    }
    let config = match overrides.drizzle_config.first() {
        Some(path) => glob::normalize("", path),
        None => config_in(files, "", &mut location.consulted)?,
    };
    let Some(config) = config else { return Ok(location) };
    if overrides.drizzle_config.is_empty() {
        // What a config says about something that has to be known must be readable.
        let text =
            files.read(&config)?.map(|blob| String::from_utf8_lossy(&blob.bytes).into_owned());
        let says = text.is_some_and(|text| text.contains("casing"));
        if overrides.casing.is_some() || !says {
            location.consulted.extend(consulted(files, &config)?);
            // Where the migrations are is good to know.
            if let Ok(found) = of_config(files, &config, overrides, cache) {
                location.out = found.out;
            }
            return Ok(location);
        }
    }
    let found = of_config(files, &config, overrides, cache);
    match found {
        Ok(found) => Ok(Location { schema: location.schema, ..found }),
        Err(Error::NoSchemaKey { .. }) => Ok(location),
        Err(error) => Err(error),
    }
}

fn consulted(files: &dyn Files, path: &str) -> Result<Option<(String, String)>, ReadError> {
    let id = files.id(path)?;
    Ok(Some((path.to_owned(), id.map(|id| id.to_string()).unwrap_or_default())))
}

/// The drizzle config in a directory.
fn config_in(
    files: &dyn Files,
    directory: &str,
    looked: &mut Vec<(String, String)>,
) -> Result<Option<String>, ReadError> {
    for name in NAMES {
        let path = glob::join(directory, name);
        looked.extend(consulted(files, &path)?);
        if files.id(&path)?.is_some() {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

/// Every drizzle config for PostgreSQL in the directories of a monorepo.
fn in_monorepo(
    files: &dyn Files,
    overrides: &Overrides,
    cache: &ParseCache,
) -> Result<Vec<Location>, Error> {
    let mut configs = Vec::new();
    search(files, "", DEPTH, &mut configs)?;
    let mut scripts = Vec::new();
    if configs.is_empty() {
        in_scripts(files, "", SCRIPTS_DEPTH, &mut configs, &mut scripts)?;
    }
    let mut locations: Vec<Location> = Vec::new();
    let mut seen = BTreeSet::new();
    for path in configs {
        let mut location = match of_config(files, &path, overrides, cache) {
            Ok(location) => location,
            // These configs describe nothing that drizzle-guard could judge.
            Err(Error::Dialect { .. } | Error::NoSchemaKey { .. }) => continue,
            Err(error) => return Err(error),
        };
        location.consulted.extend(scripts.iter().cloned());
        if seen.insert((location.schema.clone(), location.casing.map(Casing::as_str))) {
            locations.push(location);
        }
    }
    Ok(locations)
}

/// One listing a directory: its names tell whether a config is among them.
fn search(
    files: &dyn Files,
    directory: &str,
    depth: usize,
    found: &mut Vec<String>,
) -> Result<(), ReadError> {
    let entries = files.list(directory)?.unwrap_or_default();
    let config = NAMES.iter().find(|name| entries.iter().any(|entry| entry.name == **name));
    if let Some(name) = config.filter(|_| !directory.is_empty()) {
        found.push(glob::join(directory, name));
    }
    if depth == 0 {
        return Ok(());
    }
    for entry in entries {
        let skipped = entry.name.starts_with('.') || entry.name == "node_modules";
        if entry.kind == EntryKind::Directory && !skipped {
            search(files, &glob::join(directory, &entry.name), depth - 1, found)?;
        }
    }
    Ok(())
}

/// The drizzle configs that scripts of a package.json hand to drizzle-kit: those of another name, and
/// those that lie deeper than [`search`] looks.
fn in_scripts(
    files: &dyn Files,
    directory: &str,
    depth: usize,
    found: &mut Vec<String>,
    consulted: &mut Vec<(String, String)>,
) -> Result<(), ReadError> {
    for entry in files.list(directory)?.unwrap_or_default() {
        let path = glob::join(directory, &entry.name);
        let skipped = entry.name.starts_with('.') || entry.name == "node_modules";
        if entry.name == "package.json" {
            let Some(blob) = files.read(&path)? else { continue };
            let text = String::from_utf8_lossy(&blob.bytes);
            if text.contains("drizzle-kit") {
                consulted.push((path, blob.id.to_string()));
                for config in configs_of_scripts(&text) {
                    let config = glob::normalize(directory, &config);
                    if let Some(config) = config.filter(|config| !found.contains(config))
                        && files.id(&config)?.is_some()
                    {
                        found.push(config);
                    }
                }
            }
        } else if depth > 0 && entry.kind == EntryKind::Directory && !skipped {
            in_scripts(files, &path, depth - 1, found, consulted)?;
        }
    }
    Ok(())
}

/// What the scripts of a package.json give to `drizzle-kit --config`.
fn configs_of_scripts(package: &str) -> Vec<String> {
    let package: serde_json::Value = serde_json::from_str(package).unwrap_or_default();
    let scripts = package.get("scripts").and_then(|scripts| scripts.as_object());
    let mut configs = Vec::new();
    for script in scripts.into_iter().flat_map(|scripts| scripts.values()) {
        let Some(script) = script.as_str().filter(|script| script.contains("drizzle-kit")) else {
            continue;
        };
        let mut words = script.split_whitespace();
        while let Some(word) = words.next() {
            let path = match word {
                "--config" => words.next(),
                word => word.strip_prefix("--config="),
            };
            configs.extend(path.map(|path| path.trim_matches(['"', '\'']).to_owned()));
        }
    }
    configs
}

/// A location from one drizzle config.
fn of_config(
    files: &dyn Files,
    path: &str,
    overrides: &Overrides,
    cache: &ParseCache,
) -> Result<Location, Error> {
    let (settings, mut consulted) = settings(files, path, &overrides.variables, cache)?;
    if let Some(dialect) = settings.dialect.filter(|it| it != "postgresql") {
        return Err(Error::Dialect { path: path.to_owned(), dialect });
    }
    let Some(patterns) = settings.schema else {
        return Err(Error::NoSchemaKey { path: path.to_owned() });
    };
    let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
    let mut warnings = Vec::new();
    let mut schema = Vec::new();
    for pattern in &patterns {
        let (pattern, warning) = resolve(files, directory, pattern, &mut consulted)?;
        schema.push(pattern);
        warnings.extend(warning);
    }
    let out = settings.out.unwrap_or_else(|| "./drizzle".to_owned());
    Ok(Location {
        schema,
        casing: overrides.casing.or(settings.casing),
        config: Some(path.to_owned()),
        out: glob::normalize(directory, &out),
        schema_filter: settings.schema_filter,
        tables_filter: settings.tables_filter,
        extensions_filters: settings.extensions_filters,
        entities_roles: settings.entities_roles,
        consulted,
        warnings,
        variables: overrides.variables.clone(),
        version: None,
    })
}

fn settings(
    files: &dyn Files,
    path: &str,
    variables: &Variables,
    cache: &ParseCache,
) -> Result<(Settings, Vec<(String, String)>), Error> {
    let Some(blob) = files.read(path)? else {
        return Err(Error::NoConfig { path: path.to_owned() });
    };
    if Language::of(path) == Some(Language::Json) {
        let consulted = vec![(path.to_owned(), blob.id.to_string())];
        let text = String::from_utf8_lossy(&blob.bytes);
        return Ok((config::of_json(path, &text)?, consulted));
    }
    evaluate::config(files, path, variables, cache)
}

/// A pattern of a config, from the repository's root. Patterns are relative to where drizzle-kit runs:
/// mostly the config's folder, sometimes the root. Build output that is not in git stands for its
/// source.
fn resolve(
    files: &dyn Files,
    directory: &str,
    pattern: &str,
    consulted: &mut Vec<(String, String)>,
) -> Result<(String, Option<String>), Error> {
    let outside = || Error::Outside { path: pattern.to_owned() };
    let near = glob::normalize(directory, pattern);
    let mut candidates: Vec<String> = near.clone().into_iter().collect();
    // Who runs drizzle-kit elsewhere runs it further up, mostly where the package.json is.
    let mut folder = directory;
    while !folder.is_empty() {
        folder = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
        candidates.extend(glob::normalize(folder, pattern));
    }
    let mut finds = |pattern: &str| -> Result<bool, ReadError> {
        if !glob::is_magic(pattern) && files.id(pattern)?.is_none() {
            consulted.push((pattern.to_owned(), String::new()));
        }
        Ok(!glob::find(files, "", &[pattern.to_owned()])?.is_empty())
    };
    for candidate in &candidates {
        if finds(candidate)? {
            return Ok((candidate.clone(), None));
        }
    }
    for candidate in &candidates {
        for output in ["dist", "build", "out", "lib"] {
            let parts: Vec<&str> = candidate.split('/').collect();
            let Some(at) = parts.iter().position(|part| *part == output) else { continue };
            let mut source = parts.clone();
            for replacement in ["src", ""] {
                source.splice(at..=at, [replacement]);
                let path = source.iter().filter(|part| !part.is_empty()).copied();
                let path = path.collect::<Vec<_>>().join("/");
                let path = match path.strip_suffix(".js") {
                    Some(stem) => format!("{stem}.ts"),
                    None => path,
                };
                if finds(&path)? {
                    let warning = format!(
                        "`{pattern}` is build output that is not in git; its source `{path}` is read instead"
                    );
                    return Ok((path, Some(warning)));
                }
            }
        }
    }
    Ok((near.ok_or_else(outside)?, None))
}
