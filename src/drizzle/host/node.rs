//! The little of Node.js that drizzle configs compute paths with: `node:path`, `node:url`, `__dirname`,
//! `import.meta`, `process.cwd()`.
//!
//! The repository stands for the whole machine: its root is `/`. That is right for every path that
//! stays inside, and the others could not be read anyway.

use std::rc::Rc;

use indexmap::IndexMap;

use super::Session;
use super::support::{Namespace, argument, display, native, native_with, object, string, unknown};
use crate::typescript::Value;

/// What the runtime says in a file, when drizzle-kit runs in `working`.
pub(super) fn runtime(
    session: &Rc<Session>,
    working: &str,
    path: &str,
    file: &str,
) -> Option<Value> {
    let file = format!("/{file}");
    let folder = directory(&file);
    Some(match path {
        "__dirname" | "import.meta.dirname" => string(folder),
        "__filename" | "import.meta.filename" => string(file),
        "import.meta.url" => string(format!("file://{file}")),
        "require" => require(session, &file),
        "process.cwd" => {
            let working = working.to_owned();
            native("cwd", move |_, _, _| Ok(string(&working)))
        }
        "URL" => {
            let session = session.clone();
            native("URL", move |_, arguments, context| {
                if arguments.iter().any(|it| unknown(it).is_some()) {
                    return Ok(context.derived("new URL", arguments));
                }
                let path = display(&session, &argument(arguments, 0));
                let base = display(&session, &argument(arguments, 1));
                match (path.strip_prefix("file://"), base.strip_prefix("file://")) {
                    (Some(path), _) => Ok(file_url(&normalize(path))),
                    (None, Some(base)) if !path.contains("://") => {
                        Ok(file_url(&resolve(directory(base), &[path])))
                    }
                    _ => Ok(context.unknown("only file URLs are evaluated")),
                }
            })
        }
        _ => return None,
    })
}

fn file_url(path: &str) -> Value {
    let href = string(format!("file://{path}"));
    object([(Rc::from("href"), href), (Rc::from("pathname"), string(path))])
}

/// `node:module`: `createRequire(file)`.
pub(super) fn module(session: &Rc<Session>) -> Value {
    let session = session.clone();
    let create = native("createRequire", move |_, arguments, context| {
        let file = argument(arguments, 0);
        let file = match &file {
            Value::Object(_) => context.get(&file, "href")?,
            _ => file,
        };
        let file = display(&session, &file);
        Ok(require(&session, file.strip_prefix("file://").unwrap_or(&file)))
    });
    let members = [(Rc::from("createRequire"), create)].into_iter().collect();
    Namespace::value("node:module", members)
}

/// `require` of a file, as a value: only `require.resolve` of what is in the repository is known.
fn require(session: &Rc<Session>, file: &str) -> Value {
    let (session, file) = (session.clone(), file.trim_start_matches('/').to_owned());
    let resolve = native("resolve", move |_, arguments, context| {
        let specifier = argument(arguments, 0);
        let found = match &specifier {
            Value::String(text) => context.resolve(&file, text),
            _ => None,
        };
        let what = display(&session, &specifier);
        Ok(match found {
            Some(path) => string(format!("/{path}")),
            None => context.unknown(&format!("`{what}` is not in the repository")),
        })
    });
    native_with(
        "require",
        |_, _, context| Ok(context.unknown("`require` is only run at run time")),
        [("resolve", resolve)],
    )
}

/// `node:url`.
pub(super) fn url(session: &Rc<Session>) -> Value {
    let session = session.clone();
    let to_path = native("fileURLToPath", move |_, arguments, context| {
        let url = argument(arguments, 0);
        let text = match &url {
            Value::Object(_) => context.get(&url, "href")?,
            _ => url.clone(),
        };
        match display(&session, &text).strip_prefix("file://") {
            Some(path) => Ok(string(path)),
            None => Ok(context.derived("fileURLToPath", &[url])),
        }
    });
    let members = [(Rc::from("fileURLToPath"), to_path)].into_iter().collect();
    Namespace::value("node:url", members)
}

/// `node:path`, as on POSIX.
pub(super) fn path(session: &Rc<Session>, working: &str) -> Value {
    let mut members: IndexMap<Rc<str>, Value> = IndexMap::new();
    let mut add = |name: &'static str, compute: fn(&str, &[String]) -> String| {
        let (session, working) = (session.clone(), working.to_owned());
        let function = native(name, move |_, arguments, context| {
            if arguments.iter().any(|it| unknown(it).is_some()) {
                return Ok(context.derived(name, arguments));
            }
            let parts: Vec<String> = arguments.iter().map(|it| display(&session, it)).collect();
            Ok(string(compute(&working, &parts)))
        });
        members.insert(name.into(), function);
    };
    add("join", |_, parts| normalize(&parts.join("/")));
    add("resolve", resolve);
    add("normalize", |_, parts| normalize(parts.first().map_or("", String::as_str)));
    add("dirname", |_, parts| directory(parts.first().map_or("", String::as_str)).to_owned());
    add("basename", |_, parts| {
        let path = parts.first().map_or("", String::as_str).trim_end_matches('/');
        let name = path.rsplit('/').next().unwrap_or(path);
        match parts.get(1).and_then(|suffix| name.strip_suffix(suffix.as_str())) {
            Some(stem) if !stem.is_empty() => stem.to_owned(),
            _ => name.to_owned(),
        }
    });
    add("relative", |working, parts| {
        let at = |index: usize| {
            let path = parts.get(index).cloned().unwrap_or_default();
            resolve(working, &[path])
        };
        relative(&at(0), &at(1))
    });
    members.insert("sep".into(), string("/"));
    let posix = Namespace::value("node:path", members.clone());
    members.insert("posix".into(), posix.clone());
    members.insert("default".into(), posix);
    Namespace::value("node:path", members)
}

/// The folder of a path.
fn directory(path: &str) -> &str {
    match path.trim_end_matches('/').rsplit_once('/') {
        Some(("", _)) => "/",
        Some((folder, _)) => folder,
        None if path.starts_with('/') => "/",
        None => ".",
    }
}

/// `path.normalize`: without `.`, `..` and double slashes where that can be said.
fn normalize(path: &str) -> String {
    let is_absolute = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if is_absolute => {}
            part => parts.push(part),
        }
    }
    let mut text = parts.join("/");
    if path.ends_with('/') && !text.is_empty() {
        text.push('/');
    }
    match (is_absolute, text.is_empty()) {
        (true, _) => format!("/{text}"),
        (false, true) => ".".to_owned(),
        (false, false) => text,
    }
}

/// `path.resolve`: from the right to the first absolute path, else from the working folder.
fn resolve(working: &str, parts: &[String]) -> String {
    let mut path = String::new();
    for part in parts.iter().rev().filter(|part| !part.is_empty()) {
        path = if path.is_empty() { part.clone() } else { format!("{part}/{path}") };
        if part.starts_with('/') {
            break;
        }
    }
    if !path.starts_with('/') {
        path = format!("{working}/{path}");
    }
    let path = normalize(&path);
    if path == "/" { path } else { path.trim_end_matches('/').to_owned() }
}

/// `path.relative` of two absolute paths.
fn relative(from: &str, to: &str) -> String {
    let parts = |path: &str| -> Vec<String> {
        path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect()
    };
    let (from, to) = (parts(from), parts(to));
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = from.iter().skip(shared).map(|_| "..".to_owned());
    up.chain(to.iter().skip(shared).cloned()).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(parts: &[&str]) -> Vec<String> {
        parts.iter().map(|part| (*part).to_owned()).collect()
    }

    #[test]
    fn paths_are_computed_as_node_does() {
        assert_eq!(normalize("/a/./b/../c//d/"), "/a/c/d/");
        assert_eq!(normalize("a/../.."), "..");
        assert_eq!(normalize(""), ".");
        assert_eq!(normalize("/../x"), "/x");
        assert_eq!(resolve("/w", &strings(&["a", "b"])), "/w/a/b");
        assert_eq!(resolve("/w", &strings(&["/x", "../y"])), "/y");
        assert_eq!(resolve("/w", &[]), "/w");
        assert_eq!(directory("/a/b.ts"), "/a");
        assert_eq!(directory("/a"), "/");
        assert_eq!(directory("a"), ".");
        assert_eq!(relative("/a/b", "/a/c/d"), "../c/d");
        assert_eq!(relative("/a", "/a"), "");
    }
}
