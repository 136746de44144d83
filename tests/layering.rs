//! The rooms of `src/` and who may know whom. A module may use only modules above it in the list of
//! `src/lib.rs`; the foundation types at its top may be used everywhere.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Types without behaviour of their own, known to every room.
const FOUNDATION: &[&str] = &["delta", "files", "ident", "origin"];
const LONGEST_FILE: usize = 600;

struct Source {
    /// The path from the package's root, with `/`.
    path: String,
    /// Everything.
    text: String,
    /// Without comments and without what only tests see.
    code: String,
}

#[test]
fn edges_only_point_up() {
    let order = modules_in_order();
    let mut wrong = Vec::new();
    for source in sources() {
        let Some(from) = module_of(&source.path) else { continue };
        let position = order.get(from).unwrap_or_else(|| panic!("{from} is not in src/lib.rs"));
        for to in edges(&source.code) {
            let Some(target) = order.get(to.as_str()) else { continue };
            if target > position && !FOUNDATION.contains(&to.as_str()) {
                wrong.push(format!("{}: {from} uses {to}, which is below it", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_is_in_the_list_and_every_entry_exists() {
    let order = modules_in_order();
    for name in order.keys() {
        let file = root().join("src").join(name);
        assert!(file.with_extension("rs").exists() || file.join("mod.rs").exists(), "{name}");
    }
    for source in sources() {
        if let Some(module) = module_of(&source.path) {
            assert!(order.contains_key(module), "{} is in no module of src/lib.rs", source.path);
        }
    }
}

#[test]
fn files_stay_readable() {
    let long: Vec<String> = sources()
        .iter()
        .map(|source| (source.text.lines().count(), &source.path))
        .filter(|(lines, _)| *lines > LONGEST_FILE)
        .map(|(lines, path)| format!("{path} has {lines} lines; split it into a folder"))
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

/// swc changes its tree with every major: one door.
#[test]
fn only_the_parser_names_swc() {
    for source in sources() {
        if !source.path.starts_with("src/typescript/parse") {
            assert!(!source.code.contains("swc_"), "{} names swc", source.path);
        }
    }
}

/// The environment is read once, at the edge; everything else is a function of its input.
#[test]
fn only_the_edge_reads_the_environment() {
    for source in sources() {
        if !source.path.starts_with("src/cli/") && source.path != "src/main.rs" {
            assert!(!source.code.contains("env::var"), "{} reads the environment", source.path);
        }
    }
}

#[test]
fn the_reader_of_edges_sees_what_it_should() {
    let code = strip(
        "//! [`crate::cli`]\nuse crate::schema::{Table, View};\nuse crate::{\n    diff::Change,\n    \
         rules::{Rule, Finding},\n};\nfn f() -> crate::report::Report {}\n// crate::database\n\n\
         #[cfg(test)]\nmod tests {\n    use crate::check::check;\n}\n",
    );
    assert_eq!(edges(&code), ["schema", "diff", "rules", "report"]);
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The modules of the crate with their place in the list of `src/lib.rs`.
fn modules_in_order() -> BTreeMap<String, usize> {
    let text = fs::read_to_string(root().join("src/lib.rs")).expect("the crate has a root");
    let names = text.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    let order: BTreeMap<String, usize> =
        names.enumerate().map(|(place, name)| (name.to_owned(), place)).collect();
    assert!(order.len() > FOUNDATION.len(), "src/lib.rs is read wrongly");
    order
}

/// The crate's module that a file belongs to; `None` for the two roots.
fn module_of(path: &str) -> Option<&str> {
    let inside = path.strip_prefix("src/")?;
    let name = inside.split_once('/').map_or(inside, |(module, _)| module);
    let name = name.strip_suffix(".rs").unwrap_or(name);
    (name != "lib" && name != "main").then_some(name)
}

/// Every Rust file below `src/` that is not only for tests.
fn sources() -> Vec<Source> {
    let mut paths = Vec::new();
    walk(&root().join("src"), &mut paths);
    paths.sort();
    let mut only_tests = Vec::new();
    let mut sources = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path).expect("a source file is UTF-8");
        let folder = match path.file_stem().and_then(|stem| stem.to_str()) {
            Some("mod" | "lib" | "main") | None => path.parent().map(Path::to_owned),
            Some(stem) => path.parent().map(|parent| parent.join(stem)),
        };
        for name in test_modules(&text) {
            let folder = folder.clone().unwrap_or_default();
            only_tests.push(folder.join(format!("{name}.rs")));
            only_tests.push(folder.join(name).join("mod.rs"));
        }
        sources.push((path, text));
    }
    sources.retain(|(path, _)| !only_tests.contains(path));
    assert!(sources.len() > 20, "the sources are not found");
    let relative = |path: PathBuf| {
        let path = path.strip_prefix(root()).expect("below the root").to_owned();
        path.to_str().expect("paths are UTF-8").replace('\\', "/")
    };
    sources
        .into_iter()
        .map(|(path, text)| Source { path: relative(path), code: strip(&text), text })
        .collect()
}

fn walk(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            walk(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
}

/// The names of `#[cfg(test)] mod name;`.
fn test_modules(text: &str) -> Vec<&str> {
    let lines: Vec<&str> = text.lines().collect();
    lines
        .windows(2)
        .filter(|pair| pair[0] == "#[cfg(test)]")
        .filter_map(|pair| pair[1].trim_start_matches("pub(crate) ").strip_prefix("mod "))
        .filter_map(|rest| rest.strip_suffix(';'))
        .collect()
}

/// The code without comment lines and without inline test modules; rustfmt puts the brace that
/// closes one at the start of a line.
fn strip(text: &str) -> String {
    let mut code = String::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let next_is_module =
            lines.peek().is_some_and(|next| next.contains("mod ") && next.ends_with('{'));
        if line == "#[cfg(test)]" && next_is_module {
            for skipped in lines.by_ref() {
                if skipped == "}" {
                    break;
                }
            }
        } else if !line.trim_start().starts_with("//") {
            code.push_str(line);
            code.push('\n');
        }
    }
    code
}

/// The modules of the crate that a piece of code names: `crate::a::…`, `crate::{a::…, b::…}`.
fn edges(code: &str) -> Vec<String> {
    let mut edges = Vec::new();
    for (at, start) in code.match_indices("crate::") {
        if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let rest = &code[at + start.len()..];
        match rest.strip_prefix('{') {
            Some(group) => edges.extend(names_of_group(group)),
            None => edges.push(name_at(rest)),
        }
    }
    edges
}

fn names_of_group(group: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut depth = 0;
    let mut expected = true;
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => expected = true,
            c if expected && c.is_alphabetic() => {
                names.push(name_at(&group[at..]));
                expected = false;
            }
            _ => {}
        }
    }
    names
}

fn name_at(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}
