//! How the repository runs drizzle-kit: what lets it lose data without a question.
//! Found in package.json, CI files and the drizzle config, by their text.

use std::collections::BTreeSet;

use crate::delta::Diff;
use crate::diff::{Change, Scope, Setting};
use crate::drizzle::Location;
use crate::files::{Files, ReadError};

/// What one state says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tools {
    /// Commands and settings that make drizzle-kit lose data without a question, each with its file.
    force: BTreeSet<String>,
}

const WORKFLOWS: &str = ".github/workflows";

/// Reads what a state says: the package.json files from the drizzle config's folder up to the root, the
/// CI files, the config itself.
///
/// # Errors
/// When a file or folder cannot be read.
pub(super) fn read(files: &dyn Files, location: &Location) -> Result<Tools, ReadError> {
    let mut tools = Tools::default();
    let mut folder = location.config.as_deref().unwrap_or_default();
    loop {
        folder = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
        let path = if folder.is_empty() {
            "package.json".to_owned()
        } else {
            format!("{folder}/package.json")
        };
        if let Some(text) = text(files, &path)? {
            tools.package(&path, &text);
        }
        if folder.is_empty() {
            break;
        }
    }
    let mut scripts = vec![".gitlab-ci.yml".to_owned()];
    for entry in files.list(WORKFLOWS)?.unwrap_or_default() {
        if matches!(entry.name.rsplit_once('.'), Some((_, "yml" | "yaml"))) {
            scripts.push(format!("{WORKFLOWS}/{}", entry.name));
        }
    }
    for path in scripts {
        if let Some(text) = text(files, &path)? {
            tools.script(&path, &text);
        }
    }
    if let Some(path) = &location.config
        && let Some(text) = text(files, path)?
    {
        tools.script(path, &text);
        let squeezed: String = text.split_whitespace().collect();
        if squeezed.contains("strict:false") {
            tools.force.insert(format!("`strict: false` in {path}"));
        }
    }
    Ok(tools)
}

fn text(files: &dyn Files, path: &str) -> Result<Option<String>, ReadError> {
    Ok(files.read(path)?.map(|blob| String::from_utf8_lossy(&blob.bytes).into_owned()))
}

impl Tools {
    /// The scripts of a package.json.
    fn package(&mut self, path: &str, text: &str) {
        let Ok(json) = serde_json::from_str::<serde_json::Value>(text) else { return };
        for command in json.get("scripts").and_then(|it| it.as_object()).into_iter().flatten() {
            if let (name, Some(command)) = (command.0, command.1.as_str()) {
                self.script(&format!("{path} ({name})"), command);
            }
        }
    }

    /// Text with commands in it, line by line.
    fn script(&mut self, path: &str, text: &str) {
        for line in text.lines() {
            let pushes = line.find("drizzle-kit").and_then(|at| line.get(at..));
            if pushes.is_some_and(|rest| rest.contains(" push") && rest.contains("--force")) {
                self.force.insert(format!("`drizzle-kit push --force` in {path}"));
            }
            if let Some(host) = remote_host(line) {
                self.force.insert(format!("a database on {host} in {path}"));
            }
        }
    }
}

/// The host of a database URL that is written out and leads to another machine.
fn remote_host(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once("postgres://").or_else(|| line.split_once("postgresql://"))?;
    let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`');
    let authority = rest.split(['/', '?']).next()?.split(ends).next()?;
    let host = authority.rsplit('@').next()?.split(':').next()?;
    let named = host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
    let is_number = host.chars().all(|c| c.is_ascii_digit() || c == '.');
    // A name without a dot is a container or this machine.
    let is_here =
        !host.contains('.') || is_number && (host.starts_with("127.") || host == "0.0.0.0");
    let is_example =
        ["example.com", "example.org", ".local", ".internal"].iter().any(|end| host.ends_with(end));
    (named && !is_here && !is_example).then_some(host)
}

/// What changed between two states.
pub(super) fn compare(tools: Diff<&Tools>) -> Option<Change> {
    let Diff { before, after } = tools.map(|it| &it.force);
    let only = |of: &BTreeSet<String>, other: &BTreeSet<String>| {
        let only: Vec<&str> = of.difference(other).map(String::as_str).collect();
        (!only.is_empty()).then(|| only.join(", "))
    };
    let (gone, new) = (only(before, after), only(after, before));
    let changed = gone.is_some() || new.is_some();
    changed.then(|| Change::ScopeChange(Scope::of_schema(Setting::Force, gone, new)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::MemoryFiles;

    fn tools(files: &[(&str, &str)]) -> Tools {
        let location = Location {
            config: Some("packages/db/drizzle.config.ts".to_owned()),
            ..Location::default()
        };
        read(&MemoryFiles::new(files.iter().copied()), &location).expect("readable")
    }

    #[test]
    fn only_what_is_new_is_a_change() {
        let script = |command: &str| format!("{{\"scripts\": {{\"db\": \"{command}\"}}}}");
        let (plain, forced) = (script("drizzle-kit push"), script("drizzle-kit push --force"));
        let tools = |text: &str| tools(&[("package.json", text)]);
        let said = compare(Diff::new(&tools(&plain), &tools(&forced)));
        let Some(Change::ScopeChange(scope)) = said else { panic!("a change") };
        assert_eq!(scope.setting, Setting::Force);
        assert_eq!(compare(Diff::new(&tools(&forced), &tools(&forced))), None);
    }

    #[test]
    fn force_and_databases_elsewhere_are_found() {
        let config = ("packages/db/drizzle.config.ts", "export default { strict: false }");
        let script = (
            "package.json",
            r#"{"scripts": {"db:push": "drizzle-kit push --config x.ts --force", "seed": "tsx seed.ts"}}"#,
        );
        let workflow =
            (".github/workflows/deploy.yml", "run: psql postgres://app:pw@db.ledger.io:5432/app");
        let all = tools(&[config, script, workflow]).force;
        assert_eq!(
            all.into_iter().collect::<Vec<_>>(),
            [
                "`drizzle-kit push --force` in package.json (db:push)",
                "`strict: false` in packages/db/drizzle.config.ts",
                "a database on db.ledger.io in .github/workflows/deploy.yml",
            ]
        );
    }

    #[test]
    fn this_machine_and_variables_are_not_elsewhere() {
        for url in [
            "postgres://postgres:postgres@localhost:5432/app",
            "postgresql://u:p@127.0.0.1/app",
            "postgres://u:p@db:5432/app",
            "postgres://${USER}@${HOST}/app",
            "postgres://user:pass@host.example.com/app",
        ] {
            assert_eq!(remote_host(url), None, "{url}");
        }
        assert_eq!(
            remote_host("DATABASE_URL: 'postgres://u@ep-1.neon.tech/x'"),
            Some("ep-1.neon.tech")
        );
    }
}
